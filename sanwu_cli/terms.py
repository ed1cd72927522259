"""The field's words: enums whose members carry their Chinese label."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self, cast

if TYPE_CHECKING:
    from collections.abc import Iterator


class Term(StrEnum):
    """A word of the field: the value is the stable identifier, the label is what people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make a member of its identifier and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def of_label(cls, label: str) -> Self | None:
        """Find the member with this label, or None."""
        return next((member for member in cls if member.label == label), None)


class _PlanIndicators(type):
    """Lets the class of indicators be run over: the plan's own three, in their order."""

    def __iter__(cls) -> Iterator[Indicator]:
        """Run over the three indicators of the plan (二)."""
        return iter(_PLAN_INDICATORS)

    def __len__(cls) -> int:
        """Count the indicators of the plan."""
        return len(_PLAN_INDICATORS)


class Indicator(str, metaclass=_PlanIndicators):  # noqa: SLOT000 (one object each, with a label)
    """An indicator: one of the plan's three (二; T-01), or one an office has added in its settings.

    There is one object for each identifier, so that `is` compares; an identifier nobody defined has itself
    for a label.
    """

    label: str
    SKIP_LEVEL_PETITION: ClassVar[Indicator]
    ADMINISTRATIVE_SUIT: ClassVar[Indicator]
    CRIMINAL_CASE: ClassVar[Indicator]

    def __new__(cls, value: str, label: str = "") -> Self:
        """Give the indicator of an identifier; a label defines it, or names it anew."""
        known = _INDICATORS.get(value)
        if known is None:
            known = str.__new__(cls, value)
            known.label = label or value
            _INDICATORS[value] = known
        elif label:
            known.label = label
        return cast("Self", known)

    @property
    def value(self) -> str:
        """The identifier as plain text."""
        return str(self)

    @staticmethod
    def is_defined(value: str) -> bool:
        """Say whether somebody defined an indicator of this identifier."""
        return value in _INDICATORS

    @classmethod
    def of_label(cls, label: str) -> Indicator | None:
        """Find the indicator of the plan with this label, or None."""
        return next((indicator for indicator in _PLAN_INDICATORS if indicator.label == label), None)


_INDICATORS: dict[str, Indicator] = {}
_PLAN_INDICATORS = (
    Indicator("skip_level_petition", "越级上访"),
    Indicator("administrative_suit", "行政诉讼"),
    Indicator("criminal_case", "刑事案件"),
)
Indicator.SKIP_LEVEL_PETITION, Indicator.ADMINISTRATIVE_SUIT, Indicator.CRIMINAL_CASE = _PLAN_INDICATORS


class AreaKind(Term):
    """What the 层级 column of the area register may say."""

    TOWN = "town", "乡镇"
    SUBDISTRICT = "subdistrict", "街道"
    FARM = "farm", "农林场"
    VILLAGE = "village", "村"
    COMMUNITY = "community", "社区"


class AreaLevel(Term):
    """The two levels the plan judges."""

    TOWNSHIP = "township", "乡镇(街道)"
    VILLAGE = "village", "村(社区)"


class StationedRole(Term):
    """The six kinds of stationed staff (三3); the first three go to townships."""

    JUDGE = "judge", "法官"
    PROSECUTOR = "prosecutor", "检察官"
    LAWYER = "lawyer", "律师"
    MEDIATOR = "mediator", "人民调解员"
    GOVERNANCE_OFFICER = "governance_officer", "综治专干"
    COMMUNITY_POLICE = "community_police", "社区民警"


TOWNSHIP_ROLES = (StationedRole.JUDGE, StationedRole.PROSECUTOR, StationedRole.LAWYER)
VILLAGE_ROLES = (
    StationedRole.MEDIATOR,
    StationedRole.GOVERNANCE_OFFICER,
    StationedRole.COMMUNITY_POLICE,
)


class RosterGroup(Term):
    """What is published together: the township roles in one table (附件3), each village role in its own."""

    TOWNSHIP = "township", "法官、检察官、律师"
    MEDIATOR = "mediator", "人民调解员"
    GOVERNANCE_OFFICER = "governance_officer", "综治专干"
    COMMUNITY_POLICE = "community_police", "社区民警"

    @property
    def table_title(self) -> str:
        """What the group's table is called."""
        return "进驻值班表" if self is RosterGroup.TOWNSHIP else f"{self.label}进驻村(社区)值班表"

    @property
    def roles(self) -> tuple[StationedRole, ...]:
        """The roles of the group, in their order."""
        return TOWNSHIP_ROLES if self is RosterGroup.TOWNSHIP else (StationedRole(self.value),)

    @classmethod
    def of_role(cls, role: StationedRole) -> RosterGroup:
        """Give the group a role is published with."""
        return cls.TOWNSHIP if role in TOWNSHIP_ROLES else cls(role.value)


class RosterChange(Term):
    """Why a published duty is another one now, as far as it may be posted."""

    PERSON = "person", "人员调整"
    DAY = "day", "日期调整"
    AREA = "area", "区划调整"


class Answer(Term):
    """What a condition answers."""

    MET = "met", "满足"
    NOT_MET = "not_met", "不满足"
    UNKNOWN = "unknown", "待定"


