"""The form in which headers are compared."""

from __future__ import annotations

from functools import lru_cache

from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.values import fold

BRACKETED = compile_later(r"\([^()]*\)")


@lru_cache(maxsize=8192)
def header_key(text: str) -> str:
    """Fold a column header for comparison; stars, colons and lower case do not matter."""
    return fold(text).lower().strip("*※★☆:;,.、。")


@lru_cache(maxsize=8192)
def bare_key(key: str) -> str:
    """Cut the bracketed parts off a folded header: 乡镇(街道) becomes 乡镇; one that is all bracket stays."""
    bare = BRACKETED.sub("", key) if "(" in key else key
    return bare.strip("*:") or key
