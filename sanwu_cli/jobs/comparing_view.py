"""Two months compared, as JSON (sanwu/compare/1) and as rows; what is unknown stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.year_list import STATUS_LABELS
from sanwu_cli.plan.evaluate import show_interval
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import Answer

if TYPE_CHECKING:
    from sanwu_cli.jobs.comparing import Comparison, Pair, TownshipPair, VillagePair
    from sanwu_cli.model import Interval
    from sanwu_cli.terms import Indicator

VILLAGE_HEADERS = ("村(社区)", "乡镇(街道)", "状态", "新突破", "累计件数")
LATE_HEADERS = ("导入日期", "表", "月份", "张数")
_REACH = {Answer.MET: "够得着", Answer.NOT_MET: "够不着", Answer.UNKNOWN: "待定", None: "—"}
_WHOLE = "合计"


def comparison_as_json(comparison: Comparison) -> dict[str, object]:
    """Give two months as sanwu/compare/1."""
    first, second = comparison.first, comparison.second
    return {
        "schema": "sanwu/compare/1",
        "first": {"month": str(first.month), "as_of": first.only.as_of.isoformat()},
        "second": {"month": str(second.month), "as_of": second.only.as_of.isoformat()},
        "county": _pairs_as_json(comparison.county),
        "townships": [
            {
                "code": one.area.code,
                "name": one.area.name,
                "cases": _pairs_as_json(one.cases),
                "breached": _pair_as_json(one.breached),
                "all_breached": _pair_as_json(one.all_breached),
                "share_reachable": {
                    side: answer.value if answer else None
                    for side, answer in zip(("first", "second"), one.reachable, strict=True)
                },
            }
            for one in comparison.townships
        ],
        "villages": [
            {
                "code": one.area.code,
                "name": one.area.name,
                "township": one.area.parent,
                "status": {"first": one.statuses[0], "second": one.statuses[1]},
                "to_date": _pairs_as_json(one.to_date),
                "new_breaches": [
                    {"indicator": indicator.value, "was": was.value if was else None}
                    for indicator, was in one.new_breaches
                ],
            }
            for one in comparison.villages
        ],
        "late_reports": [
            {
                "taken_in_on": one.taken_in_on.isoformat(),
                "id": one.schema_id,
                "file": one.file,
                "sheet": one.sheet,
                "period": one.period,
            }
            for one in comparison.late
        ],
    }


def _pairs_as_json(pairs: dict[Indicator, Pair]) -> dict[str, object]:
    return {indicator.value: _pair_as_json(pair) for indicator, pair in pairs.items()}


def _pair_as_json(pair: Pair) -> dict[str, object]:
    return {"first": _bounds(pair.first), "second": _bounds(pair.second), "change": pair.change}


def _bounds(interval: Interval | None) -> dict[str, object] | None:
    return None if interval is None else {"low": interval.low, "high": interval.high}


def township_headers(comparison: Comparison) -> tuple[str, ...]:
    """Give the headers of the townships' rows: a column for each indicator that is judged."""
    labels = (indicator.label for indicator in comparison.county)
    return ("乡镇(街道)", *labels, "突破的村", "全部突破", "命名占比")


def township_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """Lay out under `township_headers` the county and every township: the first month, then the second."""
    county = [show_pair(pair) for pair in comparison.county.values()]
    return [(_WHOLE, *county, "", "", ""), *(_township_row(one) for one in comparison.townships)]


def _township_row(one: TownshipPair) -> tuple[str, ...]:
    reach = [_REACH[answer] for answer in one.reachable]
    return (
        one.area.name,
        *(show_pair(pair) for pair in one.cases.values()),
        show_pair(one.breached),
        show_pair(one.all_breached),
        reach[0] if reach[0] == reach[1] else " → ".join(reach),
    )


def show_pair(pair: Pair) -> str:
    """Write a number on both sides, once where it is the same and known."""
    first, second = _show(pair.first), _show(pair.second)
    return first if first == second and pair.change == 0 else f"{first} → {second}"


def _show(interval: Interval | None) -> str:
    return "—" if interval is None else show_interval(interval)


def village_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """Lay out under VILLAGE_HEADERS the villages of which something changed."""
    names = {one.area.code: one.area.name for one in comparison.townships}
    return [_village_row(one, names.get(one.area.parent, "")) for one in comparison.villages]


def _village_row(one: VillagePair, township: str) -> tuple[str, ...]:
    first, second = (STATUS_LABELS[status] if status else "不在册" for status in one.statuses)
    changed = [f"{i.label}{show_pair(p)}" for i, p in one.to_date.items() if p.first != p.second]
    fresh = [
        indicator.label + ("（原来待定）" if was is Answer.UNKNOWN else "")
        for indicator, was in one.new_breaches
    ]
    status = first if first == second else f"{first} → {second}"
    return one.area.name, township, status, "、".join(fresh), "；".join(changed)


def late_rows(comparison: Comparison) -> list[tuple[str, str, str, int]]:
    """Lay out under LATE_HEADERS what came in late: the sheets of one kind and day together."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for late in comparison.late:
        grouped.setdefault((late.taken_in_on.isoformat(), late.schema_id), []).append(late.label)
    schemas = load_schemas()
    return [
        (day, schemas[sheet].title, "、".join(dict.fromkeys(labels)), len(labels))
        for (day, sheet), labels in grouped.items()
    ]
