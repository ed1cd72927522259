"""Rows that are evidence of nothing: nobody can tell whose they are, of which day, or what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.due.index import find_roles
from sanwu_cli.due.papers import is_about

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.activities import Activities, CentreRecord, GridWorker, OfficeRecord
    from sanwu_cli.due.records import Known
    from sanwu_cli.model import Place, Source
    from sanwu_cli.plan.records import Plan

_JOINT = "joint"


class UnusedRow(Struct, frozen=True):
    """A row no obligation can rest on, and why, as a half sentence."""

    source: Source
    why: str


def list_unused(plan: Plan, known: Known) -> tuple[UnusedRow, ...]:
    """List the rows of the year's work that could not be given to anybody or to any obligation."""
    work = known.activities
    return (
        *_unused_postings(work),
        *_unused_meetings(work),
        *_unused_papers(plan, work),
        *_unused_sign_ins(plan, known),
        *_unused_of_ledgers(work),
    )


def _unused_postings(work: Activities) -> Iterator[UnusedRow]:
    for posting in work.publications:
        if not _is_placed(posting.place):
            yield UnusedRow(posting.source, "看不出是哪个乡镇(街道)、哪个村(社区)的公示")
        elif posting.month is None or posting.posted_on is None:
            yield UnusedRow(posting.source, "没有写公示的是哪个月的值班表，或者哪天公示的")


def _unused_meetings(work: Activities) -> Iterator[UnusedRow]:
    for meeting in work.meetings:
        if meeting.held_on is None:
            yield UnusedRow(meeting.source, "没有写哪天开的会")
        elif meeting.meeting_type == _JOINT and meeting.township_code is None:
            yield UnusedRow(meeting.source, f"“{meeting.unit}”看不出是哪个乡镇(街道)")


def _unused_papers(plan: Plan, work: Activities) -> Iterator[UnusedRow]:
    tasks = [task for obligation in plan.obligations for task in obligation.tasks if task.words]
    for paper in work.filed_reports:
        is_known = paper.township_code or any(u.is_named_in(paper.unit) for u in plan.duties.units)
        if not is_known:
            yield UnusedRow(paper.source, f"“{paper.unit}”不是认得的单位")
        elif paper.filed_on is None:
            yield UnusedRow(paper.source, "没有写哪天报送的")
        elif not any(is_about(task, paper.subject) for task in tasks):
            yield UnusedRow(paper.source, f"“{paper.subject}”对不上清单里的任何一项")


def _unused_sign_ins(plan: Plan, known: Known) -> Iterator[UnusedRow]:
    for entry in known.activities.sign_ins:
        if not _is_placed(entry.place):
            yield UnusedRow(entry.source, "看不出在哪里签到")
        elif entry.day is None:
            yield UnusedRow(entry.source, "没有写哪天签到")
        elif not find_roles(entry, known, plan.duties):
            yield UnusedRow(entry.source, f"看不出{entry.person}是哪类进驻人员，请写角色或登记到人员登记表")


def _unused_of_ledgers(work: Activities) -> Iterator[UnusedRow]:
    for dispute in work.disputes:
        if dispute.place is None or dispute.place.township_code is None or dispute.registered_on is None:
            yield UnusedRow(dispute.source, "看不出是哪里、哪天登记的纠纷")
    for count in work.dispute_counts:
        if count.place is None or count.place.township_code is None or count.period is None:
            yield UnusedRow(count.source, "看不出是哪里、哪个月的纠纷统计")
    ledgers: list[CentreRecord | OfficeRecord | GridWorker] = [
        *work.centres,
        *work.offices,
        *work.grid_workers,
    ]
    for record in ledgers:
        if not _is_placed(record.place) or record.year is None:
            yield UnusedRow(record.source, "看不出是哪里、哪一年的台账")


def _is_placed(place: Place | None) -> bool:
    return place is not None and place.area_code is not None
