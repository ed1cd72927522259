"""The gallery of findings: for every code the smallest input that raises it, read by the real program."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from gallery import PAGE, print_finding, read_sections, render_page, render_section
from text_tables import TABLE, call_json, make_workspace, save_book

import sanwu_cli
from sanwu_cli.calendars import build_calendar
from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus
from sanwu_cli.findings import load_catalogue
from sanwu_cli.model import DutyDay, Finding, Registers
from sanwu_cli.periods import Month
from sanwu_cli.places import Places
from sanwu_cli.registers import build_registers
from sanwu_cli.roster.build import build_year
from sanwu_cli.roster.role_year import Staffing
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import TOWNSHIP_ROLES, Intake, StationedRole
from sanwu_cli.workbook.read import read_book

FOLDER = Path(__file__).parent / "findings"
PROGRAM = Path(sanwu_cli.__file__).parent
CODES = sorted(load_catalogue())
SAMPLES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
NAMES = {code: sample["name"] for code, sample in SAMPLES.items()}
IS_WRITING = os.environ.get("SANWU_GOLDEN") == "write"
KEYS = {
    "name",
    "first",
    "command",
    "way",
    "duty_days",
    "settings",
    "personal",
    "book",
    "later",
    "raw",
    "word",
    "expect",
}
# Codes no input can raise as things stand, and what would change that.
DORMANT = {
    "VALUE-PERCENT": "no sheet has a field of type percent",
    "REG-KIND-UNKNOWN": "an unknown 层级 is unreadable for the reader, so REG-ROW-INCOMPLETE comes first",
}

# Words written with half-width brackets everywhere, as the plan's own register does; commands and paths.
TERMS = re.compile(
    r"乡镇\(街道\)|村\(社区\)|三无村\(居\)|市\(县\)|县\(市、区\)|\b[\w./-]+\.(?:xlsx|toml)\b|sanwu [ -~]+"
)
HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff”）])[,;:?!()]|[,;:?!()](?=[\u4e00-\u9fff“（])")
PERSONAL = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)")


def find(code: str, sample: TABLE, folder: Path, capsys: Any) -> list[TABLE]:
    """Make the sample's workspace, run what it runs, give every finding of the last run."""
    workspace = make_workspace(folder / "w", sample)
    if "way" in sample:
        findings = WAYS[sample["way"]](workspace, sample)
        return [{key: str(getattr(finding, key)) for key in FIELDS} for finding in findings]
    for step in sample.get("first", ()):
        call_json(capsys, workspace, *step.split())
    for book in sample.get("later", ()):
        save_book(workspace / book["file"], book)
    command = sample.get("command", ["check"])
    status, document = call_json(capsys, workspace, *command)
    assert "findings" in document, f"{code}: {command} ended with {status} and gave no findings"
    return document["findings"]


def read_one(workspace: Path, sample: TABLE) -> tuple[Finding, ...]:
    """Read the one file expected, as a step after the folder was listed."""
    name = sample["expect"]["file"]
    return read_book(workspace / name, shown_as=name)[1]


def read_registers(workspace: Path) -> tuple[Registers, tuple[Finding, ...]]:
    """Build the registers from their files, without the command line's own refusals."""
    schemas = {i: s for i, s in load_schemas().items() if s.intake is Intake.REGISTER}
    readings = {}
    for path in sorted((workspace / "registers").iterdir()):
        book, _ = read_book(path, shown_as=f"registers/{path.name}")
        for reading in read_all(book, schemas=schemas, places=Places.of(())):
            readings[reading.schema_id] = reading
    return build_registers(readings)


def build_roster(workspace: Path, sample: TABLE) -> tuple[Finding, ...]:
    """Build December's roster from the registers, with the duty days told."""
    registers, _ = read_registers(workspace)
    days = tuple(
        DutyDay(area, StationedRole.of_label(role), rule) for area, role, rule in sample["duty_days"]
    )
    staffing = Staffing(
        areas=registers.areas,
        persons=registers.persons,
        duty_days=days,
        leaves=(),
        calendar=build_calendar([2026], ()),
    )
    return build_year(2026, staffing, roles=TOWNSHIP_ROLES).findings[Month(2026, 12)]


