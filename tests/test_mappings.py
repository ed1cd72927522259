"""How a sheet was read is shown, may be said otherwise, is remembered, and is given up loudly."""

from __future__ import annotations

import csv
import io
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sheet_tables import make_grid
from text_tables import call_json, make_workspace, save_book

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus
from sanwu_cli.jobs.mappings import HEADERS, read_memory, write_memory
from sanwu_cli.sheets.remembered import Memory, Remembered, fingerprint_of

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "registers/表头对照.csv"
ODD = ["受案登记日", "一案编", "性质类", "办案所", "所在镇", "所在村子", "经办人代号", "信访人电话"]
SAID = {
    "受案登记日": "立案日期",
    "一案编": "case_number",
    "性质类": "案件类型",
    "办案所": "办案单位",
    "所在镇": "township",
    "所在村子": "村(社区)",
    "经办人代号": "忽略",
}
SAY = ["--form", "crime", *(word for header, name in SAID.items() for word in ("--map", f"{header}={name}"))]


def odd_book(month: int, *, headers: list[str] | None = None, file: str = "怪表") -> dict[str, Any]:
    row = [f"2026-{month:02d}-02", f"A{month}", "刑事", "所", "甲镇", "东堤村", "7", "无"]
    names = headers or ODD
    rows = [[f"2026年{month}月刑事案件"], names, [row[ODD.index(h)] if h in ODD else "x" for h in names]]
    return {"file": f"inbox/{file}（{month}月）.xlsx", "rows": rows}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "w", {"book": [odd_book(3)]})


def check(capsys: Any, workspace: Path, month: int, *more: str) -> dict[str, Any]:
    _, document = call_json(capsys, workspace, "check", f"inbox/怪表（{month}月）.xlsx", *more)
    return document


def uses(document: dict[str, Any]) -> dict[str, tuple[str, str | None, str | None]]:
    (sheet,) = document["sheets"]
    return {c["header"]: (c["use"], c["field"], c["match"]) for c in sheet["evidence"]["columns"]}


def codes(document: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in document["findings"]]


# --- said on the command line


def test_a_sheet_in_nobodys_words_is_read_as_said(workspace: Path, capsys: Any) -> None:
    assert codes(check(capsys, workspace, 3)) == ["SHEET-UNKNOWN"]
    document = check(capsys, workspace, 3, *SAY)
    (sheet,) = document["sheets"]
    assert (sheet["id"], sheet["rows"]) == ("crime", 1)
    assert uses(document)["受案登记日"] == ("read", "filed_on", "told")
    assert uses(document)["经办人代号"] == ("ignored", None, None)
    assert uses(document)["信访人电话"][0] == "personal"
    assert "COLUMN-UNMAPPED" not in codes(document)


def test_what_is_said_of_a_column_goes_before_its_own_spelling(workspace: Path, capsys: Any) -> None:
    rows = [["2026年3月刑事案件台账"], ["立案日期", "受案日", "案件编号", "案件类型", "乡镇", "村"]]
    rows += [["2026-03-01", "2026-03-05", "A1", "刑事", "甲镇", "东堤村"]]
    save_book(workspace / "inbox/两个日期.xlsx", {"rows": rows})
    _, document = call_json(
        capsys,
        workspace,
        "check",
        "inbox/两个日期.xlsx",
        "--map",
        "受案日=立案日期",
        "--map",
        "立案日期=忽略",
    )
    assert uses(document)["受案日"] == ("read", "filed_on", "told")
    assert uses(document)["立案日期"][0] == "ignored"


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (["受案登日=立案日期"], ExitStatus.USAGE, ["没有叫“受案登日”的表头", "受案登记日"]),
        (["受案登记日=立日期"], ExitStatus.USAGE, ["没有“立日期”这个字段", "立案日期"]),
        (["受案登记日=立案日期", "一案编=立案日期"], ExitStatus.USAGE, ["一个字段只能有一列"]),
        (["受案登记日=立案日期", "受案登记日=案号"], ExitStatus.USAGE, ["指定了两个字段"]),
        (["受案登记日"], ExitStatus.USAGE, ["看不懂"]),
        (["信访人电话=案件编号"], ExitStatus.REFUSED, ["个人信息"]),
        (["身份证号=case_number"], ExitStatus.REFUSED, ["个人信息"]),
    ],
)
def test_a_wrong_mapping_is_refused_with_what_is_near(
    workspace: Path, capsys: Any, said: list[str], status: ExitStatus, words: list[str]
) -> None:
    told = [word for one in said for word in ("--map", one)]
    assert run(["-w", str(workspace), "check", "inbox", *told]) == status
    error = capsys.readouterr().err
    for word in words:
        assert word in error
    assert not (workspace / TABLE).exists()


