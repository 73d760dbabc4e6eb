#!/bin/sh
# What the tests of the sound outputs need beside a compiler: a PulseAudio of their own, and ALSA's way to it.
# Says what it did; where it may not install anything, it says so and succeeds, and those tests are skipped.
set -eu

packages="pulseaudio pulseaudio-utils libasound2-plugins"

if command -v pulseaudio >/dev/null && command -v pactl >/dev/null && command -v parec >/dev/null; then
  echo "PulseAudio and its tools are installed already."
elif ! command -v apt-get >/dev/null; then
  echo "Nothing installed: there is no apt-get here; the sound tests need $packages."
elif [ "$(id -u)" -ne 0 ]; then
  echo "Nothing installed: only root may; the sound tests need: apt-get install $packages"
else
  apt-get install --yes --quiet --no-install-recommends $packages ||
    { apt-get update --quiet && apt-get install --yes --quiet --no-install-recommends $packages; }
  echo "Installed $packages."
fi
