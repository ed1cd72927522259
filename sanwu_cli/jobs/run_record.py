"""The record of a month end, out/M/run.json: what it rests on and wrote, and whether both still stand so.

No clock stands in it: the same input gives the same bytes. It is written last and taken away before anything
else is written anew, so that what it vouches for is whole.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import list_inputs
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.verifying import remember_heads
from sanwu_cli.ledger.entries import drop_undone
from sanwu_cli.settings import FILE_NAME
from sanwu_cli.sheets.values import hide_personal_numbers
from sanwu_cli.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month

SCHEMA = "sanwu/run/2"
NAME = "run.json"
# The name of a file may hold bytes of no text: they stand as escapes.
_ESCAPED = "backslashreplace"
# What decides how a sheet is read, a roster is made, a file is written.
_LIBRARIES = (
    "chinesecalendar",
    "jinja2",
    "msgspec",
    "openpyxl",
    "ortools",
    "pandas",
    "python-calamine",
    "xlrd",
    "xlsxwriter",
)


class Failed(Struct, frozen=True):
    """A step that could not be done: its title, why, what to do, the status it ends in."""

    title: str
    why: str
    remedy: str
    place: str
    status: ExitStatus

    def make_finding(self) -> Finding:
        """Say it as a finding at its place."""
        return make_finding(
            "RUN-STEP-FAILED", file=self.place, step=self.title, why=self.why, remedy=self.remedy
        )


class State(Struct, frozen=True):
    """Whether one file is as the record has it: its place, kind, what is the matter (empty: nothing)."""

    file: str
    kind: str
    trouble: str = ""


def place_of_record(workspace: Workspace, month: Month) -> Path:
    """Give where the record of a month end stands."""
    return workspace.out / str(month) / NAME


def list_sources(workspace: Workspace) -> dict[str, tuple[str, str]]:
    """List every file a month end rests on with kind and hash: settings, registers, templates, sheets.

    Where a name carries a person's number it stands without it; of names then alike the later are numbered.
    A file that cannot be read has no hash.
    """
    found = {FILE_NAME: ("settings", _hash(workspace.path / FILE_NAME))}
    for kind, name in (("register", "registers"), ("template", "templates"), ("sheet", "inbox")):
        folder = workspace.path / name
        for path in list_inputs([folder]) if folder.is_dir() else ():
            shown = base = hide_personal_numbers(workspace.show(path))
            number = 1
            while shown in found:
                number += 1
                shown = f"{base}（{number}）"
            found[shown] = (kind, _hash(path))
    return found


def build_record(
    workspace: Workspace,
    month: Month,
    *,
    as_of: str,
    sources: Mapping[str, tuple[str, str]],
    unreadable: Iterable[str],
    contents: Contents,
    outputs: Mapping[str, bytes],
    findings: Sequence[Finding],
    failed: Sequence[Failed],
    status: ExitStatus,
) -> bytes:
    """Write the record down; `outputs` are the bytes by their place in the workspace."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "month": str(month),
        "as_of": as_of,
        "program": __version__,
        "versions": _list_versions(),
        "plan": workspace.plan.number,
        "readings": dict(workspace.settings.readings.items()),
        "inputs": _list_inputs(sources, set(unreadable)),
        "ledger": _sum_up_ledger(workspace, contents),
        "outputs": [
            {"file": file, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for file, data in sorted(outputs.items())
        ],
        "failed": [
            {"step": one.title, "why": one.why, "remedy": one.remedy, "place": one.place}
            | {"exit": int(one.status)}
            for one in failed
        ],
        "exit": int(status),
        "counts": {
            severity.value: sum(one.severity is severity for one in findings) for severity in Severity
        },
        "findings": [_finding_as_json(one) for one in findings],
    }
    document["sha256"] = _hash_document(document)
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode(errors=_ESCAPED)


def _list_inputs(sources: Mapping[str, tuple[str, str]], unreadable: set[str]) -> list[dict[str, object]]:
    return [
        {"file": file, "kind": kind, "sha256": digest, **({"readable": False} if file in unreadable else {})}
        for file, (kind, digest) in sorted(sources.items())
    ]


