"""Findings on stderr, one line each with the remedy below, and in the shape of the machine contract."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sanwu_cli.console.screen import paint, settings_now, write_lines
from sanwu_cli.console.text import clean_text
from sanwu_cli.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.model import Finding

SHOWN_OF_A_KIND = 5
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}


def finding_as_json(finding: Finding) -> dict[str, str]:
    """Give a finding in the shape of the machine contract."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": finding.file,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "message": finding.message,
        "remedy": finding.remedy,
        "clause": finding.clause,
    }


def count_findings(findings: Iterable[Finding]) -> dict[str, int]:
    """Count findings by severity; every severity has a key."""
    counts = {severity.value: 0 for severity in Severity}
    for finding in findings:
        counts[finding.severity.value] += 1
    return counts


def print_findings(findings: Iterable[Finding], *, verbosity: int | None = None) -> None:
    """Print findings and their count on stderr, one line each and the remedy below.

    Quiet: errors only. Default: errors and warnings, of one kind in one sheet the first few.
    Verbosity 1 and above: everything.
    """
    level = settings_now().verbosity if verbosity is None else verbosity
    everything = list(findings)
    shown = [finding for finding in everything if _is_shown(finding.severity, level)]
    for kind in _group_findings(shown):
        write_lines(_lines_of_kind(kind, None if level else SHOWN_OF_A_KIND), sys.stderr)
    if shown or (everything and not settings_now().quiet):
        write_lines([_count_line(count_findings(everything), hides_info=not level)], sys.stderr)


def format_place(file: str, sheet: str = "", cell: str = "") -> str:
    """Write a place as file:sheet!cell, leaving out what is not known."""
    inside = f"{sheet}!{cell}" if sheet and cell else sheet or cell
    return clean_text(f"{file}:{inside}" if file and inside else file or inside)


def _is_shown(severity: Severity, level: int) -> bool:
    if settings_now().quiet:
        return severity is Severity.ERROR
    return severity is not Severity.INFO or level > 0


def _group_findings(findings: Iterable[Finding]) -> list[list[Finding]]:
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.file, finding.sheet, finding.code), []).append(finding)
    return list(groups.values())


def _lines_of_kind(kind: list[Finding], limit: int | None) -> list[str]:
    """Write findings of one kind; a remedy stands once where the next finding has the same."""
    shown = kind[:limit]
    lines = []
    for finding, following in zip(shown, [*shown[1:], None], strict=True):
        lines.append(_finding_line(finding))
        if finding.remedy and (following is None or following.remedy != finding.remedy):
            lines.append(f"  修复：{clean_text(finding.remedy)}")
    if len(kind) > len(shown):
        lines.append(f"  同类还有 {len(kind) - len(shown)} 处（加 -v 全部列出）")
    return lines


def _finding_line(finding: Finding) -> str:
    place = format_place(finding.file, finding.sheet, finding.cell)
    severity = paint(finding.severity.label, _STYLES[finding.severity], sys.stderr)
    clause = f" \u3014{finding.clause}\u3015" if finding.clause else ""
    return f"{place + ': ' if place else ''}{finding.code} {severity} {clean_text(finding.message)}{clause}"


def _count_line(counts: Mapping[str, int], *, hides_info: bool) -> str:
    parts = [
        f"{severity.label} {counts[severity.value]} 处" for severity in Severity if counts[severity.value]
    ]
    hint = "（说明加 -v 查看）" if hides_info and counts[Severity.INFO.value] else ""
    return "合计：" + "，".join(parts) + hint
