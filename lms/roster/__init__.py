"""Imports people, courses and what belongs to them (decision 18)."""
