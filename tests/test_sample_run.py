"""The whole year of the sample city, held against truth.json, which the generator counted by itself."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from workspaces import hash_tree

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus
from sanwu_cli.ledger.store import Ledger

CITY = Path(__file__).parents[1] / "sample_data" / "city"
TRUTH = json.loads((CITY / "truth.json").read_text("utf-8"))
PUBLISHED = json.loads((CITY.parent / "city_maker" / "published.json").read_text("utf-8"))
YEAR = TRUTH["city"]["year"]
MONTHS = [f"{YEAR}-{number:02d}" for number in range(1, 13)]
CLASSES = ("rows", "new", "same", "changed", "held", "ignored")
FINE = (ExitStatus.CLEAN, ExitStatus.FINDINGS)


@dataclass(frozen=True)
class Said:
    """What a run of the program gave."""

    status: int
    out: str
    err: str


def call(workspace, *arguments):
    """Run a command on the workspace, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([str(argument) for argument in ("-w", workspace, *arguments)])
    return Said(status, out.getvalue(), err.getvalue())


def ask(workspace, *arguments):
    """Run a command with --format json; it ends clean or with findings."""
    said = call(workspace, *arguments, "--format", "json")
    assert said.status in FINE, said.err
    return json.loads(said.out)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A new workspace with the sample city."""
    path = tmp_path_factory.mktemp("样例") / "清河"
    assert call(path, "init", path, "--demo").status == ExitStatus.CLEAN
    return path


@pytest.fixture(scope="module")
def imports(demo):
    """Both imports of the whole inbox."""
    return [ask(demo, kind, "import", demo / "inbox") for kind in ("incidents", "records")]


@pytest.fixture(scope="module")
def year(demo, imports):
    """The year's score after the imports."""
    assert all(answer["applied"] for answer in imports)
    return ask(demo, "score", "year", "--year", YEAR)


@pytest.fixture(scope="module")
def late(demo, imports, tmp_path_factory):
    """The score after the missing sheet has come, and the import that brought it."""
    assert imports
    copy = tmp_path_factory.mktemp("补报") / "清河"
    shutil.copytree(demo, copy)
    path = copy / "inbox" / MONTHS[2] / Path(TRUTH["late_file"]["file"]).name
    shutil.copyfile(CITY / TRUTH["late_file"]["file"], path)
    answer = ask(copy, "incidents", "import", path)
    return answer, ask(copy, "score", "year", "--year", YEAR), copy


# -- the imports -------------------------------------------------------------------------------------------


def describe(sheet):
    return {key: sheet[key] for key in ("sheet", "id", "period", "coverage", *CLASSES)}


def test_a_demo_has_the_registers_and_the_inbox_of_the_city_byte_for_byte(demo):
    for part in ("registers", "inbox"):
        assert hash_tree(demo / part) == hash_tree(CITY / part)


def test_every_file_is_read_as_the_generator_wrote_it(imports):
    """Each sheet's kind, span and coverage, and what a first import makes of its rows."""
    seen = {}
    for answer in imports:
        for file in answer["files"]:
            for sheet in file["sheets"]:
                if sheet["rows"] or file["file"] not in seen:
                    seen.setdefault(file["file"], {})[sheet["sheet"]] = describe(sheet)
    for file in TRUTH["files"]:
        expected = {sheet["sheet"]: describe(sheet) for sheet in file["sheets"]}
        assert seen[file["file"]] == expected, file["file"]
    assert sorted(seen) == sorted(file["file"] for file in TRUTH["files"])


def test_the_classes_of_all_rows_add_up_to_the_totals(imports):
    totals = Counter()
    for answer in imports:
        for file in answer["files"]:
            for sheet in file["sheets"]:
                assert sheet["rows"] == sum(sheet[name] for name in CLASSES[1:])
                totals.update({name: sheet[name] for name in CLASSES})
    assert dict(totals) == TRUTH["totals"]


def test_every_row_that_is_not_plainly_taken_in_is_named_with_its_reason(imports):
    for answer in imports:
        for file in answer["files"]:
            for sheet in file["sheets"]:
                listed = Counter(detail["class"] for detail in sheet["details"])
                assert listed == {n: sheet[n] for n in ("changed", "held", "ignored") if sheet[n]}
                assert all(detail["why"] and detail["row"] for detail in sheet["details"])


def fold_number(text):
    """Write the year of a number as the ledger does, in round brackets."""
    return text.translate(str.maketrans("〔〕()", "（）（）"))


def test_the_ledger_holds_exactly_the_citys_cases(demo, imports):
    assert imports
    incidents = ask(demo, "incidents", "list")["incidents"]
    seen = {(i["indicator"], i["case_number"]): i for i in incidents if i["case_number"]}
    expected = {(i["indicator"], fold_number(i["case_number"])): i for i in TRUTH["incidents"]}
    assert seen.keys() == expected.keys()
    assert len(seen) == len(incidents), "each number once, and nothing without a number"
    for key, truth in expected.items():
        found = seen[key]
        assert found["filed_on"] == truth["filed_on"], key
        assert found["counts"] == truth["counts"], key
        assert found["reason"] == truth["reason"], key
        assert (found["status"] == "held") == truth["held"], key
        assert found["township_code"] == truth["township_code"], key
        if not truth["held"]:
            assert found["area_code"] == truth["area_code"], key


