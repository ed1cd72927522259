"""sanwu.toml: what it refuses and how, and that every switch reaches the verdict it is for."""

from __future__ import annotations

import itertools
import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workspaces import BINDING_NAMES, County, Office, case

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.staffing import make_wishes
from sanwu_cli.plan.loader import load_plan
from sanwu_cli.plan.records import ReadingKind
from sanwu_cli.roster.rules import soft_rules
from sanwu_cli.roster.solve import Wishes
from sanwu_cli.settings import FILE_NAME, parse_settings, write_template
from sanwu_cli.sheets.values.text import strip_unseen
from sanwu_cli.terms import Indicator

PLAN = load_plan()
PETITION, SUIT, CRIME = (indicator.value for indicator in Indicator)


# -- reading -----------------------------------------------------------------------------------------------


def refuse(text):
    """Give the error with which a text is refused; it names the file and says what to do."""
    with pytest.raises(SanwuError) as caught:
        parse_settings(text, PLAN)
    error = caught.value
    assert error.status is ExitStatus.USAGE
    assert error.place.startswith(FILE_NAME), "the clerk must know which file"
    assert error.remedy
    return error


def test_an_empty_file_is_all_defaults():
    chosen = parse_settings("", PLAN)
    assert chosen.readings == {reading.id: reading.default for reading in PLAN.readings}
    assert chosen.confirmed == frozenset()
    assert chosen.indicators == tuple(Indicator)
    assert chosen.limits == dict.fromkeys(Indicator, 0)
    assert (chosen.exclude_causes, chosen.binding_names, chosen.recipients, chosen.copies) == ((), (), (), ())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[office\nname = 1", "TOML"),
        ("[offices]", "office"),
        ("office = 3", "[office]"),
        ("[[office]]\nname = '甲'", "[office]"),
        ("[office]\nnme = '甲'", "name"),
        ("[office]\nname = 3", "引号"),
        ("[office]\ncode = 640181", "引号"),
        ("[office]\ncode = '64018'", "640181"),
        ("[office]\ncode = '64018A'", "640181"),
        ("[office]\ncode = '６４０１８１'", "640181"),
        ("[count]\nexclude_causes = '盗窃'", "方括号"),
        ("[binding_indicators]\nnames = '甲'", "方括号"),
        ("[documents]\nrecipients = true", "方括号"),
        ("[readings]\n'T-99' = 'x'", "T-30"),
        ("[readings]\n'T-03' = 'most'", "at_least"),
        ("[readings]\n'T-03' = 70", "at_least"),
        ("[readings]\n'T-01' = []", PETITION),
        ("[readings]\n'T-01' = ['criminal_case', 'criminal_case']", PETITION),
        ("[readings]\n'T-01' = [['criminal_case']]", PETITION),
        ("[readings]\n'T-02' = 1", CRIME),
        ("[readings]\n'T-02' = { criminal_case = -1 }", CRIME),
        ("[readings]\n'T-02' = { criminal_case = 1.5 }", CRIME),
        ("[readings]\n'T-02' = { criminal_case = true }", CRIME),
        ("[readings]\n'T-02' = { theft = 1 }", CRIME),
        ("[readings]\n'T-10' = 'any'", "all_three"),
        ("[rosters]", "roster"),
        ("roster = 3", "[roster]"),
        ("[roster]\nordr = []", "order"),
        ("[roster]\norder = 'unfilled'", "方括号"),
        ("[roster]\norder = [1]", "方括号"),
        ("[roster]\norder = []", "unfilled"),
        ("[roster]\norder = ['pairs', 'unfilled']", "没有人去"),
        ("[roster]\norder = ['unfilled+pairs']", "没有人去"),
        ("[roster]\norder = ['unfilled', 'pair']", "pairs"),
        ("[roster]\norder = ['unfilled', '公平']", "load_square"),
        ("[roster]\norder = ['unfilled', 'pairs+']", "load_square"),
        ("[roster]\norder = ['unfilled', 'pairs', 'travel+pairs']", "两次"),
        ("[roster]\nweights = 3", "[roster.weights]"),
        ("[roster.weights]\ntravl = 1", "travel"),
        ("[roster.weights]\ntravel = 2", "order"),
        ("[roster]\norder = ['unfilled', 'travel']\n[roster.weights]\ntravel = 2", "加号"),
        ("[roster]\norder = ['unfilled', 'travel+pairs']\n[roster.weights]\ntravel = 0", "不小于1"),
        ("[roster]\norder = ['unfilled', 'travel+pairs']\n[roster.weights]\ntravel = 1.5", "不小于1"),
        ("[roster]\norder = ['unfilled', 'travel+pairs']\n[roster.weights]\ntravel = true", "不小于1"),
        ("[roster]\neffort = 0", "大于0"),
        ("[roster]\neffort = -1.5", "大于0"),
        ("[roster]\neffort = inf", "大于0"),
        ("[roster]\neffort = nan", "大于0"),
        ("[roster]\neffort = true", "大于0"),
        ("[roster]\neffort = '2'", "大于0"),
    ],
)
def test_what_is_not_understood_is_refused_with_place_and_remedy(text, word):
    error = refuse(text)
    assert word in f"{error.message}{error.remedy}"


