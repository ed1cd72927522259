"""The year's work opened from the ledger, for every job that looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.ledger.activities import derive_activities

if TYPE_CHECKING:
    from sanwu_cli.activities import Activities
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.places import Places


def open_activities(workspace: Workspace, registers: RegisterReading) -> Activities:
    """Read the ledger's records of the year's work."""
    return derive_activities(workspace.ledger.read(), lambda text: find_unit_township(registers.places, text))


def find_unit_township(places: Places, unit: str) -> str | None:
    """Give the code of the one township a unit's name speaks of; None for a department or two townships."""
    codes = places.find_townships_in(unit) if unit else ()
    return next(iter(codes)) if len(codes) == 1 else None
