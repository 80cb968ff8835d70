"""The one place that hides secrets in what is shown: passwords in URLs, and values of secret names.

It reads text, not syntax trees, so that broken files, comments and diffs are served alike. Where it
cannot tell, it hides too much rather than too little. Every pattern takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from celerylint.text.hiding import Hidden, in_statements, is_template
from celerylint.text.lexing import COMMENT, STRING, Token, tokens_of
from celerylint.text.secret_names import COMMON, WELL_KNOWN, is_telling, looks_secret
from celerylint.text.secret_shapes import encoded, tokens

MASK = "***"

_SHORTEST = 3


class Known:
    """Secrets that are known, so kept that a text is gone through once for all of them."""

    def __init__(self, told: Iterable[str] = ()) -> None:
        """Take the secrets; short ones would hide other things, so they are left out."""
        self.told = frozenset(each for each in told if len(each) >= _SHORTEST)
        lengths: dict[str, set[int]] = {}
        for secret in self.told:
            lengths.setdefault(secret[:_SHORTEST], set()).add(len(secret))
        self.lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}


NOTHING = Known()

_FOLDERS = frozenset(("PWD", "OLDPWD"))
"""Variables of every shell that look like passwords."""


def all_secrets(texts: Iterable[str], environ: Mapping[str, str]) -> Known:
    """Return the secrets of Python files, and those of an environment by the names of variables."""
    told = {value for name, value in environ.items() if name not in _FOLDERS and looks_secret(name)}
    return Known(told.union(*(hidden_texts(text, secrets(text)) for text in texts)) - COMMON)


def mask(text: str, told: Known = NOTHING) -> str:
    """Return a short text, such as a message, with the secrets in it replaced by `***`.

    `told` are secrets of the file that it is about; they are hidden where they stand as words, such
    as may be our own within quotes only.
    """
    quoted = [match.span() for match in _IN_QUOTES.finditer(text)]
    words = (
        span
        for span in _told(text, told, 0, len(text))
        if _apart(text, span)
        and (not _PLAIN_WORD.fullmatch(text[slice(*span)]) or _is_inside(span, quoted))
    )
    found = (*_in_value(text), *_in_words(text, 0, len(text), _UNQUOTED), *words)
    return masked_slice(text, _merged(found), 0, len(text))


def mask_value(text: str) -> str:
    """Return the text of a literal with the secrets in it replaced, as far as it is to be judged.

    A word that is no URL by a slip stays, so that the slip can be found; `mask` hides it.
    """
    return masked_slice(text, _merged(_in_value(text)), 0, len(text))


def _in_value(text: str) -> Iterator[Hidden]:
    yield from _in_urls(text, 0, len(text), _RUN)
    yield from _in_prose(text, 0, len(text))
    yield from _by_shape(text, 0, len(text))


def _by_shape(text: str, start: int, end: int) -> Iterator[Hidden]:
    yield from (Hidden(*span) for span in tokens(text, start, end))
    yield from (Hidden(*span) for span in encoded(text, start, end))


def _is_inside(span: Hidden, others: Iterable[tuple[int, int]]) -> bool:
    return any(start < span.start < end for start, end in others)


def _apart(text: str, span: Hidden) -> bool:
    return not _WORDS_MEET.match(text[max(0, span.start - 1) : span.start + 1]) and not (
        _WORDS_MEET.match(text[span.end - 1 : span.end + 1])
    )


def defect(error: Exception) -> str:
    """Return what to tell of an error of ours, and where it arose; its text may quote the user."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals.get("__name__", "") if trace else ""
    return type(error).__name__ + (f" in {module}, line {trace.tb_lineno}" if trace else "")


def masked_slice(text: str, spans: Iterable[Hidden], start: int, end: int) -> str:
    """Return a slice of the text, with what the spans hide replaced by `***`.

    The spans are sorted and apart from each other, as `secrets` returns them.
    """
    pieces: list[str] = []
    position = start
    for span in spans:
        if span.end > position and span.start < end:
            pieces += (text[position : max(span.start, position)], MASK)
            position = min(span.end, end)
    return "".join((*pieces, text[position:end]))


def _in_plain(text: str) -> Iterator[Hidden]:
    """Hide what tells by itself, and the word behind the name of a secret, be it an option."""
    yield from _in_value(text)
    yield from _in_words(text, 0, len(text), _UNQUOTED)
    yield from _in_keys(text)
    for match in _OPTION.finditer(text):
        if looks_secret(match["name"]):
            yield Hidden(*match.span("value"))


