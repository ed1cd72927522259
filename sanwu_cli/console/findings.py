"""Findings on stderr, one line each with the remedy below, and in the shape of the machine contract."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sanwu_cli.console.screen import paint, settings_now, write_lines
from sanwu_cli.console.text import clean_text
from sanwu_cli.patterns import compile_later
from sanwu_cli.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.model import Finding

SHOWN_OF_A_KIND = 5
SHOWN_CELLS = 8
_ADDRESS = compile_later(r"([A-Z]{1,3})(\d+)")
_ROW = compile_later(r"第\d+行|\d{4}-\d{2}-\d{2}")
_TEXT = compile_later(r"写的是“[^”]*”")
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
    """Print findings and their count on stderr, by place, one line each and the remedy below.

    Quiet: errors only. Default: errors and warnings; what stands in one column for one reason is told once,
    with the cells; of one kind in one sheet the first few reasons. Verbosity 1 and above: every one.
    """
    level = settings_now().verbosity if verbosity is None else verbosity
    everything = list(findings)
    shown = sort_findings(finding for finding in everything if _is_shown(finding.severity, level))
    if level:
        write_lines(_lines_of([[finding] for finding in shown]), sys.stderr)
    else:
        write_lines(_lines_of(*_choose_groups(shown)), sys.stderr)
    if shown or (everything and not settings_now().quiet):
        write_lines([_count_line(count_findings(everything), hides_info=not level)], sys.stderr)


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings by place: files and sheets as they came, then row and column; the sheet itself first."""
    listed = list(findings)
    places: dict[tuple[str, ...], int] = {}
    for finding in listed:
        places.setdefault((finding.file,), len(places))
        places.setdefault((finding.file, finding.sheet), len(places))
    return sorted(
        listed, key=lambda one: (places[one.file,], places[one.file, one.sheet], *_split_cell(one.cell))
    )


def _split_cell(cell: str) -> tuple[int, int, str]:
    """Give the row of an address and its column, as numbers that sort; a place without a cell is first."""
    match = _ADDRESS.match(cell)
    return (int(match[2]), len(match[1]), match[1]) if match else (0, 0, cell)


def format_place(file: str, sheet: str = "", cell: str = "") -> str:
    """Write a place as file:sheet!cell, leaving out what is not known."""
    inside = f"{sheet}!{cell}" if sheet and cell else sheet or cell
    return clean_text(f"{file}:{inside}" if file and inside else file or inside)


def _is_shown(severity: Severity, level: int) -> bool:
    if settings_now().quiet:
        return severity is Severity.ERROR
    return severity is not Severity.INFO or level > 0


def _choose_groups(findings: Iterable[Finding]) -> tuple[list[list[Finding]], dict[int, str]]:
    """Put together what one column has for one reason; of a kind in one sheet keep the first few groups.

    The second value says, after which group, how much of its kind is left out.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_reason_of(finding), []).append(finding)
    kept: list[list[Finding]] = []
    ranks: dict[tuple[str, ...], int] = {}
    last: dict[tuple[str, ...], int] = {}
    left: dict[tuple[str, ...], list[int]] = {}
    for key, group in groups.items():
        kind = key[:3]
        ranks[kind] = ranks.get(kind, 0) + 1
        if ranks[kind] <= SHOWN_OF_A_KIND:
            last[kind] = len(kept)
            kept.append(group)
        else:
            left.setdefault(kind, []).append(len(group))
    notes = {
        last[kind]: f"  同类还有 {len(counts)} 种、{sum(counts)} 处（加 -v 全部列出）"
        for kind, counts in left.items()
    }
    return kept, notes


def _reason_of(finding: Finding) -> tuple[str, ...]:
    """Name what makes findings one: place but for the row, code, message but for row, day and a cell's text.

    A place's name is part of the reason: each unknown village is told.
    """
    match = _ADDRESS.match(finding.cell)
    message = _ROW.sub("", finding.message)
    if finding.code.startswith("VALUE-"):
        message = _TEXT.sub("", message)
    return (finding.file, finding.sheet, finding.code, match[1] if match else finding.cell, message)


def _lines_of(groups: list[list[Finding]], notes: Mapping[int, str] | None = None) -> list[str]:
    """Write groups of findings; a remedy stands once where the next group has the same."""
    lines = []
    for index, group in enumerate(groups):
        finding = group[0]
        lines.append(_finding_line(finding))
        if len(group) > 1:
            lines.append(f"  {_list_cells(group)}")
        note = (notes or {}).get(index)
        following = groups[index + 1][0].remedy if index + 1 < len(groups) else None
        if finding.remedy and (finding.remedy != following or note):
            lines.append(f"  修复：{clean_text(finding.remedy)}")
        lines += [note] if note else []
    return lines


def _list_cells(group: list[Finding]) -> str:
    cells = list(dict.fromkeys(finding.cell for finding in group))
    match = _ADDRESS.match(cells[0])
    column = f"{match[1]}列" if match else ""
    named = "、".join(cells[:SHOWN_CELLS]) + ("……" if len(cells) > SHOWN_CELLS else "")
    return f"{column}共 {len(group)} 处，同一原因：{named}"


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
