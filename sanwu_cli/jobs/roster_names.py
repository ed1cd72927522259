"""What the sheets of an exported roster are called, and how people are named in them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.model import Person

YEAR_SHEET = "全年"
BY_PERSON_SHEET = "按人"
PERSON_YEAR_SHEET = "按人全年"
LOAD_SHEET = "统计"
LEVEL_SHEET = "各级目标"
RECORD_SHEET = "公布记录"
# What the names of our own sheets beside the rosters begin with.
OWN_SHEETS = (YEAR_SHEET, BY_PERSON_SHEET, LOAD_SHEET, LEVEL_SHEET, RECORD_SHEET)


def show_names(persons: Iterable[Person]) -> Mapping[str, str]:
    """Give by number how those are written whose name somebody else bears at the same time: 甲某（F01）.

    Two numbers in the register that are never in service on one day may be one person who moved.
    """
    bearers: dict[str, list[Person]] = defaultdict(list)
    for person in persons:
        bearers[person.name].append(person)
    return {
        one.id: f"{name}（{one.id}）"
        for name, own in bearers.items()
        for one in own
        if any(one.id != other.id and _meet(one, other) for other in own)
    }


def _meet(one: Person, other: Person) -> bool:
    """Say whether both are in service on some day."""
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_to or date.max, other.valid_to or date.max)