WAYS = {
    "read": read_one,
    "registers": lambda workspace, _: read_registers(workspace)[1],
    "roster": build_roster,
}
FIELDS = ("code", "severity", "message", "remedy", "clause", "file", "sheet", "cell")


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_the_sample_raises_the_finding_at_its_place(code: str, tmp_path: Path, capsys: Any) -> None:
    sample = SAMPLES[code]
    expected = sample["expect"]
    findings = find(code, sample, tmp_path, capsys)
    own = [finding for finding in findings if finding["code"] == code]
    assert own, f"{code} was not raised; there were {[f['code'] for f in findings]}"
    found = next((f for f in own if f["cell"] == expected["cell"]), own[0])
    place = {key: found[key] for key in ("file", "sheet", "cell")}
    assert place == {key: expected[key] for key in place}
    assert found["severity"] == load_catalogue()[code].severity.value
    for word in expected["says"]:
        assert word in found["message"]
    for word in expected["remedy"]:
        assert word in found["remedy"]
    for finding in findings:
        check_wording(finding, personal=sample.get("personal", ()))
    section = render_section(code, sample, *print_finding(found, capsys))
    if IS_WRITING:
        write_page({code: section})
    assert read_sections(PAGE.read_text("utf-8"))[code] == section, "run: make golden"


def write_page(changed: dict[str, str]) -> None:
    """Put sections into the page of findings; what the catalogue no longer has goes."""
    known = read_sections(PAGE.read_text("utf-8")) if PAGE.is_file() else {}
    known |= {code: render_section(code, None, None, "") for code in DORMANT} | changed
    ordered = {code: known[code] for code in load_catalogue() if code in known}
    PAGE.write_text(render_page(ordered, NAMES), "utf-8")


def test_the_page_of_findings_is_complete() -> None:
    if IS_WRITING:
        write_page({})
    page = PAGE.read_text("utf-8")
    sections = read_sections(page)
    assert list(sections) == list(load_catalogue()), "run: make golden"
    assert page == render_page(sections, NAMES), "run: make golden"


def test_the_page_of_findings_shows_nothing_personal() -> None:
    text = PAGE.read_text("utf-8")
    assert not PERSONAL.search(text)
    for sample in SAMPLES.values():
        assert not any(str(value) in text for value in sample.get("personal", ()))


def check_wording(finding: TABLE, *, personal: Any = ()) -> None:
    """Every finding a sample raises is Chinese, ends with a remedy and quotes nobody."""
    for key in ("message", "remedy"):
        text = finding[key]
        assert re.search(r"[\u4e00-\u9fff]", text), f"{finding['code']}: {key} is not Chinese: {text}"
        bare = TERMS.sub("甲", re.sub(r"“[^”]*”", "“甲”", text))
        assert not HALF_WIDTH.search(bare), f"{finding['code']}: half-width punctuation in {text}"
        assert not PERSONAL.search(text), f"{finding['code']} quotes a personal number"
        assert not any(value in text for value in personal), f"{finding['code']} quotes a personal value"
        assert not text.endswith(("。", "，", "；", "：")), f"{finding['code']}: the screen adds the stop"
        assert "{" not in text, f"{finding['code']}: a placeholder is left in {text}"
        assert "None" not in text, f"{finding['code']}: says None"


@pytest.mark.parametrize("code", CODES)
def test_every_finding_has_a_sample(code: str) -> None:
    assert (code in SAMPLES) is (code not in DORMANT), (
        f"tests/findings/{code}.toml: {DORMANT.get(code, 'write it')}"
    )


def test_what_is_dormant_is_so_still() -> None:
    assert set(DORMANT) <= set(CODES)
    assert "percent" not in TYPES, "a sheet has percentages now: write tests/findings/VALUE-PERCENT.toml"


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_every_sample_is_of_a_known_finding_and_complete(code: str) -> None:
    sample = SAMPLES[code]
    assert code in load_catalogue(), f"{code} is not in findings.toml"
    assert set(sample) <= KEYS
    assert set(sample["expect"]) == {"file", "sheet", "cell", "says", "remedy"}
    assert re.search(r"[\u4e00-\u9fff]", sample["name"])
    assert sample["expect"]["says"]
    assert sample["expect"]["remedy"]


