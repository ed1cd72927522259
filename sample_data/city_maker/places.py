"""The invented city's areas and officials, and the five registers they fill. Nothing here exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CITY_CODE = "649901"
CITY = "清河市"
YEAR = 2026
FIRST_DAY = date(YEAR, 1, 1)
LAST_DAY = date(YEAR, 12, 31)
LAST_MONTH = 12
INVENTED = "本表为虚构示例，地名、案号、人员均属编造"

FARM = "649901400"
MERGED_TOWNSHIP = "649901200"
MERGED_INTO = "649901102"
NEW_SUBDISTRICT = "649901002"
TOWNSHIP_MERGER = date(YEAR, 8, 1)
VILLAGE_MERGER = date(YEAR, 5, 1)
RENAMING = date(YEAR, 6, 1)


def write_paper(office: str, number: int) -> str:
    """Write an invented document number."""
    return f"{office}〔{YEAR}〕{number}号"


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the area register; dates None mean “not given”; `former` is the name before RENAMING."""

    code: str
    name: str
    kind: str
    parent: str
    competes: bool = True
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""
    aliases: tuple[str, ...] = ()
    former: str = ""

    @property
    def is_village(self) -> bool:
        """Say whether it is a village or a community."""
        return self.kind in {"村", "社区"}

    def exists_on(self, day: date) -> bool:
        """Say whether it exists on the day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    def name_on(self, day: date) -> str:
        """Give the name in use on the day."""
        return self.former if self.former and day < RENAMING else self.name


_TOWNSHIPS = (
    Place("649901001", "清泉街道", "街道", CITY_CODE, aliases=("清泉街道办事处", "清泉街道办")),
    Place(NEW_SUBDISTRICT, "新湖街道", "街道", CITY_CODE, valid_from=date(YEAR, 7, 1)),
    Place("649901100", "柳河镇", "乡镇", CITY_CODE),
    Place("649901101", "长桥镇", "乡镇", CITY_CODE, aliases=("长桥镇人民政府",)),
    Place(MERGED_INTO, "南塬镇", "乡镇", CITY_CODE),
    Place("649901103", "沙井镇", "乡镇", CITY_CODE),
    Place("649901104", "白杨镇", "乡镇", CITY_CODE),
    Place(MERGED_TOWNSHIP, "石沟乡", "乡镇", CITY_CODE, valid_to=date(YEAR, 7, 31), successor=MERGED_INTO),
    Place("649901201", "双井乡", "乡镇", CITY_CODE),
    Place(FARM, "红柳滩农场", "农林场", CITY_CODE, competes=False),
)

_VILLAGES = {
    "649901001": "文苑社区 学府社区 康乐社区 清波社区 东门社区 北关社区 光华社区 春晖社区 锦绣社区 金桥社区 "
    "槐荫社区 水云社区 长庆社区 朝晖社区",
    "649901100": "柳河社区 柳南村 柳北村 上营村 下营村 磨盘村 杏园村 高台村 三岔村 青石村",
    "649901101": "长桥社区 桥东社区 桥头村 新民村 大湾村 小湾村 陈庄村 枣林村 苗圃村 "
    "渠口村 河沿村 平原村 双庙村",
    "649901102": "南塬社区 塬上村 塬下村 土桥村 黄坡村 井沟村 团结村 和平村",
    "649901103": "沙井社区 沙东村 沙西村 泉眼村 胡杨村 北滩村 南滩村 榆树村 碱水村 兴旺村 富强村 古渡村",
    "649901104": "白杨社区 白杨村 前营村 后营村 新民村 柏木村 石桥村 瓦窑村 园艺村 丰收村 星光村 红旗村",
    "649901200": "石沟村 羊圈村 崖畔村 梨花村 前进村",
    "649901201": "双井村 东坡村 新兴村 北岭村 南岭村 老庄村 苇塘村 张湾村 李湾村 安宁村 月亮村",
    FARM: "场部社区 红柳滩一队 红柳滩二队 红柳滩三队",
}
_FIRST_CODE = {"社区": 1, "村": 200, "队": 500}  # 居委会 from 001, 村委会 from 200, the like from 500


def list_places() -> tuple[Place, ...]:
    """List every area of the year, townships first, by code."""
    villages = [village for town in _TOWNSHIPS for village in _make_villages(town)]
    return (*_TOWNSHIPS, *sorted(villages, key=lambda place: place.code))


def _make_villages(town: Place) -> list[Place]:
    serial = dict(_FIRST_CODE)
    made = []
    for name in _VILLAGES.get(town.code, "").split():
        ending = next(end for end in serial if name.endswith(end))
        code = f"{town.code}{serial[ending]:03d}"
        serial[ending] += 1
        made += _vary(Place(code, name, "社区" if ending == "社区" else "村", town.code, town.competes))
    return made


def _vary(place: Place) -> list[Place]:
    """Give the village its story: moved with its township, merged, renamed, or nothing."""
    change = {field: getattr(place, field) for field in ("code", "name", "kind", "parent", "competes")}
    if place.parent == MERGED_TOWNSHIP:
        # In the new township the five take the next free codes, under the same names.
        moved = f"{MERGED_INTO}{int(place.code[-3:]) + 7:03d}"
        return [
            Place(**change, valid_to=date(YEAR, 7, 31), successor=moved),
            Place(moved, place.name, place.kind, MERGED_INTO, valid_from=TOWNSHIP_MERGER),
        ]
    if place.name == "前营村":
        return [Place(**change, valid_to=date(YEAR, 4, 30), successor=f"{place.parent}202")]
    if place.name == "新兴村":
        return [Place(**change, aliases=("西坡村",), former="西坡村")]
    return [place]


class Gazetteer:
    """Looks areas up by code, by name within a township, and by day."""

    def __init__(self) -> None:
        self.places = list_places()
        self.by_code = {place.code: place for place in self.places}

    def village(self, town: str, name: str) -> Place:
        """Find a village by the names of its township and itself."""
        parent = next(p.code for p in self.places if p.name == town and not p.is_village)
        return next(p for p in self.places if p.parent == parent and p.name == name)

    def existing(self, day: date, *, villages: bool) -> list[Place]:
        """List the villages, or the townships, of a day by code."""
        found = [p for p in self.places if p.is_village is villages and p.exists_on(day)]
        return sorted(found, key=lambda place: place.code)

    def current(self, code: str) -> str:
        """Follow the mergers from a code to the one that stands for it at the year's end."""
        while self.by_code[code].successor:
            code = self.by_code[code].successor
        return code


