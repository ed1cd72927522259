"""Was the roster made and posted, is there a fixed day, did somebody come: rosters and sign-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.due.index import Rostered, day_label, list_names
from sanwu_cli.due.records import Found
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sanwu_cli.due.index import Evidence
    from sanwu_cli.due.records import Ask
    from sanwu_cli.model import Area, Source

_CHANNELS = {"board": "公示栏", "chat_group": "微信群"}


def check_posting(ask: Ask, evidence: Evidence) -> Found:
    """Look for the month's roster in every way of posting; it is posted on the day of the last of them."""
    told, sources, days = [], [], []
    for channel in ask.task.channels:
        name = _CHANNELS[channel]
        posted = sorted(evidence.postings.get((ask.party.code, ask.period.name, channel), ()), key=_day_of)
        if not posted:
            told.append(f"{name}没有登记")
            continue
        days.append(posted[0][0])
        told.append(f"{name}{day_label(posted[0][0])}已公示")
        sources += [source for _, source in posted]
    is_done = len(days) == len(ask.task.channels)
    why = "，".join(told)
    return Found.done(max(days), tuple(sources), why) if is_done else Found.missing(tuple(sources), why)


def check_sign_in(ask: Ask, evidence: Evidence) -> Found:
    """Look for days of the period on which somebody of the role signed in at the party's place."""
    known = evidence.sign_ins.get((ask.party.code, ask.task.role), ())
    found = sorted(
        ((day, source) for day, source in known if day in ask.period),
        key=_day_of,
    )
    days = sorted({day for day, _ in found})
    sources = tuple(source for _, source in found)
    if len(days) >= ask.count:
        return Found.done(days[ask.count - 1], sources)
    if days:
        came = "、".join(day_label(day) for day in days)
        return Found.missing(sources, f"应来{ask.count}天，签到{len(days)}天（{came}）")
    return Found.missing(why="没有签到")


def check_unit_roster(ask: Ask, evidence: Evidence) -> Found:
    """Look for a roster of the role that reaches every competing township."""
    found = evidence.rostered(Rostered.TOWNSHIP, ask.task.role, ask.period)
    return _cover(ask, evidence, evidence.bound_areas(AreaLevel.TOWNSHIP, ask.period), found)


def check_village_roster(ask: Ask, evidence: Evidence) -> Found:
    """Look for a roster of the role that reaches every village of the party's township."""
    villages = evidence.bound_areas(AreaLevel.VILLAGE, ask.period, within=ask.party.code)
    if not villages:
        return Found.void("这一期没有登记在册的村(社区)")
    return _cover(ask, evidence, villages, evidence.rostered(Rostered.VILLAGE, ask.task.role, ask.period))


def check_fixed_day(ask: Ask, evidence: Evidence) -> Found:
    """Look for the role's fixed day in every competing township: in the register, or in a unit's roster."""
    source = evidence.known.duty_day_source
    found: dict[str | None, Source] = {}
    for row in evidence.known.duty_days:
        if source and row.rule and (row.role is None or row.role == ask.task.role):
            found[row.area_code] = source
    found |= evidence.rostered(Rostered.FIXED_DAY, ask.task.role, ask.period)
    return _cover(ask, evidence, evidence.bound_areas(AreaLevel.TOWNSHIP, ask.period), found)


def _cover(
    ask: Ask, evidence: Evidence, wanted: tuple[Area, ...], found: Mapping[str | None, Source]
) -> Found:
    """Say whether every area wanted stands in a roster; those of a published month count with their day."""
    issued = evidence.issued(ask.task.role, ask.period)
    missing = [area.name for area in wanted if area.code not in found and area.code not in issued]
    sources = [issued[a.code][1] if a.code in issued else found.get(a.code) for a in wanted]
    known = tuple(dict.fromkeys(source for source in sources if source is not None))
    if missing or not wanted:
        why = "一处也没有" if len(missing) == len(wanted) else f"还缺{list_names(missing)}"
        return Found.missing(known, why)
    days = [issued[area.code][0] for area in wanted if area.code in issued]
    whole = len(days) == len(wanted) and None not in days
    return Found.done(max(day for day in days if day) if whole else None, known)


def _day_of(dated: tuple[date, Source]) -> date:
    return dated[0]
