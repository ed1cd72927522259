"""`sanwu due` as people and programs meet it: real sheets in, lines, JSON, CSV and a calendar out."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from workspaces import County, Office

from sanwu_cli.cli.due_lines import _list_places
from sanwu_cli.console import measure_width
from sanwu_cli.ical import fold_line
from sanwu_cli.model import Source


@pytest.fixture
def office(tmp_path, capsys):
    county = County.of(青山镇=3, 绿水乡=2)
    return Office(tmp_path / "云岭", county, capsys.readouterr)


def _import(office):
    answer = office.ask("records", "import", office.path / "inbox")
    assert answer.status == 0, answer.err
    return answer


def _post(office, *rows):
    office.sheet(
        "publication",
        [
            {"月份": month, "乡镇(街道)": town, "公示方式": how, "公示日期": day, "经办人": "赵一"}
            for month, town, how, day in rows
        ],
        title="值班表公示登记表",
    )


def _meet(office, *rows):
    office.sheet(
        "meeting",
        [{"日期": day, "类型": kind, "单位": unit, "议题": topics} for day, kind, unit, topics in rows],
        title="会议登记表",
    )


def _items(answer, obligation):
    return [item for item in answer.json["items"] if item["obligation"] == obligation]


def test_from_the_sheets_to_done_with_the_row_it_stands_in(office):
    _post(
        office,
        ("2026-12", "青山镇", "公示栏", "2026-11-27"),
        ("2026-12", "青山镇", "微信群", "2026-12-02"),
        ("2026-12", "绿水乡", "公示栏", "2026-11-28"),
    )
    _import(office)
    answer = office.ask("due", "--month", "2026-11", "--as-of", "2026-12-05")
    assert answer.status == 0
    first, second = _items(answer, "O-34")
    assert (first["who"], first["area_code"]) == ("青山镇", office.county.code("青山镇"))
    assert (first["state"], first["late"], first["soft"]) == ("done", True, True)
    assert [(e["sheet"], e["row"]) for e in first["evidence"]] == [("Sheet1", 3), ("Sheet1", 4)]
    assert all(e["file"].startswith("inbox/publication") for e in first["evidence"])
    assert (second["state"], second["why"]) == ("overdue", "公示栏11月28日已公示，微信群没有登记")
    assert second["todo"]


def test_the_document_says_what_the_contract_says(office):
    document = office.ask("due", "--as-of", "2026-11-15").json
    assert list(document)[:4] == ["schema", "as_of", "span", "items"]
    assert document["schema"] == "sanwu/due/1"
    assert document["span"] == {"first": "2026-11-01", "last": "2026-11-30", "overdue_of_year": True}
    assert set(document["items"][0]) == {
        *("obligation", "task", "clauses", "who", "area_code", "what", "person", "period", "due_on"),
        *("soft", "state", "late", "evidence", "why", "todo"),
    }
    counts = document["counts"]
    assert sum(counts[s] for s in ("done", "due", "overdue", "not_applicable", "people")) == len(
        document["items"]
    )
    assert counts["error"] == 0


def test_without_a_span_the_month_and_whatever_is_overdue_of_the_year(office):
    plain = office.ask("due", "--as-of", "2026-04-15").json["items"]
    assert {item["due_on"] for item in plain if item["obligation"] == "O-29"} == {"2026-03-31"}
    month = office.ask("due", "--as-of", "2026-04-15", "--month", "2026-04").json["items"]
    assert not [item for item in month if item["obligation"] == "O-29"]
    year = office.ask("due", "--as-of", "2026-04-15", "--year", "2026").json["items"]
    assert [i["state"] for i in year if i["obligation"] == "O-29"] == ["overdue", "due", "due", "due"]


def test_overdue_work_is_no_error_of_data(office):
    for shape in ("table", "json", "csv"):
        assert office.run("due", "--as-of", "2026-11-15", "--format", shape).status == 0


def test_the_lines_fit_eighty_columns_and_begin_with_what_is_overdue(office):
    for more in ((), ("--all",), ("-v", "--all"), ("--year", "2026")):
        answer = office.run("due", "--as-of", "2026-11-15", *more)
        assert max(map(measure_width, answer.out.splitlines())) <= 80
    lines = office.run("due", "--as-of", "2026-11-15").out.splitlines()
    titles = [line for line in lines if line and not line.startswith(" ")]
    assert [title.partition("（")[0] for title in titles[1:]] == [
        "逾期：方案写明的期限",
        "过了本办公室建议的期限",
        "快到期",
        "没有写明期限，还没有办",
    ]


def test_units_that_all_lack_one_thing_are_one_line_and_named_with_v(office):
    short = office.run("due", "--month", "2026-11", "--as-of", "2026-11-15").out
    assert "O-34 2026年12月公示进驻值班表：2个乡镇(街道)都还没有" in short.replace("\n", "")
    assert "绿水乡：公示栏没有登记" not in short
    full = office.run("due", "--month", "2026-11", "--as-of", "2026-11-15", "-v").out
    assert "绿水乡：公示栏没有登记，微信群没有登记" in full


def test_one_of_two_is_named(office):
    _meet(office, ("2026-11-20", "联席会议", "青山镇", "土地纠纷"))
    _import(office)
    out = office.run("due", "--month", "2026-11", "--as-of", "2026-11-30").out.replace("\n", "")
    assert "联席会议：2个乡镇(街道)里有1个还没有：绿水乡" in out


@pytest.mark.parametrize(
    ("who", "wanted"),
    [("青山镇", "649801101"), ("649801102", "649801102"), ("青禾村", "649801101201")],
)
def test_only_one_townships_or_villages_items(office, who, wanted):
    items = office.ask("due", "--as-of", "2026-11-15", "--who", who).json["items"]
    assert items
    assert all(item["area_code"].startswith(wanted) for item in items)


@pytest.mark.parametrize("who", ["政法委", "县委政法委", "committee"])
def test_only_a_departments_items(office, who):
    items = office.ask("due", "--as-of", "2026-11-15", "--who", who).json["items"]
    assert {item["who"] for item in items} == {"政法委"}


def test_only_one_state(office):
    for word in ("逾期", "overdue"):
        items = office.ask("due", "--as-of", "2026-11-15", "--state", word).json["items"]
        assert {item["state"] for item in items} == {"overdue"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--who", "某某公司"), "不知道“某某公司”是哪个单位"),
        (("--state", "好"), "没有“好”这种状态"),
        (("--month", "2026-13"), "月份“2026-13”看不懂"),
        (("--month", "2026-03", "--year", "2026"), "只能写一个"),
        (("--month", "2020-05"), "方案从2020年6月起实施"),
        (("--as-of", "2020-05-31"), "方案从2020年6月起实施"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_remedy(office, arguments, says):
    if "--as-of" not in arguments:
        arguments = (*arguments, "--as-of", "2026-11-15")
    answer = office.run("due", *arguments)
    assert answer.status == 2
    assert says in answer.err
    assert "修复：" in answer.err


def test_csv_has_a_row_an_item(office):
    answer = office.run("due", "--as-of", "2026-11-15", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert len(rows) == len(office.ask("due", "--as-of", "2026-11-15").json["items"])
    assert {"事项", "期限", "状态", "依据"} <= set(rows[0])


def test_rows_that_are_evidence_of_nothing_are_named(office):
    office.sheet(
        "report_filed",
        [{"单位": "某某公司", "事项": "书面报告", "报送日期": "2026-11-02"}],
        title="书面报告登记表",
    )
    _import(office)
    (unused,) = office.ask("due", "--as-of", "2026-11-15").json["unused"]
    assert (unused["row"], unused["why"]) == (3, "“某某公司”不是认得的单位")
    assert "有1行登记" in office.run("due", "--as-of", "2026-11-15").err
    assert "“某某公司”不是认得的单位" in office.run("due", "--as-of", "2026-11-15", "-v").err


def test_a_score_half_filled_in_is_no_assessment(office):
    office.assess(青山镇=95, 绿水乡=None)
    _import(office)
    answer = office.ask("due", "--month", "2026-12", "--as-of", "2026-12-31", "--who", "政法委")
    (item,) = [item for item in _items(answer, "O-26") if item["task"] == 1]
    assert (item["state"], item["why"]) == ("due", "还缺绿水乡")


# --- the calendar file


def unfold(text):
    """Put folded lines together again, as RFC 5545 tells a reader to."""
    return text.replace("\r\n ", "").split("\r\n")


def read_events(data):
    """Read the events of a calendar file into dictionaries, one value a name."""
    events, inside = [], False
    for line in unfold(data.decode("utf-8")):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        inside = (inside or line == "BEGIN:VALARM") and line != "END:VALARM"
        if events and value:
            events[-1].setdefault(("ALARM-" if inside else "") + name, value)
    return events


def test_the_calendar_file_is_one_a_phone_can_read(office):
    path = office.path / "十一月.ics"
    assert office.run("due", "--month", "2026-11", "--as-of", "2026-11-15", "--ics", path).status == 0
    data = path.read_bytes()
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    for line in data.split(b"\r\n"):
        line.decode("utf-8")  # no character is cut in two
    events = read_events(data)
    assert len({event["UID"] for event in events}) == len(events) > 5
    posting = next(event for event in events if event["UID"].startswith("O-34-"))
    assert posting["UID"] == "O-34-1-2026-12@due.sanwu"
    assert posting["DTSTART;VALUE=DATE"] == "20261130"
    assert posting["DTEND;VALUE=DATE"] == "20261201"
    assert posting["DTSTAMP"] == "20261115T000000Z"
    assert posting["ALARM-TRIGGER"] == "-PT15H"
    assert posting["SUMMARY"].endswith("（本办公室建议期限）")
    hard = next(event for event in events if event["UID"].startswith("O-19-"))
    assert "建议" not in hard["SUMMARY"]


def test_the_same_question_gives_the_same_bytes_and_done_things_go(office):
    def ask_for(name):
        path = office.path / name
        office.run("due", "--month", "2026-11", "--as-of", "2026-11-15", "--ics", path)
        return path.read_bytes()

    before = ask_for("a.ics")
    assert ask_for("b.ics") == before
    _post(
        office,
        *(
            ("2026-12", town, how, "2026-11-10")
            for town in ("青山镇", "绿水乡")
            for how in ("公示栏", "微信群")
        ),
    )
    _import(office)
    uids = {event["UID"] for event in read_events(ask_for("c.ics"))}
    assert {event["UID"] for event in read_events(before)} - uids == {"O-34-1-2026-12@due.sanwu"}


def test_somebodys_own_calendar_has_uids_of_its_own(office):
    path = office.path / "青山.ics"
    office.run("due", "--month", "2026-11", "--as-of", "2026-11-15", "--who", "青山镇", "--ics", path)
    uids = {event["UID"] for event in read_events(path.read_bytes())}
    assert "O-34-1-2026-12-649801101@due.sanwu" in uids


@pytest.mark.parametrize("text", ["短", "SUMMARY:" + "字" * 60, "A" * 75, "A" * 76, "é" * 200])
def test_a_folded_line_is_the_line_again(text):
    parts = list(fold_line(text))
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == text
    assert all(part.startswith(" ") for part in parts[1:])


def test_the_coverage_walks_all_clauses_and_all_obligations(office):
    document = office.run_anywhere("plan", "coverage", "--format", "json").json
    assert [each["id"] for each in document["obligations"]] == [f"O-{n:02d}" for n in range(1, 45)]
    for each in document["obligations"]:
        assert each["tasks"], each["id"]
        for task in each["tasks"]:
            assert bool(task["checks"]) is not bool(task["people"]), each["id"]
    table = office.run_anywhere("plan", "coverage").out
    for number in range(1, 45):
        assert any(f"O-{number:02d}" in line and ("到期检查" in line or "由人判断" in line)
                   for line in table.splitlines())  # fmt: skip


def test_one_obligation_is_told_in_words_and_as_json(office):
    assert "怎么看" in office.run_anywhere("plan", "show", "O-29").out
    told = office.run_anywhere("plan", "show", "O-29", "--format", "json").json
    assert (told["schema"], told["id"]) == ("sanwu/obligation/1", "O-29")
    assert told["tasks"][0]["checks"][0]["sheet"] == "meeting"


def test_the_day_is_not_read_from_the_clock_when_it_is_given(office):
    first = office.ask("due", "--as-of", "2026-11-15").json
    assert first["as_of"] == date(2026, 11, 15).isoformat()
    assert office.ask("due", "--as-of", "2026-11-15").json == first


def test_what_was_due_years_ago_is_not_counted_in_days(office):
    out = "".join(office.run("due", "--as-of", "2026-11-15").out.split())
    assert "2020年11月30日(建议)，早已到期O-01" in out
    assert "最近一期10月31日，已过15天" in out
    late = office.run("due", "--as-of", "2021-11-30", "--year", "2020").out.replace("\n", "")
    assert "已过365天 O-01" in late
    assert "早已到期 O-01" in office.run("due", "--as-of", "2021-12-02", "--year", "2020").out


def test_those_who_did_it_count_among_those_bound_without_a_span(office):
    rows = [("2026-02", "青山镇", how, "2026-01-26") for how in ("公示栏", "微信群")]
    _post(office, *rows)
    _import(office)
    out = "".join(office.run("due", "--as-of", "2026-02-15").out.split())
    assert "2026年2月公示进驻值班表：2个乡镇(街道)里有1个还没有：绿水乡" in out
    shown = "".join(office.run("due", "--as-of", "2026-02-15", "--who", "绿水乡").out.split())
    assert "2026年2月公示进驻值班表：绿水乡还没有" in shown


def test_what_helps_alike_is_told_once(office):
    out = office.run("due", "--month", "2026-11", "--as-of", "2026-11-15").out
    assert out.count("→ 编好值班表，公布或导入") == 1
    assert out.count("O-32") == 3


def test_with_v_those_who_lack_the_same_stand_in_one_line(office):
    full = office.run("due", "--month", "2026-10", "--as-of", "2026-11-15", "-v").out
    lines = [line for line in full.splitlines() if line.strip().endswith("：没有签到")]
    village = [line for line in lines if "青禾村" in line and "松岗村" in line]
    assert village
    assert all(line.count("没有签到") == 1 for line in lines)


def test_with_v_the_rows_of_one_sheet_are_told_together():
    rows = [Source("a.xlsx", "", "表", row) for row in (9, 3, 5, 4, 3)]
    other = Source("ledger.db", "", "第2次操作")
    assert _list_places([*rows, other]) == "a.xlsx:表!第3—5、9行、ledger.db:第2次操作"
    many = [Source(f"{number}.xlsx", "", "表", 3) for number in range(11)]
    assert _list_places(many).endswith("9.xlsx:表!第3行等11张表")