def test_a_field_of_another_form_is_refused(workspace: Path, capsys: Any) -> None:
    arguments = ["-w", str(workspace), "check", "inbox", "--form", "crime", "--map", "受案登记日=被告"]
    assert run(arguments) == ExitStatus.USAGE
    assert "没有“被告”这个字段" in capsys.readouterr().err


def test_a_register_is_no_form_of_a_department(workspace: Path, capsys: Any) -> None:
    assert run(["-w", str(workspace), "check", "inbox", "--form", "区划登记表"]) == ExitStatus.USAGE
    assert "登记表" in capsys.readouterr().err


def test_the_form_said_decides_between_two(workspace: Path, capsys: Any) -> None:
    rows = [
        ["2026年3月台账"],
        ["登记日期", "编号", "乡镇", "村", "备注"],
        ["2026-03-01", "X1", "甲镇", "东堤村", ""],
    ]
    save_book(workspace / "inbox/哪种.xlsx", {"rows": rows})
    _, document = call_json(capsys, workspace, "check", "inbox/哪种.xlsx")
    assert document["sheets"][0]["id"] is None
    for form in ("petition", "越级上访台账"):
        _, document = call_json(capsys, workspace, "check", "inbox/哪种.xlsx", "--form", form)
        assert document["sheets"][0]["id"] == "petition"


# --- remembered


def test_next_month_nothing_is_asked(workspace: Path, capsys: Any) -> None:
    document = check(capsys, workspace, 3, *SAY, "--remember")
    assert document["remembered"] == [document["sheets"][0]["evidence"]["fingerprint"]]
    save_book(workspace / odd_book(4)["file"], odd_book(4))
    later = check(capsys, workspace, 4)
    (sheet,) = later["sheets"]
    assert (sheet["id"], sheet["rows"], sheet["period"]) == ("crime", 1, "2026-04")
    assert uses(later)["受案登记日"] == ("read", "filed_on", "remembered")
    assert uses(later)["经办人代号"][0] == "ignored"
    assert "怪表（3月）.xlsx" in sheet["evidence"]["remembered"]
    assert not [code for code in codes(later) if code.startswith(("COLUMN", "SHEET", "HEADER"))]
    assert run(["-w", str(workspace), "check", "inbox/怪表（4月）.xlsx"]) == ExitStatus.CLEAN
    assert "按记住的对照（inbox/怪表（3月）.xlsx" in capsys.readouterr().out


def test_an_applied_import_remembers_and_a_trial_does_not(workspace: Path, capsys: Any) -> None:
    call_json(capsys, workspace, "incidents", "import", "inbox", *SAY, "--dry-run")
    assert not (workspace / TABLE).exists()
    _, document = call_json(capsys, workspace, "incidents", "import", "inbox", *SAY)
    assert document["applied"]
    assert (workspace / TABLE).is_file()
    save_book(workspace / odd_book(4)["file"], odd_book(4))
    _, document = call_json(capsys, workspace, "incidents", "import", "inbox/怪表（4月）.xlsx")
    assert document["files"][0]["balance"]["new"] == 1


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ([*ODD, "新列"], "多了“新列”"),
        ([h for h in ODD if h != "所在村子"], "少了“所在村子”"),
        ([ODD[1], ODD[0], *ODD[2:]], "列的先后变了"),
    ],
)
def test_a_sheet_whose_columns_changed_is_not_read_by_memory(
    workspace: Path, capsys: Any, headers: list[str], said: str
) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    book = odd_book(4, headers=headers)
    save_book(workspace / book["file"], book)
    document = check(capsys, workspace, 4)
    assert document["sheets"][0]["id"] is None
    (changed,) = [f for f in document["findings"] if f["code"] == "HEADER-CHANGED"]
    assert said in changed["message"]


def test_a_changed_sheet_beside_one_that_is_read_is_told_too(workspace: Path, capsys: Any) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    good = [["2026年4月刑事案件台账"], ["立案日期", "案件编号", "案件类型", "乡镇", "村"]]
    good += [["2026-04-01", "A1", "刑事", "甲镇", "东堤村"]]
    changed = odd_book(4, headers=[*ODD, "新列"])
    sheets = [{"name": "Sheet1", "rows": changed["rows"]}, {"name": "另一张", "rows": good}]
    save_book(workspace / changed["file"], {"sheet": sheets})
    assert "HEADER-CHANGED" in codes(check(capsys, workspace, 4))


