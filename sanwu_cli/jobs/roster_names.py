"""What the sheets of an exported roster are called, and how people are named in them."""

from __future__ import annotations

from collections import defaultdict
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
    """Give by number how those are written whose name several people of the register bear: 甲某（F01）."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for person in persons:
        bearers[person.name].add(person.id)
    return {id_: f"{name}（{id_}）" for name, ids in bearers.items() if len(ids) > 1 for id_ in ids}
