"""sanwu.toml: who we are, the readings the office chose, what its documents carry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.added import read_added
from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near
from sanwu_cli.patterns import compile_later
from sanwu_cli.plan.choices import resolve_choices
from sanwu_cli.roster_settings import TABLE as ROSTER
from sanwu_cli.roster_settings import RosterSettings, read_roster_settings
from sanwu_cli.sheets.values.text import strip_unseen
from sanwu_cli.terms import Indicator
from sanwu_cli.toml_text import parse_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.model import AddedIndicator
    from sanwu_cli.plan.records import Plan, ReadingValue
    from sanwu_cli.plan.switches import Switches

FILE_NAME = "sanwu.toml"
_COUNTY_CODE = compile_later(r"[0-9]{6}")

# Every table and key sanwu.toml may have; the type is what the value must be.
_KEYS: Mapping[str, Mapping[str, type]] = {
    "office": {"name": str, "code": str, "issuer": str},
    "plan": {"edition": str},
    "count": {"exclude_causes": list},
    "binding_indicators": {"names": list},
    "documents": {"recipients": list, "copies": list},
    "objections": {"window_workdays": int},
}
_SHAPES: Mapping[type, str] = {
    str: "用引号括起来的文字",
    list: '方括号里的名单，如 ["甲", "乙"]',
    int: "不小于1的整数",
}
_PICTURE_FONT = "picture"  # among the documents' fonts, which go by their names, a file
_OPEN_TABLES = ("readings", "fonts", ROSTER)


class Settings(Struct, frozen=True):
    """A workspace's settings; `confirmed` are the readings the office wrote down itself.

    `picture_font` is the file pictures are drawn with, empty for ours, relative to the workspace.
    `objection_workdays` is None where the office has not set how long objections may take (六(四)).
    """

    name: str
    code: str
    issuer: str
    readings: Mapping[str, ReadingValue]
    confirmed: frozenset[str]
    exclude_causes: tuple[str, ...] = ()
    binding_names: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    fonts: Mapping[str, str] = field(default_factory=dict)
    picture_font: str = ""
    added: tuple[AddedIndicator, ...] = ()
    objection_workdays: int | None = None
    roster: RosterSettings = field(default_factory=RosterSettings)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators that are judged (T-01): those chosen of the plan's, then what the office added."""
        chosen = self.readings["T-01"]
        own = tuple(indicator for indicator in Indicator if indicator.value in chosen)
        return own + tuple(added.indicator for added in self.added)

    @property
    def limits(self) -> dict[Indicator, int]:
        """The count each indicator may reach (T-02)."""
        limits = self.readings["T-02"]
        own = {indicator: int(limits[indicator.value]) for indicator in Indicator if isinstance(limits, dict)}
        return own | {added.indicator: added.limit for added in self.added}


def parse_settings(text: str, plan: Plan | Switches) -> Settings:
    """Read sanwu.toml; raises SanwuError (usage) with place and remedy for whatever is not understood."""
    try:
        tables = parse_toml(text)
    except ValueError as error:
        at = re.search(r"line (\d+), column (\d+)", str(error))
        where = f" 第{at[1]}行第{at[2]}列" if at else ""
        raise SanwuError(
            "设置文件的写法读不懂",
            place=f"{FILE_NAME}{where}",
            remedy="请按 TOML 的写法改正这一行" if at else "请按 TOML 的写法补全文件末尾没有写完的地方",
        ) from error
    added = read_added(tables.pop("indicator", []), file=FILE_NAME)
    for name, table in tables.items():
        _check_table(name, table)
    office = tables.get("office", {})
    _check_code(office.get("code", ""))
    _check_edition(tables.get("plan", {}).get("edition", ""), plan)
    chosen = tables.get("readings", {})
    fonts = tables.get("fonts", {})
    return Settings(
        name=strip_unseen(office.get("name", "")),
        code=office.get("code", ""),
        issuer=strip_unseen(office.get("issuer", "")),
        readings=_resolve_readings(plan, chosen),
        confirmed=frozenset(chosen),
        exclude_causes=_texts(tables, "count", "exclude_causes"),
        binding_names=_texts(tables, "binding_indicators", "names"),
        recipients=_texts(tables, "documents", "recipients"),
        copies=_texts(tables, "documents", "copies"),
        fonts={str(key): str(value) for key, value in fonts.items() if key != _PICTURE_FONT},
        picture_font=_check_picture_font(fonts),
        added=added,
        objection_workdays=tables.get("objections", {}).get("window_workdays"),
        roster=read_roster_settings(tables.get(ROSTER, {}), file=FILE_NAME),
    )


def _check_table(name: str, table: object) -> None:
    if name not in _KEYS and name not in _OPEN_TABLES:
        raise _unknown(f"[{name}]", name, (*_KEYS, *_OPEN_TABLES))
    if not isinstance(table, dict):
        raise SanwuError(f"“{name}”应当是一节，不是一个值", place=FILE_NAME, remedy=f"请写成 [{name}] 的样子")
    if name in _OPEN_TABLES:
        return
    for key, value in table.items():
        kind = _KEYS[name].get(key)
        if kind is None:
            raise _unknown(f"[{name}] {key}", key, tuple(_KEYS[name]))
        if not _is_of_kind(value, kind):
            raise SanwuError(
                f"{key} 的值写法不对", place=f"{FILE_NAME} [{name}] {key}", remedy=f"请写成{_SHAPES[kind]}"
            )


