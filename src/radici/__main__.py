"""`python -m radici` is the shell command."""

from radici.cli import main

main()
