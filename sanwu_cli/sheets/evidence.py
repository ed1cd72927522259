"""Why a sheet was read the way it was: said for people, and for whoever accepts the reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.grid import column_letters
from sanwu_cli.model import ColumnEvidence, LayoutEvidence
from sanwu_cli.sheets.cells import show_header
from sanwu_cli.sheets.remembered import fingerprint_of
from sanwu_cli.sheets.schema import bare_key, header_key
from sanwu_cli.sheets.told import IGNORED, sounds_personal
from sanwu_cli.sheets.values import fold
from sanwu_cli.terms import ColumnUse, HeaderMatch

if TYPE_CHECKING:
    from sanwu_cli.sheets.layout import Column, Layout, Misfit
    from sanwu_cli.sheets.schema import FieldSpec


def describe_layout(layout: Layout) -> LayoutEvidence:
    """Say how a claimed sheet's header was found and what became of each column."""
    words = layout.schema.evidence.title
    rival = layout.rival
    return LayoutEvidence(
        header_rows=(layout.top + 1, layout.bottom + 1),
        fingerprint=fingerprint_of([column.header for column in layout.columns]),
        columns=tuple(_describe_column(layout, column) for column in layout.columns),
        title_words=tuple(word for word in words if fold(word).lower() in layout.context),
        rival=rival.nearest[0].id if rival and rival.nearest else "",
        rival_columns=rival.matched if rival else 0,
        rival_lacks=rival.missing if rival else (),
    )


def describe_misfit(misfit: Misfit) -> LayoutEvidence:
    """Say what came nearest for a sheet that no form claims."""
    return LayoutEvidence(
        rival=misfit.nearest[0].id if misfit.nearest else "",
        rival_columns=misfit.matched,
        rival_lacks=misfit.missing,
    )


def _describe_column(layout: Layout, column: Column) -> ColumnEvidence:
    spec = column.field
    return ColumnEvidence(
        column_letters(column.index),
        show_header(column.header),
        _use_of(column),
        spec.name if spec else "",
        _match_of(layout, column, spec) if spec else None,
    )


def _use_of(column: Column) -> ColumnUse:
    spec = column.field
    if spec is not None:
        return ColumnUse.READ if spec.is_read else ColumnUse.PERSONAL if spec.personal else ColumnUse.NOT_KEPT
    if sounds_personal(column.header):
        return ColumnUse.PERSONAL
    return ColumnUse.IGNORED if column.told == IGNORED else ColumnUse.UNUSED


def _match_of(layout: Layout, column: Column, spec: FieldSpec) -> HeaderMatch:
    if layout.schema.find_field(column.told) is spec:
        return HeaderMatch.TOLD
    key = header_key(column.header)
    if key == header_key(spec.header):
        return HeaderMatch.CANONICAL
    if key in map(header_key, spec.aliases):
        return HeaderMatch.ALIAS
    contextual = {header_key(one) for spellings in spec.contextual.values() for one in spellings}
    if key in contextual:
        return HeaderMatch.CONTEXTUAL
    known = {bare_key(one) for one in (*map(header_key, spec.spellings), *contextual)}
    return HeaderMatch.BRACKETLESS if bare_key(key) in known else HeaderMatch.LEVEL
