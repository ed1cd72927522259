"""Are the centres, offices and grids there, are disputes told, is the assessment in: checks over ledgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.due.index import list_names
from sanwu_cli.due.records import Found
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from sanwu_cli.activities import CentreRecord, GridWorker
    from sanwu_cli.due.index import Evidence
    from sanwu_cli.due.records import Ask
    from sanwu_cli.model import Source


def check_centre_items(ask: Ask, evidence: Evidence) -> Found:
    """Look whether the party's centre, as its latest year tells, has every item; unverified is not yes."""
    centres = evidence.centres.get(ask.party.code, [])
    if not centres:
        return Found.missing(why="综治中心建设台账里没有")
    latest = max(centre.year or 0 for centre in centres)
    best = min((c for c in centres if c.year == latest), key=lambda c: len(_lacking(c, ask.task.items)))
    labels = evidence.known.labels
    absent = [labels.get(item, item) for item in ask.task.items if best.items.get(item) is False]
    unknown = [labels.get(item, item) for item in ask.task.items if best.items.get(item) is None]
    told = [f"没有{'、'.join(absent)}"] if absent else []
    told += [f"没有核实{'、'.join(unknown)}"] if unknown else []
    return Found.missing((best.source,), "；".join(told)) if told else Found.done(None, (best.source,))


def check_cameras(ask: Ask, evidence: Evidence) -> Found:
    """Look for the number of networked cameras of the year in the party's centre."""
    of_year = [c for c in evidence.centres.get(ask.party.code, []) if c.year == ask.period.first.year]
    told = [centre for centre in of_year if centre.camera_count is not None]
    sources = tuple(centre.source for centre in told)
    if any(centre.camera_count for centre in told):
        return Found.done(None, sources)
    return Found.missing(sources, "登记的是0路" if told else "没有登记路数")


def check_office_staff(ask: Ask, evidence: Evidence) -> Found:
    """Look for the year's number of staff at an office of the kind in every competing township."""
    year = ask.period.first.year
    found: dict[str | None, Source] = {
        office.place.township_code: office.source
        for office in evidence.offices
        if office.year == year
        and office.office_type == ask.task.kind
        and office.place
        and office.staff_count is not None
    }
    wanted = evidence.bound_areas(AreaLevel.TOWNSHIP, ask.period)
    missing = [area.name for area in wanted if area.code not in found]
    sources = tuple(found[area.code] for area in wanted if area.code in found)
    if missing or not wanted:
        why = f"还缺{list_names(missing)}" if sources else "两所建设台账里没有"
        return Found.missing(sources, why)
    return Found.done(None, sources)


def check_contest(ask: Ask, evidence: Evidence) -> Found:
    """Look for offices of the kind that the year's ledger calls 枫桥式."""
    of_year = [
        o for o in evidence.offices if o.year == ask.period.first.year and o.office_type == ask.task.kind
    ]
    made = tuple(office.source for office in of_year if office.is_fengqiao)
    told = [office for office in of_year if office.is_fengqiao is not None]
    if made:
        return Found.done(None, made)
    why = "登记的都还不是" if told else "两所建设台账里没有写"
    return Found.missing(tuple(office.source for office in told), why)


def check_grids(ask: Ask, evidence: Evidence) -> Found:
    """Look whether each village of the township has a grid, and each grid as many workers as are wanted."""
    villages = evidence.bound_areas(AreaLevel.VILLAGE, ask.period, within=ask.party.code)
    if not villages:
        return Found.void("这一期没有登记在册的村(社区)")
    year = ask.period.first.year
    rows = {village.code: evidence.grids.get((village.code, year), []) for village in villages}
    sources = tuple(dict.fromkeys(row.source for found in rows.values() for row in found))
    if not sources:
        return Found.missing(why="网格员花名册里没有")
    bare = [village.name for village in villages if not rows[village.code]]
    short = [
        f"{village.name}{name}" for village in villages for name in _thin_grids(rows[village.code], ask.count)
    ]
    told = [f"没有网格的{list_names(bare)}"] if bare else []
    told += [f"网格员不够的{list_names(short)}"] if short else []
    return Found.missing(sources, "；".join(told)) if told else Found.done(None, sources)


def check_disputes(ask: Ask, evidence: Evidence) -> Found:
    """Look for a dispute registered in the month, or a count that covers it."""
    sources = evidence.disputes.get((ask.party.code, ask.period.name), ())
    if sources:
        return Found.done(None, tuple(dict.fromkeys(sources)))
    return Found.missing(why="当月没有登记，也没有统计数")


def check_assessment(ask: Ask, evidence: Evidence) -> Found:
    """Look for the year's score of every competing township."""
    found = evidence.known.assessed.get(ask.period.first.year, {})
    wanted = evidence.bound_areas(AreaLevel.TOWNSHIP, ask.period)
    missing = [area.name for area in wanted if area.code not in found]
    sources = tuple(found[area.code] for area in wanted if area.code in found)
    if missing or not wanted:
        return Found.missing(sources, f"还缺{list_names(missing)}" if sources else "没有读到得分")
    return Found.done(None, sources)


def _lacking(centre: CentreRecord, items: tuple[str, ...]) -> list[str]:
    return [item for item in items if centre.items.get(item) is not True]


def _thin_grids(rows: list[GridWorker], wanted: int) -> list[str]:
    """Name the grids of a village with fewer workers than wanted."""
    workers: dict[str, set[str]] = {}
    for row in rows:
        workers.setdefault(row.grid_name or row.grid_number, set()).update({row.worker} - {""})
    return [name for name, known in workers.items() if len(known) < wanted]
