"""A year's rosters on one screen: how often everybody goes, and where to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sanwu_cli.jobs.roster_figures import count_persons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.jobs.workspace import RegisterReading
    from sanwu_cli.model import Roster

YEAR_HEADERS = ("人员", "角色", "派驻单位", "次数", "去哪里（次数）")


def list_year_rows(rosters: Sequence[Roster], registers: RegisterReading) -> list[tuple[str | int, ...]]:
    """List everybody's visits of the months, the places in the order of how often."""
    names = {area.code: area.name for area in registers.registers.areas}
    places: dict[str, Counter[str]] = {}
    for roster in rosters:
        for duty in roster.duties:
            places.setdefault(duty.person_id, Counter())[duty.area_code] += 1
    return [
        (
            load.person,
            load.role.label,
            load.unit,
            load.visits,
            "、".join(
                f"{names.get(code, code)}{number}"
                for code, number in sorted(
                    places.get(load.person_id, Counter()).items(), key=lambda pair: (-pair[1], pair[0])
                )
            ),
        )
        for load in count_persons(rosters, registers.registers.persons)
    ]
