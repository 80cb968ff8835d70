"""Put what only Python 2 reads, and templates, into a form of the same length that Python 3 reads.

Offsets stay as they are. Where the other form says less than the original, the value of an
expression becomes unknown, and the words that are no longer seen are told.
"""

from __future__ import annotations

import bisect
import re
import string
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from celerylint.facts import SkippedRegion
from celerylint.finding import Span
from celerylint.text.lexing import COMMENT, NAME, NEWLINE, STRING, Token, tokens_of

WORD = re.compile(r"[^\W\d]\w*")

_OCTAL_OR_LONG = re.compile(r"0\d*[1-9]\d*[lL]?|\d+[lL]|0[xX][0-9a-fA-F]+[lL]|0[oObB]\d+[lL]")
_PLACEHOLDER = re.compile(r"\{\{[^{}\r\n]*\}\}")
_TEMPLATE_LINE = re.compile(r"(?m)^[^\S\r\n]*\{[%#][^\r\n]*[%#]\}[^\S\r\n]*$")
_FORM_FEED = re.compile(r"(?:(?<=[\r\n])|\A)\f+(?=\S)")
# Words after which `print` is a name, not a statement.
_OPERATORS = frozenset({"and", "else", "for", "if", "in", "is", "or"})
# Words after which `await` is a name: no operand begins with them.
_BEHIND = _OPERATORS | {"as", "from", "import"}
_AFTER_ASYNC = frozenset({"def", "for", "with"})
# In a raw string of Python 2 these are escapes, and in an f-string braces are code.
_NOT_RAW = re.compile(r"[{}]|\\[uU]")


class Mask(NamedTuple):
    """What stands for a span in the text to parse; `words` of the original are no longer seen.

    What is not `told` is valid Python 3, and only LibCST does not keep it.
    """

    span: Span
    text: str
    words: frozenset[str] = frozenset()
    told: bool = True


class Masked(NamedTuple):
    """A text in its other form, what was changed, and the names that stand for `async`, `await`.

    `blanks` are lines of a template that are no code, and are still to be left out.
    """

    text: str
    skipped: tuple[SkippedRegion, ...]
    names: tuple[tuple[str, str], ...]
    blanks: tuple[Span, ...]


def masked(text: str) -> Masked:
    """Return a text of the same length in which the forms of Python 2 that are known are gone."""
    tokens = tuple(tokens_of(text))
    names = {name: _other(name, text) for name in ("async", "await") if name in text}
    masks = [
        *_in_statements(text, tokens),
        *_form_feeds(text, tokens),
        *_in_expressions(tokens),
        *_names(tokens, names),
        *_placeholders(text, tokens),
    ]
    skipped = (SkippedRegion(mask.span, mask.words, left_out=False) for mask in masks if mask.told)
    pieces: list[str] = []
    position = 0
    for mask in sorted(masks):
        if mask.span.start >= position:
            pieces += (text[position : mask.span.start], mask.text)
            position = mask.span.end
    return Masked(
        "".join(pieces) + text[position:],
        tuple(sorted(skipped, key=lambda region: region.span)),
        tuple(names.items()),
        tuple(Span(*match.span()) for match in _in_code(_TEMPLATE_LINE, text, tokens)),
    )


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text that may be names."""
    return frozenset(WORD.findall(text))


# --- statements --------------------------------------------------------------------------------


def _in_statements(text: str, tokens: Sequence[Token]) -> Iterator[Mask]:
    for statement in _statements(tokens):
        first = statement[0]
        following = statement[1] if len(statement) > 1 else None
        if first.text == "print" and following and _is_printed(following):
            yield Mask(Span(first.end - 1, first.end), ",")
        elif first.text == "raise":
            # `raise E, "text"` becomes two statements.
            yield from (Mask(_span(t), ";") for t in statement if t.text == ",")
        elif first.text == "except":
            yield from _caught(text, statement)


def _statements(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each statement or header that stand outside of all brackets."""
    found: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind == COMMENT:
            continue
        at_end = token.kind == NEWLINE or token.text in {";", ":"}
        if not depth and at_end:
            if found:
                yield [*found, token]
            found = []
        elif not depth:
            found.append(token)
        depth = max(0, depth + (token.text in {"(", "[", "{"}) - (token.text in {")", "]", "}"}))
    if found:
        yield found


