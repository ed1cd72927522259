"""The assessment of a year: items and points from the ledger, measures taken, scores for the ranking."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.assessment.items import Item, read_items
from sanwu_cli.assessment.measures import Ground, take_measures
from sanwu_cli.assessment.scoring import assess, show_interval
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.activities import find_unit_township
from sanwu_cli.ledger.activities import derive_activities
from sanwu_cli.plan.facts import Evidence
from sanwu_cli.terms import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.activities import Activities, AssessmentItem
    from sanwu_cli.assessment.scoring import Assessment, TownshipScore
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Area, Finding
    from sanwu_cli.plan.facts import Case
    from sanwu_cli.records import Assessment as Attested

ITEM_SHEET = "assessment_item"
_INSIDE = "inside"
_READY_TOTAL = "ready_total"
EXAMPLE_MARK = "示例，不是附1原文"


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
    if not any(entry.schema_id == ITEM_SHEET for entry in contents.entries):
        return None
    known = derive_activities(contents, lambda text: find_unit_township(registers.places, text))
    told = [item for item in known.assessment_items if item.year == year]
    if not told:
        return None
    townships = [area for area in case.book.townships if area.code in case.competing]
    items = understand(workspace, told, townships)
    return _assess(workspace, case, known, items, townships, year=year, as_of=as_of)


def _assess(
    workspace: Workspace,
    case: Case,
    known: Activities,
    items: tuple[Item, ...],
    townships: Sequence[Area],
    *,
    year: int,
    as_of: date,
) -> Assessment:
    wanted = [item.measure for item in items if item.measure is not None and item.way is not None]
    ground = Ground(case, known, year, as_of)
    return assess(
        items,
        townships,
        take_measures(ground, wanted, [area.code for area in townships]),
        [score for score in known.item_scores if score.year == year],
        year=year,
        share=find_share(workspace, case.book.day),
        tie=str(workspace.settings.readings["T-08"]),
    )


def understand(
    workspace: Workspace, told: Iterable[AssessmentItem], townships: Sequence[Area]
) -> tuple[Item, ...]:
    """Read what the items mean under the workspace's readings (T-22)."""
    return read_items(told, townships, allows_inside=workspace.settings.readings["T-22"] == _INSIDE)


def find_share(workspace: Workspace, day: date) -> Fraction:
    """Give what 一中心两所六进驻 is of the whole on a day."""
    return Fraction(workspace.plan.value_on("assessment.one_centre_share", day))


# --- the total that the ranking is made of


def join_scores(
    case: Case, workspace: Workspace, assessment: Assessment | None, *, day: date
) -> list[Finding]:
    """Give every competing township of the case its score (T-21), and say what is odd or missing about it.

    An attested row goes first; where there is none, the total by items is taken once it is exact, unless the
    rules are an example or only attested totals count.
    """
    share = find_share(workspace, day)
    only_total = workspace.settings.readings["T-21"] == _READY_TOTAL
    rows = {row.township_code: row for row in case.book.records.assessments}
    scores: dict[str, Decimal | None] = dict.fromkeys(sorted(case.competing))
    findings = []
    for code in scores:
        if (row := rows.get(code)) is not None:
            scores[code], finding = _score_attested(row, share, only_total=only_total)
            findings += [finding] if finding else []
    case.scores = scores
    if assessment is not None:
        findings += _tell_items_differ(case, assessment, rows)
        if not only_total and not assessment.is_example:
            _take_totals(case, assessment)
    return [*findings, *_tell_missing(case, rows, assessment, only_total=only_total)]


def _score_attested(
    row: Attested, share: Fraction, *, only_total: bool
) -> tuple[Decimal | None, Finding | None]:
    """Weigh the two halves exactly; a ready total goes before them, and a disagreement is said."""
    computed = None
    if not only_total and row.centre_score is not None and row.other_score is not None:
        computed = _as_decimal(Fraction(row.centre_score) * share + Fraction(row.other_score) * (1 - share))
    if row.total_score is None or computed is None or row.total_score == computed:
        return (row.total_score if row.total_score is not None else computed), None
    finding = make_finding(
        "ASSESSMENT-TOTAL-DIFFERS",
        file=row.source.file,
        sheet=row.source.sheet,
        cell=f"第{row.source.row}行",
        total=row.total_score,
        computed=computed,
    )
    return row.total_score, finding


def _as_decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def _take_totals(case: Case, assessment: Assessment) -> None:
    """Take the totals by items of the townships without an attested score."""
    scores, evidence = dict(case.scores), {}
    unranked = set()
    for one in assessment.townships:
        if scores.get(one.area.code) is not None:
            continue
        if one.unranked is Answer.MET:
            unranked.add(one.area.code)
        elif one.total.is_exact and one.unranked is Answer.NOT_MET:
            scores[one.area.code] = _as_decimal(Fraction(one.total.low))
        else:
            continue
        sheets = (replace(scored.item.told.source, row=None) for scored in one.items)
        evidence[one.area.code] = tuple(Evidence(sheet, "按考核细则计算") for sheet in dict.fromkeys(sheets))
    case.scores, case.score_evidence, case.unranked = scores, evidence, frozenset(unranked)


def _tell_items_differ(case: Case, assessment: Assessment, rows: dict[str, Attested]) -> Iterable[Finding]:
    for one in assessment.townships:
        score = case.scores.get(one.area.code)
        if score is not None and not _may_be(one, Fraction(score)):
            source = rows[one.area.code].source
            is_out = one.unranked is Answer.MET
            yield make_finding(
                "ASSESSMENT-ITEMS-DIFFER",
                file=source.file,
                sheet=source.sheet,
                cell=f"第{source.row}行",
                name=one.area.name,
                total=score,
                computed="一票否决不排名" if is_out else show_interval(one.total),
                mark=f"（{EXAMPLE_MARK}）" if assessment.is_example else "",
            )


def _may_be(one: TownshipScore, score: Fraction) -> bool:
    high = one.total.high
    return one.unranked is not Answer.MET and one.total.low <= score and (high is None or score <= high)


def _tell_missing(
    case: Case, rows: dict[str, Attested], assessment: Assessment | None, *, only_total: bool
) -> Iterable[Finding]:
    """Say who has no score yet and where it can come from."""
    missing = [code for code, score in case.scores.items() if score is None and code not in case.unranked]
    names = {area.code: area.name for area in case.book.townships}
    told = "、".join(names.get(code, code) for code in missing)
    year = case.book.records.year
    if assessment is not None and missing and not only_total:
        source = assessment.items[0].told.source
        code = "ASSESS-EXAMPLE" if assessment.is_example else "ASSESS-OPEN"
        yield make_finding(code, file=source.file, sheet=source.sheet, year=year, names=told)
        if not assessment.is_example:
            return
    if not rows:
        if missing or not case.scores:
            yield make_finding("ASSESSMENT-MISSING", year=year)
    elif missing:
        file = next(iter(rows.values())).source.file
        yield make_finding("ASSESSMENT-INCOMPLETE", year=year, names=told, file=file)
