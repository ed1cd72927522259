"""Grids: every village has one, every grid its workers; register and townships' lists side by side (三4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Interval
from sanwu_cli.sheets.values import fold, list_workers
from sanwu_cli.terms import Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.activities import GridWorker
    from sanwu_cli.grassroots.terrain import Terrain
    from sanwu_cli.model import Area, Finding, Grid, Source


class GridState(Term):
    """Whether a grid has its workers."""

    STAFFED = "staffed", "有网格员"
    VACANT = "vacant", "空缺"
    UNKNOWN = "unknown", "待定"


class Presence(Term):
    """Whether a village has a grid at all."""

    PRESENT = "present", "有网格"
    ABSENT = "absent", "没有网格"
    UNKNOWN = "unknown", "没有登记"


class GridStanding(Struct, frozen=True):
    """One grid: who the register names, who the list names; None where it is silent, or does not know.

    `workers` is how many there are, at least … at most: where the two disagree, between both.
    """

    village: Area
    number: str
    name: str
    registered: tuple[str, ...] | None
    listed: tuple[str, ...] | None
    workers: Interval
    state: GridState
    sources: tuple[Source, ...]
    is_registered: bool
    cell: str


class VillageGrids(Struct, frozen=True):
    """A village's grids; `loose` names workers listed for the village and for no grid of it."""

    village: Area
    presence: Presence
    grids: tuple[GridStanding, ...]
    loose: tuple[str, ...]


class TownshipGrids(Struct, frozen=True):
    """A township's villages with their grids."""

    township: Area
    villages: tuple[VillageGrids, ...]

    def count(self, state: GridState) -> int:
        """Count the grids in a state."""
        return sum(1 for village in self.villages for grid in village.grids if grid.state is state)

    def count_villages(self, presence: Presence) -> int:
        """Count the villages with, without, or with no word of a grid."""
        return sum(1 for village in self.villages if village.presence is presence)


class GridReport(Struct, frozen=True):
    """All grids of a day; `unplaced` are lines of lists whose village nobody can say."""

    townships: tuple[TownshipGrids, ...]
    unplaced: tuple[GridWorker, ...]
    findings: tuple[Finding, ...]


def judge_grids(
    grids: Iterable[Grid], lines: Iterable[GridWorker], terrain: Terrain, *, year: int, least: int
) -> GridReport:
    """Judge every grid and village on the terrain's day.

    Args:
        grids: the office's register.
        lines: the townships' lists; those of `year` count.
        terrain: the areas on the day of reference, which is also the grids'.
        year: of the lists.
        least: how many workers a grid needs (plan value grid.workers_min).
    """
    registered: dict[str, list[Grid]] = {}
    listed: dict[str, list[GridWorker]] = {}
    unplaced = []
    for grid in grids:
        area = terrain.find_area(grid.village_code)
        if area is not None and grid.exists_on(terrain.day):
            registered.setdefault(area.code, []).append(grid)
    for line in lines:
        if line.year not in (None, year):
            continue
        village = terrain.find_village(line.place)
        if village is None or line.year is None:
            unplaced.append(line)
        else:
            listed.setdefault(village.code, []).append(line)
    townships = tuple(
        _survey_township(area, terrain, registered, listed, least) for area in terrain.townships
    )
    findings = [_report(line.source, "GRID-UNPLACED", worker=_show((line.worker,))) for line in unplaced]
    for township in townships:
        for surveyed in township.villages:
            findings += _find_clashes(surveyed)
    return GridReport(townships, tuple(unplaced), tuple(findings))


def _survey_township(
    township: Area,
    terrain: Terrain,
    registered: Mapping[str, Sequence[Grid]],
    listed: Mapping[str, Sequence[GridWorker]],
    least: int,
) -> TownshipGrids:
    villages = terrain.villages_of(township.code)
    is_registered = any(village.code in registered for village in villages)
    return TownshipGrids(
        township,
        tuple(
            _survey_village(
                village,
                registered.get(village.code, ()),
                listed.get(village.code, ()),
                least,
                is_registered=is_registered,
            )
            for village in villages
        ),
    )


