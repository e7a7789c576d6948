"""Benchmarks, re-runnable: `make bench`."""
