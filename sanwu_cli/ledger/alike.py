"""Cases without a number that two senders tell alike: likeness alone neither merges nor parts them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.ledger.keys import likeness_of
from sanwu_cli.terms import IncidentStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sanwu_cli.records import Incident

ALIKE = "没有编号，另一份表里有一样的一行，是不是同一件说不准"


def group_alike(incidents: Iterable[Incident]) -> Iterable[list[Incident]]:
    """Group the cases without a number that are alike, of each indicator; the rest are left out."""
    groups: dict[tuple[str, str], list[Incident]] = defaultdict(list)
    for incident in incidents:
        if likeness := likeness_of(incident.id):
            groups[incident.indicator, likeness].append(incident)
    return (group for group in groups.values() if len(group) > 1)


def hold_alike(incidents: Sequence[Incident], ruled_in: Collection[str]) -> list[Incident]:
    """Hold, of alike cases, each that may be one of the others: two known units that differ have two cases.

    What people ruled in (by id) counts. Which of the others counts does not depend on the order of arrival.
    """
    held: dict[tuple[str, str], Incident] = {}
    for group in group_alike(incident for incident in incidents if incident.counts):
        group.sort(key=lambda one: (not one.unit, str(one.months or ""), one.id))
        units: set[str] = set()
        for incident in group:
            is_another = bool(incident.unit) and incident.unit not in units and "" not in units
            if not units or is_another or incident.id in ruled_in:
                units.add(incident.unit)
            else:
                held[incident.indicator, incident.id] = replace(
                    incident, status=IncidentStatus.HELD, why=ALIKE
                )
    return [held.get((incident.indicator, incident.id), incident) for incident in incidents]
