"""Scenarios: small years told in scenarios/*.toml, and what a rule or a reading must say of them."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from text_tables import call_json, make_workspace

from sanwu_cli.model import Area, Place, Source
from sanwu_cli.periods import Month, Period
from sanwu_cli.plan.evaluate import explain_rule, judge_township, judge_village
from sanwu_cli.plan.facts import Case
from sanwu_cli.plan.loader import load_plan, resolve_choices
from sanwu_cli.plan.records import ReadingKind
from sanwu_cli.plan.tally import open_year
from sanwu_cli.records import Binding, Count, Incident, Report, YearRecords
from sanwu_cli.settings import Settings
from sanwu_cli.terms import Answer, AreaKind, AreaLevel, Flag, IncidentStatus, Indicator, Verdict

FOLDER = Path(__file__).parent / "scenarios"
FILES = sorted(FOLDER.glob("*.toml"))
SOURCE = Source("表.xlsx", "0" * 64, "Sheet1", 5)
ALL, EMPTY = "全部", "空"
# Readings in use that no verdict, score or roster follows; they are looked after elsewhere.
NOT_JUDGED: dict[str, str] = {}
BINDINGS = ["否", "否", "否", "否"]
KEYS = {
    *("name", "why", "year", "as_of", "towns", "not_competing", "lives", "cases", "held", "unreported"),
    *("counts", "scores", "bindings", "readings", "area", "rule", "answer", "seen", "gaps", "verdict"),
    *("flags", "unbreached", "all_breached", "rank", "count"),
    *("book", "steps", "expect"),
}


@dataclass(frozen=True)
class Told:
    """One scenario: the file it stands in, the rule or reading that file is about, what is told."""

    file: str
    subject: str
    told: dict[str, Any]


def read_scenarios() -> list[Told]:
    """Read every scenario; a file is called by its rule or reading."""
    found = []
    for path in FILES:
        table = tomllib.loads(path.read_text("utf-8"))
        found += [Told(path.name, path.stem, told) for told in table["scenario"]]
    return found


SCENARIOS = read_scenarios()
FACT_SCENARIOS = [s for s in SCENARIOS if "book" not in s.told]
SHEET_SCENARIOS = [s for s in SCENARIOS if "book" in s.told]


def name_of(scenario: Told) -> str:
    return f"{scenario.subject}：{scenario.told['name']}"


# --- from what is told to a case


class World:
    """The invented county of one scenario; villages are called 甲镇1村, 甲镇2村 … in the order of `towns`."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.year = told.get("year", 2026)
        self.towns = told.get("towns", {"甲镇": 1})
        self.codes: dict[str, str] = {}
        for number, (town, villages) in enumerate(self.towns.items(), start=101):
            self.codes[town] = f"649901{number}"
            for step in range(1, villages + 1):
                self.codes[f"{town}{step}村"] = f"649901{number}{200 + step}"

    def find(self, text: str) -> list[str]:
        """Find the codes of “甲镇”, “甲镇3村”, “甲镇3—5村” or several with “、” between."""
        found = []
        for part in text.split("、"):
            span = re.fullmatch(r"(\D+)(\d+)—(\d+)村", part)
            names = [f"{span[1]}{n}村" for n in range(int(span[2]), int(span[3]) + 1)] if span else [part]
            found += [self.codes[name] for name in names]
        return found

    def areas(self) -> tuple[Area, ...]:
        lives = {life["area"]: life for life in self.told.get("lives", ())}
        return tuple(self._area(name, code, lives.get(name, {})) for name, code in self.codes.items())

    def _area(self, name: str, code: str, life: dict[str, Any]) -> Area:
        is_town = name in self.towns
        into = life.get("into")
        return Area(
            code,
            name,
            AreaKind.TOWN if is_town else AreaKind.VILLAGE,
            "649901" if is_town else code[:9],
            name not in self.told.get("not_competing", ()),
            life.get("from"),
            life.get("to"),
            self.codes[into] if into else None,
        )

    def incidents(self) -> tuple[Incident, ...]:
        made = []
        for number, (where, indicator, how_many, *day) in enumerate(self.told.get("cases", ())):
            when = day[0] if day else date(self.year, 5, 5)
            shared = "、" in where
            groups = [self.find(where)] if shared else [[code] for code in self.find(where)]
            made += [
                self._incident(f"{number}-{codes[0]}-{step}", indicator, when, codes)
                for codes in groups
                for step in range(how_many)
            ]
        for number, (where, indicator, how_many) in enumerate(self.told.get("held", ())):
            codes = self.find(where)
            if where in self.towns:
                codes = [code for code in self.codes.values() if code.startswith(codes[0]) and len(code) > 9]
            place = Place(None, codes[0][:9], tuple(codes))
            made += [
                Incident(
                    f"挂起{number}-{step}",
                    Indicator.of_label(indicator),
                    "",
                    date(self.year, 5, 5),
                    (place,),
                    IncidentStatus.HELD,
                    None,
                    (SOURCE,),
                )
                for step in range(how_many)
            ]
        return tuple(made)

    def _incident(self, key: str, indicator: str, day: date, codes: list[str]) -> Incident:
        places = tuple(Place(code, code[:9]) for code in codes)
        kind = Indicator.of_label(indicator)
        return Incident(key, kind, key, day, places, IncidentStatus.COUNTED, None, (SOURCE,))

    def reports(self) -> tuple[Report, ...]:
        """Everything is reported for the whole county, but for what is told to be unreported."""
        missing: dict[tuple[Indicator, Month], set[str]] = {}
        for what, span, *where in self.told.get("unreported", ()):
            for indicator in list(Indicator) if what == ALL else [Indicator.of_label(what)]:
                for month in Period.of_text(span).months():
                    missing.setdefault((indicator, month), set()).add(where[0] if where else ALL)
        made = []
        for indicator in Indicator:
            for month in Period.of_year(self.year).months():
                gaps = missing.get((indicator, month), set())
                span = Period(month, month)
                if not gaps:
                    made.append(Report(indicator, span, None, SOURCE))
                elif ALL not in gaps:
                    towns = [
                        code for name, code in self.codes.items() if name in self.towns and name not in gaps
                    ]
                    made += [Report(indicator, span, town, SOURCE) for town in towns]
        return tuple(made)

    def counts(self) -> tuple[Count, ...]:
        return tuple(
            Count(Indicator.of_label(what), Period.of_text(span), code, number, SOURCE)
            for where, what, span, number in self.told.get("counts", ())
            for code in self.find(where)
        )

    def bindings(self) -> tuple[Binding, ...]:
        meaning = {"是": True, "否": False, EMPTY: None}
        given = self.told.get("bindings", {})
        return tuple(
            Binding(self.year, self.codes[town], f"指标{n}", meaning[word], "文", SOURCE)
            for town in self.towns
            for n, word in enumerate(given.get(town, BINDINGS), start=1)
        )

    def scores(self) -> dict[str, Decimal | None]:
        given = self.told.get("scores") or {town: str(90 - n) for n, town in enumerate(self.towns)}
        return {self.codes[t]: None if text == EMPTY else Decimal(text) for t, text in given.items()}

    def build(self) -> Case:
        """Open the year; `as_of` is the assessment day (default: the last day of the year)."""
        plan = load_plan()
        readings = resolve_choices(plan, self.told.get("readings", {}))
        settings = Settings("清河市", "649901", "", readings, frozenset())
        records = YearRecords(
            self.year, self.areas(), self.incidents(), self.reports(), self.counts(), self.bindings()
        )
        day = self.told.get("as_of", date(self.year, 12, 31))
        book = open_year(records, day=day, period=Period.of_year(self.year))
        return Case(
            book,
            readings,
            settings.indicators,
            settings.limits,
            int(plan.value_on("binding_indicator.count", day)),
            frozenset(town.code for town in book.townships if town.competes),
            self.scores(),
        )


