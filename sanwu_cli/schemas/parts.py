"""What the documents for programs are made of: closed objects, and the kinds of text in them."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from sanwu_cli.terms import Severity

Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="日期，如 2026-06-30")]
MonthText = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}$", description="月份，如 2026-06")]
PeriodText = Annotated[
    str,
    Meta(pattern=r"^[0-9]{4}-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2})?$", description="月份，或首月..末月，两头都含"),
]
Year = Annotated[int, Meta(ge=2000, le=2099, description="年份")]
Code = Annotated[str, Meta(pattern=r"^[0-9]{6,12}$", description="区划代码")]
PartCode = Annotated[
    str, Meta(pattern=r"^([0-9]{6,12}|[?])$", description="乡镇(街道)的代码；看不出是哪一部分的写 ?")
]
MaybeCode = Annotated[str, Meta(pattern=r"^([0-9]{6,12})?$", description="区划代码，没有的是空的")]
IndicatorId = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]*$",
        description="指标：skip_level_petition 越级上访，administrative_suit 行政诉讼，"
        "criminal_case 刑事案件，和本单位在 sanwu.toml 里另加的",
    ),
]
Exact = Annotated[
    str, Meta(pattern=r"^-?[0-9]+(\.[0-9]+|/[0-9]+)?$", description="不舍入的数：85.5，除不尽的写 200/3")
]
Count = Annotated[int, Meta(ge=0)]
Run = Annotated[int, Meta(ge=1, description="操作序号，可以用 sanwu incidents undo 撤销")]
# Values of a sheet's fields: whatever the field holds.
Values = dict[str, Any]


class Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """一个对象；没有列出的键不会出现。"""


class Source(Part, frozen=True, kw_only=True):
    """出处：文件、工作表、行；整张表的没有行，命令登记的没有文件名。"""

    file: str
    sheet: str
    row: Count | None


class Case(Source, frozen=True, kw_only=True):
    """依据：哪个文件哪一行的哪件案件；说明“没有”的表没有案号。"""

    case_number: str


class Bounds(Part, frozen=True, kw_only=True):
    """至少、至多；high 为 null 表示没有上限（有月份没有报）。"""

    low: Count
    high: Count | None


class Pair(Part, frozen=True, kw_only=True):
    """至少、至多，两头都知道。"""

    low: int
    high: int


class ExactBounds(Part, frozen=True, kw_only=True):
    """至少、至多，数是不舍入的文字；high 为 null 表示没有上限。"""

    low: Exact
    high: Exact | None


class ShareBounds(Part, frozen=True, kw_only=True):
    """至少、至多：整数写成数，分数写成 17/20；high 为 null 表示没有上限。"""

    low: int | Exact | None
    high: int | Exact | None


class AreaPart(Part, frozen=True, kw_only=True):
    """一个地方：区划代码和名称。"""

    code: Code
    name: str


class Level(Part, frozen=True, kw_only=True):
    """排班的一级目标：结果和已证明的界，两者相等就是最优。"""

    level: str
    value: int
    bound: int


class FindingPart(Part, frozen=True, kw_only=True):
    """检查出来的一条：代码、级别、位置、说的话、怎么办、条文。"""

    code: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9-]+$")]
    severity: Severity
    file: str
    sheet: str
    cell: str
    message: Annotated[str, Meta(min_length=1)]
    remedy: str
    clause: str


class FindingCounts(Part, frozen=True, kw_only=True):
    """各级各有几条。"""

    error: Count
    warning: Count
    info: Count


class Checked(Part, frozen=True, kw_only=True):
    """带有检查结果的文件。"""

    findings: list[FindingPart]
    counts: FindingCounts
