"""The one form of a claim's content: what the standard library writes, as every ledger has it."""

from __future__ import annotations

import json
import random
import sys

from sanwu_cli.ledger.entries import canonical_json
from sanwu_cli.terms import Indicator


def standard(value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_every_character_is_written_alike():
    for first in range(0, sys.maxunicode + 1, 64):  # lone surrogates among them
        text = "".join(map(chr, range(first, first + 64)))
        assert canonical_json({text: text}) == standard({text: text})


def test_contents_of_any_shape_are_written_alike():
    dice = random.Random(3)  # noqa: S311 - the same contents at every run
    names = ("a", "b", "é", "丁", "中", "\uffee", "\U00020000", "", "A", "_", "a b")

    def draw(depth: int):
        kind = dice.randrange(9 if depth else 6)
        if kind == 6:
            return {dice.choice(names): draw(depth - 1) for _ in range(dice.randrange(4))}
        if kind > 6:
            return (list if kind == 7 else tuple)(draw(depth - 1) for _ in range(dice.randrange(4)))
        number = dice.randrange(-(10**30), 10**30)
        return (None, True, False, number, "“甲”\n/\\", Indicator.CRIMINAL_CASE)[kind]

    for _ in range(2_000):
        value = draw(4)
        assert canonical_json(value) == standard(value)
