"""The month end as a night's work: silent, resumed, recorded, logged; one step failing; letter, timers."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import datetime

import openpyxl
import pytest
from workspaces import County, Office, case, hash_tree

from sanwu_cli import files
from sanwu_cli.errors import SanwuError
from sanwu_cli.jobs import month_end, month_steps, run_log
from sanwu_cli.jobs.batch_examples import render_example
from sanwu_cli.ledger.store import Ledger
from sanwu_cli.locking import FOLDER, OWNER, Owner, hold_lock
from sanwu_cli.machine import name_machine

MONTH = "2026-03"
PERSON = "13900001234"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace in which a month end has nothing to complain of."""
    office = Office(tmp_path_factory.mktemp("月末") / "云岭", County.of(青峪镇=2, 白石镇=1), lambda: ("", ""))
    village = office.county.villages[0][1]
    for number, month in enumerate(("1", "2", "3"), start=1):
        for kind in ("petition", "suit", "crime"):
            rows = [case(kind, number, f"2026-0{month}-09", "青峪镇", village)] if kind == "crime" else []
            office.month(kind, f"2026年{month}月", rows, to=f"{month}/{kind}.xlsx")
    return office.path


@pytest.fixture(scope="module")
def done(made, tmp_path_factory):
    """The same after its month end."""
    path = tmp_path_factory.mktemp("办完") / "云岭"
    shutil.copytree(made, path)
    Office(path, County.of(青峪镇=2, 白石镇=1), lambda: ("", "")).run("month-end", MONTH)
    return path


def _open(path, folder, capsys):
    shutil.copytree(path, folder)
    office = Office.__new__(Office)
    office.path, office._read_output = folder, capsys.readouterr
    return office


@pytest.fixture
def fresh(made, tmp_path, capsys):
    return _open(made, tmp_path / "云岭", capsys)


@pytest.fixture
def office(done, tmp_path, capsys):
    return _open(done, tmp_path / "云岭", capsys)


def _record(office):
    return json.loads((office.path / "out" / MONTH / "run.json").read_bytes())


# -- twice, silent, resumed ---------------------------------------------------------------------------------


def test_quiet_and_clean_it_says_nothing_at_all(fresh, tmp_path):
    answer = fresh.run("month-end", MONTH, "-q", "--log", tmp_path / "l.jsonl")
    assert (answer.status, answer.out, answer.err) == (0, "", "")
    assert (fresh.path / "out" / MONTH / "run.json").is_file()


def test_the_first_run_and_the_second_leave_the_same_bytes(office):
    tree, ledger = hash_tree(office.path / "out"), (office.path / "ledger.db").read_bytes()
    assert office.run("month-end", MONTH).status == 0
    assert hash_tree(office.path / "out") == tree
    assert (office.path / "ledger.db").read_bytes() == ledger


def test_what_only_the_first_run_can_tell_of_a_sheet_does_not_stand_in_the_record(office):
    """A number that stands for two cases: what it changed is told when the sheet comes, not every night."""
    office.month("crime", "2026年4月", [case("crime", 3, "2026-04-09", "白石镇", None)], to="4.xlsx")
    first = office.ask("month-end", MONTH)
    tree = hash_tree(office.path / "out")
    second = office.ask("month-end", MONTH)
    assert first.json["findings"] != second.json["findings"]
    assert hash_tree(office.path / "out") == tree


def test_a_record_holds_what_the_run_rests_on_and_what_it_wrote(office):
    record = _record(office)
    out = {path.relative_to(office.path).as_posix() for path in (office.path / "out").rglob("*.*")}
    assert {one["file"] for one in record["outputs"]} == out - {f"out/{MONTH}/run.json"}
    kinds = {one["kind"] for one in record["inputs"]}
    assert kinds >= {"sheet", "register", "settings"}
    assert len([one for one in record["inputs"] if one["kind"] == "sheet"]) == 9
    assert record["ledger"]["last_run"] == 1
    assert record["plan"]
    assert record["readings"]["T-03"]
    assert record["versions"]["ortools"]
    assert (record["exit"], record["failed"]) == (0, [])