def describe(told: dict[str, Any], rule_id: str) -> dict[str, Any]:
    """Say everything a scenario may ask for about its area, in the words it uses."""
    plan, world = load_plan(), World(told)
    case = world.build()
    code = world.codes[told["area"]]
    rule = plan.rule(rule_id)
    reason = explain_rule(plan, case, rule, code)
    area = next(a for a in case.book.records.areas if a.code == code)
    seen: dict[str, Any] = {"answer": reason.answer.label, "seen": reason.seen, "gaps": list(reason.gaps)}
    if rule.level is AreaLevel.VILLAGE:
        judged = judge_village(plan, case, area, competes=area.competes, due=frozenset())
    else:
        judged = judge_township(plan, case, area, competes=area.competes, confirmed=frozenset())
        seen |= {
            "unbreached": list(judged.unbreached),
            "all_breached": list(judged.all_breached),
            "rank": judged.rank,
            "count": judged.village_count,
        }
    return seen | {"verdict": judged.verdict.label, "flags": [flag.label for flag in judged.flags]}


@pytest.mark.parametrize("scenario", FACT_SCENARIOS, ids=name_of)
def test_the_rule_says_what_the_scenario_tells(scenario: Told) -> None:
    told = scenario.told
    rule = told.get("rule", scenario.subject)
    seen = describe(told, rule)
    expected = {key: told[key] for key in seen if key in told}
    assert expected == {key: seen[key] for key in expected}