def test_taking_everything_in_again_adds_nothing(demo, imports):
    assert imports
    before = (demo / "ledger.db").read_bytes()
    for kind, first in zip(("incidents", "records"), imports, strict=True):
        again = ask(demo, kind, "import", demo / "inbox")
        totals = Counter()
        for file in again["files"]:
            for sheet in file["sheets"]:
                totals.update({name: sheet[name] for name in CLASSES})
        assert (totals["new"], totals["changed"]) == (0, 0)
        assert totals["rows"] == sum(s["rows"] for f in first["files"] for s in f["sheets"])
    assert (demo / "ledger.db").read_bytes() == before


# -- the year ----------------------------------------------------------------------------------------------


def judge_villages(answer):
    return {
        village["code"]: {
            "name": village["name"],
            "township": village["township"],
            "indicators": village["indicators"],
            "verdict": village["verdict"],
            "may_be_disqualified": "may_be_disqualified" in village["flags"],
            "missing": village["missing"],
        }
        for village in answer["villages"]
    }


def judge_townships(answer):
    return {
        town["code"]: {
            "name": town["name"],
            "competes": town["competes"],
            "village_count": town["village_count"],
            "unbreached": town["unbreached"],
            "all_breached": town["all_breached"],
            "conditions": town["conditions"] if town["competes"] else None,
            "safety_rank": town["safety_rank"],
            "tied": "tied_rank" in town["flags"],
            "verdict": town["verdict"],
            # The score of a unit that is not ranked is shown or not, as the program likes.
            "safety_score": town["safety_score"] if town["competes"] else None,
        }
        for town in answer["townships"]
    }


def expect(judged, *, without_scores=()):
    rows = {}
    for row in judged:
        rows[row["code"]] = {key: value for key, value in row.items() if key != "code"}
        if row["code"] in without_scores:
            rows[row["code"]]["safety_score"] = None
    return rows


FARMS = [town["code"] for town in TRUTH["townships"] if not town["competes"]]


def test_every_village_of_the_year_is_judged_as_counted(year):
    seen, expected = judge_villages(year), expect(TRUTH["villages"])
    assert seen.keys() == expected.keys()
    for code, village in expected.items():
        assert seen[code] == village, village["name"]


def test_every_township_of_the_year_is_judged_as_counted(year):
    seen, expected = judge_townships(year), expect(TRUTH["townships"], without_scores=FARMS)
    assert seen.keys() == expected.keys()
    for code, town in expected.items():
        assert seen[code] == town, town["name"]


def test_the_awards_are_those_counted(year):
    assert year["awards"] == TRUTH["awards"]
    assert (year["year"], year["as_of"]) == (YEAR, TRUTH["city"]["as_of"])


def test_who_has_not_reported_which_month_is_said(demo, year):
    assert year
    seen = [
        {"indicator": row["indicator"], "month": gap["month"], "township": township}
        for row in ask(demo, "score", "month", MONTHS[-1])["completeness"]
        for gap in row["missing"]
        for township in gap["townships"]
    ]
    expected = [{key: row[key] for key in ("indicator", "month", "township")} for row in TRUTH["missing"]]
    assert seen == expected


def test_the_late_sheet_is_read_as_written_and_closes_the_year(late):
    answer, year, _ = late
    (file,) = answer["files"]
    assert [describe(sheet) for sheet in file["sheets"]] == [
        describe(sheet) for sheet in TRUTH["late_file"]["sheets"]
    ]
    truth = TRUTH["after_late_file"]
    assert judge_villages(year) == expect(truth["villages"])
    assert judge_townships(year) == expect(truth["townships"], without_scores=FARMS)
    assert year["awards"] == truth["awards"]


def test_undoing_the_late_sheet_opens_the_year_again(late, year):
    *_, copy = late
    assert call(copy, "incidents", "undo").status == ExitStatus.CLEAN
    assert ask(copy, "score", "year", "--year", YEAR) == year


def test_stories_are_flagged(year):
    flags = {row["code"]: row["flags"] for row in (*year["villages"], *year["townships"])}
    stories = TRUTH["stories"]
    assert "merged" in flags[stories["villages_merged"]["into"]]
    assert "merged" in flags[stories["township_merged"]["into"]]
    assert "may_be_disqualified" in flags[stories["may_be_disqualified"]]


# -- the duty rosters --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rosters(demo):
    """The year's rosters in one: the year is solved as a whole whatever month is asked for."""
    answer = ask(demo, "roster", "generate", "--year", YEAR)
    assert set(answer["months"]) == set(MONTHS)
    return answer


def choose_month(rosters, month):
    """Give the duties and the gaps of a month; no duty of the city moves into another one."""
    duties = [duty for duty in rosters["duties"] if duty["date"].startswith(month)]
    return duties, [gap for gap in rosters["unfilled"] if gap["month"] == month]


