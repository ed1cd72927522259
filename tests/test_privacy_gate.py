"""The privacy gate: every kind of personal number, in every place that reaches a document, is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from text_tables import REGISTERS, make_workspace

from sanwu_cli.cli.app import run
from sanwu_cli.documents.blocks import Column, Document, Mark, Paragraph, Table
from sanwu_cli.documents.compose import compose, search_path
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.gate import INTERNAL_MARK, guard_document, guard_tables, guard_text, mark_internal
from sanwu_cli.privacy import find_personal, find_personal_heading
from sanwu_cli.workbook.write import TableSheet

GOLDEN = Path(__file__).parent / "golden" / "documents"
PERSONAL = {
    "身份证": ["11010519491231002X", "110105 19491231 002x", "１１０１０５１９４９１２３１００２x"],
    "手机": [
        "13800000000",
        "138-0000-0000",
        "138 0000 0000",
        "+86 138.0000.0000",
        "13 8000 00000",
        "１３８００００００００",
        "一三八〇〇〇〇〇〇〇〇",
        "幺三八零零零零零零零零",
    ],
    "银行卡": ["6222021234567890128", "6222 0212 3456 7890 128", "4111111111111111", "4111-1111-1111-1111"],
    "一项": ["住址：东堤村3号", "身份证号:略", "手 机：见附页", "受害人：某某"],
}
EVERY = [(what, number) for what, numbers in PERSONAL.items() for number in numbers]
HARMLESS = [
    "649901101201",
    "640181202603090001",
    "（2026）清0181行初15号",
    "A6499012026030001",
    "6222021234567890127",
    "2026-03-10 9:00—17:00",
    "0951-4021234",
    "办公电话：0951-4021234",
    "值班电话：4021234",
    "第15次 2026年3月10日",
    "20260310T090000Z",
    "灵党办〔2020〕43号",
    "1 2 3 4 5 6 7 8 9 10",
    "一、二、三、四、五、六、七、八、九、十",
    "三无乡镇（街道）10万元、3万元",
    "9132011500000000X1",
]


@pytest.mark.parametrize(("what", "number"), EVERY)
def test_a_personal_number_is_found_however_it_is_written(what, number):
    assert what in find_personal(f"综治中心{number}，找人")
    assert what in find_personal(number)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_one_passes(text):
    assert find_personal(text) == ""


@pytest.mark.parametrize("title", ["身份证号", "手机", "联系电话", "家庭住址", "住 址"])
def test_a_personal_column_is_found(title):
    assert find_personal_heading(title)


@pytest.mark.parametrize("title", ["办公电话", "值班电话", "法官", "派驻单位", "村(社区)", "地点", "时间"])
def test_an_office_s_own_column_passes(title):
    assert not find_personal_heading(title)


def load(kind):
    return json.loads((GOLDEN / f"{kind}.json").read_text("utf-8"))


def list_texts(value, path=()):
    """Every text of a document's facts with the keys that lead to it."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in list_texts(inner, (*path, key))]
    if isinstance(value, list):
        return [found for n, inner in enumerate(value[:1]) for found in list_texts(inner, (*path, n))]
    return [path] if isinstance(value, str) else []


def plant(facts, path, number):
    here = facts
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] += number
    return facts


FIELDS = [(kind.stem, path) for kind in sorted(GOLDEN.glob("*.json")) for path in list_texts(load(kind.stem))]


@pytest.mark.parametrize(("kind", "path"), FIELDS, ids=lambda v: ".".join(map(str, v)) if v else "")
def test_a_number_in_any_fact_of_a_document_is_refused_with_its_place(kind, path):
    before = compose(kind, load(kind), search_path())
    guard_document(before)
    for _, number in EVERY:
        document = compose(kind, plant(load(kind), path, f" {number}"), search_path())
        if document == before:  # this kind does not print the fact
            continue
        with pytest.raises(SanwuError) as caught:
            guard_document(document)
        assert caught.value.status is ExitStatus.REFUSED
        assert caught.value.place
        assert number not in caught.value.message + caught.value.place


def test_most_facts_are_printed_so_that_the_test_above_means_something():
    printed = sum(
        compose(kind, plant(load(kind), path, "字"), search_path())
        != compose(kind, load(kind), search_path())
        for kind, path in FIELDS
    )
    assert printed > len(FIELDS) / 2


