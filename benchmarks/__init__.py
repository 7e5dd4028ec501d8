"""The measures of docs/benchmarks.md; run by ``scripts/bench``."""
