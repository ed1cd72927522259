"""The catalogue of findings: code and values in, a Finding with its text out."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from sanwu_cli.errors import PlanError
from sanwu_cli.model import Finding
from sanwu_cli.terms import Severity
from sanwu_cli.toml_text import load_toml


class FindingKind(Struct, frozen=True):
    """One entry of the catalogue; message and remedy are str.format patterns."""

    code: str
    severity: Severity
    message: str
    remedy: str
    clause: str


@cache
def load_catalogue() -> dict[str, FindingKind]:
    """Read findings.toml; raises PlanError on a repeated or incomplete entry."""
    entries = load_toml("findings")["finding"]
    catalogue: dict[str, FindingKind] = {}
    for entry in entries:
        if entry["code"] in catalogue:
            raise PlanError(f"finding {entry['code']} stands twice in findings.toml")
        catalogue[entry["code"]] = FindingKind(
            entry["code"],
            Severity(entry["severity"]),
            entry["message"],
            entry["remedy"],
            entry.get("clause", ""),
        )
    return catalogue


def make_finding(code: str, *, file: str = "", sheet: str = "", cell: str = "", **values: object) -> Finding:
    """Make the finding of this code at this place; `values` fill the patterns. Raises PlanError."""
    kind = load_catalogue().get(code)
    if kind is None:
        raise PlanError(f"finding {code} is not in findings.toml")
    return Finding(
        code=code,
        severity=kind.severity,
        message=kind.message.format_map(values),
        remedy=kind.remedy.format_map(values),
        clause=kind.clause,
        file=file,
        sheet=sheet,
        cell=cell,
    )
