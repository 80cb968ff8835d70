"""Which strings of a Python text belong to the name of a secret, or to a URL in pieces.

It goes as far into Python as that takes: to statements, and to what stands between two commas of a
bracket. It follows no value, so it hides too much rather than too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile
from keyword import iskeyword
from typing import NamedTuple

from celerylint.misspelt import by_length, closest
from celerylint.text.lexing import COMMENT, NAME, NEWLINE, STRING, Token

# What is no secret: RabbitMQ's own default, and what has no value.
WELL_KNOWN = frozenset(("guest", "True", "False", "None", "true", "false", "null"))


class Hidden(NamedTuple):
    """A stretch of text that is not to be shown, in characters; `end` is exclusive."""

    start: int
    end: int


_SECRET_NAME = re.compile(
    r"passw|passphrase|p[as]*wd|secret|token|credential"
    r"|api_?key|access_?key|account_?key|auth_?key|private_?key|signature|authorization|basic_?auth|(?:^|_)(?:pw|pass|creds?|sig|sas)(?:$|_)",
    re.IGNORECASE,
)
_MISSPELT = by_length({word: word for word in ("credential", "password", "secret")})
_MISSPELT_LIKE = re.compile(r"(?:(?<=_)|(?<![^\W_]))[cps][a-z]{4,10}(?![^\W_])")
"""Words that make a name secret even where they are not quite spelt so.

The first letter is hardly ever the wrong one, and to compare every word would take too long.
"""

_AUTH_NAME = re.compile(r"(?:^|_)(?:auth|(?P<pair>login))$", re.IGNORECASE)
"""The name of a password, or of a user with one, where it has texts and nothing else."""

_SHORTEST_WORD = 5

_WORD = re.compile(r"[\w.-]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def looks_secret(name: str) -> bool:
    """Return whether a setting, variable or key of this name holds a secret."""
    # Python takes names that look alike for the same (PEP 3131).
    plain = name if name.isascii() else unicodedata.normalize("NFKC", name)
    words = _CAMEL.sub("_", plain).replace("-", "_")
    if _SECRET_NAME.search(words):
        return True
    near = _MISSPELT_LIKE.findall(words.lower())
    return bool(near and closest(near, _MISSPELT))


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

_TELLING = frozenset(("field", "key", "kind", "type"))
"""Names whose value says what stands beside it: `f("hunter2", kind="password")`."""

_NAMING = frozenset(("name",))
"""The same for what has a name of its own: `f("hunter2", name="password")` is of a field."""

_NO_SECRET = frozenset(("signature",))
"""Celery's own function, which is called with the name of a task."""

_FILLERS = frozenset(("format", "format_map", "substitute", "safe_substitute"))
"""What fills in a template."""

_OF_SEQUENCES = frozenset("()[],")

_APPS = re.compile(r"(?:\w+_)?APPS")
"""What lists the apps of a site, such as `rest_framework.authtoken`."""

_FILLED = re.compile(r"[{}%$]")

LOOKUPS = frozenset(("environ", "getenv", "get", "pop", "env", "config", "getattr"))
"""What is called with, or indexed by, the name of a secret rather than the secret."""


@dataclass(slots=True)
class _Item:
    """A statement, or what stands between two commas of a bracket; counted in tokens.

    From the token `secret` on, strings in it are secret; so are so many `texts` or more where
    they are its whole value, unless that is 0. Names before `seen` are judged. `keyed` says that it
    has a name of its own, `paired` that it follows the name of a secret, `listed` that it begins
    with a list of such names. `value` is the first token behind its name, `bracket` the one that
    opened its bracket, -1 for a statement.
    """

    parent: _Item | None
    first: int
    seen: int
    bracket: int
    last: int = 0
    keyed: bool = False
    paired: bool = False
    listed: bool = False
    value: int = 0
    secret: int | None = None
    texts: int = 0


