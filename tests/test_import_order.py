"""Files taken in one by one, in any order and twice, give the same ledger and the same score."""

# The sheets of a year are read across.
# ruff: noqa: E501

from __future__ import annotations

import shutil
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from workspaces import County, Office, case

from sanwu_cli.jobs.intake import import_files
from sanwu_cli.jobs.ledger_view import Filter, incident_as_json, list_incidents
from sanwu_cli.jobs.reading import read_files
from sanwu_cli.jobs.score_json import year_as_json
from sanwu_cli.jobs.scoring import open_scoring, score_year
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.ledger.keys import name_sender
from sanwu_cli.terms import Intake, RowClass

A, B, C, D, E = "青禾村", "松岗村", "白鹭村", "芦花村", "双桂村"
COUNTY = County.of(青峪镇=3, 白石镇=2)
ORDERS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def petition(number, day, village, **more):
    town = "青峪镇" if village in {A, B, C, None} else "白石镇"
    return case("petition", number, day, town, village) | more


def suit(number, day, village, **more):
    return case("suit", number, day, "青峪镇", village) | more


def crime(number, day, village, **more):
    return case("crime", number, day, "青峪镇", village) | more


def counts(*rows):
    heads = ("乡镇(街道)", "村(社区)", "越级上访", "行政诉讼", "刑事案件")
    return [dict(zip(heads, row, strict=True)) for row in rows]


