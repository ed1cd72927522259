"""What somebody may have meant: the nearest of the words that are known, said alike everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Chinese words are short: at difflib's own 0.6 a wrong character of two is not found.
LIKENESS = 0.5


def find_near(word: str, known: Iterable[str], *, count: int = 1) -> list[str]:
    """Give the known words nearest to one that is none of them, the nearest first; case does not matter.

    A word that holds the other whole (青禾 for 青禾镇) is near even where most of it is missing.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - start-up: only a mistake needs it

    wanted = word.strip().casefold()
    if not wanted:
        return []
    spelled = {one.casefold(): one for one in reversed(list(known))}
    near = get_close_matches(wanted, list(reversed(spelled)), n=count, cutoff=LIKENESS)
    near += [one for one in reversed(spelled) if wanted in one or (one and one in wanted)]
    return [spelled[one] for one in dict.fromkeys(near)][:count]


def hint_near(word: str, known: Iterable[str], *, count: int = 1, otherwise: str = "") -> str:
    """Ask whether a known word was meant, ready to stand before the rest of a remedy; else say the rest."""
    near = find_near(word, known, count=count)
    return f"您是不是想写{'、'.join(f'“{one}”' for one in near)}？" if near else otherwise
