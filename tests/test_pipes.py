"""Tables through pipes: in by -, out by -o -, CSV for others; the nearest word is offered."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from every_command import CALLS, answer, make_box, make_part

from sanwu_cli import console
from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus
from sanwu_cli.nearest import find_near, hint_near

ROOT = Path(__file__).parents[1]
BOOK = "inbox/2026-02/2026年2月越级上访台账.xlsx"
SHEET = (
    "登记日期,信访编号,乡镇(街道),村(社区),到访层级,是否越级,人次\n"
    "2026-03-04,XF-9,清泉街道,锦绣社区,市,是,3\n"
)
# Asked of a list that is no table: a JSON Schema.
NO_TABLE = {"schema score-year"}


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    path = make_part(tmp_path_factory.mktemp("管道") / "清河")
    for group in ("incidents", "records"):
        assert answer(path, path, f"{group} import inbox").status == ExitStatus.FINDINGS
    return path


def sanwu(city, *words, stdin=b"", stdout=subprocess.PIPE):
    """Run the program in a process of its own: real streams."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SANWU_")}
    return subprocess.run(
        [sys.executable, "-m", "sanwu_cli", "-w", str(city), *words],
        input=stdin, stdout=stdout, stderr=subprocess.PIPE, check=False, cwd=ROOT, env=environment,
    )  # fmt: skip


# --- in


def test_a_workbook_comes_through_a_pipe_like_its_file(city):
    data = (city / BOOK).read_bytes()
    piped = json.loads(
        sanwu(city, "check", "-", "--format", "json", "--name", Path(BOOK).name, stdin=data).stdout
    )
    named = json.loads(sanwu(city, "check", BOOK, "--format", "json").stdout)
    for sheet in (*piped["sheets"], *named["sheets"]):
        sheet["file"] = ""
    assert piped["sheets"] == named["sheets"]
    assert piped["sheets"][0]["id"] == "petition"


def test_a_table_of_text_is_imported_from_a_pipe_once(city):
    words = ("incidents", "import", "-", "--name", "越级上访台账2026年3月.csv", "--format", "json")
    first, again = (json.loads(sanwu(city, *words, stdin=SHEET.encode()).stdout) for _ in range(2))
    (sheet,) = first["files"][0]["sheets"]
    assert (sheet["id"], sheet["period"], sheet["new"]) == ("petition", "2026-03", 1)
    assert first["files"][0]["file"] == "越级上访台账2026年3月.csv"
    assert (again["run"], again["files"][0]["sheets"][0]["same"]) == (None, 1)


@pytest.mark.parametrize(
    ("stdin", "code"),
    [(b"", "BOOK-EMPTY"), (b"\x00\x01nix", "BOOK-NOT-A-TABLE"), (b"PK\x03\x04", "BOOK-DAMAGED")],
)
def test_what_is_no_table_is_said_of_the_pipe(city, stdin, code):
    done = sanwu(city, "check", "-", "--format", "json", stdin=stdin)
    told = json.loads(done.stdout)
    assert done.returncode == ExitStatus.PARTIAL
    codes = {one["code"] for one in told["findings"] if one["file"].startswith("标准输入")}
    assert codes == {code}


@pytest.mark.parametrize(
    ("made", "check"),
    [
        ("roster export --month 2026-07 --role 法官 -o -", "roster check"),
        ("roster export --month 2026-07 --role 法官 --form docx -o -", "report check"),
        ("assess example --year 2026 -o -", "assess check --year 2026"),
    ],
)
def test_what_one_command_gives_out_another_checks_from_the_pipe(city, tmp_path, made, check):
    data = sanwu(city, *made.split()).stdout
    path = tmp_path / "2026年7月.bin"
    path.write_bytes(data)
    named = sanwu(city, *check.split(), str(path), "--format", "json")
    piped = sanwu(city, *check.split(), "-", "--format", "json", stdin=data)
    shown = piped.stdout.decode()
    assert json.loads(shown.replace("标准输入", str(path))) == json.loads(named.stdout)
    assert piped.returncode == named.returncode
    assert piped.returncode in (ExitStatus.CLEAN, ExitStatus.FINDINGS)


def test_mistakes_about_the_pipe_are_explained(city):
    for words, said in (
        (("check", BOOK, "--name", "x"), "--name 只用于从标准输入读来的表"),
        (("check", "-", "-"), "标准输入只有一个"),
        (("check", "-", "--annotate"), "去掉 --annotate"),
    ):
        done = sanwu(city, *words, stdin=SHEET.encode())
        assert done.returncode == ExitStatus.USAGE
        assert said in done.stderr.decode()


# --- out


