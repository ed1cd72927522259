"""The plan as data: complete, cited, covered, refused when it contradicts itself, and its switches."""

from __future__ import annotations

import re
import shutil
import tomllib
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace

from sanwu_cli.errors import ExitStatus, PlanError, SanwuError
from sanwu_cli.plan.facts import FACT_NAMES
from sanwu_cli.plan.loader import CoverageKind, ReadingKind, check_choice, load_plan, resolve_choices
from sanwu_cli.terms import AreaLevel, Indicator, StationedRole, Verdict

SHIPPED = Path(__file__).parent.parent / "sanwu_cli" / "plan"
PLAN = load_plan()
NUMBERED = (*PLAN.rules, *PLAN.values)


# What the shipped data holds


def test_every_clause_stands_in_order() -> None:
    sections = [("三", 4), ("四", 10)]
    numbered = [f"{head}{number}" for head, count in sections for number in range(1, count + 1)]
    bracketed = [f"五({n})" for n in "一二三"] + [f"六({n})" for n in "一二三四"]
    assert [clause.id for clause in PLAN.clauses] == ["一", "二", *numbered, *bracketed, "附1", "附2", "附3"]


def test_the_document_is_cited() -> None:
    number = "灵党办〔2020〕43号"
    assert (PLAN.number, PLAN.index) == (number, "640181-001/2020-00040")
    assert PLAN.issued_on == date(2020, 6, 8) <= PLAN.last_checked


def test_annexes_say_they_are_not_public() -> None:
    assert all("没有公开" in PLAN.clause(annex).asks for annex in ("附1", "附2", "附3"))


def test_each_clause_is_told_in_a_few_sentences() -> None:
    for clause in PLAN.clauses:
        assert 1 <= clause.asks.count("。") <= 6, clause.id


def test_the_rules_are_these() -> None:
    assert [rule.id for rule in PLAN.rules] == [
        "village.skip_level_petition",
        "village.administrative_suit",
        "village.criminal_case",
        "village.designated",
        "village.disqualified",
        "township.binding_indicators",
        "township.safety_rank",
        "township.unbreached_share",
        "township.designated",
        "township.disqualified",
    ]
    assert {rule.fact for rule in PLAN.rules} - {None} == FACT_NAMES


def test_levels_and_verdicts_follow_the_ids() -> None:
    for rule in PLAN.rules:
        level, _, tail = rule.id.partition(".")
        assert rule.level is AreaLevel(level)
        assert rule.verdict is (Verdict(tail) if tail in {"designated", "disqualified"} else None)


def test_each_indicator_has_its_rule() -> None:
    joined = PLAN.rule("village.designated").all_of
    assert joined == tuple(f"village.{indicator}" for indicator in Indicator)
    assert [choice.value for choice in PLAN.reading("T-01").choices] == list(Indicator)
    assert [choice.label for choice in PLAN.reading("T-01").choices] == [each.label for each in Indicator]
    assert PLAN.reading("T-02").default == dict.fromkeys(Indicator, 0)


def test_numbers_of_the_plan() -> None:
    day = date(2026, 12, 31)
    assert PLAN.rule("township.unbreached_share").bound_on(day).number == Fraction(7, 10)
    assert PLAN.rule("township.disqualified").bound_on(day).number == Fraction(1, 2)
    assert PLAN.rule("township.safety_rank").bound_on(day).number == 2
    assert PLAN.value_on("award.township_yuan", day) == 100000
    assert PLAN.value_on("award.village_yuan", day) == 30000
    assert PLAN.value_on("binding_indicator.count", day) == 4
    assert PLAN.value_on("stationed.kinds", day) == len(StationedRole)


@pytest.mark.parametrize("each", NUMBERED, ids=lambda each: each.id)
def test_one_bound_is_in_force_every_day(each) -> None:
    if not each.bounds:
        return
    day = PLAN.issued_on
    while day <= PLAN.last_checked:
        assert each.bound_on(day).valid_from <= day
        day += timedelta(days=1)


def test_readings_and_obligations_are_complete() -> None:
    assert [reading.id for reading in PLAN.readings] == [f"T-{n:02d}" for n in range(1, 31)]
    assert [each.id for each in PLAN.obligations] == [f"O-{n:02d}" for n in range(1, 45)]


