"""What people gave for single items: checked against the item, gathered by item and township."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.assessment.items import Item, show_points
from sanwu_cli.assessment.ways import Deduct, Measured, Ratio, Tiers, Veto, range_of
from sanwu_cli.findings import make_finding
from sanwu_cli.model import Interval
from sanwu_cli.plan.facts import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.activities import ItemScore
    from sanwu_cli.model import Area, Finding


class Given(Struct, frozen=True):
    """One township's line (and those of its classes) for one item."""

    points: Fraction | None = None
    amount: Fraction | None = None
    due: Fraction | None = None
    classes: Mapping[str, Interval] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()

    def as_measured(self, measured: Measured | None) -> Measured:
        """Give the person's number in the measure's place; what is due may still be the measure's."""
        amount = self.amount or Fraction(0)
        whole = (
            Interval(self.due, self.due) if self.due is not None else (measured.out_of if measured else None)
        )
        return Measured(Interval(amount, amount), whole, self.classes, self.evidence)

    def add_classes(self, measured: Measured) -> Measured:
        """Give the measure with what people told of its classes."""
        classes = {**measured.classes, **self.classes}
        return Measured(
            measured.amount, measured.out_of, classes, (*measured.evidence, *self.evidence), measured.gaps
        )


def gather_given(
    scores: Iterable[ItemScore], items: Sequence[Item], townships: Sequence[Area]
) -> tuple[dict[tuple[str, str], Given], list[Finding]]:
    """Gather the lines by item number and township code, with a finding for each that cannot be used."""
    by_number = {item.number: item for item in items}
    names = {township.code: township for township in townships}
    given: dict[tuple[str, str], Given] = {}
    findings = []
    for score in scores:
        if score.township_code not in names:  # held on import, or it does not compete
            continue
        why = _why_not(score, by_number.get(score.item_number), names[score.township_code])
        if why:
            findings.append(_tell(score, names[score.township_code].name, why))
        else:
            key = (score.item_number, score.township_code)
            given[key] = _add(given.get(key, Given()), score)
    return given, findings


def _add(given: Given, score: ItemScore) -> Given:
    evidence = (*given.evidence, Evidence(score.source))
    if score.occurrence_class:
        count = Fraction(score.actual or 0)
        classes = {**given.classes, score.occurrence_class: Interval(count, count)}
        return Given(given.points, given.amount, given.due, classes, evidence)
    return Given(_exact(score.points), _exact(score.actual), _exact(score.due), given.classes, evidence)


def _exact(number: object) -> Fraction | None:
    return None if number is None else Fraction(str(number))


def _why_not(score: ItemScore, item: Item | None, township: Area) -> str:  # noqa: PLR0911 - one return a reason
    """Say why a line cannot be used; empty when it can."""
    if item is None:
        return "考核细则里没有这个编号"
    if not item.applies_to(township):
        return "细则里这一项不适用于它"
    if item.way is None:
        return "细则里这一项还有错，先改正细则"
    if score.occurrence_class:
        return _why_no_class(score, item)
    if score.points is not None:
        if isinstance(item.way, Veto):
            return "一票否决不给分，请在实际数里填发生的次数"
        bounds = range_of(item.way, item.points)
        if not bounds.low <= Fraction(score.points) <= (bounds.high or 0):
            return (
                f"得分要在{show_points(Fraction(bounds.low))}到{show_points(Fraction(bounds.high or 0))}之间"
            )
        return ""
    needs_due = isinstance(item.way, Ratio) or (isinstance(item.way, Deduct) and item.way.is_missing)
    needs_due = needs_due or (isinstance(item.way, Tiers) and item.way.is_share)
    if score.actual is not None and needs_due and item.measure is None and score.due is None:
        return "填了实际数，没有填应完成数"
    if score.due is not None and score.actual is not None and score.actual > score.due:
        return "实际数大于应完成数"
    return ""


def _why_no_class(score: ItemScore, item: Item) -> str:
    names = [name for name, _ in item.way.weights] if isinstance(item.way, Deduct) else []
    if score.occurrence_class not in names:
        return f"这一项的计分方式里没有“{score.occurrence_class}按几倍”"
    return "" if score.actual is not None else "没有填其中的实际数"


def _tell(score: ItemScore, name: str, why: str) -> Finding:
    source = score.source
    return make_finding(
        "ASSESS-GIVEN",
        file=source.file,
        sheet=source.sheet,
        cell=f"第{source.row}行",
        name=name,
        number=score.item_number,
        why=why,
    )
