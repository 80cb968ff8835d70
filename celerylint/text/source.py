"""From bytes to text and back: encoding, BOM and line ends are kept as they are."""

from __future__ import annotations

import bisect
import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from celerylint.finding import Edit, Span

_NEWLINE = re.compile(r"\r\n|\r|\n")


class UnreadableError(ValueError):
    """A file that cannot be read as Python text; the message says why in one sentence."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        """Keep the reason and the place, both counted from 1."""
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


class OverlapError(ValueError):
    """Two edits that touch the same text."""


class Position(NamedTuple):
    """A place as people count it: line and column from 1, in characters."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """The decoded text of one file, with what is needed to write it back byte for byte.

    `path` is relative to the project root; `text` is without the BOM. What is not `python` is shown
    and judged, but never edited.
    """

    path: str
    text: str
    encoding: str
    bom: bytes
    python: bool = True

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in _NEWLINE.finditer(self.text)))

    def position(self, offset: int) -> Position:
        """Return the line and column of a character offset."""
        line = bisect.bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line_span(self, line: int) -> Span:
        """Return the span of a line, counted from 1, without its line end."""
        start = self._line_starts[line - 1]
        last = line == len(self._line_starts)
        end = len(self.text) if last else self._line_starts[line]
        return Span(start, start + len(self.text[start:end].rstrip("\r\n")))

    def line_count(self) -> int:
        """Return the number of lines; text after the last line end counts as one."""
        return len(self._line_starts)

    def encode(self, text: str) -> bytes:
        """Return the bytes of `text` in this file's encoding, BOM included.

        Raise UnicodeEncodeError where the encoding lacks a character.
        """
        return self.bom + text.encode(self.encoding)


def decode(path: str, raw: bytes) -> Source:
    """Return the text of a Python file, decoded as Python itself would (PEP 263).

    Raise UnreadableError where the bytes are no text in the declared encoding.
    """
    bom = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    body = raw[len(bom) :]
    if b"\0" in body:
        line = body[: body.index(b"\0")].count(b"\n") + 1
        raise UnreadableError("The file holds a null byte", line)
    encoding = _encoding(raw)
    try:
        text = body.decode(encoding)
        faithful = text.encode(encoding) == body
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        reason = f"The file is not valid {encoding}, the encoding it is declared in"
        raise UnreadableError(reason, line) from error
    except (LookupError, UnicodeError) as error:
        # Codecs such as `rot13` and `undefined` are known, but none for source code.
        raise UnreadableError(f"The encoding cannot be used: {encoding}") from error
    if not _is_text(text):
        raise UnreadableError(f"The file is not valid text in {encoding}")
    if not faithful:
        raise UnreadableError(f"The file does not survive a round trip through {encoding}")
    return Source(path, text, encoding, bom)


def _is_text(text: str) -> bool:
    """Return whether a parser takes the text: codecs such as `utf-7` can hide what none takes."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _encoding(raw: bytes) -> str:
    import io  # noqa: PLC0415 - whoever reads no file needs none
    import tokenize  # noqa: PLC0415

    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    except SyntaxError as error:
        # detect_encoding also decodes the first two lines, so it may fail before we try.
        raise UnreadableError(f"The encoding cannot be used: {error.msg}") from error
    return "utf-8" if name == "utf-8-sig" else name


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return the text after the edits, all of which count in the original text.

    Equal edits count once. Raise OverlapError where two others touch the same text.
    """
    pieces: list[str] = []
    position = 0
    for edit in sorted(set(edits)):
        span = edit.place.span
        if span.start < position:
            raise OverlapError(f"Two edits touch character {span.start} of {edit.place.path}")
        pieces += (text[position : span.start], edit.text)
        position = span.end
    return "".join(pieces) + text[position:]
