"""Word files held against GB/T 9704-2012: each file's faults as findings, rows and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.check.nodes import MAX_FILE_BYTES
from sanwu_cli.documents.check.rules import check_form, paper_rules
from sanwu_cli.documents.check.table import Fault, load_rules
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.findings import make_finding
from sanwu_cli.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from sanwu_cli.documents.check.rules import FormCheck
    from sanwu_cli.model import Finding

_SUFFIX = ".docx"
_LOCK = "~$"
_SHOWN_PLACES = 6


class CheckedFile(Struct, frozen=True):
    """A file as checked; `form` is None where it could not be read."""

    file: str
    form: FormCheck | None
    findings: tuple[Finding, ...]


def list_word_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """List the .docx files meant, of a folder all in it; raises SanwuError for what is not there."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            own = sorted(one for one in path.rglob(f"*{_SUFFIX}") if not one.name.startswith(_LOCK))
            if not own:
                raise SanwuError(
                    "目录里没有 Word 文件（.docx）",
                    place=str(path),
                    remedy="请写明文件",
                    status=ExitStatus.INPUT_MISSING,
                )
            found += own
        elif path.exists():
            found.append(path)
        else:
            raise SanwuError(
                "文件不在", place=str(path), remedy="请核对路径和文件名", status=ExitStatus.INPUT_MISSING
            )
    return tuple(dict.fromkeys(found))


def check_file(given: Path | bytes, *, shown_as: str, fonts: Mapping[str, str]) -> CheckedFile:
    """Check one file, or the bytes of one; that it cannot be read is a finding."""
    try:
        data = given if isinstance(given, bytes) else _read(given, shown_as)
        form = check_form(_keep_small(data, shown_as), place=shown_as, fonts=fonts)
    except SanwuError as error:
        finding = make_finding("FORM-UNREADABLE", file=shown_as, why=error.message, remedy=error.remedy)
        return CheckedFile(shown_as, None, (finding,))
    findings = [_make_finding(shown_as, fault, places) for fault, places in form.faults]
    if form.left_out:
        findings.append(make_finding("FORM-LEFT-OUT", file=shown_as, what=form.left_out))
    return CheckedFile(shown_as, form, tuple(findings))


def list_checked(files: Iterable[CheckedFile]) -> list[tuple[object, ...]]:
    """Lay files out as rows: the format recognised, how many faults and hints."""
    return [
        (
            one.file,
            one.form.kind.value if one.form else "打不开",
            sum(finding.code == "FORM-FAULT" for finding in one.findings) if one.form else "",
            sum(finding.code == "FORM-ADVICE" for finding in one.findings) if one.form else "",
        )
        for one in files
    ]


def checked_as_json(one: CheckedFile) -> dict[str, object]:
    """Give a checked file as an element of sanwu/report-check/1."""
    return {
        "file": one.file,
        "readable": one.form is not None,
        "format": one.form.kind.value if one.form else None,
        "left_out": one.form.left_out if one.form else "",
        "faults": [_fault_as_json(fault, places) for fault, places in (one.form.faults if one.form else ())],
    }


def tell_paper_rules() -> str:
    """Say in one line what nothing but the printed page shows."""
    return "只有打印出来才看得清、没有检查的：" + "；".join(f"{one.id} {one.title}" for one in paper_rules())


def paper_rules_as_json() -> list[dict[str, str]]:
    """Give these rules as data."""
    return [{"rule": one.id, "title": one.title, "clause": one.clause} for one in paper_rules()]


def _read(path: Path, shown_as: str) -> bytes:
    """Read a file's bytes, or as many as show that it is too large; raises SanwuError (PARTIAL)."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SanwuError(
            "打不开，没有检查：没有读的权限，或者文件不在了",
            place=shown_as,
            remedy="请检查文件的权限，关掉正在编辑它的程序再试",
            status=ExitStatus.PARTIAL,
        ) from error


def _keep_small(data: bytes, shown_as: str) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise SanwuError(
            f"打不开，没有检查：文件超过{MAX_FILE_BYTES >> 20} MB",
            place=shown_as,
            remedy="请去掉图片，另存为 .docx 再查",
            status=ExitStatus.PARTIAL,
        )
    return data


def _make_finding(file: str, fault: Fault, places: tuple[str, ...]) -> Finding:
    rule = load_rules()[fault.rule]
    known = list(dict.fromkeys(place for place in places if place))
    where = f"：“{fault.excerpt}”" if fault.excerpt else ""
    if len(known) > 1:
        more = "等" if len(known) > _SHOWN_PLACES else ""
        where += f"，共{len(known)}处（{'、'.join(known[:_SHOWN_PLACES])}{more}）"
    return make_finding(
        "FORM-FAULT" if rule.severity is Severity.ERROR else "FORM-ADVICE",
        file=file,
        sheet=fault.part,
        cell=known[0] if known else "",
        rule=rule.id,
        title=rule.title,
        expected=fault.expected,
        found=fault.found,
        where=where,
        clause=f"〔{rule.clause}〕" if rule.clause else "",
        remedy=rule.remedy,
    )


def _fault_as_json(fault: Fault, places: tuple[str, ...]) -> dict[str, object]:
    rule = load_rules()[fault.rule]
    return {
        "rule": rule.id,
        "title": rule.title,
        "clause": rule.clause,
        "severity": rule.severity.value,
        "part": fault.part,
        "places": [place for place in dict.fromkeys(places) if place],
        "excerpt": fault.excerpt,
        "expected": fault.expected,
        "found": fault.found,
        "remedy": rule.remedy,
    }
