#!/bin/sh
# What tests need beside a compiler: a PulseAudio of their own, ALSA's way to it, eyes for system calls
# and a counter of instructions.
# Says what it did; where it may not install anything, it says so and succeeds, and those tests are skipped.
set -eu

packages="pulseaudio pulseaudio-utils libasound2-plugins strace valgrind"

if command -v pulseaudio >/dev/null && command -v pactl >/dev/null && command -v parec >/dev/null &&
  command -v strace >/dev/null && command -v valgrind >/dev/null; then
  echo "PulseAudio, its tools, strace and valgrind are installed already."
elif ! command -v apt-get >/dev/null; then
  echo "Nothing installed: there is no apt-get here; some tests need $packages."
elif [ "$(id -u)" -ne 0 ]; then
  echo "Nothing installed: only root may; some tests need: apt-get install $packages"
else
  apt-get install --yes --quiet --no-install-recommends $packages ||
    { apt-get update --quiet && apt-get install --yes --quiet --no-install-recommends $packages; }
  echo "Installed $packages."
fi
