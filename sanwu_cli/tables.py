"""Month and year tables: cases pivoted by month, township and indicator (the owner of pandas)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.periods import Month
from sanwu_cli.terms import Indicator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.records import Incident


def count_by_month(
    incidents: Sequence[Incident], names: Mapping[str, str]
) -> tuple[tuple[str, ...], list[tuple[str | int, ...]]]:
    """Pivot the counted cases: headers, and a row a month and township with a column an indicator.

    A case charged to several villages of one township is one case there (T-20). Only what the ledger
    holds is counted; the table does not say whether everybody has reported.
    """
    import pandas as pd  # noqa: PLC0415 - a third of a second, only where tables are made

    headers = ("月份", "乡镇(街道)", *(indicator.label for indicator in Indicator))
    counted = [
        (str(Month.of(incident.filed_on)), township, incident.indicator.label)
        for incident in incidents
        if incident.counts and incident.filed_on is not None
        for township in dict.fromkeys(place.township_code or "" for place in incident.places)
    ]
    if not counted:
        return headers, []
    frame = pd.DataFrame(counted, columns=["month", "township", "indicator"], dtype=object)
    labels = [indicator.label for indicator in Indicator]
    table = pd.crosstab([frame["month"], frame["township"]], frame["indicator"]).reindex(
        columns=labels, fill_value=0
    )
    rows: list[tuple[str | int, ...]] = [
        (month, names.get(str(township), str(township)), *(int(number) for number in numbers))
        for (month, township), numbers in zip(table.index, table.to_numpy(), strict=True)
    ]
    return headers, rows