def test_a_personal_upper_level_guards_the_columns_below_it(workspace: Path, capsys: Any) -> None:
    rows = [
        ["2026年3月刑事案件台账"],
        ["立案日期", "案件编号", "案件类型", "乡镇", "村", "受害人", ""],
        ["", "", "", "", "", "甲", "乙"],
        ["2026-03-01", "A1", "刑事", "甲镇", "东堤村", "张三", "李四"],
    ]
    merged = ["A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:G2"]
    save_book(workspace / "inbox/两级.xlsx", {"rows": rows, "merged": merged})
    arguments = ["-w", str(workspace), "check", "inbox/两级.xlsx", "--map", "甲=案件类别"]
    assert run(arguments) == ExitStatus.USAGE
    assert "张三" not in capsys.readouterr().out


def test_the_townships_of_a_county_send_one_form(workspace: Path, capsys: Any) -> None:
    head = ["立案日期", "案件编号", "案件类型", "乡镇", "村"]
    row = ["2026-03-01", "A1", "刑事", "甲镇", "东堤村"]
    title = ["2026年3月刑事案件台账"]
    save_book(workspace / "inbox/3月台账（甲镇）.xlsx", {"rows": [title, head, row]})
    save_book(workspace / "inbox/4月台账（乙镇）.xlsx", {"rows": [title, [*head, "督办"], [*row, "x"]]})
    call_json(capsys, workspace, "check", "inbox/3月台账（甲镇）.xlsx", "--remember")
    _, document = call_json(capsys, workspace, "check", "inbox/4月台账（乙镇）.xlsx")
    assert "HEADER-CHANGED" in codes(document)
    assert document["sheets"][0]["rows"] == 1


def test_an_import_remembers_only_what_was_said_of(workspace: Path, capsys: Any) -> None:
    rows = [["2026年3月刑事案件台账"], ["立案日期", "案件编号", "案件类型", "乡镇", "村"]]
    save_book(workspace / "inbox/好.xlsx", {"rows": [*rows, ["2026-03-01", "A7", "刑事", "甲镇", "东堤村"]]})
    call_json(capsys, workspace, "incidents", "import", "inbox", *SAY)
    _, document = call_json(capsys, workspace, "sheet", "maps")
    assert [entry["file"] for entry in document["maps"]] == ["inbox/怪表（3月）.xlsx"]


def test_another_file_is_none_of_the_memorys_business(workspace: Path, capsys: Any) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    book = odd_book(4, headers=[*ODD, "新列"], file="别的表")
    save_book(workspace / book["file"], book)
    _, document = call_json(capsys, workspace, "check", book["file"])
    assert "HEADER-CHANGED" not in codes(document)


def test_remembering_needs_files_named_and_is_the_same_twice(workspace: Path, capsys: Any) -> None:
    assert run(["-w", str(workspace), "check", "--remember"]) == ExitStatus.USAGE
    check(capsys, workspace, 3, *SAY, "--remember", "--as-of", "2026-03-31")
    before = (workspace / TABLE).read_bytes()
    check(capsys, workspace, 3, "--remember", "--as-of", "2026-04-30")
    assert (workspace / TABLE).read_bytes() == before


def test_what_is_said_now_goes_before_what_is_remembered(workspace: Path, capsys: Any) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    document = check(capsys, workspace, 3, "--map", "经办人代号=案件状态")
    assert uses(document)["经办人代号"] == ("read", "case_status", "told")
    assert uses(document)["一案编"] == ("read", "case_number", "remembered")


def test_an_accepted_reading_stops_the_talk_of_unused_columns(workspace: Path, capsys: Any) -> None:
    rows = [["2026年3月刑事案件台账"], ["立案日期", "案件编号", "案件类型", "乡镇", "村", "督办领导"]]
    rows += [["2026-03-01", "A1", "刑事", "甲镇", "东堤村", "x"]]
    save_book(workspace / "inbox/多一列.xlsx", {"rows": rows})
    _, document = call_json(capsys, workspace, "check", "inbox/多一列.xlsx", "--remember")
    assert "COLUMN-UNMAPPED" in codes(document)
    _, document = call_json(capsys, workspace, "check", "inbox/多一列.xlsx")
    assert "COLUMN-UNMAPPED" not in codes(document)
    assert uses(document)["督办领导"][0] == "ignored"


