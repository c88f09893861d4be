"""Benchmarks: ratios against a peer or the bare library in the same run. Timings alone lie."""
