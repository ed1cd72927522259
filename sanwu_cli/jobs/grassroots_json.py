"""Centres, offices, grids and disputes for machines: sanwu/grassroots/1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.grassroots.centres import Completeness
from sanwu_cli.grassroots.grids import GridState, Presence
from sanwu_cli.grassroots.offices import OfficeKind
from sanwu_cli.grassroots.shares import find_share, interval_as_json, number_as_json
from sanwu_cli.jobs.grassroots import Topic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.activities import OfficeRecord
    from sanwu_cli.grassroots.centres import CentreCoverage, CentreStanding
    from sanwu_cli.grassroots.disputes import Dispute, DisputeFigures
    from sanwu_cli.grassroots.grids import GridStanding, TownshipGrids, VillageGrids
    from sanwu_cli.grassroots.reconcile import CountedDisputes
    from sanwu_cli.jobs.grassroots import Grassroots
    from sanwu_cli.model import Area, Source


def grassroots_as_json(ground: Grassroots, topics: tuple[Topic, ...]) -> dict[str, object]:
    """Give the topics asked for as sanwu/grassroots/1, without findings and counts."""
    parts = {
        Topic.CENTRES: _centres_as_json,
        Topic.OFFICES: _offices_as_json,
        Topic.GRIDS: _grids_as_json,
        Topic.DISPUTES: _disputes_as_json,
    }
    return {
        "schema": "sanwu/grassroots/1",
        "year": ground.period.last.year,
        "period": str(ground.period),
        "as_of": ground.terrain.day.isoformat(),
        **{topic.value: parts[topic](ground) for topic in topics},
    }


def sources_as_json(sources: Iterable[Source]) -> list[dict[str, object]]:
    """Give rows as evidence: file, sheet, row."""
    return [{"file": s.file, "sheet": s.sheet, "row": s.row} for s in sources]


def _area_as_json(area: Area) -> dict[str, object]:
    return {"code": area.code, "name": area.name}


def _centres_as_json(ground: Grassroots) -> dict[str, object]:
    report = ground.centres
    return {
        "townships": [_coverage_as_json(one) for one in report.townships],
        "unplaced": sources_as_json(record.source for record in report.unplaced),
    }


def _coverage_as_json(coverage: CentreCoverage) -> dict[str, object]:
    total = len(coverage.villages)
    return {
        **_area_as_json(coverage.township),
        "own": _standing_as_json(coverage.own),
        "village_count": total,
        "states": {state.value: coverage.count(state) for state in Completeness},
        "complete": interval_as_json(coverage.complete),
        "share": interval_as_json(find_share(coverage.complete, total)),
        "villages": [_standing_as_json(village) for village in coverage.villages],
    }


def _standing_as_json(standing: CentreStanding) -> dict[str, object]:
    return {
        **_area_as_json(standing.area),
        "state": standing.state.value,
        "held": list(standing.held),
        "lacking": list(standing.lacking),
        "unverified": list(standing.unverified),
        "staff_count": standing.staff_count,
        "camera_count": standing.camera_count,
        "told_before": standing.told_before,
        "sources": sources_as_json(standing.sources),
    }


def _offices_as_json(ground: Grassroots) -> dict[str, object]:
    report = ground.offices
    return {
        "totals": {
            counts.kind.value: {
                "count": counts.total,
                "standard": interval_as_json(counts.standard),
                "fengqiao": interval_as_json(counts.fengqiao),
                "staff": interval_as_json(counts.staff),
            }
            for counts in report.counts
        },
        "townships": [
            {
                **_area_as_json(one.township),
                **{kind.value: [_office_as_json(o) for o in one.offices[kind]] for kind in OfficeKind},
                "no_record": [kind.value for kind in one.unrecorded],
            }
            for one in report.townships
        ],
        "unplaced": sources_as_json(record.source for record in report.unplaced),
    }


def _office_as_json(office: OfficeRecord) -> dict[str, object]:
    return {
        "name": office.name,
        "is_standard": office.is_standard,
        "is_fengqiao": office.is_fengqiao,
        "staff_count": office.staff_count,
        "sources": sources_as_json([office.source]),
    }


def _grids_as_json(ground: Grassroots) -> dict[str, object]:
    return {
        "townships": [_township_grids_as_json(one) for one in ground.grids.townships],
        "unplaced": sources_as_json(line.source for line in ground.grids.unplaced),
    }


def _township_grids_as_json(township: TownshipGrids) -> dict[str, object]:
    return {
        **_area_as_json(township.township),
        "village_count": len(township.villages),
        "villages_by_presence": {one.value: township.count_villages(one) for one in Presence},
        "grids_by_state": {state.value: township.count(state) for state in GridState},
        "villages": [_village_grids_as_json(village) for village in township.villages],
    }


def _village_grids_as_json(village: VillageGrids) -> dict[str, object]:
    return {
        **_area_as_json(village.village),
        "presence": village.presence.value,
        "workers_without_grid": list(village.loose),
        "grids": [_grid_as_json(grid) for grid in village.grids],
    }


def _grid_as_json(grid: GridStanding) -> dict[str, object]:
    return {
        "number": grid.number,
        "name": grid.name,
        "registered": None if grid.registered is None else list(grid.registered),
        "listed": None if grid.listed is None else list(grid.listed),
        "workers": interval_as_json(grid.workers),
        "state": grid.state.value,
        "sources": sources_as_json(grid.sources),
    }


def _disputes_as_json(ground: Grassroots) -> dict[str, object]:
    report = ground.disputes
    return {
        "reported": report.total is not None,
        "total": figures_as_json(report.total) if report.total else None,
        "townships": [{**_area_as_json(a), **figures_as_json(f)} for a, f in report.by_township],
        "villages": [{**_area_as_json(a), **figures_as_json(f)} for a, f in report.by_village],
        "types": [{"type": name, **figures_as_json(f)} for name, f in report.by_type],
        "unplaced": report.unplaced,
        "overdue": [overdue_as_json(one) for one in report.overdue],
        "counted": [_counted_as_json(one) for one in ground.counted],
    }


def figures_as_json(figures: DisputeFigures) -> dict[str, object]:
    """Give the figures of a group of disputes: intervals, exact shares and days."""
    return {
        "intake": interval_as_json(figures.intake),
        "settled": interval_as_json(figures.settled),
        "open": interval_as_json(figures.open),
        "overdue": interval_as_json(figures.overdue),
        "settled_share": interval_as_json(figures.share),
        "no_deadline": figures.no_deadline,
        "open_days": {"median": number_as_json(figures.open_median), "max": figures.open_max},
        "settled_days": {"median": number_as_json(figures.settled_median), "max": figures.settled_max},
    }


def overdue_as_json(one: Dispute) -> dict[str, object]:
    """Give an overdue dispute without anybody's name."""
    record = one.record
    return {
        "id": record.id,
        "case_number": record.case_number or None,
        "responsible_unit": record.responsible_unit or None,
        "township_code": one.township.code if one.township else None,
        "area_code": one.village.code if one.village else None,
        "dispute_type": record.dispute_type or None,
        "registered_on": record.registered_on.isoformat() if record.registered_on else None,
        "due_on": record.due_on.isoformat() if record.due_on else None,
        "days_overdue": one.overdue,
        "state": one.state.value,
        "sources": sources_as_json([record.source]),
    }


def _counted_as_json(counted: CountedDisputes) -> dict[str, object]:
    return {
        **_area_as_json(counted.township),
        "months": counted.months,
        "total_count": counted.total,
        "resolved_count": counted.resolved,
        "open_count": counted.open,
        "sources": sources_as_json(counted.sources),
    }