# --- the table the clerk may open


def read_lines(workspace: Path) -> list[dict[str, str]]:
    text = (workspace / TABLE).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_table_is_one_a_spreadsheet_opens(workspace: Path, capsys: Any) -> None:
    check(capsys, workspace, 3, *SAY, "--remember", "--as-of", "2026-03-31")
    assert (workspace / TABLE).read_bytes().startswith(b"\xef\xbb\xbf")
    lines = read_lines(workspace)
    assert list(lines[0]) == list(HEADERS)
    assert [line["字段"] for line in lines] == [
        *("立案日期", "案件编号", "案件类型", "办案单位", "乡镇(街道)", "村(社区)", "忽略", "个人信息"),
    ]
    assert {line["日期"] for line in lines} == {"2026-03-31"}
    assert {line["来源文件"] for line in lines} == {"inbox/怪表（3月）.xlsx:Sheet1"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_table_is_read_however_a_spreadsheet_saved_it(
    workspace: Path, capsys: Any, encoding: str, delimiter: str
) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    lines = read_lines(workspace)
    random.Random(7).shuffle(lines)  # noqa: S311 - a fixed order
    columns = list(reversed(HEADERS))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows({**line, "日期": "2026/3/9"} for line in lines)
    (workspace / TABLE).write_bytes(f"\n\n{stream.getvalue()}\n\n".encode(encoding))
    document = check(capsys, workspace, 3)
    assert document["sheets"][0]["id"] == "crime"
    assert uses(document)["受案登记日"] == ("read", "filed_on", "remembered")
    assert not [code for code in codes(document) if code.startswith("HEADER")]


def test_the_table_may_be_saved_as_a_workbook(workspace: Path, capsys: Any) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    rows = [list(HEADERS), *(list(line.values()) for line in read_lines(workspace))]
    (workspace / TABLE).unlink()
    save_book(workspace / "registers/表头对照.xlsx", {"rows": rows})
    document = check(capsys, workspace, 3)
    assert document["sheets"][0]["id"] == "crime"
    assert not [f for f in document["findings"] if "表头对照" in f["file"]]


def test_a_workbook_beside_the_table_is_told_and_forgetting_still_holds(workspace: Path, capsys: Any) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    rows = [list(HEADERS), *(list(line.values()) for line in read_lines(workspace))]
    save_book(workspace / "registers/表头对照.xlsx", {"rows": rows})
    (told,) = [f for f in check(capsys, workspace, 3)["findings"] if f["code"] == "REG-FILE-TWICE"]
    assert told["file"] == "registers/表头对照.xlsx"
    (workspace / TABLE).unlink()
    assert run(["-w", str(workspace), "sheet", "forget", rows[1][0]]) == ExitStatus.CLEAN
    _, document = call_json(capsys, workspace, "sheet", "maps")
    assert document["maps"] == []
    assert check(capsys, workspace, 3)["sheets"][0]["id"] is None


@pytest.mark.parametrize(
    ("column", "text", "cell", "says"),
    [
        ("字段", "没有的字段", "E2", "里没有"),
        ("表式", "crimes", "B2", "不认识"),
        ("表式", "register_area", "B2", "不认识"),
        ("表头行", "第几行", "C2", "第几行"),
        ("原表头", "", "D2", "没有写原表头"),
        ("原表头", "身份证号", "E2", "个人信息"),
        ("指纹", "", "A2", "没有写指纹"),
        ("字段", "案件编号", "E3", "同一个字段"),
    ],
)
def test_a_bad_line_is_a_finding_at_its_cell_and_its_reading_is_not_used(  # noqa: PLR0917 (one case)
    workspace: Path, capsys: Any, column: str, text: str, cell: str, says: str
) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    lines = read_lines(workspace)
    lines[0][column] = text
    stream = io.StringIO()
    writer = csv.DictWriter(stream, HEADERS)
    writer.writeheader()
    writer.writerows(lines)
    (workspace / TABLE).write_text(stream.getvalue(), "utf-8")
    document = check(capsys, workspace, 3)
    found = [f for f in document["findings"] if f["code"] == "HEADER-LINE"]
    assert [f["cell"] for f in found] == [cell]
    assert says in found[0]["message"]
    # A line without a fingerprint is simply lost; here it was the date, which the form needs.
    assert document["sheets"][0]["id"] is None


def test_one_bad_line_sets_the_whole_reading_aside(workspace: Path, capsys: Any) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    text = (workspace / TABLE).read_bytes().decode("utf-8-sig")
    (workspace / TABLE).write_text(text.replace("经办人代号,忽略", "经办人代号,忽落"), "utf-8")
    document = check(capsys, workspace, 3)
    assert {"HEADER-LINE", "SHEET-UNKNOWN"} <= set(codes(document))


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"a,b\n1,2\n", b"\xff\xfe\x00", b"x" * 500]
)
def test_a_table_of_rubbish_is_told_and_stops_nothing(workspace: Path, capsys: Any, data: bytes) -> None:
    (workspace / TABLE).write_bytes(data)
    rows = [["2026年3月刑事案件台账"], ["立案日期", "案件编号", "案件类型", "乡镇", "村"]]
    save_book(
        workspace / "inbox/好表.xlsx", {"rows": [*rows, ["2026-03-01", "A1", "刑事", "甲镇", "东堤村"]]}
    )
    status, document = call_json(capsys, workspace, "check", "inbox/好表.xlsx")
    assert status == ExitStatus.FINDINGS
    assert [f["file"] for f in document["findings"] if f["severity"] == "error"] == [TABLE]
    assert document["sheets"][0]["rows"] == 1


