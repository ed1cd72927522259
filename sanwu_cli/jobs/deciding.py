"""Objections and rulings by command: what a line of the ruling sheet says, shown before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.ledger_view import derive_all
from sanwu_cli.jobs.objections import list_objections, make_windows, touches_year
from sanwu_cli.jobs.placing import find_places
from sanwu_cli.jobs.rulings import index_cases, number_of
from sanwu_cli.jobs.scoring import judge_area, open_scoring
from sanwu_cli.ledger.entries import Contents, Entry, EntryKind, Run, canonical_json, settle
from sanwu_cli.ledger.rulings import OF_COUNTS, Said, make_content, make_ruling_key, match_key
from sanwu_cli.plan.tally import find_current_code
from sanwu_cli.records import Count, Incident
from sanwu_cli.sheets.values import fold
from sanwu_cli.terms import AreaLevel, IncidentStatus, Matter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.jobs.objections import Objection
    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Area, Interval, Place
    from sanwu_cli.records import Change, YearRecords
    from sanwu_cli.terms import Indicator, Verdict

SHEET = "ruling"
_COMMANDS = {Matter.OBJECT: "incidents object"}
_RULE = "incidents rule"
# What says where a case belongs; the others leave it where it is.
_PLACING = (Matter.MOVE, Matter.COUNT, Matter.OBJECT)
RULED = (Matter.REMOVE, Matter.MOVE, Matter.UPHOLD, Matter.COUNT, Matter.SUSPEND)


class Asked(Struct, frozen=True):
    """Which objections are asked for: of a year, only those still open, as things stood on a day."""

    year: int | None = None
    only_open: bool = False
    until: date | None = None


class Standing(Struct, frozen=True):
    """How an area stands with the ledger as it is, and as it would be: verdict, and the indicator's number.

    The number is None for a township.
    """

    area: Area
    before: Verdict
    after: Verdict
    number_before: Interval | None
    number_after: Interval | None


class Draft(Struct, frozen=True):
    """A ruling ready to be kept: what it says, the case before and after, how the areas would stand.

    `is_known` says whether the ledger says the same already, `is_replacing` whether it says something else
    under the same paper; `seen` is the last run it was drafted against.
    """

    said: Said
    key: str
    before: Incident | Count
    after: Incident | Count | None
    change: Change | None
    standings: tuple[Standing, ...]
    foreseen: Contents
    seen: int
    is_known: bool
    is_replacing: bool

    @property
    def is_overtaken(self) -> bool:
        """Say whether a decision of a later day stands, so that this one only leaves its trace."""
        if self.change is None or self.after is None:
            return False
        later = [one for one in self.after.changes if one.day > self.change.day]
        return any(not one.leaves_open for one in later)


def find_subject(workspace: Workspace, text: str, indicator: Indicator | None) -> Incident | Count:
    """Find the case or counted number a person names; raises SanwuError for none or more than one."""
    records = derive_all(workspace, workspace.ledger.read())
    by_number = index_cases(records)
    found = by_number.get(match_key(fold(text)), [])
    found = found or [i for i in records.incidents if i.case_number and fold(i.case_number) == fold(text)]
    found = [one for one in found if indicator in (None, one.indicator)]
    if len(found) == 1:
        return found[0]
    if found:
        kinds = "、".join(one.indicator.label for one in found)
        raise SanwuError(
            f"编号“{fold(text)}”在几项指标里都有：{kinds}", remedy="请用 --indicator 指明是哪一项"
        )
    raise SanwuError(
        f"台账里没有编号“{fold(text)}”",
        remedy="请用 sanwu incidents list 查看编号；月报数写成 月报数-2026-03-区划代码 的样子",
        status=ExitStatus.INPUT_MISSING,
    )


def find_targets(
    registers: RegisterReading, subject: Incident | Count, names: Sequence[str], *, on: date | None
) -> tuple[Place, ...]:
    """Find the areas a person names, each once, as they stand on the day; raises SanwuError."""
    if isinstance(subject, Incident):
        return find_places(registers, subject, names, on=on) if names else ()
    if names:
        raise _refuse_number(number_of(subject), "改归")
    return ()


def _refuse_number(number: str, what: str) -> SanwuError:
    return SanwuError(f"“{number}”是月报数，不能{what}", remedy="请报送更正的月报表；对数有疑问的，登记异议")


def check_ruling(subject: Incident | Count, said: Said) -> None:
    """Refuse what cannot be said of a case; raises SanwuError with what to do instead."""
    number, matter, places = number_of(subject), said.matter, said.places
    label = matter.label if matter else ""
    is_number = isinstance(subject, Count) or subject.number is not None
    if is_number and (matter not in OF_COUNTS or places):
        raise _refuse_number(number, label)
    if isinstance(subject, Incident) and subject.status is IncidentStatus.WITHDRAWN:
        raise SanwuError(
            f"“{number}”已经撤回，不用再认定", remedy="撤回有误的，用 sanwu incidents undo 撤销那次操作"
        )
    if matter is Matter.MOVE and not places:
        raise SanwuError("没有写改归到哪里", remedy="请用 --to 写区划代码或者名称，几个村的写几次")
    if places and matter not in _PLACING:
        raise SanwuError(f"{label}不改归属，不用写 --to", remedy="要改归属的，请写 --matter 改归")


def draft_ruling(
    workspace: Workspace, registers: RegisterReading, subject: Incident | Count, said: Said, *, as_of: date
) -> Draft:
    """Work out what a ruling would change; nothing is written.

    Raises SanwuError for an objection on the day of a decision: it would count as raised before it.
    """
    contents = workspace.ledger.read()
    content, key = canonical_json(make_content(said)), make_ruling_key(said)
    standing = settle(contents).get((SHEET, key))
    is_known = standing is not None and standing.content == content
    is_replacing = standing is not None and not is_known
    foreseen = contents if is_known else _foresee(contents, key, content, as_of.isoformat())
    records = derive_all(workspace, foreseen)
    after = _find_again(records, subject)
    change = _find_change(after, said)
    _check_day(after, change)
    codes = _list_concerned(subject, after)
    year = _year_of(subject, as_of)
    old, new = (open_scoring(workspace, registers, year=year, contents=c) for c in (contents, foreseen))
    standings = _compare(old, new, codes, subject.indicator)
    seen = max((run.number for run in contents.runs), default=0)
    return Draft(said, key, subject, after, change, standings, foreseen, seen, is_known, is_replacing)


def _foresee(contents: Contents, key: str, content: str, as_of: str) -> Contents:
    run = max((run.number for run in contents.runs), default=0) + 1
    number = max((entry.number for entry in contents.entries), default=0) + 1
    return Contents(
        (*contents.runs, Run(run, _RULE, as_of, __version__)),
        contents.receipts,
        (*contents.entries, Entry(number, run, EntryKind.CLAIM, SHEET, key, content)),
    )


def _find_again(records: YearRecords, subject: Incident | Count) -> Incident | Count | None:
    found = index_cases(records).get(match_key(number_of(subject)), [])
    return next((one for one in found if one.indicator is subject.indicator), None)


def _find_change(after: Incident | Count | None, said: Said) -> Change | None:
    day = said.decided_on.isoformat() if said.decided_on else ""
    wanted = (said.matter, day, said.reason, said.document_number, said.unit)
    return next(
        (
            change
            for change in (after.changes if after else ())
            if (change.matter, change.day, change.reason, change.document_number, change.unit) == wanted
        ),
        None,
    )


def _check_day(after: Incident | Count | None, change: Change | None) -> None:
    """Refuse an objection of the day of a decision: of one day the objection is taken as the earlier."""
    if after is None or change is None or change.matter is not Matter.OBJECT:
        return
    same = [one for one in after.changes if one.day == change.day and not one.leaves_open]
    if same:
        raise SanwuError(
            f"{change.day}当天已经有{same[-1].matter.label}，当天提出的异议按在它以前提出算，等于已有答复",
            remedy="对这次认定不服的，请用 --on 写第二天以后的日期",
        )


def _list_concerned(before: Incident | Count, after: Incident | Count | None) -> tuple[str, ...]:
    """List the codes of the units a case belonged to, belongs to, or may belong to; townships after them."""
    places = [place for one in (before, after) if isinstance(one, Incident) for place in one.places]
    places += after.rivals if isinstance(after, Incident) else ()
    codes = [before.area_code] if isinstance(before, Count) else []
    codes += [place.area_code for place in places if place.area_code]
    return tuple(dict.fromkeys([*codes, *(p.township_code for p in places if p.township_code)]))


def _year_of(subject: Incident | Count, as_of: date) -> int:
    if isinstance(subject, Count):
        return subject.period.first.year
    return (subject.filed_on or as_of).year


def _compare(old: Scoring, new: Scoring, codes: Iterable[str], indicator: Indicator) -> tuple[Standing, ...]:
    """Judge the areas with the ledger as it is and as it would be."""
    book = old.case.book
    areas = {area.code: area for area in (*book.villages, *book.townships)}
    current = dict.fromkeys(find_current_code(book.by_code, code, book.day) for code in codes)
    wanted = [areas[code] for code in current if code in areas]
    wanted += [areas[v.parent] for v in wanted if v.parent in areas and v.parent not in current]
    return tuple(
        Standing(
            area,
            judge_area(old, area),
            judge_area(new, area),
            _number(old, area, indicator),
            _number(new, area, indicator),
        )
        for area in dict.fromkeys(wanted)
    )


def _number(scoring: Scoring, area: Area, indicator: Indicator) -> Interval | None:
    is_judged = area.level is AreaLevel.VILLAGE and indicator in scoring.case.indicators
    return scoring.case.tally(area.code, indicator).interval if is_judged else None


def find_objection(workspace: Workspace, registers: RegisterReading, draft: Draft) -> Objection | None:
    """Find the objection of a draft, with its window; None for any other ruling."""
    if draft.said.matter is not Matter.OBJECT:
        return None
    known = _list_objections(workspace, registers, draft.foreseen, until=None)
    return next((one for one in known if one.raised == draft.change), None)


def open_objections(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Objection, ...]:
    """List the objections of the ledger that are asked for, each with its window."""
    known = _list_objections(workspace, registers, workspace.ledger.read(), until=asked.until)
    return tuple(
        one
        for one in known
        if (asked.year is None or touches_year(one, asked.year))
        and (one.answer is None or not asked.only_open)
    )


def _list_objections(
    workspace: Workspace, registers: RegisterReading, contents: Contents, *, until: date | None
) -> tuple[Objection, ...]:
    records = derive_all(workspace, contents)
    windows = make_windows(workspace, registers, contents, records)
    return list_objections(records, windows, until=until)


def keep_ruling(workspace: Workspace, draft: Draft, *, as_of: date) -> int | None:
    """Write a ruling as a claim of its own; gives the run, or None when the ledger says so already.

    Raises SanwuError when the ledger is locked, or was changed since the ruling was drafted.
    """
    if draft.is_known:
        return None
    content = canonical_json(make_content(draft.said))
    matter = draft.said.matter or Matter.UPHOLD
    return workspace.ledger.append(
        command=_COMMANDS.get(matter, _RULE),
        as_of=as_of.isoformat(),
        program=__version__,
        entries=[Entry(0, 0, EntryKind.CLAIM, SHEET, draft.key, content)],
        after=draft.seen,
    )
