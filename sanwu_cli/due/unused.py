"""Rows that are evidence of nothing: nobody can tell whose they are, or what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.due.papers import is_about

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.activities import Activities
    from sanwu_cli.model import Source
    from sanwu_cli.plan.records import Plan

_JOINT = "joint"


class UnusedRow(Struct, frozen=True):
    """A row no obligation can rest on, and why, as a half sentence."""

    source: Source
    why: str


def list_unused(plan: Plan, work: Activities) -> tuple[UnusedRow, ...]:
    """List the postings, meetings and papers that could not be given to anybody or to any obligation."""
    return (*_unused_postings(work), *_unused_meetings(work), *_unused_papers(plan, work))


def _unused_postings(work: Activities) -> Iterator[UnusedRow]:
    for posting in work.publications:
        if posting.place is None or posting.place.area_code is None:
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
