"""The office's own roster with mobiles: only of who agreed, read when asked, marked, and nowhere else."""

from __future__ import annotations

import json

import openpyxl
import pytest
from text_tables import REGISTERS, make_workspace, save_book

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus
from sanwu_cli.jobs.gate import INTERNAL_MARK

# Invented: no such number is given out.
MOBILES = {"F01": "13800000001", "J01": 13800000002, "L01": "138 0000 0003"}
DAY = "2026-03-01"
EXPORT = ("roster", "export", "--month", "2026-03")


def people(**changed):
    head, *rows = [list(row) for row in REGISTERS["人员"]]
    phones = {"F01": "0951-4000001"}
    filled = [
        [*row, *[""] * (7 - len(row)), phones.get(row[0], ""), {**MOBILES, **changed}[row[0]]] for row in rows
    ]
    return [[*head, "手机号"], *filled]


@pytest.fixture
def office(tmp_path):
    return make_workspace(tmp_path / "w", {"book": [{"file": "registers/人员.xlsx", "rows": people()}]})


def ask(office, *words, on=DAY):
    return run(["-w", str(office), "--as-of", on, *words])


def cells(office):
    """Every cell and page head of every workbook written, by file name."""
    found = {}
    for path in sorted((office / "out").rglob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        found[path.name] = [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value]
        found[path.name] += [str(s.oddHeader.right.text) for s in book]
    return found


def grant(office, *more, on=DAY):
    return ask(office, "roster", "consent", "--note", "本人签字", "--until", "2026-12-31", *more, on=on)


def test_without_a_consent_it_is_refused_with_what_to_do(office, capsys):
    assert ask(office, *EXPORT, "--with-mobile") == ExitStatus.REFUSED
    assert "sanwu roster consent" in capsys.readouterr().err
    assert not cells(office)


@pytest.mark.parametrize("view", [[], ["--by", "place"], ["--by", "person"]])
def test_an_ordinary_export_never_prints_one(office, view):
    assert grant(office) == 0
    assert ask(office, *EXPORT, *view) == 0
    assert ask(office, "roster", "generate", "--month", "2026-03") == 0
    text = "".join(part for parts in cells(office).values() for part in parts)
    assert "1380000000" not in text
    assert "手机" not in text


def test_who_agreed_has_the_mobile_and_the_others_the_office_s_telephone(office):
    assert grant(office, "--person", "J01", "--person", "L01") == 0
    assert ask(office, *EXPORT, "--with-mobile") == 0
    ((name, texts),) = cells(office).items()
    assert INTERNAL_MARK in name
    assert {"13800000002", "13800000003", "0951-4000001"} <= set(texts)
    assert "13800000001" not in texts
    assert {"法官联系电话", "律师联系电话", "手机号"} <= set(texts)


def test_every_sheet_is_marked(office):
    assert grant(office) == 0
    assert ask(office, *EXPORT, "--with-mobile") == 0
    (path,) = (office / "out").rglob("*.xlsx")
    for sheet in openpyxl.load_workbook(path):
        assert INTERNAL_MARK in str(sheet["A2"].value), sheet.title
        assert sheet.oddHeader.right.text == INTERNAL_MARK


def test_a_consent_ends_on_its_day_is_taken_back_and_undone(office, capsys):
    assert grant(office) == 0
    assert ask(office, *EXPORT, "--with-mobile", on="2027-01-01") == ExitStatus.REFUSED
    assert ask(office, *EXPORT, "--with-mobile", on="2026-02-28") == ExitStatus.REFUSED
    assert ask(office, "roster", "consent", "--withdraw", "--person", "F01", "--note", "来电") == 0
    assert ask(office, *EXPORT, "--with-mobile") == 0
    (texts,) = cells(office).values()
    assert "13800000001" not in texts
    assert "13800000002" in texts
    assert ask(office, "incidents", "undo") == 0
    assert ask(office, *EXPORT, "--with-mobile") == 0
    assert "13800000001" in next(iter(cells(office).values()))
    assert ask(office, "incidents", "undo", "1") == 0
    assert ask(office, *EXPORT, "--with-mobile") == ExitStatus.REFUSED
    capsys.readouterr()


def test_the_consents_are_listed_and_hold_no_number(office, capsys):
    assert grant(office, "--person", "F01") == 0
    capsys.readouterr()
    assert ask(office, "--format", "json", "roster", "consent") == 0
    out = capsys.readouterr().out
    (one,) = json.loads(out)["consents"]
    assert one == {
        "person_id": "F01", "until": "2026-12-31", "since": DAY, "holds": True, "note": "本人签字", "run": 1,
    }  # fmt: skip
    assert ask(office, "roster", "consent") == 0
    assert "甲法官" in capsys.readouterr().out
    assert b"1380000000" not in (office / "ledger.db").read_bytes()


def test_who_comes_later_has_not_agreed(office):
    assert grant(office) == 0
    rows = [*people(), ["F02", "丁法官", "法官", "人民法院", "", "", "", "", "13800000009"]]
    save_book(office / "registers/人员.xlsx", {"rows": rows})
    assert ask(office, *EXPORT, "--with-mobile") == 0
    assert "13800000009" not in next(iter(cells(office).values()))


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (["--note", "", "--until", "2026-12-31"], ExitStatus.USAGE),
        (["--note", "本人签字", "--until", "2026-02-28"], ExitStatus.USAGE),
        (["--note", "本人签字"], ExitStatus.USAGE),
        (["--note", "本人签字", "--until", "2026-12-31", "--person", "X9"], ExitStatus.INPUT_MISSING),
        (["--note", "见13800000000", "--until", "2026-12-31"], ExitStatus.REFUSED),
        (["--withdraw", "--note", "来电"], ExitStatus.USAGE),
    ],
)
def test_what_is_no_consent_is_refused(office, more, status):
    assert ask(office, "roster", "consent", *more) == status
    assert not (office / "ledger.db").exists()


@pytest.mark.parametrize("more", [["--form", "docx"], ["--form", "ics"], ["--by", "office"]])
def test_what_is_posted_or_sent_on_has_none(office, more, capsys):
    assert grant(office) == 0
    assert ask(office, *EXPORT, *more, "--with-mobile") == ExitStatus.USAGE
    assert "--with-mobile" in capsys.readouterr().err


def test_a_register_without_the_column_and_a_cell_that_is_none_are_told(office, capsys):
    assert grant(office) == 0
    save_book(office / "registers/人员.xlsx", {"rows": people(J01="139")})
    assert ask(office, *EXPORT, "--with-mobile") == ExitStatus.USAGE
    assert "I3" in capsys.readouterr().err
    save_book(office / "registers/人员.xlsx", {"rows": REGISTERS["人员"]})
    assert ask(office, *EXPORT, "--with-mobile") == ExitStatus.INPUT_MISSING
    assert "手机号" in capsys.readouterr().err


def test_another_number_is_refused_in_the_office_s_own_version_too(office, capsys):
    assert grant(office) == 0
    rows = [list(row) for row in REGISTERS["进驻日"]]
    rows[1][3] += " 13800000008"
    save_book(office / "registers/进驻日.xlsx", {"rows": rows})
    ask(office, *EXPORT, "--with-mobile")
    text = "".join(part for parts in cells(office).values() for part in parts)
    assert "13800000008" not in text
    capsys.readouterr()
