"""Named facts: what is known of each number a rule compares, as intervals with their evidence.

A fact is a pure function of (case, area code); the table FACTS is the whole registry.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.model import Interval
from sanwu_cli.plan.tally import Tally, YearBook, tally_village
from sanwu_cli.terms import Answer, Indicator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from decimal import Decimal

    from sanwu_cli.model import Area, Limit, Source


class Evidence(Struct, frozen=True):
    """A row (or a whole sheet, row None) that a fact rests on."""

    source: Source
    case_number: str = ""


class Known(Struct, frozen=True):
    """A fact's value, what it rests on, what would make it exact, and its text where figures say more."""

    interval: Interval
    evidence: tuple[Evidence, ...] = ()
    gaps: tuple[str, ...] = ()
    shown: str = ""


class Case(Struct):
    """One year put to the rules: the indexed records, the readings in force, what is already computed.

    `limits` are the counts an indicator may reach without being breached (T-02), `quotas` the limits
    registered for a village, which go before; `indicators` those that are judged (T-01); `scores` the
    safety score of each competing township, None where it is not known; `score_evidence` what a score
    rests on that was computed item by item; `unranked` are the townships a veto of the assessment rules
    takes out of the ranking.
    """

    book: YearBook
    readings: Mapping[str, object]
    indicators: tuple[Indicator, ...]
    limits: Mapping[Indicator, int]
    binding_count: int
    competing: frozenset[str]
    scores: Mapping[str, Decimal | None]
    score_evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    unranked: frozenset[str] = frozenset()
    tallies: dict[tuple[str, Indicator], Tally] = field(default_factory=dict)
    quotas: Mapping[tuple[str, Indicator], Limit] = field(default_factory=dict)

    def tally(self, village: str, indicator: Indicator) -> Tally:
        """Tally once, remember."""
        key = (village, indicator)
        if key not in self.tallies:
            self.tallies[key] = tally_village(self.book, village, indicator)
        return self.tallies[key]

    def answer(self, village: str, indicator: Indicator) -> Answer:
        """Say whether a village stayed within the indicator's limit."""
        return hold_at_most(self.tally(village, indicator).interval, self.limit(village, indicator))

    def limit(self, village: str, indicator: Indicator) -> int:
        """Give the count a village may reach: its own quota, else the county's limit (T-02)."""
        quota = self.quotas.get((village, indicator))
        return self.limits[indicator] if quota is None else quota.number


def hold_at_most(interval: Interval, bound: Fraction | int) -> Answer:
    """Hold an interval against an upper bound that may be reached."""
    if interval.high is not None and interval.high <= bound:
        return Answer.MET
    return Answer.NOT_MET if interval.low > bound else Answer.UNKNOWN


def hold_at_least(interval: Interval, bound: Fraction | int, *, strictly: bool = False) -> Answer:
    """Hold an interval against a lower bound; `strictly` asks for more than the bound."""
    low, high = interval.low, interval.high
    if low > bound or (low == bound and not strictly):
        return Answer.MET
    if high is not None and (high < bound or (high == bound and strictly)):
        return Answer.NOT_MET
    return Answer.UNKNOWN


def _count_indicator(indicator: Indicator) -> Callable[[Case, str], Known]:
    def count(case: Case, village: str) -> Known:
        tally = case.tally(village, indicator)
        return Known(tally.interval, _cite_tally(tally), explain_gaps(tally))

    return count


def _cite_tally(tally: Tally) -> tuple[Evidence, ...]:
    """Cite the counted cases, else the sheets that say there was none; held rows in either case."""
    cases = [Evidence(s, i.case_number) for i in (*tally.incidents, *tally.held) for s in i.sources]
    if tally.incidents:
        return tuple(cases)
    sheets = dict.fromkeys(Evidence(r.source) for r in tally.reports)
    sheets |= dict.fromkeys(Evidence(c.source) for c in tally.counts)
    return (*cases, *sheets)


def explain_gaps(tally: Tally) -> tuple[str, ...]:
    """Say in words what would make a tally exact."""
    gaps = []
    if tally.missing:
        gaps.append("未报：" + "、".join(month.label for month in tally.missing))
    disputed = [incident for incident in tally.held if incident.is_contested and not incident.widens]
    suspended = sum(1 for incident in disputed if incident.is_suspended)
    if contested := len(disputed) - suspended:
        gaps.append(f"有异议未决{contested}件，裁定以前按可能计入")
    if suspended:
        gaps.append(f"挂账{suspended}件，本年没有定论，按可能计入")
    if doubted := sum(1 for count in tally.counts if count.is_contested):
        gaps.append(f"有{doubted}个月报数有异议未决，按可能作数、可能不作数")
    rows = [incident for incident in tally.held if incident.widens]
    counted = sum(incident.number or 0 for incident in rows)
    if rows:
        among = f"（其中月报数{counted}件）" if counted else ""
        gaps.append(f"挂起{len(rows)}行{among}，可能属于本村(社区)")
    gaps += [f"{period.label}明细与月报数不一致" for period in tally.disagreeing]
    return tuple(gaps)


def _count_unbreached_indicators(case: Case, village: str) -> Known:
    answers = [case.answer(village, indicator) for indicator in case.indicators]
    low = answers.count(Answer.MET)
    return Known(Interval(low, low + answers.count(Answer.UNKNOWN)))


def answer_village(case: Case, village: str) -> Answer:
    """Say whether a village stayed within all limits (未突破)."""
    return combine_all(case.answer(village, indicator) for indicator in case.indicators)


def answer_all_breached(case: Case, village: str) -> Answer:
    """Say whether a village breached every limit (全部突破, T-29)."""
    return hold_at_most(_count_unbreached_indicators(case, village).interval, 0)


