"""The gate: whether a stage has become slower than `benchmarks/baseline.json` remembers.

make bench-check       every ratio, wait and count; a stage that is worse is looked at twice
make bench-baseline    remember the figures of now; on a quiet machine, committed with the reason
"""
