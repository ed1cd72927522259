"""The documents that say why rosters are as they are, and on which days: reasons, fixed days, repairs."""

from __future__ import annotations

from sanwu_cli.schemas.parts import Checked, Code, Count, Day, Level, MonthText, Part, Run, Year
from sanwu_cli.schemas.rosters import Gap
from sanwu_cli.terms import RosterChange, StationedRole


class VisitDay(Part, frozen=True, kw_only=True):
    """哪一天在哪里。"""

    date: Day
    area_code: Code


class Visit(VisitDay, frozen=True, kw_only=True):
    """一个班在哪一天、哪里、什么时间。"""

    role: StationedRole
    place: str
    hours: str
    moved_from: Day | None


class PublishedIn(Part, frozen=True, kw_only=True):
    """哪天、哪次操作公布的。"""

    on: Day
    run: Run


class Cost(Part, frozen=True, kw_only=True):
    """换人以后一级目标变成多少；proven 表示已证明。"""

    level: str
    value: int
    other: int
    proven: bool


class Alternative(Part, frozen=True, kw_only=True):
    """另一个能去的人；rearranged 表示别的班也重新排过。"""

    person_id: str
    person: str
    rearranged: bool
    levels: list[Cost]


class Obstacle(Part, frozen=True, kw_only=True):
    """不能去的人，碍着哪条规则。"""

    person_id: str
    person: str
    rule: str


class Relaxation(Part, frozen=True, kw_only=True):
    """放宽的一条。"""

    rule: str
    person_id: str | None
    date: Day | None
    area_code: Code | None
    limit: Count | None


class Clash(Part, frozen=True, kw_only=True):
    """排不上的缘故：跟哪些班冲突，最少放宽什么才排得上。"""

    visits: list[VisitDay]
    capacity: Count
    proven: bool
    staff: list[str]
    fewest_relaxations: Count | None
    fewest_proven: bool
    relaxations: list[list[Relaxation]]
    relaxations_complete: bool
    other_days: list[Day]


class VisitReasons(Part, frozen=True, kw_only=True):
    """一个班为什么这样排；没有人的，person_id 为 null。"""

    visit: Visit
    person_id: str | None
    person: str | None
    published: PublishedIn | None
    alternatives: list[Alternative]
    obstacles: list[Obstacle]
    clash: Clash | None


class Dayless(Part, frozen=True, kw_only=True):
    """没有日子的班，为什么。"""

    role: StationedRole
    reasons: list[str]


class RosterExplain(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-explain/1"):
    """一个地方一个月的班为什么这样排；有人名，只供内部看。"""

    area_code: Code
    area: str
    month: MonthText
    draft_reason: str
    visits: list[VisitReasons]
    dayless: list[Dayless]


class DutyDate(Part, frozen=True, kw_only=True):
    """一个固定日；因放假移动过的，写着原来的日子和缘故。"""

    date: Day
    moved_from: Day | None
    cause: str


class PlaceDays(Part, frozen=True, kw_only=True):
    """一个地方一年的固定日。"""

    area_code: Code
    name: str
    roles: list[StationedRole]
    rule: str | None
    dates: list[DutyDate]


class SuggestedPlace(PlaceDays, frozen=True, kw_only=True):
    """建议的固定日；kept 表示与现在的规则相同。"""

    kept: bool


class DayFigures(Part, frozen=True, kw_only=True):
    """一年的数：地方比人多的次数、移动的日子、日期分散的程度。"""

    over: Count
    moved: Count
    date_squares: Count


class Collision(Part, frozen=True, kw_only=True):
    """地方比人多的一天。"""

    date: Day
    role: StationedRole
    area_codes: list[Code]
    people: Count


class Suggestion(Part, frozen=True, kw_only=True):
    """建议的固定日，连同各级目标的证明。"""

    places: list[SuggestedPlace]
    figures: DayFigures
    collisions: list[Collision]
    objective: list[Level]
    optimal: bool


class RosterDays(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-days/1"):
    """全年的固定进驻日；没有问建议的 suggestion 为 null。"""

    year: Year
    roles: list[StationedRole]
    draft_reason: str
    places: list[PlaceDays]
    figures: DayFigures
    collisions: list[Collision]
    suggestion: Suggestion | None


class MovedDay(Part, frozen=True, kw_only=True):
    """与草案不同的一个固定日。"""

    area_code: Code
    roles: list[StationedRole]
    month: MonthText
    draft_date: Day | None
    date: Day | None
    cause: str


class MovedDuty(Part, frozen=True, kw_only=True):
    """已公布、现在日子不对的班。"""

    area_code: Code
    roles: list[StationedRole]
    date: Day
    day_off: bool
    cause: str
    dates_now: list[Day]


class RosterRecheck(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-recheck/1"):
    """放假安排公布以后动了哪些日子。"""

    year: Year
    arrangement_published: bool
    published_months: list[MonthText]
    moved: list[MovedDay]
    duties: list[MovedDuty]


class RepairChange(Part, frozen=True, kw_only=True):
    """更正的一个班；没有人的，编号和姓名是空的。"""

    date: Day | None
    new_date: Day | None
    area_code: Code
    role: StationedRole
    kind: RosterChange
    old_person_id: str
    old_person: str
    person_id: str
    person: str
    reason: str


class RepairGap(Gap, frozen=True, kw_only=True):
    """更正以后还空着的班。"""

    date: Day | None


class RosterRepair(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/roster-repair/1"):
    """更正已公布的值班表；published_run 为 null 表示只是建议。"""

    first_day: Day
    months: list[MonthText]
    changes: list[RepairChange]
    unfilled: list[RepairGap]
    objective: list[Level]
    optimal: bool
    published_run: Run | None
    files: list[str]
