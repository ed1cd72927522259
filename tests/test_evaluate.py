"""Facts as intervals and three answers, held against brute force."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from sanwu_cli.model import Area, Interval, Place, Source
from sanwu_cli.periods import Month, Period
from sanwu_cli.plan.evaluate import explain_area, judge_township, judge_village
from sanwu_cli.plan.facts import Case, combine_all, hold_at_least, hold_at_most
from sanwu_cli.plan.loader import load_plan
from sanwu_cli.plan.tally import open_year, tally_village
from sanwu_cli.records import Assessment, Binding, Count, Incident, Report, YearRecords
from sanwu_cli.terms import Answer, AreaKind, Flag, IncidentStatus, Indicator, Verdict

YEAR = 2026
PERIOD = Period.of_year(YEAR)
DAY = date(YEAR, 12, 31)
CASE = Indicator.CRIMINAL_CASE
SOURCE = Source("表.xlsx", "0" * 64, "Sheet1", 5)


def township(code="649901101", **kw):
    return Area(code, f"镇{code[-3:]}", AreaKind.TOWN, "649901", **kw)


def village(number, parent="649901101", **kw):
    return Area(f"{parent}{200 + number:03d}", f"村{number}", AreaKind.VILLAGE, parent, **kw)


def incident(number, place, day, indicator=CASE, status=IncidentStatus.COUNTED):
    return Incident(f"案{number}", indicator, f"案{number}", day, (place,), status, None, (SOURCE,), None)


def at(area):
    return Place(area.code, area.parent)


def report(first=1, last=12, indicator=CASE, township_code=None):
    return Report(indicator, Period(Month(YEAR, first), Month(YEAR, last)), township_code, SOURCE)


def everything(**kw):
    return tuple(report(indicator=indicator, **kw) for indicator in Indicator)


def build_case(records, *, readings=None, scores=None, competing=None, limits=None):
    plan = load_plan()
    chosen = {reading.id: reading.default for reading in plan.readings} | (readings or {})
    book = open_year(records, day=DAY, period=PERIOD)
    return plan, Case(
        book,
        chosen,
        tuple(Indicator),
        limits or dict.fromkeys(Indicator, 0),
        int(plan.value_on("binding_indicator.count", DAY)),
        frozenset(competing if competing is not None else [t.code for t in book.townships]),
        scores or {},
    )


intervals = st.tuples(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 6))).map(
    lambda pair: Interval(pair[0], None if pair[1] is None else pair[0] + pair[1])
)


def values_of(interval, top=20):
    return range(interval.low, (top if interval.high is None else interval.high) + 1)


@given(intervals, st.integers(0, 8))
def test_two_comparisons_agree_with_trying_every_value(interval, bound):
    most = {value <= bound for value in values_of(interval)}
    least = {value >= bound for value in values_of(interval)}
    expected = {frozenset({True}): Answer.MET, frozenset({False}): Answer.NOT_MET}
    assert hold_at_most(interval, bound) is expected.get(frozenset(most), Answer.UNKNOWN)
    assert hold_at_least(interval, bound) is expected.get(frozenset(least), Answer.UNKNOWN)


def test_all_64_combinations_of_three_answers():
    for answers in itertools.product(Answer, repeat=3):
        worlds = itertools.product(
            *[[True, False] if a is Answer.UNKNOWN else [a is Answer.MET] for a in answers]
        )
        seen = {all(world) for world in worlds}
        expected = {frozenset({True}): Answer.MET, frozenset({False}): Answer.NOT_MET}
        assert combine_all(answers) is expected.get(frozenset(seen), Answer.UNKNOWN)


def test_142_of_203_does_not_reach_70_percent_and_7_of_10_does():
    bound = Fraction(7, 10)
    assert hold_at_least(Interval(Fraction(142, 203), Fraction(142, 203)), bound) is Answer.NOT_MET
    assert hold_at_least(Interval(Fraction(69, 99), Fraction(69, 99)), bound) is Answer.NOT_MET
    assert hold_at_least(Interval(Fraction(7, 10), Fraction(7, 10)), bound) is Answer.MET
    assert hold_at_least(Interval(bound, bound), bound, strictly=True) is Answer.NOT_MET


# -- a random year, its truth, and what a clerk may know of it --------------------------------------------


@st.composite
def years(draw):
    """A true year of one township, and an order in which its sheets become known."""
    villages = tuple(village(n) for n in range(draw(st.integers(1, 6))))
    cases = draw(
        st.lists(
            st.tuples(st.sampled_from(villages), st.integers(1, 12), st.sampled_from(list(Indicator))),
            max_size=8,
        )
    )
    steps = draw(st.permutations([(m, i) for m in range(1, 13) for i in Indicator]))
    known = draw(st.integers(0, len(steps)))
    held = draw(st.sets(st.integers(0, 7), max_size=3))
    return villages, cases, steps, known, held


def know(villages, cases, steps, held):
    """What the ledger holds once the sheets of `steps` are in; cases in `held` could not be placed."""
    incidents = []
    for number, (where, month, indicator) in enumerate(cases):
        if (month, indicator) not in steps:
            continue
        placed = at(where)
        if number in held:
            place = Place(None, where.parent, tuple(v.code for v in villages))
            incidents.append(incident(number, place, date(YEAR, month, 9), indicator, IncidentStatus.HELD))
        else:
            incidents.append(incident(number, placed, date(YEAR, month, 9), indicator))
    reports = tuple(report(month, month, indicator) for month, indicator in steps)
    return YearRecords(YEAR, (township(), *villages), tuple(incidents), reports)


@settings(max_examples=120, deadline=None)
@given(years())
def test_a_decided_verdict_never_flips_when_more_becomes_known(year):
    villages, cases, steps, known, held = year
    early_plan, early = build_case(know(villages, cases, set(steps[:known]), held))
    late_plan, late = build_case(know(villages, cases, set(steps), frozenset()))
    for area in villages:
        before = judge_village(early_plan, early, area, competes=True, due=frozenset())
        after = judge_village(late_plan, late, area, competes=True, due=frozenset())
        assert after.verdict is not Verdict.UNKNOWN
        for indicator, state in before.indicators.items():
            final = after.indicators[indicator]
            assert state.interval.low <= final.interval.low
            assert state.interval.high is None or final.interval.high <= state.interval.high
            if state.answer is not Answer.UNKNOWN:
                assert state.answer is final.answer
        if before.verdict in (Verdict.DESIGNATED, Verdict.DISQUALIFIED):
            assert after.verdict is before.verdict
        if before.verdict is Verdict.NOT_DESIGNATED:  # it may still turn out to have breached all three
            assert after.verdict in (Verdict.NOT_DESIGNATED, Verdict.DISQUALIFIED)
    before = judge_township(early_plan, early, township(), competes=True, confirmed=frozenset())
    after = judge_township(late_plan, late, township(), competes=True, confirmed=frozenset())
    assert before.unbreached[0] <= after.unbreached[0] <= after.unbreached[1] <= before.unbreached[1]
    assert before.all_breached[0] <= after.all_breached[0] <= before.all_breached[1]


@settings(max_examples=120, deadline=None)
@given(years())
def test_verdicts_agree_with_every_world_that_fits_what_is_known(year):
    villages, cases, steps, known, held = year
    plan, case = build_case(know(villages, cases, set(steps[:known]), held))
    months = set(steps[:known])
    for area in villages:
        for indicator in Indicator:
            sure = sum(
                1
                for n, (where, month, kind) in enumerate(cases)
                if where == area and kind is indicator and (month, kind) in months and n not in held
            )
            loose = sum(
                1
                for n, (_, month, kind) in enumerate(cases)
                if kind is indicator and (month, kind) in months and n in held
            )
            complete = all((month, indicator) in months for month in range(1, 13))
            expected = Interval(sure, sure + loose if complete else None)
            assert case.tally(area.code, indicator).interval == expected
    del plan


@settings(max_examples=80, deadline=None)
@given(years(), st.integers(1, 12), st.sampled_from(list(Indicator)))
def test_one_more_counted_incident_never_helps(year, month, indicator):
    villages, cases, steps, known, held = year
    records = know(villages, cases, set(steps[:known]), held)
    more = YearRecords(
        YEAR,
        records.areas,
        (*records.incidents, incident(99, at(villages[0]), date(YEAR, month, 3), indicator)),
        records.reports,
    )
    plan, before = build_case(records)
    _, after = build_case(more)
    order = [Verdict.DESIGNATED, Verdict.UNKNOWN, Verdict.NOT_DESIGNATED, Verdict.DISQUALIFIED]
    for area in villages:
        old = judge_village(plan, before, area, competes=True, due=frozenset()).verdict
        new = judge_village(plan, after, area, competes=True, due=frozenset()).verdict
        assert order.index(new) >= order.index(old)
    old = judge_township(plan, before, township(), competes=True, confirmed=frozenset()).verdict
    new = judge_township(plan, after, township(), competes=True, confirmed=frozenset()).verdict
    assert order.index(new) >= order.index(old)


# -- particular stories -----------------------------------------------------------------------------------


def test_missing_is_never_zero_and_an_empty_year_is_unknown():
    records = YearRecords(YEAR, (township(), village(1)), (), everything())
    plan, case = build_case(records)
    judged = judge_village(plan, case, village(1), competes=True, due=frozenset())
    assert judged.verdict is Verdict.DESIGNATED
    gone = YearRecords(YEAR, records.areas, (), (*everything()[:2], report(1, 11)))
    plan, case = build_case(gone)
    judged = judge_village(plan, case, village(1), competes=True, due=frozenset(PERIOD.months()))
    assert judged.verdict is Verdict.UNKNOWN
    assert judged.missing == ((CASE, Month(YEAR, 12)),)
    assert judged.indicators[CASE].interval == Interval(0, None)


def test_zero_of_zero_villages_is_unknown_and_never_a_penalty():
    plan, case = build_case(
        YearRecords(YEAR, (township(),), (), everything()), scores={"649901101": Decimal(90)}
    )
    judged = judge_township(plan, case, township(), competes=True, confirmed=frozenset())
    assert judged.conditions["unbreached_share"] is Answer.UNKNOWN
    assert judged.verdict is Verdict.UNKNOWN


def full_year(villages, breached, areas=(), **kw):
    """A complete year in which `breached` maps a village to the indicators it broke."""
    incidents = tuple(
        incident(f"{v.code}{i}", at(v), date(YEAR, 5, 5), i) for v, kinds in breached.items() for i in kinds
    )
    bindings = tuple(
        Binding(YEAR, "649901101", f"指标{n}", document_number="文", is_breached=False, source=SOURCE)
        for n in range(4)
    )
    return YearRecords(
        YEAR, (township(), *villages, *areas), incidents, everything(), bindings=bindings, **kw
    )


def test_seven_of_ten_designates_a_township_when_all_three_conditions_hold():
    villages = [village(n) for n in range(10)]
    scores = {"649901101": Decimal("96.5")}
    plan, case = build_case(full_year(villages, {key: [CASE] for key in villages[:3]}), scores=scores)
    judged = judge_township(plan, case, township(), competes=True, confirmed=frozenset())
    assert judged.unbreached == (7, 7)
    assert judged.verdict is Verdict.DESIGNATED
    assert Flag.READING_ASSUMED in judged.flags  # under “more than 70 %” it would not be
    sure = judge_township(plan, case, township(), competes=True, confirmed=frozenset({"T-03"}))
    assert Flag.READING_ASSUMED not in sure.flags
    plan, case = build_case(full_year(villages, {key: [CASE] for key in villages[:4]}), scores=scores)
    assert (
        judge_township(plan, case, township(), competes=True, confirmed=frozenset()).verdict
        is Verdict.NOT_DESIGNATED
    )


def test_half_of_the_villages_with_all_three_breached_bars_the_township():
    villages = [village(n) for n in range(10)]
    plan, case = build_case(full_year(villages, {key: list(Indicator) for key in villages[:5]}))
    judged = judge_township(plan, case, township(), competes=True, confirmed=frozenset())
    assert judged.verdict is Verdict.DISQUALIFIED
    assert Flag.EXACTLY_HALF in judged.flags


def test_readings_change_what_half_means():
    villages = [village(n) for n in range(4)]
    one_each = {villages[0]: [CASE], villages[1]: [CASE]}
    plan, case = build_case(full_year(villages, one_each), readings={"T-05": "any_breached"})
    assert (
        judge_township(plan, case, township(), competes=True, confirmed=frozenset()).verdict
        is Verdict.DISQUALIFIED
    )


def test_ties_at_the_second_rank_all_pass():
    others = [township(f"64990110{n}") for n in range(1, 5)]
    scores = dict(zip([t.code for t in others], map(Decimal, ("96.5", "95.2", "95.20", "90")), strict=True))
    records = YearRecords(YEAR, tuple(others), (), everything())
    plan, case = build_case(records, scores=scores)
    judged = [judge_township(plan, case, t, competes=True, confirmed=frozenset()) for t in others]
    assert [j.rank for j in judged] == [1, 2, 2, 4]
    answers = [j.conditions["safety_rank"] for j in judged]
    assert answers == [Answer.MET, Answer.MET, Answer.MET, Answer.NOT_MET]
    assert [Flag.TIED_RANK in j.flags for j in judged] == [False, True, True, False]


def test_an_unknown_score_leaves_only_what_it_may_change_open():
    towns = [township(f"64990110{n}") for n in range(1, 5)]
    scores = dict(zip([t.code for t in towns], [Decimal(96), Decimal(95), Decimal(94), None], strict=True))
    plan, case = build_case(YearRecords(YEAR, tuple(towns), (), everything()), scores=scores)
    answers = [
        judge_township(plan, case, t, competes=True, confirmed=frozenset()).conditions["safety_rank"]
        for t in towns
    ]
    assert answers == [Answer.MET, Answer.UNKNOWN, Answer.NOT_MET, Answer.UNKNOWN]


def test_three_attested_binding_indicators_never_pass():
    records = full_year([village(1)], {})
    short = YearRecords(YEAR, records.areas, (), everything(), bindings=records.bindings[:3])
    plan, case = build_case(short, scores={"649901101": Decimal(90)})
    judged = judge_township(plan, case, township(), competes=True, confirmed=frozenset())
    assert judged.conditions["binding_indicators"] is Answer.UNKNOWN


def test_events_of_a_merged_village_follow_to_its_successor():
    old = village(1, valid_to=date(YEAR, 6, 30), successor=village(2).code)
    new = village(2)
    records = YearRecords(
        YEAR, (township(), old, new), (incident(1, at(old), date(YEAR, 3, 3)),), everything()
    )
    plan, case = build_case(records)
    judged = judge_village(plan, case, new, competes=True, due=frozenset())
    assert judged.indicators[CASE].interval == Interval(1, 1)
    assert Flag.MERGED in judged.flags
    assert [v.code for v in case.book.villages] == [new.code]


def test_a_village_new_in_june_needs_no_report_before():
    new = village(3, valid_from=date(YEAR, 6, 1))
    records = YearRecords(
        YEAR, (township(), new), (), tuple(report(6, 12, indicator=indicator) for indicator in Indicator)
    )
    plan, case = build_case(records)
    judged = judge_village(plan, case, new, competes=True, due=frozenset(PERIOD.months()))
    assert judged.verdict is Verdict.DESIGNATED
    assert Flag.NEW_THIS_YEAR in judged.flags


def test_a_report_of_one_township_covers_only_its_villages():
    here, there = village(1), village(1, parent="649901102")
    records = YearRecords(
        YEAR, (township(), township("649901102"), here, there), (), everything(township_code="649901101")
    )
    _, case = build_case(records)
    assert tally_village(case.book, here.code, CASE).interval == Interval(0, 0)
    assert tally_village(case.book, there.code, CASE).interval == Interval(0, None)


def test_counts_and_cases_of_one_month_are_held_together():
    here = village(1)
    month = Period(Month(YEAR, 2), Month(YEAR, 2))
    base = YearRecords(YEAR, (township(), here), (incident(1, at(here), date(YEAR, 2, 2)),), (report(),), ())
    for number, expected in ((1, (1, 1)), (3, (1, 3)), (0, (0, 1))):
        records = YearRecords(
            YEAR, base.areas, base.incidents, base.reports, (Count(CASE, month, here.code, number, SOURCE),)
        )
        tally = tally_village(open_year(records, day=DAY, period=PERIOD), here.code, CASE)
        assert tally.interval == Interval(*expected)
        assert tally.disagreeing == (() if number == 1 else (month,))


def test_a_counted_span_covers_months_nobody_detailed():
    here = village(1)
    span = Count(CASE, Period(Month(YEAR, 1), Month(YEAR, 10)), here.code, 2, SOURCE)
    records = YearRecords(YEAR, (township(), here), (), (report(11, 12),), (span,))
    tally = tally_village(open_year(records, day=DAY, period=PERIOD), here.code, CASE)
    assert tally.interval == Interval(2, 2)
    assert tally.missing == ()


def test_a_longer_count_that_denies_its_own_months_is_not_made_up_by_others():
    here = village(1)
    quarter = Period(Month(YEAR, 1), Month(YEAR, 3))
    case = incident(1, at(here), date(YEAR, 2, 2))
    later = incident(2, at(here), date(YEAR, 9, 2))
    for cases, number, expected in (
        ((case, later), 0, (1, 2)),
        ((case, later), 1, (2, 2)),
        ((case, later), 3, (2, 4)),
        ((later,), 2, (1, 3)),
    ):
        count = Count(CASE, quarter, here.code, number, SOURCE)
        records = YearRecords(YEAR, (township(), here), cases, (report(),), (count,))
        tally = tally_village(open_year(records, day=DAY, period=PERIOD), here.code, CASE)
        assert tally.interval == Interval(*expected)
        assert tally.disagreeing == (() if number == 1 else (quarter,))


def test_a_denied_count_still_bounds_months_nobody_detailed():
    here = village(1)
    quarter = Period(Month(YEAR, 1), Month(YEAR, 3))
    case = incident(1, at(here), date(YEAR, 2, 2))
    count = Count(CASE, quarter, here.code, 0, SOURCE)
    records = YearRecords(YEAR, (township(), here), (case,), (report(4, 12),), (count,))
    tally = tally_village(open_year(records, day=DAY, period=PERIOD), here.code, CASE)
    assert tally.interval == Interval(0, 1)


def test_the_township_that_took_over_reports_for_the_villages():
    here = village(1)
    ended = township(valid_to=date(YEAR, 6, 30), successor="649901102")
    for reporter, expected in (("649901102", Interval(0, 0)), ("649901103", Interval(0, None))):
        records = YearRecords(
            YEAR,
            (ended, township("649901102"), township("649901103"), here),
            (),
            (
                *everything(first=1, last=6, township_code="649901101"),
                *everything(first=7, last=12, township_code=reporter),
            ),
        )
        tally = tally_village(open_year(records, day=DAY, period=PERIOD), here.code, CASE)
        assert tally.interval == expected


def test_a_township_sum_bounds_each_village_and_zero_covers_all():
    here = village(1)
    for number, expected in ((0, (0, 0)), (2, (0, 2))):
        total = Count(CASE, PERIOD, township().code, number, SOURCE)
        records = YearRecords(YEAR, (township(), here), (), (), (total,))
        tally = tally_village(open_year(records, day=DAY, period=PERIOD), here.code, CASE)
        assert tally.interval == Interval(*expected)


def test_explanation_leads_down_to_the_row():
    villages = [village(n) for n in range(2)]
    plan, case = build_case(full_year(villages, {villages[0]: [CASE]}))
    designated, _ = explain_area(plan, case, township())
    share = next(child for child in designated.children if child.rule == "township.unbreached_share")
    assert share.seen == "1/2"
    leaf = next(c for c in share.children[0].children if c.rule == "village.criminal_case")
    assert (leaf.answer, leaf.seen, leaf.bound) == (Answer.NOT_MET, "1", "≤ 0")
    assert leaf.evidence[0].source.row == 5
    assert leaf.clause == "六(四)"


def test_assessments_are_cited():
    row = Assessment(YEAR, "649901101", None, None, Decimal(90), SOURCE)
    records = YearRecords(YEAR, (township(),), (), (), assessments=(row,))
    plan, case = build_case(records, scores={"649901101": Decimal(90)})
    designated, _ = explain_area(plan, case, township())
    rank = next(child for child in designated.children if child.rule == "township.safety_rank")
    assert rank.evidence[0].source == SOURCE
