"""The lines of dependency files that an upgrade of Celery has to change."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from celerylint.files.walking import Tree

_NAMES = (
    "amqp",
    "billiard",
    "celery",
    "celery-redbeat",
    "celery-with-redis",
    "django-celery",
    "django-celery-beat",
    "django-celery-results",
    "flower",
    "kombu",
    "redis",
    "vine",
)
"""Celery, what it is made of, and what is released for some of its versions only."""
_LOCKS = ("*.lock", "*.lock.json", "*-lock.json")
_LINE = re.compile(
    rf"(?:^|[\"'\-])\s*(?P<text>(?:{'|'.join(sorted(_NAMES, reverse=True))})"
    r"(?:\[[\w,\s-]*\])?\s*(?P<spec>(?:[<>=!~]=?=?\s*[\"']?[\^~<>=!]*\s*[\w.*]+,?\s*)*)[\"']?)"
    r"\s*(?=$|[;#\"',\])])",
    re.IGNORECASE,
)


_DIGIT = re.compile(r"\d")


class Line(NamedTuple):
    """A requirement with the file and the line that it stands in."""

    path: str
    line: int
    text: str


def pinned(tree: Tree) -> Iterator[Line]:
    """Yield the requirements that bound a version of Celery or of what goes with it, by file.

    Lock files are left out, since tools write them.
    """
    for path in tree.manifests:
        if any(fnmatchcase(posixpath.basename(path), lock) for lock in _LOCKS):
            continue
        try:
            text = tree.read(path).decode("utf-8-sig", "replace")
        except OSError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for match in _LINE.finditer(re.sub(r"(^|\s)#.*", "", line)):
                if _DIGIT.search(match["spec"]):
                    yield Line(path, number, _unquoted(match["text"].strip()))


def _unquoted(text: str) -> str:
    """Return a requirement without the quote that ends it and began before it."""
    return text[:-1] if text[-1] in "\"'" and text.count(text[-1]) == 1 else text
