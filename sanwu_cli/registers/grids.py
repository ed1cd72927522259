"""The register of grids: who works in which grid of which village, checked against the areas (三4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.model import Grid
from sanwu_cli.places import normalise_code
from sanwu_cli.registers.rows import Entry, overlap
from sanwu_cli.sheets.values import fold, list_workers

if TYPE_CHECKING:
    from sanwu_cli.model import Finding
    from sanwu_cli.registers.staff import KnownAreas

_FULL_TIME = "full_time"


def build_grids(
    entries: tuple[Entry, ...], known: KnownAreas
) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    """Turn rows into grids; `known` holds the codes of villages.

    A row without number or village, of an unknown village, with dates that run backwards, or of a grid met
    before for the same days, is left out with a finding.
    """
    findings: list[Finding] = []
    grids: dict[str, list[Grid]] = {}
    for entry in entries:
        grid, problem = _read_grid(entry, known)
        if grid is not None and problem is None:
            problem = _report_repeated(entry, grid, grids.get(fold(grid.id), []))
        if grid is None or problem is not None:
            findings += [problem] if problem else []
            continue
        grids.setdefault(fold(grid.id), []).append(grid)
    return tuple(grid for lives in grids.values() for grid in lives), tuple(findings)


def _read_grid(entry: Entry, known: KnownAreas) -> tuple[Grid | None, Finding | None]:
    number = entry.text("grid_id")
    code = normalise_code(entry.text("village_code")) or entry.text("village_code")
    problem = entry.report_missing(grid_id="网格编号", village_code="村(社区)代码")
    if problem is None and known.misses(code):
        problem = entry.report("REG-GRID-AREA", "village_code", id=number, area=code, other=known.file)
    problem = problem or entry.report_reversed("valid_from", "valid_to", "REG-LIFE-REVERSED", name=number)
    if problem is not None:
        return None, problem
    employed = entry.text("is_full_time")
    return (
        Grid(
            number,
            entry.text("name"),
            code,
            _list_workers(entry),
            employed == _FULL_TIME if employed else None,
            entry.row.source,
            entry.row.cells.get("worker", ""),
            entry.day("valid_from"),
            entry.day("valid_to"),
        ),
        None,
    )


def _list_workers(entry: Entry) -> tuple[str, ...] | None:
    """List the names of a grid's workers; None where the cell cannot be read or says that nobody knows."""
    if entry.is_lost("worker"):
        return None
    return list_workers(entry.text("worker"))


def _report_repeated(entry: Entry, grid: Grid, others: list[Grid]) -> Finding | None:
    for other in others:
        if overlap((grid.valid_from, grid.valid_to), (other.valid_from, other.valid_to)):
            first = other.source.row
            return entry.report("REG-GRID-REPEATED", "grid_id", id=grid.id, first=first)
    return None
