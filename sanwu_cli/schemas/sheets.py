"""The documents about the sheets the toolkit knows, how files were read, and what an import did."""

from __future__ import annotations

from msgspec import UNSET, UnsetType, field

from sanwu_cli.schemas.parts import Checked, Count, Day, Part, PartCode, PeriodText, Run, Source
from sanwu_cli.terms import ColumnUse, HeaderMatch, RowClass, Severity


class FieldPart(Part, frozen=True, kw_only=True):
    """一个字段：标准表头、类型、也认得的写法、取值。"""

    name: str
    header: str
    type: str
    required: bool
    personal: bool
    stored: bool
    aliases: list[str]
    choices: dict[str, list[str]]
    note: str


class SheetPart(Part, frozen=True, kw_only=True):
    """一种表：谁报送，由哪个命令导入，有哪些字段。"""

    id: str
    title: str
    sender: str
    command: str
    version: Count
    clause: str
    fields: list[FieldPart]


class Sheets(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/sheets/1"):
    """认得的全部表式。"""

    sheets: list[SheetPart]


class Sheet(SheetPart, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/sheet/1"):
    """一种表的字段和认得的表头。"""


class Form(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/form/1"):
    """写出的空白表。"""

    id: str
    file: str


class MapColumn(Part, frozen=True, kw_only=True):
    """一列：原表头，当作哪个字段。"""

    header: str
    field: str


class MapPart(Part, frozen=True, kw_only=True):
    """记住的一份表头对照。"""

    fingerprint: str
    id: str
    header_rows: list[Count]
    columns: list[MapColumn]
    file: str
    sheet: str
    date: str


class SheetMaps(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/sheet-maps/1"):
    """记住的表头对照。"""

    maps: list[MapPart]


class SheetForget(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/sheet-forget/1"):
    """忘掉的一份表头对照。"""

    fingerprint: str
    id: str


class FindingKindPart(Part, frozen=True, kw_only=True):
    """一种检查结果：代码、级别、怎么说、怎么办。"""

    code: str
    severity: Severity
    message: str
    remedy: str
    clause: str


class Findings(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/findings/1"):
    """检查时会说的每一条；只问一条的，另有一个最小的例子。"""

    kinds: list[FindingKindPart]
    example: str | None


class Balance(Part, frozen=True, kw_only=True):
    """一个文件的行数：各部分加起来等于 filled。"""

    filled: Count
    headings: Count
    rows: Count
    layout: Count
    other_command: Count
    unread: Count
    unread_sheets: Count


class ImportBalance(Balance, frozen=True, kw_only=True):
    """同上，行又分成五类，加起来等于 rows。"""

    new: Count
    same: Count
    changed: Count
    held: Count
    ignored: Count


class ColumnPart(Part, frozen=True, kw_only=True):
    """一列怎么读的。"""

    column: str
    header: str
    use: ColumnUse
    field: str | None
    match: HeaderMatch | None


class RunnerUp(Part, frozen=True, kw_only=True):
    """其次像的表式。"""

    id: str
    columns: Count
    lacks: list[str]


class Evidence(Part, frozen=True, kw_only=True):
    """为什么认作这种表。"""

    header_rows: list[Count] | None
    fingerprint: str | None
    remembered: str | None
    title_words: list[str]
    columns: list[ColumnPart]
    runner_up: RunnerUp | None
    period_origin: str | None
    coverage_origin: str | None


class CheckedSheet(Part, frozen=True, kw_only=True):
    """一张工作表：认作什么（id 为 null 是认不出），月份、范围、行数。"""

    file: str
    sheet: str
    id: str | None
    header_row: Count | None
    period: PeriodText | None
    coverage: PartCode | None
    rows: Count
    layout_rows: Count
    unread_rows: Count
    heading_rows: Count
    filled_rows: Count
    fields: list[str]
    evidence: Evidence | None


class CheckedFile(Part, frozen=True, kw_only=True):
    """一个文件：打不打得开，行数。"""

    file: str
    readable: bool
    balance: Balance


class Check(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/check/1"):
    """检查部门报来的表格。"""

    sheets: list[CheckedSheet]
    files: list[CheckedFile]
    annotated: list[str]
    remembered: list[str]


class ValueChange(Part, frozen=True, kw_only=True):
    """一栏的变化。"""

    field: str
    header: str
    before: str
    after: str


class RowDetail(Part, frozen=True, kw_only=True):
    """变更、挂起、不计的一行；与台账里不同的，另有原来的出处和每一栏的变化。"""

    row: Count
    class_: RowClass = field(name="class")
    key: str
    why: str
    before: Source | UnsetType | None = UNSET
    changes: list[ValueChange] | UnsetType = UNSET


class ImportedSheet(Part, frozen=True, kw_only=True):
    """一张工作表的行：rows = new + same + changed + held + ignored。"""

    sheet: str
    id: str | None
    header_row: Count | None
    period: PeriodText | None
    coverage: PartCode | None
    rows: Count
    new: Count
    same: Count
    changed: Count
    held: Count
    ignored: Count
    layout_rows: Count
    unread_rows: Count
    details: list[RowDetail]


class ImportedFile(Part, frozen=True, kw_only=True):
    """一个文件和它的工作表。"""

    file: str
    readable: bool
    balance: ImportBalance
    sheets: list[ImportedSheet]


class Import(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/import/1"):
    """导入的结果；run 为 null 表示台账没有变。"""

    applied: bool
    run: Run | None
    files: list[ImportedFile]


class Place(Part, frozen=True, kw_only=True):
    """认成的一个地方，凭什么。"""

    code: str
    name: str
    parent: str
    why: str
    note: str


class PlaceFound(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/place/1"):
    """查一个地名的结果。"""

    name: str
    on: Day
    areas: list[Place]
    suggestions: list[str]
    remarks: list[str]


class Alias(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/alias/1"):
    """加进区划登记表的一个写法，改的是哪一格。"""

    name: str
    code: str
    known: bool
    file: str
    sheet: str
    cell: str
    before: str
    after: str
    applied: bool
    backup: str | None