class _Cutter:
    """Cuts tokens into items, and knows in which item each string stands.

    Its own tokens are without comments and line ends.
    """

    def __init__(self, tokens: Iterable[Token], *, templates: bool, strays: bool) -> None:
        self._templates = templates
        self.strays = strays
        self.tokens: list[Token] = []
        self.items: list[_Item] = []
        self.homes: dict[int, _Item] = {}
        self._apps = False
        self._item = self._opened(None, -1)
        previous = None
        for token in tokens:
            if token.kind == NEWLINE:
                self._end_of_line()
            elif token.kind != COMMENT:
                self._take(token, at_margin=_margin(previous, token))
            previous = token
        self._next_statement()

    def _opened(self, parent: _Item | None, bracket: int, *, paired: bool = False) -> _Item:
        first = len(self.tokens)
        secret = first if paired else None
        item = _Item(parent, first, first, bracket, paired=paired, value=first, secret=secret)
        self.items.append(item)
        return item

    def _closed(self) -> None:
        item = self._item
        item.last = len(self.tokens)
        self._item = item.parent or item
        # `["user", "password"]`: what follows the list may be their values.
        if item.parent and self.tokens[item.parent.first].text in {"(", "["}:
            item.parent.listed = item.parent.listed or self._is_named(item)

    def _is_named(self, item: _Item) -> bool:
        """Return whether the item that ends here is no more than the name of a secret."""
        alone = self.tokens[item.first :] if item.first >= len(self.tokens) - 2 else []
        return item.listed or any(map(self._is_secret, alone))

    def _is_secret(self, token: Token) -> bool:
        """Return whether a token is the name of a secret, and no module among apps of a site."""
        module = self._apps and token.kind == STRING and "." in token.content
        return not module and looks_secret(_lone_name(token))

    def _take(self, token: Token, *, at_margin: bool) -> None:
        if at_margin and token.text in _RESTARTS:
            self._next_statement()
        if token.text in {")", "]", "}"}:
            self._closed()
        elif token.text in _BINDING or token.text == ":":
            self._named(token.text)
        filling = self._templates and self._fills(token)
        self.tokens.append(token)
        if token.kind in {STRING, NAME}:
            self._mentioned(token)
        if token.kind == STRING:
            self.homes[len(self.tokens) - 1] = self._item
        elif token.text in {"(", "[", "{"}:
            self._item = self._opened(self._item, len(self.tokens) - 1, paired=filling)
        elif filling and self._item.secret is None:
            self._item.secret = len(self.tokens)
        elif token.text == "," and self._item.parent:
            self._next_item()
        elif token.text == ";":
            self._end_of_line()

    def _fills(self, token: Token) -> bool:
        """Return whether what follows the token goes into a template."""
        if token.text == "(":
            return bool(self.tokens) and self.tokens[-1].text in _FILLERS
        return token.text in {"%", "%="}

    def _mentioned(self, token: Token) -> None:
        """Take all strings beside the name of a secret for secret, those before it included."""
        item, index = self._item, len(self.tokens) - 1
        if not item.parent and item.first == index:
            self._apps = _APPS.fullmatch(token.text) is not None
        if item.secret is not None or self.is_lookup(index) or token.text in _NO_SECRET:
            return
        if not self._is_secret(token):
            return
        alone = item.value == index
        item.secret = index + 1 if alone else item.value

    def _end_of_line(self) -> None:
        if not self._item.parent:
            self._next_statement()

    def _next_statement(self) -> None:
        while self._item.parent:
            self._closed()
        self._closed()
        self._item = self._opened(None, -1)

    def _next_item(self) -> None:
        item = self._item
        named = self._is_named(item)
        self._closed()
        self._item = self._opened(item.parent, item.bracket, paired=item.paired or named)

    def _named(self, operator: str) -> None:
        item = self._item
        if operator == ":" and not item.parent:
            if item.first < len(self.tokens) and self.tokens[item.first].text in _BLOCKS:
                self._next_statement()
            return
        before = self.tokens[item.seen :]
        item.seen = len(self.tokens)
        item.keyed = item.keyed or operator in {":", "="}
        item.value = item.seen + 1 if operator in {":", "=", ":="} else item.value
        # `conf["PASSWORD"] =` has the name within, `f(password=` right before.
        names = before[-1:] if item.parent else before
        if item.secret is None and any(looks_secret(_name(token)) for token in names):
            item.secret = len(self.tokens)
        elif operator in {":", "="} and before:
            said = next((t for t in reversed(before) if t.kind in {STRING, NAME}), before[-1])
            auth = _AUTH_NAME.search(said.content)
            item.texts = 1 + bool(auth["pair"]) if auth else 0

    def is_lookup(self, index: int) -> bool:
        """Return whether a string is the name under which something is looked up."""
        opener, owner = (self.tokens[i] if i >= 0 else None for i in (index - 1, index - 2))
        if opener is None or owner is None or opener.text not in {"(", "["}:
            return False
        if opener.text == "[":
            return owner.kind == NAME or owner.text in {")", "]"}
        if owner.text == "str":
            return index > 2 and self.tokens[index - 3].text == "."  # noqa: PLR2004 - `env.str(`
        return owner.text in LOOKUPS


def _margin(previous: Token | None, token: Token) -> bool:
    return previous is None or (previous.kind == NEWLINE and previous.end == token.start)


def _name(token: Token) -> str:
    """Return the name that a token is or quotes, of a dotted one the last; empty for none."""
    text = token.content
    return text.rpartition(".")[2] if _WORD.fullmatch(text) else ""