def secrets(text: str, told: Known = NOTHING, *, python: bool = True) -> tuple[Hidden, ...]:
    """Return what is to be hidden in the text of a whole file, sorted and apart.

    `told` are secrets that are known already; they are hidden wherever they stand, even where
    nothing else tells: in lines that were commented out.
    """
    if not python:
        found = _merged(_in_plain(text))
        own = Known(hidden_texts(text, found))
        return _merged((*found, *_told(text, own, 0, len(text)), *_told(text, told, 0, len(text))))
    parts = tuple(tokens_of(text))
    plain = (*_in_urls(text, 0, len(text), _RUN), *_in_words(text, 0, len(text), _UNQUOTED))
    found = _merged((*plain, *_in_keys(text), *_in_code(text, parts)))
    own = Known(hidden_texts(text, found))
    again = [
        span
        for token in parts
        if token.kind in {STRING, COMMENT} or token.text[0].isdigit()
        for span in _told(text, own, token.start, token.end)
    ]
    return _merged((*found, *again, *_told(text, told, 0, len(text))))


def _in_code(text: str, parts: Sequence[Token]) -> Iterator[Hidden]:
    strings = [token for token in parts if token.kind == STRING]
    templates = any(is_template(token) for token in strings)
    in_pieces = any(_PIECE.search(token.content) for token in strings)
    yield from in_statements(parts, templates=templates)
    for token in strings:
        yield from _in_prose(text, token.content_start, token.content_end)
        yield from _in_literal(text, token.content_start, token.content_end)
        yield from _by_shape(text, token.content_start, token.content_end)
        if in_pieces and (match := _LONE.fullmatch(text, token.content_start, token.content_end)):
            yield from _piece(text, *match.span("password"))
    for token in parts:
        if token.kind == COMMENT:
            yield from _in_comment(text, token.start + 1, token.end)


def _in_comment(text: str, start: int, end: int) -> Iterator[Hidden]:
    yield from _in_prose(text, start, end)
    yield from _by_shape(text, start, end)
    for match in _SAID.finditer(text, start, end):
        if looks_secret(match["name"]):
            yield from _piece(text, *match.span("value"))
    # Code that was commented out.
    parts = tuple(tokens_of(text, start, end))
    yield from in_statements(parts, strays=False)
    for token in parts:
        if token.kind == STRING:
            yield from _in_literal(text, token.content_start, token.content_end)


def hidden_texts(text: str, spans: Iterable[Hidden]) -> tuple[str, ...]:
    """Return the secrets that the spans hide, line by line; short ones would hide other things."""
    pieces = {line.strip() for span in spans for line in text[span.start : span.end].splitlines()}
    return tuple(sorted(filter(is_telling, pieces)))


def _told(text: str, known: Known, start: int, end: int) -> Iterator[Hidden]:
    """Yield where the known secrets stand; of those that begin together, the longest."""
    for position in range(start, end - _SHORTEST + 1 if known.told else start):
        for length in known.lengths.get(text[position : position + _SHORTEST], ()):
            end_of = position + length
            word = text[position:end_of]
            if word in known.told and not (word.isalpha() and _is_part(text, position, end_of)):
                yield Hidden(position, end_of)
                break


def _is_part(text: str, start: int, end: int) -> bool:
    """Return whether a word is part of a longer name: `shop` of `shop.tasks`."""
    return bool(_PART_BEFORE.search(text[max(start - 1, 0) : start])) or bool(
        _PART_BEHIND.match(text[end : end + 2])
    )


def _merged(spans: Iterable[Hidden]) -> tuple[Hidden, ...]:
    merged: list[Hidden] = []
    for span in sorted(spans):
        if span.start >= span.end:
            continue
        if merged and span.start <= merged[-1].end:
            span = Hidden(merged[-1].start, max(merged.pop().end, span.end))  # noqa: PLW2901
        merged.append(span)
    return tuple(merged)


# --- URLs --------------------------------------------------------------------------------------

_SCHEME = re.compile(r"://")
_SCHEME_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*$")
_LONGEST_SCHEME = 40
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_RUN = re.compile(r"(?:\{[^{}\r\n]*\}|\S)*")
_ANYTHING = re.compile(r".*", re.DOTALL)
_FILLED_IN = re.compile(r"(?:\{[\w.\[\]]*\}|%s|%\(\w+\)s|\$\{?\w+\}?|\*)*|PASSWORD")
_SCHEME_LIKE = re.compile(r"(?:[\w.-]*=)*[\w.+-]*[:/]*")
_HOST = re.compile(r"[^\s:@/\"',;)\]]*(?::[^\s:@/\"',;)\]]*)?(?:[/\"',;)\]]|$)")
_HOSTLESS = re.compile(r"[^\s:@/?#\"'\[]*:(?P<rest>[^\s\"'`]*)")
_PORT = re.compile(r"(?:\d+|\{[^{}]*\}|%[sd]|%\(\w+\)[sd]|\$\{?\w+\}?|\*+)?(?=[^\w\\]|$)")
_PIECE = re.compile(r"//|:/")
_LONE = re.compile(r"/{0,2}:(?!\d+$)(?P<password>[^\s/@]+)")
_KEY = re.compile(r"-----(BEGIN|END)[^-\r\n]*-----")

_KEYED = ("sqs", "s3", "http", "https", "git+http", "git+https")
"""Schemes whose user is a key or a token as well."""


