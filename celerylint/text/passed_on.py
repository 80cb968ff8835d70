"""Which names of a text end up as the password of a URL, and which arguments are passwords.

`P = "pw"` is known by what is made of it: `"amqp://u:" + P + "@h"`; the arguments of a function by
the names of its parameters, or by what its result is called: `BROKER_URL = url("u", "pw", "h")`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from keyword import iskeyword

from celerylint.text.clauses import LOOKUPS, Cutter, Item, name_of
from celerylint.text.lexing import NAME, STRING, Token
from celerylint.text.secret_names import COMMON, looks_secret

_OTHER_PART = re.compile(
    r"(?:^|_)(?:db|domain|driver|host|hostname|login|name|path|port|proto|protocol|query|scheme"
    r"|server|str|transport|user|username|vhost)s?$",
    re.IGNORECASE,
)
"""Names of the other parts of a URL."""

_URL_NAME = re.compile(r"(?:^|_)(?:broker|backend|dsn|uri|url)(?:_|$)", re.IGNORECASE)
_NOT_MADE = LOOKUPS | {"join", "format", "replace", "str", "lower", "strip", "setdefault", "Path"}
_INNOCENT = re.compile(r"[a-z][\w-]*(?:\.[\w-]+)+|[./~][\w./-]*|\d+|.*://.*", re.DOTALL)
"""Hosts, modules, paths and URLs, which are no passwords."""

_FIELD = re.compile(r"\{(?P<name>\w+)[^{}]*\}")
_PLACE = re.compile(r"%s|\{\d?\}")
_FEWEST = 2


def passwords(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names whose values are the passwords of URLs that are put together of pieces."""
    found: set[str] = set()
    for index, token in enumerate(tokens):
        if token.kind == STRING and "://" in token.content:
            url, _, rest = token.content.rpartition("://")
            if "@" not in rest:
                found.update(_in_sum(tokens, index))
                continue
            user, _, password = rest.rpartition("@")[0].partition(":")
            found.update(_FIELD.findall(password))
            if _PLACE.match(password):
                found.update(_filled_in(tokens, index, len(_PLACE.findall(url + user))))
    return frozenset(found)


def _filled_in(tokens: Sequence[Token], index: int, place: int) -> Iterator[str]:
    """Yield the name at this place of what fills in a template: `% (a, b)` or `.format(a, b)`."""
    filler = [token.text for token in tokens[index + 1 : index + 4]]
    opener = index + 2 if filler[:2] == ["%", "("] else index + 3
    if opener == index + 2 or filler == [".", "format", "("]:
        words = takewhile(lambda token: token.text not in {"(", ")"}, tokens[opener + 1 :])
        names = [token for token in words if token.text != ","]
        yield from (token.text for token in names[place : place + 1] if token.kind == NAME)


def _in_sum(tokens: Sequence[Token], index: int) -> Iterator[str]:
    """Yield the names that are added to a URL before its `@`."""
    names: list[str] = []
    for operator, operand in zip(tokens[index + 1 :: 2], tokens[index + 2 :: 2], strict=False):
        if operator.text != "+":
            return
        if operand.kind == NAME and not iskeyword(operand.text):
            names.append(operand.text)
        if operand.kind == STRING and "@" in operand.content:
            yield from (name for name in names if not _OTHER_PART.search(name))
            return


def arguments(cutter: Cutter) -> Iterator[tuple[int, int]]:
    """Yield where the arguments of calls are passwords, counted in tokens."""
    calls: defaultdict[int, list[Item]] = defaultdict(list)
    for item in cutter.items:
        if item.bracket > 0 and _is_call(cutter.tokens, item.bracket):
            calls[item.bracket].append(item)
    functions = _functions(cutter.tokens, calls)
    for bracket, items in calls.items():
        secret = functions.get(cutter.tokens[bracket - 1].text, frozenset())
        if not secret and _makes_url(cutter, items[0]):
            yield from _unnamed(cutter, items)
        for place, item in enumerate(items):
            if place in secret and not item.keyed:
                yield item.first, item.last


def _is_call(tokens: Sequence[Token], bracket: int) -> bool:
    owner = tokens[bracket - 1]
    return tokens[bracket].text == "(" and owner.kind == NAME and not iskeyword(owner.text)


def _functions(
    tokens: Sequence[Token], calls: Mapping[int, Sequence[Item]]
) -> Mapping[str, frozenset[int]]:
    """Return which parameters of the functions of this text are passwords, by their places."""
    found: dict[str, frozenset[int]] = {}
    for bracket, items in calls.items():
        if bracket > 1 and tokens[bracket - 2].text == "def":
            names = [tokens[item.first].text for item in items if item.first < item.last]
            handed = [name for name in names if name not in {"self", "cls"}]
            places = {place for place, name in enumerate(handed) if looks_secret(name)}
            found[tokens[bracket - 1].text] = frozenset(places)
    return found


def _makes_url(cutter: Cutter, item: Item) -> bool:
    """Return whether an argument is of a call that is the whole value of what is called a URL."""
    tokens, parent = cutter.tokens, item.parent
    if not parent or not parent.keyed or tokens[item.bracket - 1].text in _NOT_MADE:
        return False
    named = tokens[parent.value - 2]
    begins = all(
        token.kind == NAME or token.text == "." for token in tokens[parent.value : item.bracket]
    )
    return begins and bool(_URL_NAME.search(name_of(named)))


def _unnamed(cutter: Cutter, items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Yield the arguments that may be passwords, where there are several texts."""
    texts = [item for item in items if not item.keyed and _is_text(cutter, item)]
    if len(texts) >= _FEWEST:
        for item in texts:
            content = cutter.tokens[item.first].content
            if content.lower() not in COMMON and not _INNOCENT.fullmatch(content):
                yield item.first, item.last


def _is_text(cutter: Cutter, item: Item) -> bool:
    tokens = cutter.tokens[item.first : min(item.last, item.first + 2)]
    return (
        bool(tokens)
        and tokens[0].kind == STRING
        and all(t.text in {tokens[0].text, ","} for t in tokens)
    )
