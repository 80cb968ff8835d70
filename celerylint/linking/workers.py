"""The workers that the command lines of a project start, and the options they are started with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from celerylint.finding import Place
from celerylint.linking.django_modules import Search
from celerylint.reading.commands import Command, commands

_MARK = b"celery"
_WORKER, _PROGRAM = "worker", "celeryd"
_OF_CELERY = frozenset(
    ("-A", "--app", "-b", "--broker", "--workdir", "--loader", "--config", "--result-backend")
)
_FLAGS = frozenset(
    (
        "-B",
        "-C",
        "-D",
        "-E",
        "-q",
        "--beat",
        "--detach",
        "--discard",
        "--events",
        "--no-color",
        "--purge",
        "--quiet",
        "--task-events",
        "--without-gossip",
        "--without-heartbeat",
        "--without-mingle",
    )
)
# What a shell, a template or a supervisor fills in.
_FILLED = re.compile(r"\$|\{\{|%\(|<")
# What may start workers, or choose queues, in ways that are not followed.
_ELSEWHERE = re.compile(
    rb"(?<![\w-])(?:-Q(?![\w-])|--queues\b|worker_main\b|WorkController\b|add_consumer\b"
    rb"|CELERY_WORKER_QUEUES\b|celery\b.{0,20}\bmulti\b|CELERYD_OPTS\b|CELERYD_NODES\b)"
)
_QUEUES = ("-Q", "--queues")


class Worker(NamedTuple):
    """A command line that starts a worker; its place is that of the program."""

    place: Place
    command: Command

    def option(self, *names: str) -> str | None:
        """Return the last value of an option, which has a short and a long name."""
        words = [word.text for word in self.command.words]
        found: list[str] = [after for word, after in pairwise(words) if word in names]
        for word, name in ((word, name) for word in words for name in names):
            joined = f"{name}=" if name.startswith("--") else name
            if word.startswith(joined) and word != name:
                found.append(word[len(joined) :])
        return found[-1] if found else None

    @property
    def queues(self) -> frozenset[str] | None:
        """Return the queues that the command names, None where it names none."""
        named = self.option(*_QUEUES)
        return frozenset(named.split(",")) if named else None

    @property
    def is_clear(self) -> bool:
        """Return whether nothing that is filled in later may choose queues."""
        words = [word.text for word in self.command.words]
        if named := self.option(*_QUEUES):
            return not _FILLED.search(named)
        if {"-X", "--exclude-queues"} & set(words) or len(words) == 1:
            return False
        return not any(
            _FILLED.match(word) and not _takes_value(before) for before, word in pairwise(words)
        )


def _takes_value(word: str) -> bool:
    return word.startswith("-") and "=" not in word and word not in _FLAGS


class Workers:
    """The workers of a project, found when they are asked for."""

    def __init__(self, search: Search) -> None:
        """Keep where to look for command lines."""
        self._search = search

    @cached_property
    def all(self) -> tuple[Worker, ...]:
        """Return the command lines that start a worker, mentions of such among them."""
        return tuple(self._found())

    @cached_property
    def clear(self) -> bool:
        """Return whether there are workers, and all queues that they consume can be told."""
        return bool(self.all) and all(w.is_clear for w in self.all) and not self._elsewhere()

    def _found(self) -> Iterator[Worker]:
        for path in self._search.launchers:
            raw = self._search.peek(path)
            for command in commands(raw.decode("utf-8", "replace")) if _MARK in raw else ():
                if starts_worker(command):
                    yield Worker(Place(path, command.words[0].span), command)

    def _elsewhere(self) -> bool:
        """Return whether workers may be started, or told their queues, by code or by `multi`."""
        code = any(_ELSEWHERE.search(self._search.peek(path)) for path in self._search.files)
        others = (self._search.peek(path) for path in self._search.launchers)
        return code or any(
            match[0].lstrip() not in {b"-Q", b"--queues"}
            for raw in others
            for match in _ELSEWHERE.finditer(raw)
        )


def starts_worker(command: Command) -> bool:
    """Return whether a command starts a worker, or does not say what it starts."""
    words = [word.text for word in command.words]
    if command.program == _PROGRAM or (command.program == "celery" and len(words) == 1):
        return True
    return any(w == _WORKER and before not in _OF_CELERY for before, w in pairwise(words))