def _is_of_kind(value: object, kind: type) -> bool:
    if isinstance(value, list):
        return kind is list and all(isinstance(item, str) for item in value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, kind)


def _unknown(place: str, word: str, known: tuple[str, ...]) -> SanwuError:
    hint = hint_near(word, known, otherwise=f"可用的有：{'、'.join(known)}。")
    return SanwuError(f"不认识设置“{word}”", place=f"{FILE_NAME} {place}", remedy=f"{hint}请改正或删去这一行")


def _check_code(code: str) -> None:
    if code and not _COUNTY_CODE.fullmatch(code):
        raise SanwuError(
            f"县级代码“{code}”不是6位数字", place=f"{FILE_NAME} [office] code", remedy="请写成 640181 的样子"
        )


def _check_edition(edition: str, plan: Plan | Switches) -> None:
    if edition and edition != plan.number:
        raise SanwuError(
            f"工作区写的方案是“{edition}”，本程序依据的是“{plan.number}”",
            place=f"{FILE_NAME} [plan] edition",
            remedy=f"请换用对应的程序版本；确认要按“{plan.number}”计算时，改正这一行",
        )


def _check_picture_font(fonts: Mapping[str, object]) -> str:
    given = fonts.get(_PICTURE_FONT, "")
    if not isinstance(given, str):
        place = f"{FILE_NAME} [fonts] {_PICTURE_FONT}"
        raise SanwuError("picture 的值写法不对", place=place, remedy="请写成用引号括起来的字体文件路径")
    return given.strip()


def _resolve_readings(plan: Plan | Switches, chosen: Mapping[str, object]) -> dict[str, ReadingValue]:
    try:
        return resolve_choices(plan, chosen)
    except SanwuError as error:
        error.place = f"{FILE_NAME} {error.place}".strip()
        raise


def _texts(tables: Mapping[str, Mapping[str, object]], table: str, key: str) -> tuple[str, ...]:
    values = tables.get(table, {}).get(key, [])
    return (
        tuple(text for value in values if (text := strip_unseen(str(value)).strip()))
        if isinstance(values, list)
        else ()
    )


def write_template(*, name: str, code: str, edition: str) -> str:
    """Write a new workspace's sanwu.toml, every choice explained."""
    return f"""# sanwu 的设置。以 # 开头的是说明，程序不读。

[office]
name = {_quote(name)}                # 县(市、区)名称，印在文件里
code = {_quote(code)}                 # 6位行政区划代码
issuer = {_quote(f"中共{name}委政法委员会")}   # 发文机关，请改成本单位全称

[plan]
edition = {_quote(edition)}

# 四项约束性指标的名称，由上级考核办法规定。不填时，以认定表里写的为准；填了以后，只认这几项。
# 认定不满四项的乡镇(街道)一律待定。
[binding_indicators]
names = []

# 不计入的案由(如“危险驾驶”)，默认一个也不排除；每份文件都会列出排除了什么。
[count]
exclude_causes = []

# 方案三项以外另加的指标(上级或本地文件要求的)。只按月报的件数算，一个指标一节。
# [[indicator]]
# id = "safety_accident"      # 小写英文，定了不要改
# name = "安全事故"           # 印出来的名称，也是月报表里的表头
# headers = ["安全生产事故"]  # 表头的别的写法
# limit = 0                   # 全年最多几件还算没有突破
# source = "某政法〔2026〕1号" # 依据
# sender = "应急管理局"        # 谁报

[documents]
recipients = []               # 主送；不写时取全部乡镇(街道)
copies = []                   # 抄送

# 清单发出或者认定作出以后，多少个工作日以内可以提异议。方案没有规定；不写的，用程序的默认值。
[objections]
# window_workdays = 天数

# 口径。全部口径和可选值用 sanwu plan show 查看；写在这里的，视为已由本单位确认。
[readings]
# "T-03" = "at_least"         # 正好70%算达到
# "T-02" = {{ criminal_case = 0 }}

# 排值班表时先顾哪个目标，前面的定了再看后面的；用加号合在一起的一起算，各乘各的权重；没有写的不管。
#   unfilled 空缺最少（必须在最前）   load_range 同一单位里次数最多与最少的人相差最小
#   load_square 各人次数最均衡        pairs 同一个地方尽量由同一个人去
#   unlisted 对口的人优先             travel 路程最短（按登记表“里程”）
#   double_days 尽量不连着两天值班
[roster]
# order = ["unfilled", "load_range", "load_square", "pairs", "unlisted+travel", "double_days"]
# effort = 2                  # 求解用多少工夫，不按钟表算；越大越慢，越可能证明是最好的。不写就是2，
                              # 但一个角色的排班分成超过12份（如几十个司法所各排各的）时各份分摊；写明的不分摊

[roster.weights]              # 用加号合在一起的目标，各乘多少；不写的是1
# unlisted = 20               # 派一个不对口的人，抵多跑20公里

# 字体名称。机器上没有这些字体时，可以换成同类字体。
[fonts]
# "仿宋_GB2312" = "仿宋"
# picture = "字体.ttf"        # 值班表图片用的字体文件；不写时用自带的
"""


def _quote(text: str) -> str:
    """Write a text as a TOML string; JSON's escapes are TOML's, but for the delete character."""
    import json  # noqa: PLC0415 - start-up: only a new workspace is written

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
