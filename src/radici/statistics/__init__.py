"""Pure functions of arrays: what learning tunes with and evaluation reports."""
