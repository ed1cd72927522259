"""What no reading touches is taken once (roster builds counted); an answer tried is as if it was chosen."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace
from workspaces import County, Office

from sanwu_cli.jobs import rostering
from sanwu_cli.jobs.alternatives import list_judged, list_other_answers, open_answer
from sanwu_cli.jobs.influence import decide_all, list_verdicts
from sanwu_cli.jobs.scoring import open_scoring, score_year
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.ledger import activities
from sanwu_cli.ledger.activities import derive_activities

CENTRE, OTHER = "一中心两所六进驻", "其他"
PEOPLE = [
    ["F01", "王平", "法官", "县人民法院"],
    ["J01", "周正", "检察官", "县人民检察院"],
    ["L01", "张文", "律师", "云岭律师事务所"],
]
# The second is a result of the three indicators within the half: it counts where T-22 allows that.
RULES = [
    ("进驻到岗", 60, "按比例得分", "进驻出勤率", CENTRE),
    ("越级上访", 40, "每件扣8分，扣完为止", "越级上访件数", CENTRE),
    ("村(社区)未突破", 100, "按比例得分", "未突破三无指标的村占比", OTHER),
]
# What people gave for the first; with the second counted the two townships have one total.
POINTS = {"青山镇": 0, "绿水乡": 58, "北山农场": 10}


def make_office(path, read_output, *, has_farm, title, more=""):
    """A year reported, townships with a fixed day each, one sheet of sign-ins, rules of the assessment."""
    towns = {"青山镇": 3, "绿水乡": 2} | ({"北山农场": 1} if has_farm else {})
    office = Office(path, County.of(**towns), read_output)
    office.configure(more)
    if has_farm:
        office.county.row("北山农场")[4] = None  # nobody said whether it competes (T-18)
        office.save_areas()
    office.register("人员", PEOPLE)
    days = [
        [office.county.code(town), "全部", f"每月第{n}个周二", "综治中心", "9:00—17:00"]
        for n, town in enumerate(towns, 1)
    ]
    office.register("进驻日", days)
    office.year([("petition", office.county.villages_of("绿水乡")[0], "2026-05-06")])
    office.attest()
    sign = [
        {"日期": day, "姓名": name, "单位": "", "进驻地点": f"{town}综治中心", "签到时间": "8:55"}
        for day, town, names in (
            ("2026-03-03", "青山镇", ("王平", "周正", "张文")),
            ("2026-03-10", "绿水乡", ("周正", "张文")),
        )
        for name in names
    ]
    office.sheet("sign_in", sign, to="3月/sign_in.xlsx", title="云岭县2026年3月进驻签到表")
    rules = [
        {"编号": n, "项目": item, "分值": points, "计分方式": way, "数据来源": source, "部分": part}
        for n, (item, points, way, source, part) in enumerate(RULES, 1)
    ]
    office.sheet("assessment_item", rules, to="细则.xlsx", title=title)
    given = [{"乡镇(街道)": town, "编号": 1, "得分": POINTS[town]} for town in towns]
    office.sheet("item_score", given, to="分项得分.xlsx", title="2026年考核分项得分表")
    office.take_in_all()
    return office


@pytest.fixture
def built(monkeypatch):
    """The years of every roster built, counted."""
    years = Counter()
    build = rostering.build_year

    def count(year, *rest, **more):
        years[year] += 1
        return build(year, *rest, **more)

    monkeypatch.setattr(rostering, "build_year", count)
    return years


@pytest.mark.parametrize("title", ["2026年考核细则", "2026年考核细则（示例）"])
@pytest.mark.parametrize("command", ["year-end", "readings", "year"])
def test_a_year_under_all_its_readings_builds_each_month_s_roster_once(
    tmp_path, capsys, built, title, command
):
    office = make_office(tmp_path / "云岭", capsys.readouterr, has_farm=False, title=title)
    built.clear()
    answer = office.ask("score", command, "--year", 2026)
    assert answer.status in (0, 1), answer.err
    assert dict(built) == {2026: 1}


def test_who_competes_is_who_is_visited_so_that_a_farm_has_the_rosters_built_again(tmp_path, capsys, built):
    office = make_office(tmp_path / "云岭", capsys.readouterr, has_farm=True, title="2026年考核细则")
    built.clear()
    office.ask("score", "readings", "--year", 2026)
    assert dict(built) == {2026: 2}


def test_the_rosters_and_the_attendance_of_a_year_build_each_month_once(tmp_path, capsys, built):
    office = make_office(tmp_path / "云岭", capsys.readouterr, has_farm=False, title="2026年考核细则")
    for words in (("roster", "generate"), ("attendance", "show")):
        built.clear()
        answer = office.ask(*words, "--year", 2026)
        assert answer.status in (0, 1), answer.err
        assert dict(built) == {2026: 1}


def test_a_month_built_among_others_is_the_month_built_alone(tmp_path, capsys):
    office = make_office(tmp_path / "云岭", capsys.readouterr, has_farm=False, title="2026年考核细则")
    year = office.ask("roster", "generate", "--year", 2026).json["duties"]
    for month in ("2026-01", "2026-06", "2026-12"):
        alone = office.ask("roster", "generate", "--month", month).json["duties"]
        assert alone
        assert alone == [duty for duty in year if duty["date"].startswith(month)]


@pytest.mark.parametrize("title", ["2026年考核细则", "2026年考核细则（示例）"])
@pytest.mark.parametrize("more", ["", '[readings]\n"T-25" = "previous_workday"\n"T-22" = "inside"\n'])
def test_an_answer_tried_is_the_year_opened_with_that_answer_chosen(tmp_path, capsys, title, more):
    path = tmp_path / "云岭"
    make_office(path, capsys.readouterr, has_farm=True, title=title, more=more)
    workspace = open_workspace(path)
    scoring = open_scoring(workspace, read_registers(workspace), year=2026)
    is_ranked = all(score is not None for score in scoring.case.scores.values())
    assert is_ranked is (scoring.is_fed and bool(more))
    here = list_verdicts(score_year(scoring))
    tried = 0
    for reading in list_judged(workspace.plan):
        for value in list_other_answers(reading, workspace.settings.readings[reading.id]):
            settings = workspace.settings
            answers = {**settings.readings, reading.id: value}
            chosen = replace(workspace, settings=replace(settings, readings=answers))
            anew = open_scoring(chosen, read_registers(chosen), year=2026)
            opened = open_answer(scoring, reading.id, value) or scoring
            assert opened.case.scores == anew.case.scores, reading.id
            assert opened.case.score_evidence == anew.case.score_evidence, reading.id
            assert opened.case.unranked == anew.case.unranked, reading.id
            assert decide_all(opened, scoring, here) == list_verdicts(score_year(anew)), reading.id
            if scoring.is_fed:
                assert opened.assessment == anew.assessment, reading.id
            tried += 1
    assert tried > 8


def test_of_the_ledger_only_the_year_s_work_is_parsed(tmp_path, capsys, monkeypatch):
    path = tmp_path / "云岭"
    make_office(path, capsys.readouterr, has_farm=False, title="2026年考核细则")
    read = activities.read_json
    seen = []
    monkeypatch.setattr(activities, "read_json", lambda text: seen.append(read(text)) or seen[-1])
    contents = open_workspace(path).ledger.read()
    known = derive_activities(contents, lambda _: None)
    assert (len(known.sign_ins), len(known.assessment_items)) == (5, 3)
    assert {content["schema"] for content in seen} == {"sign_in", "assessment_item", "item_score"}
    assert {entry.schema_id for entry in contents.entries} > {content["schema"] for content in seen}
