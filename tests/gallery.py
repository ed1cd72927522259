"""The page of findings, sample_data/findings.md: made of the samples, kept equal by a test."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sanwu_cli import console
from sanwu_cli.findings import load_catalogue
from sanwu_cli.model import Finding
from sanwu_cli.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TABLE = dict[str, Any]
PAGE = Path(__file__).parent.parent / "sample_data" / "findings.md"
_MOST_ROWS = 9
_WAYS = {
    "read": "列出文件以后、打开以前，文件不见了",
    "registers": "sanwu check（核对登记表）",
    "roster": "sanwu roster generate --month 2026-12",
}
_HEAD = """# 程序会说的每一句话

每个代码一节：级别，最小的例子，屏幕上的原话，怎么办。由 `make golden` 从 `tests/findings/` 生成，请勿手改；
在程序里看：`sanwu sheet findings 代码`。例子都是虚构的。

- **错误**：有内容没有读进来，或者先挂起了，要人处理。
- **提示**：读进来了，请看一眼。
- **说明**：留个记录，加 `-v` 才显示。

| 代码 | 级别 | 例子 |
|---|---|---|
"""
DORMANT_WORDS = "现有的表和登记表里没有会引出它的内容，所以没有例子。"


def render_page(sections: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Write the page: the list of codes, then a section each, in the order of the catalogue."""
    rows = [
        f"| [{code}](#{code.lower()}) | {kind.severity.label} | {names.get(code, '')} |\n"
        for code, kind in load_catalogue().items()
    ]
    return _HEAD + "".join(rows) + "".join(f"\n## {code}\n\n{text}" for code, text in sections.items())


def read_sections(page: str) -> dict[str, str]:
    """Split a page into its sections, by code."""
    parts = re.split(r"^## ([A-Z0-9-]+)\n\n", page, flags=re.MULTILINE)
    return {code: f"{text.rstrip()}\n" for code, text in zip(parts[1::2], parts[2::2], strict=True)}


def render_section(code: str, sample: TABLE | None, finding: Finding | None, printed: str) -> str:
    """Write the section of a code: what stands in the file, what is run, what is said."""
    kind = load_catalogue()[code]
    clause = f"，方案〔{kind.clause}〕" if kind.clause else ""
    if sample is None or finding is None:
        shown = {"message": _blank(kind.message), "remedy": _blank(kind.remedy)}
        return (
            f"{kind.severity.label}{clause}。{DORMANT_WORDS}\n\n```text\n{code} {kind.severity.label} "
            f"{shown['message']}\n  修复：{shown['remedy']}\n```\n"
        )
    parts = [f"{kind.severity.label}{clause}。例：{sample['name']}。"]
    hidden = [str(one) for one in sample.get("personal", ())]
    for book in sample.get("book", ()):
        sheets = book.get("sheet") or [{**book, "name": ""}]
        parts += [_render_sheet(book["file"], sheet, finding, hidden) for sheet in sheets]
    parts += [_render_raw(raw) for raw in sample.get("raw", ())]
    parts += [f"`{word['file']}`：一份 Word 公文，{word['told']}" for word in sample.get("word", ())]
    for book in sample.get("later", ()):
        parts.append(f"运行第一步以后，`{book['file']}`改成下面的样子：")
        parts.append(_render_sheet(book["file"], {**book, "name": ""}, finding, hidden))
    if "settings" in sample:
        parts.append(f"`sanwu.toml` 里写着\n\n```toml\n{sample['settings'].strip()}\n```")
    parts.append(_render_commands(sample))
    return "\n\n".join([*parts, f"```text\n{printed.rstrip()}\n```"]) + "\n"


def _blank(pattern: str) -> str:
    return re.sub(r"\{\w+\}", "……", pattern)


def _render_commands(sample: TABLE) -> str:
    if "way" in sample:
        return f"情形：{_WAYS[sample['way']]}"
    steps = [*sample.get("first", ()), " ".join(sample.get("command", ["check"]))]
    return "运行 " + "，再运行 ".join(f"`sanwu {step}`" for step in steps)


def _render_sheet(file: str, sheet: TABLE, finding: Finding, hidden: Iterable[str]) -> str:
    """Draw a sheet as people see it: column letters, row numbers, the cell of the finding in bold."""
    rows = sheet["rows"]
    width = max((len(row) for row in rows), default=0)
    named = f"，工作表“{sheet['name']}”" if sheet["name"] else ""
    facts = [f"合并 {one}" for one in sheet.get("merged", ())]
    facts += [f"第{one}行隐藏" for one in sheet.get("hidden_rows", ())]
    facts += ["这张工作表是隐藏的"] if sheet.get("hidden") else []
    said = "，".join(facts)
    title = _mask(f"`{file}`{named}{f'（{said}）' if said else ''}", hidden)
    if not width:
        return f"{title}：空的"
    letters = [_letters(column) for column in range(width)]
    here = finding.file == file and finding.sheet in (sheet["name"] or "Sheet1", "")
    lines = [f"| | {' | '.join(letters)} |", f"|---|{'---|' * width}"]
    for number, row in enumerate(rows[:_MOST_ROWS], start=1):
        cells = [
            _render_cell(value, hidden, is_marked=here and finding.cell == f"{letters[column]}{number}")
            for column, value in enumerate([*row, *[""] * (width - len(row))])
        ]
        lines.append(f"| {number} | {' | '.join(cells)} |")
    if len(rows) > _MOST_ROWS:
        lines.append(f"| … |{' |' * width}")
    return "\n".join([title, "", *lines])


def _render_cell(value: object, hidden: Iterable[str], *, is_marked: bool) -> str:
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    if isinstance(value, bool):
        text = str(value).upper()
    text = _mask(text, hidden).replace("|", "\\|").replace("\n", "<br>").replace("*", "\\*").strip()
    return f"**{text or '（空）'}**" if is_marked else text


def _mask(text: str, hidden: Iterable[str]) -> str:
    for personal in hidden:
        text = text.replace(personal, "（个人信息）")
    return text


def _letters(column: int) -> str:
    return chr(ord("A") + column) if column < 26 else f"A{chr(ord('A') + column - 26)}"


def _render_raw(raw: TABLE) -> str:
    if "hex" in raw:
        size = raw.get("size", len(raw["hex"]) // 2)
        return f"`{raw['file']}`：{size}个字节，不是表格" if size else f"`{raw['file']}`：0个字节"
    text = raw["text"].strip()
    size = f"（补足到{raw['size']}个字节）" if "size" in raw else ""
    return f"`{raw['file']}`{size}的内容\n\n```text\n{text}\n```" if text else f"`{raw['file']}`：空文件"


def print_finding(found: Mapping[str, str], capsys: Any) -> tuple[Finding, str]:
    """Give a finding of a machine's answer as the screen prints it, without the count below."""
    values = {key: found[key] for key in ("code", "message", "remedy", "clause", "file", "sheet", "cell")}
    finding = Finding(severity=Severity(found["severity"]), **values)
    capsys.readouterr()
    console.print_findings([finding], verbosity=1)
    lines = capsys.readouterr().err.splitlines()
    return finding, "\n".join(lines[:-1])
