"""The files of one project, each read once: its text and its facts, or why it has none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from celerylint.cache.codec.known import Known, from_bytes, to_bytes
from celerylint.cache.codec.layout import UnpackableError
from celerylint.cache.disk import Cache
from celerylint.cache.memory import Memory
from celerylint.facts import FileFacts, SkippedRegion
from celerylint.files.walking import Tree
from celerylint.options.table import Options
from celerylint.text.source import Source, UnreadableError, decode

_WORTH_A_PROCESS = 100_000
"""A process of its own costs as much as to read so many bytes."""


class Store:
    """Read files when they are asked for; `failures` are those that could not be read.

    `skipped` are the parts of files that are no Python 3.
    """

    def __init__(self, tree: Tree, memory: Memory, cache: Cache | None = None) -> None:
        """Read from a tree; facts that the memory or the cache has are not read again."""
        self._tree = tree
        self._memory = memory
        self._cache = cache or Cache(None)
        self.sources: dict[str, Source] = {}
        self.failures: dict[str, UnreadableError] = {}
        self.skipped: dict[str, tuple[SkippedRegion, ...]] = {}

    def facts(self, path: str) -> FileFacts | None:
        """Return the facts of a file, None where it cannot be read."""
        try:
            raw = self._content(path)
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
        if facts.skipped:
            self.skipped[path] = facts.skipped
        return facts

    def _content(self, path: str) -> bytes:
        """Return the bytes of a file; raise OSError as reading does."""
        if path in self._tree.overlay:
            return self._tree.read(path)
        contents = self._memory.contents
        if path not in contents:
            contents[path] = self._tree.read(path)
        return contents[path]

    def peek(self, path: str) -> bytes:
        """Return the bytes of a file, none where it cannot be read."""
        try:
            return self._content(path)
        except OSError:
            return b""

    def launchers(self) -> Mapping[str, Source]:
        """Return the texts of the files that start Celery and that the user wants to hear of.

        What cannot be decoded is left out.
        """
        wanted = filter(self._tree.concerns, self._tree.launchers)
        found: dict[str, Source] = {}
        for path in wanted:
            raw = self.peek(path)
            if b"celery" in raw:
                with contextlib.suppress(UnreadableError):
                    found[path] = replace(decode(path, raw), python=False)
        self.sources.update(found)
        return found

    def read_ahead(self, paths: Iterable[str], jobs: int | None) -> None:
        """Read files in several processes, where so many are not known yet that it pays.

        `jobs` is how many processes the user wants; None leaves that to us.
        """
        cold: dict[str, tuple[Source, bytes]] = {}
        for path in paths:
            with contextlib.suppress(OSError, UnreadableError):
                raw = self._content(path)
                source = decode(path, raw)
                if not self._is_known(source, raw):
                    cold[path] = source, raw
        size = sum(len(raw) for _, raw in cold.values())
        most = size // _WORTH_A_PROCESS if jobs is None else min(jobs, len(cold))
        if most <= 1:
            return
        from celerylint.cache import workers  # noqa: PLC0415 - most runs read few files

        count = min(most, workers.processors()) if jobs is None else most
        sources = [source for source, _ in cold.values()]
        for path, told in workers.read_all(sources, count).items():
            source, raw = cold[path]
            self._memory.facts[path, raw] = from_bytes(told, source)
            if self._is_kept(path):
                self._cache.put(raw, told)

    def _parsed(self, source: Source, raw: bytes) -> FileFacts:
        if not self._is_known(source, raw):
            self._memory.facts[source.path, raw] = self._read(source, raw)
        known = cast("Known", self._memory.facts[source.path, raw])
        if isinstance(known, UnreadableError):
            raise known
        return known

    def _is_known(self, source: Source, raw: bytes) -> bool:
        key = source.path, raw
        if key not in self._memory.facts and (known := kept(self._cache, source, raw)):
            self._memory.facts[key] = known
        return key in self._memory.facts

    def _read(self, source: Source, raw: bytes) -> Known:
        from celerylint.reading.reader import read  # noqa: PLC0415 - LibCST is heavy

        known: Known
        try:
            known = read(source)
        except UnreadableError as error:
            known = error
        if self._is_kept(source.path):
            with contextlib.suppress(UnpackableError):
                self._cache.put(raw, to_bytes(known, source))
        return known

    def _is_kept(self, path: str) -> bool:
        # What an editor pipes in changes with every key.
        return self._cache.is_open and path not in self._tree.overlay

    def _fail(self, path: str, raw: bytes, error: UnreadableError) -> None:
        self.failures[path] = error
        # Every byte has a meaning in latin-1, which is enough to show a line.
        self.sources.setdefault(path, Source(path, raw.decode("latin-1"), "latin-1", b""))


def opened(tree: Tree, options: Options, memory: Memory | None = None) -> Store:
    """Return the store of a project, with the cache that its options name."""
    folder = options.cache_dir and Path(options.cache_dir)
    return Store(tree, memory or Memory(), Cache(folder or None))


def kept(cache: Cache, source: Source, raw: bytes) -> Known | None:
    """Return what a cache has of the content of a file, None where it has to be read."""
    content = cache.content(raw)
    if content is None:
        return None
    try:
        return from_bytes(content, source)
    except UnpackableError:
        return None