def test_no_obligation_is_given_a_deadline_of_ours_in_silence() -> None:
    quoted = {"O-16", "O-19", "O-21", "O-25", "O-26", "O-29", "O-33", "O-40"}
    assert {each.id for each in PLAN.obligations if each.due and not each.proposed} == quoted
    assert all(each.due for each in PLAN.obligations if each.proposed)


def test_annex_readings_are_ascii_identifiers() -> None:
    for reading in PLAN.readings:
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", choice.value) for choice in reading.choices), reading.id


def test_coverage_aims_at_sheets_that_are_read() -> None:
    sheets = {entry.target for entry in PLAN.coverage if entry.kind is CoverageKind.SHEET}
    assert sheets == {
        *("petition", "suit", "crime", "indicator_count", "nil_report", "ruling", "binding", "assessment"),
        *("sign_in", "dispute", "dispute_count", "centre", "office", "grid"),
        *(
            "duty_roster",
            "mediator_roster",
            "duty_list",
            "publication",
            "meeting",
            "report_filed",
            "reminder",
            "assessment_item",
            "item_score",
        ),
    }
    folder = SHIPPED.parent / "sheets"
    assert {name for name in sheets if not (folder / f"{name}.toml").is_file()} == set()


def test_what_is_called_not_yet_read_is_not_read() -> None:
    later = {entry.target for entry in PLAN.coverage if entry.kind is CoverageKind.LATER}
    assert {name for name in later if (SHIPPED.parent / "sheets" / f"{name}.toml").is_file()} == set()


def test_every_clause_is_covered_with_a_reason() -> None:
    for clause in PLAN.clauses:
        entries = PLAN.coverage_of(clause.id)
        assert entries, clause.id
        assert all(entry.why for entry in entries)


def test_the_shipped_plan_is_read_once() -> None:
    assert load_plan() is PLAN
    assert load_plan(SHIPPED) == PLAN


def test_asking_for_what_is_not_there() -> None:
    with pytest.raises(PlanError, match="no clause 七"):
        PLAN.clause("七")
    with pytest.raises(PlanError, match="no bound in force on 2020-06-07"):
        PLAN.value_on("award.village_yuan", date(2020, 6, 7))
    with pytest.raises(PlanError, match="T-03 has no choice x"):
        PLAN.reading("T-03").label_of("x")


# What the loader refuses


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in SHIPPED.glob("*.toml"):
        shutil.copy(file, tmp_path)
    return tmp_path


RANK = 'bound = [{ from = 2020-06-08, is = 2, clause = "六(四)" }]'
MISTAKES = tomllib.loads((Path(__file__).parent / "plan_mistakes.toml").read_text("utf-8"))["mistake"]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_our_own_mistakes_are_refused(folder: Path, mistake: dict[str, str]) -> None:
    path = folder / mistake["file"]
    text = path.read_text("utf-8")
    assert mistake["old"] in text, "the mistake hits nothing"
    path.write_text(text.replace(mistake["old"], mistake["put"], 1), "utf-8")
    with pytest.raises(PlanError, match=re.escape(mistake["says"])):
        load_plan(folder)


@pytest.mark.parametrize("name", ["clauses", "rules", "readings", "obligations", "coverage"])
def test_an_absent_file_is_refused(folder: Path, name: str) -> None:
    (folder / f"{name}.toml").unlink()
    with pytest.raises(PlanError, match=rf"{name}\.toml"):
        load_plan(folder)


def test_a_fact_written_but_used_by_no_rule_is_refused(folder: Path) -> None:
    with pytest.raises(PlanError, match=r"village\.mood: fact used by no rule"):
        load_plan(folder, FACT_NAMES | {"village.mood"})


def test_a_changed_number_is_one_more_bound(folder: Path) -> None:
    rules = folder / "rules.toml"
    text = rules.read_text("utf-8")
    assert text.count(RANK) == 1
    second = ', { from = 2027-01-01, until = 2027-12-31, is = 3, clause = "六(四)" }]'
    rules.write_text(text.replace(RANK, RANK[:-1] + second), "utf-8")
    rule = load_plan(folder).rule("township.safety_rank")
    assert rule.bound_on(date(2026, 12, 31)).number == 2
    assert rule.bound_on(date(2027, 1, 1)).number == 3
    assert rule.bound_on(date(2027, 12, 31)).number == 3
    with pytest.raises(PlanError, match="no bound in force on 2028-01-01"):
        rule.bound_on(date(2028, 1, 1))


