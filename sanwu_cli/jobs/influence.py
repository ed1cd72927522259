"""What each reading (口径) decides: the year judged under each of its answers, all else as chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.errors import SanwuError
from sanwu_cli.jobs.alternatives import list_judged, list_other_answers, open_answer
from sanwu_cli.jobs.scoring import Scoring, YearScore, score_year, village_competes
from sanwu_cli.nearest import hint_near
from sanwu_cli.plan.choices import check_choice
from sanwu_cli.plan.evaluate import TRIED_READINGS, decide_township, decide_village, explain_rule
from sanwu_cli.plan.records import ReadingKind
from sanwu_cli.terms import AreaLevel, Flag, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.model import Area
    from sanwu_cli.plan.records import Reading, ReadingValue

Verdicts = dict[str, Verdict]
_NAMES = {
    "binding_indicators": "约束性指标突破",
    "safety_rank": "名次",
    "unbreached_share": "未突破",
    "disqualified": "全部突破",
}


class Awards(Struct, frozen=True):
    """How many are named and what that costs: certain, and with everybody who is still open."""

    townships: tuple[int, int]
    villages: tuple[int, int]
    yuan: tuple[int, int]


class View(Struct, frozen=True):
    """A unit under one answer: its verdict (None where it does not stand in that year) and the numbers."""

    verdict: Verdict | None
    numbers: tuple[str, ...]


class UnitChange(Struct, frozen=True):
    """A unit whose verdict is another one under the other answer."""

    area: Area
    here: View
    there: View

    @property
    def is_gained(self) -> bool:
        """Say whether it is named only under the other answer."""
        return self.there.verdict is Verdict.DESIGNATED

    @property
    def is_lost(self) -> bool:
        """Say whether it is named only as things are."""
        return self.here.verdict is Verdict.DESIGNATED


class Effect(Struct, frozen=True):
    """One reading under one other answer: whose verdict changes, what the awards come to."""

    reading: Reading
    value: ReadingValue
    changes: tuple[UnitChange, ...]
    awards: Awards


class Influence(Struct, frozen=True):
    """A year's readings tried: each other answer, and the readings of which none was tried."""

    scoring: Scoring
    awards: Awards
    effects: tuple[Effect, ...]
    untried: tuple[Reading, ...]


def list_verdicts(score: YearScore) -> Verdicts:
    """Give the verdict of every area of a year, by code."""
    verdicts = {judged.area.code: judged.verdict for judged in score.townships}
    return verdicts | {judged.area.code: judged.verdict for judged in score.villages}


def sum_awards(scoring: Scoring, verdicts: Mapping[str, Verdict]) -> Awards:
    """Sum the awards (六(四); T-28): of those who are named, and with everybody who may yet be."""
    book, plan = scoring.case.book, scoring.workspace.plan
    bounds = []
    for areas in (book.townships, book.villages):
        seen = [verdicts[area.code] for area in areas]
        low = seen.count(Verdict.DESIGNATED)
        bounds.append((low, low + seen.count(Verdict.UNKNOWN)))
    prices = [int(plan.value_on(f"award.{level.value}_yuan", book.day)) for level in AreaLevel]
    low, high = (sum(b[end] * price for b, price in zip(bounds, prices, strict=True)) for end in (0, 1))
    return Awards(bounds[0], bounds[1], (low, high))


def measure_influence(
    score: YearScore, told: Sequence[tuple[str, ReadingValue]] = (), *, only: str | None = None
) -> Influence:
    """Judge the year under each other answer of each reading, or of the one asked for.

    `told` adds answers that are not documented (a limit of 1, say). Pairs of readings are not tried.
    """
    scoring = score.scoring
    here = list_verdicts(score)
    readings = [r for r in list_judged(scoring.workspace.plan) if only in (None, r.id)]
    effects: list[Effect] = []
    untried: list[Reading] = []
    for reading in readings:
        chosen = scoring.workspace.settings.readings[reading.id]
        documented = list_other_answers(reading, chosen)
        mine = [value for name, value in told if name == reading.id and value not in (chosen, *documented)]
        answers = (*documented, *mine)
        effects += [_try_answer(scoring, here, reading, value) for value in answers]
        if not answers:
            untried.append(reading)
    return Influence(scoring, sum_awards(scoring, here), tuple(effects), tuple(untried))


def _try_answer(scoring: Scoring, here: Verdicts, reading: Reading, value: ReadingValue) -> Effect:
    other = open_answer(scoring, reading.id, value)
    if other is None:
        return Effect(reading, value, (), sum_awards(scoring, here))
    there = decide_all(other, scoring, here)
    areas = _list_areas(scoring) | _list_areas(other)
    changes = tuple(
        UnitChange(area, _view(scoring, area, here.get(code)), _view(other, area, there.get(code)))
        for code, area in areas.items()
        if here.get(code) is not there.get(code)
    )
    return Effect(reading, value, changes, sum_awards(other, there))


def _list_areas(scoring: Scoring) -> dict[str, Area]:
    book = scoring.case.book
    return {area.code: area for area in (*book.townships, *book.villages)}