def list_area_rows() -> list[list[object]]:
    """Make the lines of 区划.xlsx."""
    header = ["代码", "名称", "层级", "上级代码", "参评", "启用日期", "停用日期", "并入代码", "别名"]
    rows: list[list[object]] = [list(header)]
    for p in list_places():
        dates = [p.valid_from, p.valid_to]
        answer = "是" if p.competes else "否"
        rows.append([p.code, p.name, p.kind, p.parent, answer, *dates, p.successor, "、".join(p.aliases)])
    return rows


# Enough people, areas and days that only one visit of the year stays empty (see LEAVE).
_PEOPLE = (
    ("F01", "方知远", "法官", "清河市人民法院", "649901001、649901002、649901100、649901101", "", 3),
    ("F02", "宁书衡", "法官", "清河市人民法院", "", "", 3),
    ("F03", "陆清平", "法官", "清河市人民法院", "649901102、649901103、649901104", "649901201", 3),
    ("F04", "贺明章", "法官", "清河市人民法院", "", "", 3),
    ("J01", "严守正", "检察官", "清河市人民检察院", "", "", 4),
    ("J02", "程远山", "检察官", "清河市人民检察院", "", "649901104", 4),
    (
        "J03",
        "夏临川",
        "检察官",
        "清河市人民检察院",
        "649901100、649901102、649901103、649901104、649901201",
        "",
        4,
    ),
    ("L01", "文立言", "律师", "清河市司法局", "649901001、649901002、649901100", "", 3),
    ("L02", "路行之", "律师", "清河市司法局", "649901100、649901101、649901102、649901104", "", 3),
    ("L03", "田思齐", "律师", "清河市司法局", "", "649901103", 3),
    ("L04", "安若水", "律师", "清河市司法局", "649901102、649901103、649901104", "", 3),
    ("L05", "高原青", "律师", "清河市司法局", "", "", 3),
)


# The judicial offices and their mediators; those of 石沟 go to 南塬 when the townships merge.
_MEDIATORS = {
    "清泉": "康和顺 冯劝之 祝平舟 褚言和 卫解忧",
    "柳河": "蒋和舒 沈劝善 韩平川",
    "长桥": "杨和光 朱劝学 秦平安 尤言之",
    "南塬": "许和风 何劝农 吕平原",
    "沙井": "施和畅 张劝和 孔平之 曹言欢",
    "白杨": "金和鸣 魏劝工 陶平野 姜言志",
    "石沟": "戚和悦 谢劝耕",
    "双井": "邹和睦 喻劝勤 柏平津",
}
_MOVED = {"石沟": "南塬"}


