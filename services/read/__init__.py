"""Synchronous reads of the platform's content, one module a read."""
