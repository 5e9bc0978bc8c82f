"""`python -m cli` is `orgapi`."""

from cli.main import main

main()
