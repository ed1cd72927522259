"""Placing held cases: nobody had said where they belong, so a person's word is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.held import list_held, select_unit
from sanwu_cli.jobs.reading import sheet_of
from sanwu_cli.jobs.runs import keep_text
from sanwu_cli.ledger.claims import place_json
from sanwu_cli.ledger.entries import Entry, EntryKind, canonical_json
from sanwu_cli.nearest import hint_near
from sanwu_cli.terms import IncidentStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Place
    from sanwu_cli.records import Incident
    from sanwu_cli.terms import Indicator


def find_unit_cases(
    workspace: Workspace, registers: RegisterReading, unit: str, indicator: Indicator | None
) -> tuple[Incident, ...]:
    """Find the unplaced held cases of a handling unit; raises SanwuError, naming the units there are."""
    held = list_held(workspace, registers)
    chosen = select_unit(held, unit, indicator)
    if chosen:
        return tuple(case.incident for case in chosen)
    units = dict.fromkeys(case.incident.unit for case in held if case.incident.unit and case.is_unplaced)
    raise SanwuError(
        f"挂起的案件里没有“{unit}”办的",
        remedy=f"{hint_near(unit, units)}有这些：{'、'.join(units)}"
        if units
        else "挂起的案件都没有写办案单位，请一件一件归属",
        status=ExitStatus.INPUT_MISSING,
    )


def check_open(incident: Incident) -> None:
    """Refuse a case that is not waiting for a place; raises SanwuError with the command that fits."""
    number = incident.id
    if incident.status is IncidentStatus.WITHDRAWN:
        raise SanwuError(
            f"“{number}”已经撤回，不用归属", remedy="撤回有误的，用 sanwu incidents undo 撤销那次操作"
        )
    if all(place.area_code is not None for place in incident.places):
        raise SanwuError(
            f"“{number}”已经有归属，不能直接改",
            remedy="改归要写明理由和文号："
            f"sanwu incidents correct {number} --area 代码 --reason 理由 --document 文号",
        )


def find_places(
    registers: RegisterReading, incident: Incident, names: Sequence[str], *, on: date | None = None
) -> tuple[Place, ...]:
    """Find the areas a person names for a case, in its own township first, on a day; raises SanwuError.

    The day is that of the case where none is given.
    """
    towns = {place.township_code for place in incident.places}
    within = next(iter(towns)) if len(towns) == 1 else None
    found: dict[str, Place] = {}
    for name in names:
        place, _, suggestions = registers.places.find_target(name, on=on or incident.filed_on, within=within)
        if place.area_code is None:
            raise SanwuError(
                f"登记表里定不下来“{name}”是哪里",
                remedy=f"是不是{'、'.join(f'“{one}”' for one in suggestions)}；也可以写代码"
                if suggestions
                else "请写登记表里的代码，或者写全“某某镇某某村”",
                status=ExitStatus.INPUT_MISSING,
            )
        found[place.area_code] = place
    return tuple(found.values())


def place_cases(
    workspace: Workspace,
    placed: Sequence[tuple[Incident, tuple[Place, ...]]],
    *,
    reason: str,
    document_number: str,
    as_of: str,
) -> int:
    """Write where cases belong, as one run of corrections; gives its number."""
    entries = [
        Entry(
            0,  # number and run are given by the ledger
            0,
            EntryKind.CORRECTION,
            sheet_of(incident.indicator),
            incident.id,
            canonical_json({"places": [place_json(place) for place in places]}),
            reason=keep_text(reason, "理由"),
            document_number=keep_text(document_number, "文号"),
        )
        for incident, places in placed
    ]
    return workspace.ledger.append(
        command="incidents place", as_of=as_of, program=__version__, entries=entries
    )
