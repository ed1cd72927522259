"""Why a place's visits of a month are as they are: who goes, who else could at what cost, why nobody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import SanwuError
from sanwu_cli.jobs.lookup import find_one
from sanwu_cli.jobs.rostering import build_group_year, need_plan
from sanwu_cli.jobs.staffing import gather_staffing
from sanwu_cli.ledger.rosters import join_groups, read_published
from sanwu_cli.nearest import hint_near
from sanwu_cli.periods import Month
from sanwu_cli.roster.clash import explain_clash
from sanwu_cli.roster.obstacles import list_obstacles
from sanwu_cli.roster.others import list_alternatives
from sanwu_cli.roster.rules import load_rules
from sanwu_cli.terms import TOWNSHIP_ROLES, VILLAGE_ROLES, AreaLevel, RosterGroup, StationedRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.rosters import PublishedRoster, PublishedRosters
    from sanwu_cli.model import Area, Finding, Person, Unfilled
    from sanwu_cli.roster.clash import Clash
    from sanwu_cli.roster.obstacles import Obstacle
    from sanwu_cli.roster.others import Alternative
    from sanwu_cli.roster.relax import Relaxation
    from sanwu_cli.roster.role_year import RoleYear, Staffing
    from sanwu_cli.roster.visits import Visit


class VisitReasons(Struct, frozen=True):
    """One visit, who makes it, who else could, who could not; the clash where nobody makes it.

    `published` is the roster the visit stands in as published.
    """

    visit: Visit
    person: Person | None
    alternatives: tuple[Alternative, ...]
    obstacles: tuple[Obstacle, ...]
    clash: Clash | None = None
    published: PublishedRoster | None = None


class Explanation(Struct, frozen=True):
    """A place's month: its visits in order, those without a day; names of areas by code, of people by id."""

    area: Area
    month: Month
    visits: tuple[VisitReasons, ...]
    dayless: tuple[Unfilled, ...]
    staffing: Staffing
    area_names: Mapping[str, str]
    person_names: Mapping[str, str]
    draft_reason: str
    findings: tuple[Finding, ...]


def parse_role(text: str | None) -> StationedRole | None:
    """Read a role by its word or identifier; raises SanwuError."""
    if text is None:
        return None
    role = next((role for role in StationedRole if text in (role.value, role.label)), None)
    if role is None:
        labels = "、".join(one.label for one in StationedRole)
        names = [name for one in StationedRole for name in (one.label, one.value)]
        raise SanwuError(f"没有“{text}”这种进驻人员", remedy=f"{hint_near(text, names)}可以写：{labels}")
    return role


def explain_place(
    workspace: Workspace,
    registers: RegisterReading,
    text: str,
    month: Month,
    *,
    role: StationedRole | None = None,
) -> Explanation:
    """Explain the visits of a place in a month, of one role or of all that go there.

    Raises SanwuError for a month before the plan, a place nobody knows, a role that does not go there, or
    when nobody can be sent.
    """
    need_plan(workspace, month)
    area = _find_area(registers, text, month)
    roles = TOWNSHIP_ROLES if area.level is AreaLevel.TOWNSHIP else VILLAGE_ROLES
    if role is not None and role not in roles:
        labels = "、".join(one.label for one in roles)
        raise SanwuError(f"{role.label}不到{area.name}进驻", remedy=f"这里可以写：{labels}")
    published = read_published(workspace.ledger.read())
    groups = _choose_groups(registers, roles, role)
    frozen = join_groups(published)
    years = [
        build_group_year(workspace, registers, month.year, group=group, published=frozen) for group in groups
    ]
    own = tuple(one for year in years for one in year.roles)
    rosters = [year.months[month] for year in years]
    staffing = gather_staffing(workspace.settings, registers.registers, [month.year])
    wanted = [role] if role else list(roles)
    return Explanation(
        area,
        month,
        tuple(_explain_all(area, month, own, staffing=staffing, published=published, wanted=wanted)),
        tuple(
            gap
            for roster in rosters
            for gap in roster.unfilled
            if gap.area_code == area.code and gap.planned_on is None and gap.role in wanted
        ),
        staffing,
        {one.code: one.name for one in _order_areas(staffing.areas, month)},
        _name_people(own),
        next((roster.draft_reason for roster in rosters if roster.draft_reason), ""),
        registers.findings,
    )


def _choose_groups(
    registers: RegisterReading, roles: Sequence[StationedRole], role: StationedRole | None
) -> tuple[RosterGroup, ...]:
    """Choose what is built: the role's group, else those with people; of none the first, which says so."""
    staffed = {person.role for person in registers.registers.persons}
    groups = tuple(dict.fromkeys(RosterGroup.of_role(one) for one in ([role] if role else roles)))
    return tuple(group for group in groups if staffed & set(group.roles)) or groups[:1]


