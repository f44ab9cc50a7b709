"""Benchmarks that anyone can run: `make bench`.

Each figure stands beside its own floor, measured in the same run.
"""
