"""The assessment of a year: items and points from the ledger, measures taken, every township scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.assessment.items import Item, read_items
from sanwu_cli.assessment.measures import Ground, list_measures, take_measures
from sanwu_cli.assessment.scoring import assess
from sanwu_cli.jobs.activities import find_unit_township
from sanwu_cli.jobs.assessed_work import take_work
from sanwu_cli.jobs.scores import find_share
from sanwu_cli.ledger.activities import derive_activities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.activities import Activities, AssessmentItem
    from sanwu_cli.assessment.scoring import Assessment
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Area
    from sanwu_cli.plan.facts import Case

_INSIDE = "inside"


def assess_year(
    workspace: Workspace,
    registers: RegisterReading,
    case: Case,
    contents: Contents,
    *,
    year: int,
    as_of: date,
) -> Assessment | None:
    """Score the competing townships by the year's items; None where the ledger has none."""
    known = derive_activities(contents, lambda text: find_unit_township(registers.places, text))
    told = [item for item in known.assessment_items if item.year == year]
    if not told:
        return None
    townships = [area for area in case.book.townships if area.code in case.competing]
    items = understand(workspace, told, townships)
    return _assess(workspace, registers, case, known, items, townships=townships, year=year, as_of=as_of)


def _assess(
    workspace: Workspace,
    registers: RegisterReading,
    case: Case,
    known: Activities,
    items: tuple[Item, ...],
    *,
    townships: Sequence[Area],
    year: int,
    as_of: date,
) -> Assessment:
    wanted = [item.measure for item in items if item.measure is not None and item.way is not None]
    codes = [area.code for area in townships]
    taken = take_work(
        workspace,
        registers,
        known.publications,
        wanted=[measure.id for measure in wanted],
        townships=codes,
        year=year,
        as_of=as_of,
    )
    ground = Ground(case, known, year, as_of, taken)
    return assess(
        items,
        townships,
        take_measures(ground, wanted, codes),
        [score for score in known.item_scores if score.year == year],
        year=year,
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
