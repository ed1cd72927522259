"""Publishing a month's roster: frozen in the ledger as it is announced (六(三)), kept when it is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.rostering import build_group_year, build_roster, list_groups
from sanwu_cli.jobs.runs import keep_text
from sanwu_cli.ledger.entries import Entry, EntryKind
from sanwu_cli.ledger.rosters import (
    ROSTER_SCHEMA,
    freeze_roster,
    join_groups,
    name_subject,
    read_published,
)
from sanwu_cli.roster.visits import day_label
from sanwu_cli.terms import RosterGroup

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.rosters import PublishedRoster
    from sanwu_cli.model import Duty, Finding, Roster
    from sanwu_cli.periods import Month
    from sanwu_cli.terms import StationedRole

COMMAND = "roster publish"
_MOST_TOLD = 5


class Announced(Struct, frozen=True):
    """One group's roster: `replaced` is the one published before; unchanged where nothing differs from it."""

    group: RosterGroup
    roster: Roster
    replaced: PublishedRoster | None
    is_changed: bool


class Publishing(Struct, frozen=True):
    """What publishing did: the groups in their order, and the run, None when nothing had changed."""

    groups: tuple[Announced, ...]
    run: int | None
    findings: tuple[Finding, ...]


def publish_roster(
    workspace: Workspace,
    registers: RegisterReading,
    month: Month,
    *,
    as_of: str,
    role: StationedRole | None = None,
    replace: bool = False,
    reason: str = "",
) -> Publishing:
    """Freeze the month's rosters, built anew from the registers, in one run of the ledger.

    Without a role all groups are published for which there are people; with one, its group. An unchanged
    roster writes nothing. Raises SanwuError for a draft, where there is no duty at all, and for a roster that
    differs from the one published when `replace` does not say that this is meant.
    """
    groups = list_groups(registers, role)
    published = read_published(workspace.ledger.read())
    others = {key: one for key, one in published.items() if key[0] != month or key[1] not in groups}
    rosters: dict[RosterGroup, Roster] = {}
    findings: tuple[Finding, ...] = ()
    for group in groups:
        rosters[group], told = build_roster(
            workspace, registers, month, published=join_groups(others), group=group
        )
        findings += told
    filled = {group: own for group, own in rosters.items() if own.duties}
    _check_publishable(rosters.values())
    return announce_rosters(
        workspace, registers, filled, as_of=as_of, replace=replace, reason=reason, findings=findings
    )


def publish_year(
    workspace: Workspace,
    registers: RegisterReading,
    year: int,
    *,
    as_of: str,
    role: StationedRole | None = None,
    replace: bool = False,
    reason: str = "",
) -> Publishing:
    """Freeze a year's rosters in one run of the ledger, all months or none.

    What is published already stands and the rest goes around it; with `replace` all of it is built anew.
    Months without a single duty are left out. Raises SanwuError as `publish_roster` does.
    """
    groups = list_groups(registers, role)
    published = read_published(workspace.ledger.read())
    own = {key: one for key, one in published.items() if key[0].year == year and key[1] in groups}
    others = {key: one for key, one in published.items() if not replace or key not in own}
    frozen = join_groups(others)
    stands = {} if replace else {key: one.roster for key, one in own.items()}
    rosters: list[tuple[RosterGroup, Roster]] = []
    findings: list[Finding] = []
    for group in groups:
        built = build_group_year(workspace, registers, year, group=group, published=frozen)
        rosters += [(group, stands.get((month, group)) or one) for month, one in built.months.items()]
        findings += [finding for told in built.findings.values() for finding in told]
    _check_publishable([roster for _, roster in rosters])
    return announce_all(
        workspace,
        registers,
        [(group, roster) for group, roster in sorted(rosters, key=_order) if roster.duties],
        as_of=as_of,
        replace=replace,
        reason=reason,
        findings=(*registers.findings, *dict.fromkeys(findings)),
    )


def _order(one: tuple[RosterGroup, Roster]) -> tuple[Month, int]:
    return one[1].month, tuple(RosterGroup).index(one[0])


