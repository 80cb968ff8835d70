"""The one place that hides secrets in what is shown: passwords in URLs, and values of secret names.

It reads text, not syntax trees, so that broken files, comments and diffs are served alike. Where it
cannot tell, it hides too much rather than too little. Every pattern takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from celerylint.lexing import COMMENT, NAME, NEWLINE, STRING, Token, tokens_of

MASK = "***"

_SHORTEST = 3

# What is known to everybody: RabbitMQ's own default.
_WELL_KNOWN = frozenset(("guest",))


class Hidden(NamedTuple):
    """A stretch of text that is not to be shown, in characters; `end` is exclusive."""

    start: int
    end: int


_SECRET_NAME = re.compile(
    r"passw|passphrase|pwd|secret|token|api_?key|access_?key|account_?key|auth_?key|private_?key"
    r"|credential|signature|(?:^|_)(?:pw|pass|creds?|sig|sas)(?:$|_)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w.-]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def looks_secret(name: str) -> bool:
    """Return whether a setting, variable or key of this name holds a secret."""
    return bool(_SECRET_NAME.search(_CAMEL.sub("_", name).replace("-", "_")))


def mask(text: str) -> str:
    """Return a short text, such as a message, with the secrets in it replaced by `***`."""
    found = (*_in_urls(text, 0, len(text), _RUN), *_in_prose(text, 0, len(text)))
    return masked_slice(text, _merged(found), 0, len(text))


def masked_value(name: str, text: str) -> str:
    """Return the text of a value that a name holds, with the secrets in it replaced by `***`."""
    shown = MASK if looks_secret(name) and text.strip("'\"") not in _WELL_KNOWN else text
    return mask(shown)


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


def secrets(text: str, told: Iterable[str] = ()) -> tuple[Hidden, ...]:
    """Return what is to be hidden in the text of a whole Python file, sorted and apart.

    `told` are secrets that are known already, as `hidden_texts` returns them; they are hidden
    wherever they stand, even where nothing else tells: in lines that were commented out.
    """
    tokens = tuple(tokens_of(text))
    found = [*_in_urls(text, 0, len(text), _RUN)]
    for token in tokens:
        if token.kind in {STRING, COMMENT}:
            found += _in_prose(text, token.content_start, token.content_end)
        if token.kind == STRING:
            found += _in_literal(text, token.content_start, token.content_end)
    found += _in_statements(tokens)
    for secret in told:
        found += (Hidden(*match.span()) for match in re.finditer(re.escape(secret), text))
    return _merged(found)


def hidden_texts(text: str, spans: Iterable[Hidden]) -> tuple[str, ...]:
    """Return the secrets that the spans hide, line by line; short ones would hide other things."""
    pieces = {line.strip() for span in spans for line in text[span.start : span.end].splitlines()}
    return tuple(sorted(piece for piece in pieces if len(piece) >= _SHORTEST))


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
_FILLED_IN = re.compile(r"(?:\{[\w.\[\]]*\}|%s|%\(\w+\)s|\$\{?\w+\}?|\*+)*")
_FILLED = re.compile(r"[{}%$]")
_BARE = re.compile(r"[^\s:@/]+:(?P<password>[^\s/][^\s]*)@[^\s:@/]+(?::\d+)?(?:/\S*)?")

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
    piece = text[start:end]
    if piece not in _WELL_KNOWN and not _FILLED_IN.fullmatch(piece):
        yield Hidden(start, end)


def _in_literal(text: str, start: int, end: int) -> Iterator[Hidden]:
    """Hide what only the quotes around it tell: a URL with spaces, `user:password@host`."""
    if _URL.match(text, start, end):
        yield from _in_urls(text, start, end, _ANYTHING)
    elif match := _BARE.fullmatch(text, start, end):
        yield from _piece(text, *match.span("password"))


# --- names with values inside of strings, comments and messages --------------------------------

_NAMED = re.compile(r"(?<![\w-])(?P<name>[\w-]+)[\"'\\]*[^\S\r\n]*[:=][^\S\r\n]*")
_VALUE = re.compile(r"\\?[\"'](?P<quoted>[^\"'\r\n]+)|(?P<plain>[^\s\"'`&;]+)")
_QUERY_NAMES = frozenset(("key", "auth", "code"))
"""Names that are secret in the query of a URL only."""


def _in_prose(text: str, start: int, end: int) -> Iterator[Hidden]:
    for match in _NAMED.finditer(text, start, end):
        in_query = text[match.start() - 1 : match.start()] in {"?", "&"}
        secret = looks_secret(match["name"]) or (in_query and match["name"] in _QUERY_NAMES)
        value = _VALUE.match(text, match.end(), end) if secret else None
        if value:
            yield from _piece(text, *value.span("quoted" if value["quoted"] else "plain"))


# --- Python, as far as it takes to know what belongs to a name ---------------------------------

_BINDING = frozenset(("=", ":=", "+=", "|=", "==", "!="))
_BLOCKS = frozenset(
    [
        "if",
        "elif",
        "else",
        "for",
        "while",
        "with",
        "try",
        "except",
        "finally",
        "def",
        "class",
        "async",
        "match",
        "case",
    ]
)
_RESTARTS = frozenset(("def", "class", "import"))
"""What stands at the margin in no bracket: one before it was never closed."""

_LOOKUPS = frozenset(("environ", "getenv", "get", "pop", "env", "config", "str", "getattr"))
"""What is called with, or indexed by, the name of a secret rather than the secret."""


@dataclass(slots=True)
class _Item:
    """A statement, or what stands between two commas of a bracket; counted in tokens.

    From the token `secret` on, strings in it are secret; names before `seen` are judged. `keyed`
    says that it has a name of its own, `paired` that it follows the name of a secret.
    """

    parent: _Item | None
    first: int
    seen: int
    last: int = 0
    keyed: bool = False
    paired: bool = False
    secret: int | None = None


class _Cutter:
    """Cuts tokens into items, and knows in which item each string stands.

    Its own tokens are without comments and line ends.
    """

    def __init__(self, tokens: Iterable[Token]) -> None:
        self.tokens: list[Token] = []
        self.items: list[_Item] = []
        self.homes: dict[int, _Item] = {}
        self._item = self._opened(None)
        previous = None
        for token in tokens:
            if token.kind == NEWLINE:
                self._end_of_line()
            elif token.kind != COMMENT:
                self._take(token, at_margin=_margin(previous, token))
            previous = token
        self._next_statement()

    def _opened(self, parent: _Item | None, *, paired: bool = False) -> _Item:
        first = len(self.tokens)
        item = _Item(parent, first, seen=first, paired=paired, secret=first if paired else None)
        self.items.append(item)
        return item

    def _closed(self) -> None:
        self._item.last = len(self.tokens)
        self._item = self._item.parent or self._item

    def _take(self, token: Token, *, at_margin: bool) -> None:
        if at_margin and token.text in _RESTARTS:
            self._next_statement()
        if token.text in {")", "]", "}"}:
            self._closed()
        elif token.text in _BINDING or token.text == ":":
            self._named(token.text)
        self.tokens.append(token)
        if token.kind == STRING:
            self.homes[len(self.tokens) - 1] = self._item
        elif token.text in {"(", "[", "{"}:
            self._item = self._opened(self._item)
        elif token.text == "," and self._item.parent:
            self._next_item()
        elif token.text == ";":
            self._end_of_line()

    def _end_of_line(self) -> None:
        if not self._item.parent:
            self._next_statement()

    def _next_statement(self) -> None:
        while self._item.parent:
            self._closed()
        self._closed()
        self._item = self._opened(None)

    def _next_item(self) -> None:
        item = self._item
        alone = self.tokens[item.first : -1] if item.first >= len(self.tokens) - 2 else []
        named = any(each.kind == STRING and looks_secret(_name(each)) for each in alone)
        self._closed()
        self._item = self._opened(item.parent, paired=item.paired or named)

    def _named(self, operator: str) -> None:
        item = self._item
        if operator == ":" and not item.parent:
            if item.first < len(self.tokens) and self.tokens[item.first].text in _BLOCKS:
                self._next_statement()
            return
        before = self.tokens[item.seen :]
        item.seen = len(self.tokens)
        item.keyed = item.keyed or operator in {":", "="}
        # `conf["PASSWORD"] =` has the name within, `f(password=` right before.
        names = before[-1:] if item.parent else before
        if item.secret is None and any(looks_secret(_name(token)) for token in names):
            item.secret = len(self.tokens)

    def is_lookup(self, index: int) -> bool:
        """Return whether a string is the name under which something is looked up."""
        opener, owner = (self.tokens[i] if i >= 0 else None for i in (index - 1, index - 2))
        if opener is None or owner is None or opener.text not in {"(", "["}:
            return False
        if opener.text == "[":
            return owner.kind == NAME or owner.text in {")", "]"}
        return owner.text in _LOOKUPS


def _margin(previous: Token | None, token: Token) -> bool:
    return previous is None or (previous.kind == NEWLINE and previous.end == token.start)


def _name(token: Token) -> str:
    """Return the name that a token is or quotes; empty where it is none."""
    text = token.content
    return text if _WORD.fullmatch(text) else ""


def _in_statements(tokens: Iterable[Token]) -> Iterator[Hidden]:
    cutter = _Cutter(tokens)
    ranges = [(item.secret, item.last) for item in cutter.items if item.secret is not None]
    reached = 0
    for first, last in sorted(ranges):
        yield from _strings(cutter, max(first, reached), last)
        reached = max(reached, last)
    yield from _beside_open_urls(cutter)


def _strings(cutter: _Cutter, first: int, last: int) -> Iterator[Hidden]:
    for index in range(first, last):
        token = cutter.tokens[index]
        known = token.kind != STRING or token.content in _WELL_KNOWN
        if not known and not cutter.is_lookup(index):
            yield Hidden(token.content_start, token.content_end)


def _is_open(token: Token) -> bool:
    """Return whether a URL in the string goes on, or is filled in, elsewhere."""
    _, scheme, rest = token.content.rpartition("://")
    return bool(scheme) and ("@" not in rest or bool(_FILLED.search(rest)))


def _beside_open_urls(cutter: _Cutter) -> Iterator[Hidden]:
    """Hide the other strings beside such a URL, where one of them has an `@`."""
    scopes = {id(scope): scope for scope in _scopes(cutter)}
    for scope in scopes.values():
        strings = [i for i in range(scope.first, scope.last) if i in cutter.homes]
        if any("@" in cutter.tokens[index].content for index in strings):
            for index in strings:
                yield from _beside_open_url(cutter, index)


def _scopes(cutter: _Cutter) -> Iterator[_Item]:
    for index, home in cutter.homes.items():
        if _is_open(cutter.tokens[index]):
            while not home.keyed and home.parent:
                home = home.parent  # noqa: PLW2901 - climbing
            yield home


def _beside_open_url(cutter: _Cutter, index: int) -> Iterator[Hidden]:
    token = cutter.tokens[index]
    if not _is_open(token):
        yield from _strings(cutter, index, index + 1)
    elif "@" not in token.content:
        yield Hidden(token.start + token.text.rindex("://") + 3, token.content_end)
