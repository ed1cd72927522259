"""Commands, options and exit status."""