def _survey_village(
    village: Area, grids: Sequence[Grid], lines: Sequence[GridWorker], least: int, *, is_registered: bool
) -> VillageGrids:
    """Join the two sources; a register without any grid of the township says nothing of this village."""
    slots: dict[str, list[GridWorker]] = {}
    loose: list[str] = []
    for line in lines:
        own = _find_grid(line, grids)
        key = fold(own.id) if own else _key_of(line)
        if key:
            slots.setdefault(key, []).append(line)
        else:
            loose += list_workers(line.worker) or ()
    # Workers listed for the village alone may be in any grid: its list is silent on those it does not name.
    known = {name for grid in grids for name in grid.workers or ()}
    spare = len(set(loose) - known)
    has_list = bool(lines) and not loose
    standing = [
        _judge(village, grid, slots.pop(fold(grid.id), []), least, has_list=has_list, spare=spare)
        for grid in grids
    ]
    standing += [_judge(village, None, own, least, has_list=True, spare=spare) for own in slots.values()]
    presence = Presence.ABSENT if is_registered else Presence.UNKNOWN
    if lines and not standing:  # somebody works in a grid of it, but nobody names one
        presence = Presence.UNKNOWN
    return VillageGrids(village, Presence.PRESENT if standing else presence, tuple(standing), tuple(loose))


def _find_grid(line: GridWorker, grids: Sequence[Grid]) -> Grid | None:
    """Find the registered grid a line is of: by its number, else by its name."""
    number, name = fold(line.grid_number), fold(line.grid_name)
    if number:
        return next((grid for grid in grids if fold(grid.id) == number), None)
    named = [grid for grid in grids if name and name in (fold(grid.name), fold(grid.id))]
    return named[0] if len(named) == 1 else None


def _key_of(line: GridWorker) -> str:
    return fold(line.grid_number) or fold(line.grid_name)


def _judge(
    village: Area, grid: Grid | None, lines: Sequence[GridWorker], least: int, *, has_list: bool, spare: int
) -> GridStanding:
    """Count a grid's workers by both sources; a list of the village's other grids says none of this one."""
    registered = grid.workers if grid else None
    listed = _join_names(lines) if lines or has_list else None
    told = [registered] if grid else []
    told += [listed] if lines or has_list else []
    counts = [len(names) for names in told if names is not None]
    low = min(counts, default=0)
    workers = Interval(low, None if None in told else max(counts, default=0) + spare)
    state = GridState.STAFFED if low >= least else GridState.UNKNOWN
    if workers.high is not None and workers.high < least:
        state = GridState.VACANT
    first = lines[0] if lines else None
    return GridStanding(
        village,
        grid.id if grid else first.grid_number if first else "",
        (grid.name if grid else "") or (first.grid_name if first else ""),
        registered,
        listed,
        workers,
        state,
        (*([grid.source] if grid else []), *(line.source for line in lines)),
        grid is not None,
        grid.cell if grid else "",
    )


def _join_names(lines: Sequence[GridWorker]) -> tuple[str, ...] | None:
    """Join the names the lines of one grid give, each once; None where one of them says that nobody knows."""
    told = [list_workers(line.worker) for line in lines]
    if any(names is None for names in told):
        return None
    return tuple(dict.fromkeys(name for names in told for name in names or ()))


def _find_clashes(village: VillageGrids) -> Iterable[Finding]:
    """Tell where register and list disagree, naming both; where only one speaks there is nothing to tell."""
    name = village.village.name
    has_register = any(grid.is_registered for grid in village.grids)
    for grid in village.grids:
        label, source = grid.name or grid.number, grid.sources[0]
        if grid.listed is None:
            continue
        listed = _show(grid.listed)
        if not grid.is_registered and has_register:
            yield _report(source, "GRID-NOT-REGISTERED", village=name, grid=label, worker=listed)
        elif grid.registered is not None and set(grid.registered) != set(grid.listed):
            registered, other = _show(grid.registered), grid.sources[-1]
            where = f"（{other.file}第{other.row}行）" if other is not source else ""
            told = {"registered": registered, "listed": listed, "where": where}
            yield _report(source, "GRID-DISAGREES", grid.cell, village=name, grid=label, **told)


def _show(names: Iterable[str]) -> str:
    return "、".join(name for name in names if name) or "没有人"


def _report(source: Source, code: str, cell: str = "", **values: object) -> Finding:
    cell = cell or f"A{source.row}"
    return make_finding(code, file=source.file, sheet=source.sheet, cell=cell, **values)
