"""Marked copies for the departments: their own workbooks with the findings in the cells."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.files import sanitise_name, write_file
from sanwu_cli.findings import make_finding
from sanwu_cli.terms import Severity
from sanwu_cli.workbook.annotate import list_findings, mark_book

if TYPE_CHECKING:
    from sanwu_cli.jobs.reading import FileReading
    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.model import Finding

FOLDER = "核对"
_MARKED, _LISTED = "（核对意见）", "（核对清单）"
_TOLD = (Severity.ERROR, Severity.WARNING)


class Annotation(Struct, frozen=True):
    """The copies written, as paths to report, and what the departments should know of them."""

    paths: tuple[str, ...]
    findings: tuple[Finding, ...]


def annotate_files(workspace: Workspace, files: tuple[FileReading, ...]) -> Annotation:
    """Write a marked copy of every file with an error or a warning, below out/核对 as it lies in the inbox.

    A file that cannot be marked (.xls, CSV, damaged, very large) gets a list of its findings instead.
    The originals are not touched. Raises SanwuError when a copy cannot be written.
    """
    paths: list[str] = []
    findings: list[Finding] = []
    for file in files:
        told = _select(file)
        if told:
            name, suffix, data, lost = _make_copy(workspace, file, told)
            path = _choose_path(workspace, file.file, name, suffix, taken=paths)
            write_file(path, data)
            paths.append(workspace.show(path))
            if lost:
                findings.append(make_finding("ANNOTATE-LOSSY", file=file.file, lost="、".join(lost)))
    return Annotation(tuple(paths), tuple(findings))


def _select(file: FileReading) -> tuple[Finding, ...]:
    """Choose what the department should see: errors and warnings, each once."""
    every = (*file.findings, *(finding for sheet in file.sheets for finding in sheet.findings))
    return tuple(dict.fromkeys(finding for finding in every if finding.severity in _TOLD))


def _make_copy(
    workspace: Workspace, file: FileReading, told: tuple[Finding, ...]
) -> tuple[str, str, bytes, tuple[str, ...]]:
    """Make the marked book, or the list: what its name ends in, its suffix, its bytes, what it lost."""
    data = _read_as_checked(workspace, file)
    marked = mark_book(data, told) if data is not None else None
    if marked is None:
        return _LISTED, ".xlsx", list_findings(told, file=PurePosixPath(file.file).name), ()
    return _MARKED, marked.suffix, marked.data, marked.lost


def _read_as_checked(workspace: Workspace, file: FileReading) -> bytes | None:
    """Read the file again; None when it was not readable, or has changed since: the cells would be others."""
    sums = {sheet.sha256 for sheet in file.sheets}
    # What is reported is relative to the workspace, or as it was given on the command line.
    for path in (workspace.path / file.file, Path(file.file)):
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if sums == {hashlib.sha256(data).hexdigest()}:
            return data
    return None


def _choose_path(workspace: Workspace, shown: str, name: str, suffix: str, *, taken: list[str]) -> Path:
    """Choose where the copy goes; two files of one name, from outside the workspace, are numbered."""
    source = PurePosixPath(shown)
    inside = workspace.show(workspace.inbox)
    if source.is_relative_to(inside):
        folder = workspace.out / FOLDER / source.relative_to(inside).parent
    else:
        folder = workspace.out / FOLDER
    stem = f"{sanitise_name(source.stem)}{name}"
    path, number = folder / f"{stem}{suffix}", 1
    while workspace.show(path) in taken:
        number += 1
        path = folder / f"{stem}({number}){suffix}"
    return path
