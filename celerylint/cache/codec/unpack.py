"""From bytes to the facts of a file; whoever wrote the bytes, what comes back are facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, partial
from itertools import chain, islice
from operator import le
from types import UnionType
from typing import NamedTuple, get_args, get_origin, get_type_hints

from celerylint.cache.codec.layout import FACTS, SHARED, TUPLE, UnpackableError, from_bytes
from celerylint.cache.codec.reread import WAYS, Text
from celerylint.facts import FileFacts
from celerylint.finding import Span


class _Types(NamedTuple):
    """The types that a part may have, and those of the items where it is a tuple."""

    own: frozenset[type]
    items: frozenset[type]


def unpack(raw: bytes, text: str, path: str) -> FileFacts:
    """Return the facts of a text; raise UnpackableError where the bytes are not those of facts."""
    try:
        facts = _unpacked(raw, text)
    except (ValueError, TypeError, LookupError, RecursionError, MemoryError) as error:
        raise UnpackableError from error
    return facts._replace(path=path)


def _unpacked(raw: bytes, text: str) -> FileFacts:
    packed = from_bytes(raw)
    source = Text(text, mended=packed.mended)
    numbers = iter(packed.numbers)
    known: list[object] = [*SHARED, *packed.words, *_spans(numbers, packed.spans, len(text))]
    for kind, count in packed.groups:
        if kind == TUPLE:
            lengths = tuple(islice(numbers, count))
            parts = map(known.__getitem__, numbers)
            known += [tuple(islice(parts, length)) for length in lengths]
            continue
        column = partial(_column, known, numbers, count)
        if kind in WAYS:
            known += map(partial(WAYS[kind], source), column(_SPAN))
        else:
            columns = map(column, _types()[kind].values())
            known += map(partial(tuple.__new__, FACTS[kind]), zip(*columns, strict=True))
    facts = known[-1]
    if not isinstance(facts, FileFacts):
        raise UnpackableError
    return facts


def _spans(numbers: Iterable[int], count: int, end: int) -> Iterable[Span]:
    """Return the spans that come first."""
    starts, ends = tuple(islice(numbers, count)), tuple(islice(numbers, count))
    if max(ends, default=0) > end or not all(map(le, starts, ends)):
        raise UnpackableError
    return map(partial(tuple.__new__, Span), zip(starts, ends, strict=True))


def _column(
    known: list[object], numbers: Iterable[int], count: int, types: _Types
) -> tuple[object, ...]:
    """Return one part of all facts of a group."""
    parts = tuple(map(known.__getitem__, islice(numbers, count)))
    if not types.own.issuperset(map(type, parts)):
        raise UnpackableError
    items = chain.from_iterable(part for part in parts if type(part) is tuple)
    if types.items and not types.items.issuperset(map(type, items)):
        raise UnpackableError
    return parts


_SPAN = _Types(frozenset({Span}), frozenset())


@cache
def _types() -> Mapping[str, Mapping[str, _Types]]:
    """Return the types of the parts of every kind of facts, as they are annotated."""
    return {
        name: {part: _allowed(hint) for part, hint in get_type_hints(kind).items()}
        for name, kind in FACTS.items()
    }


def _allowed(hint: object) -> _Types:
    """Return the types that an annotation allows."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _Types(frozenset({tuple}), _allowed(parts[0]).own)
    if origin is UnionType:
        return _Types(frozenset(parts), frozenset())
    return _Types(
        frozenset({kind for kind in (origin or hint,) if isinstance(kind, type)}), frozenset()
    )
