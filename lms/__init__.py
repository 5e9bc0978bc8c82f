"""The learning platform's content: its tables, the operations on them, and the readers of packages."""
