"""What is asked of a document kind, and what its template is told: one paper, or one for each unit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.jobs.contexts import describe_common
from sanwu_cli.periods import Month, Period
from sanwu_cli.plan.tally import find_current_code
from sanwu_cli.terms import AreaKind, AreaLevel

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.model import Area, Finding

# The departments the plan binds beside the townships, and how their full names end.
DEPARTMENTS = {"court": "人民法院", "procuratorate": "人民检察院", "police": "公安局", "justice": "司法局"}
_QUARTER = 3
_ORDINALS = "一二三四"
_OFFICES = {AreaKind.TOWN: "人民政府", AreaKind.SUBDISTRICT: "办事处"}
_PARTY = {AreaKind.TOWN: "党委、人民政府", AreaKind.SUBDISTRICT: "党工委、办事处"}


class Asked(Struct, frozen=True):
    """What somebody asks for: the month it is about, the day it is seen from, what an order rests on.

    `basis` says who agreed to an order, `document` is the number of the paper that says so.
    """

    month: Month
    as_of: date | None = None
    basis: str = ""
    document: str = ""

    @property
    def quarter(self) -> Period:
        """The quarter of the month."""
        first = Month(self.month.year, self.month.number - (self.month.number - 1) % _QUARTER)
        return Period(first, first.plus(_QUARTER - 1))


class Paper(Struct, frozen=True):
    """What one document is told; `unit` says for whom it is, where there is one for each."""

    context: dict[str, Any]
    findings: tuple[Finding, ...] = ()
    unit: str = ""


class Township(Struct, frozen=True):
    """A township as it stands on a day, with the codes of those that were merged into it."""

    area: Area
    codes: frozenset[str]


def list_townships(areas: Iterable[Area], day: date) -> tuple[Township, ...]:
    """List the townships of a day by code."""
    by_code: dict[str, list[Area]] = defaultdict(list)
    for area in areas:
        if area.level is AreaLevel.TOWNSHIP:
            by_code[area.code].append(area)
    lines: dict[str, set[str]] = defaultdict(set)
    for code in by_code:
        lines[find_current_code(by_code, code, day)].add(code)
    standing = {area.code: area for own in by_code.values() for area in own if area.exists_on(day)}
    return tuple(Township(standing[code], frozenset(lines[code])) for code in sorted(standing))


def name_span(month: Month, every: str) -> str:
    """Name the month, or its quarter (2026年第一季度), or its year."""
    if every == "quarter":
        return f"{month.year}年第{_ORDINALS[(month.number - 1) // _QUARTER]}季度"
    return f"{month.year}年" if every == "year" else month.label


def describe_paper(workspace: Workspace, asked: Asked, every: str, readings: Iterable[str]) -> dict[str, Any]:
    """Give what all papers share: what every document is told, and the span."""
    return describe_common(workspace, asked.month, readings) | {
        "span": {"label": name_span(asked.month, every), "year": asked.month.year},
        "unknowns": [],
    }


def name_office(county: str, area: Area) -> str:
    """Name the office of a township that signs its papers, such as 清河市双井乡人民政府."""
    return f"{county}{area.name}{_OFFICES.get(area.kind, '')}"


def name_party_office(area: Area) -> str:
    """Name whom a paper to a township is for, such as 双井乡党委、人民政府."""
    return f"{area.name}{_PARTY.get(area.kind, '')}"


def name_committee(workspace: Workspace) -> str:
    """Name the political and legal committee: the office of the settings, else by the county's name."""
    return workspace.settings.issuer or f"中共{workspace.settings.name}委政法委员会"


def tell_day(day: date | None) -> str:
    """Write a day as it stands in a text: 2026年3月10日; nothing where there is none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def tell_short_day(day: date, year: int) -> str:
    """Write a day as it stands in a table: without the year where it is the paper's own."""
    return f"{day.month}月{day.day}日" if day.year == year else tell_day(day)


def name_department(workspace: Workspace, unit_id: str) -> str:
    """Name a department of the plan in full, such as 清河市人民法院."""
    return f"{workspace.settings.name}{DEPARTMENTS[unit_id]}"
