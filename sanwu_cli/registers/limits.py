"""The register of quotas: how many cases of an indicator an area may have in a year (T-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.model import Limit
from sanwu_cli.places import normalise_code
from sanwu_cli.terms import AreaKind, AreaLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.model import Area, Finding
    from sanwu_cli.registers.rows import Entry
    from sanwu_cli.terms import Indicator

_KINDS = {kind.label: kind.value for kind in (AreaKind.VILLAGE, AreaKind.COMMUNITY)}
_EVERYWHERE = frozenset({"", "全部", "全县", "全市", "全区", "村(社区)"})


def build_limits(
    entries: Sequence[Entry], areas: Sequence[Area], indicators: Iterable[Indicator]
) -> tuple[tuple[Limit, ...], tuple[Finding, ...]]:
    """Turn rows into quotas; one nobody can follow, or a second one for the same, is left out and told."""
    known = {name: one for one in indicators for name in (one.label, one.value)}
    scopes = {area.code for area in areas}
    findings: list[Finding] = []
    kept: dict[tuple[Indicator, str, date | None], tuple[Limit, int | None]] = {}
    for entry in entries:
        made = _read_limit(entry, known, scopes)
        if not isinstance(made, Limit):
            findings.append(made)
            continue
        key = (made.indicator, made.scope, made.valid_from)
        if key in kept:
            findings.append(entry.report("REG-LIMIT-REPEATED", "number", first=kept[key][1]))
            continue
        kept[key] = (made, entry.row.source.row)
    return tuple(limit for limit, _ in kept.values()), tuple(findings)


def _read_limit(entry: Entry, known: Mapping[str, Indicator], scopes: set[str]) -> Limit | Finding:
    problem = entry.report_missing(indicator="指标") or entry.report_reversed(
        "valid_from", "valid_to", "REG-LIFE-REVERSED", name=entry.text("indicator")
    )
    if problem is not None:
        return problem
    indicator, number = known.get(entry.text("indicator")), entry.number("number")
    if indicator is None:
        names = "、".join(dict.fromkeys(one.label for one in known.values()))
        return entry.report("REG-LIMIT-INDICATOR", "indicator", name=entry.text("indicator"), known=names)
    if number is None:
        return entry.report("REG-LIMIT-NUMBER", "number")
    scope = _read_scope(entry.text("scope"), scopes)
    if scope is None:
        return entry.report("REG-LIMIT-SCOPE", "scope", scope=entry.text("scope"))
    paper = entry.text("document_number")
    return Limit(indicator, scope, number, paper, entry.day("valid_from"), entry.day("valid_to"))


def _read_scope(text: str, scopes: set[str]) -> str | None:
    """Read what a quota is for: a code of the area register, a kind of area, or all; None when unknown."""
    if text in _EVERYWHERE:
        return ""
    if text in _KINDS:
        return _KINDS[text]
    code = normalise_code(text) or text
    return code if code in scopes else None


def find_quotas(
    limits: Sequence[Limit], villages: Iterable[Area], day: date
) -> dict[tuple[str, Indicator], Limit]:
    """Give each village the nearest quota in force: its own, its township's, its kind's, the county's."""
    standing = [limit for limit in limits if limit.holds_on(day)]
    by_scope: dict[tuple[str, Indicator], Limit] = {}
    for limit in sorted(standing, key=lambda one: str(one.valid_from or "")):
        by_scope[limit.scope, limit.indicator] = limit
    indicators = {limit.indicator for limit in standing}
    found: dict[tuple[str, Indicator], Limit] = {}
    for village in villages if standing else ():
        if village.level is not AreaLevel.VILLAGE:
            continue
        for indicator in indicators:
            for scope in (village.code, village.parent, village.kind.value, ""):
                if (scope, indicator) in by_scope:
                    found[village.code, indicator] = by_scope[scope, indicator]
                    break
    return found