@pytest.mark.parametrize("table", ["office", "plan", "count", "binding_indicators", "documents", "roster"])
def test_a_slip_of_the_pen_in_any_table_is_named(table):
    error = refuse(f'[{table}]\nzzz = "甲"\n')
    assert "zzz" in error.place


def test_another_edition_of_the_plan_than_the_programs_is_refused():
    """A workspace made for another edition must not be judged by this one without a word."""
    parse_settings(f'[plan]\nedition = "{PLAN.number}"', PLAN)
    error = refuse('[plan]\nedition = "灵党办〔1999〕1号"')
    assert PLAN.number in f"{error.message}{error.remedy}"


@pytest.mark.parametrize("reading", [r for r in PLAN.readings if not r.in_use], ids=lambda r: r.id)
def test_a_switch_that_has_no_effect_yet_may_not_be_set(reading):
    if reading.kind is ReadingKind.LIMITS:
        name = reading.choices[0].value
        value = f"{{ {name} = {reading.default[name] + 1} }}"
    else:
        value = f'"{next(c.value for c in reading.choices if c.value != reading.default)}"'
    assert "没有用到" in refuse(f'[readings]\n"{reading.id}" = {value}').message


def test_every_choice_the_plan_offers_is_accepted_and_counts_as_confirmed():
    for reading in PLAN.readings:
        for choice in reading.choices if reading.kind is ReadingKind.CHOICE and reading.in_use else ():
            chosen = parse_settings(f'[readings]\n"{reading.id}" = "{choice.value}"', PLAN)
            assert chosen.readings[reading.id] == choice.value
            assert chosen.confirmed == {reading.id}


def test_limits_that_are_not_named_keep_their_defaults():
    chosen = parse_settings('[readings]\n"T-02" = { criminal_case = 2 }', PLAN)
    assert chosen.limits == {Indicator(PETITION): 0, Indicator(SUIT): 0, Indicator(CRIME): 2}


def test_blank_names_are_no_names():
    chosen = parse_settings(
        '[binding_indicators]\nnames = ["甲", "", " "]\n[count]\nexclude_causes = [""]', PLAN
    )
    assert chosen.binding_names == ("甲",)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(NAMES)
def test_the_template_reads_back_as_defaults_under_any_name(name):
    text = write_template(name=name, code="649801", edition=PLAN.number)
    chosen = parse_settings(text, PLAN)
    assert (chosen.name, chosen.code) == (strip_unseen(name), "649801")
    assert strip_unseen(name) in chosen.issuer
    blank = parse_settings("", PLAN)
    for field in (
        "readings",
        "confirmed",
        "exclude_causes",
        "binding_names",
        "recipients",
        "copies",
        "fonts",
        "roster",
    ):
        assert getattr(chosen, field) == getattr(blank, field), field


