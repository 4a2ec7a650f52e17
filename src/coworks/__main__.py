"""`python -m coworks` is `cws`."""

from coworks.cli import main

main()