@pytest.mark.parametrize(
    "words",
    [
        ("sheet", "form", "petition", "-o", "-"),
        ("incidents", "export", "-o", "-"),
        ("records", "export", "-o", "-"),
        ("assess", "example", "--year", "2026", "-o", "-"),
        ("grassroots", "show", "--year", "2026", "-o", "-"),
        ("score", "year", "--year", "2026", "-o", "-"),
        ("roster", "export", "--month", "2026-07", "--role", "法官", "--form", "docx", "-o", "-"),
    ],
)
def test_a_file_on_stdout_is_that_file_and_nothing_else(city, words):
    done = sanwu(city, *words)
    assert done.returncode in (ExitStatus.CLEAN, ExitStatus.FINDINGS), done.stderr.decode()
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as package:
        assert package.testzip() is None
    assert not (ROOT / "-").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-w", "", "doctor"), "-w 后面是空的"),
        (("incidents", "list", "--area", ""), "--area 后面是空的"),
        (("incidents", "list", "--area="), "--area 后面是空的"),
        (("check", ""), "有一个参数是空的"),
        (("score", "explain", "", "--year", "2026"), "有一个参数是空的"),
    ],
)
def test_a_variable_without_a_value_is_not_everything(city, words, said):
    done = sanwu(city, *words)
    assert done.returncode == ExitStatus.USAGE
    assert said in done.stderr.decode()
    assert not done.stdout


@pytest.mark.parametrize(
    ("words", "name", "right"),
    [
        ("score year --year 2026 -o", "核算.csv", "核算.xlsx"),
        ("sheet form petition -o", "表.XLS", "表.xlsx"),
        ("due --as-of 2026-03-15 --ics", "日历.txt", "日历.ics"),
        ("report overview --year 2026 --as-of 2026-03-31 -o", "总览.docx", "总览.html"),
    ],
)
def test_a_name_that_promises_another_kind_of_file_is_refused(city, tmp_path, words, name, right):
    done = sanwu(city, *words.split(), str(tmp_path / name))
    assert done.returncode == ExitStatus.USAGE
    assert f"请改成“{right}”" in done.stderr.decode()
    assert not list(tmp_path.iterdir())
    for good in (right, "结果", "a.tmp"):
        assert sanwu(city, *words.split(), str(tmp_path / good)).returncode in (0, 1)
        assert (tmp_path / good).stat().st_size


def test_text_files_on_stdout(city):
    calendar = sanwu(city, "due", "--as-of", "2026-03-15", "--ics", "-").stdout
    assert calendar.startswith(b"BEGIN:VCALENDAR\r\n")
    assert calendar.endswith(b"END:VCALENDAR\r\n")
    page = sanwu(city, "report", "overview", "--year", "2026", "--as-of", "2026-03-31", "-o", "-").stdout
    assert page.lstrip().startswith(b"<!DOCTYPE html>")
    assert page.rstrip().endswith(b"</html>")


def test_a_file_is_not_mixed_with_other_output(city):
    for form in ("json", "csv"):
        done = sanwu(city, "incidents", "export", "-o", "-", "--format", form)
        assert (done.returncode, done.stdout) == (ExitStatus.USAGE, b"")
        assert "不能同时" in done.stderr.decode()


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_file_is_not_written_to_a_screen(city, monkeypatch, capsys):
    screen = _Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    assert run(["-w", str(city), "incidents", "export", "-o", "-"]) == ExitStatus.USAGE
    assert screen.getvalue() == ""
    assert "文件不能写到屏幕上" in capsys.readouterr().err
    assert sys.stdout is screen


# --- CSV


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    place = tmp_path_factory.mktemp("表格")
    own, box = make_part(place / "清河"), make_box(place / "箱")
    try:
        return [answer(own, box, call, "--format", "csv") for call in CALLS if call not in NO_TABLE]
    finally:
        console.configure()


def test_every_command_gives_one_table_as_csv(tables):
    for one in tables:
        assert one.status in (ExitStatus.CLEAN, ExitStatus.FINDINGS, ExitStatus.PARTIAL), (one.call, one.err)
        rows = list(csv.reader(io.StringIO(one.out)))
        assert rows, f"{one.call} gives no CSV"
        assert all(rows[0]), f"{one.call}: a column without a header: {rows[0]}"
        odd = [row for row in rows if len(row) != len(rows[0])]
        assert not odd, f"{one.call} prints more than one table, or words: {odd[:2]}"


def test_a_new_file_says_its_encoding_and_a_pipe_does_not(city, tmp_path):
    words = ("sheet", "list", "--format", "csv")
    piped = sanwu(city, *words).stdout
    assert piped.startswith("编号,".encode())
    path = tmp_path / "表.csv"
    with path.open("wb") as stream:
        sanwu(city, *words, stdout=stream)
        sanwu(city, *words, stdout=stream)
    assert path.read_bytes() == b"\xef\xbb\xbf" + piped + piped
    for name, head in (("utf-8", b""), ("utf-8-sig", b"\xef\xbb\xbf")):
        with path.open("wb") as stream:
            sanwu(city, *words, "--encoding", name, stdout=stream)
        assert path.read_bytes() == head + piped
        assert sanwu(city, *words, "--encoding", name).stdout == head + piped
    assert sanwu(city, *words, "--encoding", "GB2312").stdout.decode("gb18030") == piped.decode()
    assert b"\r" not in piped


