"""Peers side by side, on the same text and machine in one run.

    make bench-peers                             set up, run, write the tables
    cd benchmarks && python -m peers setup|run|tables

`setup` makes an environment for each, `run` saves run.json, `tables` writes README.md from it.
"""

import sys

from peers.environments import set_up
from peers.running import run
from peers.tables import write


def main() -> None:
    steps = {"setup": set_up, "run": run, "tables": write}
    words = sys.argv[1:]
    if not words or any(word not in steps for word in words):
        sys.exit(__doc__)
    for word in words:
        steps[word]()


if __name__ == "__main__":
    main()
