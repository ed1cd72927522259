"""Centres, offices, grids, disputes: what is there, what is lacking where, and what nobody knows."""

from __future__ import annotations

import itertools
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sanwu_cli.activities import CentreRecord, DisputeCount, DisputeRecord, GridWorker, OfficeRecord
from sanwu_cli.grassroots.centres import Completeness, judge_centres, list_items, load_items
from sanwu_cli.grassroots.disputes import DisputeState, judge_disputes
from sanwu_cli.grassroots.grids import GridState, Presence, judge_grids
from sanwu_cli.grassroots.offices import OfficeKind, judge_offices
from sanwu_cli.grassroots.reconcile import compare_counts, sum_counts
from sanwu_cli.grassroots.shares import find_median, show_days, show_percent, show_share
from sanwu_cli.grassroots.terrain import survey
from sanwu_cli.model import Area, Grid, Interval, Place, Source
from sanwu_cli.periods import Month, Period
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import AreaKind, AreaLevel

TOWN, BARE, VILLAGE, OTHER = "649801101", "649801102", "649801101201", "649801101202"
AREAS = (
    Area(TOWN, "青山镇", AreaKind.TOWN, "649801"),
    Area(BARE, "绿水乡", AreaKind.TOWN, "649801"),
    Area(VILLAGE, "青禾村", AreaKind.VILLAGE, TOWN),
    Area(OTHER, "松岗村", AreaKind.VILLAGE, TOWN),
)
YEAR = 2026
LAND = survey(AREAS, date(2026, 12, 31))
MARCH = Period(Month(2026, 3), Month(2026, 3))


def source(row=3, file="inbox/表.xlsx"):
    return Source(file, "0" * 64, "Sheet1", row)


def at(code):
    return Place(code, code[:9])


# --- areas


def test_a_record_of_a_merged_village_belongs_to_the_one_that_took_it_over():
    gone = Area(
        "649801101203",
        "老村",
        AreaKind.VILLAGE,
        TOWN,
        valid_to=date(2026, 6, 30),
        successor=VILLAGE,
    )
    land = survey((*AREAS, gone), date(2026, 12, 31))
    assert land.find_village(at(gone.code)).code == VILLAGE
    assert survey((*AREAS, gone), date(2026, 6, 30)).find_village(at(gone.code)).code == gone.code


def test_a_record_of_a_village_that_is_gone_without_heir_still_belongs_to_its_township():
    gone = Area("649801101203", "老村", AreaKind.VILLAGE, TOWN, valid_to=date(2026, 6, 30))
    land = survey((*AREAS, gone), date(2026, 12, 31))
    assert land.find_village(at(gone.code)) is None
    assert land.find_township(at(gone.code)).code == TOWN


# --- centres


def centre(code=TOWN, level="township", *, year=YEAR, row=3, name="综治中心", staff=None, **items):
    answers = {item.name: True for item in load_items()} | items
    told = {name: answer for name, answer in answers.items() if answer is not None}
    return CentreRecord(f"{year}|{code}|{name}", year, name, level, at(code), told, staff, None, source(row))


def judge(*records, areas=AREAS):
    return judge_centres(records, survey(areas, date(2026, 12, 31)), YEAR)


def test_the_items_are_columns_of_the_sheet_under_the_same_names():
    fields = load_schemas()["centre"].by_name
    assert [item.label for item in load_items()] == [fields[item.name].header for item in load_items()]
    assert [len(list_items(level)) for level in AreaLevel] == [10, 10]
    assert sum(1 for item in load_items() if item.group == "mechanism") == 6


def test_a_centre_with_all_its_items_is_complete_whatever_the_other_level_needs():
    (town, _) = judge(centre(governance_room=False, police_room=None)).townships
    assert town.own.state is Completeness.COMPLETE


@pytest.mark.parametrize(
    ("items", "state", "lacking", "unverified"),
    [
        ({"grid_centre": False}, Completeness.LACKING, ("grid_centre",), ()),
        ({"grid_centre": None}, Completeness.NOT_VERIFIED, (), ("grid_centre",)),
        (
            {"grid_centre": False, "joint_work": None},
            Completeness.LACKING,
            ("grid_centre",),
            ("joint_work",),
        ),
    ],
)
def test_lacking_and_not_verified_are_told_item_by_item(items, state, lacking, unverified):
    own = judge(centre(**items)).townships[0].own
    assert (own.state, own.lacking, own.unverified) == (state, lacking, unverified)


