"""The year's invented disputes, the ledgers they stand in month by month, and the figures of three months."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from city_maker.layout import Look, Page, lay_out
from city_maker.places import CITY, FARM, LAST_DAY, LAST_MONTH, YEAR, Gazetteer, Place
from city_maker.sheets import NOTE, SIGNED, File, Sheet, inbox_path, make_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

DISPUTE_SEED = 649903
KINDS = ("婚姻家庭", "邻里", "土地承包", "劳动争议")
UNNUMBERED = (3, 8)  # the ledgers of these months carry no numbers
COUNTED = (3, 6, 9)  # for these months the justice bureau also sent figures
MISCOUNTED = (9, "649901101")  # one more than the ledger has
NONE_TOLD = (7, "649901102")  # no dispute, and nothing that says so
OVERDUE = (2, 4, 7, 9)  # a dispute of each of these months is never settled
TERM = 30

HEADERS = {
    "plain": (
        "date:登记日期 number:编号 town:乡镇(街道) village:村(社区) kind:纠纷类型 unit:责任单位 due:化解时限 "
        "answer:是否化解 closed:化解日期"
    ),
    "village": (
        "seq:序号 date:排查时间 town:乡镇 village:村（社区） grid:所属网格 kind:纠纷类型 story:基本情况 "
        "parties:当事人 persons:涉及人数 unit:责任单位 who:责任人 measures:化解措施 due:化解时限 "
        "answer:是否化解 closed:化解时间 remark:备注"
    ),
    "platform": (
        "number:一案一码 state:当前状态 level:定级 kind:纠纷类型 entered:录入部门 unit:当前责任部门 "
        "parties:申请人姓名 town:乡镇 village:村（社区） date:创建时间 due:办理时限 "
        "answer:是否办结 closed:办结时间"
    ),
    "two": (
        "seq:序号 number:编号 date:登记日期 town:属地//乡镇（街道） village:属地//村（社区） kind:纠纷类型 "
        "unit:责任单位 due:化解情况//化解时限 answer:化解情况//是否化解 closed:化解情况//化解日期 remark:备注"
    ),
}
_LOOKS = {
    1: ("plain", "iso", {}),
    2: ("two", "dots", {"total": "end", "footer": NOTE}),
    3: ("village", "chinese", {"unit": "填报单位：清河市司法局　　填报时间：2026年4月2日", "footer": SIGNED}),
    4: ("platform", "cell", {}),
    5: ("two", "slashes", {"footer": SIGNED}),
    6: ("plain", "weekday", {"merge_towns": True, "footer": NOTE}),
    7: ("platform", "clock", {"numbered": True}),
    8: ("village", "dots0", {"total": "end", "footer": NOTE}),
    9: ("two", "chinese", {"merge_towns": True}),
    10: ("platform", "iso", {"footer": SIGNED}),
    11: ("plain", "wide", {"footer": NOTE}),
    12: ("two", "cell", {"total": "before", "footer": SIGNED}),
}
_ANSWERS = {
    "plain": ("是", "否"),
    "village": ("已化解", "化解中"),
    "platform": ("是", "否"),
    "two": ("√", "×"),
}


@dataclass(slots=True)
class Dispute:
    """One dispute: `closed` None while it is open at the year's end."""

    number: str
    registered: date
    town: Place
    village: Place
    kind: str
    unit: str
    due: date
    closed: date | None
    persons: int

    def closed_by(self, day: date) -> bool:
        """Say whether it was settled by the day."""
        return self.closed is not None and self.closed <= day


