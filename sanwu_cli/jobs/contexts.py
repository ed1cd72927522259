"""What every document is told: the office, the month, the readings its figures rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.scoring import describe_choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.periods import Month


def describe_common(workspace: Workspace, month: Month, readings: Iterable[str]) -> dict[str, object]:
    """Give the part of a context that all kinds share."""
    settings = workspace.settings
    return {
        "county": {"name": settings.name, "code": settings.code},
        "issuer": settings.issuer or "　　　　",
        "copies": list(settings.copies),
        "month": {"year": month.year, "number": month.number, "label": month.label},
        "readings": [
            {
                "id": reading,
                "title": workspace.plan.reading(reading).title,
                "answer": describe_choice(workspace, reading),
            }
            for reading in dict.fromkeys(readings)
        ],
    }
