"""`python -m edge`: runs the SOAP edge, configured by environment variables alone."""

from __future__ import annotations

from edge.server import serve
from edge.settings import EdgeSettings

if __name__ == "__main__":
    serve(EdgeSettings())
