"""The document about centres, offices, grids and disputes."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from sanwu_cli.grassroots.centres import Completeness
from sanwu_cli.grassroots.disputes import DisputeState
from sanwu_cli.grassroots.grids import GridState, Presence
from sanwu_cli.grassroots.offices import OfficeKind
from sanwu_cli.schemas.parts import (
    AreaPart,
    Checked,
    Code,
    Count,
    Day,
    Exact,
    Part,
    PeriodText,
    ShareBounds,
    Source,
    Year,
)


class CentreStanding(AreaPart, frozen=True, kw_only=True):
    """一个综治中心：有哪些、缺哪些、哪些没有核实。"""

    state: Completeness
    held: list[str]
    lacking: list[str]
    unverified: list[str]
    staff_count: Count | None
    camera_count: Count | None
    told_before: int | None
    sources: list[Source]


class CentreStates(Part, frozen=True, kw_only=True):
    """各种情况的综治中心各有几个。"""

    complete: Count
    lacking: Count
    not_verified: Count
    no_record: Count


class TownshipCentres(AreaPart, frozen=True, kw_only=True):
    """一个乡镇(街道)和它的村(社区)的综治中心。"""

    own: CentreStanding
    village_count: Count
    states: CentreStates
    complete: ShareBounds
    share: ShareBounds | None
    villages: list[CentreStanding]


class Centres(Part, frozen=True, kw_only=True):
    """综治中心。"""

    townships: list[TownshipCentres]
    unplaced: list[Source]


class OfficeTotals(Part, frozen=True, kw_only=True):
    """一类所的合计。"""

    count: Count
    standard: ShareBounds
    fengqiao: ShareBounds
    staff: ShareBounds


class OfficeKinds(Part, frozen=True, kw_only=True):
    """两类所的合计。"""

    police_station: OfficeTotals
    judicial_office: OfficeTotals


class OfficePart(Part, frozen=True, kw_only=True):
    """一个所；没有写明的为 null。"""

    name: str
    is_standard: bool | None
    is_fengqiao: bool | None
    staff_count: Count | None
    sources: list[Source]


class TownshipOffices(AreaPart, frozen=True, kw_only=True):
    """一个乡镇(街道)的所；no_record 是没有记录的种类。"""

    police_station: list[OfficePart]
    judicial_office: list[OfficePart]
    no_record: list[OfficeKind]


class Offices(Part, frozen=True, kw_only=True):
    """两所。"""

    totals: OfficeKinds
    townships: list[TownshipOffices]
    unplaced: list[Source]


class GridPart(Part, frozen=True, kw_only=True):
    """一个网格：登记的、报来的网格员；没有那一边的为 null。"""

    number: str
    name: str
    registered: list[str] | None
    listed: list[str] | None
    workers: ShareBounds
    state: GridState
    sources: list[Source]


class VillageGrids(AreaPart, frozen=True, kw_only=True):
    """一个村(社区)的网格。"""

    presence: Presence
    workers_without_grid: list[str]
    grids: list[GridPart]


class PresenceCounts(Part, frozen=True, kw_only=True):
    """有网格、没有网格、没有登记的村(社区)各有几个。"""

    present: Count
    absent: Count
    unknown: Count


class GridCounts(Part, frozen=True, kw_only=True):
    """有网格员、空缺、待定的网格各有几个。"""

    staffed: Count
    vacant: Count
    unknown: Count


class TownshipGrids(AreaPart, frozen=True, kw_only=True):
    """一个乡镇(街道)的网格。"""

    village_count: Count
    villages_by_presence: PresenceCounts
    grids_by_state: GridCounts
    villages: list[VillageGrids]


class Grids(Part, frozen=True, kw_only=True):
    """网格。"""

    townships: list[TownshipGrids]
    unplaced: list[Source]


class Days(Part, frozen=True, kw_only=True):
    """天数的中位数（12 或 25/2）和最大。"""

    median: int | Exact | None
    max: Count | None


class DisputeFigures(Part, frozen=True, kw_only=True):
    """一组纠纷的数。"""

    intake: ShareBounds
    settled: ShareBounds
    open: ShareBounds
    overdue: ShareBounds
    settled_share: ShareBounds | None
    no_deadline: Count
    open_days: Days
    settled_days: Days


class AreaDisputes(DisputeFigures, frozen=True, kw_only=True):
    """一个地方的纠纷。"""

    code: Code
    name: str


class TypeDisputes(DisputeFigures, frozen=True, kw_only=True):
    """一种纠纷。"""

    type: str


class OverdueDispute(Part, frozen=True, kw_only=True):
    """超期未化解的一件，不写人名。"""

    id: str
    case_number: str | None
    responsible_unit: str | None
    township_code: Code | None
    area_code: Code | None
    dispute_type: str | None
    registered_on: Day | None
    due_on: Day | None
    days_overdue: Count
    state: DisputeState
    sources: list[Source]


class CountedDisputes(AreaPart, frozen=True, kw_only=True):
    """只报了数的乡镇(街道)。"""

    months: Count
    total_count: Count | None
    resolved_count: Count | None
    open_count: Count | None
    sources: list[Source]


class Disputes(Part, frozen=True, kw_only=True):
    """矛盾纠纷；没有报的 reported 为 false，total 为 null。"""

    reported: bool
    total: DisputeFigures | None
    townships: list[AreaDisputes]
    villages: list[AreaDisputes]
    types: list[TypeDisputes]
    unplaced: Count
    overdue: list[OverdueDispute]
    counted: list[CountedDisputes]


class Grassroots(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/grassroots/1"):
    """综治中心、两所、网格、矛盾纠纷；只有问到的事项。"""

    year: Year
    period: PeriodText
    as_of: Day
    centres: Centres | UnsetType = UNSET
    offices: Offices | UnsetType = UNSET
    grids: Grids | UnsetType = UNSET
    disputes: Disputes | UnsetType = UNSET
