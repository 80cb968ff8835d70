"""What of the statements of a Python text is to be hidden, by the names that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise, takewhile
from keyword import iskeyword
from typing import NamedTuple

from celerylint.text.clauses import BINDING, Cutter, Item, name_of
from celerylint.text.lexing import NAME, STRING, Token
from celerylint.text.passed_on import arguments, passwords
from celerylint.text.secret_names import HARMLESS_KEYS, WELL_KNOWN, looks_secret


class Hidden(NamedTuple):
    """A stretch of text that is not to be shown, in characters; `end` is exclusive."""

    start: int
    end: int


_TELLING = frozenset(("field", "key", "kind", "type"))
"""Names whose value says what stands beside it: `f("hunter2", kind="password")`."""

_NAMING = frozenset(("name",))
"""The same for what has a name of its own: `f("hunter2", name="password")` is of a field."""

_FILLED = re.compile(r"[{}%$]")

_OF_SEQUENCES = frozenset("()[],")


def in_statements(
    tokens: Iterable[Token], *, templates: bool = False, strays: bool = True
) -> Iterator[Hidden]:
    """Yield what to hide in a text, given as all its tokens.

    `templates` says that URLs are filled in somewhere in the file: what fills in is hidden too.
    `strays` says that words side by side are an error, as they are in code but not in comments.
    """
    given = tuple(tokens)
    cutter = Cutter(given, templates=templates, strays=strays, also=passwords(given))
    secret = _painted(cutter)
    for first, last in (*_logins(cutter), *_told_beside(cutter), *arguments(cutter)):
        secret[first:last] = b"\1" * (last - first)
    for index in range(len(secret)):
        if secret[index]:
            yield from _hidden(cutter, index, index + 1 + any(secret[index + 1 : index + 2]))
    yield from _beside_open_urls(cutter)


def _painted(cutter: Cutter) -> bytearray:
    """Return for each token whether it stands beside the name of a secret, and the nearest name."""
    secret = bytearray(len(cutter.tokens))
    for item in cutter.items:
        if item.secret is not None:
            secret[item.secret : item.last] = b"\1" * (item.last - item.secret)
        elif _is_harmless(cutter, item):
            secret[item.first : item.last] = bytes(item.last - item.first)
    return secret


def _is_harmless(cutter: Cutter, item: Item) -> bool:
    """Return whether an item is the queue of a task, say, whatever it stands in is called."""
    named = item.keyed and cutter.tokens[item.value - 2].content.lower() in HARMLESS_KEYS
    return named or cutter.is_harmless_call(item)


def _logins(cutter: Cutter) -> Iterator[tuple[int, int]]:
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


def _told_beside(cutter: Cutter) -> Iterator[tuple[int, int]]:
    """Yield the values of brackets in which something says that one of them is a secret."""
    brackets = (item for item in cutter.items if item.keyed and item.bracket >= 0)
    named = [item for item in brackets if not cutter.is_harmless_call(item)]
    telling = {item.bracket: item for item in named if _tells(cutter, item, _TELLING)}
    naming = {item.bracket: item for item in named if _tells(cutter, item, _NAMING)}
    for item in cutter.items:
        beside = naming.get(item.bracket) if item.keyed else None
        if beside and _is_harmless(cutter, item):
            continue
        if (telling.get(item.bracket) or beside or item) is not item:
            yield item.value, item.last


def _tells(cutter: Cutter, item: Item, names: frozenset[str]) -> bool:
    name = cutter.tokens[item.value - 2].content
    value = [t for t in cutter.tokens[item.value : min(item.value + 2, item.last)] if t.text != ","]
    return name in names and len(value) == 1 and looks_secret(name_of(value[0]))


def is_template(token: Token) -> bool:
    """Return whether a string is a URL whose user or password is filled in."""
    userinfo, at, _ = token.content.partition("://")[2].rpartition("@")
    return bool(at) and bool(_FILLED.search(userinfo))


def _hidden(cutter: Cutter, index: int, last: int) -> Iterator[Hidden]:
    """Yield where to hide a token beside the name of a secret, as is all up to `last`."""
    token = cutter.tokens[index]
    if token.content in WELL_KNOWN:
        return
    if token.kind == STRING and not cutter.is_lookup(index) and not cutter.is_key(index):
        yield Hidden(token.content_start, token.content_end)
    elif token.kind == NAME and (_is_number(cutter, index) or _is_stray(cutter, index, last)):
        yield Hidden(token.start, token.end)


def _is_number(cutter: Cutter, index: int) -> bool:
    before = cutter.tokens[index - 1].text if index else ""
    return cutter.tokens[index].text[0].isdigit() and (before in BINDING or before in {":", "("})


def _is_stray(cutter: Cutter, index: int, last: int) -> bool:
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


def _beside_open_urls(cutter: Cutter) -> Iterator[Hidden]:
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


def _scopes(cutter: Cutter) -> Iterator[Item]:
    for index, home in cutter.homes.items():
        if _is_open(cutter.tokens[index]):
            while not home.keyed and home.parent:
                home = home.parent  # noqa: PLW2901 - climbing
            yield home


def _beside_open_url(cutter: Cutter, index: int) -> Iterator[Hidden]:
    token = cutter.tokens[index]
    if not _is_open(token):
        yield from _hidden(cutter, index, index + 1)
    elif "@" not in token.content:
        yield Hidden(token.start + token.text.rindex("://") + 3, token.content_end)
