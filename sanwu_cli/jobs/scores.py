"""The total a township is ranked by: attested, or worked out by the office's own items (T-21)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.plan.facts import Evidence
from sanwu_cli.terms import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.assessment.scoring import Assessment, TownshipScore
    from sanwu_cli.jobs.assessed_work import Work
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Finding
    from sanwu_cli.plan.facts import Case
    from sanwu_cli.records import Assessment as Attested

ITEM_SHEET = "assessment_item"
_READY_TOTAL = "ready_total"


def find_work(registers: RegisterReading, contents: Contents, *, year: int, as_of: date) -> Work | None:
    """Read the year's work an assessment rests on; None where the ledger has no items of the year."""
    if not any(entry.schema_id == ITEM_SHEET for entry in contents.entries):
        return None
    from sanwu_cli.jobs.assessing import open_work  # noqa: PLC0415 - start-up: most years have no rules

    return open_work(registers, contents, year=year, as_of=as_of)


def find_assessment(workspace: Workspace, case: Case, work: Work | None) -> Assessment | None:
    """Score the year by the office's own items; None where it has none."""
    if work is None:
        return None
    from sanwu_cli.jobs.assessing import assess_year  # noqa: PLC0415 - start-up: most years have no rules

    return assess_year(workspace, case, work)


def find_share(workspace: Workspace, day: date) -> Fraction:
    """Give what 一中心两所六进驻 is of the whole on a day."""
    return Fraction(workspace.plan.value_on("assessment.one_centre_share", day))


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
                computed="一票否决不排名" if is_out else one.shown_total,
                mark=f"（{assessment.mark}）" if assessment.mark else "",
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
