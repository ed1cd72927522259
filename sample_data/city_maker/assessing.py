"""Rules of assessment as an office might write them, item by item, and what people gave; both invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from city_maker.layout import Look, lay_out
from city_maker.places import CITY, LAST_DAY, LAST_MONTH, YEAR, Gazetteer
from city_maker.sheets import NOTE, SIGNED, File, Sheet, inbox_path, make_pairs

if TYPE_CHECKING:
    from city_maker.attendance import SignInBook

# Number, item, points, way of scoring, source of the number, clause, part.
_CENTRE, _OTHER = "一中心两所六进驻", "其他"
ITEMS = (
    ("A1", "乡镇综治中心齐备", 20, "逐项得分", "乡镇综治中心齐备项", "三1", _CENTRE),
    ("A2", "村级综治中心齐备", 20, "按比例得分，低于50%不得分", "村级综治中心齐备项", "三1", _CENTRE),
    ("A3", "两所建设", 20, "人工评分", "人工", "三2", _CENTRE),
    ("A4", "进驻到岗", 40, "按比例得分，达到95%得满分，低于60%不得分", "进驻出勤率", "三3", _CENTRE),
    (
        "B1",
        "村(社区)未突破占比",
        30,
        "分档：达到90%得30分、达到70%得20分、其余得0分",
        "未突破三无指标的村占比",
        "六(四)",
        _OTHER,
    ),
    ("B2", "越级上访", 20, "每件扣3分，扣完为止", "越级上访件数", "二", _OTHER),
    ("B3", "矛盾纠纷化解", 20, "按比例得分", "矛盾纠纷化解率", "四7", _OTHER),
    (
        "B4",
        "联席会议",
        15,
        "分档：达到12次得15分、达到10次得10分、其余得0分",
        "联席会议次数",
        "六(二)",
        _OTHER,
    ),
    ("B5", "网格有人", 15, "按比例得分", "网格员配备率", "三4", _OTHER),
)
_OFFICES, _PRESENCE = "A3", "A4"


def make_assessing_files(gazetteer: Gazetteer, book: SignInBook) -> list[File]:
    """Make the rules, marked as an example, and the points and numbers people filled in."""
    headers = (
        "number:编号 item:考核项目 points:分值 way:计分办法 source:数据来源 basis:依据 part:所属部分 "
        "remark:说明"
    )
    keys = ("number", "item", "points", "way", "source", "basis", "part")
    rules = [dict(zip(keys, line, strict=True)) | {"remark": "示例"} for line in ITEMS]
    look = Look(make_pairs(headers), f"{CITY}{YEAR}年平安建设考核细则（示例）", footer=NOTE)
    sheet = Sheet(lay_out("细则", look, rules), "assessment_item", (1, LAST_MONTH), records=len(rules))
    path = inbox_path(LAST_MONTH, f"{YEAR}年度平安建设考核细则（示例）.xlsx")
    return [File(path, [sheet]), _make_points(gazetteer, book)]


def _make_points(gazetteer: Gazetteer, book: SignInBook) -> File:
    towns = [town for town in gazetteer.existing(LAST_DAY, villages=False) if town.competes]
    records: list[dict[str, object]] = []
    for turn, town in enumerate(towns):
        came, due = count_presence(book, town.code)
        given = {"number": _OFFICES, "item": "两所建设", "points": 14 + turn % 5, "basis": "现场核查（示例）"}
        numbers = {"number": _PRESENCE, "item": "进驻到岗", "came": came, "due": due, "basis": "签到表"}
        records += [{"town": town.name} | given, {"town": town.name} | numbers]
    headers = (
        "seq:序号 town:被考核单位 number:项目编号 item:项目 points:得分 came:实际数 due:应完成数 "
        "basis:评分依据"
    )
    look = Look(
        make_pairs(headers), f"{CITY}{YEAR}年度平安建设考核分项得分表", merge_towns=True, footer=SIGNED
    )
    sheet = Sheet(lay_out("分项得分", look, records), "item_score", (1, LAST_MONTH), records=len(records))
    return File(inbox_path(LAST_MONTH, f"{YEAR}年度平安建设考核分项得分表.xlsx"), [sheet])


def count_presence(book: SignInBook, town: str) -> tuple[int, int]:
    """Count a township's duties of the year somebody came for, made up or stood in for, and all."""
    scores = [score for (_, code), score in book.scores.items() if code == town]
    came = sum(score.present + score.made_up + score.substituted for score in scores)
    return came, sum(score.duties for score in scores)


def describe_assessing(book: SignInBook, gazetteer: Gazetteer) -> dict[str, object]:
    """Say for truth.json which items there are and what was filled in about who came."""
    towns = [town for town in gazetteer.existing(LAST_DAY, villages=False) if town.competes]
    return {
        "items": [line[0] for line in ITEMS],
        "presence": {town.code: list(count_presence(book, town.code)) for town in towns},
    }
