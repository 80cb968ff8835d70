"""The files of one project, each read once: its text and its facts, or why it has none."""

from __future__ import annotations

from typing import cast

from celerylint.facts import Aside, FileFacts
from celerylint.files import Tree
from celerylint.memory import Memory
from celerylint.source import Source, UnreadableError, decode


class Store:
    """Read files when they are asked for; `failures` are those that could not be read.

    `asides` are the parts of files that are no Python 3.
    """

    def __init__(self, tree: Tree, memory: Memory) -> None:
        """Read from a tree; facts that the memory has are not read again."""
        self._tree = tree
        self._memory = memory
        self.sources: dict[str, Source] = {}
        self.failures: dict[str, UnreadableError] = {}
        self.asides: dict[str, tuple[Aside, ...]] = {}

    def facts(self, path: str) -> FileFacts | None:
        """Return the facts of a file, None where it cannot be read."""
        try:
            raw = self._tree.read(path)
        except OSError as error:
            reason = f"The file cannot be read: {error.strerror}"
            self._fail(path, b"", UnreadableError(reason))
            return None
        try:
            source = decode(path, raw)
            self.sources[path] = source
            facts = self._parsed(source, raw)
        except UnreadableError as error:
            self._fail(path, raw, error)
            return None
        if facts.aside:
            self.asides[path] = facts.aside
        return facts

    def peek(self, path: str) -> bytes:
        """Return the bytes of a file, none where it cannot be read."""
        try:
            return self._tree.read(path)
        except OSError:
            return b""

    def _parsed(self, source: Source, raw: bytes) -> FileFacts:
        from celerylint.reading.reader import read  # noqa: PLC0415 - LibCST is heavy

        key = source.path, raw
        if key not in self._memory:
            try:
                self._memory[key] = read(source)
            except UnreadableError as error:
                self._memory[key] = error
        known = cast("FileFacts | UnreadableError", self._memory[key])
        if isinstance(known, UnreadableError):
            raise known
        return known

    def _fail(self, path: str, raw: bytes, error: UnreadableError) -> None:
        self.failures[path] = error
        # Every byte has a meaning in latin-1, which is enough to show a line.
        self.sources.setdefault(path, Source(path, raw.decode("latin-1"), "latin-1", b""))
