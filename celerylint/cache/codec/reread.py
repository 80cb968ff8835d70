"""What is not packed, but read from the text of the file again: all that may be in quotes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from celerylint.finding import Span
from celerylint.reading.literals import HIDDEN, between_fields, evaluated
from celerylint.reading.python2 import Masked, masked, words_of
from celerylint.text.masking import mask_value


class Text:
    """The text of a file, and the form of it that was parsed."""

    def __init__(self, text: str, *, mended: bool) -> None:
        """Take the text; `mended` says that it was parsed in another form."""
        self._text = text
        self._other = masked(text) if mended else Masked(text, (), (), ())

    def original(self, span: Span) -> object:
        """Return the text itself."""
        return self._text[slice(*span)]

    def parsed(self, span: Span) -> str:
        """Return the text as it was parsed."""
        return self._other.text[slice(*span)]

    def literal(self, span: Span) -> object:
        """Return what a literal is worth, as `reading` tells it."""
        try:
            # Adjacent literals may stand on several lines.
            value = evaluated(f"({self.parsed(span)})")
        except (SyntaxError, TypeError, ValueError):
            return HIDDEN
        if isinstance(value, str):
            return mask_value(value)
        return HIDDEN if isinstance(value, bytes) else value

    def piece(self, span: Span) -> object:
        """Return what a piece of an f-string stands for."""
        return mask_value(between_fields(self.parsed(span)))

    def words(self, span: Span) -> object:
        """Return the words of what was left out."""
        return words_of(self._text[slice(*span)])

    def changed(self, span: Span) -> object:
        """Return the words that the other form lacks."""
        return self._changed.get(span, frozenset())

    @cached_property
    def _changed(self) -> Mapping[Span, frozenset[str]]:
        return {aside.span: aside.words for aside in self._other.skipped}


WAYS: Mapping[str, Callable[[Text, Span], object]] = {
    way.__name__: way
    for way in (Text.original, Text.literal, Text.piece, Text.parsed, Text.words, Text.changed)
}
"""The ways to read something from its span, by name; what is packed says which one gives it."""
