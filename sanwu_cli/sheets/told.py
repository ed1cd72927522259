"""What somebody says of a sheet's columns: this header is that field, or is not used."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.nearest import hint_near
from sanwu_cli.sheets.schema import header_key
from sanwu_cli.sheets.values import fold, load_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.sheets.schema import SheetSchema

# In a mapping, in place of a field: the column is not used.
IGNORED = "ignore"
IGNORED_WORDS = ("忽略", IGNORED)
# In a remembered mapping: recognised by its header, as ever, and never read.
PERSONAL_WORD = "个人信息"


def told_of(parts: tuple[str, ...], given: Mapping[str, str]) -> str:
    """Give what is said of a header, by its joined text or its lowest level; empty for nothing."""
    if not given:
        return ""
    keys = [header_key(text) for text in ("/".join(parts), parts[-1])]
    return next((given[key] for key in keys if key in given), "")


def parse_told(texts: Iterable[str], schemas: Mapping[str, SheetSchema]) -> dict[str, str]:
    """Read what was said as 原表头=字段; raises SanwuError (usage, or refused for a personal column).

    Args:
        texts: as given; the last = parts header and field.
        schemas: the forms the sheets may be.
    """
    told: dict[str, str] = {}
    owners: dict[str, str] = {}
    for text in texts:
        header, sign, word = (part.strip() for part in text.replace("＝", "=").rpartition("="))
        if not sign or not header or not word:
            raise SanwuError(
                f"“{text}”看不懂", remedy="请写成 --map '原表头=字段' 的样子，不用的列写 '原表头=忽略'"
            )
        _check_field(header, word, schemas)
        if told.setdefault(header, word) != word:
            raise SanwuError(f"表头“{header}”指定了两个字段：“{told[header]}”和“{word}”", remedy="请只留一个")
        name = _name_read(word, schemas)
        if name and owners.setdefault(name, header) != header:
            raise SanwuError(
                f"“{owners[name]}”和“{header}”都指定为“{word}”，一个字段只能有一列",
                remedy="请只留一个，另一个写成“忽略”",
            )
    unused = (*IGNORED_WORDS, PERSONAL_WORD)
    return {header: IGNORED if word in unused else word for header, word in told.items()}


def _check_field(header: str, word: str, schemas: Mapping[str, SheetSchema]) -> None:
    refusals = [explain_refusal(schema, header, word) for schema in schemas.values()]
    if "" in refusals and not any(is_guarded(schema, header, word) for schema in schemas.values()):
        return
    guarded = next((schema for schema in schemas.values() if is_guarded(schema, header, word)), None)
    if guarded is not None:
        raise SanwuError(
            f"表头{explain_refusal(guarded, header, word)}",
            remedy="个人信息不进台账；这一列不用指定，本程序认得出来就会跳过",
            status=ExitStatus.REFUSED,
        )
    names = [
        name for schema in schemas.values() for spec in schema.fields for name in (spec.header, spec.name)
    ]
    hint = hint_near(word, dict.fromkeys(names), count=3)
    raise SanwuError(f"没有“{word}”这个字段", remedy=f"{hint}各表的字段用 sanwu sheet show 表式 查看")


def _name_read(word: str, schemas: Mapping[str, SheetSchema]) -> str:
    """Give the name of a field that is read and kept; empty for 忽略 and for fields that may repeat."""
    specs = (schema.find_field(word) for schema in schemas.values())
    return next((spec.name for spec in specs if spec is not None and spec.is_read), "")


def explain_refusal(schema: SheetSchema, header: str, word: str) -> str:
    """Say why a header cannot stand for a field of this form; empty when it can."""
    if word in (*IGNORED_WORDS, PERSONAL_WORD):
        return ""
    spec = schema.find_field(word)
    if spec is None:
        return f"的字段“{word}”，《{schema.title}》里没有"
    if is_guarded(schema, header, word):
        return f"“{header}”像是个人信息，不能作为“{spec.header}”读取"
    return ""


def is_guarded(schema: SheetSchema, header: str, word: str) -> bool:
    """Say whether a header that promises something personal would come into a field that is kept by this."""
    spec = schema.find_field(word)
    if spec is None or not spec.is_read:
        return False
    own = schema.match_header(header)
    if own is not None and own[0] == spec.name:
        return False
    return sounds_personal(header) or (own is not None and schema.by_name[own[0]].personal)


def sounds_personal(header: str) -> bool:
    """Say whether a header promises something personal, whichever sheet it stands on."""
    key = header_key(header)
    return any(word in key for word in _personal_words())


@cache
def _personal_words() -> tuple[str, ...]:
    return tuple(fold(word).lower() for word in load_words()["personal"]["headers"])