def test_what_the_template_shows_as_comment_is_accepted_when_taken_out():
    text = write_template(name="云岭县", code="649801", edition=PLAN.number)
    shown = [line.removeprefix("# ") for line in text.splitlines() if line.startswith('# "T-')]
    assert len(shown) >= 2
    parse_settings("[readings]\n" + "\n".join(shown), PLAN)
    kept = ("# order", "# effort", "# unlisted")
    taken_out = [line.removeprefix("# ") if line.startswith(kept) else line for line in text.splitlines()]
    roster = parse_settings("\n".join(taken_out), PLAN).roster
    assert roster.order[-2:] == (("unlisted", "travel"), ("double_days",))
    assert (roster.weights, roster.effort) == ({"unlisted": 20}, 2)
    assert tomllib.loads(text)["plan"]["edition"] == PLAN.number


@pytest.mark.parametrize("data", ["[office]\nname = '云岭'".encode("gb18030"), b"\xff\xfe\x00"])
def test_a_file_in_another_encoding_is_refused_not_a_bug(office, data):
    (office.path / FILE_NAME).write_bytes(data)
    answer = office.ask("score", "year", "--year", 2026)
    assert answer.status == ExitStatus.USAGE
    assert "UTF-8" in answer.err


def test_a_mark_at_the_head_of_the_file_is_no_hindrance(office):
    path = office.path / FILE_NAME
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert office.ask("score", "year", "--year", 2026).status in (ExitStatus.CLEAN, ExitStatus.FINDINGS)


def test_what_an_office_wants_of_its_rosters_reaches_the_solver():
    usual = make_wishes(parse_settings("", PLAN).roster)
    assert usual == Wishes(is_shared=True)
    assert usual.order[0] == "fewest_unfilled"
    chosen = parse_settings(
        "[roster]\norder = ['unfilled', 'pairs', 'travel + unlisted']\neffort = 0.5\n"
        "[roster.weights]\nunlisted = 20",
        PLAN,
    )
    assert make_wishes(chosen.roster) == Wishes(
        ("fewest_unfilled", "same_person_same_place", "short_travel+listed_areas_first"),
        {"listed_areas_first": 20},
        0.5,
    )


@pytest.fixture
def staffed(office):
    """Two judges for two townships; each has the one near and the other far."""
    code = office.county.code
    office.register("人员", [["F1", "甲法官", "法官", "东法庭"], ["F2", "乙法官", "法官", "西法庭"]])
    days = [
        [code(name), "法官", rule]
        for name, rule in (("平川镇", "每月第2个周二"), ("高地镇", "每月第2个周三"))
    ]
    office.register("进驻日", days)
    ways = {
        ("东法庭", "平川镇"): 5,
        ("东法庭", "高地镇"): 40,
        ("西法庭", "平川镇"): 40,
        ("西法庭", "高地镇"): 5,
    }
    office.register("里程", [[unit, code(name), way] for (unit, name), way in ways.items()])
    return office


