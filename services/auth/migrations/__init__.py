"""Versions of the access store's schema."""
