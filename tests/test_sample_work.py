"""The sample city's year of work, held against what the generator counted by itself (truth.json, `work`)."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus

CITY = Path(__file__).parents[1] / "sample_data" / "city"
TRUTH = json.loads((CITY / "truth.json").read_text("utf-8"))
WORK = TRUTH["work"]
YEAR = TRUTH["city"]["year"]
FINE = (ExitStatus.CLEAN, ExitStatus.FINDINGS)
# How the ledger of centres calls an item, and the program's own name for it.
ITEMS = {
    "网格化管理中心": "grid_centre",
    "群众来访接待窗口": "reception_window",
    "一村双警警务室": "police_room",
    "公共服务窗口": "service_window",
    "治安联防": "joint_prevention",
}


def call(workspace, *arguments):
    """Run a command on the workspace, in this process; it ends clean or with findings."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([str(argument) for argument in ("-w", workspace, *arguments)])
    assert status in FINE, err.getvalue()
    return out.getvalue()


def ask(workspace, *arguments):
    """Run a command with --format json."""
    return json.loads(call(workspace, *arguments, "--format", "json"))


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The sample city with the whole inbox taken in."""
    path = tmp_path_factory.mktemp("样例") / "清河"
    call(path, "init", path, "--demo")
    call(path, "incidents", "import", path / "inbox")
    call(path, "records", "import", path / "inbox")
    return path


def test_the_sheets_of_the_years_work_are_read_without_an_error(city):
    """Besides the one planted village nobody knows, nothing of the inbox is an error."""
    answer = ask(city, "check", city / "inbox")
    assert [f["code"] for f in answer["findings"] if f["severity"] == "error"] == ["AREA-VILLAGE-UNKNOWN"]


# -- attendance --------------------------------------------------------------------------------------------


def show_attendance(city, month, *more):
    as_of = WORK["attendance"]["as_of"]
    return ask(city, "attendance", "show", "--month", month, "--as-of", as_of, *more)


def count_attendance(figures):
    """Lay the program's figures out as truth.json does."""
    return {
        line["key"]: {
            **{
                name: line[name]
                for name in ("duties", "present", "late", "made_up", "substituted", "unknown", "absent")
            },
            "early": line["left_early"],
            "unplanned": line["unplanned"],
            "consulted": line["consulted"]["low"],
            "mediated": line["mediated"]["low"],
            "blank": line["consulted"]["blank"],
        }
        for line in figures
    }


@pytest.mark.parametrize("month", WORK["attendance"]["months"])
def test_attendance_of_each_township_is_what_happened(city, month):
    answer = show_attendance(city, month, "--by", "township")
    assert count_attendance(answer["figures"]) == WORK["attendance"]["months"][month]


def test_publishing_the_rosters_changes_no_attendance(city):
    month = "2026-03"
    before = show_attendance(city, month, "--by", "township")["figures"]
    call(city, "roster", "publish", "--month", month, "--role", "法官", "--as-of", "2026-02-27")
    assert show_attendance(city, month, "--by", "township")["figures"] == before


def test_the_name_nobody_bears_is_told_and_takes_nobody_for_absent(city):
    answer = show_attendance(city, "2026-10", "--by", "township")
    assert [f["code"] for f in answer["findings"] if f["severity"] == "error"] == ["PERSON-UNKNOWN"]
    (line,) = [line for line in answer["figures"] if line["key"] == "649901104"]
    assert (line["unknown"], line["absent"]) == (1, 0)


def test_steps_nobody_took_stay_open_and_steps_taken_are_done(city):
    answer = ask(city, "attendance", "show", "--year", YEAR, "--as-of", WORK["attendance"]["as_of"])
    steps = {(s["person_id"], s["absent_on"], s["step"]): s["state"] for s in answer["proposals"]}
    still_open = {key for key, state in steps.items() if state != "done"}
    assert still_open == {
        (s["person_id"], s["absent_on"], s["step"]) for s in WORK["decisions"]["steps_open"]
    }
    taken = {(s["person_id"], s["absent_on"]) for s in WORK["decisions"]["steps_taken"]}
    assert {key[:2] for key, state in steps.items() if state == "done"} == taken


# -- disputes, centres, offices, grids ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def grassroots(city):
    """The grassroots of the year, as known on its last day."""
    return ask(city, "grassroots", "show", "--year", YEAR, "--as-of", WORK["disputes"]["as_of"])


def test_disputes_of_each_township_are_counted(grassroots):
    names = {"registered": "intake", "settled": "settled", "open": "open", "overdue": "overdue"}
    seen = {
        town["code"]: {ours: town[theirs] for ours, theirs in names.items()}
        for town in grassroots["disputes"]["townships"]
        if town["intake"]["low"]
    }
    expected = {
        code: {name: {"low": count, "high": count} for name, count in line.items()}
        for code, line in WORK["disputes"]["townships"].items()
    }
    assert seen == expected


def test_the_disputes_past_their_day_are_named(grassroots):
    overdue = [dispute["case_number"] for dispute in grassroots["disputes"]["overdue"]]
    assert sorted(overdue) == WORK["disputes"]["overdue"]


def test_the_figures_that_disagree_with_the_ledger_are_told(grassroots):
    planted = WORK["disputes"]["disagreement"]
    month = int(planted["month"][-2:])
    told = [f for f in grassroots["findings"] if f["code"] == "DISPUTE-COUNT-DIFFERS"]
    (only,) = told
    assert only["file"].endswith(f"{month}月矛盾纠纷统计表.xlsx")
    assert "长桥镇" in only["message"]


