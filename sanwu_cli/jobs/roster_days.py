"""The year's fixed days of every place: listed with their moves and collisions, and better ones suggested."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.forms import column_of, find_schema
from sanwu_cli.jobs.gate import write_checked_form
from sanwu_cli.jobs.staffing import gather_staffing
from sanwu_cli.periods import Month
from sanwu_cli.registers import REGISTER_FILES
from sanwu_cli.roster.days import parse_rules, write_rule
from sanwu_cli.roster.place_days import (
    Figures,
    find_collisions,
    list_crews,
    list_place_days,
    measure_days,
)
from sanwu_cli.roster.suggest import suggest_days, today_rules
from sanwu_cli.terms import TOWNSHIP_ROLES, VILLAGE_ROLES, AreaLevel, StationedRole
from sanwu_cli.workbook.form import FormSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.roster.days import DutyRule
    from sanwu_cli.roster.exact import Level
    from sanwu_cli.roster.place_days import Collision, Crew, PlaceDays
    from sanwu_cli.roster.role_year import Staffing

_SHEET = "register_duty_day"
_EVERY_ROLE = "全部"
_SPARE_ROWS = 50


class YearDays(Struct, frozen=True):
    """A year's fixed days: places, who goes to them, and what that comes to.

    `draft_reason` says why the dates may still move; empty when the year's arrangement is published.
    """

    year: int
    roles: tuple[StationedRole, ...]
    staffing: Staffing
    places: tuple[PlaceDays, ...]
    crews: tuple[Crew, ...]
    draft_reason: str

    @property
    def collisions(self) -> tuple[Collision, ...]:
        """The dates on which more places expect a role than there are people."""
        return find_collisions(self.places, self.crews)

    @property
    def figures(self) -> Figures:
        """What the days come to."""
        return measure_days(self.places, self.crews)


class SuggestedDays(Struct, frozen=True):
    """What is suggested: the year as it would be, the rule of each place, the levels summed over the crews.

    `kept` are the codes of places that keep today's rule, `unruled` of those that have none today.
    """

    today: YearDays
    suggested: YearDays
    rules: Mapping[str, DutyRule]
    levels: tuple[Level, ...]
    kept: frozenset[str]
    unruled: frozenset[str]

    @property
    def is_optimal(self) -> bool:
        """Say whether every level is proven to be the best."""
        return all(level.value == level.bound for level in self.levels)


def choose_roles(role: StationedRole | None, *, in_villages: bool) -> tuple[StationedRole, ...]:
    """Say whose days are meant: one role's, the mediators' in villages, or the township roles'."""
    if role is not None:
        return (role,)
    return (StationedRole.MEDIATOR,) if in_villages else TOWNSHIP_ROLES


def list_year_days(
    workspace: Workspace, registers: RegisterReading, year: int, roles: tuple[StationedRole, ...]
) -> YearDays:
    """List the year's fixed days of every place these roles visit."""
    staffing = gather_staffing(workspace.settings, registers.registers, [year])
    places = list_place_days(year, staffing, roles)
    return YearDays(
        year, roles, staffing, places, list_crews(places, staffing, roles), _tell_draft(year, staffing)
    )


def find_better_days(today: YearDays) -> SuggestedDays:
    """Suggest a rule for every place, crew by crew; raises SanwuError when there is no place."""
    if not today.places:
        raise SanwuError(
            f"没有要{_name_roles(today.roles)}去的地方，没有日子可以建议",
            place=f"registers/{REGISTER_FILES[_SHEET]}",
            remedy="村(社区)要综治专干或社区民警的，先在进驻日登记表里写上哪些村；规则可以先随便写一个",
            status=ExitStatus.INPUT_MISSING,
        )
    found = suggest_days(today.year, today.places, today.crews, today.staffing)
    suggested = YearDays(
        today.year, today.roles, today.staffing, found.places, today.crews, today.draft_reason
    )
    own_rules = today_rules(today.places)
    return SuggestedDays(
        today,
        suggested,
        found.rules,
        found.levels,
        kept=frozenset(code for code, own in own_rules.items() if own == (found.rules[code],)),
        unruled=frozenset(code for code, own in own_rules.items() if not own),
    )


