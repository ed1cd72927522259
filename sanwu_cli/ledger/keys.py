"""Under which key a row of an incident sheet is known, when it has no number, or one that others have too.

A row without a number is known by its date and place, by how many alike stand above it on its sheet, and by
who sent the sheet: alike rows of two senders are two keys; `alike.py` says whether they are two cases.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.ledger.entries import DOUBLED, UNNUMBERED, canonical_json, list_replacing_words
from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.values import fold
from sanwu_cli.terms import RowClass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.ledger.entries import Claim, Json

_DIGEST_LENGTH = 16
_SENDER_LENGTH = 6
SAME_NUMBER = "同一张表里另一行也是这个编号，内容不同，是不是另一件说不准"

# What a name says of the time and of which copy it is; the rest says whose it is.
_TIME = compile_later(
    r"(?:20)?\d\d年度?|20\d\d(?:[-._]?\d{1,2}){0,2}(?!\d)"
    r"|[0-9一二三四五六七八九十元正]+(?:[-—–~至到、和][0-9一二三四五六七八九十]+)?(?:月份?|季度|日|号)"
    r"|[上下]半年|全年|年度|前三季度"
)
_COPY = compile_later(
    "|".join((
        *list_replacing_words(),
        r"副本|复件|复制|拷贝|copy|final|定稿|累计|累积|截[至止]|上报|报送|再报|重发|补发",
        r"第[0-9一二三四五六七八九十]+[稿版次]|\(\d+\)|v\d+",
    ))
)  # fmt: skip
_PLAIN_SHEET = compile_later(r"(?:sheet|工作表)1?")
_SIGNS = compile_later(r"[^\w/]+|_+")


@lru_cache(maxsize=4096)
def name_sender(file: str, sheet: str) -> str:
    """Give what names of a file and a sheet say of their sender: without times, copies and what replaces."""
    stem = file.rpartition(".")[0] or file
    parts = [_bare(part) for part in stem.replace("\\", "/").split("/")]
    own = _bare(sheet)
    parts.append("" if _PLAIN_SHEET.fullmatch(own) else own)
    return "/".join(part for part in parts if part and part != "inbox")


def _bare(text: str) -> str:
    return _SIGNS.sub("", _COPY.sub("", _TIME.sub("", fold(text).lower())))


def make_key(basis: Sequence[Json], repeats: Counter[str], sender: str = "") -> str:
    """Key a row without a number by what it says, by how many alike stand above it, and by its sender."""
    text = canonical_json(basis)
    repeats[text] += 1
    key = UNNUMBERED + _digest(f"{text}#{repeats[text]}")[:_DIGEST_LENGTH]
    return f"{key}-{_digest(sender)[:_SENDER_LENGTH]}" if sender else key


def likeness_of(key: str) -> str:
    """Give the part of a key that alike rows of all senders share; empty for a case with a number."""
    return key[: len(UNNUMBERED) + _DIGEST_LENGTH] if key.startswith(UNNUMBERED) else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def join_rows(
    pairs: Sequence[tuple[Claim, Mapping[str, Json]]], marks: Mapping[int, tuple[str, ...]]
) -> list[Claim]:
    """Join the rows of one case (T-20: charged to each place), part those that share only its number.

    Rows of one sheet are no corrections of each other: of several cases under one number the first that
    counts keeps it, each other one gets a key of its own and is held. `marks` are given, by position, for the
    rows whose key is not theirs alone: rows of equal marks are one case.
    """
    groups: dict[str, dict[tuple[str, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for position, mark in marks.items():
        groups[pairs[position][0].key][mark].append(position)
    claims = [claim for claim, _ in pairs]
    for key, cases in groups.items():
        first = min(cases, key=lambda mark: claims[cases[mark][0]].nature is not RowClass.NEW)
        for mark, positions in cases.items():
            content = _join_contents([pairs[position][1] for position in positions])
            for position in positions:
                claim = claims[position]
                if mark == first:
                    claims[position] = replace(claim, content=canonical_json(content))
                else:
                    claims[position] = _part(claim, content, f"{DOUBLED}{key}-{_digest(repr(mark))[:6]}")
    return claims


def _join_contents(contents: Sequence[Mapping[str, Json]]) -> Mapping[str, Json]:
    """Give one content for all rows of a case: every place once, the values of the first row."""
    if len(contents) == 1:
        return contents[0]
    places = {canonical_json(place): place for content in contents for place in _places_of(content)}
    return {**contents[0], "places": [places[key] for key in sorted(places)]}


def _places_of(content: Mapping[str, Json]) -> Sequence[Json]:
    places = content["places"]
    return places if isinstance(places, list) else []


def _part(claim: Claim, content: Mapping[str, Json], key: str) -> Claim:
    """Give a claim of a number that is another case's a key of its own; one that may count is held."""
    if claim.nature is RowClass.IGNORED:
        return replace(claim, key=key, content=canonical_json(content))
    why = claim.why or SAME_NUMBER
    held = canonical_json({**content, "unclear": content["unclear"] or SAME_NUMBER})
    return replace(claim, key=key, content=held, nature=RowClass.HELD, why=why)
