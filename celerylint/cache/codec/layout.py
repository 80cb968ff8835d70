"""How facts lie in bytes.

Everything has a number: the constants that all files share, then what is unpacked, in groups of one
kind. Parts come before the whole, which refers to them by number, column by column.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import chain
from typing import NamedTuple

from celerylint import facts
from celerylint.text.masking import MASK

TUPLE = "tuple"
"""The kind besides those of facts, and of what is read from the text: `reread.WAYS`."""

_DEFINED = tuple(each for each in vars(facts).values() if isinstance(each, type))
FACTS: Mapping[str, type[tuple[object, ...]]] = {
    each.__name__: each
    for each in _DEFINED
    if issubclass(each, tuple) and each.__module__ == facts.__name__
}
"""The kinds of facts by name."""

_ENUMS = (each for each in _DEFINED if issubclass(each, Enum))
SHARED: Sequence[object] = (None, False, True, 0, 1, 2, "", MASK, *chain.from_iterable(_ENUMS))
"""The constants that come first in every file."""

_SMALL, _LARGE = "H", "I"
_SMALLER_THAN = 1 << 16
_SIZE = 4


class UnpackableError(ValueError):
    """Facts that would not come back as they were, or bytes that are no packed facts."""


class Packed(NamedTuple):
    """The names in the code, how many spans, and each group with how many it has.

    `numbers` are the starts of the spans, their ends, and the columns of all groups. `mended` says
    that not the text was parsed, but another form of it.
    """

    words: Sequence[str]
    spans: int
    groups: Sequence[tuple[str, int]]
    numbers: Sequence[int]
    mended: bool


def to_bytes(packed: Packed) -> bytes:
    """Return packed facts as bytes."""
    code = _SMALL if max(packed.numbers) < _SMALLER_THAN else _LARGE
    head = json.dumps((code, *packed._replace(numbers=())), separators=(",", ":")).encode("ascii")
    return len(head).to_bytes(_SIZE, "big") + head + array(code, packed.numbers).tobytes()


def from_bytes(raw: bytes) -> Packed:
    """Return packed facts; raise UnpackableError where the bytes are something else."""
    end = _SIZE + int.from_bytes(raw[:_SIZE], "big")
    try:
        code, *head = json.loads(raw[_SIZE:end])
        packed = Packed(*head)
        numbers = array(_SMALL if code == _SMALL else _LARGE, raw[end:])
        groups = [(str(kind), int(count)) for kind, count in packed.groups]
    except (ValueError, TypeError, RecursionError) as error:
        raise UnpackableError from error
    if {*map(type, packed.words)} <= {str} and type(packed.spans) is int:
        return packed._replace(numbers=numbers, groups=groups)
    raise UnpackableError