def test_no_record_is_neither_complete_nor_lacking_and_widens_the_share():
    (town, _) = judge(centre(VILLAGE, "village")).townships
    assert town.own.state is Completeness.NO_RECORD
    assert [village.state for village in town.villages] == [Completeness.COMPLETE, Completeness.NO_RECORD]
    assert town.complete == Interval(1, 2)
    (town, _) = judge(centre(VILLAGE, "village"), centre(OTHER, "village", police_room=False)).townships
    assert town.complete == Interval(1, 1)


def test_a_township_without_villages_has_nothing_to_cover():
    bare = judge().townships[1]
    assert bare.villages == ()
    assert bare.complete == Interval(0, 0)


def test_an_earlier_years_record_proves_nothing_but_is_named():
    own = judge(centre(year=2025)).townships[0].own
    assert (own.state, own.told_before) == (Completeness.NO_RECORD, 2025)


def test_two_centres_of_one_village_are_told_and_what_they_contradict_is_not_verified():
    report = judge(
        centre(VILLAGE, "village", name="甲", police_room=False, staff=3, joint_work=None),
        centre(VILLAGE, "village", name="乙", row=4, staff=5),
    )
    village = report.townships[0].villages[0]
    assert village.state is Completeness.NOT_VERIFIED
    assert village.unverified == ("police_room",), "where only one speaks, it stands"
    assert village.staff_count is None
    (finding,) = report.findings
    assert finding.code == "CENTRE-TWICE"
    assert "“甲”（第3行）、“乙”（第4行）" in finding.message


def test_a_villages_centre_written_without_village_belongs_to_nobody_and_is_told():
    report = judge(centre(TOWN, "village"))
    assert report.townships[0].own.state is Completeness.NO_RECORD
    assert [finding.code for finding in report.findings] == ["CENTRE-UNPLACED"]
    assert len(report.unplaced) == 1


# --- offices


def office(name, code=TOWN, kind="", *, standard=None, fengqiao=None, staff=None, year=YEAR):
    return OfficeRecord(
        f"{year}|{code}|{name}", year, name, kind, at(code), standard, fengqiao, staff, source()
    )


def test_offices_are_sorted_by_type_or_by_their_name_and_counted():
    report = judge_offices(
        [
            office("青山派出所", standard=True, fengqiao=False, staff=7),
            office("二所", kind="police_station", standard=None, staff=None),
            office("青山司法所", standard=False, fengqiao=True),
            office("绿水司法所", BARE, year=2025, standard=True),
        ],
        LAND,
        YEAR,
    )
    town, bare = report.townships
    assert [one.name for one in town.offices[OfficeKind.POLICE_STATION]] == ["青山派出所", "二所"]
    assert bare.unrecorded == (OfficeKind.POLICE_STATION, OfficeKind.JUDICIAL_OFFICE)
    police, judicial = report.counts
    assert (police.total, police.standard, police.fengqiao) == (2, Interval(1, 2), Interval(0, 1))
    assert police.staff == Interval(7, None), "one did not say"
    assert (judicial.total, judicial.standard, judicial.fengqiao) == (1, Interval(0, 0), Interval(1, 1))


def test_an_office_of_no_known_kind_is_told_and_counted_nowhere():
    report = judge_offices([office("综合执法队")], LAND, YEAR)
    assert [finding.code for finding in report.findings] == ["OFFICE-UNPLACED"]
    assert [counts.total for counts in report.counts] == [0, 0]


# --- grids


def grid(number="01", code=VILLAGE, workers=("赵一",), name="一格", **more):
    return Grid(number, name, code, workers, None, source(2, "registers/网格.xlsx"), "D2", **more)


def line(worker="赵一", number="01", code=VILLAGE, name="", row=3):
    return GridWorker(f"{number}|{worker}", YEAR, at(code), number, name, worker, None, source(row))


def look(grids, lines=(), least=1):
    report = judge_grids(grids, lines, LAND, year=YEAR, least=least)
    return report.townships[0], report


@pytest.mark.parametrize(
    ("workers", "state"),
    [(("赵一",), GridState.STAFFED), ((), GridState.VACANT), (None, GridState.UNKNOWN)],
)
def test_a_grid_without_worker_is_vacant_and_an_unreadable_one_is_open(workers, state):
    town, _ = look([grid(workers=workers)])
    assert town.villages[0].grids[0].state is state


