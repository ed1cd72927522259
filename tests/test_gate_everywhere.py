"""Nothing leaves unlooked at: what makes a file calls the privacy gate; a gate that is shut stops all."""

from __future__ import annotations

import ast
from pathlib import Path

import openpyxl
import pytest
from text_tables import REGISTERS, make_workspace

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs import gate
from sanwu_cli.jobs.gate import (
    INTERNAL_MARK,
    guard_facts,
    guard_tables,
    pass_text,
    write_checked_form,
    write_internal,
)
from sanwu_cli.pictures.records import Post, Posting, RosterSheet
from sanwu_cli.privacy import find_in_case_number, find_personal, names_case_numbers
from sanwu_cli.workbook.form import FormColumn, FormSpec
from sanwu_cli.workbook.write import TableSheet

PACKAGE = Path(__file__).parent.parent / "sanwu_cli"

# What makes the bytes of a file. Outside the packages that own them they are called beside a guard.
MAKERS = {
    "write_tables", "write_form", "write_document", "render_page", "write_calendar", "write_duty_calendar",
    "draw_phone_pages", "draw_poster", "save_poster_pdf", "save_poster_png", "mark_book", "list_findings",
    "patch_cell",
}  # fmt: skip
GUARDS = {name for name in vars(gate) if name.startswith(("guard_", "write_", "mark_internal", "pass_"))} - {
    "write_tables",
    "write_form",
}
# Functions that make or write a file without a guard, each with its reason.
UNGUARDED = {
    "jobs.annotating._make_copy": "the sender's own sheet, which goes back to the sender alone",
    "jobs.annotating.annotate_files": "the same copies, written below out/",
    "jobs.forms.make_form": "a blank form: nothing but shipped text stands in it",
    "cli.cmd_sheet.form": "a blank form, as above",
    "jobs.setup.init_workspace": "the settings of a new workspace",
    "jobs.setup._write_registers": "its blank registers",
    "jobs.setup._copy_sample": "the invented city",
    "jobs.mappings.write_memory": "a register: headings that people accepted; it stays in the workspace",
    "jobs.aliasing.write_alias": "one cell of the office's own register, and that file as it was before",
    "cli.output.write_only": "bytes that the makers above have made, past their guards",
    "cli.cmd_completion.completion": "names of areas, months and sheets, for the workspace itself",
    "jobs.backups.make_backup": "the workspace's own files as they are; a backup is no paper for others",
    "jobs.restoring.restore": "the same files, put back",
    "jobs.restoring.finish_restore": "the same files, put back",
    "jobs.restoring._keep_present": "the same files, before others take their place",
    "jobs.restoring._set_claims_aside": "short hashes of last lines",
    "jobs.month_end._Run._write": "what the makers of jobs.month_steps made, each past a guard of its own",
    "jobs.month_end._Run._record": "names and digests of files, versions, readings; no cell of a sheet",
}


