"""The parts of a broker or backend URL, as far as they are known."""

from __future__ import annotations

import re
from typing import NamedTuple

from celerylint.values import GAP, Made, Some, Text

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*$")


class Url(NamedTuple):
    """A URL; what is not known in full is None. The password is known to be there, no more.

    `scheme` has the driver with it, as in `sqla+sqlite`; a text without one has an empty scheme.
    """

    scheme: str | None
    user: str | None = None
    password: bool | None = None
    host: str | None = None
    path: str | None = None
    query: str | None = None

    @property
    def transport(self) -> str | None:
        """Return the part of the scheme that chooses the transport or the backend."""
        return self.scheme and self.scheme.partition("+")[0]


def urls(pattern: object) -> tuple[Url, ...] | None:
    """Return the URLs of a broker setting: one, several with semicolons, or a list of them.

    None where not even their number is known.
    """
    match pattern:
        case str():
            return tuple(map(_parse, pattern.split(";")))
        case Text():
            return tuple(map(_parse, pattern.raw.split(";")))
        case Some() | Made():
            return None
        case tuple():
            return _of_each(pattern)
        case _:
            return ()


def _of_each(items: tuple[object, ...]) -> tuple[Url, ...] | None:
    found: list[Url] = []
    for item in items:
        patterns = getattr(item, "patterns", (item,))
        for each in map(urls, patterns):
            if each is None:
                return None
            found += each
    return tuple(found)


def _parse(text: str) -> Url:
    head, mark, rest = text.partition("://")
    if not mark:
        return Url(None if GAP in text else "")
    if GAP in head or not _SCHEME.match(head):
        return Url(None)
    place, _, query = rest.partition("?")
    authority, _, path = place.partition("/")
    userinfo, _, host = authority.rpartition("@")
    user, colon, _ = userinfo.partition(":")
    return Url(
        head,
        _known(user),
        None if GAP in user and not colon else bool(colon),
        _known(host),
        _known(path),
        _known(query),
    )


def _known(text: str) -> str | None:
    return None if GAP in text else text
