"""`orgapi`: the one place that knows every part."""