def name_module(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def list_functions():
    """Every function (and table of functions) of the package with what it calls or hands on, in full."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree, module = ast.parse(path.read_text("utf-8")), name_module(path)
        origin = {
            alias.asname or alias.name: f"{node.module.removeprefix('sanwu_cli.')}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        methods = [
            (f"{node.name}.", inner)
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            for inner in node.body
            if isinstance(inner, ast.FunctionDef)
        ]
        for owner, node in [("", node) for node in tree.body] + methods:
            if isinstance(node, (ast.FunctionDef, ast.Assign, ast.AnnAssign)):
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                attributes = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
                called = {origin.get(one, f"{module}.{one}") for one in names} | attributes
                is_function = isinstance(node, ast.FunctionDef)
                targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                name = node.name if is_function else getattr(targets[0], "id", "")
                arguments = {one.arg for one in node.args.args} if is_function else set()
                found[f"{module}.{owner}{name}"] = (called, arguments)
    return found


FUNCTIONS = list_functions()
CALLED = {name: called for name, (called, _) in FUNCTIONS.items()}
OUTSIDE = [name for name in FUNCTIONS if name.split(".")[0] in {"jobs", "cli", "console"}]
IS_GATE = "jobs.gate."


def short(names):
    return {name.rpartition(".")[2] for name in names}


def calls_guard(name):
    return any(one.startswith(IS_GATE) and short({one}) <= GUARDS for one in CALLED[name])


def guarded():
    """The functions that call a guard, and those that call such a function."""
    sure = {name for name in OUTSIDE if calls_guard(name)}
    while more := {name for name in OUTSIDE if CALLED[name] & sure} - sure:
        sure |= more
    return sure


GUARDED = guarded()
CALLING_MAKERS = [n for n in OUTSIDE if short(CALLED[n]) & MAKERS and not n.startswith(IS_GATE)]


@pytest.mark.parametrize("name", CALLING_MAKERS)
def test_whatever_makes_a_file_calls_the_gate_beside_it(name):
    assert calls_guard(name) or name in UNGUARDED, f"{name} makes a file that no guard has seen"


def test_the_gate_s_own_makers_look_before_they_write():
    looks = {"guard_tables", "guard_numbers", "mark_internal", "refuse_personal"}
    for name in ("write_public", "write_named", "write_internal", "write_checked_form"):
        assert short(CALLED[f"{IS_GATE}{name}"]) & looks


def writers():
    """The functions that write a file; one that is handed the bytes stands for those who call it."""
    direct = {n for n in OUTSIDE if short(CALLED[n]) & {"write_file", "write_bytes", "write_text"}}
    pipes = {n for n in direct if "data" in FUNCTIONS[n][1]}
    return sorted((direct - pipes) | {n for n in OUTSIDE if CALLED[n] & pipes})


@pytest.mark.parametrize("name", writers())
def test_whatever_writes_a_file_writes_one_that_passed_the_gate(name):
    assert name in GUARDED or name in UNGUARDED, f"{name} writes a file, and no guard stands before it"


def test_every_exception_is_still_one():
    makers = {name for name in CALLING_MAKERS if not calls_guard(name)}
    assert set(UNGUARDED) == makers | (set(writers()) - GUARDED)


# --- a gate that finds something in everything lets nothing through

COMMANDS = [
    ["roster", "generate", "--month", "2026-03"],
    ["roster", "export", "--month", "2026-03"],
    ["roster", "export", "--month", "2026-03", "--by", "person"],
    ["roster", "export", "--month", "2026-03", "--form", "docx"],
    ["roster", "export", "--month", "2026-04", "--form", "ics"],
    ["roster", "picture", "--month", "2026-03"],
    ["roster", "picture", "--month", "2026-03", "--poster", "a4"],
    ["roster", "days", "--year", "2026", "--suggest", "-o", "FILE.xlsx"],
    ["report", "render", "monthly_circular", "--month", "2026-03"],
    ["report", "overview", "--year", "2026"],
    ["due", "--month", "2026-04", "--ics", "FILE.ics"],
    ["incidents", "export", "-o", "FILE.xlsx"],
    ["incidents", "held", "-o", "FILE.xlsx"],
    ["records", "export", "-o", "FILE.xlsx"],
    ["grassroots", "show", "--month", "2026-03", "-o", "FILE.xlsx"],
    ["attendance", "show", "--month", "2026-04", "-o", "FILE.xlsx"],
    ["score", "year", "--year", "2026", "-o", "FILE.xlsx"],
    ["score", "year-end", "--year", "2026", "-o", "FILE.xlsx"],
    ["assess", "example", "--year", "2026", "-o", "FILE.xlsx"],
    ["month-end", "2026-03"],
]  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A small workspace with a published roster."""
    folder = make_workspace(tmp_path_factory.mktemp("gate") / "w", {})
    assert run(["-w", str(folder), "--as-of", "2026-03-31", "roster", "publish", "--month", "2026-04"]) == 0
    return folder


def ask(office, command, target):
    words = [word.replace("FILE", str(target / "FILE")) for word in command]
    return run(["-w", str(office), "--as-of", "2026-03-31", *words])


def list_files(*folders):
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_shut_gate_stops_every_command_that_writes(command, office, tmp_path, monkeypatch, capsys):
    before = list_files(office / "out", tmp_path)
    monkeypatch.setattr(gate, "find_personal", lambda text: "手机号码" if text else "")
    monkeypatch.setattr(gate, "find_in_case_number", lambda text: "手机号码" if text else "")
    assert ask(office, command, tmp_path) == ExitStatus.REFUSED
    told = capsys.readouterr().err
    assert "个人信息" in told
    assert "位置" in told or "有手机号码" in told
    written = list_files(office / "out", tmp_path) - before
    assert {path.name for path in written} <= {"run.json"}  # the record of a month end says what failed


@pytest.mark.parametrize("command", COMMANDS[5:8] + COMMANDS[9:-1], ids=" ".join)
def test_the_open_gate_lets_them_pass(command, office, tmp_path):
    before = list_files(office / "out", tmp_path)
    assert ask(office, command, tmp_path) in {ExitStatus.CLEAN, ExitStatus.FINDINGS}
    assert list_files(office / "out", tmp_path) > before


@pytest.mark.parametrize(
    "command", [["incidents", "export", "-o", "FILE.xlsx"], ["records", "export", "-o", "FILE.xlsx"]]
)
def test_what_stays_inside_says_so_on_every_sheet_and_page(command, office, tmp_path):
    assert ask(office, command, tmp_path) == ExitStatus.CLEAN
    book = openpyxl.load_workbook(tmp_path / "FILE.xlsx")
    for sheet in book:
        tops = [cell.value for row in sheet.iter_rows(max_row=2) for cell in row if cell.value]
        assert any(INTERNAL_MARK in str(text) for text in tops), sheet.title
        assert sheet.oddHeader.right.text == INTERNAL_MARK


def test_a_number_among_what_is_drawn_is_refused_with_its_place(tmp_path, capsys):
    rows = [list(row) for row in REGISTERS["进驻日"]]
    rows[1][3] += " 110105491231002"  # what reading lets pass
    folder = make_workspace(tmp_path / "w", {"book": [{"file": "registers/进驻日.xlsx", "rows": rows}]})
    for more in ([], ["--poster", "a3"]):
        assert (
            run(["-w", str(folder), "roster", "picture", "--month", "2026-03", *more]) == ExitStatus.REFUSED
        )
        told = capsys.readouterr().err
        assert "地点" in told
        assert "15位的身份证号码" in told
        assert "110105" not in told
    assert not list_files(folder / "out")


def test_every_text_of_a_picture_is_named_with_its_part():
    post = Post("角色a", "姓名a", "单位a", "电话a")
    posting = Posting(None, "星期a", "乡镇a", "村a", (post,), "地点a", "时间a", "备注a")
    sheet = RosterSheet("头a", "名a", "副a", ("表头a",), (posting,), "草案a")
    said = list(sheet.texts())
    whole = "".join(text for _, text in said)
    assert all(
        word in whole
        for word in [
            "头a",
            "名a",
            "副a",
            "表头a",
            "星期a",
            "乡镇a",
            "村a",
            "地点a",
            "时间a",
            "备注a",
            "角色a",
            "姓名a",
            "单位a",
            "电话a",
            "草案a",
        ]
    )
    assert all(place for place, _ in said)


def test_a_page_s_facts_are_looked_at_however_deep_they_lie():
    facts = {"missing": [{"rows": [["甲镇", "13800000000"]]}]}
    with pytest.raises(SanwuError) as caught:
        guard_facts("总览.html", facts, {"missing": "缺报"})
    assert caught.value.place == "“缺报”第1行"
    guard_facts("总览.html", {"year": 2026, "missing": []}, {})


def test_a_form_that_says_something_already_is_looked_at():
    columns = (FormColumn("案件编号"), FormColumn("线索", choices=("甲镇",)))
    form = FormSpec("ruling", 1, "认定登记表", "", columns, filled=(("A1", "清泉派出所"),))
    assert write_checked_form("认定登记表", form)
    hidden = FormSpec("ruling", 1, "认定登记表", "", columns, filled=(("A1", "李某13800000000"),))
    with pytest.raises(SanwuError) as caught:
        write_checked_form("认定登记表", hidden)
    assert "“线索”" in caught.value.place


def test_the_name_of_a_sheet_is_looked_at_and_not_repeated():
    with pytest.raises(SanwuError) as caught:
        guard_tables("表", [TableSheet("13800000000", ("地点",), (("甲",),))])
    assert "138" not in caught.value.place + caught.value.message


def test_numbers_of_cases_are_not_taken_for_persons_or_cards():
    # The check digit of an ID number holds for this by chance, as for one number in eleven.
    number = next(
        f"640181202603{n:06d}" for n in range(90001, 90400) if find_personal(f"640181202603{n:06d}")
    )
    cells = ((number, "甲镇"), ("6401812026000018", "甲镇"))
    assert write_internal("台账", [TableSheet("明细", ("信访编号", "乡镇"), cells)])
    with pytest.raises(SanwuError):
        write_internal("台账", [TableSheet("明细", ("说明", "乡镇"), cells)])
    with pytest.raises(SanwuError):
        write_internal("台账", [TableSheet("明细", ("信访编号",), (("13800000000",),))])
    assert find_in_case_number("11010519491231002X")
    assert names_case_numbers("案号")
    assert not names_case_numbers("地点")


@pytest.mark.parametrize("number", ["110105491231002", "110105 491231 002", "１１０１０５４９１２３１００２"])
def test_an_old_id_number_of_fifteen_digits_is_found(number):
    assert find_personal(f"证号{number}") == "15位的身份证号码"


@pytest.mark.parametrize("number", ["640181202603001", "649901101201001", "110105491331002"])
def test_fifteen_digits_alone_are_no_id_number(number):
    assert find_personal(number) == ""


def test_the_parts_of_an_event_s_own_number_are_not_joined():
    # 649901101 and 20260408, joined, have a bank card's check sum.
    days = [f"UID:O-05-1-2026-03-649901101-202604{day:02d}@due.sanwu" for day in range(1, 31)]
    assert any(find_personal(line.removeprefix("UID:")) for line in days)
    assert all(pass_text("甲.ics", f"{line}\r\n".encode()) for line in days)
    with pytest.raises(SanwuError):
        pass_text("甲.ics", b"UID:13800000000@due.sanwu\r\n")
