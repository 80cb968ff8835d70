"""What files that start workers set variables of the environment to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from celerylint.finding import Place, Span
from celerylint.linking.django_modules import Search
from celerylint.linking.workers import Workers

# `KEY: value`, `KEY=value`, `ENV KEY value` and, in Kubernetes, `- name: KEY` above `value: ...`.
_ASSIGNED = (
    r"(?<![\w$]){name}(?![\w])[\"']?"
    r"(?:[ \t]*[=:][ \t]*|[ \t]+(?=[^\s=:])|[ \t]*\r?\n[ \t]*value:[ \t]*)"
    r"[\"']?(?P<value>[^\s\"',;]+)"
)
# What is filled in later, and what is there to be copied.
_OPEN = re.compile(r"[$<>]|\{\{|%\(|^change|^your", re.IGNORECASE)
_SAMPLE = re.compile(r"example|sample|template|dist\b|test", re.IGNORECASE)
_DOTENV = re.compile(r"\.env(?:\.\w+)?|\w+\.env")


class Variable(NamedTuple):
    """A variable of the environment with its value, as a file sets it."""

    place: Place
    value: str


def variables(search: Search, workers: Workers, name: str) -> Iterator[Variable]:
    """Yield what a variable is set to in files that start Celery, and in `.env` files."""
    starting = {worker.place.path for worker in workers.all if worker.command.runs}
    pattern = re.compile(_ASSIGNED.format(name=re.escape(name)))
    mark = name.encode()
    for path in search.launchers:
        raw = search.peek(path)
        used = path in starting or _DOTENV.fullmatch(path.rpartition("/")[2])
        if not used or mark not in raw or _SAMPLE.search(path):
            continue
        text = raw.decode("utf-8", "replace")
        for match in pattern.finditer(text):
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            if not line.lstrip().startswith("#") and not _OPEN.search(match["value"]):
                yield Variable(Place(path, Span(*match.span())), match["value"])
