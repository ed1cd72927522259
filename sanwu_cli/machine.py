"""This machine as others have to know it: its name, who works on it, whether a process still runs."""

from __future__ import annotations

import os
import sys
import zlib
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_USER_NAMES = ("LOGNAME", "USER", "USERNAME")


@cache
def name_machine() -> str:
    """Give the machine's name in its network."""
    return os.uname().nodename if sys.platform != "win32" else os.environ.get("COMPUTERNAME", "")


@cache
def mark_machine() -> str:
    """Give eight signs that tell this machine from others and are safe in the name of a file."""
    return f"{zlib.crc32(name_machine().encode()):08x}"


def name_boot() -> str:
    """Give what is the same for all that runs under one kernel, containers too; empty where nothing tells."""
    try:
        return _BOOT.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def name_user() -> str:
    """Give the name of the user the program runs for; empty where nothing tells."""
    return next((name for key in _USER_NAMES if (name := os.environ.get(key))), "") or _look_up_user()


def _look_up_user() -> str:
    if sys.platform == "win32":
        return ""
    import pwd  # noqa: PLC0415 - only where the environment says nothing, as under cron

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def is_running(pid: int) -> bool:
    """Say whether a process of this number runs on this machine; where that cannot be asked, it may."""
    if sys.platform == "win32":  # there a signal of 0 is a key press, not a question
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # another user's
    return True
