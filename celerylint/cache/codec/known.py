"""What is known of a file as bytes: its facts, or why it has none."""

from __future__ import annotations

import json

from celerylint.cache.codec.layout import UnpackableError
from celerylint.cache.codec.pack import pack
from celerylint.cache.codec.unpack import unpack
from celerylint.facts import FileFacts
from celerylint.text.source import Source, UnreadableError

Known = FileFacts | UnreadableError

_FACTS, _REASON = b"+", b"-"


def to_bytes(known: Known, source: Source) -> bytes:
    """Return as bytes what is known of a file; raise UnpackableError where that cannot be."""
    if isinstance(known, UnreadableError):
        why = json.dumps((known.reason, known.line, known.column))
        return _REASON + why.encode("ascii")
    return _FACTS + pack(known, source.text)


def from_bytes(raw: bytes, source: Source) -> Known:
    """Return what is known of a file; raise UnpackableError where the bytes do not say."""
    if raw[:1] == _FACTS:
        return unpack(raw[1:], source.text, source.path)
    try:
        reason, line, column = json.loads(raw[1:])
        if 1 <= int(line) <= source.line_count() and int(column) >= 1:
            return UnreadableError(str(reason), int(line), int(column))
    except (ValueError, TypeError, RecursionError) as error:
        raise UnpackableError from error
    raise UnpackableError