class DisputeBook:
    """The year's disputes and in which month's ledger each stands."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.rng = Random(DISPUTE_SEED)
        self.disputes: list[Dispute] = []
        for month in range(1, 13):
            self._fill(month)

    def registered_in(self, month: int) -> list[Dispute]:
        """List the disputes of a month by place and day."""
        found = [d for d in self.disputes if d.registered.month == month]
        return sorted(found, key=lambda dispute: (dispute.town.code, dispute.registered, dispute.number))

    def settled_later_in(self, month: int) -> list[Dispute]:
        """List those of earlier ledgers whose settlement this month's ledger tells first."""
        return [d for d in self.disputes if self._told_again(d) == month]

    def _told_again(self, dispute: Dispute) -> int | None:
        """Give the month whose ledger tells that an earlier dispute is settled."""
        if dispute.closed is None or dispute.registered.month in UNNUMBERED:
            return None
        month = dispute.closed.month
        if month == dispute.registered.month:
            return None
        return month + 1 if month in UNNUMBERED else month

    def _fill(self, month: int) -> None:
        towns = self.gazetteer.existing(date(YEAR, month, 1), villages=False)
        towns = [town for town in towns if town.code != FARM and self._villages(town, month)]
        # Every township has a dispute every month, but for the one that wrote none down.
        towns += [self.rng.choice(towns) for _ in range(self.rng.randint(1, 3))]
        for turn, town in enumerate(t for t in towns if (month, t.code) != NONE_TOLD):
            stays_open = turn == month % 7 and month in OVERDUE
            self.disputes.append(self._make(town, month, turn + 1, stays_open=stays_open))

    def _villages(self, town: Place, month: int) -> list[Place]:
        existing = self.gazetteer.existing(date(YEAR, month, 1), villages=True)
        return [v for v in existing if v.parent == town.code]

    def _make(self, town: Place, month: int, serial: int, *, stays_open: bool) -> Dispute:
        rng = self.rng
        last = monthrange(YEAR, month)[1]
        registered = date(YEAR, month, rng.randint(1, last))
        closed: date | None = registered + timedelta(days=rng.randint(2, 40))
        village = rng.choice(self._villages(town, month))
        if month in (*UNNUMBERED, LAST_MONTH) or village.successor:  # no later ledger tells of it
            closed = min(registered + timedelta(days=rng.randint(0, 12)), date(YEAR, month, last))
        closed = None if stays_open or (closed and closed > LAST_DAY) else closed
        unit = rng.choice((f"{town.name}司法所", f"{town.name}人民政府", "县级部门（示例）"))
        number = f"JF{YEAR}{month:02d}-{serial:03d}"
        due = registered + timedelta(days=TERM)
        return Dispute(
            number, registered, town, village, rng.choice(KINDS), unit, due, closed, rng.randint(2, 6)
        )


def make_dispute_files(book: DisputeBook) -> list[File]:
    """Make the twelve ledgers and the figures of three months."""
    return [
        *(_make_ledger(book, month) for month in range(1, 13)),
        *(_make_figures(book, month) for month in COUNTED),
    ]


def _make_ledger(book: DisputeBook, month: int) -> File:
    header, dates, details = _LOOKS[month]
    again = [] if month in UNNUMBERED else book.settled_later_in(month)
    lines = sorted([*book.registered_in(month), *again], key=lambda d: (d.town.code, d.registered, d.number))
    records = [_make_record(dispute, month, header) for dispute in lines]
    title = f"{CITY}{YEAR}年{month}月矛盾纠纷排查化解台账"
    look = Look(make_pairs(HEADERS[header]), title, dates=dates, **({"footer": NOTE} | details))
    sheet = Sheet(lay_out(f"{month}月", look, records), "dispute", (month, month), records=len(records))
    sheet.altered = len(again)
    return File(inbox_path(month, f"司法局{month}月矛盾纠纷台账.xlsx"), [sheet])


def _make_record(dispute: Dispute, month: int, header: str) -> dict[str, object]:
    is_closed = dispute.closed_by(date(YEAR, month, monthrange(YEAR, month)[1]))
    return {
        "date": dispute.registered,
        "number": dispute.number,
        "town": dispute.town.name,
        "village": dispute.village.name_on(dispute.registered),
        "kind": dispute.kind,
        "unit": dispute.unit,
        "due": dispute.due,
        "answer": _ANSWERS[header][0 if is_closed else 1],
        "state": "已办结" if is_closed else "办理中",
        "closed": dispute.closed if is_closed else None,
        "persons": dispute.persons,
        "level": "一般",
        "grid": "第一网格",
        "entered": f"{dispute.town.name}综治中心",
        "parties": "甲某、乙某",
        "story": "（示例，略）",
        "who": "（略）",
        "measures": "（示例，略）",
        "remark": "",
    }


# -- the figures, a header of three rows ---------------------------------------------------------------