def _find_area(registers: RegisterReading, text: str, month: Month) -> Area:
    """Find the area by the code, name or alias it bears in the month, else as any name is looked up."""
    found = {
        area.code: area
        for area in registers.registers.areas
        if text.strip() in (area.code, area.name, *area.aliases)
        and (area.exists_on(month.first_day) or area.exists_on(month.last_day))
    }
    if len(found) == 1:
        return next(iter(found.values()))
    return find_one(registers, text, on=month.last_day)


def _order_areas(areas: Iterable[Area], month: Month) -> list[Area]:
    """Order areas so that of several of one code the one of the month comes last."""
    return sorted(areas, key=lambda area: (area.code, area.exists_on(month.last_day), area.name))


def _name_people(roles: Iterable[RoleYear]) -> dict[str, str]:
    """Name everybody by id, those of a published roster who left the register too."""
    names: dict[str, str] = {}
    for year in roles:
        names |= {who.id: who.name for who in year.assignment.values() if who is not None}
        names |= {person.id: person.name for person in reversed(year.facts.persons)}
    return names


def _explain_all(
    area: Area,
    month: Month,
    roles: Sequence[RoleYear],
    *,
    staffing: Staffing,
    published: PublishedRosters,
    wanted: Collection[StationedRole],
) -> Iterable[VisitReasons]:
    own = [
        (visit, role)
        for role in roles
        if role.role in wanted
        for visit in role.assignment
        if visit.area_code == area.code and Month.of(visit.date) == month
    ]
    for visit, role in sorted(own, key=lambda item: item[0].sort_key):
        stands = None if visit in role.open_visits else published.get((month, RosterGroup.of_role(role.role)))
        person = role.assignment[visit]
        if person is None:
            clash = explain_clash(visit, roles, staffing.areas, staffing.calendar)
            obstacles = list_obstacles(visit, role.facts, role.assignment)
            # Of a roster still to be made nobody can simply be sent: it would have been done.
            others = list_alternatives(visit, role, staffing.wishes)[0] if stands else ()
            yield VisitReasons(visit, None, others, obstacles, clash, stands)
        else:
            others, obstacles = list_alternatives(visit, role, staffing.wishes)
            yield VisitReasons(visit, person, others, obstacles, None, stands)


def explanation_as_json(found: Explanation) -> dict[str, object]:
    """Give an explanation as sanwu/roster-explain/1."""
    return {
        "schema": "sanwu/roster-explain/1",
        "area_code": found.area.code,
        "area": found.area.name,
        "month": str(found.month),
        "draft_reason": found.draft_reason,
        "visits": [_reasons_as_json(reasons) for reasons in found.visits],
        "dayless": [{"role": gap.role.value, "reasons": list(gap.reasons)} for gap in found.dayless],
    }


def _reasons_as_json(reasons: VisitReasons) -> dict[str, object]:
    visit, published = reasons.visit, reasons.published
    return {
        "visit": {
            **_visit_as_json(visit),
            "role": visit.role.value,
            "place": visit.place,
            "hours": visit.hours,
            "moved_from": visit.moved_from.isoformat() if visit.moved_from else None,
        },
        "person_id": reasons.person.id if reasons.person else None,
        "person": reasons.person.name if reasons.person else None,
        "published": {"on": published.published_on.isoformat(), "run": published.run} if published else None,
        "alternatives": [_alternative_as_json(one) for one in reasons.alternatives],
        "obstacles": [
            {"person_id": one.person.id, "person": one.person.name, "rule": one.rule.id}
            for one in reasons.obstacles
        ],
        "clash": _clash_as_json(reasons.clash) if reasons.clash else None,
    }


def _visit_as_json(visit: Visit) -> dict[str, object]:
    return {"date": visit.date.isoformat(), "area_code": visit.area_code}


def _alternative_as_json(one: Alternative) -> dict[str, object]:
    names = {rule.id: rule.level for rule in load_rules()}
    return {
        "person_id": one.person.id,
        "person": one.person.name,
        "rearranged": one.is_solved,
        "levels": [
            {
                "level": "+".join(names[part] for part in cost.rule.split("+")),
                "value": cost.value,
                "other": cost.other,
                "proven": cost.is_proven,
            }
            for cost in one.costs
        ],
    }


def _clash_as_json(clash: Clash) -> dict[str, object]:
    relaxing = clash.relaxing
    return {
        "visits": [_visit_as_json(visit) for visit in clash.conflict],
        "capacity": clash.capacity,
        "proven": clash.is_proven,
        "staff": [person.id for person in clash.staff],
        "fewest_relaxations": relaxing.fewest,
        "fewest_proven": relaxing.is_proven,
        "relaxations": [[_relaxation_as_json(one) for one in own] for own in relaxing.sets],
        "relaxations_complete": relaxing.is_complete,
        "other_days": [day.isoformat() for day in clash.other_days],
    }


def _relaxation_as_json(one: Relaxation) -> dict[str, object]:
    return {
        "rule": one.rule,
        "person_id": one.person,
        "date": one.day.isoformat() if one.day else None,
        "area_code": one.area_code or None,
        "limit": one.limit or None,
    }
