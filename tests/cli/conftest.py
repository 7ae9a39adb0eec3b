"""The command line as tests call it."""

import sys
import warnings

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # typer imports names that click 8.4 deprecates
    from radici import cli


@pytest.fixture
def call(monkeypatch):
    """The command in this process: arguments in, exit code out."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["radici", *map(str, arguments)])
        try:
            cli.main()
        except SystemExit as stop:
            return stop.code or 0
        return 0

    return run