def test_a_higher_minimum_asks_for_more_workers():
    town, _ = look([grid(), grid("02", workers=("甲", "乙"))], least=2)
    assert [one.state for one in town.villages[0].grids] == [GridState.VACANT, GridState.STAFFED]


def test_register_and_list_that_agree_say_nothing():
    _, report = look([grid()], [line()])
    assert report.findings == ()


def test_the_list_names_a_worker_the_register_does_not_so_the_grid_is_open():
    town, report = look([grid(workers=())], [line("钱二", row=9)])
    (own,) = town.villages[0].grids
    assert (own.state, own.workers) == (GridState.UNKNOWN, Interval(0, 1))
    (finding,) = report.findings
    assert finding.code == "GRID-DISAGREES"
    assert "没有人" in finding.message
    assert "钱二" in finding.message
    assert "第9行" in finding.message


def test_other_names_in_the_two_are_told_but_somebody_is_there():
    town, report = look([grid(workers=("赵一",))], [line("钱二")])
    assert town.villages[0].grids[0].state is GridState.STAFFED
    assert [finding.code for finding in report.findings] == ["GRID-DISAGREES"]


def test_a_list_of_the_villages_other_grids_speaks_of_this_one_too():
    town, report = look([grid(), grid("02", workers=("孙三",))], [line()])
    assert [one.state for one in town.villages[0].grids] == [GridState.STAFFED, GridState.UNKNOWN]
    assert len(report.findings) == 1


def test_a_list_without_any_grid_denies_no_grid():
    lines = [line("赵一", ""), line("钱二", "")]
    town, report = look([grid(workers=("赵一",)), grid("02", workers=())], lines)
    first, second = town.villages[0].grids
    assert first.state is GridState.STAFFED
    assert second.state is GridState.UNKNOWN, "钱二 may work there"
    assert town.villages[0].loose == ("赵一", "钱二")
    assert report.findings == ()


def test_a_grid_only_the_list_knows_is_kept_and_told():
    town, report = look([grid()], [line(), line("李四", "09")])
    assert [one.number for one in town.villages[0].grids] == ["01", "09"]
    assert [finding.code for finding in report.findings] == ["GRID-NOT-REGISTERED"]


def test_a_list_alone_needs_no_register():
    town, report = look([], [line("赵一", "", name="一格"), line("空缺", "", name="二格")])
    assert [one.state for one in town.villages[0].grids] == [GridState.STAFFED, GridState.VACANT]
    assert report.findings == ()


def test_a_line_is_found_by_the_grids_name_where_it_has_no_number():
    town, report = look([grid(number="A1", name="一格")], [line("赵一", "", name="一格")])
    assert len(town.villages[0].grids) == 1
    assert report.findings == ()


def test_a_village_without_grid_is_so_only_where_the_register_speaks_of_its_township():
    town, report = look([grid()])
    assert [village.presence for village in town.villages] == [Presence.PRESENT, Presence.ABSENT]
    town, report = look([])
    assert [village.presence for village in town.villages] == [Presence.UNKNOWN, Presence.UNKNOWN]
    assert report.townships[1].villages == ()


def test_a_grid_out_of_use_is_not_there():
    town, _ = look([grid(), grid("02", valid_to=date(2026, 6, 30))])
    assert [one.number for one in town.villages[0].grids] == ["01"]


def test_a_line_of_no_known_village_is_told():
    _, report = look(
        [], [GridWorker("x", YEAR, Place(None, None, (VILLAGE,)), "01", "", "赵一", None, source())]
    )
    assert [finding.code for finding in report.findings] == ["GRID-UNPLACED"]


# --- disputes


def dispute(number="1", day="2026-03-02", code=VILLAGE, *, due=None, resolved=None, on=None, kind="邻里"):
    return DisputeRecord(
        number,
        date.fromisoformat(day) if day else None,
        f"JF-{number}",
        at(code) if code else Place(None, None, (VILLAGE, OTHER)),
        kind,
        "",
        "司法所",
        date.fromisoformat(due) if due else None,
        resolved,
        "",
        date.fromisoformat(on) if on else None,
        source(int(number) + 2),
    )


def report_on(*records, on="2026-03-31", period=MARCH):
    return judge_disputes(records, survey(AREAS, date.fromisoformat(on)), period)


