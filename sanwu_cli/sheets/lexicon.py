"""Which sheets' descriptions know a header: asked before a sheet is held against any of them."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.sheets.dated import cut_spans
from sanwu_cli.sheets.schema import bare_key, header_key
from sanwu_cli.sheets.strangers import stranger_words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from sanwu_cli.sheets.schema import SheetSchema

Parts = tuple[str, ...]


class Lexicon(Struct, frozen=True, eq=False, dict=True):
    """The descriptions a sheet may be held against, by the headers they know; `words` are all of these."""

    schemas: tuple[SheetSchema, ...]
    owners: Mapping[str, frozenset[int]]
    words: frozenset[str]

    def count(self, headers: Iterable[Parts], given: Container[str] = ()) -> Counter[int]:
        """Count by position of a description the columns it may know; a header in `given` is known to all."""
        counts: Counter[int] = Counter()
        for parts in headers:
            told = any(key in given for key in list_keys(parts))
            counts.update(range(len(self.schemas)) if told else _find_owners(self, parts))
        return counts


@lru_cache(maxsize=64)
def build_lexicon(schemas: tuple[SheetSchema, ...]) -> Lexicon:
    """Index the descriptions by every spelling they know."""
    owners: dict[str, set[int]] = {}
    for position, schema in enumerate(schemas):
        for key in schema.vocabulary:
            owners.setdefault(key, set()).add(position)
    frozen = {key: frozenset(known) for key, known in owners.items()}
    return Lexicon(schemas, frozen, frozenset(owners) | stranger_words())


@lru_cache(maxsize=1 << 14)
def _find_owners(lexicon: Lexicon, parts: Parts) -> frozenset[int]:
    return frozenset().union(*(lexicon.owners.get(key, ()) for key in list_keys(parts)))


@lru_cache(maxsize=1 << 13)
def list_keys(parts: Parts) -> frozenset[str]:
    """List the folded forms of a header, with and without its bracketed parts and the months in it."""
    rest, spans = cut_spans(parts)
    forms = (*list_forms(parts), *list_forms(rest)) if spans else list_forms(parts)
    keys = [header_key(form) for form in forms]
    return frozenset((*keys, *map(bare_key, keys)))


@lru_cache(maxsize=1 << 13)
def list_forms(parts: Parts) -> Parts:
    """The joined header first, then its shorter forms, the lowest level last."""
    if len(parts) == 1:
        return parts
    forms = ("/".join(parts), "/".join(parts[-2:]), "/".join((parts[0], parts[-1])), parts[-1])
    return tuple(dict.fromkeys(forms))
