"""Every due item of a span: each task's turns, each party bound, and how it stands on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.due.checks import PROPOSALS, run_checks
from sanwu_cli.due.index import Evidence
from sanwu_cli.due.parties import is_younger_than, list_parties, tell_why_free, tell_why_gone
from sanwu_cli.due.records import Ask, Item, ItemState, Party, TaskPeriod
from sanwu_cli.due.schedule import is_lenient, list_periods
from sanwu_cli.periods import Month
from sanwu_cli.plan.tasks import DueRule, Every, Task

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sanwu_cli.due.records import Found, Known, Proposal, Span
    from sanwu_cli.plan.records import Obligation, Plan

_UNDATED_LAST = (1,)


def list_items(plan: Plan, known: Known, *, as_of: date, span: Span) -> tuple[Item, ...]:
    """List the plan's due items of the span as they stand on the day, by due day, obligation and party.

    An item belongs to the span when its due day lies there (without one, the end of its period). What is to
    be done once stays until it is done. Nothing is taken for done without evidence dated up to `as_of`.
    """
    return tuple(item for item in list_whole(plan, known, as_of=as_of, span=span) if not item.is_settled)


def list_whole(plan: Plan, known: Known, *, as_of: date, span: Span) -> tuple[Item, ...]:
    """List the items of `list_items` and what was done once before the span: everybody bound is in it."""
    evidence = Evidence(known, plan.duties, as_of)
    items = [
        item
        for obligation in plan.obligations
        for number, task in enumerate(obligation.tasks, start=1)
        for item in _list_of_task(_Turn(plan, obligation, number, task, evidence, span))
    ]
    return tuple(sorted(items, key=_order))


class _Turn(Struct, frozen=True):
    """What the items of one task are made from; `number` counts the obligation's tasks from 1."""

    plan: Plan
    obligation: Obligation
    number: int
    task: Task
    evidence: Evidence
    span: Span

    def make(self, party: Party, period: TaskPeriod, state: ItemState, **more: object) -> Item:
        is_soft = self.task.is_soft or is_lenient(self.plan, self.obligation, period.due_on)
        return Item(self.obligation, self.number, self.task, party, period, is_soft, state, **more)  # type: ignore[arg-type]


def _list_of_task(turn: _Turn) -> Iterator[Item]:
    task, span = turn.task, turn.span
    if span.last < task.first:
        return
    if task.every is Every.EVENT:
        yield from _list_on_occasion(turn)
        return
    for period in list_periods(task, span, turn.evidence.known.calendar):
        for party in list_parties(task, turn.plan.duties, turn.evidence.known.areas, _days(period, span)):
            item = _judge(turn, party, period)
            # Who did it and is no longer there is not counted among those who had to.
            if not (item.is_settled and tell_why_gone(party, turn.evidence.as_of)):
                yield item


def _days(period: TaskPeriod, span: Span) -> Span:
    """Give the days on which a party must have existed at all to be spoken of."""
    if period.last is None:
        return span
    return type(span)(period.first, period.last)


def _judge(turn: _Turn, party: Party, period: TaskPeriod) -> Item:
    """Give the item of one party and period as it stands."""
    if why := tell_why_free(party, period):
        return turn.make(party, period, ItemState.NOT_APPLICABLE, why=why)
    if turn.task.people:
        return turn.make(party, period, ItemState.PEOPLE, why=turn.task.people)
    period, note = _ease(party, period)
    found = run_checks(Ask(turn.task, party, period, _count(turn, period)), turn.evidence)
    is_once = period.last is None
    if is_once and not found.is_done and (gone := tell_why_gone(party, turn.evidence.as_of)):
        return turn.make(party, period, ItemState.NOT_APPLICABLE, why=gone, evidence=found.evidence)
    is_settled = is_once and found.is_done and not _is_of_interest(found, period, turn.span)
    state = _state(found, period.due_on, turn.evidence.as_of)
    is_late = bool(found.is_done and found.done_on and period.due_on and found.done_on > period.due_on)
    notes = (_tell_late(found) if is_late else "", found.why, note, _tell_draft(turn, period))
    why = "；".join(text for text in notes if text)
    more = {"is_late": is_late, "is_settled": is_settled, "evidence": found.evidence, "why": why}
    return turn.make(party, period, state, **more)


