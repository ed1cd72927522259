"""The named checks of obligations.toml: each takes a question and the evidence, and gives what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.due.papers import check_meeting, check_report
from sanwu_cli.due.presence import (
    check_fixed_day,
    check_posting,
    check_sign_in,
    check_unit_roster,
    check_village_roster,
)
from sanwu_cli.due.records import Found
from sanwu_cli.due.structures import (
    check_assessment,
    check_cameras,
    check_centre_items,
    check_contest,
    check_disputes,
    check_grids,
    check_office_staff,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sanwu_cli.due.index import Evidence
    from sanwu_cli.due.records import Ask

# Answered from the reminders proposed elsewhere, not from a period and its records.
PROPOSALS = "proposals"

CHECKS: Mapping[str, Callable[[Ask, Evidence], Found]] = {
    "report": check_report,
    "meeting": check_meeting,
    "posting": check_posting,
    "sign_in": check_sign_in,
    "unit_roster": check_unit_roster,
    "fixed_day": check_fixed_day,
    "village_roster": check_village_roster,
    "centre_items": check_centre_items,
    "cameras": check_cameras,
    "office_staff": check_office_staff,
    "contest": check_contest,
    "grids": check_grids,
    "disputes": check_disputes,
    "assessment": check_assessment,
}


def run_checks(ask: Ask, evidence: Evidence) -> Found:
    """Try the task's checks in order; the first that is done answers, else all say what they lack."""
    found = []
    for name in ask.task.checks:
        answer = CHECKS[name](ask, evidence)
        if answer.is_done or answer.is_void:
            return answer
        found.append(answer)
    sources = tuple(dict.fromkeys(source for answer in found for source in answer.evidence))
    return Found.missing(sources, "；".join(answer.why for answer in found))