def test_settled_open_and_blank_make_an_interval():
    total = report_on(
        dispute("1", resolved=True, on="2026-03-09"),
        dispute("2", resolved=False),
        dispute("3"),
    ).total
    assert total.intake == Interval(3, 3)
    assert total.settled == Interval(1, 2)
    assert total.open == Interval(1, 2)
    assert total.share == Interval(Fraction(1, 3), Fraction(2, 3))


def test_no_record_of_the_span_is_unreported_and_not_nothing():
    assert report_on().total is None
    assert report_on(dispute(day="2026-02-02")).total is None


def test_what_was_settled_after_the_day_is_open_on_it():
    early = report_on(dispute(resolved=True, on="2026-04-09"))
    assert early.disputes[0].state is DisputeState.OPEN
    late = report_on(dispute(resolved=True, on="2026-04-09"), on="2026-04-30")
    assert late.disputes[0].state is DisputeState.SETTLED


def test_what_was_registered_after_the_day_is_not_there_yet():
    assert report_on(dispute(day="2026-03-20"), on="2026-03-10").total is None


def test_a_day_of_settlement_alone_says_that_it_is_settled():
    assert report_on(dispute(on="2026-03-09")).total.settled == Interval(1, 1)


@pytest.mark.parametrize(
    ("due", "resolved", "on", "days"),
    [
        ("2026-03-30", False, None, 1),
        ("2026-03-31", False, None, None),  # due on the very day: not late yet
        ("2026-03-01", None, None, 30),  # may be open
        (None, False, None, None),
        ("2026-03-05", True, "2026-03-09", None),  # settled late is settled
        ("2026-03-05", True, "2026-04-09", 26),  # not settled yet on that day
    ],
)
def test_overdue_is_past_the_deadline_and_not_settled(due, resolved, on, days):
    report = report_on(dispute(due=due, resolved=resolved, on=on))
    assert [one.overdue for one in report.overdue] == ([days] if days else [])


def test_the_overdue_list_takes_in_older_disputes_and_begins_with_the_latest():
    report = report_on(
        dispute("1", due="2026-03-20", resolved=False),
        dispute("2", day="2025-11-02", due="2025-12-01", resolved=False),
    )
    assert [one.record.id for one in report.overdue] == ["2", "1"]
    assert report.total.overdue == Interval(1, 1), "the figures are those of the span"


def test_a_dispute_without_deadline_is_counted_as_one_nobody_can_call_overdue():
    total = report_on(dispute("1", resolved=False), dispute("2", resolved=True, on="2026-03-03")).total
    assert (total.no_deadline, total.overdue) == (1, Interval(0, 0))


def test_ages_are_exact():
    total = report_on(
        dispute("1", day="2026-03-01", resolved=False),
        dispute("2", day="2026-03-06", resolved=False),
        dispute("3", day="2026-03-01", resolved=True, on="2026-03-01"),
    ).total
    assert (total.open_median, total.open_max) == (Fraction(55, 2), 30)
    assert (total.settled_median, total.settled_max) == (Fraction(0), 0)


def test_settled_before_it_was_registered_is_told_and_has_no_age():
    report = report_on(dispute(day="2026-03-09", resolved=True, on="2026-03-02"))
    assert [finding.code for finding in report.findings] == ["DISPUTE-REVERSED"]
    assert report.disputes[0].age is None
    assert report.total.settled == Interval(1, 1)


def test_not_settled_with_a_day_of_settlement_is_between_both():
    report = report_on(dispute(resolved=False, on="2026-03-05"))
    assert [finding.code for finding in report.findings] == ["DISPUTE-CONTRADICTS"]
    assert report.total.settled == Interval(0, 1)


def test_one_without_a_date_may_be_of_the_span():
    report = report_on(dispute("1", resolved=True, on="2026-03-09"), dispute("2", day=None, resolved=False))
    assert [finding.code for finding in report.findings] == ["DISPUTE-UNDATED"]
    assert report.total.intake == Interval(1, 2)
    assert report.total.share == Interval(Fraction(1, 2), Fraction(1))


def test_one_without_a_date_is_of_no_other_year_than_its_sheet():
    undated = replace(dispute("2", day=None, resolved=False), year=2025)
    assert report_on(dispute("1"), undated).total.intake == Interval(1, 1)
    assert report_on(dispute("1"), replace(undated, year=2026)).total.intake == Interval(1, 2)