@pytest.mark.parametrize("code", CODES)
def test_the_catalogue_is_worded_for_people(code: str) -> None:
    kind = load_catalogue()[code]
    fields = [
        name for text in (kind.message, kind.remedy) for _, name, _, _ in Formatter().parse(text) if name
    ]
    values = dict.fromkeys(fields, "甲")
    filled = {
        "code": code,
        "message": kind.message.format_map(values),
        "remedy": kind.remedy.format_map(values),
    }
    check_wording(filled)
    assert not re.search(r"错误地|你|粗心|不会|乱填|应该知道", kind.message), "a message never blames"


def read_program() -> dict[str, str]:
    """Give the text of every source and data file but the catalogue itself."""
    return {
        path.relative_to(PROGRAM).as_posix(): path.read_text("utf-8")
        for path in sorted([*PROGRAM.rglob("*.py"), *PROGRAM.rglob("*.toml")])
        if path.name != "findings.toml"
    }


TEXTS = read_program()
TYPES = {spec.type for schema in load_schemas().values() for spec in schema.fields}


@pytest.mark.parametrize("code", CODES)
def test_some_part_of_the_program_raises_it(code: str) -> None:
    assert any(f'"{code}"' in text for text in TEXTS.values()), f"nothing raises {code} any more"


def list_raised() -> list[tuple[str, int, str]]:
    """List the literal codes given to make_finding, Refused, Unreadable and an entry's report."""
    raised = []
    for file, text in TEXTS.items():
        if not file.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and node.args and _name_of(node.func) in MAKERS:
                raised += [(file, node.lineno, code) for code in _codes_in(node)]
    return raised


MAKERS = {
    *("make_finding", "Refused", "Unreadable", "Misfit", "report", "_report", "report_reversed", "_skip"),
    *("_hold", "_answer"),
}
CODE = re.compile(r"[A-Z]{3,}(?:-[A-Z0-9]+)+")


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _codes_in(call: ast.Call) -> list[str]:
    """Codes among the arguments of a call, those of a choice (a if b else c) as well."""
    constants = [n for argument in call.args for n in ast.walk(argument) if isinstance(n, ast.Constant)]
    return [n.value for n in constants if isinstance(n.value, str) and CODE.fullmatch(n.value)]


def test_no_code_is_raised_that_the_catalogue_does_not_have() -> None:
    raised = list_raised()
    assert len(raised) > len(CODES) / 2, "the scan finds almost nothing: has make_finding another name?"
    unknown = [place for place in raised if place[2] not in load_catalogue()]
    assert not unknown


# --- what no finding may do, whatever stands in a cell

HEADERS = [
    "立案日期",
    "案件编号",
    "案件类型",
    "案件状态",
    "办案单位",
    "乡镇(街道)",
    "村(社区)",
    "区划代码",
    "备注",
]
ROW = ["2026-03-09", "A001", "刑事", "", "", "甲镇", "东堤村", "649901101201", ""]
NUMBERS = [
    *("11010519491231002X", "110105 19491231 002X", "13800000000", "见13800000000"),
    *("138-0000-0000", "138 0000 0000", "+8613800000000", 13800000000),
]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_no_finding_quotes_a_personal_number_from_any_cell(
    number: object, tmp_path: Path, capsys: Any
) -> None:
    title = ["2026年3月刑事案件台账"]
    rows = [[*ROW[:column], number, *ROW[column + 1 :]] for column in range(len(HEADERS))]
    books = [
        {"file": "inbox/行.xlsx", "rows": [title, HEADERS, *rows]},
        {"file": "inbox/表头.xlsx", "rows": [title, [*HEADERS, f"{number}"], [*ROW, "1"]]},
        {"file": "inbox/标题.xlsx", "rows": [[f"{title[0]} {number}"], HEADERS, ROW]},
    ]
    _, document = call_json(capsys, make_workspace(tmp_path / "w", {"book": books}), "check")
    told = [f"{f['code']}: {f['message']}{f['remedy']}" for f in document["findings"]]
    assert told
    assert not [text for text in told if f"{number}" in text]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_a_personal_number_is_refused_however_it_is_written(
    number: object, tmp_path: Path, capsys: Any
) -> None:
    row = [*ROW[:4], number, *ROW[5:]]
    book = {"file": "inbox/刑案.xlsx", "rows": [["2026年3月刑事案件台账"], HEADERS, row]}
    workspace = make_workspace(tmp_path / "w", {"book": [book]})
    _, document = call_json(capsys, workspace, "incidents", "import", "inbox")
    assert [f["cell"] for f in document["findings"] if f["code"] == "PERSONAL-VALUE"] == ["E3"]
    assert f"{number}".encode() not in (workspace / "ledger.db").read_bytes()


