"""The office's items read from their cells: each with way, part and measure, or why it has none."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.assessment.grammar import EXAMPLES, WayFault, parse_way
from sanwu_cli.assessment.measures import BY_LABEL, Measure
from sanwu_cli.assessment.ways import Bonus, Veto, Way, shapes_for
from sanwu_cli.findings import make_finding
from sanwu_cli.terms import AreaKind, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.activities import AssessmentItem
    from sanwu_cli.model import Area, Finding

FULL_POINTS = 100  # each part is scored out of a hundred (T-21)
EXAMPLE_MARK = "示例，不是附1原文"
_BY_HAND = "人工"
_ALL = ("", "全部", "所有", "各乡镇(街道)")


class Part(Term):
    """The two parts of the assessment (六(四), T-21)."""

    ONE_CENTRE = "one_centre", "一中心两所六进驻"
    OTHER = "other", "其他"


class Item(Struct, frozen=True):
    """An item as understood; `way` None: it cannot be scored, `faults` say why.

    `measure` None: a person gives the number or the points. `points` are 0 for a bonus or a veto.
    """

    told: AssessmentItem
    part: Part | None
    points: Fraction
    way: Way | None
    measure: Measure | None
    faults: tuple[Finding, ...] = ()

    @property
    def number(self) -> str:
        """The office's own number of the item."""
        return self.told.number

    @property
    def is_base(self) -> bool:
        """Say whether its points are among the hundred of its part."""
        return not isinstance(self.way, Bonus | Veto)

    def applies_to(self, township: Area) -> bool:
        """Say whether the item is for a township, by its kind or its name."""
        words = _split_names(self.told.applies)
        return not words or township.kind.label in words or township.name in words


def read_items(
    told: Iterable[AssessmentItem],
    townships: Sequence[Area],
    *,
    allows_inside: bool,
    measures: Mapping[str, Measure] = BY_LABEL,
) -> tuple[Item, ...]:
    """Understand the items of a year.

    Args:
        told: the items as written.
        townships: those that are scored.
        allows_inside: results may be scored within the 50 % (T-22).
        measures: what 数据来源 may name, by label.
    """
    names = {area.name for area in townships} | {kind.label for kind in AreaKind}
    current = keep_current(told)
    times = Counter(one.number for one in current)
    sources = {one.data_source: measures.get(_fold(one.data_source)) for one in current}
    read = _Reader(names, times, sources, allows_inside)
    return tuple(_read_item(one, read) for one in current)


class _Reader(Struct, frozen=True):
    """What items are held against: names that 适用 may hold, how often a number stands there, measures."""

    names: set[str]
    times: Mapping[str, int]
    measures: Mapping[str, Measure | None]
    allows_inside: bool


def keep_current(told: Iterable[AssessmentItem]) -> list[AssessmentItem]:
    """Leave out items whose number a sheet taken in later gives to another wording."""
    kept = list(told)
    sheets = {one.number: _sheet_of(one) for one in kept}  # the last one stays
    return [one for one in kept if _sheet_of(one) == sheets[one.number]]


def _sheet_of(told: AssessmentItem) -> tuple[str, str, str]:
    return told.source.file, told.source.sha256, told.source.sheet


