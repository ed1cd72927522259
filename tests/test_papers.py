"""The papers of the plan on the sample city: who gets one, what it says, what is refused, what stays out."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import date
from pathlib import Path

import pytest

from sanwu_cli.cli.app import run
from sanwu_cli.documents.kinds import find_kind, list_kinds
from sanwu_cli.errors import ExitStatus
from sanwu_cli.jobs.papers import Asked, Paper, name_span
from sanwu_cli.jobs.reporting import find_papers
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.periods import parse_month
from sanwu_cli.terms import ReminderStep

TRUTH = json.loads((Path(__file__).parents[1] / "sample_data/city/truth.json").read_text("utf-8"))
FINE = (ExitStatus.CLEAN, ExitStatus.FINDINGS)
COMMITTEE = "中共清河市委政法委员会"


def call(workspace, *arguments):
    """Run a command; give its status, what it printed, and what it said beside."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([str(argument) for argument in ("-w", workspace, *arguments)])
    return status, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The sample city with the whole inbox taken in."""
    path = tmp_path_factory.mktemp("样例") / "清河"
    for arguments in (
        ("init", path, "--demo"),
        ("incidents", "import", path / "inbox"),
        ("records", "import", path / "inbox"),
    ):
        assert call(path, *arguments)[0] in FINE
    return path


def find(city, kind, month, as_of="", **more) -> tuple[Paper, ...]:
    workspace = open_workspace(city)
    day = date.fromisoformat(as_of) if as_of else None
    asked = Asked(parse_month(month), day, **more)
    found = find_kind(kind, workspace.template_folders)
    return find_papers(workspace, read_registers(workspace), found, asked)


def render(city, tmp_path, *arguments):
    """Run report render into a folder of its own; give status, names of files, what was said."""
    status, _, err = call(city, "report", "render", *arguments, "-o", tmp_path / "made")
    return status, sorted(path.name for path in (tmp_path / "made").glob("*.docx")), err


# -- steps after absences --------------------------------------------------------------------------------


def test_a_feedback_letter_has_the_absences_of_the_quarter_with_steps_and_dates(city):
    (paper,) = find(city, "feedback_letter", "2026-09", "2026-09-17")
    told = paper.context
    assert paper.unit == "双井乡致清河市人民检察院"
    assert told["issuer"] == "清河市双井乡人民政府"
    assert (told["recipients"], told["copies"]) == (["清河市人民检察院"], [COMMITTEE])
    assert [(row["person"], row["day"], row["reminded"]) for row in told["rows"]] == [
        ("程远山", "9月15日", "9月16日")
    ]
    history = [(one["day"], one["place"], one["result"], one["steps"]) for one in told["history"]]
    assert history == [
        ("2026年7月14日", "长桥镇", "补岗，2026年7月21日补上", "2026年7月15日提醒"),
        ("2026年9月15日", "双井乡", "缺勤", "2026年9月16日提醒"),
    ]


def test_a_later_letter_still_tells_of_the_quarter_of_the_absence(city):
    (paper,) = find(city, "feedback_letter", "2026-10")
    assert [one["day"] for one in paper.context["history"]] == ["2026年7月14日", "2026年9月15日"]


def test_only_who_was_not_reminded_is_in_a_reminder(city):
    assert find(city, "reminder_letter", "2026-09") == ()
    (paper,) = find(city, "reminder_letter", "2026-10")
    assert [row["person"] for row in paper.context["rows"]] == ["田思齐"]
    assert paper.context["copies"] == [COMMITTEE]


def test_a_recorded_step_needs_no_letter_any_more(city, tmp_path):
    at = ("--person", "程远山", "--absent-on", "2026-09-15", "--reason", "没有补上", "--as-of", "2026-09-18")
    assert call(city, "attendance", "record", "--step", ReminderStep.FEEDBACK.label, *at)[0] == 0
    run_id = open_workspace(city).ledger.read().runs[-1].number
    assert find(city, "feedback_letter", "2026-09", "2026-09-30") == ()
    status, made, err = render(
        city, tmp_path, "feedback_letter", "--month", "2026-09", "--as-of", "2026-09-30"
    )
    assert (status, made) == (ExitStatus.INPUT_MISSING, [])
    assert "没有要写的“反馈函”" in err
    (urging,) = find(city, "supervision_letter", "2026-10", "2026-10-20")
    assert (urging.context["issuer"], urging.context["copies"]) == (COMMITTEE, ["双井乡"])
    assert [(row["person"], row["fed_back"]) for row in urging.context["rows"]] == [("程远山", "9月18日")]
    assert find(city, "supervision_letter", "2026-09", "2026-09-30") == ()
    assert call(city, "incidents", "undo", run_id)[0] == 0


def test_a_letter_with_a_day_of_issue_knows_nothing_of_later_days(city, tmp_path):
    status, made, _ = render(
        city, tmp_path, "feedback_letter", "--month", "2026-09", "--issued-on", "2026-09-14"
    )
    assert (status, made) == (ExitStatus.INPUT_MISSING, [])


# -- one file a unit -------------------------------------------------------------------------------------


def test_a_kind_for_each_unit_writes_one_file_a_unit(city, tmp_path):
    status, made, _ = render(city, tmp_path, "staff_appraisal", "--all", "--month", "2026-08")
    assert status in FINE
    papers = find(city, "staff_appraisal", "2026-08")
    assert made == sorted(f"2026年第三季度进驻人员履职反馈函（{paper.unit}）.docx" for paper in papers)
    assert len(papers) == 24


def test_without_all_one_unit_is_to_be_named(city, tmp_path):
    status, made, err = render(city, tmp_path, "work_report", "--month", "2026-09")
    assert (status, made) == (ExitStatus.USAGE, [])
    assert "--unit" in err
    _, made, _ = render(city, tmp_path, "work_report", "--month", "2026-09", "--unit", "法院")
    assert made == ["2026年第三季度书面报告（清河市人民法院）.docx"]
    status, _, err = render(city, tmp_path, "work_report", "--month", "2026-09", "--unit", "某局")
    assert status == ExitStatus.INPUT_MISSING
    assert "清河市人民法院" in err


def test_the_figures_of_the_appraisals_add_up_to_those_of_attendance(city):
    status, out, _ = call(city, "attendance", "show", "--quarter", "2026-3", "--format", "json")
    assert status in FINE
    people = json.loads(out)["figures"]
    rows = [row for paper in find(city, "staff_appraisal", "2026-09") for row in paper.context["rows"]]
    for name in ("duties", "present", "absent", "made_up"):
        assert sum(int(row[name]) for row in rows) == sum(one[name] for one in people)


def test_a_quarter_nobody_signed_for_has_no_appraisal(city):
    assert find(city, "staff_appraisal", "2027-03") == ()


def test_there_is_no_paper_before_the_plan(city, tmp_path):
    status, made, err = render(city, tmp_path, "meeting_invitation", "--month", "2019-03")
    assert (status, made) == (ExitStatus.USAGE, [])
    assert "2020年6月" in err


# -- the quarterly meeting -------------------------------------------------------------------------------


def test_the_material_has_the_five_topics_with_the_quarters_figures(city):
    (paper,) = find(city, "meeting_material", "2026-02")
    told = paper.context
    assert len(told["topics"]) == 5
    assert told["months"] == ["2026年1月", "2026年2月", "2026年3月"]
    assert told["centres"]["townships"].keys() == {"complete", "lacking", "not_verified", "no_record"}
    assert sum(int(row["duties"]) for row in told["attendance"]) == 72
    assert [row["year"] for row in told["indicators"]] == ["3", "2", "≥11（待报）"]
    assert any("沙井镇" in gap for gap in told["gaps"])
    assert set(told["gaps"]) <= set(told["unknowns"])
    assert told["disputes"]["rows"][-1][0] == "合计"


def test_the_minutes_take_the_day_from_the_record(city):
    (paper,) = find(city, "meeting_minutes", "2026-03")
    assert paper.context["held_on"] == "2026年3月25日"
    (paper,) = find(city, "meeting_minutes", "2026-05")
    assert paper.context["held_on"] == ""
    assert any("没有登记推进会" in one for one in paper.context["unknowns"])


def test_an_invitation_warns_where_a_meeting_is_on_record(city):
    (again,) = find(city, "meeting_invitation", "2026-03")
    assert "2026年3月25日" in again.context["unknowns"][0]
    (first,) = find(city, "meeting_invitation", "2026-05")
    assert first.context["unknowns"] == []
    assert first.context["recipients"][0] == "清河市人民法院"


# -- the year's end --------------------------------------------------------------------------------------


def test_naming_money_and_list_agree_and_hold_only_what_is_certain(city):
    status, out, _ = call(city, "score", "year-end", "--year", "2026", "--format", "json")
    assert status in FINE
    end = json.loads(out)
    (listed,), (naming,), (money,) = (
        find(city, kind, "2026-12") for kind in ("year_end_list", "naming_decision", "award_notice")
    )
    for paper in (listed, naming, money):
        named = paper.context["named"]
        assert named["townships"] == [one["name"] for one in end["named"]["townships"]]
        assert sum(group["count"] for group in named["groups"]) == len(end["named"]["villages"])
    certain = [one for one in end["awards"]["units"] if one["certain"]]
    assert [int(row["yuan"]) for row in money.context["payments"]] == [one["yuan"] for one in certain]
    assert money.context["total"] == "127万元"
    open_names = {one["name"] for one in end["open"]}
    assert open_names == {name for own in listed.context["open"].values() for name in own}
    assert naming.context["issuers"] == ["中共清河市委", "清河市人民政府"]


def test_an_order_goes_to_the_township_and_needs_its_ground(city, tmp_path):
    status, made, err = render(city, tmp_path, "rectification_notice", "--month", "2026-12")
    assert (status, made) == (ExitStatus.REFUSED, [])
    assert "--basis" in err
    assert "--document" in err
    status, made, _ = render(
        city, tmp_path, "rectification_notice", "--month", "2026-12", "--basis", "   ", "--document", " "
    )
    assert (status, made) == (ExitStatus.REFUSED, [])
    (paper,) = find(city, "rectification_notice", "2026-12", document="清委办〔2027〕3号")
    assert paper.unit == "双井乡"
    assert paper.context["recipients"] == ["双井乡党委、人民政府"]
    assert [one["name"] for one in paper.context["barred"]] == ["双井乡双井村"]


def test_who_is_barred_is_who_is_at_the_line(city):
    (paper,) = find(city, "disqualification_decision", "2026-12")
    assert [one["name"] for one in paper.context["barred"]] == ["双井乡双井村"]


# -- reports ---------------------------------------------------------------------------------------------


def test_a_report_comes_of_every_unit_bound_and_asks_for_nothing(city):
    papers = find(city, "annual_report", "2026-12")
    assert [paper.unit for paper in papers][:4] == [
        f"清河市{name}" for name in ("人民法院", "人民检察院", "公安局", "司法局")
    ]
    body = find_kind("annual_report", open_workspace(city).template_folders).path.read_text("utf-8")
    text = body.partition("{% include")[0]
    assert not any(word in text for word in ("请批示", "请批复", "请予拨付", "妥否"))
    assert "红柳滩农场" not in [paper.unit for paper in papers]


def test_a_unit_without_figures_is_told_so(city):
    police = next(paper for paper in find(city, "work_report", "2026-09") if "公安局" in paper.unit)
    assert police.context["facts"] == []
    assert police.context["unknowns"]


# -- what is due -----------------------------------------------------------------------------------------


def test_the_list_says_who_is_to_write_what_by_when(city):
    _, out, _ = call(
        city, "report", "list", "--month", "2026-09", "--as-of", "2026-09-28", "--format", "json"
    )
    kinds = json.loads(out)["kinds"]
    mine = {}
    for one in kinds:
        mine.setdefault(one["id"], []).append((one["who"], one["due_on"], one["state"]))
    assert set(mine) == {kind.id for kind in list_kinds(open_workspace(city).template_folders)}
    assert ("政法委已办", "2026-09-30", "done") in mine["meeting_invitation"]
    assert any("长桥镇" in who and state == "due" for who, _, state in mine["work_report"])
    (feedback,) = mine["feedback_letter"]
    assert feedback[0].startswith("双井乡：反馈 程远山")
    assert mine["duty_roster_notice"] == [("", None, None)]


def test_all_of_a_month_writes_no_paper_that_is_asked_for_by_name(city, tmp_path):
    _, made, _ = render(city, tmp_path, "--all", "--month", "2026-09")
    assert made
    assert not any(word in name for name in made for word in ("季度", "函", "报告"))
    assert name_span(parse_month("2026-09"), "quarter") == "2026年第三季度"


def test_nobody_but_officials_on_duty_is_named(city):
    """Of the ledger's persons only those of the register stand in any paper's facts."""
    officials = {person.name for person in read_registers(open_workspace(city)).registers.persons}
    for kind in ("feedback_letter", "reminder_letter", "staff_appraisal"):
        for paper in find(city, kind, "2026-10"):
            assert {row["person"] for row in paper.context["rows"]} <= officials