class Verdict(Term):
    """What the year says of a village or township."""

    DESIGNATED = "designated", "符合命名条件"
    NOT_DESIGNATED = "not_designated", "不符合"
    DISQUALIFIED = "disqualified", "建议取消评优"
    UNKNOWN = "unknown", "待定"
    NOT_APPLICABLE = "not_applicable", "不参评"


class Flag(Term):
    """Stable words beside a verdict (product contract §6)."""

    TIED_RANK = "tied_rank", "排名并列"
    EXACTLY_HALF = "exactly_half", "恰好一半，提请研究"
    NEW_THIS_YEAR = "new_this_year", "本年新设，不足一年"
    MERGED = "merged", "本年有合并"
    SHARED_CASE = "shared_case", "一案涉多村"
    OBJECTION_PENDING = "objection_pending", "有异议未决"
    READING_ASSUMED = "reading_assumed", "结论取决于未确认的口径"
    MAY_BE_DISQUALIFIED = "may_be_disqualified", "可能全部突破"


class Severity(Term):
    """How grave a finding is."""

    ERROR = "error", "错误"
    WARNING = "warning", "提示"
    INFO = "info", "说明"


class Intake(Term):
    """Which command takes a sheet."""

    INCIDENTS = "incidents", "incidents import"
    RECORDS = "records", "records import"
    REGISTER = "register", "登记表"


class NotCounted(Term):
    """Why a row that was read does not count."""

    NOT_SKIP_LEVEL = "not_skip_level", "是否越级为否"
    NOT_CRIMINAL = "not_criminal", "案件类型不是刑事"
    CASE_WITHDRAWN = "case_withdrawn", "案件已撤销"
    CASE_MERGED = "case_merged", "案件已并案"
    CASE_TRANSFERRED = "case_transferred", "案件已移送"
    RECONSIDERATION = "reconsideration", "行政复议，不是行政诉讼"
    NON_LITIGATION_EXECUTION = "non_litigation_execution", "行政非诉审查，不是行政诉讼"
    LATER_INSTANCE = "later_instance", "同一案件的后续审级，一审已计"
    EXCLUDED_CAUSE = "excluded_cause", "案由在不计入名单内"
    NOT_A_VISIT = "not_a_visit", "来信、来电、网上信访，不是上访"
    BY_RULING = "by_ruling", "认定剔除"


class Matter(Term):
    """What people decide about a case; the first six stand in the sheet of rulings."""

    REMOVE = "remove", "剔除"
    MOVE = "move", "改归"
    UPHOLD = "uphold", "维持"
    OBJECT = "object", "异议"
    COUNT = "count", "计入"
    SUSPEND = "suspend", "挂账"
    CORRECTION = "correction", "更正"
    WITHDRAWAL = "withdrawal", "撤回"


class Timing(Term):
    """Whether an objection came within its window; unknown where nobody recorded when the window opened."""

    IN_TIME = "in_time", "期内"
    LATE = "late", "逾期"
    UNKNOWN = "unknown", "期限不明"


class RowClass(Term):
    """What an import does with a row; the five always sum to the rows read."""

    NEW = "new", "新增"
    SAME = "same", "相同"
    CHANGED = "changed", "变更"
    HELD = "held", "挂起"
    IGNORED = "ignored", "不计"


class IncidentStatus(Term):
    """Where a case of the ledger stands."""

    COUNTED = "counted", "计入"
    NOT_COUNTED = "not_counted", "不计"
    HELD = "held", "挂起"
    WITHDRAWN = "withdrawn", "已撤回"


class RecordStatus(Term):
    """Where a record of the ledger stands: held until its place and year are known."""

    HELD = "held", "挂起"
    COUNTED = "counted", "有效"
    WITHDRAWN = "withdrawn", "已撤回"


class HeaderMatch(Term):
    """How a column's header was taken for a field."""

    CANONICAL = "canonical", "标准表头"
    ALIAS = "alias", "别的写法"
    BRACKETLESS = "bracketless", "不看括号"
    CONTEXTUAL = "contextual", "随标题"
    LEVEL = "level", "只看一级表头"
    TOLD = "told", "这次指定"
    REMEMBERED = "remembered", "以前记住"


class ColumnUse(Term):
    """What became of a column."""

    READ = "read", "读取"
    NOT_KEPT = "not_kept", "认得，不保存"
    PERSONAL = "personal", "个人信息，不读取"
    IGNORED = "ignored", "说了不用"
    UNUSED = "unused", "没有用到"


class DutyBasis(Term):
    """From where it is known who was to be on duty."""

    PUBLISHED = "published", "已公布的值班表"
    SHEET = "sheet", "单位自己的值班表"
    GENERATED = "generated", "按登记表排出"


class Attendance(Term):
    """What became of a duty (六(三)); every duty has one of these."""

    PRESENT = "present", "到岗"
    MADE_UP = "made_up", "补岗"
    ON_LEAVE = "on_leave", "请假"
    SUBSTITUTED = "substituted", "顶替"
    UNKNOWN = "unknown", "不明"
    PENDING = "pending", "未到日期"
    ABSENT = "absent", "缺勤"


class ReminderStep(Term):
    """The steps about somebody who did not come (六(三))."""

    REMINDER = "reminder", "提醒"
    FEEDBACK = "feedback", "反馈"
    SUPERVISION = "supervision", "督促"


class StepState(Term):
    """Where a step stands; done only where somebody recorded it."""

    DUE = "due", "应办"
    OVERDUE = "overdue", "过期未办"
    DONE = "done", "已办"
