"""The ledger: what it merges, keeps, takes back and refuses, held against what a clerk may rely on."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import sqlite3
import stat
import subprocess
import sys
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from workspaces import County, Office, case

from sanwu_cli.console.text import measure_width
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.ledger import store
from sanwu_cli.ledger.derive import Choices, derive_incidents, derive_records
from sanwu_cli.ledger.entries import (
    Claim,
    Contents,
    Entry,
    EntryKind,
    Run,
    SheetClaims,
    canonical_json,
    drop_undone,
)
from sanwu_cli.ledger.layout import FORMAT
from sanwu_cli.ledger.merge import foresee, merge
from sanwu_cli.ledger.store import Ledger
from sanwu_cli.model import Source
from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import IncidentStatus, Indicator, NotCounted, RowClass

VILLAGES = tuple(f"649801101{number}" for number in range(201, 205))
DETAIL = {"crime": Indicator.CRIMINAL_CASE, "petition": Indicator.SKIP_LEVEL_PETITION}
SOME = settings(max_examples=60, deadline=None, derandomize=True)
# The folder is made anew within each example.
ON_DISK = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


# -- sheets made by hand -------------------------------------------------------------------------------


def span(first, last=None):
    return Period(Month(2026, first), Month(2026, last or first))


def content(*villages, day="2026-03-05", not_counted=None, indicator="criminal_case", number="", **values):
    """Make what a row of a case says; a village None is one that was not found."""
    places = [
        {"area": code, "township": "649801101", "candidates": [] if code else list(VILLAGES)}
        for code in villages
    ]
    return canonical_json(
        {
            "kind": "incident",
            "indicator": indicator,
            "date": day,
            "places": places,
            "case_number": number,
            "not_counted": not_counted,
            "unreadable": [],
            "values": values,
        }
    )


def make_sheet(rows, *, month=3, last=None, file=None, schema="crime", coverage=None):
    """Make a sheet of (key, content, nature); equal rows under one month are equal bytes."""
    digest = hashlib.sha256(repr((rows, month, last)).encode()).hexdigest()
    source = Source(file or f"inbox/2026-{month:02d}/{digest[:6]}.xlsx", digest, "Sheet1")
    claims = tuple(
        Claim(schema, key, text, replace(source, row=row), nature)
        for row, (key, text, nature) in enumerate(rows, start=4)
    )
    return SheetClaims(source, schema, 3, span(month, last), coverage, ("filed_on",), claims)


CONTENTS = (
    *((content(village), RowClass.NEW) for village in VILLAGES[:3]),
    (content(*VILLAGES[:2]), RowClass.NEW),
    (content(VILLAGES[0], day="2026-02-11"), RowClass.NEW),
    (content(None), RowClass.HELD),
    (content(VILLAGES[0], not_counted="case_withdrawn"), RowClass.IGNORED),
)
ROWS = st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from(CONTENTS)), max_size=6).map(
    lambda pairs: [(key, text, nature) for key, (text, nature) in pairs]
)
ROWS_OF_DIFFERENT_CASES = ROWS.map(lambda rows: list({row[0]: row for row in rows}.values()))
SHEETS = st.lists(st.tuples(st.integers(1, 4), ROWS), min_size=1, max_size=5).map(
    lambda pairs: [make_sheet(rows, month=month) for month, rows in pairs]
)
SHEETS_OF_DIFFERENT_MONTHS = st.lists(
    st.tuples(st.integers(1, 12), ROWS), min_size=2, max_size=4, unique_by=lambda pair: pair[0]
).map(lambda pairs: [make_sheet(rows, month=month) for month, rows in pairs])


def take_in(contents, *sheets):
    """Take sheets in as one run, without a file."""
    return foresee(contents, merge(contents, sheets))


def cases_of(contents, choices=Choices()):  # noqa: B008 - frozen
    return derive_incidents(contents, choices)


def case_of(contents, key):
    return next(incident for incident in cases_of(contents) if incident.id == key)


def add_run(contents, *entries, undoes=None):
    """Write entries, or an undo, as one run."""
    run = max((r.number for r in contents.runs), default=0) + 1
    numbered = tuple(
        replace(entry, number=len(contents.entries) + step, run=run)
        for step, entry in enumerate(entries, start=1)
    )
    return Contents(
        (*contents.runs, Run(run, "", "", "", undoes)), contents.receipts, (*contents.entries, *numbered)
    )


def correction(key, **fields):
    return Entry(
        0,
        0,
        EntryKind.CORRECTION,
        "crime",
        key,
        canonical_json(fields),
        reason="查明",
        document_number="政法8号",
    )


def withdrawal(key):
    return Entry(0, 0, EntryKind.WITHDRAWAL, "crime", key, "{}", reason="重复登记", document_number="政法9号")


def at(village):
    return [{"area": village, "township": village[:9], "candidates": []}]


# -- merging -------------------------------------------------------------------------------------------


@SOME
@given(SHEETS)
def test_taking_the_same_sheets_in_again_changes_nothing(sheets):
    once = take_in(Contents(), *sheets)
    again = merge(once, sheets)
    assert not any(difference.added for difference in again)
    assert all(difference.is_known for difference in again)
    assert not any(d.count(c) for d in again for c in (RowClass.NEW, RowClass.CHANGED))
    assert cases_of(foresee(once, again)) == cases_of(once)


@SOME
@given(SHEETS)
def test_every_row_gets_exactly_one_class(sheets):
    for difference in merge(take_in(Contents(), *sheets[:1]), sheets):
        assert [row.row for row in difference.rows] == [c.source.row for c in difference.claims.claims]
        assert sum(difference.count(c) for c in RowClass) == len(difference.claims.claims)


@SOME
@given(SHEETS_OF_DIFFERENT_MONTHS, st.randoms(use_true_random=False))
def test_the_order_in_which_months_are_taken_in_does_not_matter(sheets, random):
    shuffled = list(sheets)
    random.shuffle(shuffled)
    apart, mixed = Contents(), Contents()
    for sheet in sheets:
        apart = take_in(apart, sheet)
    for sheet in shuffled:
        mixed = take_in(mixed, sheet)
    assert cases_of(mixed) == cases_of(apart) == cases_of(take_in(Contents(), *shuffled))


@SOME
@given(SHEETS, st.randoms(use_true_random=False))
def test_the_order_of_files_within_a_run_does_not_matter(sheets, random):
    shuffled = list(sheets)
    random.shuffle(shuffled)
    assert cases_of(take_in(Contents(), *shuffled)) == cases_of(take_in(Contents(), *sheets))


@SOME
@given(ROWS_OF_DIFFERENT_CASES, ROWS_OF_DIFFERENT_CASES)
def test_of_one_months_two_versions_the_one_taken_in_later_is_in_force(first, second):
    """A month that is sent again replaces what was said before, so here the order of runs does matter."""
    sheets = [make_sheet(rows, month=3) for rows in (first, second)]
    contents = take_in(take_in(Contents(), sheets[0]), sheets[1])
    newest = (
        {key: text for key, text, _ in (*first, *second)} if first != second else {k: t for k, t, _ in first}
    )
    in_force = {i.id: [p.area_code for p in i.places] for i in cases_of(contents)}
    assert in_force == {key: [p["area"] for p in json.loads(t)["places"]] for key, t in newest.items()}


def test_a_case_in_two_months_counts_once_at_its_later_place():
    march = make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)], month=3)
    april = make_sheet([("甲", content(VILLAGES[1]), RowClass.NEW)], month=4)
    for order in itertools.permutations((march, april)):
        contents = Contents()
        for sheet in order:
            contents = take_in(contents, sheet)
        (incident,) = cases_of(contents)
        assert [place.area_code for place in incident.places] == [VILLAGES[1]]
        assert [source.file for source in incident.sources] == [april.source.file, march.source.file]
        assert incident.filed_on == date(2026, 3, 5)


def test_what_is_in_force_is_what_a_row_is_compared_with():
    contents = take_in(Contents(), make_sheet([("甲", content(VILLAGES[1]), RowClass.NEW)], month=6))
    old = make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)], month=2)
    again = make_sheet([("甲", content(VILLAGES[1]), RowClass.NEW)], month=4)
    classes_ = [row.row_class for difference in merge(contents, [old, again]) for row in difference.rows]
    assert classes_ == [RowClass.CHANGED, RowClass.SAME], "February changes nothing that is in force"


READINGS = st.lists(
    st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from(CONTENTS)),
    min_size=2,
    max_size=2,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: [(key, text, nature) for key, (text, nature) in pairs])


def read_anew(rows):
    """Make the same two rows of the same bytes as a reader read them that knew more, or less."""
    sheet = make_sheet(rows)
    source = replace(sheet.source, file="inbox/台账.xlsx", sha256="5" * 64)
    claims = tuple(replace(claim, source=replace(source, row=claim.source.row)) for claim in sheet.claims)
    return replace(sheet, source=source, claims=claims)


@SOME
@given(st.lists(READINGS, min_size=1, max_size=4))
def test_the_last_reading_of_a_sheet_is_what_it_says_and_undo_brings_the_one_before_back(readings):
    """Registers grow and are put right: what a row was taken for earlier leaves nothing behind."""
    contents, states = Contents(), [()]
    for rows in readings:
        differences = merge(contents, [read_anew(rows)])
        if not any(difference.added or not difference.is_known for difference in differences):
            continue  # the program writes nothing
        contents = foresee(contents, differences)
        states.append(cases_of(contents))
    alone = cases_of(take_in(Contents(), read_anew(readings[-1])))
    assert states[-1] == alone
    assert not any(difference.added for difference in merge(contents, [read_anew(readings[-1])]))
    for number in range(len(contents.runs), 0, -1):
        contents = add_run(contents, undoes=number)
        assert cases_of(contents) == states[number - 1]


def test_an_older_sheet_that_arrives_late_is_kept_and_does_not_rule():
    contents = take_in(Contents(), make_sheet([("甲", content(VILLAGES[1]), RowClass.NEW)], month=4))
    late = make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)], month=2)
    (difference,) = merge(contents, [late])
    assert len(difference.added) == 1
    contents = foresee(contents, [difference])
    assert case_of(contents, "甲").places[0].area_code == VILLAGES[1]
    assert len(case_of(contents, "甲").sources) == 2


def test_the_same_bytes_taken_for_two_months_rule_by_the_later_one():
    """A file that lies in two months' folders: its later month is what it was last reported for."""
    january = make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)], month=1)
    february = make_sheet([("甲", content(VILLAGES[1]), RowClass.NEW)], month=2)
    march = replace(january, period=span(3))
    for order in itertools.permutations((january, february, march)):
        contents = Contents()
        for sheet in order:
            contents = take_in(contents, sheet)
        assert case_of(contents, "甲").places[0].area_code == VILLAGES[0]


