"""From the facts of a file to bytes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import chain, product
from typing import get_args

from celerylint.cache.codec.layout import FACTS, SHARED, TUPLE, Packed, UnpackableError, to_bytes
from celerylint.cache.codec.reread import WAYS, Text
from celerylint.cache.codec.unpack import unpack
from celerylint.facts import (
    Binding,
    Constant,
    FileFacts,
    Reference,
    SkippedRegion,
    Use,
    UseKind,
    Write,
)
from celerylint.finding import Span

_FACTS = frozenset(FACTS.values())
_Quotable = SkippedRegion | Binding | Constant | Reference | Use | Write
"""The facts a part of which may stand in quotes, and is read again: their name if not told."""

_PARTS = {SkippedRegion: "words", Constant: "value"}
_AT = {kind: kind._fields.index(_PARTS.get(kind, "name")) for kind in get_args(_Quotable)}
_QUOTED = frozenset({UseKind.STRING, UseKind.ITEM, UseKind.GETATTR, UseKind.GET})


def pack(facts: FileFacts, text: str) -> bytes:
    """Return the facts of a text as bytes, without their path and without what is in quotes.

    Raise UnpackableError where they would not come back as they are.
    """
    bare = facts._replace(path="")
    mended = bool(facts.skipped)
    try:
        packed = to_bytes(_Packing(Text(text, mended=mended), mended=mended).packed(bare))
        survives = unpack(packed, text, "") == bare
    except RecursionError as error:
        raise UnpackableError from error
    if not survives:
        raise UnpackableError
    return packed


class _Packing:
    """The groups in the making, each known by its height over what has no parts.

    Whatever was seen has an id, by which the rows refer to their parts; where all of it lies is
    known in the end.
    """

    def __init__(self, text: Text, *, mended: bool) -> None:
        self._text = text
        self._mended = mended
        self._heights = [0] * len(SHARED)
        self._ids: dict[object, int] = {_key(value): n for n, value in enumerate(SHARED)}
        self._words: dict[str, int] = {}
        self._spans: dict[Span, int] = {}
        self._groups: dict[tuple[int, str], dict[tuple[int, ...], int]] = {}

    def packed(self, facts: FileFacts) -> Packed:
        """Return the facts as groups, lowest first."""
        self._id(facts)
        groups = sorted(self._groups.items())
        ids = (range(len(SHARED)), self._words.values(), self._spans.values())
        in_order = chain(*ids, *(rows.values() for _, rows in groups))
        numbers = {each: number for number, each in enumerate(in_order)}
        columns = array("I", chain.from_iterable(zip(*self._spans, strict=True)))
        for (_, kind), rows in groups:
            if kind == TUPLE:
                columns.extend(map(len, rows))
            parts = rows if kind == TUPLE else zip(*rows, strict=True)
            columns.extend(map(numbers.__getitem__, chain.from_iterable(parts)))
        counts = [(kind, len(rows)) for (_, kind), rows in groups]
        return Packed(tuple(self._words), len(self._spans), counts, columns, self._mended)

    def _id(self, value: object) -> int:
        if isinstance(value, Span):
            known = self._spans.get(value)
            if known is None:
                known = self._spans[value] = self._next(0)
            return known
        # Tuples that are equal are found to be so as rows.
        key = id(value) if isinstance(value, tuple) else _key(value)
        known = self._ids.get(key)
        if known is None:
            known = self._ids[key] = self._new(value)
        return known

    def _new(self, value: object) -> int:
        kind = type(value)
        if isinstance(value, tuple) and kind in _FACTS:
            return self._row(kind.__name__, tuple(self._parts(value)))
        if isinstance(value, tuple):
            return self._row(TUPLE, tuple(map(self._id, value)))
        if not isinstance(value, str):
            raise UnpackableError
        self._words[value] = self._next(0)
        return self._words[value]

    def _parts(self, fact: tuple[object, ...]) -> Iterable[int]:
        at = _AT.get(type(fact))
        if at is None or not isinstance(fact, _Quotable) or not self._may_be_quoted(fact):
            return map(self._id, fact)
        before, after = map(self._id, fact[:at]), map(self._id, fact[at + 1 :])
        return (*before, self._reread(fact, fact[at]), *after)

    def _may_be_quoted(self, fact: _Quotable) -> bool:
        if isinstance(fact, Use):
            return fact.kind in _QUOTED
        # Where Python 2 was parsed in another form, a number may have become a name.
        return not isinstance(fact, Reference) or self._mended

    def _reread(self, fact: _Quotable, part: object) -> int:
        """Return the id of a part by the first way of reading it that gives what it is."""
        if _key(part) in _SHARED:
            return self._id(part)
        inner = fact.inner if isinstance(fact, Constant) else None
        for span, (kind, way) in product(filter(None, (inner, fact.span)), WAYS.items()):
            found = way(self._text, span)
            if found == part and type(found) is type(part):
                return self._row(kind, (self._id(span),))
        if isinstance(fact, Reference):
            # The parts of a dotted name may be far apart.
            return self._id(part)
        raise UnpackableError

    def _row(self, kind: str, parts: tuple[int, ...]) -> int:
        height = 1 + max(map(self._heights.__getitem__, parts), default=0)
        rows = self._groups.setdefault((height, kind), {})
        known = rows.get(parts)
        if known is None:
            known = rows[parts] = self._next(height)
        return known

    def _next(self, height: int) -> int:
        self._heights.append(height)
        return len(self._heights) - 1


def _key(value: object) -> object:
    """Return what tells a value that has no parts from others."""
    # To Python, True and 1.0 are equal to 1.
    return value if isinstance(value, str) else (type(value), value)


_SHARED = frozenset(map(_key, SHARED))