def decide_all(scoring: Scoring, before: Scoring, known: Verdicts) -> Verdicts:
    """Decide every area again; a village of which nothing is new keeps the verdict known of it."""
    book, plan = scoring.case.book, scoring.workspace.plan
    verdicts: Verdicts = {}
    is_same = not _touches_villages(scoring, before)
    for area in book.villages:
        if not village_competes(book, area):
            verdicts[area.code] = Verdict.NOT_APPLICABLE
            continue
        verdict = known.get(area.code, Verdict.NOT_APPLICABLE)
        is_known = is_same and verdict is not Verdict.NOT_APPLICABLE
        if not is_known or not _is_same_village(scoring, before, area):
            verdict = decide_village(plan, scoring.case, area)
        verdicts[area.code] = verdict
    for area in book.townships:
        verdicts[area.code] = (
            decide_township(plan, scoring.case, area.code) if area.competes else Verdict.NOT_APPLICABLE
        )
    return verdicts


def _touches_villages(scoring: Scoring, before: Scoring) -> bool:
    """Say whether a village may be judged otherwise by the same numbers (T-01, T-02, T-16)."""
    now, then = scoring.case, before.case
    is_alike = now.indicators == then.indicators and now.limits == then.limits
    return not is_alike or now.readings["T-16"] != then.readings["T-16"]


def _is_same_village(scoring: Scoring, before: Scoring, area: Area) -> bool:
    now, then = scoring.case, before.case
    return now.book is then.book or all(
        now.tally(area.code, indicator) is then.tallies.get((area.code, indicator))
        for indicator in now.indicators
    )


def _view(scoring: Scoring, area: Area, verdict: Verdict | None) -> View:
    if verdict is None:
        return View(None, ())
    case, plan = scoring.case, scoring.workspace.plan
    designated = explain_rule(plan, case, plan.rule(f"{area.level.value}.designated"), area.code)
    labels = {indicator.value: indicator.label for indicator in case.indicators}
    reasons = designated.children
    if area.level is AreaLevel.TOWNSHIP:
        labels = _NAMES
        reasons += (explain_rule(plan, case, plan.rule("township.disqualified"), area.code),)
    named = [(labels[reason.rule.partition(".")[2]], reason) for reason in reasons]
    numbers = [f"{label}{reason.seen}（{reason.bound}）" for label, reason in named]
    return View(verdict, (*numbers, *designated.gaps))


def check_judged(scoring: Scoring, reading_id: str) -> str:
    """Check the id of a reading that a verdict may rest on; raises SanwuError."""
    known = [reading.id for reading in list_judged(scoring.workspace.plan)]
    if reading_id.strip().upper() not in known:
        raise SanwuError(
            f"没有“{reading_id}”这条口径，或者它与结论无关",
            remedy=f"{hint_near(reading_id, known)}可以写：{'、'.join(known)}",
            place="--reading",
        )
    return reading_id.strip().upper()


def parse_told(scoring: Scoring, texts: Iterable[str]) -> list[tuple[str, ReadingValue]]:
    """Read answers as typed: T-02.criminal_case=1, T-01=criminal_case,…, T-03=more_than; raises SanwuError.

    Several numbers of one reading make one answer; what is not named of it stays as chosen.
    """
    plan, chosen = scoring.workspace.plan, scoring.workspace.settings.readings
    judged = {reading.id: reading for reading in list_judged(plan)}
    raw: dict[str, object] = {}
    for text in texts:
        name, _, value = text.partition("=")
        reading_id, _, key = name.strip().partition(".")
        reading = judged.get(reading_id)
        if reading is None or not value.strip() or bool(key) != (reading.kind is ReadingKind.LIMITS):
            raise SanwuError(
                f"“{text}”看不懂，或者这条口径与结论无关",
                remedy=("" if reading else hint_near(reading_id, judged))
                + "请写成 T-02.criminal_case=1、T-01=criminal_case 或 T-03=more_than 的样子",
                place="--set",
            )
        if reading.kind is ReadingKind.LIMITS:
            current = raw.get(reading_id, chosen[reading_id])
            number = int(value) if value.strip().isdecimal() else value
            raw[reading_id] = {**current, key: number} if isinstance(current, dict) else number
        elif reading.kind is ReadingKind.LIST:
            raw[reading_id] = [word.strip() for word in value.replace("、", ",").split(",")]
        else:
            raw[reading_id] = value.strip()
    return [(reading_id, check_choice(judged[reading_id], value)) for reading_id, value in raw.items()]


def flag_assumed(score: YearScore) -> YearScore:
    """Add the flag to every unit whose verdict hangs on a reading nobody has confirmed.

    Readings the rules alone follow are tried while judging (townships); the others are tried here.
    """
    scoring = score.scoring
    settings, here = scoring.workspace.settings, list_verdicts(score)
    hanging: set[str] = set()
    for reading in list_judged(scoring.workspace.plan):
        if reading.id in settings.confirmed or reading.id in TRIED_READINGS:
            continue
        for value in list_other_answers(reading, settings.readings[reading.id]):
            other = open_answer(scoring, reading.id, value)
            if other is not None:
                there = decide_all(other, scoring, here)
                hanging |= {code for code, verdict in here.items() if there.get(code) is not verdict}
    if not hanging:
        return score
    mark = (Flag.READING_ASSUMED,)
    return replace(
        score,
        villages=tuple(
            replace(judged, flags=judged.flags + mark) if judged.area.code in hanging else judged
            for judged in score.villages
        ),
        townships=tuple(
            replace(judged, flags=tuple(dict.fromkeys(judged.flags + mark)))
            if judged.area.code in hanging
            else judged
            for judged in score.townships
        ),
    )


def judge_year(scoring: Scoring) -> YearScore:
    """Judge a year, and flag what hangs on readings nobody has confirmed."""
    return flag_assumed(score_year(scoring))
