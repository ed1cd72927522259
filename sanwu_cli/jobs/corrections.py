"""The correction notice of a month's published rosters: duty by duty what was and what is, and no more.

It may be posted: it says of which kind a change is, never why somebody cannot come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.contexts import describe_common
from sanwu_cli.ledger.rosters import list_versions
from sanwu_cli.model import Duty
from sanwu_cli.roster.changes import compare_rosters
from sanwu_cli.roster.standing import day_of
from sanwu_cli.roster.visits import day_label
from sanwu_cli.terms import AreaLevel, RosterGroup, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.rosters import PublishedRoster
    from sanwu_cli.model import Area, Finding, Roster, Unfilled
    from sanwu_cli.periods import Month
    from sanwu_cli.roster.changes import DutyChange

KIND = "roster_correction"
_READINGS = ("T-25",)
_GAP, _NOTHING, _CANCELLED = "缺", "无", "取消"


class Correction(Struct, frozen=True):
    """A group's roster as it was published, and as it is corrected."""

    before: PublishedRoster
    after: Roster


def find_corrections(workspace: Workspace, month: Month) -> tuple[Correction, ...]:
    """Find what the last publishing of a month replaced; empty where nothing of it was ever replaced."""
    contents = workspace.ledger.read()
    replaced = [
        versions for group in RosterGroup if len(versions := list_versions(contents, month, group)) > 1
    ]
    last = max((versions[-1].run for versions in replaced), default=None)
    return tuple(
        Correction(versions[-2], versions[-1].roster) for versions in replaced if versions[-1].run == last
    )


def describe_last_correction(
    workspace: Workspace, registers: RegisterReading, month: Month
) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """Tell the template of the month's last correction; raises SanwuError where there is none."""
    found = find_corrections(workspace, month)
    if not found:
        raise SanwuError(
            f"{month.label}的值班表没有更正过，没有可以通知的",
            remedy="先用 sanwu roster repair 更正并公布；公布过一次的月份，通知用 duty_roster_notice",
            status=ExitStatus.INPUT_MISSING,
        )
    return describe_correction(workspace, registers, month, found), ()


def describe_correction(
    workspace: Workspace, registers: RegisterReading, month: Month, corrections: Iterable[Correction]
) -> dict[str, object]:
    """Tell the template of corrections of one month."""
    known = tuple(corrections)
    areas = registers.registers.areas
    changes = [change for one in known for change in compare_rosters(one.before.roster, one.after)]
    changes.sort(key=lambda one: (str(day_of(one.item)), tuple(StationedRole).index(one.item.role)))
    gaps = [c.after for c in changes if c.after is not None and not isinstance(c.after, Duty)]
    name = workspace.settings.name
    return describe_common(workspace, month, _READINGS) | {
        "recipients": list(workspace.settings.recipients)
        or ["各乡镇（街道）", f"{name}人民法院", f"{name}人民检察院", f"{name}司法局"],
        "correction": {
            "tables": [
                {"name": one.before.group.table_title, "published_on": _name_day(one.before.published_on)}
                for one in known
            ],
            "rows": [_describe_change(change, areas) for change in changes],
            "unfilled": len(gaps),
        },
        "clauses": {"roster": workspace.plan.value("duty_day.per_month").clause},
        "unknowns": [
            f"{name_place(areas, gap.area_code, gap.planned_on)}的{gap.role.label}没有人可派" for gap in gaps
        ],
    }


def name_place(areas: Sequence[Area], code: str, day: date | None) -> str:
    """Name an area by the name it bears that day, a village behind its township; else by its code."""
    own = _find_area(areas, code, day)
    if own is None:
        return code
    township = _find_area(areas, own.parent, day) if own.level is AreaLevel.VILLAGE else None
    return f"{township.name if township else ''}{own.name}"


def _find_area(areas: Sequence[Area], code: str, day: date | None) -> Area | None:
    own = [area for area in areas if area.code == code]
    return next((area for area in own if day is None or area.exists_on(day)), own[0] if own else None)


def _describe_change(change: DutyChange, areas: Sequence[Area]) -> Mapping[str, object]:
    item = change.item
    return {
        "area": name_place(areas, item.area_code, day_of(item)),
        "role": item.role.label,
        "before": _NOTHING if change.before is None else _tell(change.before),
        "after": _CANCELLED if change.after is None else _tell(change.after),
        "kind": change.kind.label,
    }


def _tell(item: Duty | Unfilled) -> str:
    day = day_of(item)
    return f"{day_label(day) if day else ''} {item.person if isinstance(item, Duty) else _GAP}".strip()


def _name_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
