"""The speed of stancekit beside its peers: ``python -m experiments.benchmarks``, then ``…benchmarks.page``."""
