"""An explanation of a place's visits in Chinese sentences; it names people and is not for posting."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sanwu_cli.roster.days import weekday_label
from sanwu_cli.roster.rules import load_rules
from sanwu_cli.roster.visits import day_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.jobs.roster_explaining import Explanation, VisitReasons
    from sanwu_cli.jobs.workspace import RegisterReading
    from sanwu_cli.model import Roster
    from sanwu_cli.roster.clash import Clash
    from sanwu_cli.roster.obstacles import Obstacle
    from sanwu_cli.roster.others import Alternative
    from sanwu_cli.roster.relax import Relaxation
    from sanwu_cli.roster.visits import Visit

REASON_HEADERS = ("进驻日", "角色", "值班人", "另一人", "能否去", "说明")
_SAME = "各项都不变"


def headline(found: Explanation) -> str:
    """Say which place and month is explained, and when it has no visit at all."""
    name = f"{found.area.name}（{found.area.code}）{found.month.label}"
    if found.visits or found.dayless:
        return name
    return f"{name}没有进驻的班：登记表“进驻日”没有为它排，或者当月这里不设"


def visit_line(found: Explanation, reasons: VisitReasons) -> str:
    """Say which visit it is, on which day and why on that one, and who makes it."""
    visit = reasons.visit
    who = reasons.person.name if reasons.person else "缺"
    return f"{visit.role.label} {_tell_day(visit)}：{who}{_tell_move(found, visit)}"


def published_line(reasons: VisitReasons) -> str:
    """Say when the visit's roster was published, empty where it was not."""
    if reasons.published is None:
        return ""
    on, run = reasons.published.published_on, reasons.published.run
    return f"已公布（{on.isoformat()}，第{run}次操作），照公布的不再重排"


def _tell_day(visit: Visit) -> str:
    return f"{day_label(visit.date)}（{weekday_label(visit.date)}）"


def _tell_move(found: Explanation, visit: Visit) -> str:
    """Say off which day the visit was moved and why; nothing where it was not."""
    named = visit.moved_from
    if named is None:
        return ""
    cause = found.staffing.calendar.name_of(named) or "休息日"
    way = "顺延" if visit.date > named else "提前"
    return f"（登记的是{day_label(named)}，{cause}，{way}）"


def alternative_line(one: Alternative, *, is_empty: bool = False) -> str:
    """Say what it would cost to send somebody else, or anybody to an empty place."""
    figures = {rule.id: rule.figure for rule in load_rules()}
    changes = []
    for cost in one.costs:
        if cost.value != cost.other:
            name = "加".join(figures[part] for part in cost.rule.split("+"))
            changes.append(f"{name}{cost.value}→{'' if cost.is_proven else '最多'}{cost.other}")
    way = "派" if is_empty else "换成"
    return f"{way}{one.person.name}：{'，'.join(changes) or _SAME}"


def obstacle_line(obstacles: Sequence[Obstacle], names: Mapping[str, str]) -> str:
    """Say of everybody who cannot go by which rule."""
    return "、".join(f"{one.person.name}{one.tell(names)}" for one in obstacles)


def clash_line(found: Explanation, clash: Clash) -> str:
    """Say in sentences who cannot go and which visits clash."""
    visit, names = clash.visit, found.area_names
    head = f"{_name(visit, names)}缺{visit.role.label}1人。"
    if not clash.staff:
        return f"{head}没有在岗的{visit.role.label}。"
    staff = f"在岗{len(clash.staff)}人"
    told = f"{staff}：{obstacle_line(clash.obstacles, names)}。" if clash.obstacles else f"{staff}。"
    return f"{head}{told}{_tell_conflict(clash, names)}"


