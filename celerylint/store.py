"""The files of one project, each read once: its text and its facts, or why it has none."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from celerylint.cache import Cache, Known
from celerylint.facts import Aside, FileFacts
from celerylint.files import Tree
from celerylint.memory import Memory
from celerylint.options import Options
from celerylint.source import Source, UnreadableError, decode


class Store:
    """Read files when they are asked for; `failures` are those that could not be read.

    `asides` are the parts of files that are no Python 3.
    """

    def __init__(self, tree: Tree, memory: Memory, cache: Cache | None = None) -> None:
        """Read from a tree; facts that the memory or the cache has are not read again."""
        self._tree = tree
        self._memory = memory
        self._cache = cache or Cache(None)
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
        key = source.path, raw
        if key not in self._memory:
            self._memory[key] = self._cache.get(source, raw) or self._read(source, raw)
        known = cast("Known", self._memory[key])
        if isinstance(known, UnreadableError):
            raise known
        return known

    def _read(self, source: Source, raw: bytes) -> Known:
        from celerylint.reading.reader import read  # noqa: PLC0415 - LibCST is heavy

        known: Known
        try:
            known = read(source)
        except UnreadableError as error:
            known = error
        if source.path not in self._tree.overlay:
            self._cache.put(source, raw, known)
        return known

    def _fail(self, path: str, raw: bytes, error: UnreadableError) -> None:
        self.failures[path] = error
        # Every byte has a meaning in latin-1, which is enough to show a line.
        self.sources.setdefault(path, Source(path, raw.decode("latin-1"), "latin-1", b""))


def opened(tree: Tree, options: Options, memory: Memory | None = None) -> Store:
    """Return the store of a project, with the cache that its options name."""
    folder = options.cache_dir and Path(options.cache_dir)
    return Store(tree, {} if memory is None else memory, Cache(folder or None))
