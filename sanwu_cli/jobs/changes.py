"""What a changed row says differently: field by field, the value before and the value now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import Indicator, Matter, NotCounted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.ledger.merge import RowResult
    from sanwu_cli.model import Source
    from sanwu_cli.sheets.schema import FieldSpec, SheetSchema

_NOTHING = "（空）"
_COUNTED = "计入"
# Parts of a claim beside its values: what people call them. Those not named here say nothing to them.
_PARTS = {
    "date": "日期",
    "places": "归属",
    "place": "归属",
    "not_counted": "是否计入",
    "unclear": "是否说得准",
    "count": "件数",
    "period": "期间",
    "indicators": "指标",
    "township": "报送范围",
    "matter": "事项",
    "reason": "理由",
    "document_number": "文号",
    "decided_on": "日期",
    "unreadable": "没读出来的",
}
_LABELS: Mapping[str, type[NotCounted | Matter]] = {"not_counted": NotCounted, "matter": Matter}


class FieldChange(Struct, frozen=True):
    """One field of a changed row: its name, its header, and both values as text."""

    field: str
    header: str
    before: str
    after: str


def list_changes(row: RowResult, schema_id: str, names: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """List the fields in which a changed row differs; `names` maps area codes to names."""
    if not row.before or not row.after:
        return ()
    before, after = json.loads(row.before), json.loads(row.after)
    schema = load_schemas()[schema_id]
    changes = [_compare(_Part(key, "", _PARTS[key]), before, after, schema, names) for key in _PARTS]
    old, new = before.get("values") or {}, after.get("values") or {}
    for spec in schema.fields:
        if spec.name in old or spec.name in new:
            part = _Part(spec.name, spec.name, spec.header)
            changes.append(_compare(part, old, new, schema, names))
    return tuple(change for change in changes if change is not None)


class _Part(Struct, frozen=True):
    """A part of a claim: its key, the field of the sheet it is (empty: none), what people call it."""

    key: str
    field: str
    header: str


def _compare(
    part: _Part,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    schema: SheetSchema,
    names: Mapping[str, str],
) -> FieldChange | None:
    old, new = before.get(part.key), after.get(part.key)
    if old == new:
        return None
    header = part.header
    if part.key == "date" and schema.record.date:
        header = schema.by_name[schema.record.date].header
    if part.key == "count":
        header = Indicator(after["indicator"]).label
    spec = schema.by_name[part.field] if part.field else None
    shown = [_show(value, part.key, spec, schema, names) for value in (old, new)]
    return FieldChange(part.key, header, shown[0], shown[1]) if shown[0] != shown[1] else None


def _show(  # noqa: PLR0911 (one return a kind of value)
    value: Any,  # noqa: ANN401 (a JSON value)
    key: str,
    spec: FieldSpec | None,
    schema: SheetSchema,
    names: Mapping[str, str],
) -> str:
    if key == "not_counted" and not value:
        return _COUNTED
    if spec is None and key in ("places", "place"):  # 进驻地点 of a sign-in is a text
        return _show_places(value if isinstance(value, list) else [value], names)
    if value is None or value in ("", []):
        return _NOTHING
    if key in _LABELS:
        return _LABELS[key](value).label
    if key == "township":
        return names.get(value, value)
    if key == "unreadable":
        return "、".join(schema.by_name[name].header for name in value if name in schema.by_name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if spec is not None and spec.choices and isinstance(value, str) and value in spec.choices:
        return spec.choices[value][0]
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _show_places(places: list[Any], names: Mapping[str, str]) -> str:
    """Name the areas; a place that is not known yet shows its township, if that is known."""
    shown = []
    for place in filter(None, places):
        town = names.get(place["township"] or "", "")
        shown.append(names.get(place["area"], place["area"]) if place["area"] else f"{town}待定")
    return "、".join(shown) or "待定"


def show_row(source: Source | None) -> str:
    """Give a row's file, sheet and number."""
    return f"{source.file}:{source.sheet}!第{source.row}行" if source else ""


def changes_as_json(row: RowResult, schema_id: str, names: Mapping[str, str]) -> dict[str, object]:
    """Give what a changed row says differently, as keys of an import's detail."""
    earlier = row.earlier
    return {
        "before": {"file": earlier.file, "sheet": earlier.sheet, "row": earlier.row} if earlier else None,
        "changes": [
            {"field": one.field, "header": one.header, "before": one.before, "after": one.after}
            for one in list_changes(row, schema_id, names)
        ],
    }