def _list_mediators() -> list[tuple[object, ...]]:
    """Number the mediators office by office; who moved with the merger has a second number."""
    lines: list[tuple[object, ...]] = []
    for office, names in _MEDIATORS.items():
        leaves_on = date(YEAR, 7, 31) if office in _MOVED else None
        lines += [(name, office, FIRST_DAY, leaves_on) for name in names.split()]
    for office, other in _MOVED.items():
        lines += [(name, other, TOWNSHIP_MERGER, None) for name in _MEDIATORS[office].split()]
    return [
        (f"T{number:02d}", name, "人民调解员", f"{office}司法所", "", "", 6, "", first, last)
        for number, (name, office, first, last) in enumerate(lines, start=1)
    ]


def list_person_rows() -> list[list[object]]:
    """Make the lines of 人员.xlsx; the office numbers cannot be dialled."""
    header = "编号 姓名 角色 派驻单位 对口区域代码 回避区域代码 每月上限 办公电话 启用日期 停用日期"
    rows: list[list[object]] = [list(header.split())]
    for number, person in enumerate(_PEOPLE, start=1):
        rows.append([*person, f"000-000000{number:02d}", FIRST_DAY, None])
    return rows + [list(line) for line in _list_mediators()]


DUTY_RULES = {
    "649901001": "每月第2个周二",
    NEW_SUBDISTRICT: "每月第1个周四",
    "649901100": "每月15日",
    "649901101": "每月第2个周二",
    "649901102": "每月第3个周五",
    "649901103": "每月最后一个工作日",
    "649901104": "每月第4个周三",
    MERGED_TOWNSHIP: "每月第1个周一",
    "649901201": "每月15日",
}


def list_duty_rows() -> list[list[object]]:
    """Make the lines of 进驻日.xlsx."""
    names = {place.code: place.name for place in _TOWNSHIPS}
    rows: list[list[object]] = [["区域代码", "角色", "规则", "地点", "时间"]]
    for code, rule in DUTY_RULES.items():
        rows.append([code, "全部", rule, f"{names[code]}综治中心", "9:00—12:00"])
    turns: dict[str, int] = {}
    for place in list_places():
        if place.is_village and place.competes:
            turn = turns[place.parent] = turns.get(place.parent, -1) + 1
            rule = f"每月第{(2, 4)[turn % 2]}个周{'一三五二四'[turn // 2 % 5]}"
            rows.append([place.code, "人民调解员", rule, f"{place.name}综治中心", "14:30—17:30"])
    return rows


# All prosecutors are away on 沙井镇's day in September: that visit cannot be made.
LEAVE = (
    ("F02", date(YEAR, 6, 8), date(YEAR, 6, 12), "年休假"),
    ("L03", date(YEAR, 4, 14), date(YEAR, 4, 14), "出庭"),
    ("F04", date(YEAR, 11, 9), date(YEAR, 11, 13), "培训"),
    ("J01", date(YEAR, 9, 29), date(YEAR, 9, 30), "培训"),
    ("J02", date(YEAR, 9, 29), date(YEAR, 9, 30), "培训"),
    ("J03", date(YEAR, 9, 29), date(YEAR, 9, 30), "培训"),
)
UNFILLED = {"area_code": "649901103", "role": "prosecutor", "month": f"{YEAR}-09"}


def list_leave_rows() -> list[list[object]]:
    """Make the lines of 请假.xlsx."""
    return [["编号", "开始日期", "结束日期", "事由"], *(list(line) for line in LEAVE)]


OVERLAY = (
    (date(YEAR, 3, 19), "休", "开斋节"),
    (date(YEAR, 3, 20), "休", "开斋节"),
    (date(YEAR, 5, 27), "休", "古尔邦节"),
    (date(YEAR, 5, 28), "休", "古尔邦节"),
)


def list_holiday_rows() -> list[list[object]]:
    """Make the lines of 节假日.xlsx: the local overlay, days and number invented."""
    rows: list[list[object]] = [["日期", "类型", "名称", "文号"]]
    return rows + [[*line, write_paper("示例", 1)] for line in OVERLAY]
