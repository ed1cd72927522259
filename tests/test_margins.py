"""Distances from the plan's lines, and what an open verdict lacks, on small worlds and by properties."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_evaluate import DAY, SOURCE, YEAR, at, build_case, everything, incident, township, village

from sanwu_cli.model import Place
from sanwu_cli.periods import Month, Period
from sanwu_cli.plan.evaluate import decide_township, decide_village
from sanwu_cli.plan.margins import Peril, list_perils, measure_margin
from sanwu_cli.plan.needs import NeedKind, Question, list_open
from sanwu_cli.records import Binding, Report, YearRecords
from sanwu_cli.terms import Answer, IncidentStatus, Indicator, Verdict

INDICATORS = tuple(Indicator)
TOWN, OTHER = township(), township("649901102")
SPRING = date(YEAR, 3, 3)


def broken(area, indicators=(Indicator.CRIMINAL_CASE,)):
    return [incident(f"{area.code}{i.value}", at(area), SPRING, i) for i in indicators]


def world(villages, incidents=(), **kw):
    records = YearRecords(YEAR, (TOWN, *villages), tuple(incidents), everything())
    return build_case(records, **kw)


@pytest.mark.parametrize(
    ("count", "breached", "may_still", "reachable"),
    [
        (10, 3, 0, Answer.MET),  # 7/10 stays
        (10, 2, 1, Answer.MET),
        (10, 4, -1, Answer.NOT_MET),
        (99, 30, -1, Answer.NOT_MET),  # 69/99 is 69.7 %
        (99, 29, 0, Answer.MET),
        (100, 30, 0, Answer.MET),
        (1, 0, 0, Answer.MET),
        (1, 1, -1, Answer.NOT_MET),
        (3, 1, -1, Answer.NOT_MET),  # 2/3
    ],
)
def test_how_many_more_villages_may_be_breached_at_every_edge(count, breached, may_still, reachable):
    villages = [village(n) for n in range(count)]
    cases = [one for area in villages[:breached] for one in broken(area)]
    plan, case = world(villages, cases)
    margin = measure_margin(plan, case, TOWN)
    assert (margin.may_still, margin.reachable) == ((may_still, may_still), reachable)


def test_under_more_than_70_percent_seven_of_ten_is_out_of_reach():
    villages = [village(n) for n in range(10)]
    cases = [one for area in villages[:3] for one in broken(area)]
    plan, case = world(villages, cases, readings={"T-03": "more_than"})
    margin = measure_margin(plan, case, TOWN)
    assert (margin.allowed, margin.may_still, margin.reachable) == (2, (-1, -1), Answer.NOT_MET)


def test_a_township_without_villages_has_no_distance():
    plan, case = world([])
    assert measure_margin(plan, case, TOWN) is None


@pytest.mark.parametrize(("reading", "line"), [("at_least", 2), ("more_than", 3)])
def test_exactly_half_all_breached_is_at_the_line_or_one_short_of_it(reading, line):
    villages = [village(n) for n in range(4)]
    cases = [one for area in villages[:2] for one in broken(area, tuple(Indicator))]
    plan, case = world(villages, cases, readings={"T-06": reading})
    margin = measure_margin(plan, case, TOWN)
    assert (margin.line, margin.to_line) == (line, (line - 2, line - 2))


def test_an_unreported_month_widens_the_distance_and_decides_nothing():
    villages = [village(n) for n in range(10)]
    reports = tuple(r for r in everything() if r.indicator is not Indicator.CRIMINAL_CASE)
    plan, case = build_case(YearRecords(YEAR, (TOWN, *villages), (), reports))
    margin = measure_margin(plan, case, TOWN)
    assert (margin.may_still, margin.reachable) == ((-7, 3), Answer.UNKNOWN)


def test_a_village_breached_in_two_of_three_is_one_step_from_all():
    villages = [village(1), village(2)]
    two = (Indicator.CRIMINAL_CASE, Indicator.ADMINISTRATIVE_SUIT)
    _, case = world(villages, [*broken(villages[0], two), *broken(villages[1])])
    (warned,) = list_perils(case, villages)
    assert (warned.area, warned.peril) == (villages[0], Peril.ONE_LEFT)
    assert warned.indicators == (Indicator.SKIP_LEVEL_PETITION,)


def test_a_village_a_held_case_may_tip_is_named_with_the_case():
    villages = [village(1), village(2), village(3)]
    place = Place(None, TOWN.code, (villages[0].code, villages[1].code))
    held = incident("挂", place, SPRING, status=IncidentStatus.HELD)
    _, case = world(villages, [held, *broken(villages[1])])
    (warned,) = list_perils(case, villages)  # the second is breached already
    assert (warned.area, warned.peril, warned.incidents) == (villages[0], Peril.HELD_MAY_TIP, (held,))


def test_with_a_limit_above_nought_a_village_at_the_limit_is_named():
    villages = [village(1), village(2)]
    limits = dict.fromkeys(Indicator, 1)
    _, case = world(villages, broken(villages[0]), limits=limits)
    (warned,) = list_perils(case, villages)
    assert (warned.area, warned.peril) == (villages[0], Peril.AT_LIMIT)


def test_a_township_that_may_yet_be_barred_is_not_named():
    """70 % not all breached and half breached somewhere may both be true under T-04 and T-05."""
    villages = [village(n) for n in range(2)]
    held = incident("挂", Place(None, TOWN.code, (villages[0].code,)), SPRING, status=IncidentStatus.HELD)
    bindings = tuple(
        Binding(YEAR, TOWN.code, name, is_breached=False, document_number="文", source=SOURCE)
        for name in ("指标0", "指标1", "指标2", "指标3")
    )
    records = YearRecords(YEAR, (TOWN, *villages), (held,), everything(), (), bindings)
    readings = {"T-04": "not_all", "T-05": "any_breached"}
    plan, case = build_case(records, readings=readings, scores={TOWN.code: Decimal(90)})
    assert decide_township(plan, case, TOWN.code) is Verdict.UNKNOWN


# -- random counties ---------------------------------------------------------------------------------------


@st.composite
def counties(draw):
    """Two townships: cases, held cases, silent months, missing scores and attestations."""
    areas = {t: [village(n, t.code) for n in range(draw(st.integers(1, 4)))] for t in (TOWN, OTHER)}
    villages = [v for own in areas.values() for v in own]
    cases = [
        incident(f"{n}", at(draw(st.sampled_from(villages))), SPRING, draw(st.sampled_from(INDICATORS)))
        for n in range(draw(st.integers(0, 5)))
    ]
    for n in range(draw(st.integers(0, 2))):
        town = draw(st.sampled_from([TOWN, OTHER]))
        codes = [v.code for v in areas[town]]
        chosen = tuple(draw(st.lists(st.sampled_from(codes), min_size=1, unique=True)))
        place = Place(None, town.code, chosen)
        kind = draw(st.sampled_from(INDICATORS))
        cases.append(incident(f"挂{n}", place, SPRING, kind, IncidentStatus.HELD))
    gaps = draw(
        st.sets(
            st.tuples(
                st.sampled_from(INDICATORS), st.integers(1, 12), st.sampled_from([TOWN.code, OTHER.code])
            ),
            max_size=3,
        )
    )
    reports = [
        Report(i, Period(Month(YEAR, m), Month(YEAR, m)), town.code, SOURCE)
        for i in Indicator
        for m in range(1, 13)
        for town in areas
        if (i, m, town.code) not in gaps
    ]
    bindings = [
        Binding(YEAR, town.code, f"指标{n}", draw(st.sampled_from([False, False, False, None])), "文", SOURCE)
        for town in areas
        for n in range(4)
    ]
    known = st.sampled_from([None, Decimal(90), Decimal(80)])
    scores = {town.code: draw(known) for town in areas}
    everyone = (*areas, *villages)
    records = YearRecords(YEAR, everyone, tuple(cases), tuple(reports), (), tuple(bindings))
    readings = {
        "T-03": draw(st.sampled_from(["at_least", "more_than"])),
        "T-04": draw(st.sampled_from(["none", "not_all"])),
        "T-05": draw(st.sampled_from(["each_village_all", "each_indicator_half", "any_breached"])),
    }
    return records, readings, scores


def judge(plan, case):
    towns = [(area, decide_township(plan, case, area.code)) for area in case.book.townships]
    return towns + [(area, decide_village(plan, case, area)) for area in case.book.villages]


def find_open(records, readings, scores):
    plan, case = build_case(records, readings=readings, scores=scores)
    names = tuple(f"指标{n}" for n in range(4))
    return list_open(plan, case, judge(plan, case), names)


def settle(draw, records, scores, needs):
    """Answer every need somehow: reports come with or without a case, held cases go somewhere or nowhere."""
    for number, need in enumerate(needs):
        incidents = list(records.incidents)
        if need.kind is NeedKind.REPORT:
            period = Period(need.month, need.month)
            report = Report(need.indicator, period, need.township, SOURCE)
            own = [a for a in records.areas if a.parent == need.township]
            if draw(st.booleans()):
                day = need.month.first_day
                incidents.append(incident(f"补{number}", at(draw(st.sampled_from(own))), day, need.indicator))
            records = replace(records, reports=(*records.reports, report), incidents=tuple(incidents))
        elif need.kind is NeedKind.HELD:
            incidents.remove(need.incident)
            code = draw(st.sampled_from([None, *need.incident.places[0].candidates]))
            if code:
                place = Place(code, code[:9])
                counted = replace(need.incident, places=(place,), status=IncidentStatus.COUNTED)
                incidents.append(counted)
            records = replace(records, incidents=tuple(incidents))
        elif need.kind is NeedKind.BINDING:
            rows = [
                replace(b, is_breached=draw(st.booleans()))
                if b.township_code == need.township and b.name == need.name
                else b
                for b in records.bindings
            ]
            records = replace(records, bindings=tuple(rows))
        else:
            assert need.kind is NeedKind.SCORE, need.kind
            scores = {**scores, need.township: Decimal(draw(st.integers(60, 99)))}
    return records, scores


@settings(max_examples=120)
@given(counties(), st.data())
def test_whatever_is_answered_to_all_that_is_asked_the_question_is_decided(county, data):
    records, readings, scores = county
    for one in find_open(records, readings, scores):
        assert one.needs
        told, marks = settle(data.draw, records, scores, one.needs)
        after = {(left.area.code, left.question) for left in find_open(told, readings, marks)}
        assert (one.area.code, one.question) not in after
        if one.question is Question.BARRING:
            assert (one.area.code, Question.NAMING) not in after


@settings(max_examples=120)
@given(counties(), st.data())
def test_one_more_incident_never_leaves_more_room(county, data):
    records, readings, scores = county
    villages = [area for area in records.areas if len(area.code) > 9]
    where = data.draw(st.sampled_from(villages))
    more = incident("又一件", at(where), SPRING, data.draw(st.sampled_from(INDICATORS)))
    plan, before = build_case(records, readings=readings, scores=scores)
    _, after = build_case(
        replace(records, incidents=(*records.incidents, more)), readings=readings, scores=scores
    )
    for area in (TOWN, OTHER):
        old, new = measure_margin(plan, before, area), measure_margin(plan, after, area)
        assert new.may_still[0] <= old.may_still[0]
        assert new.may_still[1] <= old.may_still[1]
        assert new.to_line[0] <= old.to_line[0]
        assert new.to_line[1] <= old.to_line[1]


def test_a_decided_indicator_asks_for_nothing_and_an_open_one_for_every_gap():
    areas = [village(1), village(2)]
    reports = tuple(
        Report(i, Period(Month(YEAR, m), Month(YEAR, m)), TOWN.code, SOURCE)
        for i in Indicator
        for m in range(1, 13)
        if (i, m) != (Indicator.CRIMINAL_CASE, 4)
    )
    records = YearRecords(YEAR, (TOWN, *areas), tuple(broken(areas[0])), reports)
    found = {one.area.code: one for one in find_open(records, {}, {TOWN.code: Decimal(9)})}
    assert areas[0].code not in found  # breached, and the other two indicators are met
    (need,) = found[areas[1].code].needs
    assert (need.kind, need.indicator, need.month) == (
        NeedKind.REPORT,
        Indicator.CRIMINAL_CASE,
        Month(YEAR, 4),
    )
    assert DAY.year == YEAR
