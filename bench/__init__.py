"""Benchmarks: each is a module with a command line of its own; ``python -m bench`` runs them."""