def _tell_conflict(clash: Clash, names: Mapping[str, str]) -> str:
    if not clash.conflict:
        keep = {one.person.id for one in clash.obstacles}
        able = "、".join(person.name for person in clash.staff if person.id not in keep)
        return f"现在{able}可去。" if able else "别的班调一调就有人可去。"
    if len(clash.conflict) == 1:
        return "一个能去的人也没有。"
    others = "、".join(_name(visit, names) for visit in clash.conflict[1:])
    few = f"只有{clash.capacity}人可去" if clash.is_of_one_day else f"最多只排得出{clash.capacity}个"
    sure = "" if clash.is_proven else "（是不是最少的几个班，没有证完）"
    return f"与{others}合起来{len(clash.conflict)}个班{few}{sure}。"


def _name(visit: Visit, names: Mapping[str, str]) -> str:
    return f"{names.get(visit.area_code, visit.area_code)}{day_label(visit.date)}"


def remedy_lines(found: Explanation, clash: Clash) -> list[str]:
    """Say what would fill the visit while everything that is filled stays so, one line a way."""
    relaxing, place = clash.relaxing, found.area_names.get(clash.visit.area_code, clash.visit.area_code)
    ways = ["，同时".join(_tell_relaxation(found, one) for one in _shorten(own)) for own in relaxing.sets]
    if not relaxing.is_complete and ways:
        ways.append(f"还有别的{relaxing.fewest}处一起放宽的办法")
    if clash.other_days:
        days = "、".join(map(day_label, clash.other_days))
        ways.append(f"{place}{clash.visit.date.month}月的进驻日改到{days}中的一天")
    ways.append(f"{day_label(clash.visit.date)}再增派1名{clash.visit.role.label}")
    return ways


def effort_line(clash: Clash) -> str:
    """Say how many exceptions are needed at least, where that is not one."""
    fewest = clash.relaxing.fewest
    if fewest is None:
        return "只放宽请假、每月上限、对口排不出来（角色、任职日期、回避不能放宽）" if clash.staff else ""
    if fewest <= 1:
        return ""
    sure = "至少" if clash.relaxing.is_proven else "大约"
    return f"放宽请假、每月上限、对口的，{sure}要放宽{fewest}处"


def _shorten(own: Sequence[Relaxation]) -> list[Relaxation]:
    """Leave out the steps of a limit on the way to the last one."""
    last = {(one.rule, one.person): one.limit for one in own if one.limit}
    return [one for one in own if not one.limit or one.limit == last[one.rule, one.person]]


def _tell_relaxation(found: Explanation, one: Relaxation) -> str:
    name = found.person_names.get(one.person, one.person)
    if one.day is not None:
        return f"{name}{day_label(one.day)}不请假"
    if one.area_code:
        return f"{name}的对口区域加上{found.area_names.get(one.area_code, one.area_code)}"
    return f"{name}{found.month.number}月的上限放到{one.limit}次"


def reason_rows(found: Explanation) -> list[tuple[str, ...]]:
    """List one row for everybody else of each visit, under REASON_HEADERS."""
    rows: list[tuple[str, ...]] = []
    for reasons in found.visits:
        visit = reasons.visit
        head = (visit.date.isoformat(), visit.role.label, reasons.person.name if reasons.person else "缺")
        rows += [
            (*head, one.person.name, "能", alternative_line(one).partition("：")[2])
            for one in reasons.alternatives
        ]
        rows += [
            (*head, obstacle.person.name, "不能", obstacle.tell(found.area_names))
            for obstacle in reasons.obstacles
        ]
        if not (reasons.alternatives or reasons.obstacles):
            rows.append((*head, "", "", f"没有别的在岗的{visit.role.label}"))
    return rows


def add_hints(told: Sequence[str], roster: Roster, registers: RegisterReading) -> list[str]:
    """Say below what is told of each empty place how to look closely; of one without any day nothing more."""
    named = Counter(area.name for area in registers.registers.areas)
    names = {area.code: area.name for area in registers.registers.areas if named[area.name] == 1}
    lines = []
    for line, gap in zip(told, roster.unfilled, strict=True):
        lines.append(line)
        if gap.planned_on is not None:
            place = names.get(gap.area_code, gap.area_code)
            ask = f"sanwu roster explain {place} --month {roster.month} --role {gap.role.label}"
            lines.append(f"  原因细看：{ask}")
    return lines
