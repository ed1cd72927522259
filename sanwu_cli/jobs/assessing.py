"""The assessment of a year: items and points from the ledger, measures taken, every township scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.assessment.items import Item, read_items
from sanwu_cli.assessment.measures import Ground, list_measures, take_measures
from sanwu_cli.assessment.scoring import assess
from sanwu_cli.jobs.activities import find_unit_township
from sanwu_cli.jobs.assessed_work import Work, take_work
from sanwu_cli.jobs.scores import find_share
from sanwu_cli.ledger.activities import derive_activities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.activities import AssessmentItem
    from sanwu_cli.assessment.scoring import Assessment
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Area
    from sanwu_cli.plan.facts import Case

_INSIDE = "inside"


def open_work(registers: RegisterReading, contents: Contents, *, year: int, as_of: date) -> Work | None:
    """Read the year's work as its assessment needs it; None where the ledger has no items of the year."""
    known = derive_activities(contents, lambda text: find_unit_township(registers.places, text))
    told = tuple(item for item in known.assessment_items if item.year == year)
    return Work(registers, contents, known, told, year, as_of, {}) if told else None


def assess_year(workspace: Workspace, case: Case, work: Work) -> Assessment:
    """Score the competing townships by the year's items."""
    townships = [area for area in case.book.townships if area.code in case.competing]
    codes = [area.code for area in townships]
    items = understand(workspace, work.items, townships)
    wanted = [item.measure for item in items if item.measure is not None and item.way is not None]
    taken = take_work(workspace, work, wanted=[measure.id for measure in wanted], townships=codes)
    ground = Ground(case, work.activities, work.year, work.as_of, taken)
    return assess(
        items,
        townships,
        take_measures(ground, wanted, codes),
        [score for score in work.activities.item_scores if score.year == work.year],
        year=work.year,
        share=find_share(workspace, case.book.day),
        tie=str(workspace.settings.readings["T-08"]),
    )


def understand(
    workspace: Workspace, told: Iterable[AssessmentItem], townships: Sequence[Area]
) -> tuple[Item, ...]:
    """Read what the items mean under the workspace's readings (T-22)."""
    measures = {measure.label: measure for measure in list_measures(workspace.settings.indicators)}
    is_inside = workspace.settings.readings["T-22"] == _INSIDE
    return read_items(told, townships, allows_inside=is_inside, measures=measures)
