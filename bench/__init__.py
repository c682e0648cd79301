"""Benchmarks as ratios: ours beside a bare Django on the same tables in the same run."""