def _ease(party: Party, period: TaskPeriod) -> tuple[TaskPeriod, str]:
    """Take the day from what was to be done once by a party that came into being after it began."""
    if period.last is not None or period.due_on is None or not is_younger_than(party, period.first):
        return period, ""
    eased = TaskPeriod(period.first, None, period.name, period.label, None)
    return eased, "起算之后才设立，不按原来的期限算"


def _count(turn: _Turn, period: TaskPeriod) -> int:
    """Give how many are wanted: a value of the plan on the period's last day, or what a reading says."""
    name, numbers = turn.task.count, turn.evidence.known.numbers
    if not name:
        return 1
    day = period.last or turn.evidence.as_of
    return numbers[name] if name in numbers else int(turn.plan.value_on(name, day))


def _is_of_interest(found: Found, period: TaskPeriod, span: Span) -> bool:
    """Say whether a thing done once falls into the span: done in it, or due in it."""
    return found.done_on in span or period.due_on in span


def _state(found: Found, due_on: date | None, as_of: date) -> ItemState:
    if found.is_done:
        return ItemState.DONE
    if found.is_void:
        return ItemState.NOT_APPLICABLE
    return ItemState.OVERDUE if due_on is not None and as_of > due_on else ItemState.DUE


def _tell_draft(turn: _Turn, period: TaskPeriod) -> str:
    """Say that a due day rests on a year's holidays nobody has published yet."""
    if turn.task.due != DueRule.WORKDAY_BEFORE or period.due_on is None:
        return ""
    is_known = turn.evidence.known.calendar.is_published(Month.of(period.due_on))
    return "" if is_known else f"{period.due_on.year}年的放假安排没有公布，期限只按周末推算"


def _tell_late(found: Found) -> str:
    day = found.done_on
    return f"办晚了，{day.month}月{day.day}日才办" if day else ""


def _list_on_occasion(turn: _Turn) -> Iterator[Item]:
    """Give what comes on occasion: the reminders proposed, or why nobody can compute it."""
    task, proposals = turn.task, turn.evidence.known.proposals
    period = TaskPeriod(turn.span.first, turn.span.last, "", "")
    unit = turn.plan.duties.unit(task.binds[0])
    if task.people:
        yield turn.make(Party(unit), period, ItemState.PEOPLE, why=task.people)
    elif proposals is None and PROPOSALS in task.checks:
        yield turn.make(Party(unit), period, ItemState.PEOPLE, why="还没有把签到和值班表核对过")
    else:
        wanted = [p for p in proposals or () if p.step in task.steps]
        given = [_make_proposed(turn, proposal) for proposal in wanted]
        given = [item for item in given if item.due_on is None or item.due_on in turn.span]
        yield from given or [
            turn.make(Party(unit), period, ItemState.NOT_APPLICABLE, why="这一期没有要办的人")
        ]


def _make_proposed(turn: _Turn, proposal: Proposal) -> Item:
    unit = turn.plan.duties.unit(turn.task.binds[0])
    areas = (area for area in turn.evidence.known.areas if area.code == proposal.township_code)
    area = next(areas, None) if unit.id == "township" else None
    day = proposal.due_on
    period = TaskPeriod(day or turn.span.first, day or turn.span.last, "", "", day)
    person = f"{proposal.person}（{proposal.unit}）" if proposal.unit else proposal.person
    return turn.make(
        Party(unit, area, is_area=area is not None),
        period,
        proposal.state,
        evidence=proposal.evidence,
        person=person,
        deed=proposal.deed or f"{turn.task.what}：{person}",
        why=proposal.why,
    )


def _order(item: Item) -> tuple[tuple[int, ...], str, int, str, str, str]:
    day = item.due_on
    dated = (0, day.toordinal()) if day else _UNDATED_LAST
    return dated, item.obligation.id, item.task_number, item.period.name, item.party.code, item.party.unit.id
