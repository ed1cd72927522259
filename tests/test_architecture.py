"""The house rules that a machine can keep: layers, library owners, sizes, no plan numbers, one clock."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "sanwu_cli"

# Layer of a module, or of a whole package; L0 is read as one package, in this order.
LAYERS = {
    "errors": 0, "terms": 0, "periods": 0, "model": 0, "grid": 0, "records": 0, "activities": 0,
    "patterns": 0, "toml_text": 0,
    "findings": 1, "ical": 1, "places": 1, "plan": 1, "added": 1, "sheets.schema": 1, "sheets.values": 1,
    "sheets": 2, "registers": 2, "settings": 2, "ledger": 2, "roster": 2, "shipped": 1, "roster_settings": 1,
    "attendance": 2, "due": 2, "grassroots": 2, "assessment": 2, "privacy": 2,
    "ledger.store": 3, "documents": 3, "workbook": 3, "tables": 3, "pictures": 3, "calendars": 3, "files": 3,
    "jobs": 4, "console": 4,
    "cli": 5, "__main__": 6, "__init__": 0,
}  # fmt: skip
L0_ORDER = (
    "patterns", "toml_text", "errors", "terms", "periods", "model", "grid", "records", "activities",
)  # fmt: skip

OWNERS = {
    "openpyxl": {"workbook"}, "python_calamine": {"workbook"}, "xlrd": {"workbook"},
    "xlsxwriter": {"workbook"},
    "pandas": {"tables"}, "numpy": set(), "docx": {"documents.verify"},
    "jinja2": {"documents.compose", "documents.page", "documents.sandbox"}, "markupsafe": {"documents.page"},
    "PIL": {"pictures"},
    "rich": {"console"}, "typer": {"cli"}, "sqlite3": {"ledger.store"}, "ortools": {"roster"},
    "chinese_calendar": {"calendars"}, "tomli": {"toml_text"}, "tomllib": set(),
    "lxml": set(), "click": set(),
}  # fmt: skip

MODULES = sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def _layer(name: str) -> int:
    while name:
        if name in LAYERS:
            return LAYERS[name]
        name = name.rpartition(".")[0]
    pytest.fail(f"module without a layer: {name}")


def _package(name: str) -> str:
    return (
        name.split(".", maxsplit=1)[0]
        if "." in name or name in {"plan", "sheets", "ledger", "roster"}
        else name
    )


def _imports(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def _internal(target: str) -> str | None:
    """Name of the sanwu_cli module an import leads to."""
    if not target.startswith("sanwu_cli"):
        return None
    parts = target.split(".")[1:]
    while parts:
        path = PACKAGE.joinpath(*parts)
        if path.with_suffix(".py").exists() or (path / "__init__.py").exists():
            return ".".join(parts)
        parts.pop()
    return "__init__"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_point_inward(path: Path) -> None:
    name = _name(path)
    for target in _imports(ast.parse(path.read_text("utf-8"))):
        inner = _internal(target)
        if inner is None or inner == name:
            continue
        if name in L0_ORDER and inner in L0_ORDER:
            assert L0_ORDER.index(inner) < L0_ORDER.index(name), f"{name} imports {inner}: up within L0"
            continue
        same_package = _package(inner) == _package(name)
        if same_package:
            assert _layer(inner) <= _layer(name), f"{name} imports {inner}: up inside its package"
        else:
            assert _layer(inner) < _layer(name), f"{name} imports {inner}: sideways or up"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_libraries_have_one_owner(path: Path) -> None:
    name = _name(path)
    for target in _imports(ast.parse(path.read_text("utf-8"))):
        owners = OWNERS.get(target.split(".")[0])
        if owners is not None:
            assert any(name == owner or name.startswith(owner + ".") for owner in owners), (
                f"{name} imports {target}"
            )


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_one_page(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= 400, f"{_name(path)} has {len(lines)} lines: split it by subject"
    assert ast.get_docstring(ast.parse("\n".join(lines))), f"{_name(path)} does not say what is in it"


@pytest.mark.parametrize("path", [p for p in MODULES if "cli" not in p.relative_to(PACKAGE).parts], ids=_name)
def test_the_clock_is_read_in_the_command_line_only(path: Path) -> None:
    assert not re.search(r"datetime\.now\(|date\.today\(|time\.time\(", path.read_text("utf-8")), _name(path)


@pytest.mark.parametrize("path", [p for p in MODULES if _name(p) != "terms"], ids=_name)
def test_no_number_of_the_plan_stands_in_code(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(
        r"100_?000\b|\b30_?000\b|Fraction\(7, ?10\)|\b0\.7\b|\[34567]\.\d{1,2}[\"']", text
    ), _name(path)
    assert not re.search(r"[\"'](?:六|五)\([一二三四]\)|[\"']四(?:10|[1-9])[\"']", text), _name(path)
