"""How commands end alike: findings shown, JSON completed, exit status chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from sanwu_cli.cli.common import OutputFormat, RunOptions, finish
from sanwu_cli.console import (
    count_findings,
    emit_csv,
    emit_json,
    finding_as_json,
    print_findings,
    print_line,
    print_table,
    sort_findings,
)
from sanwu_cli.errors import ExitStatus, gravest
from sanwu_cli.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.model import Finding


def end_with_findings(
    options: RunOptions,
    findings: Iterable[Finding],
    document: Mapping[str, object] | None = None,
    *,
    status: ExitStatus = ExitStatus.CLEAN,
) -> NoReturn:
    """Show the findings (inside the document when JSON is asked for) and end with the gravest status."""
    known = tuple(sort_findings(dict.fromkeys(findings)))
    if options.format is OutputFormat.JSON and document is not None:
        listed = [finding_as_json(finding) for finding in known]
        emit_json({**document, "findings": listed, "counts": count_findings(known)})
    else:
        print_findings(known)
    has_errors = any(finding.severity is Severity.ERROR for finding in known)
    finish(gravest(status, ExitStatus.FINDINGS if has_errors else ExitStatus.CLEAN))


def print_files(options: RunOptions, paths: Iterable[object]) -> None:
    """Name the files written, one a line; as CSV a column of them. A JSON document names them itself."""
    named = [str(path) for path in paths]
    if options.format is OutputFormat.CSV:
        emit_csv(("文件",), [(name,) for name in named])
    elif options.format is OutputFormat.TABLE:
        for name in named:
            print_line(name, is_whole=True)


def print_run(options: RunOptions, run: int | None, text: str) -> bool:
    """Tell of a run of the ledger in words, in CSV and JSON by number; say whether in words."""
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/ledger-run/1", "run": run})
    elif options.format is OutputFormat.CSV:
        emit_csv(("操作序号", "说明"), [(run, text)])
    else:
        print_line(text)
    return options.format is OutputFormat.TABLE


def print_rows(options: RunOptions, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table, or as CSV when asked for."""
    if options.format is OutputFormat.CSV:
        emit_csv(headers, rows)
    elif options.format is OutputFormat.TABLE:
        print_table(headers, rows)