ANSWERS = st.sampled_from([True, False, None])
DAYS = st.sampled_from(["2026-03-02", None])


def complete(records):
    """Every way in which what is not known of these disputes may turn out."""
    ways = []
    for record in records:
        answers = [record.is_resolved] if record.is_resolved is not None else [True, False]
        days = [record.registered_on] if record.registered_on else [date(2026, 3, 2), date(2026, 2, 2)]
        ways.append([replace(record, is_resolved=a, registered_on=d) for a in answers for d in days])
    return itertools.product(*ways)


@given(st.lists(st.tuples(ANSWERS, DAYS), min_size=1, max_size=4))
def test_however_the_unknown_turns_out_the_numbers_lie_between_the_bounds(told):
    records = [
        dispute(str(number), day=day, due="2026-03-05", resolved=answer)
        for number, (answer, day) in enumerate(told)
    ]
    known = report_on(*records).total
    if known is None:
        return
    seen = [report_on(*way).total for way in complete(records)]
    for name in ("intake", "settled", "open", "overdue", "share"):
        bounds = getattr(known, name)
        found = [getattr(one, name) for one in seen]
        assert all(one.is_exact for one in found)
        assert (min(one.low for one in found), max(one.low for one in found)) == (bounds.low, bounds.high)


def test_disputes_are_counted_by_township_village_and_type_and_those_of_nowhere_in_the_total():
    report = report_on(
        dispute("1", kind="土地"),
        dispute("2", code=TOWN),
        dispute("3", code=None),
        dispute("4", code=OTHER),
    )
    assert [(area.name, figures.intake.low) for area, figures in report.by_township] == [("青山镇", 3)]
    assert [area.name for area, _ in report.by_village] == ["青禾村", "松岗村"]
    assert [(name, figures.intake.low) for name, figures in report.by_type] == [("邻里", 3), ("土地", 1)]
    assert (report.unplaced, report.total.intake.low) == (1, 4)


# --- counts against single disputes


def count(total, resolved=None, code=TOWN, month=MARCH):
    return DisputeCount(f"{month}|{code}", month, at(code), total, resolved, None, source())


def differ(counts, *records):
    land = survey(AREAS, date(2026, 12, 31))
    return [finding.message for finding in compare_counts(counts, records, land, Period.of_year(YEAR))]


def test_a_count_equal_to_the_ledger_says_nothing():
    records = [dispute("1", resolved=True, on="2026-03-09"), dispute("2", resolved=False)]
    assert differ([count(2, 1)], *records) == []


def test_a_count_that_differs_names_both_numbers():
    (told,) = differ([count(5, 0)], dispute("1", resolved=False))
    assert "青山镇2026年3月排查" in told
    assert "写5件" in told
    assert "是1件" in told


def test_a_settled_count_may_mean_this_months_or_all_settled_in_the_month():
    records = [
        dispute("1", day="2026-02-02", resolved=True, on="2026-03-09"),
        dispute("2", resolved=True, on="2026-03-10"),
    ]
    assert differ([count(1, 1)], *records) == []
    assert differ([count(1, 2)], *records) == []
    assert len(differ([count(1, 3)], *records)) == 1


def test_blank_answers_leave_room_for_the_count():
    assert differ([count(1, 0)], dispute("1")) == []
    assert differ([count(1, 1)], dispute("1")) == []


def test_a_count_without_any_single_dispute_has_nothing_to_be_held_against():
    assert differ([count(5, 3)]) == []
    assert differ([count(5, 3)], dispute(day="2026-02-02")) == []


def test_a_villages_count_leaves_room_for_disputes_of_the_township_alone():
    records = [dispute("1", resolved=True, on="2026-03-09"), dispute("2", code=TOWN, resolved=False)]
    assert differ([count(1, 1, VILLAGE)], *records) == []
    assert differ([count(2, 1, VILLAGE)], *records) == []
    assert len(differ([count(3, 1, VILLAGE)], *records)) == 1


def test_counts_are_summed_over_months_and_the_townships_own_line_goes_before_its_villages():
    april = Period(Month(2026, 4), Month(2026, 4))
    counts = [
        count(5, 4),
        count(2, 1, VILLAGE),
        count(3, None, VILLAGE, april),
        count(1, 1, OTHER, april),
    ]
    (told,) = sum_counts(counts, LAND, Period.of_year(YEAR))
    assert (told.months, told.total, told.resolved) == (2, 9, None)


