"""Postings, meetings and filed papers of the year: when each was done, which came late, which never."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from city_maker.layout import Look, lay_out
from city_maker.places import CITY, FARM, FIRST_DAY, LAST_DAY, LAST_MONTH, YEAR, Gazetteer, Place, write_paper
from city_maker.sheets import NOTE, SIGNED, File, Sheet, inbox_path, make_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

QUARTERS = "一二三四"
DEPARTMENTS = ("法院", "检察院", "公安局", "司法局")
COMMITTEE = f"{CITY}委政法委"

# The planted facts.
POSTED_LATE = (5, "649901201", date(YEAR, 5, 6))  # this month's roster, both ways
NOT_POSTED = (9, "649901102", "微信群")
PROGRESS_MEETINGS = (date(YEAR, 3, 25), date(YEAR, 7, 8), date(YEAR, 9, 24), date(YEAR, 12, 18))
MEETING_LATE = f"{YEAR}-Q2"
JOINT_MEETINGS_MISSED = {(4, "649901104"), (8, "649901201"), (10, "649901103")}
REPORT_LATE = (2, "检察院", date(YEAR, 7, 9))
REPORT_MISSING = (3, "649901101")
LEADER_MISSING = "司法局"
FLOATING_CHECK_MISSING = 6


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper filed by a unit on a day; `span` is the time it says it is for."""

    day: date
    unit: str
    subject: str
    span: str = ""


def make_paper_files(gazetteer: Gazetteer) -> list[File]:
    """Make the quarter's registers of postings, meetings and papers."""
    files = []
    for quarter in range(4):
        month = quarter * 3 + 3
        files += [
            _make_postings(gazetteer, quarter, month),
            _make_joint_meetings(gazetteer, quarter, month),
            _make_papers(gazetteer, quarter, month),
        ]
    return [*files, *_make_progress_meetings()]


def _towns(gazetteer: Gazetteer, day: date) -> list[Place]:
    return [town for town in gazetteer.existing(day, villages=False) if town.code != FARM]


# -- postings ------------------------------------------------------------------------------------------

_POSTING_HEADERS = (
    "month:月份 town:乡镇(街道) village:村(社区) way:公示方式 day:公示日期 who:经办人",
    "seq:序号 month:值班月份 town:公示单位 way:公示渠道 day:张贴日期 who:责任人 phone:联系电话 remark:备注",
    "seq:序号 month:所属月份 town:乡镇（街道） way:公示\n形式 day:公示\n时间 who:经办人 remark:备注",
    "month:月份 town:乡镇（街道） way:公示情况//公示方式 day:公示情况//公示日期 who:经办人 remark:备注",
)


def _make_postings(gazetteer: Gazetteer, quarter: int, month: int) -> File:
    look = Look(
        make_pairs(_POSTING_HEADERS[quarter]),
        f"{CITY}{YEAR}年{QUARTERS[quarter]}季度进驻值班表公示登记表",
        dates=("iso", "chinese", "dots", "cell")[quarter],
        footer=SIGNED if quarter % 2 else NOTE,
    )
    records = [
        {
            "month": (f"{YEAR}-{posted:02d}", f"{YEAR}年{posted}月")[quarter % 2],
            "town": town.name,
            "way": way,
            "day": day,
            "who": ("文有方", "文有方", "文有方", "（略）")[quarter],
            "phone": "00000000000",
            "remark": "",
        }
        for posted in range(month - 2, month + 1)
        for town, way, day in _list_postings(gazetteer, posted)
    ]
    sheet = Sheet(lay_out("公示", look, records), "publication", (month - 2, month), records=len(records))
    return File(inbox_path(month, f"{QUARTERS[quarter]}季度值班表公示登记表.xlsx"), [sheet])


def _list_postings(gazetteer: Gazetteer, month: int) -> Iterator[tuple[Place, str, date]]:
    """List who posted the month's roster, how and when: mostly in the last days of the month before."""
    first = date(YEAR, month, 1)
    for town in _towns(gazetteer, first):
        for way in ("公示栏", "微信群"):
            if (month, town.code, way) == NOT_POSTED:
                continue
            day = first - timedelta(days=1 + int(town.code[-1]) % 3)
            is_late = (month, town.code) == POSTED_LATE[:2]
            yield town, way, POSTED_LATE[2] if is_late else day