def test_the_place_is_paragraph_or_row_and_column():
    columns = (Column("乡镇", 1), Column("地点", 1))
    table = Table(columns, (("甲镇", "综治中心"), ("乙镇", "13800000000")))
    document = Document("x", "值班表", (Mark("甲"), Paragraph("值班安排如下"), table))
    with pytest.raises(SanwuError) as caught:
        guard_document(document)
    assert caught.value.place == "“值班安排如下”下的表第2行“地点”"
    with pytest.raises(SanwuError, match="手机号码"):
        guard_document(document)


def test_a_column_of_mobiles_is_refused_even_while_it_is_empty():
    table = TableSheet("3月", ("姓名所在乡镇", "手机"), (("甲镇", ""),))
    with pytest.raises(SanwuError) as caught:
        guard_tables("值班表", [table])
    assert "表头" in caught.value.place


@pytest.mark.parametrize("part", ["title", "subtitle", "notes", "rows"])
def test_every_part_of_a_workbook_is_looked_at(part):
    parts = {"title": "表", "subtitle": "", "notes": (), "rows": (("甲",),)}
    planted = {"notes": ("13800000000",), "rows": (("甲",), ("13800000000",))}.get(part, "13800000000")
    guard_tables("值班表", [TableSheet("3月", ("地点",), **parts)])
    with pytest.raises(SanwuError):
        guard_tables("值班表", [TableSheet("3月", ("地点",), **parts | {part: planted})])


def test_a_folded_calendar_line_is_read_as_one():
    guard_text("甲.ics", "SUMMARY:值班\r\nUID:2026-03-649901101201-judge-1@sanwu\r\n")
    with pytest.raises(SanwuError) as caught:
        guard_text("甲.ics", "BEGIN:VCALENDAR\r\nLOCATION:综治中心1380000\r\n 0000\r\n")
    assert caught.value.place == "第2行"


def test_an_internal_table_is_marked_and_still_carries_no_number():
    table = TableSheet("逐次", ("姓名", "签到"), (("林知远", "9:00"),), subtitle="截至3月")
    assert mark_internal("考勤", [table])[0].subtitle == f"截至3月　{INTERNAL_MARK}"
    with pytest.raises(SanwuError):
        mark_internal("考勤", [TableSheet("逐次", ("姓名", "签到"), (("林知远", "13800000000"),))])


# --- the whole way, from what an office fills in

SETTINGS = {
    "issuer": ("中共清河市委政法委员会", "中共清河市委政法委员会13800000000"),
    "name": ("清河市", "清河市11010519491231002X"),
}
COMMANDS = (
    ["report", "render", "duty_roster_notice", "--month", "2026-03"],
    ["roster", "generate", "--month", "2026-03"],
)


@pytest.mark.parametrize("field", SETTINGS)
def test_a_number_in_the_settings_reaches_no_document(field, tmp_path, capsys):
    workspace = make_workspace(tmp_path / "w", {})
    file = workspace / "sanwu.toml"
    file.write_text(file.read_text("utf-8").replace(*SETTINGS[field], 1), "utf-8")
    for command in COMMANDS:
        assert run(["-w", str(workspace), *command]) == ExitStatus.REFUSED, command
        assert "个人信息" in capsys.readouterr().err
    assert not list((workspace / "out").rglob("*.docx"))


@pytest.mark.parametrize("column", [3, 4])
@pytest.mark.parametrize("number", ["一三八〇〇〇〇〇〇〇〇", "住址：东堤村3号"])
def test_a_number_in_the_register_of_duty_days_is_refused(column, number, tmp_path, capsys):
    rows = [list(row) for row in REGISTERS["进驻日"]]
    rows[1][column] += f" {number}"
    book = {"file": "registers/进驻日.xlsx", "rows": rows}
    workspace = make_workspace(tmp_path / "w", {"book": [book]})
    for command in COMMANDS:
        assert run(["-w", str(workspace), *command]) == ExitStatus.REFUSED, command
        told = capsys.readouterr().err
        assert number not in told
        assert "地点" in told or "时间" in told
    assert not [path for path in (workspace / "out").rglob("*") if path.is_file()]


def test_an_office_s_own_template_cannot_carry_a_number_out(tmp_path, capsys):
    workspace = make_workspace(tmp_path / "w", {})
    shipped = search_path()[-1] / "duty_roster_notice.md"
    own = shipped.read_text("utf-8").replace("一、按时到岗值班", "一、联系人李某13800000000")
    (workspace / "templates" / "duty_roster_notice.md").write_text(own, "utf-8")
    assert run(["-w", str(workspace), *COMMANDS[0]]) == ExitStatus.REFUSED
    assert "手机号码" in capsys.readouterr().err
