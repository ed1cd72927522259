"""The documents about rosters: made, published, checked, compared, exported."""

from __future__ import annotations

from typing import Literal

from sanwu_cli.schemas.parts import Checked, Code, Count, Day, Level, MonthText, Part, Run, Year
from sanwu_cli.terms import RosterGroup, StationedRole


class DutyPart(Part, frozen=True, kw_only=True):
    """一个班；frozen 表示已公布、不再重排。"""

    date: Day
    area_code: Code
    role: StationedRole
    person_id: str
    person: str
    place: str
    hours: str
    moved_from: Day | None
    frozen: bool


class Gap(Part, frozen=True, kw_only=True):
    """一个空着的班，为什么。"""

    area_code: Code
    role: StationedRole
    month: MonthText
    reasons: list[str]


class Roster(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster/1"):
    """排出的值班表。"""

    months: list[MonthText]
    duties: list[DutyPart]
    unfilled: list[Gap]
    objective: list[Level]
    optimal: bool
    draft_reason: str
    files: list[str]


class PublishedGroup(Part, frozen=True, kw_only=True):
    """一张公布的表。"""

    month: MonthText
    group: RosterGroup
    duties: Count
    unfilled: Count
    changed: bool
    replaced_run: Run | None


class RosterPublish(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-publish/1"):
    """公布值班表的结果；refusal 不空就是没有公布，写着为什么。"""

    month: MonthText | None
    year: Year
    run: Run | None
    replaced_run: Run | None
    duties: Count
    unfilled: Count
    groups: list[PublishedGroup]
    refusal: str | None


class CheckedRoster(Part, frozen=True, kw_only=True):
    """查过的一张表。"""

    month: MonthText
    group: RosterGroup
    duties: Count
    unfilled: Count
    errors: Count
    warnings: Count


class RosterLevel(Part, frozen=True, kw_only=True):
    """一级目标：这样排的数、最好的数、已证明的界。"""

    year: Year
    group: RosterGroup
    level: str
    value: int
    best: int
    bound: int


class RosterCheck(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-check/1"):
    """对照规则检查值班表。"""

    is_whole: bool
    rosters: list[CheckedRoster]
    levels: list[RosterLevel]


class Side(Part, frozen=True, kw_only=True):
    """一个班在一边的样子；没有这个班的日期为 null。"""

    date: Day | None
    persons: list[str]


ChangeKind = Literal["replaced", "moved", "filled", "emptied", "added", "dropped"]


class DiffChange(Part, frozen=True, kw_only=True):
    """不同的一个班。"""

    month: MonthText
    area_code: Code
    area: str
    role: StationedRole
    kind: ChangeKind
    old: Side
    new: Side


class DiffKinds(Part, frozen=True, kw_only=True):
    """各种不同各有几个。"""

    replaced: Count
    moved: Count
    filled: Count
    emptied: Count
    added: Count
    dropped: Count


class PersonLoad(Part, frozen=True, kw_only=True):
    """次数变了的一个人。"""

    person_id: str
    person: str
    old: Count
    new: Count


class RosterDiff(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-diff/1"):
    """两份值班表的对照。"""

    old: str
    new: str
    months: list[MonthText]
    changes: list[DiffChange]
    kinds: DiffKinds
    persons: list[PersonLoad]


class RosterExport(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-export/1"):
    """导出的值班表。"""

    months: list[MonthText]
    files: list[str]


class RosterPicture(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-picture/1"):
    """画成图的值班表。"""

    month: MonthText
    files: list[str]


class FormNamePart(Part, frozen=True, kw_only=True):
    """值班表的表样可以用的一个名称；in_line 的写在样板行里，每次值班一行。"""

    name: str
    identifier: str
    meaning: str
    in_line: bool


class RosterFormFields(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-form-fields/1"):
    """值班表的表样可以用的名称。"""

    names: list[FormNamePart]


class ConsentPart(Part, frozen=True, kw_only=True):
    """一个人的同意：到哪天（收回了的为 null），从哪天记起，现在算不算，凭什么。"""

    person_id: str
    until: Day | None
    since: Day
    holds: bool
    note: str
    run: Run


class RosterConsent(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-consent/1"):
    """谁同意把手机号写进内部的值班表；这次记下的有操作序号和编号，只是列出的 run 为 null。"""

    run: Run | None
    persons: list[str]
    consents: list[ConsentPart]
