"""Versions of the store "files"."""
