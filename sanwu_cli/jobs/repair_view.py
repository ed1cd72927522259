"""A repair as people and programs read it: a line a change, and sanwu/roster-repair/1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.corrections import name_place
from sanwu_cli.model import Duty
from sanwu_cli.roster.standing import day_of
from sanwu_cli.roster.visits import day_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.jobs.repairing import Repaired
    from sanwu_cli.model import Area, Unfilled
    from sanwu_cli.roster.changes import DutyChange


def tell_change(change: DutyChange, reason: str, areas: tuple[Area, ...]) -> str:
    """Say a change on one line: 3月10日 柳河镇 法官：王某 → 李某（王某请假）."""
    item = change.item
    day, new = day_of(item), day_of(change.after) if change.after else None
    when = day_label(day) if day else ""
    if new is not None and new != day:
        when += f"→{day_label(new)}"
    return (
        f"{when} {name_place(areas, item.area_code, day)} {item.role.label}："
        f"{_show(change.before, '无')} → {_show(change.after, '取消')}（{reason}）"
    )


def _show(item: Duty | Unfilled | None, nothing: str) -> str:
    if item is None:
        return nothing
    return item.person if isinstance(item, Duty) else "缺"


def repair_as_json(repaired: Repaired, *, run: int | None, files: Iterable[str]) -> dict[str, object]:
    """Give a repair as sanwu/roster-repair/1."""
    return {
        "schema": "sanwu/roster-repair/1",
        "first_day": repaired.first_day.isoformat(),
        "months": [str(month) for month in repaired.months],
        "changes": list_records(repaired),
        "unfilled": [
            {
                "date": gap.planned_on.isoformat() if gap.planned_on else None,
                "area_code": gap.area_code,
                "role": gap.role.value,
                "month": str(gap.month),
                "reasons": list(gap.reasons),
            }
            for gap in repaired.list_gaps()
        ],
        "objective": [
            {"level": level, "value": value, "bound": bound}
            for level, value, bound in repaired.repair.objective
        ],
        "optimal": all(value == bound for _, value, bound in repaired.repair.objective),
        "published_run": run,
        "files": list(files),
    }


def list_records(repaired: Repaired) -> list[dict[str, str | None]]:
    """Give each change as a record of texts; a day is None where there was none or is none any more."""
    return [_make_record(change, reason) for change, reason in repaired.list_changes()]


def _make_record(change: DutyChange, reason: str) -> dict[str, str | None]:
    before, after = change.before, change.after
    old, new = day_of(before) if before else None, day_of(after) if after else None
    return {
        "date": old.isoformat() if old else None,
        "new_date": new.isoformat() if new else None,
        "area_code": change.item.area_code,
        "role": change.item.role.value,
        "kind": change.kind.value,
        "old_person_id": before.person_id if isinstance(before, Duty) else "",
        "old_person": before.person if isinstance(before, Duty) else "",
        "person_id": after.person_id if isinstance(after, Duty) else "",
        "person": after.person if isinstance(after, Duty) else "",
        "reason": reason,
    }