def test_a_case_later_withdrawn_by_the_department_is_a_change_and_no_longer_counts():
    contents = take_in(Contents(), make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)], month=2))
    gone = content(VILLAGES[0], not_counted="case_withdrawn")
    (difference,) = merge(contents, [make_sheet([("甲", gone, RowClass.IGNORED)], month=4)])
    assert difference.count(RowClass.CHANGED) == 1
    incident = case_of(foresee(contents, [difference]), "甲")
    assert (incident.status, incident.reason) == (IncidentStatus.NOT_COUNTED, NotCounted.CASE_WITHDRAWN)


def test_one_number_under_two_indicators_is_two_cases():
    crime = make_sheet([("12", content(VILLAGES[0]), RowClass.NEW)])
    text = content(VILLAGES[0], indicator="skip_level_petition")
    petition = make_sheet([("12", text, RowClass.NEW)], schema="petition")
    assert len(cases_of(take_in(Contents(), crime, petition))) == 2


# -- later instances of one suit -----------------------------------------------------------------------


def suit(number, day, village=VILLAGES[0], **values):
    text = content(village, day=day, indicator="administrative_suit", number=number, **values)
    return (number, text, RowClass.NEW)


def status_of_suits(*suits, choices=Choices()):  # noqa: B008 - frozen
    contents = take_in(Contents(), make_sheet(list(suits), schema="suit", month=1, last=12))
    return {incident.id: (incident.counts, incident.reason) for incident in cases_of(contents, choices)}


def test_a_second_instance_is_found_by_the_first_ones_number():
    status = status_of_suits(
        suit("初1", "2026-02-01", instance="first"),
        suit("终1", "2026-06-01", VILLAGES[1], instance="second", original_case_number="初1"),
    )
    assert status == {"初1": (True, None), "终1": (False, NotCounted.LATER_INSTANCE)}


def test_a_retrial_is_found_by_defendant_cause_and_place():
    dispute = {"defendant": "云岭县某局", "cause": "行政征收"}
    status = status_of_suits(
        suit("初1", "2026-02-01", instance="first", **dispute),
        suit("再1", "2026-06-01", instance="retrial", **dispute),
        suit("再2", "2026-06-01", VILLAGES[1], instance="retrial", **dispute),
        suit("再3", "2026-06-01", instance="retrial", defendant="云岭县某局", cause="行政处罚"),
        suit("再4", "2026-01-15", instance="retrial", **dispute),
    )
    assert [number for number, (counts, _) in status.items() if not counts] == ["再1"]


def test_a_second_instance_counts_while_its_first_is_not_in_the_ledger():
    later = suit("终1", "2026-06-01", instance="second", original_case_number="初1")
    contents = take_in(Contents(), make_sheet([later], schema="suit", month=6))
    assert case_of(contents, "终1").counts
    first = make_sheet([suit("初1", "2025-11-01", instance="first")], schema="suit", month=7)
    contents = take_in(contents, first)
    assert not case_of(contents, "终1").counts
    assert case_of(add_run(contents, undoes=2), "终1").counts


def test_a_second_instance_counts_when_its_first_was_withdrawn():
    suits = [
        suit("初1", "2026-02-01", instance="first"),
        suit("终1", "2026-06-01", instance="second", original_case_number="初1"),
    ]
    contents = take_in(Contents(), make_sheet(suits, schema="suit", month=6))
    contents = add_run(contents, replace(withdrawal("初1"), schema_id="suit"))
    assert [(i.id, i.counts) for i in cases_of(contents)] == [("初1", False), ("终1", True)]


def test_a_second_instance_of_last_years_suit_does_not_count_this_year(office):
    first = case("suit", 1, "2025-11-05", "平川镇", "青禾村")
    later = case("suit", 2, "2026-03-05", "平川镇", "青禾村")
    later |= {
        "案号": "（2026）试98行终2号",
        "审级": "二审",
        "案由": "上诉",
        "原审案号": first["案号"].translate({0xFF08: "(", 0xFF09: ")"}),
    }
    office.month("suit", "2026年3月", [later])
    assert classes(office.take_in()) == {"new": 1}
    assert low_of(office, "青禾村", "administrative_suit") == 1
    office.month("suit", "2025年11月", [first])
    answer = office.take_in()
    assert classes(answer) == {"new": 1, "ignored": 1}
    assert low_of(office, "青禾村", "administrative_suit") == 0


def test_two_first_instances_of_one_dispute_both_count():
    dispute = {"defendant": "云岭县某局", "cause": "行政征收"}
    status = status_of_suits(
        suit("初1", "2026-02-01", instance="first", **dispute),
        suit("初2", "2026-06-01", instance="first", **dispute),
        suit("初3", "2026-06-01", **dispute),
    )
    assert all(counts for counts, _ in status.values())


# -- corrections and withdrawals -----------------------------------------------------------------------


def test_a_correction_is_kept_beside_what_it_corrects_and_survives_later_sheets():
    march = make_sheet([("甲", content(VILLAGES[0], day="2026-03-05"), RowClass.NEW)], month=3)
    contents = add_run(take_in(Contents(), march), correction("甲", places=at(VILLAGES[1])))
    incident = case_of(contents, "甲")
    assert incident.places[0].area_code == VILLAGES[1]
    assert incident.filed_on == date(2026, 3, 5)
    assert "查明" in incident.note
    assert "政法8号" in incident.note
    assert not merge(contents, [march])[0].count(RowClass.CHANGED), "the row says what it said before"

    april = make_sheet([("甲", content(VILLAGES[2], day="2026-03-06"), RowClass.NEW)], month=4)
    (difference,) = merge(contents, [april])
    assert difference.count(RowClass.CHANGED) == 1
    later = case_of(foresee(contents, [difference]), "甲")
    assert later.places[0].area_code == VILLAGES[1], "a person decided the place"
    assert later.filed_on == date(2026, 3, 6), "nobody decided the date"