# -- meetings ------------------------------------------------------------------------------------------

_TOPICS = "一中心建设、两所作用、六进驻落实、三无指标、矛盾纠纷"


def _make_progress_meetings() -> list[File]:
    """Make the committee's two registers: until November there is no meeting of the fourth quarter."""
    files = []
    for span, days in (((1, 9), PROGRESS_MEETINGS[:3]), ((10, 12), PROGRESS_MEETINGS[3:])):
        records = [
            {
                "day": day,
                "kind": "工作推进会",
                "unit": COMMITTEE,
                "topics": _TOPICS,
                "paper": write_paper("清政法示例", 20 + day.month),
                "people": 24,
                "where": "（略）",
            }
            for day in days
        ]
        headers = (
            "day:会议时间 kind:会议类型 unit:召开单位 topics:议题 paper:纪要文号 people:参会人数 where:地点"
        )
        look = Look(make_pairs(headers), f"{CITY}三无工作推进会会议登记表", dates="chinese", footer=NOTE)
        sheet = Sheet(lay_out("推进会", look, records), "meeting", span, records=len(records))
        name = f"政法委推进会登记表（{span[0]}—{span[1]}月）.xlsx"
        files.append(File(inbox_path(span[1], name), [sheet]))
    return files


def _make_joint_meetings(gazetteer: Gazetteer, quarter: int, month: int) -> File:
    records = [
        {
            "day": date(YEAR, held, 5 + int(town.code[-1]) * 2),
            "kind": ("联席会议", "矛盾纠纷联席会议")[held % 2],
            "unit": (town.name, f"{town.name}人民政府")[town.name.endswith("镇")],
            "topics": "重大矛盾纠纷研判",
            "paper": "",
            "people": 9,
            "remark": "",
        }
        for held in range(month - 2, month + 1)
        for town in _towns(gazetteer, date(YEAR, held, 1))
        if (held, town.code) not in JOINT_MEETINGS_MISSED
    ]
    headers = (
        "day:日期 kind:类型 unit:单位 topics:议题 paper:文号",
        "seq:序号 unit:乡镇（街道） day:召开时间 kind:会议名称 topics:会议内容 people:到会人数 remark:备注",
    )[quarter % 2]
    look = Look(
        make_pairs(headers),
        f"{CITY}各乡镇{YEAR}年{QUARTERS[quarter]}季度联席会议登记表",
        dates=("dots", "weekday", "iso", "chinese")[quarter],
        footer=NOTE,
    )
    sheet = Sheet(lay_out("联席会议", look, records), "meeting", (month - 2, month), records=len(records))
    return File(inbox_path(month, f"各乡镇联席会议登记表（{QUARTERS[quarter]}季度）.xlsx"), [sheet])


# -- papers --------------------------------------------------------------------------------------------


