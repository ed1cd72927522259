"""The words of a workspace that a shell may complete: areas, months with reports, runs of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace


def list_completions(workspace: Workspace, registers: RegisterReading) -> list[tuple[str, str]]:
    """List kind and word: every area's name (its code where the name is not its own), months, runs."""
    areas = registers.registers.areas
    names = [area.name for area in areas]
    told = {area.name if names.count(area.name) == 1 else area.code for area in areas}
    contents = workspace.ledger.read()
    months = {month for one in contents.receipts if one.period for month in one.period.months()}
    return [
        *(("area", name) for name in sorted(told)),
        *(("month", str(month)) for month in sorted(months)),
        *(("run", str(run.number)) for run in contents.runs),
    ]
