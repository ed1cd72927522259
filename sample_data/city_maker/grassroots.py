"""Centres, offices and grids: what was built where, what is lacking, and the register of grids."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from city_maker.layout import Look, lay_out
from city_maker.places import CITY, FARM, FIRST_DAY, LAST_DAY, NEW_SUBDISTRICT, YEAR, Gazetteer, Place
from city_maker.sheets import NOTE, SIGNED, File, Sheet, inbox_path, make_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

GRID_SEED = 649904
LEDGER_MONTH, OFFICE_MONTH, GRID_MONTH = 10, 9, 10

TOWNSHIP_ITEMS = ("综治工作协调中心", "矛盾纠纷调解中心", "网格化管理中心", "群众来访接待窗口")
VILLAGE_ITEMS = ("综治工作室", "矛盾纠纷调解室", "一村双警警务室", "公共服务窗口")
MECHANISMS = ("矛盾联调", "治安联防", "工作联动", "问题联治", "平安联创", "治理联抓")

# The planted facts: (area, item) -> what the ledger says instead of yes; "" is a blank cell.
ITEMS_LACKING = {
    (NEW_SUBDISTRICT, "网格化管理中心"): "未建",
    ("649901201", "群众来访接待窗口"): "",
    ("649901103205", "一村双警警务室"): "否",
    ("649901103205", "公共服务窗口"): "",
    ("649901201207", "治安联防"): "否",
}
CENTRE_LACKING = "649901104210"  # this village's centre stands nowhere
WORKER_LACKING = "649901103206"  # the second grid of this village has nobody
GRID_LACKING = "649901201210"  # this village has no grid
STATION_LACKING = NEW_SUBDISTRICT
FENGQIAO = {"柳河派出所", "柳河司法所", "长桥司法所"}
NOT_STANDARD = {"双井派出所"}

_SURNAMES = "丁卢石邵万孟夏史鲁温柴梁季耿裴焦关翟柯蓝"
_GIVEN = ("立春", "雨生", "谷雨", "小满", "知夏", "立秋", "白露", "望舒", "清晏", "长庚")


class GrassrootsBook:
    """The places of the year's end, and their grids."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.towns = gazetteer.existing(LAST_DAY, villages=False)
        self.villages = gazetteer.existing(LAST_DAY, villages=True)
        self.grids = list(self._make_grids())

    def _make_grids(self) -> Iterator[tuple[Place, str, str, str, bool]]:
        """Make (village, number, name, worker, full time), the worker empty where there is nobody."""
        rng = Random(GRID_SEED)
        names = [f"{surname}{given}" for surname in _SURNAMES for given in _GIVEN]
        rng.shuffle(names)
        for village in (v for v in self.villages if v.code != GRID_LACKING):
            for turn in range(2 if village.code == WORKER_LACKING else rng.choice((1, 1, 1, 2))):
                worker = "" if (village.code, turn) == (WORKER_LACKING, 1) else names.pop()
                number, name = f"{village.code}{turn + 1:03d}", f"{village.name}第{'一二'[turn]}网格"
                yield village, number, name, worker, rng.choice((True, True, False, False, False))


def list_grid_rows(book: GrassrootsBook) -> list[list[object]]:
    """Make the lines of 网格.xlsx."""
    header = "网格编号 网格名称 村(社区)代码 网格员 专职/兼职 启用日期 停用日期"
    rows: list[list[object]] = [list(header.split())]
    for village, number, name, worker, is_full_time in book.grids:
        kind = ("专职" if is_full_time else "兼职") if worker else None
        rows.append([number, name, village.code, worker or None, kind, village.valid_from or FIRST_DAY, None])
    return rows


def make_grassroots_files(book: GrassrootsBook) -> list[File]:
    """Make the ledgers of centres, of the two kinds of offices, and the list of grid workers."""
    return [_make_centres(book), *_make_offices(book), _make_grid_list(book)]


# -- centres -------------------------------------------------------------------------------------------


def _make_centres(book: GrassrootsBook) -> File:
    villages = [village for village in book.villages if village.code != CENTRE_LACKING]
    sheets = []
    for name, places, items in (("乡镇级", book.towns, TOWNSHIP_ITEMS), ("村级", villages, VILLAGE_ITEMS)):
        records = [_centre(book, place, name, (*items, *MECHANISMS)) for place in places]
        title = f"{CITY}{YEAR}年综治中心建设台账（{name}）"
        look = Look(
            make_pairs(_centre_headers(name, items)), title, merge_towns=name == "村级", footer=SIGNED
        )
        page = lay_out(name, look, records)
        sheets.append(Sheet(page, "centre", (1, 12), records=len(records)))
    return File(inbox_path(LEDGER_MONTH, f"{YEAR}年综治中心建设台账.xlsx"), sheets)


