"""The office's assessment rules: ways at their edges, exact sums, ranks of totals not all known, laws."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanwu_cli.activities import AssessmentItem, ItemScore
from sanwu_cli.assessment.example import load_example
from sanwu_cli.assessment.grammar import EXAMPLES, WayFault, parse_way
from sanwu_cli.assessment.items import FULL_POINTS, Part, check_sums, read_items, show_points
from sanwu_cli.assessment.measures import BY_LABEL, MEASURES
from sanwu_cli.assessment.ranking import rank_totals
from sanwu_cli.assessment.scoring import Origin, assess
from sanwu_cli.assessment.ways import Measured, Veto, range_of, score_way
from sanwu_cli.model import Area, Interval, Source
from sanwu_cli.terms import Answer, AreaKind

SOURCE = Source("细则.xlsx", "0" * 64, "Sheet1", 3)
TOWNS = tuple(Area(f"64980110{n}", name, AreaKind.TOWN, "649801") for n, name in enumerate("甲乙丙", start=1))
HALF = Fraction(1, 2)
TEN = Fraction(10)
PETITIONS, SETTLED, MEETINGS = "越级上访件数", "矛盾纠纷化解率", "联席会议次数"


def way(text, points=TEN):
    read = parse_way(text, points)
    assert not isinstance(read, WayFault), read
    return read


def points(text, low, high=None, *, of=None, exact=True, full=TEN, **classes):
    """Give low and high of the points for an amount."""
    high = low if exact else high
    whole = None if of is None else Interval(of, of)
    told = {name: Interval(n, n) for name, n in classes.items()}
    got = score_way(way(text, full), full or Fraction(0), Measured(Interval(low, high), whole, told))
    return (got.low, got.high)


def item(number, text="人工评分", source="人工", full=100, part="other", **more):
    told = {"basis": "", "applies": "", "is_example": False, **more}
    amount = None if full is None else Decimal(str(full))
    return AssessmentItem(
        number, 2026, number, f"第{number}项", amount, text, source, told["basis"], part, told["applies"],
        told["is_example"], SOURCE,
    )  # fmt: skip


def gave(town, number, score=None, *, actual=None, due=None, kind=""):
    number_of = [None if n is None else Decimal(str(n)) for n in (score, actual, due)]
    code = TOWNS["甲乙丙".index(town)].code
    return ItemScore("", 2026, code, number, number_of[0], SOURCE, number_of[1], number_of[2], kind)


def score(told, scores=(), measures=None, *, towns=TOWNS, inside=False, tie="competition"):
    items = read_items(told, towns, allows_inside=inside)
    return assess(items, towns, measures or {}, scores, year=2026, share=HALF, tie=tie)


def codes(assessment):
    return [finding.code for finding in assessment.findings]


# --- the grammar


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_of_the_grammar_is_read(text):
    full = None if "加" in text or "否决" in text else TEN
    assert not isinstance(parse_way(text, full), WayFault)


def test_width_and_blanks_do_not_matter():
    assert way("每次扣２分， 扣完为止。") == way("每次扣2分,扣完为止")


@pytest.mark.parametrize(
    "text",
    [
        "", "酌情扣分", "每次扣两分", "每次扣0分", "扣2分", "每次扣2分，酌情",
        "每次扣2分，扣完为止，最多扣3分",
        "每次扣2分，集体访按0.5倍", "每缺1项扣1分，集体访按2倍", "按比例得分，达到120%得满分",
        "按比例得分，达到60%得满分，低于90%不得分", "逐项得分，扣完为止", "分档：达到90%得10分",
        "分档：达到90%得6分、达到80%得10分、其余得0分", "分档：达到80%得10分、达到90%得6分、其余得0分",
        "分档：达到90%得11分、其余得0分", "分档：达到90%得10分、不超过2次得6分、其余得0分",
        "分档：不超过2%得10分、其余得0分", "分档：达到90%得10分、其余得10分", "每次加1分", "一票否决",
        "一票否决，总分记0分，不参加排名", "一票否决，从重处理", "人工评分，最多加3分", "每次扣2分" * 200,
    ],
)  # fmt: skip
def test_what_does_not_follow_the_grammar_is_no_way_at_all(text):
    fault = parse_way(text, None if "加" in text or "否决" in text else TEN)
    assert isinstance(fault, WayFault)
    assert fault.why


def test_a_bonus_or_veto_has_no_points_of_its_own_and_all_else_has():
    assert isinstance(parse_way("每次加1分，最多加3分", TEN), WayFault)
    assert isinstance(parse_way("一票否决，总分记0分", TEN), WayFault)
    assert isinstance(parse_way("每次扣2分", None), WayFault)


# --- each way at its edges


def test_each_occurrence_takes_points_until_they_are_gone():
    text = "每次扣3分，扣完为止"
    assert [points(text, n)[0] for n in range(6)] == [10, 7, 4, 1, 0, 0]
    assert points("每次扣3分，最多扣5分", 9) == (5, 5)
    assert points("每次扣3分，最多扣12分", 9) == (-2, -2)


def test_an_unknown_count_leaves_the_points_between_the_floor_and_what_is_sure():
    assert points("每次扣3分", 1, None, exact=False) == (0, 7)
    assert points("每次扣3分", 1, 2, exact=False) == (4, 7)


def test_a_class_of_occurrences_weighs_more_and_untold_may_be_all_or_none():
    text = "每次扣1分，集体访按2倍，重复访按3倍"
    assert points(text, 2, 集体访=1, 重复访=0) == (7, 7)
    assert points(text, 2, 集体访=1, 重复访=1) == (5, 5)
    assert points(text, 2, 重复访=0) == (6, 8)
    assert points("每次扣1分，集体访按2倍", 2, 集体访=9) == (6, 6), "no more of a class than there are"


def test_a_missing_one_takes_points():
    assert points("每缺1项扣4分", 8, of=10) == (2, 2)
    assert points("每缺1项扣4分", 8, 9, of=10, exact=False) == (2, 6)


def test_a_share_is_exact_at_both_of_its_edges():
    text = "按比例得分，达到95%得满分，低于60%不得分"
    assert points(text, 19, of=20) == (10, 10)
    assert points(text, 18, of=20) == (9, 9)
    assert points(text, 12, of=20) == (6, 6)
    assert points(text, 11, of=20) == (0, 0)
    assert points("按比例得分", 2, of=3) == (Fraction(20, 3), Fraction(20, 3))


def test_a_share_of_nothing_is_unknown_and_never_full():
    assert points("按比例得分", 0, of=0) == (0, 10)
    assert points("逐项得分", 0, None, exact=False) == (0, 10)


def test_tiers_at_their_thresholds():
    up = "分档：达到90%得10分、达到80%得6分、其余得1分"
    assert [points(up, n, of=10)[0] for n in (10, 9, 8, 7)] == [10, 10, 6, 1]
    assert points(up, 899, of=1000) == (6, 6)
    down = "分档：不超过0次得10分、不超过2次得5分、其余得0分"
    assert [points(down, n)[0] for n in range(4)] == [10, 5, 5, 0]
    assert points(down, 1, None, exact=False) == (0, 5)
    deeds = "分档：达到4次得10分、达到3次得6分、其余得0分"
    assert points(deeds, 3, None, exact=False) == (6, 10), "what is not written down may have been done"
    assert points(deeds, 4, None, exact=False) == (10, 10)


def test_a_bonus_stops_at_its_cap():
    text = "每次加1分，最多加3分"
    assert [points(text, n, full=None)[0] for n in (0, 2, 3, 9)] == [0, 2, 3, 3]
    assert points(text, 1, None, exact=False, full=None) == (1, 3)


# --- items


def test_an_item_nobody_understands_leaves_its_half_unknown_never_full():
    result = score([item("1", part="one_centre"), item("2", "酌情扣分")], [gave("甲", "1", 100)])
    first = result.townships[0]
    assert first.items[1].points is None
    assert first.items[1].origin is Origin.FAULT
    assert first.halves[Part.OTHER] == Interval(0, 100)
    assert first.total == Interval(50, 100)
    assert codes(result) == ["ASSESS-WAY"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (item("2", source="上访多少"), "ASSESS-SOURCE"),
        (item("2", "按比例得分", PETITIONS), "ASSESS-SOURCE"),
        (item("2", "每次扣2分", MEETINGS), "ASSESS-SOURCE"),
        (item("2", "人工评分", PETITIONS), "ASSESS-SOURCE"),
        (item("2", part=""), "ASSESS-ITEM"),
        (item("2", applies="丁镇"), "ASSESS-ITEM"),
        (item("2", "每次扣2分", PETITIONS, part="one_centre"), "ASSESS-THREE-INSIDE"),
    ],
)
def test_an_item_that_cannot_be_used_is_told_at_its_row(told, code):
    (only,) = read_items([told], TOWNS, allows_inside=False)
    assert only.way is None
    (fault,) = only.faults
    assert (fault.code, fault.cell) == (code, "第3行")


def test_results_may_stand_within_the_half_where_the_office_says_so():
    (only,) = read_items([item("2", "每次扣2分", PETITIONS, part="one_centre")], TOWNS, allows_inside=True)
    assert only.faults == ()


def test_points_that_are_no_hundred_leave_that_half_open_for_those_they_are_for():
    told = [item("1", full=60), item("2", full=40, applies="甲"), item("3", part="one_centre")]
    items = read_items(told, TOWNS, allows_inside=False)
    whole, findings = check_sums(items, TOWNS)
    assert [whole[town.code, Part.OTHER] for town in TOWNS] == [True, False, False]
    (finding,) = findings
    assert "乙、丙" in finding.message
    assert "60.00" in finding.message


def test_a_bonus_or_veto_is_not_among_the_hundred():
    told = [
        item("1"),
        item("2", "人工加分，最多加5分", full=None),
        item("3", "一票否决，总分记0分", full=None),
    ]
    whole, _ = check_sums(read_items(told, TOWNS, allows_inside=False), TOWNS)
    assert whole[TOWNS[0].code, Part.OTHER]


def test_the_example_is_sound_and_says_what_it_is_in_every_row():
    example = load_example()
    names = ("number", "item", "points", "way", "data_source", "basis", "part")
    parts = {part.label: part.value for part in Part}
    told = []
    for row in example.rows:
        cell = dict(zip(names, row, strict=False))
        assert row[-1] == "示例"
        told.append(
            item(cell["number"], cell["way"], cell["data_source"], cell["points"], parts[cell["part"]])
        )
    items = read_items(told, TOWNS, allows_inside=False)
    assert [fault for one in items for fault in one.faults] == []
    assert check_sums(items, TOWNS)[1] == []
    assert "不是附1原文" in example.title


# --- what people gave


BASE = [item("1", part="one_centre"), item("2")]


def test_halves_are_weighed_exactly_and_ranked_by_what_they_are():
    given_points = [("甲", 95.24), ("乙", 95.16), ("丙", 95.24)]
    scores = [gave(t, n, s) for t, s in given_points for n in ("1", "2")]
    result = score(BASE, scores)
    assert [one.total.low for one in result.townships] == [
        Fraction("95.24"),
        Fraction("95.16"),
        Fraction("95.24"),
    ]
    assert [one.rank.low for one in result.townships] == [1, 3, 1]
    assert result.exact_totals[TOWNS[1].code] == Fraction("95.16")


def test_a_person_who_gave_nothing_is_unknown_not_zero_and_not_full():
    result = score(BASE, [gave("甲", "1", 90)])
    assert result.townships[0].halves == {Part.ONE_CENTRE: Interval(90, 90), Part.OTHER: Interval(0, 100)}
    assert result.townships[0].total == Interval(45, 95)


def test_what_a_person_gave_goes_before_what_was_counted_and_a_difference_is_told():
    told = [BASE[0], item("2", "每件扣10分", PETITIONS)]
    measures = {(BY_LABEL[PETITIONS].id, TOWNS[0].code): Measured(Interval(2, 2))}
    assert score(told, (), measures).townships[0].items[1].points == Interval(80, 80)
    result = score(told, [gave("甲", "2", 95)], measures)
    assert result.townships[0].items[1].points == Interval(95, 95)
    assert "ASSESS-DIFFERS" in codes(result)
    assert "ASSESS-DIFFERS" not in codes(score(told, [gave("甲", "2", 80)], measures))
    by_number = score(told, [gave("甲", "2", actual=3)], measures).townships[0].items[1]
    assert (by_number.points, by_number.origin) == (Interval(70, 70), Origin.PERSON_NUMBER)


def test_a_person_may_tell_of_a_class_what_the_count_does_not():
    told = [BASE[0], item("2", "每件扣10分，集体访按2倍", PETITIONS)]
    measures = {(BY_LABEL[PETITIONS].id, TOWNS[0].code): Measured(Interval(2, 2))}
    assert score(told, (), measures).townships[0].items[1].points == Interval(60, 80)
    told_class = [gave("甲", "2", actual=1, kind="集体访")]
    assert score(told, told_class, measures).townships[0].items[1].points == Interval(70, 70)


@pytest.mark.parametrize(
    "line",
    [
        gave("甲", "2", 100.5), gave("甲", "2", -1), gave("甲", "9", 10), gave("甲", "3", 1),
        gave("甲", "4", actual=3), gave("甲", "4", actual=3, due=2), gave("甲", "5", actual=1, kind="集体访"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_told_and_changes_nothing(line):
    told = [
        BASE[0],
        item("2", full=80),
        item("3", "一票否决，总分记0分", full=None),
        item("4", "按比例得分", full=10),
        item("5", "每次扣1分", full=10),
    ]
    with_line, without = score(told, [line]), score(told)
    assert with_line.townships == without.townships
    assert codes(with_line) == [*codes(without), "ASSESS-GIVEN"]


def test_an_item_for_some_townships_is_scored_for_those_only():
    told = [BASE[0], item("2", applies="甲"), item("3", applies="乙、丙")]
    result = score(told)
    assert [[one.item.number for one in town.items] for town in result.townships] == [
        ["1", "2"], ["1", "3"], ["1", "3"],
    ]  # fmt: skip
    assert codes(result) == []


# --- bonus, veto, example


def test_a_half_never_goes_beyond_a_hundred_or_below_zero():
    told = [BASE[0], item("2"), item("3", "人工加分，最多加5分", full=None)]
    full = score(told, [gave("甲", "1", 80), gave("甲", "2", 98), gave("甲", "3", 5)]).townships[0]
    assert full.halves[Part.OTHER] == Interval(100, 100)
    deep = [BASE[0], item("2", full=90), item("3", "每次扣20分，最多扣200分", full=10)]
    lost = score(deep, [gave("甲", "1", 80), gave("甲", "2", 20), gave("甲", "3", actual=10)]).townships[0]
    assert lost.halves[Part.OTHER] == Interval(0, 0)


@pytest.mark.parametrize(
    ("effect", "other", "total"), [("本部分记0分", 0, 40), ("总分记0分", 70, 0), ("不参加排名", 70, 75)]
)
def test_a_veto_takes_away_what_it_says(effect, other, total):
    told = [*BASE, item("3", f"一票否决，超过1次，{effect}", full=None)]
    own = [gave("甲", "1", 80), gave("甲", "2", 70)]
    drawn = score(told, [*own, gave("甲", "3", actual=2)]).townships[0]
    assert (drawn.halves[Part.OTHER].low, drawn.total.low) == (other, total)
    assert (drawn.rank is None) == (effect == "不参加排名")
    not_drawn = score(told, [*own, gave("甲", "3", actual=1)]).townships[0]
    assert (not_drawn.total, not_drawn.rank is None) == (Interval(75, 75), False)
    unknown = score(told, own).townships[0]
    assert unknown.total.high == 75
    assert unknown.total.low == (75 if effect == "不参加排名" else total)


def test_whoever_is_out_of_the_ranking_takes_nobodys_place():
    told = [*BASE, item("3", "一票否决，不参加排名", full=None)]
    scores = [gave(t, n, s) for t, s in (("甲", 90), ("乙", 80), ("丙", 70)) for n in ("1", "2")]
    vetoes = [gave("甲", "3", actual=1), gave("乙", "3", actual=0), gave("丙", "3", actual=0)]
    assert [one.rank for one in score(told, [*scores, *vetoes]).townships] == [
        None,
        Interval(1, 1),
        Interval(2, 2),
    ]
    open_veto = score(told, [*scores, *vetoes[1:]]).townships
    assert [one.rank for one in open_veto] == [Interval(1, None), Interval(1, 2), Interval(2, 3)]


def test_an_example_makes_the_whole_result_an_example():
    result = score([BASE[0], item("2", is_example=True)])
    assert result.is_example
    assert codes(result) == ["ASSESS-EXAMPLE"]
    assert not score(BASE).is_example


# --- ranks


def ranks(*totals, how="competition"):
    got = rank_totals({str(n): Interval(*t) for n, t in enumerate(totals)}, {}, how=how)
    return [(rank.low, rank.high) for rank in got.values()]


def test_ties_under_each_answer_of_the_reading():
    totals = [(Fraction("96.5"),) * 2, (Fraction("95.2"),) * 2, (Fraction("95.2"),) * 2, (90, 90)]
    assert ranks(*totals) == [(1, 1), (2, 2), (2, 2), (4, 4)]
    assert ranks(*totals, how="dense") == [(1, 1), (2, 2), (2, 2), (3, 3)]
    assert ranks(*totals, how="strict") == [(1, 1), (3, 3), (3, 3), (4, 4)]


BOUNDS = st.tuples(st.integers(0, 4), st.integers(0, 2)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(BOUNDS, min_size=1, max_size=4), st.sampled_from(["competition", "dense", "strict"]))
@settings(deadline=None, max_examples=200)
def test_every_rank_that_can_come_lies_between_the_best_and_the_worst(bounds, how):
    told = ranks(*bounds, how=how)
    spans = [range(low, high + 1) for low, high in bounds]
    outcomes = [ranks(*[(t, t) for t in totals], how=how) for totals in product(*spans)]
    for position, (best, worst) in enumerate(told):
        seen = [outcome[position][0] for outcome in outcomes]
        assert best <= min(seen)
        assert max(seen) <= worst
        if how != "dense":  # these bounds are the tightest there are
            assert (best, worst) == (min(seen), max(seen))


@given(st.lists(BOUNDS, min_size=2, max_size=4), st.data())
@settings(deadline=None, max_examples=200)
def test_knowing_more_never_makes_a_decided_rank_undecided(bounds, data):
    position = data.draw(st.integers(0, len(bounds) - 1))
    low, high = bounds[position]
    narrower = data.draw(st.tuples(st.integers(low, high), st.integers(low, high)).map(sorted).map(tuple))
    how = data.draw(st.sampled_from(["competition", "dense", "strict"]))
    before = ranks(*bounds, how=how)
    after = ranks(*[narrower if n == position else one for n, one in enumerate(bounds)], how=how)
    for (best, worst), (new_best, new_worst) in zip(before, after, strict=True):
        assert best <= new_best <= new_worst <= worst


# --- laws of the ways

BAD = [
    "每次扣3分，扣完为止",
    "每次扣1.5分，最多扣12分，集体访按2倍",
    "分档：不超过0次得10分、不超过2次得4分、其余得0分",
]
GOOD = [
    "每缺1项扣2分",
    "按比例得分，达到90%得满分，低于30%不得分",
    "分档：达到90%得10分、达到50%得3分、其余得0分",
    "逐项得分",
]
COUNTS = st.tuples(st.integers(0, 8), st.one_of(st.none(), st.integers(0, 5)))


@given(COUNTS, st.integers(0, 3), st.sampled_from(BAD))
@settings(deadline=None)
def test_one_more_occurrence_never_raises_the_points(count, special, text):
    low, more = count
    high = None if more is None else low + more
    classes = {"集体访": Interval(special, special)}
    one_more = None if high is None else high + 1
    before = score_way(way(text), TEN, Measured(Interval(low, high), classes=classes))
    after = score_way(way(text), TEN, Measured(Interval(low + 1, one_more), classes=classes))
    assert after.low <= before.low
    assert after.high <= before.high


@given(
    st.integers(0, 8), st.integers(0, 8), st.integers(0, 8), st.integers(0, 8), st.sampled_from([*BAD, *GOOD])
)
@settings(deadline=None, max_examples=300)
def test_knowing_more_of_a_number_only_narrows_the_points(a, b, c, d, text):
    low, first, second, high = sorted((a, b, c, d))
    whole = Interval(8, 8) if text in GOOD else None
    wide = score_way(way(text), TEN, Measured(Interval(low, high), whole))
    narrow = score_way(way(text), TEN, Measured(Interval(first, second), whole))
    unknown = score_way(way(text), TEN, Measured())
    bounds = range_of(way(text), TEN)
    assert bounds.low <= unknown.low <= wide.low <= narrow.low <= narrow.high <= wide.high <= unknown.high
    assert unknown.high <= bounds.high


# --- laws of a whole assessment

LAWFUL = [
    item("1", "每件扣7分，扣完为止，集体访按2倍", PETITIONS, 40),
    item("2", "分档：不超过1次得20分、不超过3次得5分、其余得0分", "刑事案件件数", 20),
    item("3", "按比例得分，达到90%得满分", SETTLED, 40),
    item("4", "每次加2分，最多加6分", MEETINGS, None),
    item("5", "一票否决，超过4次，总分记0分", PETITIONS, None),
    item("6", "一票否决，超过2次，不参加排名", "逾期未化解纠纷件数", None),
    item("7", "人工评分", "人工", 100, part="one_centre"),
]
BAD_NUMBERS = (PETITIONS, "刑事案件件数", "逾期未化解纠纷件数")
SPANS = st.tuples(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 3)))
NUMBERS = st.fixed_dictionaries({
    (label, town.code): SPANS for label in (*BAD_NUMBERS, SETTLED, MEETINGS) for town in TOWNS
})  # fmt: skip


def assess_spans(spans):
    measures = {}
    for (label, code), (low, more) in spans.items():
        whole = Interval(10, 10) if label == SETTLED else None
        measures[BY_LABEL[label].id, code] = Measured(
            Interval(low, None if more is None else low + more), whole
        )
    points = [gave(t, "7", s) for t, s in (("甲", 80), ("乙", 90), ("丙", 85.5))]
    return score(LAWFUL, points, measures).townships


@given(NUMBERS, st.sampled_from(BAD_NUMBERS))
@settings(deadline=None)
def test_one_more_occurrence_never_raises_a_total_nor_betters_a_rank(spans, label):
    key = (label, TOWNS[0].code)
    low, more = spans[key]
    before, after = assess_spans(spans)[0], assess_spans({**spans, key: (low + 1, more)})[0]
    assert after.total.low <= before.total.low
    assert after.total.high <= before.total.high
    if before.rank is None:
        assert after.rank is None
    elif after.rank is not None:
        assert after.rank.low >= before.rank.low


@given(NUMBERS, st.data())
@settings(deadline=None)
def test_one_more_report_never_makes_a_decided_total_or_rank_undecided(spans, data):
    key = data.draw(st.sampled_from(sorted(spans)))
    low, more = spans[key]
    top = 9 if more is None else low + more
    first, last = sorted(data.draw(st.tuples(st.integers(low, top), st.integers(low, top))))
    before, after = assess_spans(spans), assess_spans({**spans, key: (first, last - first)})
    for old, new in zip(before, after, strict=True):
        assert old.total.low <= new.total.low <= new.total.high <= old.total.high
        if old.rank is not None and new.rank is not None:
            assert old.rank.low <= new.rank.low
            assert old.rank.high is None or new.rank.high <= old.rank.high
        assert old.unranked is Answer.UNKNOWN or old.unranked is new.unranked


# --- how it is written


def test_points_are_never_rounded_on_paper():
    shown = [show_points(Fraction(n)) for n in ("85.5", "95.125", "-2")]
    assert [*shown, show_points(Fraction(200, 3)), show_points(Fraction(0))] == [
        "85.50", "95.125", "-2.00", "66.66…", "0.00",
    ]  # fmt: skip


def test_every_measure_has_one_name_and_says_what_it_is():
    assert len(BY_LABEL) == len(MEASURES)
    assert all(one.about and one.id.isascii() for one in MEASURES.values())
    assert FULL_POINTS == 100
    assert Answer.MET  # the answers of a veto are those of a condition
    assert isinstance(way("一票否决，总分记0分", None), Veto)