def list_centres(grassroots):
    for town in grassroots["centres"]["townships"]:
        yield from (town["own"], *town["villages"])


def test_what_the_centres_lack_and_what_nobody_verified_is_told(grassroots):
    planted = WORK["grassroots"]
    lacking = {(c["code"], item) for c in list_centres(grassroots) for item in c["lacking"]}
    assert lacking == {(line["area"], ITEMS[line["item"]]) for line in planted["items_lacking"]}
    unverified = {
        (c["code"], item)
        for c in list_centres(grassroots)
        if c["state"] != "no_record"
        for item in c["unverified"]
    }
    assert unverified == {(line["area"], ITEMS[line["item"]]) for line in planted["items_unknown"]}
    nowhere = [c["code"] for c in list_centres(grassroots) if c["state"] == "no_record"]
    assert nowhere == [planted["centre_lacking"]]


def test_the_village_without_a_grid_and_the_grid_without_a_worker_are_found(grassroots):
    planted = WORK["grassroots"]
    villages = [v for town in grassroots["grids"]["townships"] for v in town["villages"]]
    assert [v["code"] for v in villages if v["presence"] != "present"] == [planted["village_without_grid"]]
    grids = [grid for village in villages for grid in village["grids"]]
    assert len(grids) == planted["grids"]
    assert [g["number"] for g in grids if g["state"] != "staffed"] == [planted["grid_without_worker"]]


def test_the_offices_of_the_fengqiao_kind_are_named(grassroots):
    offices = [
        office
        for town in grassroots["offices"]["townships"]
        for kind in ("police_station", "judicial_office")
        for office in town[kind]
    ]
    assert sorted(o["name"] for o in offices if o["is_fengqiao"]) == WORK["grassroots"]["fengqiao"]
    none = [t["code"] for t in grassroots["offices"]["townships"] if "police_station" in t["no_record"]]
    assert none == [WORK["grassroots"]["stations_lacking"]]


# -- rulings and the objection -----------------------------------------------------------------------------


def test_rulings_change_cases_and_no_verdict(city):
    rulings = {(r["case_number"], r["matter"]): r for r in WORK["decisions"]["rulings"]}
    cases = {case["case_number"]: case for case in ask(city, "incidents", "list")["incidents"]}
    for (number, matter), ruling in rulings.items():
        case = cases[number]
        if matter == "remove":
            assert (case["counts"], case["reason"]) == (False, "by_ruling")
        if matter == "move":
            assert (case["counts"], case["area_code"]) == (True, ruling["target"])
        if matter == "uphold":
            assert case["counts"]


def test_the_objection_was_open_in_november_and_is_decided_in_december(city):
    (number,) = [r["case_number"] for r in WORK["decisions"]["rulings"] if r["matter"] == "object"]
    (open_then,) = ask(city, "incidents", "objections", "--as-of", WORK["due"]["as_of"])["objections"]
    (decided,) = ask(city, "incidents", "objections", "--as-of", f"{YEAR}-12-31")["objections"]
    assert (open_then["id"], open_then["state"], open_then["timing"]) == (number, "pending", "in_time")
    assert (decided["state"], decided["decision"]["matter"]) == ("decided", "uphold")


# -- the assessment by items -------------------------------------------------------------------------------


def test_the_rules_of_assessment_are_understood_and_marked_as_an_example(city):
    checked = ask(city, "assess", "check", "--year", YEAR)
    assert [f["code"] for f in checked["findings"]] == ["ASSESS-EXAMPLE"]
    assert [item["number"] for item in checked["items"]] == WORK["assessment"]["items"]


def test_attendance_filled_in_for_the_assessment_is_what_the_sheets_come_to(city):
    """The numbers of A4: whoever came, made up or was stood in for, of all duties of the year."""
    months = WORK["attendance"]["months"].values()
    scored = {town["code"]: town for town in ask(city, "assess", "score", "--year", YEAR)["townships"]}
    assert scored.keys() == WORK["assessment"]["presence"].keys()
    for code, town in scored.items():
        (item,) = [item for item in town["items"] if item["number"] == "A4"]
        lines = [towns[code] for towns in months if code in towns]
        came = sum(line["present"] + line["made_up"] + line["substituted"] for line in lines)
        assert item["amount"] == {"low": str(came), "high": str(came)}
        assert item["out_of"]["low"] == str(sum(line["duties"] for line in lines))


def test_scores_by_items_do_not_touch_the_year_end(city):
    scored = ask(city, "assess", "score", "--year", YEAR)
    assert scored["townships"]
    year = ask(city, "score", "year", "--year", YEAR)
    assert year["awards"] == TRUTH["awards"]
    assert {t["code"]: t["safety_score"] for t in year["townships"] if t["competes"]} == {
        t["code"]: t["safety_score"] for t in TRUTH["townships"] if t["competes"]
    }


# -- due items ---------------------------------------------------------------------------------------------


def test_what_was_left_undone_is_overdue_in_november_and_nothing_else_of_it(city):
    planted = WORK["due"]
    answer = ask(city, "due", "--year", YEAR, "--as-of", planted["as_of"], "--all")
    seen = [
        [item["obligation"], item["period"], item["who"]]
        for item in answer["items"]
        if item["state"] == "overdue" and item["obligation"] in planted["obligations"]
    ]
    assert sorted(seen) == planted["overdue"]
    late = [[i["obligation"], i["period"], i["who"]] for i in answer["items"] if i["late"]]
    assert sorted(late) == planted["done_late"]
