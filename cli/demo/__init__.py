"""`orgapi demo`: starts everything, acts as a partner through SOAP alone, and checks what became of it."""

from cli.demo.command import demo

__all__ = ["demo"]