def count_month(book: DisputeBook, month: int, town: str) -> dict[str, tuple[int, int]]:
    """Count a township's disputes of a month by kind: settled by its end, and not."""
    end = date(YEAR, month, monthrange(YEAR, month)[1])
    found = {}
    for kind in KINDS:
        own = [d for d in book.registered_in(month) if d.town.code == town and d.kind == kind]
        settled = sum(d.closed_by(end) for d in own)
        found[kind] = (settled, len(own) - settled)
    if (month, town) == MISCOUNTED:
        settled, left = found[KINDS[0]]
        found[KINDS[0]] = (settled + 1, left)
    return found


def _make_figures(book: DisputeBook, month: int) -> File:
    towns = [t for t in book.gazetteer.existing(date(YEAR, month, 1), villages=False) if t.code != FARM]
    counts = {town.name: count_month(book, month, town.code) for town in towns}
    page = Page("统计表", [])
    width = 3 + 2 * len(KINDS)
    page.rows.append([f"{CITY}矛盾纠纷排查化解基本情况统计表（{YEAR}年{month}月）"])
    page.merges.append((0, 0, 0, width - 1))
    _write_head(page, counts.values())
    page.rows.append(["合计", *_sum_columns([_row(found) for found in counts.values()])])
    for name, found in counts.items():
        page.rows.append([name, *_row(found)])
    page.rows.append(list(NOTE))
    sheet = Sheet(page, "dispute_count", (month, month), records=len(counts))
    return File(inbox_path(month, f"司法局{month}月矛盾纠纷统计表.xlsx"), [sheet])


def _write_head(page: Page, counts: Sequence[dict[str, tuple[int, int]]]) -> None:
    top = len(page.rows)
    first: list[object] = ["镇办", "矛盾纠纷类型"]
    second: list[object] = [None, "当前矛盾纠纷情况", None]
    third: list[object] = [None, "本月矛盾纠纷总数", "本月未化解纠纷数"]
    first += [None] * (1 + 2 * len(KINDS))
    for kind in KINDS:
        total = sum(sum(found[kind]) for found in counts)
        second += [f"{kind}\n（共计：{total}件）", None]
        third += ["化解数", "未化解数"]
    page.rows += [first, second, third]
    page.merges.append((top, 0, top + 2, 0))
    page.merges.append((top, 1, top, 2 + 2 * len(KINDS)))
    page.merges += [(top + 1, left, top + 1, left + 1) for left in range(1, 3 + 2 * len(KINDS), 2)]


def _row(found: dict[str, tuple[int, int]]) -> list[int]:
    settled, left = (sum(pair[side] for pair in found.values()) for side in (0, 1))
    return [settled + left, left, *(number for kind in KINDS for number in found[kind])]


def _sum_columns(rows: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def list_untold(book: DisputeBook, last_month: int) -> list[tuple[int, str]]:
    """List (month, township) of which no ledger and no figures say anything, until a month."""
    untold = []
    for month in (m for m in range(1, last_month + 1) if m not in COUNTED):
        told = {dispute.town.code for dispute in book.registered_in(month)}
        towns = book.gazetteer.existing(date(YEAR, month, 1), villages=False)
        untold += [(month, town.code) for town in towns if town.competes and town.code not in told]
    return untold


def describe_disputes(book: DisputeBook) -> dict[str, object]:
    """Count the year by township for truth.json, and name the disputes that stand open."""
    ledger: dict[str, dict[str, int]] = {}
    for dispute in book.disputes:
        code = book.gazetteer.current(dispute.town.code)
        line = ledger.setdefault(code, {"registered": 0, "settled": 0, "open": 0, "overdue": 0})
        is_open = not _known_settled(dispute)
        line["registered"] += 1
        line["open" if is_open else "settled"] += 1
        line["overdue"] += is_open and dispute.due < LAST_DAY
    month, town = MISCOUNTED
    return {
        "as_of": LAST_DAY.isoformat(),
        "townships": dict(sorted(ledger.items())),
        "overdue": sorted(
            d.number
            for d in book.disputes
            if not _known_settled(d) and d.due < LAST_DAY and d.registered.month not in UNNUMBERED
        ),
        "counted_months": [f"{YEAR}-{number:02d}" for number in COUNTED],
        "none_told": {"month": f"{YEAR}-{NONE_TOLD[0]:02d}", "township": NONE_TOLD[1]},
        "disagreement": {"month": f"{YEAR}-{month:02d}", "township": town, "more": 1},
    }


def _known_settled(dispute: Dispute) -> bool:
    return dispute.closed is not None
