"""The one record of `make bench`: what was measured, against what, and that it was right.

make bench          every benchmark; leaves build/bench/latest.json and prints it as a table
make bench-tables   keeps that run as benchmarks/run.json, and makes the tables of both READMEs of it
"""