def _lone_name(token: Token) -> str:
    """Return the same where nothing is bound to it: a host such as `mail.pw` is no name."""
    name = _name(token)
    return "" if "." in token.content and len(name) < _SHORTEST_WORD else name


def in_statements(
    tokens: Iterable[Token], *, templates: bool = False, strays: bool = True
) -> Iterator[Hidden]:
    """Yield what to hide in a text, given as all its tokens.

    `templates` says that URLs are filled in somewhere in the file: what fills in is hidden too.
    `strays` says that words side by side are an error, as they are in code but not in comments.
    """
    cutter = _Cutter(tokens, templates=templates, strays=strays)
    ranges = [(item.secret, item.last) for item in cutter.items if item.secret is not None]
    ranges += _logins(cutter)
    ranges += _told_beside(cutter)
    reached = 0
    for first, last in sorted(ranges):
        yield from _strings(cutter, max(first, reached), last)
        reached = max(reached, last)
    yield from _beside_open_urls(cutter)


def _logins(cutter: _Cutter) -> Iterator[tuple[int, int]]:
    """Yield where `auth` or `login` has nothing but texts."""
    for item in cutter.items:
        # What is nested is not gone through again and again: a name ends it.
        places = range(item.value, item.last if item.texts else item.value)
        inside = (cutter.tokens[place] for place in places)
        value = list(takewhile(_is_of_texts, inside))
        texts = sum(token.kind == STRING for token in value)
        if item.value + len(value) == item.last and texts >= max(item.texts, 1):
            yield item.value, item.last


def _is_of_texts(token: Token) -> bool:
    return token.kind == STRING or token.text in _OF_SEQUENCES


def _told_beside(cutter: _Cutter) -> Iterator[tuple[int, int]]:
    """Yield the values of brackets in which something says that one of them is a secret."""
    named = [item for item in cutter.items if item.keyed and item.bracket >= 0]
    telling = {item.bracket: item for item in named if _tells(cutter, item, _TELLING)}
    naming = {item.bracket: item for item in named if _tells(cutter, item, _NAMING)}
    for item in cutter.items:
        beside = naming.get(item.bracket) if item.keyed else None
        if (telling.get(item.bracket) or beside or item) is not item:
            yield item.value, item.last


def _tells(cutter: _Cutter, item: _Item, names: frozenset[str]) -> bool:
    name = cutter.tokens[item.value - 2].content
    value = [t for t in cutter.tokens[item.value : min(item.value + 2, item.last)] if t.text != ","]
    return name in names and len(value) == 1 and looks_secret(_name(value[0]))


def is_template(token: Token) -> bool:
    """Return whether a string is a URL whose user or password is filled in."""
    userinfo, at, _ = token.content.partition("://")[2].rpartition("@")
    return bool(at) and bool(_FILLED.search(userinfo))


def _strings(cutter: _Cutter, first: int, last: int) -> Iterator[Hidden]:
    for index in range(first, last):
        token = cutter.tokens[index]
        if token.content in WELL_KNOWN:
            continue
        if token.kind == STRING and not cutter.is_lookup(index):
            yield Hidden(token.content_start, token.content_end)
        elif token.kind == NAME and (_is_number(cutter, index) or _is_stray(cutter, index, last)):
            yield Hidden(token.start, token.end)


def _is_number(cutter: _Cutter, index: int) -> bool:
    before = cutter.tokens[index - 1].text if index else ""
    return cutter.tokens[index].text[0].isdigit() and (before in _BINDING or before in {":", "("})


def _is_stray(cutter: _Cutter, index: int, last: int) -> bool:
    """Return whether two words stand side by side, as where the quotes were forgotten."""
    around = cutter.tokens[max(index - 1, 0) : min(index + 2, last)]
    if not cutter.strays:
        return False
    plain = [token.kind == NAME and not iskeyword(token.text) for token in around]
    return any(one and other for one, other in pairwise(plain))


def _is_open(token: Token) -> bool:
    """Return whether a URL in the string goes on, or is filled in, elsewhere."""
    _, scheme, rest = token.content.rpartition("://")
    return bool(scheme) and ("@" not in rest or bool(_FILLED.search(rest)))


def _beside_open_urls(cutter: _Cutter) -> Iterator[Hidden]:
    """Hide the other strings beside such a URL, where one of them has an `@`."""
    scopes = {id(scope): scope for scope in _scopes(cutter)}
    for scope in scopes.values():
        strings = [i for i in range(scope.first, scope.last) if i in cutter.homes]
        if any(_has_at(cutter.tokens[index]) for index in strings):
            for index in strings:
                yield from _beside_open_url(cutter, index)


def _has_at(token: Token) -> bool:
    """Return whether a string holds an `@`, or what may be one, as any escape may."""
    return "@" in token.content or "\\" in token.content


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
