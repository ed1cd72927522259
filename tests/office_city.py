"""Every kind of document of the sample city, written by the commands an office would use."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus

if TYPE_CHECKING:
    from pathlib import Path

FINE = (ExitStatus.CLEAN, ExitStatus.FINDINGS)
# A judge who cannot come in March, a prosecutor who was told of his absence: what papers are about.
_LEAVE = (
    "--person",
    "F04",
    "--from",
    "2026-03-09",
    "--to",
    "2026-03-13",
    "--reason",
    "人员调整",
    "--publish",
)
_STEP = ("--step", "反馈", "--person", "程远山", "--absent-on", "2026-09-15", "--reason", "没有补上")
BEFORE = (
    ("roster", "publish", "--month", "2026-03", "--as-of", "2026-02-27"),
    ("roster", "repair", "--month", "2026-03", *_LEAVE, "--as-of", "2026-03-05"),
)
# The kind, its month, its day of issue; then what else it is asked by.
PAPERS: dict[str, tuple[str, ...]] = {
    "monthly_circular": ("2026-06", "2026-07-03"),
    "duty_roster_notice": ("2026-12", "2026-11-26"),
    "mediator_roster_notice": ("2026-12", "2026-11-26"),
    "roster_correction": ("2026-03", "2026-03-06"),
    "reminder_letter": ("2026-10", "2026-10-30", "--all"),
    "feedback_letter": ("2026-09", "2026-09-17", "--all"),
    "staff_appraisal": ("2026-09", "2026-10-09", "--unit", "双井乡致清河市人民法院"),
    "meeting_invitation": ("2026-09", "2026-09-10"),
    "meeting_material": ("2026-09", "2026-09-30"),
    "meeting_minutes": ("2026-09", "2026-09-30"),
    "work_report": ("2026-09", "2026-10-09", "--unit", "法院"),
    "annual_report": ("2026-12", "2027-01-08", "--unit", "法院"),
    "year_end_list": ("2026-12", "2027-01-15"),
    "naming_decision": ("2026-12", "2027-02-05"),
    "award_notice": ("2026-12", "2027-02-09"),
    "disqualification_decision": ("2026-12", "2027-02-05"),
    "rectification_notice": ("2026-12", "2027-02-05", "--all", "--basis", "经中共清河市委同意"),
    "supervision_letter": ("2026-10", "2026-10-20", "--all"),
}


def call(workspace: Path, *arguments: object) -> str:
    """Run a command on a workspace; it must end well."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run(["-w", str(workspace), *map(str, arguments)])
    assert status in FINE, (arguments, err.getvalue())
    return out.getvalue()


def make_city(path: Path) -> Path:
    """Make the sample city with its whole inbox taken in and one roster published and corrected."""
    call(path, "init", path, "--demo")
    for kind in ("incidents", "records"):
        call(path, kind, "import", path / "inbox")
    for arguments in BEFORE:
        call(path, *arguments)
    return path


def write_paper(city: Path, kind: str, folder: Path) -> Path:
    """Write the one document of a kind."""
    month, issued_on, *more = PAPERS[kind]
    if kind == "supervision_letter":
        call(city, "attendance", "record", *_STEP, "--as-of", "2026-09-18")
    call(
        city, "report", "render", kind, "--month", month, "--issued-on", issued_on, *more, "-o", folder / kind
    )
    (made,) = (folder / kind).glob("*.docx")
    return made


def write_papers(city: Path, folder: Path) -> dict[str, Path]:
    """Write a document of every kind."""
    return {kind: write_paper(city, kind, folder) for kind in PAPERS}