def write_inbox(office):
    """Write a year's sheets that meet each other in every way the ledger knows; give their paths."""
    second = suit(1, "2026-05-08", A) | {
        "案号": "（2026）试98行终7号",
        "审级": "二审",
        "原审案号": "（2026）试9801行初1号",
    }
    sheets = [
        office.month("petition", "2026年1月", [petition(1, "2026-01-05", A), petition(2, "2026-01-06", None)]),
        office.month("petition", "2026年2月", [petition(3, "2026-02-05", B), petition(4, "2026-02-06", D, 是否越级="否")]),
        # cumulative: 1 without its village, 2 with one, 3 again, 5 new and dated in January
        office.month("petition", "2026年1—3月", [
            petition(1, "2026-01-05", None), petition(2, "2026-01-06", C), petition(3, "2026-02-05", B), petition(5, "2026-01-30", E),
        ]),
        # a case seen in three months, withdrawn in the last
        office.month("crime", "2026年1月", [crime(1, "2026-01-09", A), crime(2, "2026-01-10", B)]),
        office.month("crime", "2026年2月", [crime(1, "2026-01-09", A, 案件状态="移送起诉"), crime(3, "2026-02-10", None)]),
        office.month("crime", "2026年4月", [crime(1, "2026-01-09", A, 案件状态="已撤销"), crime(3, "2026-02-10", C)]),
        # one case charged to two villages; rows without any number
        office.month("crime", "2026年5月", [
            crime(4, "2026-05-09", A), crime(4, "2026-05-09", B), crime(5, "2026-05-20", C, 案件编号=None), crime(6, "2026-05-20", C, 案件编号=None),
        ]),
        office.month("suit", "2026年2月", [suit(1, "2026-02-03", A), suit(2, "2026-02-04", None)]),
        office.month("suit", "2026年5月", [second]),
        # counts of a month and of a quarter that hold against the details
        office.month("indicator_count", "2026年3月", counts(("青峪镇", A, 1, 0, 0), ("青峪镇", B, 0, 0, 2), ("白石镇", None, 3, 0, None))),
        office.month("indicator_count", "2026年1—3月", counts(("青峪镇", A, 2, 1, 1), ("青峪镇", C, 0, 0, 0)), to="q/一季度.xlsx"),
        office.sheet("nil_report", [
            {"月份": "2026-06", "报送单位": "信访局", "指标": "越级上访"}, {"起止月份": "2026-06至2026-08", "报送单位": "白石镇人民政府", "指标": "全部"},
            {"月份": "2026-05", "报送单位": "公安局", "指标": "刑事案件"},  # denied by the sheet of May
        ], to="零报告.xlsx"),
    ]  # fmt: skip
    again = office.path / "inbox" / "重发" / "公安局再报.xlsx"
    again.parent.mkdir()
    shutil.copyfile(sheets[4], again)  # the same bytes under another name
    return [*sheets, again]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The files, read once: the order of importing is the question, not the reading."""
    office = Office(tmp_path_factory.mktemp("office"), COUNTY, lambda: ("", ""))
    office.attest()
    paths = write_inbox(office)
    workspace = open_workspace(office.path)
    registers = read_registers(workspace)
    return workspace, registers, [read_files(workspace, registers, [path]) for path in paths]


def take_in(prepared, folder, runs):
    """Import groups of files, each in a run of its own, into a new ledger; give the workspace and the results."""
    workspace, registers, files = prepared
    fresh = replace(workspace, path=folder)
    results = [
        import_files(fresh, registers, tuple(f for n in run for f in files[n]), intake=Intake.INCIDENTS, as_of="2026-12-31")
        for run in runs
    ]  # fmt: skip
    return fresh, results


def tell(prepared, workspace):
    """Tell what the ledger holds: every case, and the whole score of the year.

    Not where it was read: of the same bytes under two names the one that came first is kept.
    """
    _, registers, _ = prepared
    cases = [incident_as_json(incident) for incident in list_incidents(workspace, Filter())]
    kept = [{key: one[key] for key in one if key not in {"source", "sources"}} for one in cases]
    return kept, year_as_json(score_year(open_scoring(workspace, registers, year=2026)))


@pytest.fixture(scope="module")
def expected(prepared, tmp_path_factory):
    """What the files say when all are imported in one run."""
    workspace, _ = take_in(prepared, tmp_path_factory.mktemp("all"), [range(len(prepared[2]))])
    return tell(prepared, workspace)


def test_the_year_says_what_its_sheets_say(expected):
    """The answers themselves, by hand; the permutations below only compare."""
    cases, score = expected
    known = {one["id"]: (one["status"], one["counts"], one["area_codes"]) for one in cases}
    code = COUNTY.code
    assert known["XF-1"] == (
        "counted",
        True,
        [code(A)],
    )  # the cumulative sheet names no village: the earlier holds
    assert known["XF-2"] == ("counted", True, [code(C)])
    assert known["XF-4"][:2] == ("not_counted", False)
    assert known["A64981"][:2] == ("not_counted", False)
    assert known["A64983"] == ("counted", True, [code(C)])
    assert known["A64984"][2] == [code(A), code(B)]
    assert known["（2026）试98行终7号"][:2] == ("not_counted", False)
    assert sum(1 for one in known if one.startswith("无编号-")) == 2
    villages = {one["code"]: one["indicators"] for one in score["villages"]}
    assert villages[code(A)]["administrative_suit"]["low"] == 1
    # three cases; the count of the quarter denies the one of February, so only the two of May are sure
    assert villages[code(C)]["criminal_case"]["low"] == 2
    assert (
        villages[code(B)]["criminal_case"]["low"] == 4
    )  # one in January, one in May, and two counted in March


@ORDERS
@given(data=st.data())
def test_any_order_gives_the_same_ledger(prepared, expected, tmp_path_factory, data):
    number = len(prepared[2])
    order = data.draw(st.permutations(range(number)))
    workspace, _ = take_in(prepared, tmp_path_factory.mktemp("order"), [[n] for n in order])
    assert tell(prepared, workspace) == expected


@ORDERS
@given(data=st.data())
def test_any_grouping_into_runs_gives_the_same_ledger(prepared, expected, tmp_path_factory, data):
    number = len(prepared[2])
    order = data.draw(st.permutations(range(number)))
    cuts = sorted(data.draw(st.sets(st.integers(1, number - 1), max_size=4)))
    runs = [order[start:end] for start, end in zip([0, *cuts], [*cuts, number], strict=True)]
    workspace, _ = take_in(prepared, tmp_path_factory.mktemp("runs"), runs)
    assert tell(prepared, workspace) == expected


def test_taking_everything_in_twice_changes_nothing(prepared, expected, tmp_path):
    everything = range(len(prepared[2]))
    workspace, (_, second) = take_in(prepared, tmp_path, [everything, everything])
    assert second.run is None
    assert not any(difference.added for difference in second.differences)
    assert not any(difference.count(RowClass.NEW) for difference in second.differences)
    assert not any(difference.count(RowClass.CHANGED) for difference in second.differences)
    assert tell(prepared, workspace) == expected


def test_one_file_again_after_all_others_changes_nothing(prepared, expected, tmp_path):
    number = len(prepared[2])
    workspace, results = take_in(prepared, tmp_path, [range(number), *([n] for n in range(number))])
    assert [result.run for result in results[1:]] == [None] * number
    assert tell(prepared, workspace) == expected


# -- copies of one month: a file named 更正 is in force, whenever it comes --------------------------------


def correct(make, order):
    """Import an original and its correction in an order, each in its own run; give the case and the score."""
    office = make()
    paths = {
        "原": office.month("crime", "2026年3月", [crime(1, "2026-03-05", A), crime(2, "2026-03-06", B)]),
        "更正": office.month("crime", "2026年3月", [crime(1, "2026-03-05", C), crime(2, "2026-03-06", B)], to="2026年3月/crime更正.xlsx"),
    }  # fmt: skip
    for name in order:
        office.ask("incidents", "import", paths[name])
    return {one["id"]: one["area_code"] for one in office.incidents()}


@pytest.fixture
def make(tmp_path, capsys):
    numbers = iter(range(100))
    return lambda: Office(tmp_path / f"w{next(numbers)}", COUNTY, lambda: tuple(capsys.readouterr()))


def test_a_correction_that_comes_later_is_in_force(make):
    assert correct(make, ["原", "更正"])["A64981"] == COUNTY.code(C)


def test_a_correction_that_comes_first_is_in_force_all_the_same(make):
    assert correct(make, ["更正", "原"])["A64981"] == COUNTY.code(C)


def test_a_copy_after_a_correction_is_told_and_not_in_force(make):
    office = make()
    first = office.month("crime", "2026年3月", [crime(1, "2026-03-05", C)], to="2026年3月/crime更正.xlsx")
    later = office.month("crime", "2026年3月", [crime(1, "2026-03-05", A)])
    assert office.ask("incidents", "import", first).status == 0
    told = office.ask("incidents", "import", later).finding("CASE-TOLD-TWICE")
    assert "crime更正.xlsx" in told["message"]
    assert "采用了名字里写明更正的那一份" in told["message"]
    assert office.ask("incidents", "import", later).status == 0
    assert [one["area_code"] for one in office.incidents()] == [COUNTY.code(C)]


def test_a_correction_taken_in_together_with_what_it_corrects_is_no_contradiction(make):
    office = make()
    office.month("crime", "2026年3月", [crime(1, "2026-03-05", C)], to="2026年3月/crime更正.xlsx")
    office.month("crime", "2026年3月", [crime(1, "2026-03-05", A)])
    assert "CASE-TOLD-TWICE" not in {one["code"] for one in office.take_in().json["findings"]}
    assert [one["area_code"] for one in office.incidents()] == [COUNTY.code(C)]


def test_a_later_month_goes_before_a_correction_of_an_earlier_one(make):
    office = make()
    later = office.month("crime", "2026年1—4月", [crime(1, "2026-03-05", B)])
    office.ask("incidents", "import", later)
    office.ask(
        "incidents", "import", office.month("crime", "2026年3月", [crime(1, "2026-03-05", A)], to="更正.xlsx")
    )
    assert [one["area_code"] for one in office.incidents()] == [COUNTY.code(B)]


def test_of_two_copies_not_named_a_correction_the_last_taken_in_is_in_force(make):
    """The documented rule where the order does matter (CONTRIBUTING, Versions of a case)."""
    seen = []
    for order in (A, C), (C, A):
        office = make()
        for village in order:
            name = f"2026年3月/{village}.xlsx"
            office.ask(
                "incidents",
                "import",
                office.month("crime", "2026年3月", [crime(1, date(2026, 3, 5), village)], to=name),
            )
        seen += [one["area_code"] for one in office.incidents()]
    assert seen == [COUNTY.code(C), COUNTY.code(A)]


# -- cases that fall together ---------------------------------------------------------------------------


def test_rows_without_a_number_from_two_stations_are_not_one_case(make):
    office = make()
    for number in (1, 2):
        row = crime(number, "2026-03-09", A, 案件编号=None, 办案单位=f"第{number}派出所")
        office.month("crime", "2026年3月", [row], to=f"2026年3月/{number}所.xlsx")
    office.take_in()
    assert len(office.incidents()) == 2


def test_a_number_used_twice_in_a_sheet_takes_no_village_its_case(make):
    office = make()
    for kind in ("petition", "suit"):
        office.month(kind, "2026年1—12月", [])
    office.month("crime", "2026年1—12月", [crime(1, "2026-03-09", A), crime(1, "2026-03-20", B)])
    office.take_in()
    for village in (A, B):
        assert office.village(village)["indicators"]["criminal_case"]["high"] >= 1


def bounds(office):
    """Give the interval of criminal cases of every village, and its verdict."""
    found = {}
    for village in (A, B, C):
        told = office.village(village)
        interval = told["indicators"]["criminal_case"]
        found[village] = interval["low"], interval["high"], told["verdict"]
    return found


def year_of_crimes(make, *sheets):
    """Take in a year without petitions and suits, with these crimes; give what is known of each village."""
    office = make()
    for kind in ("petition", "suit"):
        office.month(kind, "2026年1—12月", [])
    for number, rows in enumerate(sheets):
        office.month("crime", "2026年1—12月", rows, to=f"{'甲乙丙'[number]}/刑事.xlsx")
    office.take_in()
    return office


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    "second",
    [
        {"立案日期": "2026-03-20", "村(社区)": B},
        {"立案日期": "2026-03-20"},
        {"村(社区)": B},
        {"村(社区)": B, "备注": "另一行"},
        {"案件状态": "已撤销"},
        {"案件状态": "已撤销", "立案日期": "2026-03-20", "村(社区)": B},
        {"案件类型": "行政"},
        {"案件类型": None},
        {"立案日期": "不详"},
        {"村(社区)": None},
        {"村(社区)": None, "立案日期": None},
        {"案件类别": "诈骗", "村(社区)": B},
        {"办案单位": "乙派出所"},
    ],
    ids=str,
)
def test_a_second_row_of_one_number_makes_nobody_better_off(make, second, swapped):
    first = crime(
        1, "2026-03-09", A, 案件类型="刑事", 案件状态="侦查中", 案件类别="盗窃", 办案单位="甲派出所"
    )
    rows = [first, first | second]
    alone = bounds(year_of_crimes(make, [first]))
    both = bounds(year_of_crimes(make, rows[::-1] if swapped else rows))
    for village, (low, high, _) in alone.items():
        assert both[village][1] >= high
        assert swapped or both[village][0] >= low
    if second.get("案件状态") == "已撤销" or second.get("案件类型") == "行政":
        assert both[A][0] == 1  # a row that does not count never takes the place of one that does


def test_a_number_used_twice_is_an_error_and_the_second_row_waits_for_an_answer(make):
    office = year_of_crimes(make, [crime(1, "2026-03-09", A), crime(1, "2026-03-20", B)])
    answer = office.take_in()
    assert answer.finding("ROW-DUPLICATE")["severity"] == "error"
    assert "挂起" in answer.finding("ROW-DUPLICATE")["message"]
    held = next(one for one in office.incidents() if one["status"] == "held")
    assert (held["case_number"], held["area_code"]) == ("A64981", COUNTY.code(B))
    grounds = ("--reason", "两件", "--document", "核〔2026〕1号")
    assert office.ask("incidents", "correct", held["id"], "--counted", *grounds).status == 0
    assert bounds(office)[A][:2] == bounds(office)[B][:2] == (1, 1)


def test_the_same_file_with_its_number_mended_leaves_nothing_held(make):
    office = year_of_crimes(make, [crime(1, "2026-03-09", A), crime(1, "2026-03-20", B)])
    office.month(
        "crime", "2026年1—12月", [crime(1, "2026-03-09", A), crime(2, "2026-03-20", B)], to="甲/刑事.xlsx"
    )
    office.take_in()
    assert {one["id"]: one["status"] for one in office.incidents()} == {
        "A64981": "counted",
        "A64982": "counted",
    }


# -- rows without a number, alike in two sheets: who sent them, and for which months -------------------------


def nameless(unit=None, remark=None):
    return crime(1, "2026-03-09", A, 案件编号=None, 办案单位=unit, 备注=remark)


def statuses(make, sheets, order=None):
    """Take in (path, span, units of its alike rows), in an order, each in a run; give statuses by id."""
    office = make()
    paths = [
        office.month("crime", span, [nameless(unit, path) for unit in units], to=path)
        for path, span, units in sheets
    ]
    for number in order or range(len(paths)):
        office.ask("incidents", "import", paths[number])
    return {one["id"]: one["status"] for one in office.incidents()}


MARCH = "2026年3月"
ALIKE = {
    "two stations": ([("3月/1所.xlsx", MARCH, ["一所"]), ("3月/2所.xlsx", MARCH, ["二所"])], 2, 0),
    "two files, units not told": ([("3月/1所.xlsx", MARCH, [None]), ("3月/2所.xlsx", MARCH, [None])], 1, 1),
    "two folders of stations": ([("1所/刑事.xlsx", MARCH, [None]), ("2所/刑事.xlsx", MARCH, [None])], 1, 1),
    "two files of one unit": ([("3月/甲.xlsx", MARCH, ["一所"]), ("3月/乙.xlsx", MARCH, ["一所"])], 1, 1),
    "cumulative": ([("2026年3月/刑事.xlsx", MARCH, ["一所"]), ("2026年4月/刑事（1—4月累计）.xlsx", "2026年1—4月", ["一所"])], 1, 0),
    "cumulative, another spelling": ([("3月/1所.xlsx", MARCH, ["一所"]), ("4月/1所.xlsx", "2026年1—4月", ["第一派出所"])], 1, 0),
    "cumulative, units not told": ([("1所3月.xlsx", MARCH, [None]), ("1所1-4月.xlsx", "2026年1—4月", [None])], 1, 0),
    "a copy": ([("3月/1所.xlsx", MARCH, [None]), ("3月/1所 - 副本(1).xlsx", MARCH, [None, None])], 2, 0),
    "a correction": ([("3月/1所.xlsx", MARCH, ["一所"]), ("3月/1所更正.xlsx", MARCH, ["二所"])], 1, 0),
    "three": ([("3月/1所.xlsx", MARCH, ["一所"]), ("3月/2所.xlsx", MARCH, ["二所"]), ("3月/局.xlsx", MARCH, [None])], 2, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", ALIKE)
def test_alike_rows_without_a_number(make, name):
    sheets, counted, held = ALIKE[name]
    number = len(sheets)
    found = [
        statuses(make, sheets, order)
        for order in (range(number), range(number - 1, -1, -1), [*range(number), *range(number)])
    ]
    assert list(found[0].values()).count("counted") == counted
    assert list(found[0].values()).count("held") == held
    assert found[0] == found[1] == found[2]


def test_alike_rows_of_two_sheets_of_one_book_are_told_apart_by_their_sheets():
    assert name_sender("inbox/2026年3月/刑事.xlsx", "1所") != name_sender("inbox/2026年3月/刑事.xlsx", "2所")
    assert name_sender("inbox/2026年3月/刑事.xlsx", "3月") == name_sender(
        "inbox/2026-04/刑事(更正).xls", "Sheet1"
    )


def test_a_held_row_that_is_alike_is_told_and_answered(make):
    office = make()
    for number in (1, 2):
        office.month("crime", MARCH, [nameless(remark=str(number))], to=f"3月/{number}所.xlsx")
    assert "所.xlsx" in office.take_in().finding("CASE-ALIKE")["message"]
    held = next(one["id"] for one in office.incidents() if one["status"] == "held")
    grounds = ("--reason", "两件", "--document", "核〔2026〕1号")
    assert office.ask("incidents", "correct", held, "--counted", *grounds).status == 0
    assert [one["status"] for one in office.incidents()] == ["counted", "counted"]
    assert "CASE-ALIKE" not in office.take_in().codes
    assert office.ask("incidents", "undo").status == 0
    assert office.ask("incidents", "withdraw", held, *grounds).status == 0
    assert sorted(one["status"] for one in office.incidents()) == ["counted", "withdrawn"]
    assert "CASE-ALIKE" not in office.take_in().codes