def _is_printed(token: Token) -> bool:
    """Return whether `print` with this behind it can only be the statement."""
    if token.kind == NAME:
        return token.text not in _OPERATORS
    return token.kind == STRING or token.text in {"{", "`", "~"}


def _caught(text: str, statement: Sequence[Token]) -> Iterator[Mask]:
    """Yield what goes between the error of `except Error, name:` and its colon.

    LibCST loses the blanks before the colon, so it is moved to the front.
    """
    colon = statement[-1]
    if colon.text == ":":
        comma = next((token for token in statement if token.text == ","), None)
        names = frozenset(
            t.text for t in statement if comma and t.kind == NAME and t.start > comma.start
        )
        start = comma.start if comma else colon.start
        while text[start - 1] in " \t":
            start -= 1
        yield Mask(Span(start, colon.end), ":".ljust(colon.end - start), names, comma is not None)


# --- expressions -------------------------------------------------------------------------------


def _in_expressions(tokens: Sequence[Token]) -> Iterator[Mask]:
    adjoining = ""
    end = 0
    for token in tokens:
        adjoining = adjoining if token.start == end else ""
        if (adjoining, token.text) == ("<", ">"):
            yield Mask(Span(token.start - 1, token.end), "!=")
        # The digits behind a decimal point are no number of their own.
        elif adjoining != "." and _OCTAL_OR_LONG.fullmatch(token.text):
            yield Mask(_span(token), f"_{token.text[1:]}")
        elif token.text[:2].lower() == "ur" and _is_raw(token):
            yield Mask(Span(token.start, token.start + 1), "f", words_of(token.content))
        adjoining, end = token.text, token.end


def _is_raw(token: Token) -> bool:
    return token.kind == STRING and not _NOT_RAW.search(token.content)


def _names(tokens: Sequence[Token], names: dict[str, str]) -> Iterator[Mask]:
    """Yield `async` and `await` where they are names, as up to Python 3.6."""
    code = [token for token in tokens if token.kind != COMMENT]
    for before, token, after in zip((None, *code), code, (*code[1:], None), strict=False):
        if token.text == "async" and not (after and after.text in _AFTER_ASYNC):
            yield Mask(_span(token), names["async"])
        elif token.text == "await" and (_ends(after) or (before and before.text == ".")):
            yield Mask(_span(token), names["await"])


def _ends(token: Token | None) -> bool:
    """Return whether no operand begins here."""
    if token is None or token.kind == NEWLINE or token.text in _BEHIND:
        return True
    return token.kind not in {NAME, STRING} and token.text not in {"(", "[", "{", "-", "+", "~"}


def _other(name: str, text: str) -> str:
    """Return a name of the same length that the text does not have."""
    names = (name[:-2] + a + b for a in string.ascii_uppercase for b in string.ascii_uppercase)
    return next((other for other in names if other not in text), name)


# --- text --------------------------------------------------------------------------------------


def _placeholders(text: str, tokens: Sequence[Token]) -> Iterator[Mask]:
    """Yield the `{{ name }}` of templates, which stand for what nobody knows."""
    for match in _in_code(_PLACEHOLDER, text, tokens):
        yield Mask(Span(*match.span()), "_" * len(match[0]), words_of(match[0]))


def _form_feeds(text: str, tokens: Sequence[Token]) -> Iterator[Mask]:
    """Yield the form feeds at the start of lines, which LibCST loses."""
    for match in _in_code(_FORM_FEED, text, tokens):
        yield Mask(Span(*match.span()), "\n" * len(match[0]), told=False)


def _in_code(
    pattern: re.Pattern[str], text: str, tokens: Sequence[Token]
) -> Iterator[re.Match[str]]:
    """Yield where a pattern begins outside of strings and comments."""
    quoted = [token for token in tokens if token.kind in {STRING, COMMENT}]
    starts = [token.start for token in quoted]
    for match in pattern.finditer(text):
        at = bisect.bisect_right(starts, match.start()) - 1
        if at < 0 or quoted[at].end <= match.start():
            yield match


def _span(token: Token) -> Span:
    return Span(token.start, token.end)
