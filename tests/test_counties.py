"""Whole random counties: one more case never helps anybody, one more report never undoes an answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sanwu_cli.model import AddedIndicator, Area, Limit, Place, Source
from sanwu_cli.periods import Month, Period
from sanwu_cli.plan.added import add_indicators
from sanwu_cli.plan.evaluate import judge_township, judge_village
from sanwu_cli.plan.facts import Case
from sanwu_cli.plan.loader import load_plan
from sanwu_cli.plan.records import ReadingKind
from sanwu_cli.plan.tally import open_year
from sanwu_cli.records import Binding, Count, Incident, Report, YearRecords
from sanwu_cli.registers.limits import find_quotas
from sanwu_cli.terms import AreaKind, IncidentStatus, Indicator, Verdict

YEAR = 2026
PERIOD = Period.of_year(YEAR)
DAY = date(YEAR, 12, 31)
SOURCE = Source("表.xlsx", "0" * 64, "Sheet1", 5)
PLAN = load_plan()
ADDED = AddedIndicator(Indicator("flood_alarm", "汛情事故"), limit=1, source="某发1号")
KINDS = (*Indicator, ADDED.indicator)
# From the best to the worst; nobody may climb by one more case.
ORDER = (Verdict.DESIGNATED, Verdict.UNKNOWN, Verdict.NOT_DESIGNATED, Verdict.DISQUALIFIED)
OPEN = (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
# The readings whose answers change how a county is judged from the same records.
CHOICES = [
    reading
    for reading in PLAN.readings
    if reading.in_use and reading.kind is ReadingKind.CHOICE and len(reading.choices) > 1
]

months = st.integers(1, 12)


@st.composite
def areas(draw):
    """Up to three townships, perhaps out of the contest, with villages that merge or begin in the year."""
    made = []
    for town in range(draw(st.integers(1, 3))):
        code = f"64990110{town + 1}"
        competes = town == 0 or draw(st.booleans())
        made.append(Area(code, f"镇{town}", AreaKind.TOWN, "649901", competes=competes))
        count = draw(st.integers(0, 5))
        for number in range(count):
            kind = draw(st.sampled_from((AreaKind.VILLAGE, AreaKind.COMMUNITY)))
            fate = draw(st.sampled_from(("stays", "stays", "stays", "new", "merged")))
            own = Area(f"{code}20{number}", f"村{town}{number}", kind, code)
            if fate == "new":
                own = replace(own, valid_from=date(YEAR, draw(months), 1))
            if fate == "merged" and number:
                own = replace(own, valid_to=date(YEAR, draw(months), 20), successor=f"{code}200")
            made.append(own)
    return tuple(made)


@st.composite
def incidents(draw, villages, number):
    """One case: placed in one village or two, held for one of several, or under objection."""
    where = draw(st.sampled_from(villages))
    day = date(YEAR, draw(months), draw(st.integers(1, 28)))
    kind = draw(st.sampled_from(KINDS))
    fate = draw(st.sampled_from(("plain", "plain", "shared", "held", "contested")))
    places, status = (Place(where.code, where.parent),), IncidentStatus.COUNTED
    if fate == "shared":
        other = draw(st.sampled_from(villages))
        places = (*places, Place(other.code, other.parent))
    if fate == "held":
        candidates = tuple(village.code for village in villages[:3])
        places, status = (Place(None, where.parent, candidates),), IncidentStatus.HELD
    return Incident(
        f"案{number}",
        kind,
        f"案{number}",
        day,
        places,
        status,
        None,
        (SOURCE,),
        is_contested=fate == "contested",
    )


@st.composite
def reports(draw, towns):
    """A sheet, or a nil report, of a span for the county or one township."""
    first = draw(months)
    last = draw(st.integers(first, 12))
    area = draw(st.sampled_from((None, *(town.code for town in towns))))
    return Report(draw(st.sampled_from(KINDS)), Period(Month(YEAR, first), Month(YEAR, last)), area, SOURCE)


@st.composite
def counties(draw):
    """Records of a year, and how the office judges: readings, scores, limits."""
    known = draw(areas())
    towns = [area for area in known if area.kind is AreaKind.TOWN]
    villages = [area for area in known if area.kind is not AreaKind.TOWN]
    cases = [draw(incidents(villages, n)) for n in range(draw(st.integers(0, 7)))] if villages else []
    told = [draw(reports(towns)) for _ in range(draw(st.integers(0, 5)))]
    if draw(st.booleans()):  # half of the counties have reported nearly everything
        told += [Report(kind, PERIOD, None, SOURCE) for kind in KINDS if draw(st.integers(0, 9))]
    counts = [
        Count(
            draw(st.sampled_from(KINDS)),
            Period(month := Month(YEAR, draw(months)), month),
            draw(st.sampled_from(villages)).code,
            draw(st.integers(0, 3)),
            SOURCE,
        )
        for _ in range(draw(st.integers(0, 2)) if villages else 0)
    ]
    bindings = [
        Binding(YEAR, town.code, f"指标{n}", draw(st.sampled_from((True, False, False, None))), "文", SOURCE)
        for town in towns
        for n in range(draw(st.integers(3, 4)))
    ]
    scores = {town.code: draw(st.sampled_from((None, Decimal(90), Decimal("95.2")))) for town in towns}
    records = YearRecords(YEAR, known, tuple(cases), tuple(told), tuple(counts), tuple(bindings))
    readings = {reading.id: draw(st.sampled_from(reading.choices)).value for reading in CHOICES}
    limits = [
        Limit(
            draw(st.sampled_from(KINDS)), draw(st.sampled_from(("", "village", known[0].code))), n, "某发2号"
        )
        for n in range(draw(st.integers(0, 2)))
    ]
    return records, readings, scores, limits


def judge(records, readings, scores, limits):
    """Judge every unit of a county; gives the verdict by code."""
    plan = add_indicators(PLAN, [ADDED])
    book = open_year(records, day=DAY, period=PERIOD)
    case = Case(
        book,
        {reading.id: reading.default for reading in PLAN.readings} | readings,
        KINDS,
        dict.fromkeys(Indicator, 0) | {ADDED.indicator: ADDED.limit},
        int(plan.value_on("binding_indicator.count", DAY)),
        frozenset(town.code for town in book.townships if town.competes),
        scores,
        quotas=find_quotas(limits, book.villages, DAY),
    )
    verdicts = {
        area.code: judge_village(plan, case, area, competes=True, due=frozenset()).verdict
        for area in book.villages
    }
    towns = {
        area.code: judge_township(plan, case, area, competes=area.competes, confirmed=frozenset()).verdict
        for area in book.townships
    }
    return verdicts | towns


quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(counties(), st.data())
def test_one_more_case_never_improves_any_unit(county, data):
    records, *rest = county
    villages = [area for area in records.areas if area.kind is not AreaKind.TOWN]
    if not villages:
        return
    before = judge(records, *rest)
    more = replace(records, incidents=(*records.incidents, data.draw(incidents(villages, 99))))
    for code, verdict in judge(more, *rest).items():
        if Verdict.NOT_APPLICABLE in (verdict, before[code]):
            assert verdict is before[code]
        else:
            assert ORDER.index(verdict) >= ORDER.index(before[code]), code


@quick
@given(counties(), st.data())
def test_one_more_report_never_undoes_a_decided_verdict(county, data):
    records, *rest = county
    # Without counted numbers: a sheet that contradicts a count makes both doubtful, and says so.
    records = replace(records, counts=())
    towns = [area for area in records.areas if area.kind is AreaKind.TOWN]
    before = judge(records, *rest)
    more = replace(records, reports=(*records.reports, data.draw(reports(towns))))
    for code, verdict in judge(more, *rest).items():
        if before[code] in OPEN:
            continue
        assert verdict not in OPEN, code
        if before[code] in (Verdict.DESIGNATED, Verdict.DISQUALIFIED):
            assert verdict is before[code], code


@quick
@given(counties(), st.data())
def test_one_more_score_or_attested_indicator_never_undoes_a_decided_verdict(county, data):
    records, readings, scores, limits = county
    before = judge(records, readings, scores, limits)
    towns = [area.code for area in records.areas if area.kind is AreaKind.TOWN]
    town = data.draw(st.sampled_from(towns))
    if scores[town] is None:
        scores = scores | {town: data.draw(st.sampled_from((Decimal(80), Decimal("95.2"), Decimal(99))))}
    bindings = [
        replace(one, is_breached=False) if one.is_breached is None and one.township_code == town else one
        for one in records.bindings
    ]
    after = judge(replace(records, bindings=tuple(bindings)), readings, scores, limits)
    for code, verdict in after.items():
        if before[code] not in OPEN:
            assert verdict is before[code], code