def test_a_month_asked_for_alone_is_the_years(demo, rosters):
    alone = ask(demo, "roster", "generate", "--month", MONTHS[9])
    assert (alone["duties"], alone["unfilled"]) == choose_month(rosters, MONTHS[9])


@pytest.mark.parametrize("month", MONTHS)
def test_every_township_has_its_duty_day_and_only_the_known_gap(rosters, month):
    answer, unfilled = choose_month(rosters, month)
    days = TRUTH["duty_days"][month]
    duties = [duty for duty in answer if duty["role"] != "mediator"]
    assert {duty["area_code"] for duty in duties} <= days.keys()
    for duty in duties:
        day = days[duty["area_code"]]
        assert duty["date"] == day["date"]
        assert (duty["moved_from"] or duty["date"]) == day["rule_day"]
    gaps = [{key: gap[key] for key in ("area_code", "role", "month")} for gap in unfilled]
    assert gaps == [gap for gap in TRUTH["unfilled"] if gap["month"] == month]
    assert all(gap["reasons"] for gap in unfilled)
    filled = Counter(duty["area_code"] for duty in duties)
    filled.update(gap["area_code"] for gap in gaps)
    assert filled == dict.fromkeys(days, 3), "a judge, a prosecutor and a lawyer each"
    built = sorted([d[key] for key in ("date", "area_code", "role", "person_id", "person")] for d in duties)
    assert built == [line for line in PUBLISHED if line[0].startswith(month)], (
        "the sign-ins rest on city_maker/published.json: write it anew with sample_data/publish_rosters.py"
    )


# -- month end after month end -----------------------------------------------------------------------------


def end_month(path, month):
    """Run one month end."""
    said = call(path, "month-end", month, "--as-of", f"{YEAR + 1}-01-05")
    assert said.status in FINE, (month, said.err)


@pytest.fixture(scope="module")
def year_of_month_ends(demo, tmp_path_factory):
    """A workspace whose inbox filled month by month, a month end after each."""
    path = tmp_path_factory.mktemp("全年") / "清河"
    shutil.copytree(demo, path, ignore=shutil.ignore_patterns("ledger.db", "inbox", "out"))
    for month in MONTHS:
        source = CITY / "inbox" / month
        if source.exists():
            shutil.copytree(source, path / "inbox" / month)
        end_month(path, month)
    return path


def forget_runs(year):
    """Leave out which run brought a ruling: that is history, twelve runs here and one there."""
    return year | {"rulings": [{k: v for k, v in line.items() if k != "run"} for line in year["rulings"]]}


def test_month_ends_one_by_one_reach_the_same_year(year_of_month_ends, year):
    seen = ask(year_of_month_ends, "score", "year", "--year", YEAR)
    assert len(seen["rulings"]) == len(TRUTH["work"]["decisions"]["rulings"])
    assert forget_runs(seen) == forget_runs(year)


def test_running_month_ends_again_changes_nothing(year_of_month_ends):
    path = year_of_month_ends
    contents = Ledger(path / "ledger.db").read()
    assert [len(contents.runs), len(contents.receipts)] > [12, len(TRUTH["files"])]
    inbox = hash_tree(path / "inbox")
    out = hash_tree(path / "out")
    end_month(path, MONTHS[-1])
    assert hash_tree(path / "out") == out
    # A month before December was written while later sheets had not come; run once more it says what is
    # known now, and from then on nothing changes any more.
    early = MONTHS[3]
    end_month(path, early)
    known = hash_tree(path / "out")
    following = MONTHS[4]
    assert {name.partition("/")[0] for name in known if known[name] != out.get(name)} <= {early, following}
    end_month(path, early)
    assert hash_tree(path / "out") == known
    assert Ledger(path / "ledger.db").read() == contents
    assert hash_tree(path / "inbox") == inbox, "what came is never modified"


def test_december_writes_what_is_handed_on(year_of_month_ends):
    written = [name for name in hash_tree(year_of_month_ends / "out") if "." in name]
    for month in MONTHS:
        assert any(name.startswith(f"{month}/") and name.endswith(".docx") for name in written), month
    assert any(name.startswith(f"{YEAR}/") and name.endswith(".xlsx") for name in written)
    assert any("附件3" in name for name in written)
    assert not [name for name in written if "tmp" in name]


def test_out_can_be_thrown_away_and_comes_back_identical(year_of_month_ends):
    path = year_of_month_ends
    folders = (f"{MONTHS[-1]}/", f"{YEAR}/")
    before = {name: data for name, data in hash_tree(path / "out").items() if name.startswith(folders)}
    shutil.rmtree(path / "out")
    for month in MONTHS[-2:]:  # November's month end writes December's roster
        assert call(path, "month-end", month, "--as-of", f"{YEAR + 1}-01-05").status in FINE
    after = {name: data for name, data in hash_tree(path / "out").items() if name.startswith(folders)}
    assert after == before
    assert len(after) > 5
