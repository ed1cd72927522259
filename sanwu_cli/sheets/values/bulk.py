"""Many cells at once: whether a whole column's texts already read as they stand."""

from __future__ import annotations

from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.values.codes import (
    AS_IT_STANDS,
    LATEST_BIRTH_IN_CASE_NUMBER,
    MAY_BE_SEVERAL,
    PARTING_SIGNS,
)
from sanwu_cli.sheets.values.text import (
    LATEST_BIRTH,
    LATEST_MISTYPED_BIRTH,
    NEVER_MISTYPED,
    is_card_number,
    is_id_number,
)

BETWEEN = "\x00"
# What no parser folds, drops or takes for a part of a personal number: plain ASCII, Chinese characters
# and their punctuation. Whatever else there is, be it a full-width digit, sends the column to the parsers.
_PLAIN = compile_later(r"[\x00 -~\u3001\u3002\u3007-\u3011\u4e00-\u9fff“”…·（），：；？！]+")
_BLANKS = ("  ", f"{BETWEEN} ", f" {BETWEEN}")
_NO_DIGIT = compile_later(r"\x00[^0-9\x00]*(?=\x00)")
# The parsers' patterns, each begun with what a search finds fast; BETWEEN bounds a number as an edge does.
_MOBILE = compile_later(r"1(?<![0-9]1)[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
_MOBILE_ABROAD = compile_later(r"86(?<![0-9]86)[- ]?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
_ID_NUMBER = compile_later(
    r"[^0-9A-Za-z][1-9][0-9]{5}[- ]?((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})"
    r"[- ]?[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_CARD = compile_later(r"[^0-9A-Za-z][3-69][0-9]{3}(?:[- ]?[0-9]{4}){3}(?:[- ]?[0-9]{1,3})?(?![0-9A-Za-z])")


def is_plain_text(joined: str) -> bool:
    """Say whether `parse_text` gives every one of the texts unchanged; False may also mean: not sure.

    Args:
        joined: texts of many cells with BETWEEN between, and none at the ends.
    """
    if _PLAIN.fullmatch(joined) is None:
        return False
    framed = f"{BETWEEN}{joined}{BETWEEN}"
    if any(blank in framed for blank in _BLANKS) or BETWEEN + BETWEEN in framed:
        return False
    return not _holds_personal_number(framed, LATEST_BIRTH, LATEST_MISTYPED_BIRTH)


def is_plain_case_number(joined: str) -> bool:
    """Say whether `parse_case_number` gives every one of the texts unchanged; False may also mean: not sure.

    Args:
        joined: texts of many cells with BETWEEN between, and none at the ends.
    """
    if AS_IT_STANDS.fullmatch(joined) is None:
        return False
    framed = f"{BETWEEN}{joined}{BETWEEN}"
    if _NO_DIGIT.search(framed):
        return False
    # Looking for a sign costs next to nothing, the pattern much.
    if any(sign in joined for sign in PARTING_SIGNS) and MAY_BE_SEVERAL.search(framed):
        return False
    return not _holds_personal_number(framed, LATEST_BIRTH_IN_CASE_NUMBER)


def _holds_personal_number(framed: str, latest_birth: int, mistyped_until: int = NEVER_MISTYPED) -> bool:
    if _MOBILE.search(framed) or _MOBILE_ABROAD.search(framed):
        return True
    if any(is_card_number(match[0]) for match in _CARD.finditer(framed)):
        return True
    return any(is_id_number(match, latest_birth, mistyped_until) for match in _ID_NUMBER.finditer(framed))
