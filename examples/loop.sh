#!/usr/bin/env bash
# Runs an agent again and again, keeps a dated log of each run, and speaks it, until the agent itself fails.
#
#   examples/loop.sh --to ja -- \
#     claude -p "$(cat PROMPT.md)" --output-format stream-json --include-partial-messages --verbose
#
# What stands before `--` is for streamtts, what follows is the agent. The exit code is the agent's own.
# The logs go to ./logs, or to the folder that LOGS names. Works with the bash 3.2 of macOS.
set -u

speak=(streamtts)
case ${1-} in
  -*)
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
      speak+=("$1")
      shift
    done
    [ $# -gt 0 ] && shift
    ;;
esac
if [ $# -eq 0 ]; then
  echo "usage: ${0##*/} [streamtts flags --] agent [argument ...]" >&2
  exit 2
fi

logs=${LOGS:-logs}
mkdir -p "$logs" || exit 1
trap 'exit 130' INT

run=0
while :; do
  run=$((run + 1))
  log=$logs/$(date +%Y-%m-%dT%H-%M-%S)-$$-$run.jsonl
  # If the voice goes away, cat reads on, so that neither the log nor the agent notices.
  "$@" | tee "$log" | { "${speak[@]}" || echo "${0##*/}: the voice ended early; the log goes on" >&2; cat >/dev/null; }
  codes=("${PIPESTATUS[@]}")
  if [ "${codes[0]}" -ne 0 ]; then
    echo "${0##*/}: run $run ended with exit code ${codes[0]}; its log is $log" >&2
    exit "${codes[0]}"
  fi
  if [ "${codes[1]}" -ne 0 ]; then
    echo "${0##*/}: cannot write $log" >&2
    exit 1
  fi
done