def _sum_up_ledger(workspace: Workspace, contents: Contents) -> dict[str, object]:
    """Say which ledger it was: its last run, its size, its last lines, and every sheet that stands in it."""
    receipts = drop_undone(contents).receipts
    ledger = workspace.ledger
    return {
        **(remember_heads(ledger) if ledger.path.exists() else {}),
        "last_run": max((run.number for run in contents.runs), default=0),
        "entries": len(contents.entries),
        "sheets": sorted({(one.source.file, one.source.sha256) for one in receipts}),
    }


def _list_versions() -> dict[str, str]:
    versions = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in _LIBRARIES:
        with suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(name)
    return versions


def _finding_as_json(finding: Finding) -> dict[str, str]:
    facts = {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": finding.file,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "message": finding.message,
    }
    return {key: value for key, value in facts.items() if value}


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _hash_document(document: Mapping[str, object]) -> str:
    """Hash all of a record but its own hash."""
    text = json.dumps(
        {k: v for k, v in document.items() if k != "sha256"}, ensure_ascii=False, sort_keys=True
    )
    return hashlib.sha256(text.encode(errors=_ESCAPED)).hexdigest()


def read_record(workspace: Workspace, month: Month) -> dict[str, Any]:
    """Read the record of a month end; raises SanwuError where there is none, or it was changed."""
    path = place_of_record(workspace, month)
    again = f"请运行 sanwu month-end {month}"
    if not path.is_file():
        raise SanwuError(
            f"没有{month.label}的运行记录：月末还没有办，或者办到一半停了",
            place=workspace.show(path),
            remedy=again,
            status=ExitStatus.INPUT_MISSING,
        )
    try:
        document = json.loads(path.read_bytes())
        is_whole = document["schema"] == SCHEMA and document["sha256"] == _hash_document(document)
    except (ValueError, KeyError, TypeError, RecursionError):
        is_whole = False
    if not is_whole:
        raise SanwuError(
            f"{month.label}的运行记录被改动过，或是旧版本写的，结果没有凭据",
            place=workspace.show(path),
            remedy=again,
            status=ExitStatus.INPUT_MISSING,
        )
    return dict(document)


def check_record(workspace: Workspace, record: Mapping[str, Any]) -> tuple[State, ...]:
    """Hold every file of a record against what lies there now: outputs, then inputs, then the ledger."""
    states = [_check_output(workspace, one) for one in record["outputs"]]
    known = {one["file"]: (one["kind"], one["sha256"]) for one in record["inputs"]}
    now = list_sources(workspace)
    for file in sorted({*known, *now}):
        kind = (known.get(file) or now[file])[0]
        if file not in now:
            states.append(State(file, kind, "不在了"))
        elif file not in known:
            states.append(State(file, kind, "是后来的"))
        else:
            states.append(State(file, kind, "" if known[file] == now[file] else "内容变了"))
    is_same = record["ledger"] == json.loads(json.dumps(_sum_up_ledger(workspace, workspace.ledger.read())))
    states.append(State(workspace.ledger.path.name, "ledger", "" if is_same else "后来又有变动"))
    is_same = record["versions"] == _list_versions() and record["program"] == __version__
    states.append(State("sanwu", "program", "" if is_same else "换了版本"))
    return tuple(states)


def _check_output(workspace: Workspace, one: Mapping[str, Any]) -> State:
    path = workspace.path / one["file"]
    if not path.resolve().is_relative_to(workspace.path.resolve()):
        return State(one["file"], "output", "不在工作区里")
    try:
        digest = _hash(path)
    except FileNotFoundError:
        return State(one["file"], "output", "不在了")
    return State(one["file"], "output", "" if digest == one["sha256"] else "内容变了")


def find_troubles(month: Month, record: Mapping[str, Any], states: Iterable[State]) -> tuple[Finding, ...]:
    """Say as findings what is no longer as recorded: outputs are errors, what they rest on is a warning."""
    failed = [
        Failed(one["step"], one["why"], one["remedy"], one["place"], ExitStatus.FINDINGS)
        for one in record["failed"]
    ]
    return (
        *(one.make_finding() for one in failed),
        *(
            make_finding(
                "RUN-OUTPUT-CHANGED" if one.kind == "output" else "RUN-INPUT-CHANGED",
                file=one.file,
                month=str(month),
                label=month.label,
                what=one.trouble,
            )
            for one in states
            if one.trouble
        ),
    )
