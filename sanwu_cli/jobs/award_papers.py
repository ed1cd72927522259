"""What the papers of the year's end are told (五(二), 六(四)): the list, naming, the money, who is barred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanwu_cli.jobs.circular import COUNTING_READINGS
from sanwu_cli.jobs.papers import Paper, describe_paper, name_committee, name_party_office
from sanwu_cli.jobs.scoring import open_scoring
from sanwu_cli.jobs.year_end import close_year
from sanwu_cli.terms import AreaLevel, Flag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sanwu_cli.jobs.papers import Asked
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.jobs.year_end import Award, Barred, YearEnd
    from sanwu_cli.model import Area

_NAMING, _MONEY, _BARRING = "O-41", "O-42", "O-43"
_TEN_THOUSAND = 10_000
_OBJECTIONS = "objection.window_workdays"


def describe_year_list(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give the year's list: who meets the conditions, who is open, who is at the line of the sanction."""
    end = _close(workspace, registers, asked)
    return (Paper(_describe(workspace, asked, end), end.score.scoring.findings),)


def describe_naming(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give the draft of the decision that names; none where nobody meets the conditions for sure."""
    end = _close(workspace, registers, asked)
    if not end.named:
        return ()
    name = workspace.settings.name
    issuers = [f"中共{name}委", f"{name}人民政府"]
    context = _describe(workspace, asked, end) | {
        "issuer": "　".join(issuers),
        "issuers": issuers,
        "recipients": ["各乡镇（街道）党（工）委、人民政府（办事处）", f"{name[-1]}级各有关单位"],
    }
    return (Paper(context, end.score.scoring.findings),)


def describe_money(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give the notice of the award money with its table; only what is certain is in it."""
    end = _close(workspace, registers, asked)
    if not end.named:
        return ()
    return (Paper(_describe(workspace, asked, end), end.score.scoring.findings),)


def describe_barring(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give the decision that bars units from the year's prizes; none where nobody is at the line."""
    end = _close(workspace, registers, asked)
    if not end.barred:
        return ()
    return (Paper(_describe(workspace, asked, end), end.score.scoring.findings),)


def describe_orders(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give an order to put it right for each township that is at the line, or a village of which is."""
    end = _close(workspace, registers, asked)
    towns = {judged.area.code: judged.area for judged in end.score.townships}
    whole = _describe(workspace, asked, end)
    papers = []
    for code, area in sorted(towns.items()):
        own = [one for one in end.barred if code in (one.area.code, one.area.parent)]
        if own:
            context = whole | {
                "recipients": [name_party_office(area)],
                "township": area.name,
                "barred": _describe_barred(end, own),
                "basis": asked.basis.strip(),
                "document": asked.document.strip(),
            }
            papers.append(Paper(context, end.score.scoring.findings, area.name))
    return tuple(papers)


def _close(workspace: Workspace, registers: RegisterReading, asked: Asked) -> YearEnd:
    year = asked.month.year
    after = asked.as_of if asked.as_of and asked.as_of.year > year else None
    return close_year(open_scoring(workspace, registers, year=year, as_of=after))


def _describe(workspace: Workspace, asked: Asked, end: YearEnd) -> dict[str, Any]:
    plan, day = workspace.plan, end.score.scoring.case.book.day
    certain = [one for one in end.payments if one.is_certain]
    readings = {reading for rule in plan.rules for reading in rule.readings} | set(COUNTING_READINGS)
    readings |= set(plan.value("award.township_yuan").readings)
    workdays = workspace.settings.objection_workdays
    return describe_paper(workspace, asked, "year", sorted(readings)) | {
        "recipients": list(workspace.settings.recipients) or ["各乡镇（街道）"],
        "copies": list(workspace.settings.copies),
        "named": {
            "townships": [one.area.name for one in certain if one.area.level is AreaLevel.TOWNSHIP],
            "villages": sum(one.area.level is AreaLevel.VILLAGE for one in certain),
            "groups": _group_villages(end),
        },
        "open": {
            level.value: [one.area.name for one in end.open_areas if one.area.level is level]
            for level in AreaLevel
        },
        "barred": _describe_barred(end, end.barred),
        "payments": [_describe_payment(end, one) for one in certain],
        "prices": {
            level.value: _tell_money(int(plan.value_on(f"award.{level.value}_yuan", day)))
            for level in AreaLevel
        },
        "total_yuan": str(sum(one.yuan for one in certain)),
        "total": _tell_money(sum(one.yuan for one in certain)),
        "window": workdays or int(plan.value_on(_OBJECTIONS, day)),
        "decided_by": f"中共{workspace.settings.name}委、{workspace.settings.name}人民政府",
        "committee": name_committee(workspace),
        "clauses": {
            "list": plan.obligation("O-26").clause,
            "naming": plan.obligation(_NAMING).clause,
            "money": plan.obligation(_MONEY).clause,
            "barring": plan.obligation(_BARRING).clause,
        },
        "unknowns": list(_list_unknowns(end)),
    }


def _tell_money(yuan: int) -> str:
    """Write an amount as people do: 127万元 where it comes out even, else in yuan."""
    whole, rest = divmod(yuan, _TEN_THOUSAND)
    return f"{yuan}元" if rest or not whole else f"{whole}万元"


def _names(end: YearEnd) -> dict[str, str]:
    return {judged.area.code: judged.area.name for judged in end.score.townships}


def _group_villages(end: YearEnd) -> list[dict[str, Any]]:
    names, grouped = _names(end), dict[str, list[str]]()
    for area in end.named:
        if area.level is AreaLevel.VILLAGE:
            grouped.setdefault(area.parent, []).append(area.name)
    return [
        {"township": names.get(code, code), "count": len(own), "villages": "、".join(own)}
        for code, own in sorted(grouped.items())
    ]


def _describe_barred(end: YearEnd, barred: Sequence[Barred]) -> list[dict[str, str]]:
    return [
        {
            "name": _name_whole(end, one.area),
            "level": one.area.level.label,
            "seen": one.seen,
            "bound": one.bound,
            "clause": one.clause,
        }
        for one in barred
    ]


def _name_whole(end: YearEnd, area: Area) -> str:
    """Name a village with its township."""
    return f"{_names(end).get(area.parent, '')}{area.name}" if area.level is AreaLevel.VILLAGE else area.name


def _describe_payment(end: YearEnd, one: Award) -> dict[str, str]:
    is_village = one.area.level is AreaLevel.VILLAGE
    return {
        "township": _names(end).get(one.area.parent, "") if is_village else one.area.name,
        "name": one.area.name,
        "title": "三无村（居）" if is_village else "三无乡镇（街道）",
        "yuan": str(one.yuan),
    }


def _list_unknowns(end: YearEnd) -> Iterable[str]:
    for level in AreaLevel:
        own = [one for one in end.open_areas if one.area.level is level]
        if own:
            names = "、".join(one.area.name for one in own)
            yield f"有{len(own)}个{level.label}待定，定下来以前没有列入：{names}"
    for request in end.requests:
        yield f"要{request.sender}办的：{request.text}"
    flags = [one.flags for one in end.score.townships] + [one.flags for one in end.score.villages]
    unsure = sum(Flag.READING_ASSUMED in own for own in flags)
    if unsure:
        yield f"有{unsure}个单位的结论取决于还没有确认的口径，换一种答案会变；逐条试算用 sanwu score readings"
    asked = sum(Flag.OBJECTION_PENDING in own for own in flags)
    if asked:
        yield f"有{asked}个单位有异议未决"