def check_days(days: YearDays) -> tuple[Finding, ...]:
    """Say which places have no rule, or one that cannot be read."""
    findings: list[Finding] = []
    names = {area.code: area.name for area in days.staffing.areas}
    missing: dict[tuple[str, tuple[StationedRole, ...]], list[str]] = defaultdict(list)
    for place in days.places:
        if place.row is None and place.area.level is AreaLevel.VILLAGE:
            missing[place.area.parent, place.roles].append(place.area.name)
        elif place.row is None:
            findings.append(
                make_finding("DUTY-DAY-MISSING", area=place.area.name, roles=_name_roles(place.roles))
            )
        elif not parse_rules(place.row.rule):
            findings.append(make_finding("DUTY-RULE-UNREADABLE", area=place.area.name, rule=place.row.rule))
    for (code, roles), villages in missing.items():
        findings.append(
            make_finding(
                "VILLAGE-DAY-MISSING",
                area=names.get(code, code),
                villages=f"{len(villages)}个村(社区)",
                role=_name_roles(roles),
            )
        )
    return tuple(findings)


def _name_roles(roles: Sequence[StationedRole]) -> str:
    return "、".join(role.label for role in roles)


def list_unstaffed(days: YearDays) -> tuple[str, ...]:
    """Say for which roles and townships nobody is registered, so that no date can be too full there."""
    names = {area.code: area.name for area in days.staffing.areas}
    lines = []
    for role in days.roles:
        codes = sorted(code for crew in days.crews if role not in crew.roles for code in crew.townships)
        if codes and role in VILLAGE_ROLES:
            lines.append(f"{'、'.join(names.get(c, c) for c in codes)}没有登记能去的{role.label}，不比人数")
        elif codes:
            lines.append(f"没有登记{role.label}，不比{role.label}的人数")
    return tuple(lines)


def write_register(found: SuggestedDays) -> bytes:
    """Write the suggested days as a sheet of the register, for the office to copy from."""
    schema = find_schema(_SHEET)
    label = _EVERY_ROLE if found.today.roles == TOWNSHIP_ROLES else found.today.roles[0].label
    filled: dict[str, tuple[str, ...]] = {}
    for place in found.suggested.places:
        row = place.row
        rule = write_rule(found.rules[place.area.code])
        filled.setdefault(
            place.area.code,
            (place.area.code, label, rule, row.place if row else "", row.hours if row else ""),
        )
    return write_checked_form(
        schema.title,
        FormSpec(
            sheet_id=schema.id,
            version=schema.version,
            title="",
            unit_line="",
            columns=tuple(column_of(schema.by_name[name]) for name in schema.form),
            notes=(schema.note,),
            rows=len(filled) + _SPARE_ROWS,
            filled=tuple(filled.values()),
        ),
        dated=Month(found.today.year, 1).first_day,
    )


def refuse_register(workspace: Workspace, path: Path) -> None:
    """Refuse to write among the registers, which are the office's own; raises SanwuError."""
    folder = (workspace.path / "registers").resolve()
    target = path.resolve()
    own = [book for book in folder.glob("*") if target.exists() and book.samefile(target)]
    if target == folder or folder in target.parents or own:
        raise SanwuError(
            "登记表由本办公室自己改，这个命令不往 registers 里写",
            place=str(path),
            remedy="请换一个位置，例如 -o 进驻日（建议）.xlsx，看过以后再抄进登记表",
            status=ExitStatus.REFUSED,
        )


def _tell_draft(year: int, staffing: Staffing) -> str:
    if staffing.calendar.is_published(Month(year, 1)):
        return ""
    return (
        f"{year}年节假日安排尚未公布，日子只按周末和登记表“节假日”推算，"
        "公布后用 sanwu roster recheck 看动了哪些"
    )


def name_areas(days: YearDays, codes: Sequence[str]) -> str:
    """Name areas by code."""
    names = {area.code: area.name for area in days.staffing.areas}
    return "、".join(names.get(code, code) for code in codes)
