"""Makes the manual, a static site: `python -m manual build/docs`.

A page a message type, from its schema, its examples and the rules that its handler composes, and a page each for docs/.
"""