@pytest.mark.parametrize("scenario", SHEET_SCENARIOS, ids=name_of)
def test_the_program_says_what_the_sheets_tell(scenario: Told, tmp_path: Path, capsys: Any) -> None:
    told = scenario.told
    lines = [f'"{key}" = {write_toml(value)}' for key, value in told.get("readings", {}).items()]
    workspace = make_workspace(tmp_path / "w", {**told, "settings": "[readings]\n" + "\n".join(lines) + "\n"})
    for step in told["steps"]:
        status, document = call_json(capsys, workspace, *step.split())
        assert status in (0, 1), f"{step} ended with {status}"
    for path, expected in told["expect"].items():
        assert find_value(document, path) == (None if expected == EMPTY else expected), path


def write_toml(value: Any) -> str:
    """Write a reading's value as it stands in sanwu.toml."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {write_toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value)


def find_value(document: Any, path: str) -> Any:
    """Follow “villages/东堤村/verdict”: keys of objects, and in a list what has this name, code or date."""
    for key in path.split("/"):
        if isinstance(document, list):
            named = [entry for entry in document if key in (entry.get("name"), entry.get("code"))]
            document = named[0] if named else [entry[key] for entry in document]
        else:
            document = document[key]
    return document


# --- nothing is left out


def test_every_rule_has_a_file_with_one_example_of_each_answer() -> None:
    for rule in load_plan().rules:
        answers = {s.told.get("answer") for s in FACT_SCENARIOS if s.told.get("rule", s.subject) == rule.id}
        own = [s for s in SCENARIOS if s.subject == rule.id]
        assert own, f"no scenarios/{rule.id}.toml"
        assert answers >= {answer.label for answer in Answer}, f"{rule.id} has only {answers}"


def test_every_reading_in_use_has_a_scenario_for_each_of_its_choices() -> None:
    for reading in load_plan().readings:
        if not reading.in_use or reading.id in NOT_JUDGED:
            continue
        is_switch = reading.kind is not ReadingKind.CHOICE or len(reading.choices) > 1
        chosen = [s.told.get("readings", {}).get(reading.id) for s in SCENARIOS if s.subject == reading.id]
        wanted = (
            {choice.value for choice in reading.choices} - {reading.default}
            if reading.kind is ReadingKind.CHOICE
            else set()
        )
        assert None in chosen, f"{reading.id}: no scenario under the default"
        assert wanted <= {c for c in chosen if isinstance(c, str)}, f"{reading.id}: {wanted} not all told"
        assert len(chosen) > chosen.count(None) or not is_switch, f"{reading.id}: no other choice is told"


def test_every_file_is_about_a_rule_or_reading_of_the_plan() -> None:
    plan = load_plan()
    known = {rule.id for rule in plan.rules} | {reading.id for reading in plan.readings}
    for scenario in SCENARIOS:
        assert scenario.subject in known, f"{scenario.file} is about nothing in the plan"
        if "rule" in scenario.told:
            plan.rule(scenario.told["rule"])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_every_scenario_can_be_read_by_a_person(scenario: Told) -> None:
    told = scenario.told
    assert set(told) <= KEYS, f"unknown key {set(told) - KEYS}"
    for key in ("name", "why"):
        assert re.search(r"[\u4e00-\u9fff]", told[key]), f"{key} is not Chinese"
    assert told["why"].endswith("。")
    assert {"answer", "verdict", "expect"} & set(told), "it asks for nothing"
    assert told.get("answer") in {None, *(answer.label for answer in Answer)}
    assert told.get("verdict") in {None, *(verdict.label for verdict in Verdict)}
    assert set(told.get("flags", ())) <= {flag.label for flag in Flag}


def test_no_two_scenarios_have_one_name() -> None:
    names = [name_of(scenario) for scenario in SCENARIOS]
    assert len(names) == len(set(names))
