"""`roster explain`: who goes and who else could, why a place is empty; the sample, a small county."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import date

import pytest
from workspaces import County, Office

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus

DAY = date(2026, 3, 10)
MARCH = ("--month", "2026-03")


def judge(id_, name, *, avoid=None, limit=None, areas=None):
    return [id_, name, "法官", "县法院", areas, avoid, limit, None, None, None]


def others():
    return [
        [f"{letter}{n}", f"{family}{n}号", role, unit, None, None, None, None, None, None]
        for letter, family, role, unit in (("J", "检", "检察官", "县检察院"), ("L", "律", "律师", "县司法局"))
        for n in (1, 2)
    ]


@pytest.fixture
def office(tmp_path, capsys):
    made = Office(tmp_path / "云岭", County.of(青山镇=1, 绿水乡=1, 北山农场=1), capsys.readouterr)
    both = f"{made.county.code('青山镇')}、{made.county.code('绿水乡')}"
    made.register(
        "人员",
        [
            # 王强 always goes to 青山镇, so that 李敏 always goes to 绿水乡, on the day in court too.
            judge("F1", "王强", areas=made.county.code("青山镇")),
            judge("F2", "李敏"),
            judge("F3", "赵磊", avoid=both),
            *others(),
        ],
    )
    made.register(
        "进驻日",
        [
            [made.county.code(name), "全部", "每月第2个周二", "综治中心", None]
            for name in ("青山镇", "绿水乡")
        ],
    )
    made.register("请假", [["F1", DAY, DAY, "开庭"]])
    return made


def only(answer, role):
    (found,) = [one for one in answer.json["visits"] if one["visit"]["role"] == role]
    return found


def test_an_empty_place_is_explained_in_sentences(office):
    said = office.run("roster", "explain", "青山镇", *MARCH, "--role", "法官")
    assert said.status == ExitStatus.CLEAN
    assert said.out.splitlines() == [
        f"青山镇（{office.county.code('青山镇')}）2026年3月",
        "法官 3月10日（星期二）：缺",
        (
            "  青山镇3月10日缺法官1人。在岗3人：王强请假、李敏当日已派绿水乡、赵磊应当回避。"
            "与绿水乡3月10日合起来2个班只有1人可去。"
        ),
        "  可选（任一条都排得上，已排好的班一个不空）：",
        "    王强3月10日不请假",
        "    青山镇3月的进驻日改到3月9日、3月11日、3月12日中的一天",
        "    3月10日再增派1名法官",
    ]


def test_the_same_as_json(office):
    answer = office.ask("roster", "explain", office.county.code("青山镇"), *MARCH)
    assert answer.json["schema"] == "sanwu/roster-explain/1"
    assert [one["visit"]["role"] for one in answer.json["visits"]] == ["judge", "prosecutor", "lawyer"]
    gap = only(answer, "judge")
    assert (gap["person_id"], gap["alternatives"], gap["published"]) == (None, [], None)
    codes = [office.county.code(name) for name in ("青山镇", "绿水乡")]
    assert gap["clash"] == {
        "visits": [{"date": "2026-03-10", "area_code": code} for code in codes],
        "capacity": 1,
        "proven": True,
        "staff": ["F1", "F2", "F3"],
        "fewest_relaxations": 1,
        "fewest_proven": True,
        "relaxations": [
            [{"rule": "on_leave", "person_id": "F1", "date": "2026-03-10", "area_code": None, "limit": None}]
        ],
        "relaxations_complete": True,
        "other_days": ["2026-03-09", "2026-03-11", "2026-03-12"],
    }
    assert [(one["person_id"], one["rule"]) for one in gap["obstacles"]] == [
        ("F1", "on_leave"),
        ("F2", "one_place_a_day"),
        ("F3", "avoided_area"),
    ]
    assert answer.json["counts"]["error"] == 0


def test_what_was_advised_fills_the_place(office):
    office.register("请假", [])
    assert only(office.ask("roster", "explain", "青山镇", *MARCH), "judge")["person"] == "王强"


def test_somebody_else_has_a_price(office):
    answer = office.ask("roster", "explain", "绿水乡", *MARCH)
    found = only(answer, "judge")
    assert (found["person"], found["clash"]) == ("李敏", None)
    assert [(one["person"], one["rule"]) for one in found["obstacles"]] == [
        ("王强", "served_areas"),
        ("赵磊", "avoided_area"),
    ]
    assert found["alternatives"] == []
    (other,) = only(answer, "prosecutor")["alternatives"]
    levels = {one["level"]: (one["value"], one["other"]) for one in other["levels"]}
    # The two change places all year round: everything stays as it is.
    assert other["rearranged"]
    assert all(value == new for value, new in levels.values())
    assert levels["unfilled"] == (0, 0)
    said = office.run("roster", "explain", "绿水乡", *MARCH)
    assert f"  换成{other['person']}：各项都不变" in said.out.splitlines()
    assert "  没有别人能去" in said.out.splitlines()
    assert "  不能去的：王强只对口其他区域、赵磊应当回避" in said.out.splitlines()
    assert "全年的数" in said.err


def test_a_price_is_told_in_words(office):
    # 检1号 goes to 绿水乡 alone and 检2号 to the other place: who swaps them leaves that one empty in March.
    code = office.county.code("绿水乡")
    listed = [[*row[:4], code, *row[5:]] if row[0] == "J1" else row for row in others()]
    office.register("人员", [judge("F1", "王强"), *listed])
    said = office.run("roster", "explain", "绿水乡", *MARCH, "--role", "prosecutor")
    price = "空缺0→1，次数最多与最少之差0→1，次数平方和288→265，人和地方的搭配2→3"
    assert f"  换成检2号：{price}" in said.out


def test_a_published_month_stands_and_still_says_who_else_could(office):
    office.run("roster", "publish", *MARCH, "--as-of", "2026-02-27")
    office.register("请假", [])
    for place in ("绿水乡", "青山镇"):
        answer = office.ask("roster", "explain", place, *MARCH)
        assert all(one["published"] == {"on": "2026-02-27", "run": 1} for one in answer.json["visits"])
    gap = only(answer, "judge")
    # 王强 is back: nothing clashes any more, the published roster alone leaves the place empty.
    assert gap["clash"]["visits"] == []
    assert gap["clash"]["fewest_relaxations"] == 0
    assert gap["clash"]["other_days"] == []
    said = office.run("roster", "explain", "青山镇", *MARCH, "--role", "法官")
    assert "  已公布（2026-02-27，第1次操作），照公布的不再重排" in said.out.splitlines()
    assert "现在王强可去。" in said.out
    assert "  派王强：空缺1→0" in said.out
    assert "可选" not in said.out
    (one,) = gap["alternatives"]
    assert (one["person"], one["rearranged"]) == ("王强", False)
    assert one["levels"][0] == {"level": "unfilled", "value": 1, "other": 0, "proven": True}
    made = only(office.ask("roster", "explain", "绿水乡", *MARCH), "judge")
    assert (made["person"], made["alternatives"]) == ("李敏", [])


def test_a_moved_day_says_why(office):
    office.register("进驻日", [[office.county.code("青山镇"), "全部", "每月1日", "综治中心", None]])
    said = office.run("roster", "explain", "青山镇", "--month", "2026-10", "--role", "法官")
    assert "法官 10月8日（星期四）：" in said.out
    assert "（登记的是10月1日，国庆节，顺延）" in said.out
    answer = office.ask("roster", "explain", "青山镇", "--month", "2026-10")
    assert only(answer, "judge")["visit"]["moved_from"] == "2026-10-01"


def test_a_place_without_a_visit_says_so(office):
    for place in ("北山农场", office.county.villages_of("青山镇")[0]):
        office.register("人员", [*others(), ["M1", "调解一", "人民调解员", "青山司法所", *[None] * 6]])
        office.register("请假", [])
        said = office.run("roster", "explain", place, *MARCH)
        assert said.status == ExitStatus.CLEAN
        assert "没有进驻的班" in said.out
        assert office.ask("roster", "explain", place, *MARCH).json["visits"] == []


def test_a_place_without_a_readable_day_says_that(office):
    office.register("进驻日", [[office.county.code("青山镇"), "全部", "有空就来", "综治中心", None]])
    answer = office.ask("roster", "explain", "青山镇", *MARCH, "--role", "法官")
    assert answer.json["dayless"] == [{"role": "judge", "reasons": ["青山镇的进驻日规则“有空就来”看不懂"]}]
    assert "有空就来" in office.run("roster", "explain", "青山镇", *MARCH).out


def test_a_village_has_its_mediators(office):
    village = office.county.villages_of("青山镇")[0]
    code = office.county.code(village)
    office.register(
        "人员", [["M1", "调解一", "人民调解员", "青山司法所", None, code, *[None] * 4], *others()]
    )
    office.register("进驻日", [[code, "人民调解员", "每月第2个周二", "村委会", None]])
    gap = only(office.ask("roster", "explain", village, *MARCH), "mediator")
    assert gap["clash"]["fewest_relaxations"] is None
    said = office.run("roster", "explain", village, *MARCH)
    assert "在岗1人：调解一应当回避。一个能去的人也没有。" in said.out
    assert "只放宽请假、每月上限、对口排不出来（角色、任职日期、回避不能放宽）" in said.out


def test_several_exceptions_together_are_told_as_one_way(office):
    code = office.county.code("绿水乡")
    office.register("人员", [judge("F1", "王强", areas=code), *others()])
    said = office.run("roster", "explain", "青山镇", *MARCH, "--role", "法官")
    assert "放宽请假、每月上限、对口的，至少要放宽2处" in said.out
    assert "    王强3月10日不请假，同时王强的对口区域加上青山镇" in said.out.splitlines()


def test_of_many_ways_the_first_and_the_last_are_shown(office):
    office.register("人员", [*(judge(f"F{n}", f"法{n}号") for n in range(1, 10)), *others()])
    office.register("请假", [[f"F{n}", DAY, DAY, "培训"] for n in range(1, 10)])
    words = ("roster", "explain", "青山镇", *MARCH, "--role", "法官")
    shown = office.run(*words).out.splitlines()
    assert [line.strip() for line in shown[-9:]] == [
        *(f"法{n}号3月10日不请假" for n in range(1, 7)),
        "青山镇3月的进驻日改到3月9日、3月11日、3月12日中的一天",
        "3月10日再增派1名法官",
        "还有3种，全部列出加 -v",
    ]
    assert "法9号3月10日不请假" in office.run(*words, "-v").out


def test_a_limit_is_told_with_its_new_number(office):
    office.register("人员", [judge("F1", "王强", limit=1), *others()])
    office.register("请假", [])
    days = zip(("青山镇", "绿水乡"), ("每月9日", "每月10日"), strict=True)
    office.register("进驻日", [[office.county.code(name), "全部", day, None, None] for name, day in days])
    said = "".join(
        office.run("roster", "explain", name, *MARCH, "--role", "法官").out for name in ("青山镇", "绿水乡")
    )
    assert "王强3月的上限放到2次" in said
    assert "王强本月已满上限1次" in said
    assert "合起来2个班最多只排得出1个" in said


def test_csv_has_a_row_for_everybody_else(office):
    said = office.run("roster", "explain", "青山镇", *MARCH, "--role", "法官", "--format", "csv")
    assert said.out.lstrip("\ufeff").splitlines() == [
        "进驻日,角色,值班人,另一人,能否去,说明",
        "2026-03-10,法官,缺,王强,不能,请假",
        "2026-03-10,法官,缺,李敏,不能,当日已派绿水乡",
        "2026-03-10,法官,缺,赵磊,不能,应当回避",
    ]


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("没有的镇", *MARCH), ExitStatus.INPUT_MISSING, "没有的镇"),
        (("青山镇", "--month", "三月"), ExitStatus.USAGE, "月份"),
        (("青山镇", *MARCH, "--role", "院长"), ExitStatus.USAGE, "院长"),
        (("青山镇", *MARCH, "--role", "人民调解员"), ExitStatus.USAGE, "不到青山镇进驻"),
        (("青山镇",), ExitStatus.USAGE, "--month"),
    ],
)
def test_what_cannot_be_asked(office, words, status, told):
    said = office.run("roster", "explain", *words)
    assert said.status == status
    assert told in said.err
    assert "Traceback" not in said.err


def test_nobody_to_send_is_told(office):
    office.register("人员", [])
    assert office.run("roster", "explain", "青山镇", *MARCH).status == ExitStatus.INPUT_MISSING


def test_generate_says_where_to_look(office):
    said = office.run("roster", "generate", *MARCH)
    lines = said.out.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("青山镇缺法官"))
    assert lines[at + 1] == "  原因细看：sanwu roster explain 青山镇 --month 2026-03 --role 法官"
    assert "原因细看" not in office.run("roster", "generate", *MARCH, "--format", "csv").out


# --- the sample city --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    path = tmp_path_factory.mktemp("样例") / "清河"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert run(["init", str(path), "--demo"]) == ExitStatus.CLEAN
    return path


def test_the_sample_has_an_empty_place_with_three_on_leave(sample):
    out = io.StringIO()
    words = ["roster", "explain", "沙井镇", "--month", "2026-09", "--format", "json"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert run(["-w", str(sample), *words]) == ExitStatus.CLEAN
    visits = {one["visit"]["role"]: one for one in json.loads(out.getvalue())["visits"]}
    gap = visits["prosecutor"]
    assert [one["rule"] for one in gap["obstacles"]] == ["on_leave"] * 3
    assert len(gap["clash"]["visits"]) == 1
    assert [len(own) for own in gap["clash"]["relaxations"]] == [1, 1, 1]
    assert len(gap["clash"]["other_days"]) == 3
    assert visits["judge"]["alternatives"]
    assert visits["judge"]["clash"] is None
