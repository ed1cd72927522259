"""The standard streams made safe: UTF-8 into pipes and files, no crash over a character a console lacks."""

from __future__ import annotations

import os
import sys

_STREAMS = ("stdin", "stdout", "stderr")
_LAST_STREAM = 2


def prepare_streams() -> None:
    """Write UTF-8 with plain line ends when piped; on a console replace what its encoding cannot show."""
    _open_closed()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _open_closed() -> None:
    """Put nothing where a stream was closed before we began (`>&-`): no file of ours may take its number."""
    closed = [(number, name) for number, name in enumerate(_STREAMS) if getattr(sys, name) is None]
    if not closed:
        return
    while (handle := os.open(os.devnull, os.O_RDWR)) <= _LAST_STREAM:
        pass  # each takes the lowest number that is free
    os.close(handle)
    for number, name in closed:
        mode = "w" if number else "r"
        setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - stays open


def discard_output() -> None:
    """Point stdout at nothing after its reader has gone, so that Python does not complain on the way out."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return  # a stream without a file behind it needs nothing