@pytest.mark.parametrize("vague", ["两三件", "三五起", "五六人次", "若干", "一二"])
def test_a_vague_number_is_never_read_as_digits(vague: str, tmp_path: Path, capsys: Any) -> None:
    rows = [["2026年3月三无指标月报表"], ["乡镇(街道)", "村(社区)", "越级上访"], ["甲镇", "东堤村", vague]]
    workspace = make_workspace(tmp_path / "w", {"book": [{"file": "inbox/月报.xlsx", "rows": rows}]})
    _, document = call_json(capsys, workspace, "check")
    assert [f["cell"] for f in document["findings"] if f["code"] == "VALUE-COUNT"] == ["C3"]


def test_one_bad_cell_is_told_once(tmp_path: Path, capsys: Any) -> None:
    rows = [["代码", "名称", "层级", "上级代码"], ["649901101", "甲镇", "小组", "649901"]]
    book = {"file": "registers/区划.xlsx", "rows": [*rows, ["649901102", "乙镇", "乡镇", "649901"]]}
    _, document = call_json(capsys, make_workspace(tmp_path / "w", {"book": [book]}), "check")
    told = [f["code"] for f in document["findings"] if f["cell"] == "C2" and f["file"] == book["file"]]
    assert len(told) == 1, f"one cell, several findings: {told}"


def test_no_error_of_a_row_hides_another(tmp_path: Path, capsys: Any) -> None:
    header = ["立案日期", "案件编号", "案件类型", "案件状态", "乡镇(街道)", "村(社区)"]
    rows = [["2026年3月刑事案件台账"], header, ["2026/6/31", "某人", "说不清", "", "丙镇", "无名村"]]
    book = {"file": "inbox/刑案.xlsx", "rows": rows}
    counts = ["乡镇(街道)", "村(社区)", "越级上访", "行政诉讼", "刑事案件"]
    lines = [["2026年3月三无指标月报表"], counts, ["丙镇", "北村", "若干", "#", -1]]
    other = {"file": "inbox/月报.xlsx", "rows": lines}
    workspace = make_workspace(tmp_path / "w", {"book": [book, other]})
    _, document = call_json(capsys, workspace, "check", "inbox")
    told = {(f["file"][6:8], f["cell"]): f["code"] for f in document["findings"] if f["severity"] == "error"}
    assert told == {
        ("刑案", "A3"): "VALUE-DATE",
        ("刑案", "B3"): "VALUE-CASE-NUMBER",
        ("刑案", "C3"): "ROW-UNCLEAR",
        ("刑案", "E3"): "AREA-TOWNSHIP-UNKNOWN",
        ("刑案", "F3"): "AREA-VILLAGE-UNKNOWN",
        ("月报", "A3"): "AREA-TOWNSHIP-UNKNOWN",
        ("月报", "B3"): "AREA-VILLAGE-UNKNOWN",
        ("月报", "C3"): "VALUE-COUNT",
        ("月报", "D3"): "VALUE-COUNT",
        ("月报", "E3"): "VALUE-COUNT",
    }


def test_a_register_without_a_usable_row_says_which_rows_and_why(tmp_path: Path, capsys: Any) -> None:
    rows = [["代码", "名称", "层级", "上级代码"], ["64990", "甲镇", "乡镇", "649901"]]
    book = {"file": "registers/区划.xlsx", "rows": rows}
    workspace = make_workspace(tmp_path / "w", {"book": [book]})
    assert run(["-w", str(workspace), "check"]) == ExitStatus.INPUT_MISSING
    assert "“64990”不是6、9或12位" in capsys.readouterr().err
