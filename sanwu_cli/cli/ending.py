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


def print_rows(options: RunOptions, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table, or as CSV when asked for."""
    if options.format is OutputFormat.CSV:
        emit_csv(headers, rows)
    elif options.format is OutputFormat.TABLE:
        print_table(headers, rows)