def test_of_two_corrections_the_later_is_in_force_and_undoing_it_brings_the_earlier_back():
    contents = take_in(Contents(), make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)]))
    for village in VILLAGES[1:3]:
        contents = add_run(contents, correction("甲", places=at(village)))
    assert case_of(contents, "甲").places[0].area_code == VILLAGES[2]
    assert case_of(add_run(contents, undoes=3), "甲").places[0].area_code == VILLAGES[1]
    assert case_of(add_run(contents, undoes=2), "甲").places[0].area_code == VILLAGES[2]


def test_a_correction_places_a_held_case():
    contents = take_in(Contents(), make_sheet([("甲", content(None), RowClass.HELD)]))
    assert case_of(contents, "甲").widens
    assert case_of(add_run(contents, correction("甲", places=at(VILLAGES[1]))), "甲").counts


def test_a_withdrawn_case_that_is_reported_again_stays_withdrawn_until_that_is_undone():
    contents = take_in(Contents(), make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)], month=3))
    contents = add_run(contents, withdrawal("甲"))
    incident = case_of(contents, "甲")
    assert (incident.status, incident.note) == (IncidentStatus.WITHDRAWN, "重复登记（政法9号）")
    again = make_sheet([("甲", content(VILLAGES[1]), RowClass.NEW)], month=5)
    contents = take_in(contents, again)
    assert case_of(contents, "甲").status is IncidentStatus.WITHDRAWN
    assert len(case_of(contents, "甲").sources) == 2
    back = case_of(add_run(contents, undoes=2), "甲")
    assert (back.counts, back.note, back.places[0].area_code) == (True, "", VILLAGES[1])


# -- taking back ---------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.integers(1, 4), ROWS),
        st.tuples(st.just("correct"), st.sampled_from("甲乙丙丁"), st.sampled_from(VILLAGES)),
        st.tuples(st.just("withdraw"), st.sampled_from("甲乙丙丁")),
        st.tuples(st.just("undo"), st.integers(1, 6)),
    ),
    min_size=1,
    max_size=7,
)


def take_step(contents, step):
    kind, *given_ = step
    if kind == "import":
        return take_in(contents, make_sheet(given_[1], month=given_[0]))
    if kind == "correct":
        return add_run(contents, correction(given_[0], places=at(given_[1])))
    if kind == "withdraw":
        return add_run(contents, withdrawal(given_[0]))
    open_runs = [run.number for run in drop_undone(contents).runs if run.undoes is None]
    if given_[0] not in open_runs:  # the program refuses it
        return contents
    return add_run(contents, undoes=given_[0])


def tell(contents):
    """Give all that verdicts are made of, without the ledger's own numbers."""
    records = derive_records(contents, year=2026, areas=(), choices=Choices(), detail_indicators=DETAIL)
    receipts = drop_undone(contents).receipts
    return records, [(r.source, r.period, r.coverage, r.row_count) for r in receipts]


@SOME
@given(STEPS, STEPS.map(lambda steps: steps[0]))
def test_undoing_the_last_run_gives_exactly_the_state_before_it(steps, last):
    contents = Contents()
    for step in steps:
        contents = take_step(contents, step)
    after = take_step(contents, last if last[0] != "undo" else ("withdraw", "甲"))
    assert tell(add_run(after, undoes=len(after.runs))) == tell(contents)


@SOME
@given(STEPS, st.data())
def test_undoing_any_run_leaves_what_the_other_runs_wrote(steps, data):
    contents = Contents()
    for step in steps:
        contents = take_step(contents, step)
    open_runs = [run.number for run in drop_undone(contents).runs if run.undoes is None]
    if not open_runs:
        return
    chosen = data.draw(st.sampled_from(open_runs))
    kept = drop_undone(contents)
    without = Contents(
        tuple(run for run in kept.runs if run.number != chosen),
        tuple(receipt for receipt in kept.receipts if receipt.run != chosen),
        tuple(entry for entry in kept.entries if entry.run != chosen),
    )
    assert tell(add_run(contents, undoes=chosen)) == tell(without)


@SOME
@given(st.lists(st.integers(0, 5), max_size=6))
def test_an_undo_that_is_undone_is_as_if_it_had_never_been(targets):
    """Also when undoes stand on one another: a run is in force unless a run in force takes it back."""
    undoes = [target if 0 < target < number else None for number, target in enumerate(targets, start=1)]
    runs = tuple(Run(number, "", "", "", target) for number, target in enumerate(undoes, start=1))

    def is_in_force(number):
        return not any(run.undoes == number and is_in_force(run.number) for run in runs)

    kept = drop_undone(Contents(runs)).runs
    assert [run.number for run in kept] == [run.number for run in runs if is_in_force(run.number)]


def test_what_an_undone_sheet_said_can_be_taken_in_anew():
    sheet = make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)])
    before = take_in(Contents(), sheet)
    undone = add_run(before, undoes=1)
    assert cases_of(undone) == ()
    (difference,) = merge(undone, [sheet])
    assert (difference.count(RowClass.NEW), difference.is_known) == (1, False)
    assert tell(foresee(undone, [difference])) == tell(before)


def test_undoing_an_import_leaves_what_another_sheet_says_of_the_same_case():
    march = make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)], month=3)
    april = make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)], month=4)
    contents = take_in(take_in(Contents(), march), april)
    incident = case_of(add_run(contents, undoes=1), "甲")
    assert incident.counts
    assert [source.file for source in incident.sources] == [april.source.file]


def test_a_correction_waits_for_its_case_while_the_import_is_undone():
    sheet = make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW)])
    contents = add_run(take_in(Contents(), sheet), correction("甲", places=at(VILLAGES[1])))
    contents = add_run(contents, undoes=1)
    assert cases_of(contents) == ()
    assert case_of(take_in(contents, sheet), "甲").places[0].area_code == VILLAGES[1]


# -- the file ------------------------------------------------------------------------------------------


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger.db")


def write(ledger, *sheets, **more):
    """Merge sheets and append the difference, as the program does."""
    differences = merge(ledger.read(), sheets)
    return ledger.append(command="试", as_of="2026-12-31", program="0", differences=differences, **more)


TWO = (
    make_sheet([("甲", content(VILLAGES[0]), RowClass.NEW), ("乙", content(None), RowClass.HELD)], month=3),
    make_sheet([("甲", content(VILLAGES[1]), RowClass.NEW)], month=4, coverage="649801101"),
)


@ON_DISK
@given(SHEETS, SHEETS)
def test_what_is_foreseen_is_what_is_read_back(tmp_path_factory, first, second):
    ledger = Ledger(tmp_path_factory.mktemp("账") / "ledger.db")
    for sheets in (first, second, first):
        before = ledger.read()
        expected = foresee(before, merge(before, sheets))
        write(ledger, *sheets)
        read = ledger.read()
        assert tell(read) == tell(expected)
        assert [replace(entry, sheet=None) for entry in read.entries] == [
            replace(entry, sheet=None) for entry in expected.entries
        ]
        assert read.receipts == expected.receipts


def test_a_sheet_read_anew_with_better_registers_is_foreseen_as_well(ledger):
    """The same bytes say more once a village stands in the register: the row is changed, not new."""
    held, placed = (
        make_sheet([("甲", content(v), n)]) for v, n in ((None, RowClass.HELD), (VILLAGES[0], RowClass.NEW))
    )
    placed = replace(
        placed, source=held.source, claims=(replace(placed.claims[0], source=held.claims[0].source),)
    )
    write(ledger, held)
    before = ledger.read()
    (difference,) = merge(before, [placed])
    assert difference.count(RowClass.CHANGED) == 1
    write(ledger, placed)
    assert tell(ledger.read()) == tell(foresee(before, [difference]))
    assert case_of(ledger.read(), "甲").counts


def test_every_row_is_kept_with_its_file_hash_sheet_row_and_run(ledger):
    numbers = [write(ledger, sheet) for sheet in TWO]
    kept = {(e.source, e.run) for e in ledger.read().entries}
    assert kept == {(c.source, n) for n, sheet in zip(numbers, TWO, strict=True) for c in sheet.claims}
    receipts = ledger.read().receipts
    assert [
        (r.run, r.source, r.schema_id, r.header_row, r.period, r.coverage, r.row_count) for r in receipts
    ] == [
        (n, s.source, s.schema_id, 3, s.period, s.coverage, len(s.claims))
        for n, s in zip(numbers, TWO, strict=True)
    ]


