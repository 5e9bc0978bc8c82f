"""Versions of the message store's schema."""
