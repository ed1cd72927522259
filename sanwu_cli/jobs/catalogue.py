"""The findings explained offline: the catalogue, and the example of each from the page that is shipped."""

from __future__ import annotations

import re

from sanwu_cli.errors import SanwuError
from sanwu_cli.findings import FindingKind, load_catalogue
from sanwu_cli.nearest import hint_near
from sanwu_cli.patterns import compile_later
from sanwu_cli.shipped import find_shipped

PAGE = "findings.md"
_BLANK = compile_later(r"\{\w+\}")


def find_kind(code: str) -> FindingKind:
    """Find a finding by its code, however it is written; raises SanwuError with what is close."""
    catalogue = load_catalogue()
    wanted = code.strip().upper().replace("_", "-")
    if wanted in catalogue:
        return catalogue[wanted]
    hint = hint_near(wanted, catalogue, count=3)
    raise SanwuError(f"没有“{code}”这个代码", remedy=f"{hint}全部代码用 sanwu sheet findings 查看")


def list_kinds() -> list[tuple[str, str, str]]:
    """List code, severity and message of every finding; what is filled in shows as dots."""
    return [
        (kind.code, kind.severity.label, _BLANK.sub("……", kind.message)) for kind in load_catalogue().values()
    ]


def read_example(code: str) -> str:
    """Read the section of a finding from the shipped page; empty when the page has none."""
    text = (find_shipped("sample_data") / PAGE).read_text("utf-8")
    parts = re.split(r"^## ([A-Z0-9-]+)\n\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)).get(code, "").rstrip()


def kind_as_json(kind: FindingKind) -> dict[str, str]:
    """Give one entry of the catalogue as an element of sanwu/findings/1."""
    return {
        "code": kind.code,
        "severity": kind.severity.value,
        "message": kind.message,
        "remedy": kind.remedy,
        "clause": kind.clause,
    }