def _centre_headers(name: str, items: tuple[str, ...]) -> str:
    rooms = "三中心一窗口" if name == "乡镇级" else "三室一窗口"
    places = "town:乡镇（街道）" + ("" if name == "乡镇级" else " village:村（社区）")
    columns = [f"{item}:{rooms}//{item}" for item in items]
    columns += [f"{item}:六项机制//{item}" for item in MECHANISMS]
    return (
        f"seq:序号 {places} name:综治中心名称 level:级别 sign:是否挂牌 area:场所面积（㎡） "
        f"{' '.join(columns)} "
        "staff:专职人员数 cameras:视频监控联网（路） built:建成时间 head:负责人 phone:联系电话 remark:备注"
    )


def _centre(book: GrassrootsBook, place: Place, level: str, items: tuple[str, ...]) -> dict[str, object]:
    town = book.gazetteer.by_code[place.parent] if place.is_village else place
    serial = int(place.code[-3:])
    return {
        "town": town.name,
        "village": place.name,
        "name": f"{town.name}{place.name if place.is_village else ''}综治中心",
        "level": level,
        "sign": "是",
        "area": 60 + serial % 7 * 10 + (0 if place.is_village else 120),
        **{item: ITEMS_LACKING.get((place.code, item), "是") for item in items},
        "staff": 2 if place.is_village else 5,
        "cameras": 4 + serial % 5,
        "built": "2020年11月",
        "head": "（略）",
        "phone": "00000000000",
        "remark": "",
    }


# -- offices -------------------------------------------------------------------------------------------

_OFFICE_HEADERS = {
    "派出所": (
        "seq:序号 name:派出所名称 kind:所别 town:所在乡镇（街道） standard:是否标准化 model:枫桥式创建 "
        "staff:警力（人） head:所长 phone:联系电话 remark:备注"
    ),
    "司法所": "name:名称 kind:类型 town:所在乡镇 standard:标准化 model:枫桥式 staff:人员数",
}


def _make_offices(book: GrassrootsBook) -> list[File]:
    files = []
    for kind, department in (("派出所", "公安局"), ("司法所", "司法局")):
        towns = [town for town in book.towns if town.code != STATION_LACKING]
        towns = [town for town in towns if kind == "派出所" or town.code != FARM]
        records = [_office(town, kind) for town in towns]
        title = f"{CITY}{department}{YEAR}年“两所”建设台账（{kind}）"
        look = Look(make_pairs(_OFFICE_HEADERS[kind]), title, footer=NOTE)
        sheet = Sheet(lay_out(kind, look, records), "office", (1, 12), records=len(records))
        files.append(File(inbox_path(OFFICE_MONTH, f"{department}{kind}建设台账.xlsx"), [sheet]))
    return files


def _office(town: Place, kind: str) -> dict[str, object]:
    name = f"{town.name[:2]}{kind}"
    return {
        "name": name,
        "kind": kind,
        "town": town.name,
        "standard": "否" if name in NOT_STANDARD else "是",
        "model": ("已命名" if kind == "派出所" else "是") if name in FENGQIAO else "否",
        "staff": (8 if kind == "派出所" else 3) + int(town.code[-1]),
        "head": "（略）",
        "phone": "00000000000",
        "remark": "",
    }


# -- grids ---------------------------------------------------------------------------------------------


def _make_grid_list(book: GrassrootsBook) -> File:
    headers = (
        "seq:序号 town:乡镇（街道） village:村（社区） grid:网格名称 number:网格编号 worker:网格员姓名 "
        "sex:性别 id_number:身份证号 phone:联系电话 kind:专职/兼职 remark:备注"
    )
    records = [
        {
            "town": book.gazetteer.by_code[village.parent].name,
            "village": village.name,
            "grid": name,
            "number": number,
            "worker": worker,
            "sex": "（略）",
            "id_number": "000000000000000000",
            "phone": "00000000000",
            "kind": "专职" if is_full_time else "兼职",
            "remark": "",
        }
        for village, number, name, worker, is_full_time in book.grids
        if worker
    ]
    look = Look(make_pairs(headers), f"{CITY}{YEAR}年网格员花名册", merge_towns=True, footer=NOTE)
    sheet = Sheet(lay_out("花名册", look, records), "grid", (1, 12), records=len(records))
    return File(inbox_path(GRID_MONTH, f"{YEAR}年网格员花名册.xlsx"), [sheet])


def describe_grassroots(book: GrassrootsBook) -> dict[str, object]:
    """Say for truth.json what stands where and what is lacking."""
    lacking = [(code, item, said) for (code, item), said in ITEMS_LACKING.items()]
    return {
        "centres": {"townships": len(book.towns), "villages": len(book.villages) - 1},
        "centre_lacking": CENTRE_LACKING,
        "items_lacking": [{"area": code, "item": item} for code, item, said in lacking if said],
        "items_unknown": [{"area": code, "item": item} for code, item, said in lacking if not said],
        "stations_lacking": STATION_LACKING,
        "fengqiao": sorted(FENGQIAO),
        "grids": len(book.grids),
        "grid_workers": sum(bool(grid[3]) for grid in book.grids),
        "grid_without_worker": next(grid[1] for grid in book.grids if not grid[3]),
        "village_without_grid": GRID_LACKING,
    }