def announce_rosters(
    workspace: Workspace,
    registers: RegisterReading,
    rosters: Mapping[RosterGroup, Roster],
    *,
    as_of: str,
    replace: bool = False,
    reason: str = "",
    command: str = COMMAND,
    findings: tuple[Finding, ...] = (),
) -> Publishing:
    """Write groups' rosters into the ledger in one run; raises SanwuError as `publish_roster` does."""
    return announce_all(
        workspace,
        registers,
        tuple(rosters.items()),
        as_of=as_of,
        replace=replace,
        reason=reason,
        command=command,
        findings=findings,
    )


def announce_all(
    workspace: Workspace,
    registers: RegisterReading,
    rosters: Sequence[tuple[RosterGroup, Roster]],
    *,
    as_of: str,
    replace: bool = False,
    reason: str = "",
    command: str = COMMAND,
    findings: tuple[Finding, ...] = (),
    after: int | None = None,
) -> Publishing:
    """Write rosters of any months and groups into the ledger in one run, so that one undo takes all back.

    `after` is the last run the rosters rest on, as in `Ledger.append`.
    """
    reason = keep_text(reason, "理由")
    published = read_published(workspace.ledger.read())
    announced, entries = [], []
    for group, roster in rosters:
        before = published.get((roster.month, group))
        content = freeze_roster(roster, group)
        is_changed = before is None or before.content != content
        if before is not None and is_changed and not replace:
            raise _tell_difference(before, roster, registers)
        if is_changed:
            subject = name_subject(roster.month, group)
            entries.append(Entry(0, 0, EntryKind.CLAIM, ROSTER_SCHEMA, subject, content, reason=reason))
        announced.append(Announced(group, roster, before, is_changed))
    if not entries:
        return Publishing(tuple(announced), None, findings)
    run = workspace.ledger.append(
        command=command, as_of=as_of, program=__version__, entries=entries, after=after
    )
    return Publishing(tuple(announced), run, findings)


def _check_publishable(rosters: Collection[Roster]) -> None:
    for roster in rosters:
        if roster.draft_reason:
            raise SanwuError(
                f"{roster.month.label}的值班表还是草案，不能公布：{roster.draft_reason}",
                remedy="等放假安排公布以后再公布；本地已经知道的，先填进 registers/节假日.xlsx",
                status=ExitStatus.REFUSED,
            )
    roster = next(iter(rosters))
    if not any(own.duties for own in rosters):
        raise SanwuError(
            f"{roster.month.label}没有排出一个班，没有可以公布的",
            remedy="请补充人员登记表、进驻日登记表后再公布；用 sanwu roster generate 看缺什么",
            status=ExitStatus.INPUT_MISSING,
        )


def _tell_difference(before: PublishedRoster, roster: Roster, registers: RegisterReading) -> SanwuError:
    names = {area.code: area.name for area in registers.registers.areas}
    old, new = _index(before.roster.duties), _index(roster.duties)
    lines = [
        f"{names.get(key[1], key[1])}{day_label(key[0])}{key[2]}：{_show(old.get(key))}→{_show(new.get(key))}"
        for key in sorted({*old, *new})
        if _show(old.get(key)) != _show(new.get(key))
    ]
    told = "；".join(lines[:_MOST_TOLD]) + (f"；等{len(lines)}处" if len(lines) > _MOST_TOLD else "")
    return SanwuError(
        f"{roster.month.label}的{before.group.label}值班表已经公布过（第{before.run}次操作），这一份会不一样："
        f"{told or '地点、时间或空缺的写法'}",
        remedy="确实要换的，加 --replace 和 --reason 理由，原来的一份留在台账里；不换的不用管，仍按已公布的",
        status=ExitStatus.REFUSED,
    )


def _index(duties: Iterable[Duty]) -> dict[tuple[date, str, str], Duty]:
    return {(duty.date, duty.area_code, duty.role.label): duty for duty in duties}


def _show(duty: Duty | None) -> str:
    return duty.person if duty else "缺"
