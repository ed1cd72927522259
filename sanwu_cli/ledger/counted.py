"""The numbers somebody counted, as the ledger's subjects and people's decisions tell them; all pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.ledger.decisions import Decided
from sanwu_cli.ledger.rulings import Rulings, decide_count, name_count
from sanwu_cli.model import Place
from sanwu_cli.periods import Period
from sanwu_cli.records import Count, Incident
from sanwu_cli.terms import IncidentStatus, Indicator, NotCounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.ledger.entries import Subject

Content = dict[str, Any]


def read_place(place: Mapping[str, Any]) -> Place:
    """Read a place back; the writer is claims.py."""
    return Place(place["area"], place["township"], tuple(place.get("candidates", ())))


class Counted(Struct, frozen=True):
    """The counted numbers: of known areas, of unknown ones as held cases, and those a ruling took out."""

    counts: tuple[Count, ...]
    unplaced: tuple[Incident, ...]
    voided: tuple[Count, ...]


def derive_counts(subjects: list[tuple[Subject, Content]], rulings: Rulings) -> Counted:
    """Split counted numbers into those of known areas and, as held cases, those of unknown ones."""
    counts: list[Count] = []
    unplaced: list[Incident] = []
    voided: list[Count] = []
    for subject, content in subjects:
        if content["kind"] != "count" or not content["period"]:
            continue
        if read_place(content["place"]).area_code is None:
            unplaced += _hold_counted(subject, content, rulings)
            continue
        count = _make_count(subject, content, rulings)
        (voided if count.is_void and not count.is_contested else counts).append(count)
    return Counted(tuple(counts), tuple(unplaced), tuple(voided))


def _make_count(subject: Subject, content: Content, rulings: Rulings) -> Count:
    """Make a counted number of what its sheet and people's decisions say."""
    decided = decide_count(content, subject.key, rulings) if rulings.by_case else Decided(content)
    return Count(
        Indicator(content["indicator"]),
        Period.of_text(content["period"]),
        content["place"]["area"],
        content["count"],
        subject.sources[0],
        name_count(subject.key),
        decided.is_contested,
        decided.is_suspended,
        decided.changes,
        bool(decided.content.get("not_counted")),
    )


def _hold_counted(subject: Subject, content: Content, rulings: Rulings) -> Iterable[Incident]:
    """Hold a number of an unknown place as one record that stands for so many cases; nought is none."""
    if not content["count"]:
        return
    decided = decide_count(content, subject.key, rulings)
    is_void = bool(decided.content.get("not_counted"))
    values = content.get("values", {})
    yield Incident(
        subject.key,
        Indicator(content["indicator"]),
        "",
        None,
        (read_place(content["place"]),),
        IncidentStatus.NOT_COUNTED if is_void else IncidentStatus.HELD,
        NotCounted.BY_RULING if is_void else None,
        (subject.sources[0],),
        Period.of_text(content["period"]),
        why="月报数的地方定不下来，请给登记表加别名，或改正报表后重新导入",
        named=(values.get("township") or "", values.get("village") or ""),
        is_contested=decided.is_contested,
        changes=decided.changes,
        number=content["count"],
        is_suspended=decided.is_suspended,
    )
