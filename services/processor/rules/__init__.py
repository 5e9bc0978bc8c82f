"""The rules that message types share, each written once, with the exact texts of the original."""