GONE = "649801103"
MERGED = (*AREAS, Area(GONE, "石山乡", AreaKind.TOWN, "649801", valid_to=date(2026, 7, 31), successor=TOWN))
JULY_TO_SEPTEMBER = Period(Month(2026, 7), Month(2026, 9))


def differ_merged(counts, *records):
    land = survey(MERGED, date(2026, 12, 31))
    return [finding.message for finding in compare_counts(counts, records, land, Period.of_year(YEAR))]


def test_before_a_merger_each_part_is_held_against_its_own_disputes():
    records = [dispute("1"), dispute("2"), dispute("3", code=GONE)]
    assert differ_merged([count(2), count(1, code=GONE)], *records) == []
    (kept, gone) = differ_merged([count(3), count(3, code=GONE)], *records)
    assert "青山镇" in kept
    assert "是2件" in kept
    assert "石山乡" in gone
    assert "是1件" in gone


def test_after_a_merger_the_joined_township_is_held_against_both():
    september = Period(Month(2026, 9), Month(2026, 9))
    records = [dispute("1", day="2026-09-02"), dispute("2", code=GONE, day="2026-09-03")]
    assert differ_merged([count(2, month=september)], *records) == []
    assert len(differ_merged([count(1, month=september)], *records)) == 1


def test_a_span_with_the_merger_in_it_may_mean_the_township_before_or_after():
    records = [dispute("1", day="2026-07-02"), dispute("2", code=GONE, day="2026-07-03")]
    assert differ_merged([count(1, month=JULY_TO_SEPTEMBER)], *records) == []
    assert differ_merged([count(2, month=JULY_TO_SEPTEMBER)], *records) == []
    assert len(differ_merged([count(3, month=JULY_TO_SEPTEMBER)], *records)) == 1


def test_a_line_of_a_township_that_came_later_speaks_of_all_its_parts():
    new = "649801104"
    areas = (
        Area(TOWN, "青山镇", AreaKind.TOWN, "649801", valid_to=date(2026, 7, 31), successor=new),
        Area(GONE, "石山乡", AreaKind.TOWN, "649801", valid_to=date(2026, 7, 31), successor=new),
        Area(new, "青石镇", AreaKind.TOWN, "649801", valid_from=date(2026, 8, 1)),
    )
    land = survey(areas, date(2026, 12, 31))
    records = [dispute("1", code=TOWN), dispute("2", code=GONE), dispute("3", code=new)]
    year = Period.of_year(YEAR)
    assert compare_counts([count(3, code=new)], records, land, year) == ()
    assert len(compare_counts([count(2, code=new)], records, land, year)) == 1
    # The one written under the new name may have been either part's.
    assert compare_counts([count(1), count(2)], records, land, year) == ()
    assert len(compare_counts([count(3)], records, land, year)) == 1
    (told,) = sum_counts([count(2), count(1, code=GONE), count(3, code=new)], land, year)
    assert told.total == 3


def test_the_counts_of_merged_townships_are_added_and_missing_where_one_said_nothing():
    land, year = survey(MERGED, date(2026, 12, 31)), Period.of_year(YEAR)
    (told,) = sum_counts([count(2, 1), count(1, 1, GONE)], land, year)
    assert (told.township.code, told.total, told.resolved, len(told.sources)) == (TOWN, 3, 2, 2)
    (told,) = sum_counts([count(2, 1)], land, year)
    assert (told.total, told.resolved) == (None, None)


# --- numbers as people read them


def test_percentages_are_cut_off_and_never_reach_a_threshold_by_rounding():
    assert show_share(Interval(17, 17), Interval(20, 20)) == "17/20（85%）"
    assert show_share(Interval(199, 199), Interval(200, 200)) == "199/200（99%）"
    assert show_share(Interval(9, 9), Interval(13, 13)) == "9/13（69%）"
    assert show_share(Interval(15, 17), Interval(20, 20)) == "15…17/20（75%…85%）"
    assert show_share(Interval(0, 0), Interval(0, 0)) == "—"
    assert show_percent(Interval(Fraction(2, 3), Fraction(2, 3))) == "66%"


def test_a_median_may_be_half_a_day():
    assert find_median([]) is None
    assert show_days(find_median([3, 4])) == "3.5"
    assert show_days(find_median([4, 3, 9])) == "4"
    assert show_days(None) == "—"