# The switches of sanwu.toml


@pytest.mark.parametrize("reading", PLAN.readings, ids=lambda reading: reading.id)
def test_the_default_may_be_written_out(reading) -> None:
    value = list(reading.default) if reading.kind is ReadingKind.LIST else reading.default
    assert check_choice(reading, value) == reading.default


@pytest.mark.parametrize(
    "reading_id",
    ["T-03", "T-04", "T-05", "T-06", "T-08", "T-11", "T-12", "T-13", "T-18", "T-19", "T-21", "T-25"],
)
def test_every_choice_of_a_switch_is_accepted(reading_id: str) -> None:
    reading = PLAN.reading(reading_id)
    assert len(reading.choices) > 1
    assert [check_choice(reading, each.value) for each in reading.choices] == [
        each.value for each in reading.choices
    ]


def test_a_list_comes_back_in_the_order_of_the_choices() -> None:
    chosen = check_choice(PLAN.reading("T-01"), ["criminal_case", "skip_level_petition"])
    assert chosen == ("skip_level_petition", "criminal_case")


def test_limits_not_named_keep_their_default() -> None:
    chosen = check_choice(PLAN.reading("T-02"), {"criminal_case": 2})
    assert chosen == {"skip_level_petition": 0, "administrative_suit": 0, "criminal_case": 2}
    assert PLAN.reading("T-02").default == dict.fromkeys(Indicator, 0)


@pytest.mark.parametrize(
    ("reading_id", "value", "allowed"),
    [
        ("T-03", "exactly", "at_least（达到70%即够）"),
        ("T-03", True, "more_than"),
        ("T-03", ["at_least"], "at_least"),
        ("T-30", "missing_is_zero", "missing_is_unknown"),
        ("T-01", [], "criminal_case"),
        ("T-01", "criminal_case", "criminal_case"),
        ("T-01", ["criminal_case", "criminal_case"], "criminal_case"),
        ("T-01", [["criminal_case"]], "criminal_case"),
        ("T-01", ["fire"], "criminal_case（刑事案件）"),
        ("T-02", 0, "criminal_case"),
        ("T-02", {"criminal_case": -1}, "不小于0"),
        ("T-02", {"criminal_case": True}, "不小于0"),
        ("T-02", {"criminal_case": 1.0}, "不小于0"),
        ("T-02", {"fire": 1}, "criminal_case"),
    ],
)
def test_a_switch_that_is_not_allowed_is_a_usage_error(reading_id: str, value: object, allowed: str) -> None:
    with pytest.raises(SanwuError) as error:
        check_choice(PLAN.reading(reading_id), value)
    assert error.value.status is ExitStatus.USAGE
    assert reading_id in error.value.message
    assert allowed in error.value.remedy
    assert error.value.place == f"[readings] {reading_id}"


def test_every_switch_in_use_is_followed_by_code() -> None:
    code = "".join(path.read_text("utf-8") for path in sorted(SHIPPED.parent.rglob("*.py")))
    switches = {
        reading.id
        for reading in PLAN.readings
        if reading.in_use and (len(reading.choices) > 1 or reading.kind is not ReadingKind.CHOICE)
    }
    idle = {reading for reading in switches if f'"{reading}"' not in code}
    assert idle == set(), "write in_use = false beside these in readings.toml, or make the code follow them"


def test_a_switch_nothing_follows_yet_may_not_be_set() -> None:
    with pytest.raises(SanwuError, match="本版还没有用到"):
        check_choice(replace(PLAN.reading("T-22"), in_use=False), "inside")


def test_all_readings_get_a_value() -> None:
    chosen = resolve_choices(PLAN, {"T-06": "more_than"})
    assert list(chosen) == [reading.id for reading in PLAN.readings]
    assert (chosen["T-03"], chosen["T-06"]) == ("at_least", "more_than")


def test_a_reading_the_plan_does_not_have_is_a_usage_error() -> None:
    with pytest.raises(SanwuError, match="没有“T-31”这条口径") as error:
        resolve_choices(PLAN, {"T-31": "x"})
    assert error.value.status is ExitStatus.USAGE
    assert "T-01" in error.value.remedy