def _make_papers(gazetteer: Gazetteer, quarter: int, month: int) -> File:
    papers = sorted(list_papers(gazetteer), key=lambda paper: (paper.day, paper.unit, paper.subject))
    own = [paper for paper in papers if (paper.day.month - 1) // 3 == quarter]
    records = [
        {
            "unit": paper.unit,
            "subject": paper.subject,
            "paper": write_paper("示例报", turn + 1 + quarter * 100),
            "day": paper.day,
            "span": paper.span,
            "remark": "",
        }
        for turn, paper in enumerate(own)
    ]
    headers = (
        "unit:单位 subject:事项 paper:文号 day:报送日期 span:所属时期",
        "seq:序号 day:收文日期 unit:来文单位 subject:材料名称 paper:来文字号 span:报告期 remark:备注",
    )[quarter % 2]
    look = Look(
        make_pairs(headers),
        f"政法委{YEAR}年{QUARTERS[quarter]}季度书面报告收文登记表",
        dates=("chinese", "dots0", "slashes", "cell")[quarter],
        footer=NOTE,
    )
    sheet = Sheet(lay_out("收文", look, records), "report_filed", (month - 2, month), records=len(records))
    return File(inbox_path(month, f"书面报告登记表（{QUARTERS[quarter]}季度）.xlsx"), [sheet])


def list_papers(gazetteer: Gazetteer) -> Iterator[Paper]:
    """List every paper of the year."""
    yield from _list_once(gazetteer)
    for quarter in range(4):
        yield from _list_quarter(gazetteer, quarter)
    for month in range(1, 13):
        if month < LAST_MONTH:  # December's list goes out in the next year
            yield Paper(date(YEAR, month + 1, 5), COMMITTEE, "三无指标通报", f"{YEAR}年{month}月")
        if month != FLOATING_CHECK_MISSING:
            last = monthrange(YEAR, month)[1]
            yield Paper(date(YEAR, month, last), f"{CITY}公安局", "流动人口核查", f"{YEAR}年{month}月")


def _list_once(gazetteer: Gazetteer) -> Iterator[Paper]:
    for town in _towns(gazetteer, FIRST_DAY):
        yield Paper(date(YEAR, 1, 20), town.name, "年度工作计划", f"{YEAR}年")
        yield Paper(date(YEAR, 1, 22), town.name, "矛盾纠纷联席会议制度")
        yield Paper(date(YEAR, 1, 22), town.name, "责任分工方案")
        yield Paper(date(YEAR, 1, 23), town.name, "进驻人员办公场所落实情况")
    for town in _towns(gazetteer, LAST_DAY):
        yield Paper(date(YEAR, 12, 15), town.name, "年终书面报告", f"{YEAR}年")
    for department in DEPARTMENTS:
        unit = _name_unit(department)
        yield Paper(date(YEAR, 1, 26), unit, "责任分工方案")
        yield Paper(date(YEAR, 12, 16), unit, "年终书面报告", f"{YEAR}年")
        if department != LEADER_MISSING:
            yield Paper(date(YEAR, 1, 27), unit, "关于确定分管领导的函")
    yield Paper(date(YEAR, 2, 3), COMMITTEE, "考核细则（示例）印发")
    yield Paper(date(YEAR, 2, 3), COMMITTEE, "三无村(居)创建标准（示例）印发")


def _list_quarter(gazetteer: Gazetteer, quarter: int) -> Iterator[Paper]:
    month = quarter * 3 + 3
    last = date(YEAR, month, monthrange(YEAR, month)[1])
    span = f"{YEAR}年{QUARTERS[quarter]}季度"
    towns = _towns(gazetteer, last)
    for department in DEPARTMENTS:
        late = REPORT_LATE[:2] == (quarter + 1, department)
        day = REPORT_LATE[2] if late else last - timedelta(days=3)
        yield Paper(day, _name_unit(department), "季度书面报告", span)
    for town in towns:
        if (quarter + 1, town.code) != REPORT_MISSING:
            yield Paper(last - timedelta(days=2), town.name, "季度书面报告", span)
        yield Paper(last - timedelta(days=2), town.name, "群防群治和宣传活动统计", span)
        yield Paper(last - timedelta(days=1), town.name, "进驻人员履职反馈", span)


def _name_unit(department: str) -> str:
    return f"{CITY}{'人民' if department.endswith('院') else ''}{department}"


def describe_papers() -> dict[str, object]:
    """Say for truth.json what was late and what never came."""
    month, town, day = POSTED_LATE
    return {
        "posted_late": {"month": f"{YEAR}-{month:02d}", "township": town, "on": day.isoformat()},
        "not_posted": {
            "month": f"{YEAR}-{NOT_POSTED[0]:02d}",
            "township": NOT_POSTED[1],
            "way": "chat_group",
        },
        "progress_meetings": [day.isoformat() for day in PROGRESS_MEETINGS],
        "progress_meeting_late": MEETING_LATE,
        "joint_meetings_missed": [
            {"month": f"{YEAR}-{month:02d}", "township": town}
            for month, town in sorted(JOINT_MEETINGS_MISSED)
        ],
        "report_late": {
            "quarter": f"{YEAR}-Q{REPORT_LATE[0]}",
            "unit": REPORT_LATE[1],
            "on": REPORT_LATE[2].isoformat(),
        },
        "report_missing": {"quarter": f"{YEAR}-Q{REPORT_MISSING[0]}", "township": REPORT_MISSING[1]},
        "leader_missing": LEADER_MISSING,
        "floating_check_missing": f"{YEAR}-{FLOATING_CHECK_MISSING:02d}",
    }