def generate(office, *more):
    answer = office.ask("roster", "generate", "--year", 2026, "--role", "法官", *more)
    objective = answer.json["objective"]
    return answer, [(one["level"], one["value"]) for one in objective[: len(objective) // 12 or None]]


def test_the_order_of_sanwu_toml_and_the_register_of_ways_make_the_roster(staffed):
    staffed.configure("[roster]\norder = ['unfilled', 'travel']")
    answer, levels = generate(staffed)
    assert levels[:2] == [("unfilled", 0), ("travel", 24 * 5)]
    near = {staffed.county.code("平川镇"): "F1", staffed.county.code("高地镇"): "F2"}
    assert {(one["area_code"], one["person_id"]) for one in answer.json["duties"]} == set(near.items())
    staffed.configure("[roster]\norder = ['unfilled', 'pairs+travel']\n[roster.weights]\ntravel = 3")
    assert generate(staffed)[1][:2] == [("unfilled", 0), ("pairs+travel", 2 + 3 * 24 * 5)]
    (staffed.path / "registers/里程.xlsx").unlink()
    staffed.configure("")
    levels = generate(staffed)[1]
    assert dict(levels)["travel"] == 0, "without the register no way is long"


def test_the_effort_may_be_told_for_one_run(staffed):
    assert generate(staffed, "--effort", "0.5")[0].json["optimal"] is True
    for effort in ("0", "-1", "nan", "inf"):
        answer = staffed.run("roster", "generate", "--month", "2026-03", "--effort", effort)
        assert answer.status == ExitStatus.USAGE
        assert "大于0" in answer.err
    assert (
        staffed.run("roster", "generate", "--month", "2026-03", "--effort", "多").status == ExitStatus.USAGE
    )


def test_every_level_of_the_rosters_may_be_named():
    for rule in soft_rules():
        order = list(dict.fromkeys(["unfilled", rule.level]))
        chosen = parse_settings(f"[roster]\norder = {order}", PLAN)
        assert make_wishes(chosen.roster).order == tuple(dict.fromkeys(["fewest_unfilled", rule.id]))


# -- reaching the verdicts ---------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path, capsys):
    """平川镇 has ten villages, 高地镇 four, 松林农场 one."""
    return Office(tmp_path / "云岭", County.of(平川镇=10, 高地镇=4, 松林农场=1), capsys.readouterr)


def read(office, **readings):
    """Choose readings: T_03="more_than" is "T-03" in the file."""
    shown = {name.replace("_", "-"): value for name, value in readings.items()}
    office.configure("[readings]\n" + "\n".join(f'"{name}" = {value}' for name, value in shown.items()))


def breach(office, *plan):
    """Report a year in which these villages have these cases: (village, kinds)."""
    office.year([(kind, village, "2026-05-06") for village, kinds in plan for kind in kinds])
    office.take_in()


ALL = ("petition", "suit", "crime")


def test_t01_only_the_indicators_chosen_are_judged(office):
    village = office.county.villages_of("平川镇")[0]
    breach(office, (village, ["petition", "suit"]))
    assert office.village(village)["verdict"] == "not_designated"
    read(office, T_01='["criminal_case"]')
    judged = office.village(village)
    assert judged["verdict"] == "designated"
    assert list(judged["indicators"]) == [CRIME]
    read(office, T_01='["administrative_suit", "skip_level_petition"]')
    assert office.village(village)["verdict"] == "disqualified", "all that are judged are breached (T-29)"


def test_t02_a_limit_may_be_reached_and_not_passed(office):
    first, second = office.county.villages_of("平川镇")[:2]
    breach(office, (first, ["crime"]), (second, ["crime", "crime"]))
    read(office, T_02="{ criminal_case = 1 }")
    assert office.village(first)["indicators"][CRIME] == {"low": 1, "high": 1, "limit": 1, "answer": "met"}
    assert office.village(second)["indicators"][CRIME] == {
        "low": 2,
        "high": 2,
        "limit": 1,
        "answer": "not_met",
    }
    assert (office.village(first)["verdict"], office.village(second)["verdict"]) == (
        "designated",
        "not_designated",
    )


def test_t03_seven_of_ten_reach_the_share_or_do_not(office):
    breach(office, *[(village, ["crime"]) for village in office.county.villages_of("平川镇")[:3]])
    assert office.township("平川镇")["conditions"]["unbreached_share"] == "met"
    read(office, T_03='"more_than"')
    assert office.township("平川镇")["conditions"]["unbreached_share"] == "not_met"


def test_t04_a_village_that_broke_one_is_unbreached_or_is_not(office):
    breach(office, *[(village, ["crime"]) for village in office.county.villages_of("平川镇")])
    assert office.township("平川镇")["conditions"]["unbreached_share"] == "not_met"
    read(office, T_04='"not_all"')
    assert office.township("平川镇")["conditions"]["unbreached_share"] == "met"


def test_t05_what_half_of_the_villages_must_have_broken(office):
    villages = office.county.villages_of("高地镇")
    kinds = [["petition", "suit"], ["petition", "crime"], ["suit", "crime"], []]
    breach(office, *zip(villages, kinds, strict=True))
    assert office.township("高地镇")["verdict"] != "disqualified", "no village broke all three"
    read(office, T_05='"each_indicator_half"')
    assert office.township("高地镇")["verdict"] == "disqualified"
    read(office, T_05='"any_breached"')
    assert office.township("高地镇")["verdict"] == "disqualified"


def test_t05_one_indicator_short_of_half_is_not_each(office):
    villages = office.county.villages_of("高地镇")
    breach(office, (villages[0], ALL), (villages[1], ["petition", "suit"]))
    read(office, T_05='"each_indicator_half"')
    assert office.township("高地镇")["verdict"] != "disqualified"
    read(office, T_05='"any_breached"')
    assert office.township("高地镇")["verdict"] == "disqualified"


def test_t06_exactly_half_is_enough_or_is_not_and_is_flagged_either_way(office):
    breach(office, *[(village, ALL) for village in office.county.villages_of("高地镇")[:2]])
    judged = office.township("高地镇")
    assert (judged["verdict"], "exactly_half" in judged["flags"]) == ("disqualified", True)
    read(office, T_06='"more_than"')
    judged = office.township("高地镇")
    assert (judged["verdict"], "exactly_half" in judged["flags"]) == ("not_designated", True)


SCORES = {"甲镇": 98, "乙镇": 98, "丙镇": 95, "丁镇": 95, "戊镇": 90}


@pytest.mark.parametrize(
    ("reading", "ranks"),
    [
        ("competition", [1, 1, 3, 3, 5]),
        ("dense", [1, 1, 2, 2, 3]),
        ("strict", [2, 2, 4, 4, 5]),
    ],
)
def test_t08_ranks_of_those_with_equal_scores(tmp_path, capsys, reading, ranks):
    office = Office(tmp_path / "云岭", County.of(**dict.fromkeys(SCORES, 1)), capsys.readouterr)
    office.assess(**SCORES)
    office.take_in_all()
    read(office, T_08=f'"{reading}"')
    judged = {t["name"]: t for t in office.score()["townships"]}
    assert [judged[name]["safety_rank"] for name in SCORES] == ranks
    passed = [judged[name]["conditions"]["safety_rank"] == "met" for name in SCORES]
    assert passed == [rank <= 2 for rank in ranks]
    assert [("tied_rank" in judged[name]["flags"]) for name in SCORES] == [True, True, True, True, False]


def test_t12_a_case_counts_in_the_year_it_was_filed_or_in_the_year_it_happened(office):
    village = office.county.villages_of("平川镇")[0]
    office.year()
    row = case("crime", 1, "2026-01-06", "平川镇", village) | {"发案日期": date(2025, 12, 20)}
    office.month("crime", "2026年1月", [row])
    office.take_in()
    assert office.village(village)["indicators"][CRIME]["low"] == 1
    read(office, T_12='"event_on"')
    assert office.village(village)["indicators"][CRIME]["low"] == 0


def test_t13_the_villages_are_those_of_the_years_end_or_of_the_day(office):
    village = office.county.villages_of("高地镇")[0]
    office.county.row(village)[6] = date(2026, 9, 30)
    office.save_areas()
    assert office.township("高地镇", "--as-of", "2026-06-30")["village_count"] == 3
    read(office, T_13='"as_of"')
    assert office.township("高地镇", "--as-of", "2026-06-30")["village_count"] == 4
    assert office.township("高地镇", "--as-of", "2026-12-31")["village_count"] == 3


@pytest.mark.parametrize(
    ("begun", "months", "verdict"),
    [
        (date(2026, 10, 1), 0, "designated"),
        (date(2026, 10, 1), 3, "designated"),
        (date(2026, 10, 1), 4, "not_designated"),
        (date(2026, 10, 31), 3, "not_designated"),
        (date(2019, 10, 31), 12, "designated"),
    ],
)
def test_t16_a_new_village_is_named_after_so_many_whole_months(office, begun, months, verdict):
    village = office.county.villages_of("高地镇")[0]
    office.county.row(village)[5] = begun
    office.save_areas()
    breach(office)
    read(office, T_16=f"{{ min_months = {months} }}")
    assert office.village(village)["verdict"] == verdict
    assert ("new_this_year" in office.village(village)["flags"]) == (begun.year == 2026)


def test_t18_a_farm_about_which_the_register_is_silent_competes_or_does_not(office):
    office.county.row("松林农场")[4] = None
    office.save_areas()
    assert office.township("松林农场")["competes"] is False
    read(office, T_18='"competing"')
    assert office.township("松林农场")["competes"] is True


def test_t19_a_suit_without_a_village_is_the_townships_or_is_held(office):
    village = office.county.villages_of("高地镇")[0]
    office.year()
    office.month("suit", "2026年3月", [case("suit", 1, "2026-03-05", "高地镇", None)])
    office.take_in("--dry-run")
    read(office, T_19='"hold"')
    office.take_in()
    state = office.village(village)["indicators"][SUIT]
    assert (state["low"], state["high"]) == (0, 1)
    office.run("incidents", "undo")
    read(office, T_19='"township"')
    office.take_in()
    state = office.village(village)["indicators"][SUIT]
    assert (state["low"], state["high"]) == (0, 0)


def test_t19_changed_after_the_import_holds_for_what_was_imported_before(office):
    """A reading is how the records are understood; it must not depend on when a sheet was taken in."""
    village = office.county.villages_of("高地镇")[0]
    office.year()
    office.month("suit", "2026年3月", [case("suit", 1, "2026-03-05", "高地镇", None)])
    office.take_in()
    read(office, T_19='"hold"')
    state = office.village(village)["indicators"][SUIT]
    assert (state["low"], state["high"]) == (0, 1)


def test_t21_the_score_is_weighed_or_taken_as_it_stands(office):
    rows = [
        {"乡镇(街道)": "平川镇", "一中心两所六进驻得分": 90, "其他得分": 81},
        {"乡镇(街道)": "高地镇", "一中心两所六进驻得分": 90, "其他得分": 80, "综合得分": 88},
    ]
    office.sheet("assessment", rows, to="年终/评分.xlsx", title="2026年平安建设考核评分表")
    office.take_in_all()
    assert [office.township(t)["safety_score"] for t in ("平川镇", "高地镇")] == ["85.50", "88.00"]
    read(office, T_21='"ready_total"')
    assert [office.township(t)["safety_score"] for t in ("平川镇", "高地镇")] == [None, "88.00"]


def test_t22_results_within_the_half_are_scored_only_where_the_office_says_so(office):
    """The three indicators' results among the 50 %: refused by default, so that nothing counts twice."""
    headers = ["编号", "项目", "分值", "计分方式", "数据来源", "依据", "部分"]
    rows = [
        ["1", "刑事案件", 100, "每件扣5分", "刑事案件件数", "二", "一中心两所六进驻"],
        ["2", "其他工作", 100, "人工评分", "人工", "五(二)", "其他"],
    ]
    dicts = [dict(zip(headers, row, strict=True)) for row in rows]
    office.sheet("assessment_item", dicts, headers=headers, to="细则.xlsx", title="2026年考核细则")
    office.take_in_all()
    told = [office.ask("assess", "check", "--year", 2026)]
    read(office, T_22='"inside"')
    told.append(office.ask("assess", "check", "--year", 2026))
    assert [answer.status for answer in told] == [1, 0]
    assert [answer.json["items"][0]["is_scored"] for answer in told] == [False, True]


def test_causes_that_are_left_out_do_not_count_for_suits_or_crimes(office):
    """The template's own example is a crime's: 危险驾驶."""
    villages = office.county.villages_of("平川镇")[:3]
    office.year()
    suit = case("suit", 1, "2026-05-06", "平川镇", villages[0]) | {"案由": "政府信息公开"}
    crimes = [
        case("crime", number, "2026-05-06", "平川镇", village) | {"案件类别": category}
        for number, (village, category) in enumerate(zip(villages[1:], ("危险驾驶", "盗窃"), strict=True))
    ]
    office.month("suit", "2026年5月", [suit])
    office.month("crime", "2026年5月", crimes)
    office.configure('[count]\nexclude_causes = ["信息公开", "危险驾驶"]\n')
    answer = office.take_in()
    assert office.village(villages[0])["indicators"][SUIT]["low"] == 0
    assert office.village(villages[2])["indicators"][CRIME]["low"] == 1
    reasons = [i["reason"] for i in office.incidents()]
    assert office.village(villages[1])["indicators"][CRIME]["low"] == 0
    assert sorted(reasons, key=str) == [None, "excluded_cause", "excluded_cause"]
    assert sum(sheet["ignored"] for sheet in answer.sheets) == 2
    office.configure()
    assert office.village(villages[0])["indicators"][SUIT]["low"] == 1, "the ledger keeps what it left out"


def test_a_reading_nobody_confirmed_is_flagged_where_the_verdict_rests_on_it(office):
    breach(office, *[(village, ["crime"]) for village in office.county.villages_of("平川镇")[:3]])
    office.assess(平川镇=95, 高地镇=90)
    office.attest()
    office.take_in_all()
    assert "reading_assumed" in office.township("平川镇")["flags"]
    read(
        office,
        T_03='"at_least"',
        T_04='"none"',
        T_05='"each_village_all"',
        T_06='"at_least"',
        T_08='"competition"',
    )
    judged = office.township("平川镇")
    assert (judged["verdict"], "reading_assumed" in judged["flags"]) == ("designated", False)


def test_the_template_keeps_its_word_about_binding_indicators_without_names(office):
    """Where the template says that no township is suggested before the names are filled in, none is."""
    promised = "不会建议命名" in write_template(name="云岭县", code="649801", edition=PLAN.number)
    breach(office)
    office.assess(平川镇=95, 高地镇=90)
    office.attest()
    office.take_in_all()
    assert office.township("平川镇")["verdict"] == "designated"
    path = office.path / FILE_NAME
    names = next(line for line in path.read_text("utf-8").splitlines() if line.startswith("names"))
    path.write_text(path.read_text("utf-8").replace(names, "names = []"), "utf-8")
    assert office.township("平川镇")["verdict"] == ("unknown" if promised else "designated")


def test_an_attestation_under_another_name_does_not_stand_for_a_binding_indicator(office):
    """T-09: one of the four that is not attested leaves the township open."""
    breach(office)
    office.assess(平川镇=95, 高地镇=90)
    office.attest(left_out=BINDING_NAMES[-1:])
    row = {"乡镇(街道)": "平川镇", "指标名称": "别的事项", "是否突破": "否", "依据文号": "云政法〔2026〕31号"}
    office.sheet("binding", [row], to="年终/补充.xlsx", title="2026年四项约束性指标认定表")
    office.take_in_all()
    assert office.township("平川镇")["conditions"]["binding_indicators"] == "unknown"


def test_t24_how_many_days_a_mediator_owes_a_village_a_month(office):
    village = office.county.villages_of("平川镇")[0]
    row = {
        "日期": "2026-03-10",
        "姓名": "李安",
        "角色": "人民调解员",
        "进驻地点": village,
        "签到时间": "9:00",
    }
    office.sheet("sign_in", [row], title="平川镇3月进驻签到表")
    office.take_in_all()

    def states():
        answer = office.ask("due", "--month", "2026-03", "--as-of", "2026-03-31", "--who", "人民调解员")
        return {item["area_code"]: item["state"] for item in answer.json["items"]}

    code = office.county.code(village)
    assert states()[code] == "done"
    office.configure('[readings]\n"T-24" = { days_per_month = 2 }\n')
    assert states()[code] == "due"


def test_every_switch_in_use_is_one_of_those_tried_here():
    """A reading with a choice that no test turns is a promise nobody keeps."""
    tried = {name[5:8].upper() for name in globals() if name.startswith("test_t")}
    elsewhere = {"T11", "T25", "T26"}  # test_evaluate, test_roster and test_attendance
    switches = {
        reading.id.replace("-", "")
        for reading in PLAN.readings
        if reading.in_use and (len(reading.choices) > 1 or reading.kind is ReadingKind.LIMITS)
    }
    assert switches - elsewhere <= tried, sorted(switches - elsewhere - tried)
    assert not set(itertools.chain(elsewhere)) & tried
