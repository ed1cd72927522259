"""Every finding can be looked up offline, with the example of the shipped page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus
from sanwu_cli.findings import load_catalogue


def test_all_codes_are_listed(capsys: Any) -> None:
    assert run(["sheet", "findings"]) == ExitStatus.CLEAN
    out = capsys.readouterr().out
    assert all(code in out for code in load_catalogue())
    assert "{" not in out
    assert run(["sheet", "findings", "--format", "json"]) == ExitStatus.CLEAN
    document = json.loads(capsys.readouterr().out)
    assert [kind["code"] for kind in document["kinds"]] == list(load_catalogue())


@pytest.mark.parametrize("code", load_catalogue())
def test_a_code_is_explained_with_its_remedy(code: str, capsys: Any) -> None:
    assert run(["sheet", "findings", code]) == ExitStatus.CLEAN
    out = capsys.readouterr().out
    kind = load_catalogue()[code]
    assert out.startswith(f"{code}\n")
    assert f"{code} {kind.severity.label} " in out
    assert "修复：" in out


@pytest.mark.parametrize(("said", "near"), [("VALUE-DAET", "VALUE-DATE"), ("SHEET-UNKNOW", "SHEET-UNKNOWN")])
def test_an_unknown_code_names_what_is_near(said: str, near: str, capsys: Any) -> None:
    assert run(["sheet", "findings", said]) == ExitStatus.USAGE
    assert near in capsys.readouterr().err


@pytest.mark.parametrize("said", ["value-date", "Value_Date"])
def test_a_code_may_be_written_in_any_case(said: str, capsys: Any) -> None:
    assert run(["sheet", "findings", said]) == ExitStatus.CLEAN
    assert "VALUE-DATE" in capsys.readouterr().out
