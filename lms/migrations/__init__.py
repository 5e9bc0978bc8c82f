"""Migrations of the store "content"."""