def test_both_rows_of_a_case_that_stands_twice_in_a_sheet_are_kept(ledger):
    """A case charged to two villages rests on two rows; the second is its evidence as much as the first."""
    shared = content(*VILLAGES[:2])
    write(ledger, make_sheet([("甲", shared, RowClass.NEW), ("甲", shared, RowClass.NEW)]))
    assert sorted(source.row for source in case_of(ledger.read(), "甲").sources) == [4, 5]


def test_runs_keep_their_command_day_and_program(ledger):
    write(ledger, TWO[0])
    number = ledger.append(command="undo", as_of="2027-01-04", program="9", undoes=1)
    assert ledger.read().runs == (Run(1, "试", "2026-12-31", "0"), Run(number, "undo", "2027-01-04", "9", 1))
    assert drop_undone(ledger.read()).entries == ()
    assert len(ledger.read().entries) == 2, "nothing is ever deleted"


@pytest.mark.parametrize("table", ["run", "receipt", "entry"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET run = 1",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO UPDATE SET number = number",
    ],
    ids=["update", "delete", "replace", "upsert"],
)
def test_what_is_written_stays_whoever_comes(ledger, table, statement):
    write(ledger, TWO[0])
    write(ledger, TWO[1], entries=[correction("甲", places=at(VILLAGES[2]))])
    before = ledger.path.read_bytes()
    text = statement.format(table=table).replace("run SET run", "run SET command")
    with (
        sqlite3.connect(ledger.path) as connection,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        connection.execute(text)
    connection.close()
    assert ledger.path.read_bytes() == before


@pytest.mark.parametrize("fault", [KeyboardInterrupt, MemoryError, OSError])
def test_a_crash_in_the_middle_of_writing_leaves_the_ledger_as_it_was(ledger, monkeypatch, fault):
    write(ledger, TWO[0])
    before, data = ledger.read(), ledger.path.read_bytes()
    entry_writer = store._append_entry

    def fail(connection, run, entry):
        entry_writer(connection, run, entry)
        raise fault

    monkeypatch.setattr(store, "_append_entry", fail)
    with pytest.raises(fault):
        write(ledger, TWO[1], entries=[withdrawal("甲")])
    monkeypatch.undo()
    assert ledger.path.read_bytes() == data
    assert ledger.read() == before
    assert write(ledger, TWO[1]) == 2, "the next run writes as if nothing had happened"


def test_a_process_killed_in_the_middle_of_writing_leaves_the_ledger_as_it_was(ledger):
    write(ledger, TWO[0])
    before = ledger.read()
    script = (
        "import os, sys, pathlib\n"
        "from sanwu_cli.ledger import store\n"
        "from sanwu_cli.ledger.entries import Entry, EntryKind\n"
        "connect = store.sqlite3.connect\n"
        "def tiny_cache(*given, **named):\n"
        "    connection = connect(*given, **named)\n"
        "    connection.execute('PRAGMA cache_size = 1')\n"  # pages reach the file before the commit
        "    return connection\n"
        "store.sqlite3.connect = tiny_cache\n"
        "entries = [Entry(0, 0, EntryKind.CLAIM, 'crime', f'{n}', 'x' * 4000) for n in range(200)]\n"
        "writer = store._append_entry\n"
        "def die(connection, run, entry):\n"
        "    writer(connection, run, entry)\n"
        "    if entry is entries[-1]:\n"
        "        os._exit(9)\n"
        "store._append_entry = die\n"
        "store.Ledger(pathlib.Path(sys.argv[1])).append(command='', as_of='', program='', entries=entries)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(ledger.path)], check=False)
    assert done.returncode == 9
    assert ledger.path.with_name("ledger.db-journal").exists(), "it died within a transaction"
    assert ledger.read() == before
    ledger.check()


def refuse(ledger, call=None):
    """Give the error with which the ledger refuses."""
    with pytest.raises(SanwuError) as caught:
        (call or ledger.read)()
    assert caught.value.remedy
    assert caught.value.place == ledger.path.name
    return caught.value


def test_a_second_writer_is_told_to_come_later(ledger, monkeypatch):
    write(ledger, TWO[0])
    monkeypatch.setattr(store, "_WAIT_SECONDS", 0.05)
    differences = merge(ledger.read(), TWO)
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert len(ledger.read().entries) == 2, "reading goes on"
    error = refuse(ledger, lambda: ledger.append(command="", as_of="", program="", differences=differences))
    assert error.status is ExitStatus.BUSY
    other.execute("COMMIT")
    other.close()
    ledger.append(command="", as_of="", program="", differences=differences)
    assert len(ledger.read().entries) == 3


def test_two_first_runs_at_once_make_one_ledger(ledger, monkeypatch):
    monkeypatch.setattr(store, "_WAIT_SECONDS", 0.05)
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    error = refuse(ledger, lambda: write(ledger, TWO[0]))
    assert error.status is ExitStatus.BUSY
    other.execute("ROLLBACK")
    other.close()
    assert write(ledger, TWO[0]) == 1


def execute(path, *statements):
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def spoil_truncated(path):
    path.write_bytes(path.read_bytes()[:5000])


def spoil_text(path):
    path.write_text("这不是台账\n" * 400, "utf-8")


def spoil_foreign(path):
    path.unlink()
    execute(path, "CREATE TABLE photo (name TEXT)")


def spoil_newer(path):
    execute(path, f"PRAGMA user_version = {FORMAT + 1}")


def spoil_table(path):
    execute(path, "DROP TABLE entry")


def spoil_encoding(path):
    data = path.read_bytes()
    place = data.index("甲".encode())
    path.write_bytes(data[:place] + b"\xff\xff\xff" + data[place + 3 :])


def spoil_content(path):
    path.write_bytes(path.read_bytes().replace(b'{"case_number"', b'["case_number"'))


@pytest.mark.parametrize(
    "spoil",
    [spoil_truncated, spoil_text, spoil_foreign, spoil_newer, spoil_table, spoil_encoding, spoil_content],
)
def test_a_damaged_newer_or_foreign_file_is_named_and_never_touched(ledger, spoil):
    write(ledger, *TWO)
    spoil(ledger.path)
    data = ledger.path.read_bytes()
    for call in (lambda: cases_of(ledger.read()), lambda: write(ledger, TWO[0])):
        assert refuse(ledger, call).status is ExitStatus.LEDGER_DAMAGED
    assert ledger.path.read_bytes() == data


def test_a_bit_that_fell_over_is_seen_and_never_ends_in_a_traceback(ledger):
    """Not even a digit of a date may change by itself: such a verdict could be explained by no sheet."""
    for month in range(1, 4):
        rows = [(str(number), content(VILLAGES[0]), RowClass.NEW) for number in range(6)]
        write(ledger, make_sheet(rows, month=month), entries=[withdrawal("0")])
    data, before = ledger.path.read_bytes(), ledger.read()
    leaked, statuses, silent = set(), set(), []
    for number, place in enumerate(range(0, len(data), 47)):
        flipped = bytes([data[place] ^ (1 << number % 8)])
        ledger.path.write_bytes(data[:place] + flipped + data[place + 1 :])
        try:
            if ledger.read() != before:
                silent.append(place)
        except SanwuError as error:
            statuses.add(error.status)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test looks for
            leaked.add(type(error).__name__)
    assert leaked == set()
    assert silent == []
    assert ExitStatus.LEDGER_DAMAGED in statuses
    assert statuses <= {ExitStatus.LEDGER_DAMAGED, ExitStatus.IO_FAILED}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET content = replace(content, '2026-03-05', '2025-03-05')",
        "UPDATE run SET undoes = 1 WHERE number = 3",
        "UPDATE receipt SET coverage = NULL",
        "DELETE FROM entry WHERE number = 1",
        (
            "INSERT INTO entry SELECT number + 4, run, kind, schema_id, key, content, receipt, row,"
            " '', '', digest FROM entry"
        ),
    ],
)
def test_a_ledger_edited_by_another_tool_is_refused(ledger, statement):
    """The guards can be taken off by whoever holds the file; what was done then shows all the same."""
    for sheet in (*TWO, make_sheet([("丙", content(VILLAGES[2]), RowClass.NEW)], month=5)):
        write(ledger, sheet)
    execute(ledger.path, "PRAGMA foreign_keys = OFF")
    connection = sqlite3.connect(ledger.path, isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    connection.close()
    assert refuse(ledger).status is ExitStatus.LEDGER_DAMAGED
    assert refuse(ledger, ledger.check).status is ExitStatus.LEDGER_DAMAGED


def test_an_absent_or_empty_file_is_an_empty_ledger(ledger):
    assert ledger.read() == Contents()
    assert not ledger.path.exists(), "looking does not make one"
    ledger.path.touch()
    assert ledger.read() == Contents()
    assert write(ledger, TWO[0]) == 1
    ledger.check()


def test_a_full_disk_changes_nothing(ledger, monkeypatch):
    write(ledger, TWO[0])
    before = ledger.read()
    connect = sqlite3.connect

    def fill(*given_, **named):
        connection = connect(*given_, **named)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(store.sqlite3, "connect", fill)
    many = make_sheet(
        [(str(n), content(VILLAGES[0], x="长" * 900), RowClass.NEW) for n in range(40)], month=5
    )
    error = refuse(ledger, lambda: write(ledger, many))
    monkeypatch.undo()
    assert error.status is ExitStatus.IO_FAILED
    assert ledger.read() == before


def test_a_read_only_ledger_can_be_read_and_not_written(ledger, monkeypatch):
    write(ledger, TWO[0])
    before = ledger.read()
    connect = sqlite3.connect
    monkeypatch.setattr(
        store.sqlite3, "connect", lambda path, **named: connect(f"file:{path}?mode=ro", uri=True, **named)
    )
    assert ledger.read() == before
    assert refuse(ledger, lambda: write(ledger, TWO[1])).status is ExitStatus.IO_FAILED


def test_a_folder_in_the_ledgers_place_is_refused(ledger):
    ledger.path.mkdir()
    assert refuse(ledger).status is ExitStatus.IO_FAILED


# -- size ----------------------------------------------------------------------------------------------


def count_steps(rows):
    """Count the lines the interpreter runs while so many rows are merged twice and derived."""
    half = [(str(n), content(VILLAGES[n % 4]), RowClass.NEW) for n in range(rows // 2)]
    rest = [
        suit(f"初{n}", "2026-02-01", VILLAGES[n % 4], instance="first", cause="征收", defendant="局")
        for n in range(rows // 2)
    ]
    sheets = [make_sheet(half), make_sheet(rest, schema="suit")]
    steps = 0

    def trace(_frame, event, _argument):
        nonlocal steps
        steps += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        contents = take_in(Contents(), *sheets)
        cases_of(take_in(contents, *sheets))
    finally:
        sys.settrace(before)
    return steps


def test_ten_times_the_rows_are_ten_times_the_work():
    assert count_steps(2000) < 12 * count_steps(200)


# -- what a clerk relies on ----------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path, capsys):
    """平川镇 has 青禾村 松岗村 白鹭村, 高地镇 has 芦花村 双桂村."""
    return Office(tmp_path / "云岭", County.of(平川镇=3, 高地镇=2), capsys.readouterr)


def crime(number, village, day="2026-03-05", town="平川镇", **more):
    return case("crime", number, day, town, village) | more


def petition(number, village, day="2026-03-05", town="平川镇", **more):
    return case("petition", number, day, town, village) | more


def classes(answer):
    """Add up the classes of all sheets of an import, those that are not nought."""
    names = [c.value for c in RowClass]
    for sheet in answer.sheets:
        assert sheet["rows"] == sum(sheet[name] for name in names), sheet
    totals = {name: sum(sheet[name] for sheet in answer.sheets) for name in names}
    return {name: total for name, total in totals.items() if total}


def low_of(office, village, indicator="criminal_case"):
    return office.village(village)["indicators"][indicator]["low"]


def bounds_of(office, village, indicator="criminal_case"):
    state = office.village(village)["indicators"][indicator]
    return state["low"], state["high"]


def test_a_dry_run_says_what_the_import_then_does_and_writes_nothing(office):
    office.month("crime", "2026年2月", [crime(1, "青禾村", "2026-02-05")], to="2026-02/a.xlsx")
    office.take_in()
    rows = [crime(1, "松岗村", "2026-02-05"), crime(2, "没有这个村"), crime(3, "白鹭村", 案件类型="行政")]
    office.month("crime", "2026年3月", rows, to="2026-03/b.xlsx")
    before = (office.path / "ledger.db").read_bytes()
    seen = office.take_in("--dry-run")
    assert (office.path / "ledger.db").read_bytes() == before
    assert seen.json["applied"] is False
    done = office.take_in()
    assert done.json["files"] == seen.json["files"]
    assert classes(done) == {"same": 1, "changed": 1, "held": 1, "ignored": 1}
    assert classes(office.take_in()) == {"same": 2, "held": 1, "ignored": 1}


def test_a_corrected_case_stays_corrected_when_its_sheet_comes_again_and_until_the_undo(office):
    office.month("crime", "2026年3月", [crime(1, "青禾村")])
    office.take_in()
    code = office.county.code("松岗村")
    answer = office.ask(
        "incidents", "correct", "A64981", "--area", code, "--reason", "查明", "--document", "政法8号"
    )
    run = answer.json["run"]
    assert (low_of(office, "青禾村"), low_of(office, "松岗村")) == (0, 1)
    assert classes(office.take_in()) == {"same": 1}
    office.month("crime", "2026年4月", [crime(1, "青禾村", 案件状态="移送审查起诉")])
    office.take_in()
    assert (low_of(office, "青禾村"), low_of(office, "松岗村")) == (0, 1)
    office.run("incidents", "undo", run)
    assert (low_of(office, "青禾村"), low_of(office, "松岗村")) == (1, 0)


def test_a_withdrawn_case_reported_with_a_new_status_stays_withdrawn_and_says_so(office):
    office.month("crime", "2026年3月", [crime(1, "青禾村")])
    office.take_in()
    office.run("incidents", "withdraw", "A64981", "--reason", "重复登记", "--document", "政法9号")
    office.month("crime", "2026年5月", [crime(1, "青禾村", 案件状态="移送审查起诉")])
    assert classes(office.take_in()) == {"same": 1, "changed": 1}
    (incident,) = office.incidents()
    assert (incident["status"], incident["counts"]) == ("withdrawn", False)
    assert len(incident["sources"]) == 2
    shown = office.run("incidents", "show", "A64981").out
    assert "重复登记" in shown
    assert "政法9号" in shown
    assert low_of(office, "青禾村") == 0


def test_a_case_whose_village_changes_between_months_moves_and_counts_once(office):
    office.month("crime", "2026年3月", [crime(1, "青禾村")])
    office.month("crime", "2026年4月", [crime(1, "芦花村", town="高地镇")])
    answer = office.take_in()
    assert classes(answer) == {"new": 1, "changed": 1}
    assert (low_of(office, "青禾村"), low_of(office, "芦花村")) == (0, 1)
    assert len(office.incidents()) == 1


def test_undoing_a_month_reopens_it_even_when_later_months_built_on_it(office):
    for month, village in (("2026年3月", "青禾村"), ("2026年4月", "松岗村")):
        office.month("crime", month, [crime(1, village)])
        office.take_in()
    march = office.month("petition", "2026年3月", [])
    office.take_in()
    assert "crime:2026-03" not in office.village("青禾村")["missing"]
    office.run("incidents", "undo", 1)
    missing = office.village("青禾村")["missing"]
    assert "crime:2026-03" in missing
    assert "crime:2026-04" not in missing
    assert "petition:2026-03" not in missing
    assert low_of(office, "松岗村") == 1, "April's sheet stands"
    march.unlink()
    assert classes(office.take_in()) == {"changed": 1, "same": 1}
    assert "crime:2026-03" not in office.village("青禾村")["missing"]
    assert low_of(office, "松岗村") == 1, "March, taken in anew, is still older than April"


def test_two_townships_sheets_of_one_name_are_two_sheets(office):
    for folder, village, town in (("平川", "青禾村", "平川镇"), ("高地", "芦花村", "高地镇")):
        office.month(
            "crime",
            "2026年3月",
            [crime(village, village, town=town)],
            unit=f"{town}派出所",
            to=f"{folder}/台账.xlsx",
        )
    answer = office.take_in()
    assert classes(answer) == {"new": 2}
    assert [sheet["coverage"] for sheet in answer.sheets] == [
        office.county.code(t) for t in ("平川镇", "高地镇")
    ]
    assert (low_of(office, "青禾村"), low_of(office, "芦花村")) == (1, 1)
    assert {i["source"]["file"] for i in office.incidents()} == {
        "inbox/平川/台账.xlsx",
        "inbox/高地/台账.xlsx",
    }


def test_the_same_file_under_two_names_is_taken_in_once(office):
    path = office.month("crime", "2026年3月", [crime(1, "青禾村")])
    path.with_name("副本.xlsx").write_bytes(path.read_bytes())
    assert classes(office.take_in()) == {"new": 1, "same": 1}
    (incident,) = office.incidents()
    assert len(incident["sources"]) == 1


def test_a_file_named_twice_on_the_command_line_is_reported_as_what_was_done(office):
    path = office.month("crime", "2026年3月", [crime(1, "青禾村")])
    link = office.path / "inbox" / ".." / "inbox"
    answer = office.ask("incidents", "import", path, link / path.parent.name / path.name)
    totals = classes(answer)
    assert totals.get("new") == 1, "one of the two took the row in"


def test_a_month_sent_again_with_a_new_village_replaces_the_first_version(office):
    """Of two versions of one month the one taken in later is in force; only a correction goes before both."""
    office.month("crime", "2026年3月", [crime(1, "青禾村")], to="2026-03/台账（二）.xlsx")
    office.take_in()
    office.month("crime", "2026年3月", [crime(1, "松岗村")], to="2026-03/台账.xlsx")
    assert classes(office.take_in()) == {"changed": 1, "same": 1}
    assert (low_of(office, "青禾村"), low_of(office, "松岗村")) == (0, 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [({}, {}), ({"人次": 3}, {"人次": 2}), ({"归属依据": "户籍地"}, {"归属依据": "事发地"})],
    ids=["places only", "heads", "basis"],
)
def test_one_case_of_two_villages_is_charged_to_both_and_is_one_case(office, first, second):
    """T-20; what a row says of its own village (its heads, why it belongs there) may differ, too."""
    office.month("petition", "2026年3月", [petition(1, "青禾村", **first), petition(1, "松岗村", **second)])
    assert "changed" not in classes(office.take_in()), "nothing was known that could have changed"
    assert classes(office.take_in()) == {"same": 2}
    indicator = "skip_level_petition"
    assert (low_of(office, "青禾村", indicator), low_of(office, "松岗村", indicator)) == (1, 1)
    assert "shared_case" in office.village("青禾村")["flags"]
    (incident,) = office.incidents()
    assert {source["row"] for source in incident["sources"]} == {3, 4}


def test_a_shared_case_with_codes_beside_the_names_is_charged_to_both(office):
    rows = [petition(1, v, 区划代码=office.county.code(v)) for v in ("青禾村", "松岗村")]
    office.month("petition", "2026年3月", rows)
    office.take_in()
    indicator = "skip_level_petition"
    assert (low_of(office, "青禾村", indicator), low_of(office, "松岗村", indicator)) == (1, 1)


def test_a_shared_case_with_one_unknown_village_still_counts_where_it_is_placed(office):
    """The row that is placed counts, the row that is not is held."""
    office.year()
    office.month("crime", "2026年3月", [crime(1, "青禾村"), crime(1, "西坪村")])
    office.take_in()
    assert bounds_of(office, "青禾村")[0] == 1
    assert bounds_of(office, "松岗村") == (0, 1)
    assert bounds_of(office, "芦花村") == (0, 0), "of another township"
    assert classes(office.take_in()) == {"same": 1, "held": 1}


def test_a_case_without_any_place_may_belong_to_every_village(office):
    office.year()
    office.month("crime", "2026年3月", [crime(1, None, town=None)])
    assert classes(office.take_in()) == {"held": 1}
    villages = [name for _, name, _ in office.county.villages]
    assert {bounds_of(office, village) for village in villages} == {(0, 1)}


def test_a_case_without_a_readable_date_may_or_may_not_lie_in_the_year(office):
    office.year()
    office.month("crime", "2026年3月", [crime(1, "青禾村", "某日")])
    assert classes(office.take_in()) == {"held": 1}
    assert bounds_of(office, "青禾村") == (0, 1)
    assert bounds_of(office, "松岗村") == (0, 0)
    office.run(
        "incidents", "correct", "A64981", "--filed-on", "2025-12-31", "--reason", "笔误", "--document", "8号"
    )
    assert bounds_of(office, "青禾村") == (0, 0)


def test_a_month_sent_again_without_one_of_its_cases_is_pointed_out_once(office):
    """The ledger forgets nothing by itself; that a case is gone from the sheet is said, a person decides."""
    office.month("crime", "2026年3月", [crime(n, "青禾村") for n in (1, 2, 3)], to="2026-03/初报.xlsx")
    office.take_in()
    office.month("crime", "2026年3月", [crime(n, "青禾村") for n in (1, 3)], to="2026-03/重报.xlsx")
    finding = office.take_in("--dry-run").finding("ROWS-GONE")
    assert office.take_in().finding("ROWS-GONE") == finding
    assert "A64982" in finding["message"]
    assert finding["file"].endswith("重报.xlsx")
    assert low_of(office, "青禾村") == 3
    assert "ROWS-GONE" not in office.take_in().codes
    office.run("incidents", "withdraw", "A64982", "--reason", "重复", "--document", "9号")
    assert low_of(office, "青禾村") == 2


def test_a_suit_a_person_put_on_the_township_is_no_longer_held(office):
    """Under T-19 "hold" such a suit waits for a decision; this is the decision."""
    office.configure('[readings]\n"T-19" = "hold"')
    office.year()
    office.month("suit", "2026年3月", [case("suit", 1, "2026-03-05", "平川镇", None)])
    assert classes(office.take_in()) == {"held": 1}
    code = office.county.code("平川镇")
    number = office.incidents()[0]["id"]
    office.run("incidents", "correct", number, "--area", code, "--reason", "认定", "--document", "8号")
    (incident,) = office.incidents()
    assert (incident["status"], incident["area_code"]) == ("counted", code)
    assert bounds_of(office, "青禾村", "administrative_suit") == (0, 0)


def test_each_village_of_a_shared_case_is_explained_by_its_own_row(office):
    office.month("petition", "2026年3月", [petition(1, "青禾村"), petition(1, "松岗村")])
    office.take_in()
    for village in ("青禾村", "松岗村"):
        tree = office.ask("score", "explain", office.county.code(village), "--year", 2026).json
        text = json.dumps(tree, ensure_ascii=False)
        assert f'"row": {3 if village == "青禾村" else 4}' in text, village


def test_a_held_row_is_placed_once_the_register_knows_the_village(office):
    office.month("crime", "2026年3月", [crime(1, "西坪村")])
    office.take_in()
    assert (bounds_of(office, "青禾村")[0], office.incidents()[0]["status"]) == (0, "held")
    office.county.row("青禾村")[8] = "西坪村"
    office.save_areas()
    assert classes(office.take_in()) == {"changed": 1}
    (incident,) = office.incidents()
    assert (incident["status"], incident["area_code"]) == ("counted", office.county.code("青禾村"))
    assert classes(office.take_in()) == {"same": 1}


def count_row(village, town="平川镇", **numbers):
    return {"乡镇(街道)": town, "村(社区)": village} | numbers


def take_in_counts(office, *rows, month="2026年3月", to="2026-03/月报.xlsx"):
    office.month("indicator_count", month, list(rows), to=to)
    return office.take_in()


def test_a_held_count_is_placed_once_the_register_knows_the_village(office):
    """What was held must not go on widening the verdicts of its neighbours."""
    office.year()
    take_in_counts(office, count_row("西坪村", 刑事案件=2))
    assert bounds_of(office, "松岗村") == (0, 2)
    office.county.row("青禾村")[8] = "西坪村"
    office.save_areas()
    office.take_in()
    assert bounds_of(office, "松岗村") == (0, 0)
    assert [i for i in office.incidents() if i["status"] == "held"] == []


def test_a_monthly_count_sent_again_replaces_the_first_whatever_columns_it_fills(office):
    versions = (
        {"越级上访": 1, "刑事案件": 2},
        {"越级上访": 1, "行政诉讼": 0, "刑事案件": 1},
        {"越级上访": 0, "刑事案件": 0},
    )
    for number, numbers in enumerate(versions):
        rows = [
            count_row(v, **(numbers if v == "青禾村" else dict.fromkeys(numbers, 0)))
            for v in ("青禾村", "松岗村", "白鹭村")
        ]
        take_in_counts(office, *rows, to=f"2026-03/月报{number}.xlsx")
        assert bounds_of_march(office, "青禾村") == numbers["刑事案件"]


def test_a_number_that_replaces_another_is_a_change_and_not_a_new_one(office):
    numbers = {"越级上访": 1, "刑事案件": 2}
    take_in_counts(office, count_row("青禾村", **numbers), to="2026-03/月报1.xlsx")
    answer = take_in_counts(office, count_row("青禾村", **numbers, 行政诉讼=0), to="2026-03/月报2.xlsx")
    assert classes(answer) == {"same": 1, "new": 1}, "nothing known was changed"
    answer = take_in_counts(
        office, count_row("青禾村", 越级上访=0, 刑事案件=0, 行政诉讼=0), to="2026-03/月报3.xlsx"
    )
    assert classes(answer) == {"same": 2, "changed": 1}
    answer = take_in_counts(office, count_row("青禾村", 越级上访=0, 刑事案件=1), to="2026-03/月报4.xlsx")
    assert classes(answer) == {"same": 3, "changed": 1}


def bounds_of_march(office, village):
    answer = office.ask("score", "month", "2026-03").json
    code = office.county.code(village)
    (found,) = [v["indicators"]["criminal_case"]["month"] for v in answer["villages"] if v["code"] == code]
    assert found["low"] == found["high"]
    return found["low"]


def test_a_row_of_counts_is_one_row_however_many_numbers_it_has(office):
    rows = [
        count_row("青禾村", 越级上访=1, 行政诉讼=0, 刑事案件=2),
        count_row("松岗村"),
        count_row("西坪村", 刑事案件=1),
    ]
    assert classes(take_in_counts(office, *rows)) == {"new": 1, "ignored": 1, "held": 1}
    assert classes(office.take_in()) == {"same": 1, "ignored": 1, "held": 1}
    rows[0]["刑事案件"] = 3
    answer = take_in_counts(office, *rows, to="2026-03/月报（更正）.xlsx")
    assert [classes_of(sheet) for sheet in answer.sheets] == [
        {"same": 1, "held": 1, "ignored": 1},
        {"changed": 1, "held": 1, "ignored": 1},
    ]


def classes_of(sheet):
    return {c.value: sheet[c.value] for c in RowClass if sheet[c.value]}


def test_departments_that_each_count_their_own_indicator_do_not_overwrite_one_another(office):
    villages = ("青禾村", "松岗村", "白鹭村")
    take_in_counts(office, *[count_row(v, 刑事案件=1) for v in villages], to="2026-03/公安.xlsx")
    take_in_counts(office, *[count_row(v, 越级上访=2) for v in villages], to="2026-03/信访.xlsx")
    assert low_of(office, "青禾村") == 1
    assert low_of(office, "青禾村", "skip_level_petition") == 2


def test_a_nil_report_closes_its_months_until_it_is_undone(office):
    row = {"月份": "2026年3月", "报送单位": "云岭县公安局", "指标": "刑事案件", "起止月份": "2026年3月"}
    office.month("nil_report", "2026年3月", [row])
    answer = office.take_in()
    assert classes(answer) == {"new": 1}
    assert "crime:2026-03" not in office.village("青禾村")["missing"]
    assert "crime:2026-04" in office.village("青禾村")["missing"]
    office.run("incidents", "undo")
    assert "crime:2026-03" in office.village("青禾村")["missing"]


def test_an_excluded_cause_is_classed_by_indicator_not_by_number(office):
    """A suit and a petition may carry one number; leaving out the one says nothing of the other."""
    office.configure('[count]\nexclude_causes = ["行政征收"]\n')
    office.month(
        "suit", "2026年3月", [case("suit", 1, "2026-03-05", "平川镇", "青禾村") | {"案号": "甲字12号"}]
    )
    office.month("petition", "2026年3月", [petition(1, "青禾村", 信访编号="甲字12号")])
    answer = office.take_in()
    by_sheet = {sheet["id"]: (sheet["new"], sheet["ignored"]) for sheet in answer.sheets}
    assert by_sheet == {"petition": (1, 0), "suit": (0, 1)}
    assert low_of(office, "青禾村", "skip_level_petition") == 1


def test_two_rows_without_a_number_that_look_alike_are_two_cases(office):
    row = petition(1, "青禾村") | {"信访编号": None}
    office.month("petition", "2026年3月", [row, row])
    office.take_in()
    assert low_of(office, "青禾村", "skip_level_petition") == 2
    assert classes(office.take_in()) == {"same": 2}


def test_the_export_shows_what_was_corrected_withdrawn_and_taken_in(office):
    office.month("crime", "2026年3月", [crime(1, "青禾村"), crime(2, "松岗村")])
    office.take_in()
    office.run("incidents", "withdraw", "A64982", "--reason", "重复登记", "--document", "政法9号")
    office.run(
        "incidents",
        "correct",
        "A64981",
        "--filed-on",
        "2026-02-28",
        "--reason",
        "笔误",
        "--document",
        "政法8号",
    )
    path = office.path / "台账.xlsx"
    office.run("incidents", "export", "-o", path)
    book = openpyxl.load_workbook(path)
    cells = {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book.worksheets}
    text = json.dumps(cells, ensure_ascii=False, default=str)
    for word in (
        "重复登记",
        "政法9号",
        "笔误",
        "政法8号",
        "2026-02-28",
        "已撤回",
        "crime.xlsx",
        "撤回",
    ):
        assert word in text, word


def test_a_run_that_was_undone_cannot_be_undone_again(office):
    office.month("crime", "2026年3月", [crime(1, "青禾村")])
    office.take_in()
    assert office.run("incidents", "undo", 1).status == 0
    for number in (1, 2, 7):
        answer = office.run("incidents", "undo", number)
        assert answer.status == ExitStatus.INPUT_MISSING
        assert str(number) in answer.err


def test_nothing_personal_reaches_the_ledger(office):
    people = {
        "信访人": "甲某",
        "联系电话": "13900000000",
        "身份证号": "649801190001010000",
        "备注": "住在某处",
        "信访内容": "诉求若干",
    }
    office.month("petition", "2026年3月", [petition(1, "青禾村", 办理状态="已劝返甲某", **people)])
    assert classes(office.take_in()) == {"new": 1}
    data = (office.path / "ledger.db").read_bytes()
    for value in (*people.values(), "劝返"):
        assert value.encode() not in data, value


# -- one case, two sheets ------------------------------------------------------------------------------


def show(office, number):
    return office.ask("incidents", "show", number).json


def test_a_changed_row_shows_both_values_with_both_places(office):
    office.month("crime", "2026年3月", [crime(1, "青禾村", 案件状态="立案")])
    office.take_in()
    office.month(
        "crime", "2026年4月", [crime(1, "松岗村", 案件状态="侦办")], title="云岭县2026年1—4月刑事案件台账"
    )
    shown = office.run("incidents", "import", office.path / "inbox", "--dry-run").out
    for line in (
        "变更 inbox/2026年4月/crime.xlsx:Sheet1!第3行 A64981",
        "  原来 inbox/2026年3月/crime.xlsx:Sheet1!第3行",
        "  归属：青禾村 → 松岗村",
        "  案件状态：立案 → 侦办",
        "  村(社区)：青禾村 → 松岗村",
    ):
        assert any(known.startswith(line) for known in shown.splitlines()), line
    assert "案件类别" not in shown
    answer = office.take_in()
    (detail,) = [one for sheet in answer.sheets for one in sheet["details"] if one["class"] == "changed"]
    assert detail["before"] == {"file": "inbox/2026年3月/crime.xlsx", "sheet": "Sheet1", "row": 3}
    assert {"field": "case_status", "header": "案件状态", "before": "立案", "after": "侦办"} in detail[
        "changes"
    ]
    assert [source["file"] for source in show(office, "A64981")["sources"]] == [
        "inbox/2026年4月/crime.xlsx",
        "inbox/2026年3月/crime.xlsx",
    ]


def test_a_changed_row_is_told_within_80_columns(office):
    office.month("crime", "2026年3月", [crime(n, "青禾村", 案件状态="立案") for n in range(1, 4)])
    office.take_in()
    changed = [crime(n, "松岗村", 案件状态="侦办", 案件类别="诈骗") for n in range(1, 4)]
    office.month("crime", "2026年4月", changed, title="云岭县2026年1—4月刑事案件台账")
    lines = office.run("incidents", "import", office.path / "inbox", "--dry-run").out.splitlines()
    told = [line for line in lines if line.startswith(("变更", "  ")) and "读入" not in line]
    assert len(told) == 3 * 6
    assert max(map(measure_width, told)) <= 80


def test_counts_that_change_name_the_indicator(office):
    take_in_counts(office, count_row("青禾村", 刑事案件=1))
    answer = take_in_counts(office, count_row("青禾村", 刑事案件=2), to="2026-03/月报（更正）.xlsx")
    (detail,) = [one for sheet in answer.sheets for one in sheet["details"] if one["class"] == "changed"]
    assert detail["changes"] == [{"field": "count", "header": "刑事案件", "before": "1", "after": "2"}]


def test_the_first_copy_put_back_into_its_file_is_in_force_again(office):
    """A, then B, then A in one file: the file says A, and so does the ledger; nothing moves after that."""
    versions = {
        "甲": [crime(1, "青禾村"), crime(2, "青禾村")],
        "乙": [crime(1, "松岗村"), crime(2, "青禾村"), crime(3, "松岗村")],
    }
    first_bytes = office.month("crime", "2026年3月", versions["甲"]).read_bytes()
    office.take_in()
    path = office.month("crime", "2026年3月", versions["乙"])
    office.take_in()
    assert show(office, "A64981")["area_code"] == office.county.code("松岗村")
    path.write_bytes(first_bytes)
    answer = office.take_in()
    assert classes(answer) == {"changed": 1, "same": 1}
    assert answer.finding("ROWS-GONE")["message"].count("A64983") == 1
    assert show(office, "A64981")["area_code"] == office.county.code("青禾村")
    runs = len(Ledger(office.path / "ledger.db").read().runs)
    assert classes(office.take_in()) == {"same": 2}
    assert len(Ledger(office.path / "ledger.db").read().runs) == runs
    office.run("incidents", "undo")
    assert show(office, "A64981")["area_code"] == office.county.code("松岗村")


def test_an_older_copy_in_another_file_stays_older_and_says_so_when_it_comes_alone(office):
    older = office.month("crime", "2026年3月", [crime(1, "青禾村")])
    office.take_in()
    newer = office.month("crime", "2026年3月", [crime(1, "松岗村")], to="2026年3月/更正.xlsx")
    office.take_in()
    alone = office.ask("incidents", "import", older)
    assert classes(alone) == {"same": 1}
    assert "更正.xlsx" in alone.finding("ROWS-SUPERSEDED")["message"]
    together = office.ask("incidents", "import", older, newer)
    assert "ROWS-SUPERSEDED" not in together.codes
    assert classes(together) == {"same": 2}
    assert show(office, "A64981")["area_code"] == office.county.code("松岗村")


def test_a_month_taken_in_again_after_a_later_one_is_no_older_copy(office):
    march = office.month("crime", "2026年3月", [crime(1, "青禾村")])
    office.month("crime", "2026年4月", [crime(1, "松岗村")], title="云岭县2026年1—4月刑事案件台账")
    office.take_in()
    again = office.ask("incidents", "import", march)
    assert "ROWS-SUPERSEDED" not in again.codes
    assert show(office, "A64981")["area_code"] == office.county.code("松岗村")


def test_rows_of_one_case_that_differ_in_place_and_unit_are_one_shared_case(office):
    rows = [crime(1, "青禾村", 办案单位="甲派出所"), crime(1, "松岗村", 办案单位="乙派出所")]
    office.month("crime", "2026年3月", rows)
    answer = office.take_in()
    assert classes(answer) == {"new": 1, "same": 1}
    assert sorted(show(office, "A64981")["area_codes"]) == sorted(
        office.county.code(name) for name in ("青禾村", "松岗村")
    )
    assert "办案单位" in answer.finding("ROW-VARIANT")["message"]


def test_rows_of_one_case_that_differ_in_the_unit_only_are_one_case_of_one_village(office):
    rows = [crime(1, "青禾村", 办案单位="甲派出所"), crime(1, "青禾村", 办案单位="乙派出所")]
    office.month("crime", "2026年3月", rows)
    assert classes(office.take_in()) == {"new": 1, "same": 1}
    assert show(office, "A64981")["area_codes"] == [office.county.code("青禾村")]
    assert low_of(office, "青禾村") == 1
    assert classes(office.take_in()) == {"same": 2}


def test_a_count_corrected_to_blank_stays_and_is_named(office):
    """A blank takes nothing back: the number known stands, and the copy says what it no longer has."""
    take_in_counts(office, count_row("青禾村", 刑事案件=2, 越级上访=0), count_row("松岗村", 刑事案件=0))
    answer = take_in_counts(
        office,
        count_row("青禾村", 越级上访=0),
        count_row("松岗村", 刑事案件=0),
        to="2026-03/月报（更正）.xlsx",
    )
    assert low_of(office, "青禾村") == 2
    assert "青禾村刑事案件" in answer.finding("ROWS-GONE")["message"]


def lawsuit(number, day, instance, village="青禾村", **more):
    row = case("suit", number, day, "平川镇", village) | {"案由": "土地征收", "审级": instance}
    return row | more


def first(number, day="2026-02-05"):
    return lawsuit(number, day, "一审", 案号=f"（2026）试9801行初{number}号", 被告="平川镇人民政府")


def appeal(number, original=None, day="2026-05-05", kind="终", instance="二审"):
    row = lawsuit(number, day, instance, 案号=f"（2026）试98行{kind}{number}号", 被告="平川镇人民政府")
    return row | {"原审案号": original}


def test_a_second_instance_of_another_first_instance_is_not_merged_by_likeness(office):
    rows = [first(1), appeal(7, "（2026）试9801行初2号")]
    office.month("suit", "2026年5月", rows, title="云岭县2026年1—5月行政诉讼案件台账")
    answer = office.take_in()
    assert "行初2号" in answer.finding("SUIT-ROOT-UNKNOWN")["message"]
    assert low_of(office, "青禾村", "administrative_suit") == 2
    later = office.month("suit", "2026年6月", [*rows, first(2)], title="云岭县2026年1—6月行政诉讼案件台账")
    answer = office.ask("incidents", "import", later)
    assert "SUIT-ROOT-UNKNOWN" not in answer.codes
    assert low_of(office, "青禾村", "administrative_suit") == 2


def test_a_retrial_may_name_the_second_instance(office):
    root, second = "（2026）试9801行初1号", "（2026）试98行终7号"
    rows = [first(1), appeal(7, root), appeal(8, second, "2026-06-05", "申", "再审")]
    for order in itertools.permutations(rows):
        office.month("suit", "2026年6月", list(order), title="云岭县2026年1—6月行政诉讼案件台账")
        office.take_in()
        assert [one["counts"] for one in office.incidents()].count(True) == 1


def test_later_instances_that_name_each_other_are_not_lost(office):
    rows = [appeal(7, "（2026）试98行终8号"), appeal(8, "（2026）试98行终7号")]
    office.month("suit", "2026年6月", rows, title="云岭县2026年1—6月行政诉讼案件台账")
    office.take_in()
    assert [one["counts"] for one in office.incidents()] == [True, True]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask to speak of")
@pytest.mark.parametrize(("mask", "mode"), [(0o002, 0o664), (0o022, 0o644), (0o077, 0o600)])
def test_a_new_ledger_is_whose_the_umask_says(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        Ledger(tmp_path / "ledger.db").append(command="t", as_of="2026-03-31", program="0")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "ledger.db").stat().st_mode) == mode


# -- read once ----------------------------------------------------------------------------------------


def correct(ledger, key):
    entry = Entry(0, 0, EntryKind.CORRECTION, "crime", key, "{}", reason="核对")
    return ledger.append(command="correct", as_of="2026-03-01", program="0", entries=[entry])


def test_a_ledger_nobody_touched_is_read_once_and_every_change_is_seen(tmp_path):
    ledger, other = Ledger(tmp_path / "ledger.db"), Ledger(tmp_path / "ledger.db")
    correct(ledger, "A1")
    first = ledger.read()
    assert other.read() is first
    correct(other, "A2")
    assert [entry.key for entry in ledger.read().entries] == ["A1", "A2"]
    stamp = ledger.path.stat()
    with sqlite3.connect(ledger.path) as connection:
        for (guard,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {guard}")
        connection.execute("UPDATE entry SET key = 'B1' WHERE number = 1")
    connection.close()
    assert ledger.path.stat().st_mtime_ns != stamp.st_mtime_ns
    assert refuse(ledger).status is ExitStatus.LEDGER_DAMAGED