def _read_item(told: AssessmentItem, reader: _Reader) -> Item:
    points = None if told.points is None else Fraction(told.points)
    part = Part(told.part) if told.part else None
    faults: list[Finding] = []
    way = parse_way(told.way, points)
    if isinstance(way, WayFault):
        faults.append(_tell("ASSESS-WAY", told, why=way.why, examples="；".join(EXAMPLES)))
    measure = reader.measures[told.data_source]
    if measure is None and _fold(told.data_source) != _BY_HAND:
        faults.append(_tell("ASSESS-SOURCE", told, why=f"不认识“{told.data_source}”"))
    elif measure is not None and not isinstance(way, WayFault) and measure.shape not in shapes_for(way):
        why = f"“{measure.label}”是{measure.shape.label}的数，不能配“{told.way}”"
        faults.append(_tell("ASSESS-SOURCE", told, why=why))
    if not told.number:
        faults.append(_tell("ASSESS-ITEM", told, why="没有编号", remedy="请给每一项不同的编号，重新导入"))
    elif (times := reader.times[told.number]) > 1:
        remedy = "请给每一项不同的编号，重新导入"
        faults.append(_tell("ASSESS-ITEM", told, why=f"的编号有{times}行", remedy=remedy))
    if part is None:
        faults.append(_tell("ASSESS-ITEM", told, why="看不出属于哪一部分", remedy="请在“部分”一列写明"))
    if strangers := [word for word in _split_names(told.applies) if word not in reader.names]:
        why = f"适用里的“{strangers[0]}”不是登记表里的乡镇(街道)，也不是一类"
        faults.append(_tell("ASSESS-ITEM", told, why=why, remedy="请改正“适用”一列"))
    if measure is not None and measure.is_result and part is Part.ONE_CENTRE and not reader.allows_inside:
        faults.append(_tell("ASSESS-THREE-INSIDE", told, measure=measure.label))
    is_sound = not faults and not isinstance(way, WayFault)
    return Item(told, part, points or Fraction(0), way if is_sound else None, measure, tuple(faults))  # type: ignore[arg-type]  # a fault is no way


def _tell(code: str, told: AssessmentItem, **values: object) -> Finding:
    source = told.source
    return make_finding(
        code, file=source.file, sheet=source.sheet, cell=f"第{source.row}行", number=told.number, **values
    )


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _split_names(text: str) -> tuple[str, ...]:
    folded = _fold(text)
    return () if folded in _ALL else tuple(word for word in re.split("[、,;]", folded) if word)


def check_sums(
    items: Sequence[Item], townships: Sequence[Area]
) -> tuple[dict[tuple[str, Part], bool], list[Finding]]:
    """Say for each township and part whether its items make up a hundred points; tell each that does not."""
    whole: dict[tuple[str, Part], bool] = {}
    wrong: dict[tuple[Part, Fraction], list[str]] = {}
    for township in townships:
        for part in Part:
            total = sum(
                (i.points for i in items if i.part is part and i.is_base and i.applies_to(township)),
                Fraction(0),
            )
            whole[township.code, part] = total == FULL_POINTS
            if total != FULL_POINTS:
                wrong.setdefault((part, total), []).append(township.name)
    return whole, [_tell_sum(items, part, total, names) for (part, total), names in wrong.items()]


def _tell_sum(items: Sequence[Item], part: Part, total: Fraction, names: Sequence[str]) -> Finding:
    source = next((i.told.source for i in items if i.part is part), items[0].told.source)
    return make_finding(
        "ASSESS-SUM",
        file=source.file,
        sheet=source.sheet,
        part=part.label,
        total=show_points(total),
        full=FULL_POINTS,
        names="、".join(names),
    )


def tell_example(told: Iterable[AssessmentItem], year: int) -> list[Finding]:
    """Say that the rules are an example or a draft, where any of their rows is."""
    sources = [item.source for item in told if item.is_example]
    return [
        make_finding("ASSESS-EXAMPLE", file=source.file, sheet=source.sheet, year=year)
        for source in sources[:1]
    ]


def show_points(points: Fraction, *, digits: int = 2) -> str:
    """Write points with two decimals, with all they have where they end, else cut off with … behind."""
    rest = points.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    scale = digits
    if rest == 1:
        while (points * 10**scale).denominator != 1:
            scale += 1
    units = abs(points.numerator) * 10**scale // points.denominator
    sign, more = "-" if points < 0 else "", "" if rest == 1 else "…"
    decimals = f".{units % 10**scale:0{scale}d}" if scale else ""
    return f"{sign}{units // 10**scale}{decimals}{more}"
