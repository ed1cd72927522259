"""One import of forty mixed files: balances are right, sums are counted elsewhere, no secret is anywhere."""

from __future__ import annotations

import json

import pytest
from mixed_folder import EVERY_SECRET, count_filled, make_folder
from planted import AREAS
from workspaces import REGISTERS, Answer, save_openpyxl

from sanwu_cli.cli.app import run
from sanwu_cli.terms import AreaLevel

CLASSES = ("new", "same", "changed", "held", "ignored")


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """The folder made and imported once: what was written, and the answers."""
    office = tmp_path_factory.mktemp("office")
    (office / "registers").mkdir()
    (office / "sanwu.toml").write_text('[office]\nname = "灵武市"\ncode = "640181"\n', "utf-8")
    rows = [
        [a.code, a.name, a.kind.label if a.level is AreaLevel.VILLAGE else "乡镇", a.parent, "是"]
        for a in AREAS
    ]
    save_openpyxl(office / "registers" / "区划.xlsx", [REGISTERS["区划"][:5], *rows])
    made = make_folder(office / "inbox")
    return office, made


@pytest.fixture(scope="module")
def answer(taken, request):
    """The one document of the import."""
    office, _ = taken
    capture = request.config.pluginmanager.getplugin("capturemanager")
    capture.read_global_capture()
    status = run(["-w", str(office), "incidents", "import", str(office / "inbox"), "--format", "json"])
    return Answer(status, *capture.read_global_capture())


def sheets_of(answer):
    return {file["file"]: file for file in answer.json["files"]}


def test_the_status_says_that_some_could_not_be_read(answer, taken):
    assert answer.status == 3, answer.err
    files = sheets_of(answer)
    assert len(files) == len(taken[1]) == 40
    unreadable = {name for name, file in files.items() if not file["readable"]}
    assert unreadable == {f"inbox/{made.name}" for made in taken[1] if not made.is_readable}


def test_every_file_that_could_not_be_read_has_one_finding(answer, taken):
    for made in taken[1]:
        if not made.is_readable:
            own = [f for f in answer.json["findings"] if f["file"] == f"inbox/{made.name}"]
            assert len(own) == 1, made.name
            assert own[0]["severity"] == "error"
            assert own[0]["code"].startswith("BOOK-")


def test_what_is_read_in_disguise_is_named(answer):
    disguised = [f["file"] for f in answer.json["findings"] if f["code"] == "BOOK-DISGUISED"]
    assert sorted(disguised) == ["inbox/旧系统.xls", "inbox/系统导出.xls", "inbox/网页存档.xls"]


def test_the_balance_of_each_sheet_is_what_was_written(answer, taken):
    files = sheets_of(answer)
    for made in taken[1]:
        told = {sheet["sheet"]: sheet for sheet in files[f"inbox/{made.name}"]["sheets"]}
        assert len(told) == len(made.sheets), made.name
        for wrote in made.sheets:
            sheet = told[wrote.sheet] if wrote.sheet else next(iter(told.values()))
            assert sheet["id"] == wrote.kind, (made.name, sheet)
            found = sheet["rows"], sheet["layout_rows"], sheet["unread_rows"]
            assert found == (wrote.data, wrote.layout, wrote.unread), (made.name, sheet)
            assert sheet["rows"] == sum(sheet[name] for name in CLASSES), made.name


def test_the_sums_agree_with_other_libraries(answer, taken):
    office, made_files = taken
    files = sheets_of(answer)
    counted = told = 0
    for made in made_files:
        filled = count_filled(office / "inbox" / made.name) if made.is_readable and made.sheets else None
        if filled is None:
            continue
        above = {wrote.sheet: wrote.above for wrote in made.sheets}
        for sheet in files[f"inbox/{made.name}"]["sheets"]:
            lines = sheet["rows"] + sheet["layout_rows"] + sheet["unread_rows"] + above[sheet["sheet"]]
            assert lines == filled[sheet["sheet"]], (made.name, sheet["sheet"])
            told += lines
            counted += filled[sheet["sheet"]]
    assert counted == told > 250
    total = sum(sheet["rows"] for file in files.values() for sheet in file["sheets"])
    assert total == sum(wrote.data for made in made_files for wrote in made.sheets)


def test_every_case_that_was_written_is_in_the_ledger(answer, taken, capsys):
    office, made_files = taken
    assert answer.json["applied"] is True
    capsys.readouterr()
    assert run(["-w", str(office), "incidents", "list", "--format", "json"]) == 0
    known = {one["case_number"] for one in json.loads(capsys.readouterr().out)["incidents"]}
    written = {number for made in made_files for number in made.numbers}
    assert len(written) > 60
    assert written <= known


def test_the_same_bytes_under_another_name_are_the_same_rows(answer):
    files = sheets_of(answer)
    for name in ("inbox/重发/信访局1月（再报）.xlsx", "inbox/重发/公安局.xls"):
        (sheet,) = files[name]["sheets"]
        assert sheet["rows"] == sheet["same"] > 0


def test_nothing_personal_is_anywhere(answer, taken, capsys):
    office, _ = taken
    capsys.readouterr()
    for arguments in (
        ["incidents", "import", str(office / "inbox"), "-v"],
        ["check", str(office / "inbox"), "-v"],
        ["check", str(office / "inbox"), "--format", "csv"],
        ["incidents", "list"],
        ["incidents", "list", "--format", "csv"],
    ):
        run(["-w", str(office), *arguments])
    spoken = "".join((answer.out, answer.err, *capsys.readouterr()))
    stored = b"".join(path.read_bytes() for path in office.glob("ledger.db*"))
    assert len(stored) > 10_000
    assert len(spoken) > 20_000
    for secret in EVERY_SECRET:
        assert secret not in spoken
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert secret.encode(encoding) not in stored
        assert json.dumps(secret)[1:-1] not in spoken


def test_again_nothing_changes(taken, answer, capsys):
    office, _ = taken
    assert answer.json["applied"]
    before = (office / "ledger.db").read_bytes()
    capsys.readouterr()
    run(["-w", str(office), "incidents", "import", str(office / "inbox"), "--format", "json"])
    again = json.loads(capsys.readouterr().out)
    assert again["run"] is None
    assert not any(sheet["new"] or sheet["changed"] for file in again["files"] for sheet in file["sheets"])
    assert (office / "ledger.db").read_bytes() == before