def test_maps_are_listed_and_forgotten(workspace: Path, capsys: Any) -> None:
    check(capsys, workspace, 3, *SAY, "--remember")
    _, document = call_json(capsys, workspace, "sheet", "maps")
    (entry,) = document["maps"]
    assert entry["id"] == "crime"
    assert entry["columns"][0] == {"header": "受案登记日", "field": "立案日期"}
    assert run(["-w", str(workspace), "sheet", "forget", "h00"]) == ExitStatus.USAGE
    assert run(["-w", str(workspace), "sheet", "forget", entry["fingerprint"][:6]]) == ExitStatus.CLEAN
    assert not (workspace / TABLE).exists()
    assert check(capsys, workspace, 3)["sheets"][0]["id"] is None


def test_a_header_that_a_spreadsheet_would_run_is_disarmed(tmp_path: Path) -> None:
    columns = (("=1+2", "忽略"), ("@x", "忽略"), ("-件数", "人次"))
    entry = Remembered("h1", "petition", (2, 3), columns, "a.xlsx", "Sheet1", "2026-03-31")
    write_memory(tmp_path, Memory({"h1": entry}))
    assert b",=1" not in (tmp_path / "表头对照.csv").read_bytes()
    memory, findings = read_memory(tmp_path, shown_as="registers")
    assert not findings
    assert memory.entries == {"h1": entry}


# --- fingerprints


def test_a_sheet_of_nothing_but_merges_is_no_work_for_the_memory() -> None:
    merges = [(row, column, row, column + 1) for row in range(20) for column in range(0, 16000, 2)]
    grid = make_grid("题", merges=merges)
    entry = Remembered("h1", "crime", (1, 3), (("立案日期", "立案日期"),), "a.xlsx", "", "")
    assert Memory({"h1": entry}).recall(grid) is None


def test_months_and_years_do_not_make_another_fingerprint() -> None:
    assert fingerprint_of(["2026年3月件数", "村"]) == fingerprint_of(["2025年12月件数", "村"])
    assert fingerprint_of(["3月", "村"]) == fingerprint_of(["４月 ", "村"])
    assert fingerprint_of(["3月", "村"]) != fingerprint_of(["村", "3月"])
    assert fingerprint_of(["ab", "c"]) != fingerprint_of(["a", "bc"])


NAMES = st.lists(st.text("甲乙丙丁戊（）()0123月件", min_size=1, max_size=6), min_size=2, max_size=6)


@given(NAMES, st.integers(0, 15))
def test_remembered_headers_are_found_wherever_they_stand(names: list[str], above: int) -> None:
    grid = make_grid("\n".join([*["题"] * above, "|".join(names), "|".join("x" * len(names))]))
    assume(all(fingerprint_of([one]) != fingerprint_of([""]) for one in names))
    key = fingerprint_of(names)
    entry = Remembered(key, "crime", (1, 1), tuple((one, "忽略") for one in names), "a.xlsx", "", "")
    recalled = Memory({key: entry}).recall(grid)
    assert recalled is not None
    assert recalled.header_row == above + 1
    assert set(recalled.mapping.values()) == {"ignore"}
