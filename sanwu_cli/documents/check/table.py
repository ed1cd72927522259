"""The table `rules.toml`: the rules with their clauses, the numbers they compare with, families of fonts."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from sanwu_cli.terms import Severity
from sanwu_cli.toml_text import load_toml


class FormRule(Struct, frozen=True):
    """One rule of the standard; `on_paper`: nothing but the printed page shows whether it is kept."""

    id: str
    title: str
    clause: str
    severity: Severity
    remedy: str
    on_paper: bool


class Fault(Struct, frozen=True):
    """A rule broken: where (part of the page, paragraph), what stands there, what was expected and found."""

    rule: str
    part: str
    place: str
    excerpt: str
    expected: str
    found: str


@cache
def load_rules() -> dict[str, FormRule]:
    """Read the rules by id, in the table's order."""
    return {
        entry["id"]: FormRule(
            entry["id"],
            entry["title"],
            f"GB/T 9704—2012 第{entry['clause']}条" if entry["clause"] else "",
            Severity(entry.get("severity", "info")),
            entry.get("remedy", ""),
            entry.get("kind", "") == "paper",
        )
        for entry in _load()["rule"]
    }


@cache
def numbers() -> dict[str, Any]:
    """Read the numbers the rules compare with."""
    return dict(_load()["numbers"])


@cache
def words(group: str) -> tuple[str, ...]:
    """Read a group of words."""
    return tuple(_load()["words"][group])


@cache
def font_families() -> dict[str, frozenset[str]]:
    """Read the families: the product names that count as 仿宋, 黑体 and so on, folded."""
    families = _load()["fonts"]
    return {family: frozenset(fold_font(name) for name in names) for family, names in families.items()}


@cache
def _load() -> dict[str, Any]:
    return load_toml("documents", "check", "rules")


def fold_font(name: str) -> str:
    """Fold a font's name for comparison."""
    return "".join(name.split()).casefold()
