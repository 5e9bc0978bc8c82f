"""Measures the hot paths in one run on one machine: `make bench`."""