def _in_urls(text: str, start: int, end: int, run: re.Pattern[str]) -> Iterator[Hidden]:
    matches = tuple(_SCHEME.finditer(text, start, end))
    for index, match in enumerate(matches):
        limit = matches[index + 1].start() if index + 1 < len(matches) else end
        reach = run.match(text, match.end(), limit)
        # A password may hold a raw `@`, so the last one ends it.
        at = text.rfind("@", match.end(), reach.end() if reach else limit)
        if at >= 0:
            yield from _userinfo(text, match.end(), at, _scheme(text, match.start()))
        elif (cut := _HOSTLESS.match(text, match.end(), limit)) and not _PORT.match(cut["rest"]):
            # A password whose `@` stands elsewhere, or is written as an escape.
            yield from _piece(text, *cut.span("rest"))


def _scheme(text: str, end: int) -> str:
    match = _SCHEME_NAME.search(text[max(0, end - _LONGEST_SCHEME) : end])
    return match[0].lower() if match else ""


def _userinfo(text: str, start: int, end: int, scheme: str) -> Iterator[Hidden]:
    colon = _colon(text, start, end)
    if scheme in _KEYED:
        yield from _piece(text, start, end if colon < 0 else colon)
    if colon >= 0:
        yield from _piece(text, colon + 1, end)


def _colon(text: str, start: int, end: int) -> int:
    """Return where the first colon outside of braces is, -1 for none."""
    depth = 0
    for position in range(start, end):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if text[position] == ":" and depth <= 0:
            return position
    return text.find(":", start, end)


def _piece(text: str, start: int, end: int) -> Iterator[Hidden]:
    """Hide a part of a URL, unless it is filled in from elsewhere or known to everybody."""
    pieces = text[start:end].split(":")
    if not all(piece in WELL_KNOWN or _FILLED_IN.fullmatch(piece) for piece in pieces):
        yield Hidden(start, end)


def _in_literal(text: str, start: int, end: int) -> Iterator[Hidden]:
    """Hide what only the quotes around it tell: a URL with spaces, `user:password@host`."""
    if _URL.match(text, start, end):
        yield from _in_urls(text, start, end, _ANYTHING)
    else:
        yield from _in_words(text, start, end, _WHOLE)


def _in_words(text: str, start: int, end: int, words: re.Pattern[str]) -> Iterator[Hidden]:
    """Hide what stands before the `@` of a word that is no URL, or is none by a slip."""
    if text.find("@", start, end) < 0:
        return
    for word in words.finditer(text, start, end):
        # What follows a scheme that is spelt right is found without.
        at = text.rfind("@", word.start(), word.start() + len(word[0].partition("://")[0]))
        begun = _SCHEME_LIKE.match(text, word.start(), at) if at >= 0 else None
        if begun and ":" in text[word.start() : at] and _HOST.match(text, at + 1, word.end()):
            yield from _piece(text, begun.end(), at)


def _in_keys(text: str) -> Iterator[Hidden]:
    """Hide what stands between the lines that begin and end a key."""
    marks = tuple(_KEY.finditer(text))
    for index, mark in enumerate(marks):
        if mark[1] == "BEGIN":
            end = marks[index + 1].start() if index + 1 < len(marks) else len(text)
            yield Hidden(mark.end(), end)


# --- names with values inside of strings, comments and messages --------------------------------

_NAMED = re.compile(r"(?<![\w-])(?P<name>[\w-]+)[\"'\\]*[^\S\r\n]*[:=][^\S\r\n]*")
_VALUE = re.compile(
    r"\\?[\"'](?P<quoted>[^\"'\r\n]+)|(?P<plain>(?:(?:Bearer|Basic)\s+)?[^\s\"'`&;]+)"
)
_OPTION = re.compile(r"(?<![\w-])--?(?P<name>[\w-]+)[\"']?,?[^\S\r\n]+[\"']?(?P<value>[^\s\"']+)")
_SAID = re.compile(r"(?P<name>(?<![\w-])[\w-]+)[\"']?[^\S\r\n]+(?:is|was)[^\S\r\n]+(?P<value>\S+)")
_WHOLE = re.compile(r"\S+")
_UNQUOTED = re.compile(r"[^\s\"'`]+")
_IN_QUOTES = re.compile(r"`[^`]*`|(?<!\w)'[^']*'|\"[^\"]*\"")
_PLAIN_WORD = re.compile(r"[a-z]+")
_PART_BEFORE = re.compile(r"[\w.-]$")
_PART_BEHIND = re.compile(r"[\w-]|\.\w")
_WORDS_MEET = re.compile(r"\w\w")
_QUERY_NAMES = frozenset(("key", "auth", "code"))
"""Names that are secret in the query of a URL only."""


def _in_prose(text: str, start: int, end: int) -> Iterator[Hidden]:
    for match in _NAMED.finditer(text, start, end):
        in_query = text[match.start() - 1 : match.start()] in {"?", "&"}
        secret = looks_secret(match["name"]) or (in_query and match["name"] in _QUERY_NAMES)
        value = _VALUE.match(text, match.end(), end) if secret else None
        if value:
            yield from _piece(text, *value.span("quoted" if value["quoted"] else "plain"))
