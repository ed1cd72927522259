"""Named facts: pure functions of a year's records, answering intervals (being written)."""

from __future__ import annotations

FACT_NAMES = frozenset({
    "village.skip_level_petition",
    "village.administrative_suit",
    "village.criminal_case",
    "village.unbreached_indicators",
    "township.binding_breached",
    "township.safety_rank",
    "township.unbreached_share",
    "township.all_breached_share",
})
