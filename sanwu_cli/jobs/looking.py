"""What `sanwu check` says of each sheet: why it was read the way it was, and the balance of each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.model import UNKNOWN_PART
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import ColumnUse, HeaderMatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.model import LayoutEvidence, SheetReading

_NAMED = 3
_LONGEST = 8


def describe_sheet(reading: SheetReading, names: Mapping[str, str]) -> list[str]:
    """Say shortly why a sheet was read this way, in parts; nothing for a sheet that was not looked at.

    Args:
        reading: the sheet.
        names: the names of areas by code.
    """
    evidence = reading.evidence
    if evidence is None:
        return []
    if reading.schema_id is None:
        return [_describe_nearest(evidence, "最像")] if evidence.rival else []
    parts = (
        f"{_describe_rows(evidence)}，{_describe_columns(evidence)}",
        f"标题有“{evidence.title_words[0]}”" if evidence.title_words else "",
        f"按记住的对照（{evidence.remembered}）读取" if evidence.remembered else "",
        _list_use(evidence, ColumnUse.UNUSED, "没用到"),
        _list_use(evidence, ColumnUse.PERSONAL, "个人信息不读"),
        f"月份看{evidence.period_origin}" if reading.period and evidence.period_origin else "",
        _describe_coverage(reading, names),
    )
    return [part for part in parts if part]


def describe_columns(reading: SheetReading) -> list[str]:
    """Say everything else the reading rests on: a line a column, the runner-up, the fingerprint."""
    evidence = reading.evidence
    if evidence is None or reading.schema_id is None:
        return []
    fields = load_schemas()[reading.schema_id].by_name
    lines = []
    for column in evidence.columns:
        spec = fields.get(column.field)
        match = f"（{column.match.label}）" if column.match else ""
        target = f"“{spec.header}”{match}" if spec and column.use is not ColumnUse.PERSONAL else ""
        lines.append(f"{column.letters}列“{column.header}”：{column.use.label}{target and f'，{target}'}")
    lines += [_describe_nearest(evidence, "其次像")] if evidence.rival else ["没有别的表式像它"]
    origin = f"（看{evidence.coverage_origin}）" if evidence.coverage_origin else ""
    lines += [f"范围：{'全县' if reading.coverage is None else reading.coverage}{origin}"]
    return [*lines, f"表头的指纹：{evidence.fingerprint}"]


def _describe_rows(evidence: LayoutEvidence) -> str:
    first, last = evidence.header_rows or (0, 0)
    return f"表头第{first}行" if first == last else f"表头第{first}至{last}行"


def _describe_columns(evidence: LayoutEvidence) -> str:
    matched = [column for column in evidence.columns if column.field]
    counts = {match: sum(1 for column in matched if column.match is match) for match in HeaderMatch}
    said = "、".join(f"{match.label}{count}" for match, count in counts.items() if count)
    return f"{len(evidence.columns)}列认得{len(matched)}列（{said}）"


def _list_use(evidence: LayoutEvidence, use: ColumnUse, label: str) -> str:
    """Name the first columns of a kind, and how many there are."""
    headers = [column.header[:_LONGEST] for column in evidence.columns if column.use is use]
    if not headers:
        return ""
    more = f"等{len(headers)}列" if len(headers) > _NAMED else ""
    return f"{label}：{'、'.join(headers[:_NAMED])}{more}"


def _describe_coverage(reading: SheetReading, names: Mapping[str, str]) -> str:
    if reading.coverage is None:
        return ""
    if reading.coverage == UNKNOWN_PART:
        return "看不出管哪里"
    return f"只管{names.get(reading.coverage, reading.coverage)}"


def _describe_nearest(evidence: LayoutEvidence, how: str) -> str:
    title = load_schemas()[evidence.rival].title
    lacks = f"，缺{'、'.join(evidence.rival_lacks)}" if evidence.rival_lacks else ""
    return f"{how}《{title}》：认得{evidence.rival_columns}列{lacks}"


def evidence_as_json(reading: SheetReading) -> dict[str, object] | None:
    """Give the evidence of a sheet as others read it; None for a sheet that was not looked at."""
    evidence = reading.evidence
    if evidence is None:
        return None
    rival = {
        "id": evidence.rival,
        "columns": evidence.rival_columns,
        "lacks": list(evidence.rival_lacks),
    }
    return {
        "header_rows": list(evidence.header_rows) if evidence.header_rows else None,
        "fingerprint": evidence.fingerprint or None,
        "remembered": evidence.remembered or None,
        "title_words": list(evidence.title_words),
        "columns": [
            {
                "column": column.letters,
                "header": column.header,
                "use": column.use.value,
                "field": column.field or None,
                "match": column.match.value if column.match else None,
            }
            for column in evidence.columns
        ],
        "runner_up": rival if evidence.rival else None,
        "period_origin": evidence.period_origin or None,
        "coverage_origin": evidence.coverage_origin or None,
    }


def sheet_as_json(reading: SheetReading) -> dict[str, object]:
    """Give one sheet as an element of sanwu/check/1."""
    return {
        "file": reading.file,
        "sheet": reading.sheet,
        "id": reading.schema_id,
        "header_row": reading.header_row,
        "period": str(reading.period) if reading.period else None,
        "coverage": reading.coverage,
        "rows": len(reading.rows),
        "layout_rows": reading.layout_rows,
        "unread_rows": reading.unread_rows,
        "heading_rows": reading.heading_rows,
        "filled_rows": reading.filled_rows,
        "fields": list(reading.fields),
        "evidence": evidence_as_json(reading),
    }


def list_table(readings: Iterable[SheetReading]) -> list[tuple[object, ...]]:
    """List the sheets of a file as rows of the table of `sanwu check`."""
    schemas = load_schemas()
    rows: list[tuple[object, ...]] = []
    for reading in readings:
        known = schemas.get(reading.schema_id or "")
        span = reading.period.label if reading.period else ""
        title = known.title if known else "认不出"
        rows.append((reading.file, reading.sheet, title, reading.header_row or "", span, len(reading.rows)))
    return rows
