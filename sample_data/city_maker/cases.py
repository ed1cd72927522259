"""The year's invented cases: which village, which day, what the sheets say of them, and when."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from random import Random

from city_maker.places import CITY, FARM, RENAMING, YEAR, Gazetteer, Place, write_paper

PETITION, SUIT, CRIME = "skip_level_petition", "administrative_suit", "criminal_case"
SEED = 649901

# Township: village: indicator letter (P petition, S suit, C crime) and month of each case that counts.
PLOT = {
    "清泉街道": "文苑社区 C1 C3 C8;东门社区 P1 C6 C10;金桥社区 C5 C11;长庆社区 C7;北关社区 S6 C12",
    "柳河镇": "柳河社区 C1 C6 P10;下营村 C4;三岔村 S5 C11",
    "长桥镇": "桥东社区 C2 P4 C9;大湾村 C8;新民村 P6 S11;双庙村 C3 C12",
    "南塬镇": "南塬社区 C1 C5 C10;黄坡村 P2 C12;团结村 C7;石沟村 C11",
    "石沟乡": "石沟村 C3 P6;梨花村 C5",
    "沙井镇": "沙井社区 C2 C7 P11;古渡村 S3 P4",
    "白杨镇": "白杨社区 C4 C8 C12;前营村 C2;瓦窑村 P5 S9",
    "双井乡": "双井村 C2 P3 S7 C10;新兴村 C4 P11;苇塘村 C9;李湾村 S12",
    "红柳滩农场": "红柳滩一队 C6;场部社区 P12 C2",
}
# September's petitions come as numbers only (三无指标月报表): township, village, how many.
COUNTED_PETITIONS = (("清泉街道", "长庆社区", 1), ("清泉街道", "文苑社区", 2))
COUNT_MONTH = 9
PETITION_NIL = (7, 8)
SUIT_NIL = (2,)
CUMULATIVE_MONTH = 10
SPLIT_MONTH = 3  # this month the police sent one sheet a township, and one of them is missing
MISSING_TOWNSHIP = "649901103"
LABELS_OF_MATTERS = {"剔除": "remove", "改归": "move", "异议": "object", "维持": "uphold"}


@dataclass(slots=True)
class Case:
    """One case: canonical fields as a sheet says them, the true place, and whether it counts.

    `area` is the code when it was filed (or of the ruling), "" for a row nobody can
    place; `reason` says why it does not
    count ("" when it does); `reported` lists (month, changed fields) of each sheet it stands in.
    `removed`, `moved_to` and `objected` are what people decided of it afterwards (decisions.py).
    """

    indicator: str
    filed: date
    town: Place
    village: Place | None
    fields: dict[str, object]
    reason: str = ""
    reported: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    village_text: str = ""
    late: bool = False
    removed: bool = False
    moved_to: str = ""
    objected: bool = False

    @property
    def number(self) -> str:
        """The case number."""
        return str(self.fields["number"])

    @property
    def area(self) -> str:
        """The code of its village, of its township when it has no village, or nothing."""
        if self.village_text:
            return ""
        if self.moved_to:
            return self.moved_to
        return self.village.code if self.village else self.town.code


class CaseBook:
    """Makes the year's cases from the plot, the stories and seeded filler."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.rng = Random(SEED)
        self.serials: dict[tuple[str, int], int] = {}
        self.cases: list[Case] = []
        self._follow_plot()
        self._tell_stories()
        self._add_filler()

    def entries(self, indicator: str, *months: int) -> list[tuple[Case, dict[str, object]]]:
        """List what the sheet of these months says: cases with their fields, by township and day."""
        found = [
            (case, case.fields | changed)
            for case in self.cases
            for month, changed in case.reported
            if case.indicator == indicator and month in months and not case.late
        ]
        return sorted(found, key=lambda entry: (entry[0].town.code, entry[0].filed, entry[0].number))

    def find(self, indicator: str, village: str, month: int) -> Case:
        """Find the counted case of a village and month."""
        return next(
            case
            for case in self.cases
            if case.indicator == indicator and case.filed.month == month and not case.reason
            if case.village and case.village.name == village
        )

    # -- making cases ---------------------------------------------------------------------------------

    def _add(
        self, indicator: str, month: int, town: str, village: str = "", day: int = 0, **fields: object
    ) -> Case:
        filed = date(YEAR, month, day or self.rng.randint(1, monthrange(YEAR, month)[1]))
        parent = next(p for p in self.gazetteer.places if p.name == town and not p.is_village)
        place = self.gazetteer.village(town, village) if village else None
        made = {PETITION: self._petition, SUIT: self._suit, CRIME: self._crime}[indicator](
            month, parent, place
        )
        case = Case(indicator, filed, parent, place, made | fields, reported=[(month, {})])
        self.cases.append(case)
        return case

    def _serial(self, kind: str, month: int) -> int:
        self.serials[kind, month] = self.serials.get((kind, month), 0) + 1
        return self.serials[kind, month]

    def _petition(self, month: int, _town: Place, _village: Place | None) -> dict[str, object]:
        return {
            "number": f"XF{YEAR}{month:02d}-{self._serial('P', month):03d}",
            "level": self.rng.choice(("市级", "自治区级", "国家级")),
            "skip": "是",
            "persons": self.rng.choice((1, 1, 2, 3, 5)),
            "basis": self.rng.choice(("事发地", "户籍地")),
            "status": self.rng.choice(("已办结", "办理中")),
            "remark": "",
        }

    def _suit(self, month: int, town: Place, village: Place | None) -> dict[str, object]:
        return {
            "number": f"（{YEAR}）宁9901行初{month * 10 + self._serial('S', month)}号",
            "instance": "一审",
            "defendant": f"{CITY}自然资源局" if village else f"{town.name}人民政府",
            "cause": self.rng.choice(("土地行政登记", "行政处罚", "信息公开", "行政征收")),
            "court": f"{CITY}人民法院",
            "basis": "事发地",
            "outcome": "",
            "root": "",
            "remark": "",
        }

    def _crime(self, month: int, town: Place, _village: Place | None) -> dict[str, object]:
        return {
            "number": f"A{town.code[:6]}{YEAR % 100}{month:02d}{self._serial('C', month):03d}",
            "type": "刑事",
            "cause": self.rng.choice(("盗窃", "诈骗", "故意伤害", "寻衅滋事", "危险驾驶")),
            "unit": f"{town.name[:2]}派出所",
            "status": self.rng.choice(("已立案", "侦办中", "已破案")),
            "basis": "发案地",
            "remark": "",
        }

    # -- what happens ---------------------------------------------------------------------------------

    def _follow_plot(self) -> None:
        letters = {"P": PETITION, "S": SUIT, "C": CRIME}
        for town, lines in PLOT.items():
            for line in lines.split(";"):
                village, *events = line.split()
                for event in events:
                    self._add(letters[event[0]], int(event[1:]), town, village)

    def _tell_stories(self) -> None:
        self._tell_suits()
        self._tell_crimes()

    def _tell_suits(self) -> None:
        self._add(SUIT, 1, "长桥镇")  # against a township government: breaks no village
        self._add(SUIT, 4, "清泉街道", defendant="清泉街道办事处")
        self._add(SUIT, 8, "双井乡", defendant="双井乡人民政府")
        self._add(SUIT, 10, "南塬镇")
        review = self._add(SUIT, 4, "白杨镇", "石桥村", number=write_paper("清政复决字", 5), instance="复议")
        review.fields |= {"court": "", "outcome": "维持"}
        review.reason = "reconsideration"
        first = self._find(SUIT, "三岔村")
        appeal = self._add(SUIT, 8, "柳河镇", "三岔村", number=f"（{YEAR}）宁99行终7号", instance="二审")
        for same in ("defendant", "cause"):
            appeal.fields[same] = first.fields[same]
        appeal.fields |= {"court": "示例中级人民法院", "root": first.number}
        appeal.reason = "later_instance"
        self._find(SUIT, "李湾村").fields |= {"defendant": "李湾村村民委员会", "cause": "宅基地审核"}
        for case in self.cases:
            if case.indicator == SUIT and case.filed.month < CUMULATIVE_MONTH:
                case.reported.append((CUMULATIVE_MONTH, {}))
        self._find(SUIT, "古渡村").reported[-1][1]["outcome"] = "驳回诉讼请求"

    def _tell_crimes(self) -> None:
        dropped = self._add(CRIME, 2, "长桥镇", "渠口村", status="侦办中")
        dropped.reported.append((4, {"status": "撤销", "remark": "2026年4月撤销案件"}))
        dropped.reason = "case_withdrawn"
        self._add(CRIME, 8, "柳河镇", "杏园村", status="已撤销").reason = "case_withdrawn"
        merged = self._add(CRIME, 11, "清泉街道", "金桥社区", status="已并案")
        merged.reason = "case_merged"
        twice = self._find(CRIME, "大湾村")
        twice.reported.append((9, {}))
        late = self._add(CRIME, 5, "南塬镇", "黄坡村", day=29, remark="补登")
        late.reported = [(7, {})]
        old = self._add(CRIME, 1, "白杨镇", "柏木村", remark="2025年立案，补登")
        old.filed = date(YEAR - 1, 12, 30)
        unknown = self._add(CRIME, 11, "清泉街道", day=18)
        unknown.village_text = "桃园社区"
        for village in ("胡杨村", "古渡村"):
            missing = self._add(CRIME, SPLIT_MONTH, "沙井镇", village)
            missing.late = True
            if village == "古渡村":
                missing.fields["type"] = "行政"
                missing.reason = "not_criminal"

    def _find(self, indicator: str, village: str) -> Case:
        return next(
            c for c in self.cases if c.indicator == indicator and c.village and c.village.name == village
        )

    def _add_filler(self) -> None:
        """Add what does not count: visits that were no skip-level visits, police cases that are no crimes."""
        for month in range(1, 13):
            if month not in (*PETITION_NIL, COUNT_MONTH):
                for _ in range(self.rng.randint(2, 4)):
                    self._add_visit(month)
            for town in self._towns_with_filler(month):
                self._add_police_matter(month, town)

    def _towns_with_filler(self, month: int) -> list[Place]:
        towns = [
            t
            for t in self.gazetteer.existing(date(YEAR, month, 1), villages=False)
            if self._villages(t, month)
        ]
        towns = [town for town in towns if town.code != FARM]
        if month == SPLIT_MONTH:
            return [town for town in towns if town.code != MISSING_TOWNSHIP]
        return [self.rng.choice(towns) for _ in range(self.rng.randint(3, 5))]

    def _villages(self, town: Place, month: int) -> list[Place]:
        existing = self.gazetteer.existing(date(YEAR, month, 1), villages=True)
        return [village for village in existing if village.parent == town.code]

    def _add_visit(self, month: int) -> None:
        towns = self.gazetteer.existing(date(YEAR, month, 1), villages=False)
        town = self.rng.choice([t for t in towns if self._villages(t, month)])
        village = self.rng.choice(self._villages(town, month))
        self._add(PETITION, month, town.name, village.name, level="县级", skip="否").reason = "not_skip_level"

    def _add_police_matter(self, month: int, town: Place) -> None:
        village = self.rng.choice(self._villages(town, month))
        kind, cause = self.rng.choice((("行政", "赌博"), ("治安", "殴打他人"), ("行政", "扰乱公共秩序")))
        self._add(CRIME, month, town.name, village.name, type=kind, cause=cause).reason = "not_criminal"


def name_of(case: Case) -> str:
    """Give the village's name as the sheets of the day had it (before the renaming: the old one)."""
    if case.village_text:
        return case.village_text
    if case.village is None:
        return ""
    return case.village.former if case.village.former and case.filed < RENAMING else case.village.name
