"""The standard streams made safe: UTF-8 into pipes and files, no crash over a character a console lacks."""

from __future__ import annotations

import os
import sys


def prepare_streams() -> None:
    """Write UTF-8 with plain line ends when piped; on a console replace what its encoding cannot show."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def discard_output() -> None:
    """Point stdout at nothing after its reader has gone, so that Python does not complain on the way out."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return  # a stream without a file behind it needs nothing
