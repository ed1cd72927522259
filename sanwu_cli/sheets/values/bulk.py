"""Many texts looked at together: whether every one would be read as it stands."""

from __future__ import annotations

import re

from sanwu_cli.sheets.values.text import has_personal_number

_ODD = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u180e]")
_ODD_NUMBER = re.compile(r"[^\x00A-Z0-9（）\u4e00-\u9fff]")
_NO_DIGIT = re.compile(r"(?:\A|\x00)[^0-9\x00]*(?:\x00|\Z)")


def is_plain_text(joined: str) -> bool:
    """Say whether texts, joined by NUL, would each be read as they stand."""
    return _ODD.search(joined) is None and not has_personal_number(joined)


def is_plain_case_number(joined: str) -> bool:
    """Say whether case numbers, joined by NUL, would each be read as they stand."""
    return (
        _ODD_NUMBER.search(joined) is None
        and _NO_DIGIT.search(joined) is None
        and not has_personal_number(joined, latest_birth=2010)
    )