def test_stopped_before_the_writing_it_has_changed_no_result(office, monkeypatch):
    """What was there stays whole and vouched for; the next run does it all."""
    office.month("crime", "2026年3月", [case("crime", 77, "2026-03-10", "青峪镇", "青禾村")], to="补.xlsx")
    tree = hash_tree(office.path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(month_steps, "make_dues", _interrupt)
        assert office.run("month-end", MONTH).status == 130
    assert hash_tree(office.path / "out") == tree
    _check_same_as_in_one_go(office)


def test_stopped_while_it_writes_nothing_vouches_for_the_results(office, monkeypatch):
    office.month("crime", "2026年3月", [case("crime", 77, "2026-03-10", "青峪镇", "青禾村")], to="补.xlsx")
    written = []

    def stop_at_the_second(path, data):
        if len(written) == 1:
            raise KeyboardInterrupt
        if files.write_file(path, data):
            written.append(path)

    with monkeypatch.context() as patch:
        patch.setattr(month_end, "write_file", stop_at_the_second)
        assert office.run("month-end", MONTH).status == 130
    assert written
    assert not (office.path / "out" / MONTH / "run.json").exists()
    answer = office.run("month-end", MONTH, "--verify")
    assert answer.status == 66
    assert f"sanwu month-end {MONTH}" in answer.err
    _check_same_as_in_one_go(office)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("request_to_end", [signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_by_the_system_it_puts_away_and_says_so(office, tmp_path, request_to_end):
    log = tmp_path / "l.jsonl"
    words = ["-m", "sanwu_cli", "-w", str(office.path), "month-end", MONTH, "-q", "--log", str(log)]
    with subprocess.Popen([sys.executable, *words], stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None and not (log.exists() and "step-end" in log.read_text("utf-8")):
            time.sleep(0.01)
        running.send_signal(request_to_end)
        told = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert told == "已中断\n"
    last = json.loads(log.read_text("utf-8").splitlines()[-1])
    assert (last["event"], last["exit"]) == ("run-end", 130)
    assert not (office.path / FOLDER / OWNER).exists()
    assert not list(office.path.rglob("*.sanwu-tmp"))
    _check_same_as_in_one_go(office)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_what_is_to_be_ignored_and_a_second_request_are_left_to_the_system():
    program = (
        "import os, signal, sys\n"
        "from sanwu_cli.cli.stopping import heed_requests_to_end\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "with heed_requests_to_end():\n"
        "    os.kill(os.getpid(), signal.SIGHUP)\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "    except KeyboardInterrupt:\n"
        "        print('asked', flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "asked\n")


def _check_same_as_in_one_go(office):
    assert office.run("month-end", MONTH).status in (0, 1)
    tree = hash_tree(office.path / "out")
    shutil.rmtree(office.path / "out")
    assert office.run("month-end", MONTH).status in (0, 1)
    assert hash_tree(office.path / "out") == tree


def _interrupt(*_):
    raise KeyboardInterrupt


def test_the_overview_of_what_is_due_speaks_for_every_item(office):
    office.run("month-end", MONTH)
    book = openpyxl.load_workbook(office.path / "out" / MONTH / "方案事项.xlsx")
    assert book.sheetnames == ["一览", "逐项"]
    overview, items = (
        [dict(zip(rows[2], row, strict=True)) for row in rows[3:]]
        for rows in (list(sheet.iter_rows(values_only=True)) for sheet in book)
    )
    dues = office.ask("due", "--as-of", f"{MONTH}-31").json["items"]
    assert len(items) == len(dues) == sum(row["项数"] for row in overview)
    counts = Counter((one["obligation"], one["state"]) for one in dues)
    told = Counter()
    for row in overview:
        state = {"逾": "overdue", "过": "overdue", "已": "done", "不": "not_applicable", "由": "people"}
        told[row["事项"], state.get(row["情况"][0], "due")] += row["项数"]
    assert told == counts


# -- one step fails -----------------------------------------------------------------------------------------


def test_a_step_that_fails_takes_no_other_along(office, monkeypatch, tmp_path):
    def fall_over(*_):
        raise ZeroDivisionError

    shutil.rmtree(office.path / "out")
    monkeypatch.setattr(month_steps, "make_grassroots", fall_over)
    answer = office.ask("month-end", MONTH, "--log", tmp_path / "l.jsonl")
    assert answer.status == 70
    failed = [step for step in answer.json["steps"] if step["exit"]]
    assert [step["title"] for step in failed] == ["基层情况"]
    names = {path.name for path in (office.path / "out" / MONTH).iterdir()}
    assert {"三无台账.xlsx", "方案事项.xlsx", "run.json"} <= names
    assert "Traceback" not in answer.err
    assert _record(office)["exit"] == 70
    assert [one["step"] for one in _record(office)["failed"]] == ["基层情况"]
    assert "ZeroDivisionError" in (tmp_path / "l.jsonl").read_text("utf-8")
    answer = office.ask("month-end", MONTH, "--verify")
    assert answer.status == 1
    assert [one["code"] for one in answer.json["findings"]] == ["RUN-STEP-FAILED"]


def test_one_result_that_cannot_be_written_is_named_and_the_others_are(office):
    shutil.rmtree(office.path / "out")
    (office.path / "out" / MONTH / "三无台账.xlsx").mkdir(parents=True)
    answer = office.run("month-end", MONTH)
    assert answer.status in (74, 75)
    assert "三无台账.xlsx" in answer.err
    listed = {one["file"] for one in _record(office)["outputs"]}
    assert f"out/{MONTH}/三无台账.xlsx" not in listed
    assert f"out/{MONTH}/方案事项.xlsx" in listed


def test_a_file_that_cannot_be_read_is_three_and_stands_in_the_record(office):
    (office.path / "inbox" / "坏.xlsx").write_bytes(b"PK\x03\x04 no book")
    answer = office.run("month-end", MONTH)
    assert answer.status == 3
    assert "坏.xlsx" in answer.err
    assert "读不了：inbox/坏.xlsx" in answer.out
    assert [one["file"] for one in _record(office)["inputs"] if one.get("readable") is False] == [
        "inbox/坏.xlsx"
    ]


def test_a_damaged_ledger_ends_it_and_changes_no_result(office, tmp_path):
    tree = hash_tree(office.path / "out")
    (office.path / "ledger.db").write_bytes(b"garbage" * 300)
    log, letter = tmp_path / "l.jsonl", tmp_path / "小结.txt"
    assert office.run("month-end", MONTH, "--log", log, "--summary", letter).status == 65
    assert hash_tree(office.path / "out") == tree
    assert [one["event"] for one in _events(log)][-2:] == ["failure", "run-end"]
    assert _events(log)[-1]["exit"] == 65
    text = letter.read_text("utf-8").splitlines()
    assert "没有办成" in text[0]
    assert "备份" in "".join(text)


# -- the results held against their record ------------------------------------------------------------------


def test_results_as_written_are_verified(office):
    answer = office.ask("month-end", MONTH, "--verify")
    assert (answer.status, answer.json["findings"]) == (0, [])
    assert office.run("month-end", MONTH, "--verify", "-q").out == ""


def test_a_result_changed_or_gone_is_an_error_and_a_new_sheet_a_warning(office):
    (office.path / "out" / MONTH / "三无台账.xlsx").write_bytes(b"x")
    (office.path / "out" / MONTH / "方案事项.xlsx").unlink()
    (office.path / "inbox" / "1" / "crime.xlsx").write_bytes(b"x")
    office.run("incidents", "undo")
    answer = office.ask("month-end", MONTH, "--verify")
    assert answer.status == 1
    assert sorted((one["code"], one["file"].rpartition("/")[2]) for one in answer.json["findings"]) == [
        ("RUN-INPUT-CHANGED", "crime.xlsx"),
        ("RUN-INPUT-CHANGED", "ledger.db"),
        ("RUN-OUTPUT-CHANGED", "三无台账.xlsx"),
        ("RUN-OUTPUT-CHANGED", "方案事项.xlsx"),
    ]


@pytest.mark.parametrize("data", [b"", b"[]", b'{"schema": "sanwu/run/1"}', None])
def test_a_record_somebody_changed_vouches_for_nothing(office, data):
    path = office.path / "out" / MONTH / "run.json"
    path.write_bytes(path.read_bytes().replace(b'"exit": 0', b'"exit": 1') if data is None else data)
    answer = office.run("month-end", MONTH, "--verify")
    assert answer.status == 66
    assert "run.json" in answer.err


# -- the log ------------------------------------------------------------------------------------------------


def _events(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_log_has_a_line_an_event_and_is_added_to(office, tmp_path):
    path = tmp_path / "日志" / "l.jsonl"
    for _ in range(2):
        office.run("month-end", MONTH, "-q", "--log", path)
    events = _events(path)
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one["event"] for one in events].count("run-start") == 2
    assert events[-1]["event"] == "run-end"
    assert events[-1]["exit"] == 0
    assert all(datetime.fromisoformat(one["time"]).tzinfo for one in events)
    assert {one["severity"] for one in events} <= {"info", "warning", "error"}
    runs = list(dict.fromkeys(one["run"] for one in events))
    steps = [one["step"] for one in events if one["event"] == "step-end" and one["run"] == runs[-1]]
    assert {"读表", "月度通报", "值班表", "写出"} <= set(steps)
    assert all(one["seconds"] >= 0 for one in events if one["event"] == "step-end")


def test_a_line_a_killed_run_left_open_spoils_no_other(office, tmp_path):
    path = tmp_path / "l.jsonl"
    path.write_bytes(b'{"event": "run-st')
    office.run("month-end", MONTH, "-q", "--log", path)
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == '{"event": "run-st'
    assert json.loads(lines[1])["event"] == "run-start"


def test_no_number_of_a_person_gets_into_the_log(tmp_path):
    file = files.LineFile(tmp_path / "l.jsonl")
    log = run_log.RunLog("1", lambda: datetime.fromisoformat("2026-03-31T00:00:00+08:00"), file)
    log.tell_failure(SanwuError(f"看不懂“{PERSON}”", place=f"{PERSON}.xlsx"))
    log.tell("x", text="长" * 10_000)
    text = (tmp_path / "l.jsonl").read_text("utf-8")
    assert PERSON not in text
    assert len(text) < 2000


def test_a_log_that_cannot_be_opened_stops_the_run_before_it_starts(office, tmp_path):
    (tmp_path / "l").mkdir()
    before = hash_tree(office.path)
    assert office.run("month-end", MONTH, "--log", tmp_path / "l").status in (74, 75)
    assert hash_tree(office.path) == before


def test_a_run_that_may_not_begin_is_told_to_log_and_letter(office, tmp_path):
    log, letter = tmp_path / "l.jsonl", tmp_path / "小结.txt"
    told = ("--log", log, "--summary", letter)
    before = hash_tree(office.path)
    with hold_lock(office.path, Owner(os.getpid(), name_machine(), "王", "sanwu incidents import")):
        assert office.run("month-end", MONTH, "-q", "--wait", "0", *told).status == 75
        blocked = tmp_path / "d"
        blocked.mkdir()
        assert office.run("month-end", MONTH, "--wait", "0", "--log", blocked).status == 75
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [one["event"] for one in events] == ["run-start", "failure", "run-end"]
    assert {one["exit"] for one in events[1:]} == {75}
    assert "没有办成" in letter.read_text("utf-8").splitlines()[0]
    assert "sanwu incidents import" in letter.read_text("utf-8")
    assert hash_tree(office.path) == before


def test_a_log_that_breaks_off_takes_the_run_not_along(office, tmp_path, monkeypatch):
    real = files.LineFile.add

    def fail(self, line):
        if "月度通报" in line:
            raise SanwuError("磁盘已满", place=str(self.path))
        real(self, line)

    monkeypatch.setattr(files.LineFile, "add", fail)
    answer = office.run("month-end", MONTH, "-q", "--log", tmp_path / "l.jsonl")
    assert answer.status == 0
    assert "磁盘已满" in answer.err
    assert office.run("month-end", MONTH, "--verify").status == 0


def test_lines_of_two_processes_do_not_mix(tmp_path):
    code = (
        "import sys; from pathlib import Path; from sanwu_cli.files import LineFile\n"
        "file = LineFile(Path(sys.argv[1]))\n"
        "for n in range(300): file.add(sys.argv[2] * 500)"
    )
    path = tmp_path / "l"
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), letter]) for letter in "ab"]
    assert [process.wait() for process in running] == [0, 0]
    assert sorted(path.read_text("utf-8").splitlines()) == ["a" * 500] * 300 + ["b" * 500] * 300


# -- the letter ---------------------------------------------------------------------------------------------


def test_the_letter_says_what_came_who_is_missing_and_what_changed(fresh, tmp_path):
    (fresh.path / "inbox" / "2" / "suit.xlsx").unlink()
    letter = tmp_path / "小结.txt"
    fresh.run("month-end", MONTH, "-q", "--summary", letter)
    subject, blank, *lines = letter.read_text("utf-8").splitlines()
    assert "2026年3月" in subject
    assert blank == ""
    assert 4 <= len(lines) <= 15
    told = "\n".join(lines)
    for word in ("8个文件", "新增3行", "行政诉讼2月", "和2026年2月比", "问题：", str(fresh.path / "out")):
        assert word in told


def test_the_letter_on_the_screen_stands_alone(office):
    answer = office.run("month-end", MONTH, "-q", "--summary", "-")
    assert answer.status == 0
    assert "三无月末" in answer.out.splitlines()[0]
    assert "步骤" not in answer.out
    for form in ("json", "csv"):
        answer = office.run("month-end", MONTH, "--summary", "-", "--format", form)
        assert (answer.status, answer.out) == (2, "")
        assert "不能同时" in answer.err


def test_the_letter_keeps_to_its_length_in_a_bad_month(fresh, tmp_path):
    for name in ("2", "3"):
        shutil.rmtree(fresh.path / "inbox" / name)
    for number in range(9):
        (fresh.path / "inbox" / f"坏{number}.xlsx").write_bytes(b"x")
    (fresh.path / "templates").mkdir(exist_ok=True)
    (fresh.path / "templates" / "monthly_circular.md").write_text("{% if", "utf-8")
    letter = tmp_path / "小结.txt"
    assert fresh.run("month-end", MONTH, "-q", "--summary", letter).status in (2, 3)
    assert len(letter.read_text("utf-8").splitlines()) <= 17


# -- which month, which system ------------------------------------------------------------------------------


def test_a_timer_names_the_month_before(office):
    answer = office.ask("month-end", "last", "--as-of", "2026-04-10")
    assert answer.json["month"] == MONTH
    answer = office.run("month-end")
    assert answer.status == 2
    assert "last" in answer.err


ODD = "三无 100% $HOME"


def _example(kind, tmp_path):
    folder = tmp_path / ODD
    folder.mkdir()
    return render_example(kind, folder), folder


def test_the_systemd_example_is_what_systemd_takes(tmp_path):
    text, folder = _example("systemd", tmp_path)
    units = dict(re.findall(r"# ==== (\S+) ====\n(.*?)(?=# ====|\Z)", text, re.DOTALL))
    assert set(units) == {"sanwu-month-end.service", "sanwu-month-end.timer"}
    assert "SuccessExitStatus=1 3" in text
    assert str(folder).replace("%", "%%") in text
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    program = shutil.which("true")
    for name, unit in units.items():
        start = re.sub(r'ExecStart="(?:[^"\\]|\\.)*"', f"ExecStart={program}", unit)
        (tmp_path / name).write_text(re.sub(r"User=.*", "User=root", start), "utf-8")
    told = subprocess.run(
        [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in units)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "sanwu" not in told.stderr, told.stderr


def test_the_cron_example_is_one_line_that_a_shell_takes(tmp_path):
    text, folder = _example("cron", tmp_path)
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "MAILTO="))]
    assert len(lines) == 1
    *when, command = lines[0].split(None, 5)
    assert when == ["30", "2", "1-10", "*", "*"]
    assert not re.search(r"(?<!\\)%", command)
    words = shlex.split(command.replace(r"\%", "%"))
    assert words[:3] == ["cd", str(folder), "&&"]
    assert words[4:8] == ["-w", str(folder), "month-end", "last"]
    assert "-q" in words


def test_the_windows_example_is_a_task(tmp_path):
    text, _ = _example("windows", tmp_path)
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    task = ET.fromstring(text)  # noqa: S314 - our own text
    assert task.tag == f"{space}Task"
    run = task.find(f".//{space}Exec")
    assert run.find(f"{space}Command").text.endswith("sanwu.exe")
    assert "month-end last -q" in run.find(f"{space}Arguments").text
    assert "没有在真的 Windows 上试过" in text


def test_an_example_is_printed_from_anywhere_and_an_unknown_one_refused(office, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert "OnCalendar" in office.run_anywhere("month-end", "--example", "systemd").out
    if os.name != "nt":
        assert str(office.path) in office.run("month-end", "--example", "cron").out
    answer = office.run("month-end", "--example", "launchd")
    assert answer.status == 2
    assert "systemd" in answer.err


def test_what_is_only_looked_at_writes_nothing(office):
    before = hash_tree(office.path)
    office.run("month-end", MONTH, "--verify")
    office.run("month-end", "--example", "cron")
    assert hash_tree(office.path) == before
    assert len(Ledger(office.path / "ledger.db").read().runs) == 1