def combine_all(answers: Iterable[Answer]) -> Answer:
    """Combine answers under “all of”: one no is no, else one unknown is unknown."""
    seen = set(answers)
    if Answer.NOT_MET in seen:
        return Answer.NOT_MET
    return Answer.UNKNOWN if Answer.UNKNOWN in seen else Answer.MET


def _share(answers: list[Answer]) -> Interval:
    yes, maybe, total = answers.count(Answer.MET), answers.count(Answer.UNKNOWN), len(answers)
    return Interval(Fraction(yes, total), Fraction(yes + maybe, total))


def _show_share(answers: list[Answer]) -> str:
    """Show a share unreduced, so that the number of villages stays visible."""
    yes, maybe = answers.count(Answer.MET), answers.count(Answer.UNKNOWN)
    return f"{yes}…{yes + maybe}/{len(answers)}" if maybe else f"{yes}/{len(answers)}"


def _share_unbreached(case: Case, township: str) -> Known:
    villages = case.book.villages_of(township)
    if not villages:  # 0/0 is unknown, never 100 % (T-17)
        return Known(Interval(Fraction(0), Fraction(1)), gaps=("辖区没有参与计算的村(社区)",))
    if case.readings.get("T-04") == "not_all":
        answers = [_negate(answer_all_breached(case, village.code)) for village in villages]
    else:
        answers = [answer_village(case, village.code) for village in villages]
    unknown = answers.count(Answer.UNKNOWN)
    gaps = (f"{unknown}个村(社区)待定",) if unknown else ()
    return Known(_share(answers), gaps=gaps, shown=_show_share(answers))


def _negate(answer: Answer) -> Answer:
    return {Answer.MET: Answer.NOT_MET, Answer.NOT_MET: Answer.MET}.get(answer, Answer.UNKNOWN)


def _share_all_breached(case: Case, township: str) -> Known:
    villages = case.book.villages_of(township)
    if not villages:
        return Known(Interval(Fraction(0), Fraction(0)))
    reading = case.readings.get("T-05")
    if reading == "each_indicator_half":
        shares = [_share_breaching(case, villages, (indicator,)) for indicator in case.indicators]
        low = min(share.low for share in shares)
        return Known(Interval(low, min(share.high for share in shares if share.high is not None)))
    if reading == "any_breached":
        return Known(_share_breaching(case, villages, case.indicators))
    answers = [answer_all_breached(case, village.code) for village in villages]
    return Known(_share(answers), shown=_show_share(answers))


def _share_breaching(case: Case, villages: tuple[Area, ...], indicators: tuple[Indicator, ...]) -> Interval:
    """Share of villages that breached at least one of the indicators."""
    return _share([_negate(combine_all(case.answer(v.code, i) for i in indicators)) for v in villages])


def _count_binding_breached(case: Case, township: str) -> Known:
    named = [b for b in case.book.records.bindings if b.township_code == township]
    rows = {key: b for b in named if (key := _fold_name(b.name))}
    breached = sum(1 for binding in rows.values() if binding.is_breached)
    attested = sum(1 for binding in rows.values() if binding.is_breached is not None)
    open_slots = max(case.binding_count - attested, 0)
    gaps = (f"{case.binding_count}项约束性指标只认定了{attested}项",) if open_slots else ()
    evidence = tuple(Evidence(binding.source, binding.document_number) for binding in rows.values())
    return Known(Interval(breached, breached + open_slots), evidence, gaps)


def _fold_name(name: str) -> str:
    """Fold a name as typed: width, brackets and blanks do not make it another."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def _rank_safety(case: Case, township: str) -> Known:
    """Rank among the competing townships: 1, 2, 2, 4 (T-08); unknown scores widen it."""
    mine = case.scores.get(township)
    others = [case.scores.get(code) for code in sorted(case.competing - case.unranked) if code != township]
    rows = (row for row in case.book.records.assessments if row.township_code == township)
    evidence = (*(Evidence(row.source) for row in rows), *case.score_evidence.get(township, ()))
    if township in case.unranked:  # behind everybody, however few there are
        last = len(case.competing) + len(case.scores) + 1
        return Known(Interval(last, None), evidence, ("一票否决，不参加排名",))
    if mine is None:
        return Known(Interval(1, None), evidence, ("没有综合得分",))  # without a score there is no rank
    better = [score for score in others if score is not None and score > mine]
    ahead = len(set(better)) if case.readings.get("T-08") == "dense" else len(better)
    if case.readings.get("T-08") == "strict":
        ahead += sum(1 for score in others if score == mine)
    unknown = others.count(None)
    gaps = (f"还有{unknown}个乡镇(街道)没有综合得分",) if unknown else ()
    return Known(Interval(1 + ahead, 1 + ahead + unknown), evidence, gaps)


FACTS: Mapping[str, Callable[[Case, str], Known]] = {
    "village.skip_level_petition": _count_indicator(Indicator.SKIP_LEVEL_PETITION),
    "village.administrative_suit": _count_indicator(Indicator.ADMINISTRATIVE_SUIT),
    "village.criminal_case": _count_indicator(Indicator.CRIMINAL_CASE),
    "village.unbreached_indicators": _count_unbreached_indicators,
    "township.binding_breached": _count_binding_breached,
    "township.safety_rank": _rank_safety,
    "township.unbreached_share": _share_unbreached,
    "township.all_breached_share": _share_all_breached,
}
FACT_NAMES = frozenset(FACTS)
_VILLAGE = "village."


def find_fact(case: Case, name: str) -> Callable[[Case, str], Known]:
    """Give the fact of a name: one of FACTS, or the count of an indicator the office added (T-01)."""
    own = name.removeprefix(_VILLAGE)
    return _count_indicator(Indicator(own)) if own in case.indicators else FACTS[name]