def test_an_unknown_encoding_is_refused(city):
    done = sanwu(city, "sheet", "list", "--encoding", "utf8bom")
    assert done.returncode == ExitStatus.USAGE
    assert "您是不是想写“utf-8-bom”？可以写：utf-8、utf-8-sig、gb18030" in done.stderr.decode()


def test_formulas_are_disarmed_unless_raw(capsys):
    for is_raw, cell in ((False, "'=1+1"), (True, "=1+1")):
        console.configure(console.Settings(is_raw=is_raw))
        console.emit_csv(["值"], [["=1+1"]])
        assert capsys.readouterr().out == f"值\n{cell}\n"
    console.configure()


# --- what was meant


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("较验", ["校验", "导出"], ["校验"]),
        ("郝家乔镇", ["郝家桥镇", "崇兴镇"], ["郝家桥镇"]),
        ("长桥", ["长桥镇", "柳河镇"], ["长桥镇"]),
        ("CRIMES", ["crime", "suit"], ["crime"]),
        ("完全不同", ["crime", "suit"], []),
        ("", ["crime"], []),
    ],
)
def test_the_nearest_word(word, known, near):
    assert find_near(word, known) == near
    assert hint_near(word, known, otherwise="别的") == (f"您是不是想写“{near[0]}”？" if near else "别的")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("incident list", "incidents"),
        ("incidents lst", "list"),
        ("sheet list --fromat csv", "--format"),
        ("sheet list --format jsn", "json"),
        ("sheet show crme", "crime"),
        ("sheet show 刑事案件台帐", "刑事案件台账"),
        ("sheet form petitoin -o x.xlsx", "petition"),
        ("sheet findings VALUE-DAT", "VALUE-DATE"),
        ("schema score-yera", "score-year"),
        ("plan show T-033", "T-03"),
        ("report render monthly_circlar --month 2026-06", "monthly_circular"),
        ("incidents list --indicator 刑事按件", "刑事案件"),
        ("incidents list --status counte", "counted"),
        ("incidents list --area 长乔镇", "长桥镇"),
        ("incidents show A649901261100", "A6499012611"),
        ("records list --sheet disputs", "dispute"),
        ("records list --area 锦秀社区", "锦绣社区"),
        ("check inbox --coverage 长乔镇", "长桥镇"),
        ("check inbox --form crme", "crime"),
        ("score explain 长乔镇 --year 2026", "长桥镇"),
        ("score readings --year 2026 --reading T-055", "T-05"),
        ("score readings --year 2026 --set T-055=x", "T-05"),
        ("assess explain 长乔镇 --year 2026", "长桥镇"),
        ("roster explain 长乔镇 --month 2026-07", "长桥镇"),
        ("roster explain 长桥镇 --month 2026-07 --role 法管", "法官"),
        ("roster generate --month 2026-07 --role 检查官", "检察官"),
        ("roster export --month 2026-07 --form dcx", "docx"),
        ("roster export --month 2026-07 --by persn", "person"),
        ("attendance show --month 2026-02 --by peson", "person"),
        ("attendance record --step 题醒 --person F01 --absent-on 2026-03-10 --reason 没有", "提醒"),
        ("grassroots show centers", "centres"),
        ("due --state 预期", "逾期"),
        ("due --who 长乔镇", "长桥镇"),
        ("incidents rule A6499012611005 --matter 剔处 --reason 甲 --document 乙〔2026〕1号", "剔除"),
    ],
)
def test_what_was_meant_is_offered(city, words, meant):
    said = answer(city, city, words)
    assert said.status in (ExitStatus.USAGE, ExitStatus.INPUT_MISSING), said
    assert meant in said.err.partition("修复：")[2].partition("？")[0].partition("可以写")[0], said.err
    console.configure()


# --- streams that are closed or full


@pytest.mark.skipif(os.name == "nt", reason="a shell's >&- is of Unix")
@pytest.mark.parametrize(
    ("words", "closed", "status"),
    [
        ("--version", ">&-", ExitStatus.CLEAN),
        ("--version", ">&- 2>&-", ExitStatus.CLEAN),
        ("plan show", ">&-", ExitStatus.CLEAN),
        ("plan shwo", ">&- 2>&-", ExitStatus.USAGE),
        ("check -", "<&-", ExitStatus.PARTIAL),
        ("check -", "<&- >&- 2>&-", ExitStatus.PARTIAL),
    ],
)
def test_a_closed_stream_is_nobody_listening_and_no_fault(city, words, closed, status):
    command = f'"$0" -m sanwu_cli -w "$1" {words} {closed}'
    if words.startswith("--"):
        command = f'"$0" -m sanwu_cli {words} {closed}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, str(city)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == status
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", ["--version", "--help", "plan show"])
def test_an_answer_that_finds_no_room_is_told(words):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sanwu_cli", *words.split()],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert done.returncode == ExitStatus.IO_FAILED
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("错误：磁盘已满")
