"""What people decided: steps after absences, rulings on cases, an objection; and what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from city_maker.attendance import JULY, MARCH, MAY, NOVEMBER, OCTOBER, SECOND
from city_maker.cases import CRIME, LABELS_OF_MATTERS, CaseBook
from city_maker.duty import next_workday
from city_maker.layout import Look, lay_out
from city_maker.places import CITY, YEAR, write_paper
from city_maker.sheets import LABELS, NOTE, SIGNED, File, Sheet, inbox_path, make_pairs

if TYPE_CHECKING:
    from city_maker.cases import Case

REMINDER, FEEDBACK, URGING = "提醒", "反馈派驻单位和政法委", "督促"


@dataclass(frozen=True, slots=True)
class Step:
    """A step taken after an absence."""

    day: date
    person_id: str
    absent: date
    kind: str
    mended: date | None = None
    paper: str = ""


STEPS = (
    Step(date(YEAR, 3, 11), MARCH.person_id, MARCH.day, REMINDER, date(YEAR, 3, 17)),
    Step(date(YEAR, 5, 18), MAY.person_id, MAY.day, REMINDER),
    Step(date(YEAR, 6, 5), MAY.person_id, MAY.day, FEEDBACK, paper=write_paper("南塬函", 6)),
    Step(date(YEAR, 6, 24), MAY.person_id, MAY.day, URGING, date(YEAR, 7, 10), write_paper("清政法督", 2)),
    Step(date(YEAR, 7, 15), JULY.person_id, JULY.day, REMINDER, date(YEAR, 7, 21)),
    Step(next_workday(SECOND.day), SECOND.person_id, SECOND.day, REMINDER),
    Step(date(YEAR, 11, 11), NOVEMBER.person_id, NOVEMBER.day, REMINDER, date(YEAR, 11, 24)),
)
# What nobody has done, although the sheets ask for it.
STEPS_OPEN = (
    (SECOND.person_id, SECOND.day, "feedback"),
    (OCTOBER.person_id, OCTOBER.day, "reminder"),
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision, or an objection, about a case."""

    day: date
    case: Case
    matter: str
    reason: str
    target: str = ""
    paper: str = ""
    unit: str = ""


def rule(book: CaseBook) -> list[Ruling]:
    """Decide three cases of villages that are breached by others too, and mark the cases so."""
    taken_out = book.find(CRIME, "东门社区", 10)
    moved = book.find(CRIME, "金桥社区", 5)
    disputed = book.find(CRIME, "南塬社区", 10)
    target = book.gazetteer.village("清泉街道", "文苑社区")
    taken_out.removed, moved.moved_to, disputed.objected = True, target.code, True
    committee = "清政法认示例"
    return [
        Ruling(
            date(YEAR, 11, 6),
            taken_out,
            "剔除",
            "立案地登记有误，实为邻县案件",
            "",
            write_paper(committee, 7),
        ),
        Ruling(
            date(YEAR, 11, 6),
            moved,
            "改归",
            "发案地在相邻社区",
            f"清泉街道{target.name}",
            write_paper(committee, 8),
        ),
        Ruling(
            date(YEAR, 11, 10),
            disputed,
            "异议",
            "发案地不在本社区，申请复核",
            "",
            write_paper("南塬函", 11),
            "南塬镇",
        ),
        Ruling(date(YEAR, 12, 8), disputed, "维持", "经核实发案地在本社区", "", write_paper(committee, 12)),
    ]


_STEP_HEADERS = dict.fromkeys(
    (6, 12),
    "day:日期 person:人员编号 kind:类型 absent:缺勤日期 reason:事由 answer:是否整改 mended:整改日期 "
    "paper:文号",
) | {
    9: (
        "seq:序号 day:登记日期 person:进驻人员编号 kind:处理方式 absent:应到日期 reason:存在问题 "
        "answer:整改情况 mended:整改时间 paper:文号 remark:备注"
    )
}
_RULING_HEADERS = {
    11: (
        "number:编号 indicator:指标 case:案件编号 matter:事项 target:改归区域代码 reason:理由 paper:文号 "
        "day:日期 unit:提出单位"
    ),
    12: (
        "seq:序号 indicator:指标名称 case:案件编号 matter:认定结果 target:改归单位 reason:认定理由 "
        "paper:认定文号 day:认定日期"
    ),
}


def make_decision_files(rulings: list[Ruling]) -> list[File]:
    """Make the registers of steps and of rulings."""
    return [
        *(_make_steps(first, last) for first, last in ((1, 6), (7, 9), (10, 12))),
        *(_make_rulings(month, [r for r in rulings if r.day.month == month]) for month in (11, 12)),
    ]


def _make_steps(first: int, last: int) -> File:
    records = [
        {
            "day": step.day,
            "person": step.person_id,
            "kind": step.kind,
            "absent": step.absent,
            "reason": f"{step.absent.month}月{step.absent.day}日进驻日没有到岗",
            "answer": "是" if step.mended else "否",
            "mended": step.mended,
            "paper": step.paper,
        }
        for step in STEPS
        if first <= step.day.month <= last
    ]
    look = Look(
        make_pairs(_STEP_HEADERS[last]),
        f"{CITY}进驻人员提醒整改登记表（{YEAR}年{first}—{last}月）",
        dates={6: "iso", 9: "chinese", 12: "iso"}[last],
        footer=NOTE,
    )
    sheet = Sheet(lay_out("提醒整改", look, records), "reminder", (first, last), records=len(records))
    return File(inbox_path(last, f"提醒整改登记表（{first}—{last}月）.xlsx"), [sheet])


def _make_rulings(month: int, rulings: list[Ruling]) -> File:
    records = [
        {
            "number": f"RD{YEAR}-{month:02d}{turn + 1:02d}",
            "indicator": LABELS[ruling.case.indicator],
            "case": ruling.case.number,
            "matter": ruling.matter,
            "target": ruling.target,
            "reason": ruling.reason,
            "paper": ruling.paper,
            "day": ruling.day,
            "unit": ruling.unit,
        }
        for turn, ruling in enumerate(rulings)
    ]
    look = Look(
        make_pairs(_RULING_HEADERS[month]),
        f"{CITY}三无指标认定（异议）登记表（{YEAR}年{month}月）",
        dates="chinese",
        footer=SIGNED,
    )
    sheet = Sheet(lay_out("认定", look, records), "ruling", (month, month), records=len(records))
    return File(inbox_path(month, f"政法委{month}月认定登记表.xlsx"), [sheet])


def describe_decisions(rulings: list[Ruling]) -> dict[str, object]:
    """Say for truth.json what was decided and which steps are open at the year's end."""
    return {
        "rulings": [
            {
                "case_number": ruling.case.number,
                "matter": LABELS_OF_MATTERS[ruling.matter],
                "on": ruling.day.isoformat(),
                "document_number": ruling.paper,
                "target": ruling.case.moved_to if ruling.target else None,
            }
            for ruling in rulings
        ],
        "steps_taken": [
            {"person_id": s.person_id, "absent_on": s.absent.isoformat(), "made_on": s.day.isoformat()}
            for s in STEPS
        ],
        "steps_open": [
            {"person_id": person, "absent_on": day.isoformat(), "step": step}
            for person, day, step in STEPS_OPEN
        ],
    }
