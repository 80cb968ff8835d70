"""Read many files in several processes; each of them is handed texts and gives back facts as bytes.

Python's own ways to start a process look for modules in the current directory first, where code of
the user's may lie: this one does not.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from celerylint.cache.codec.known import Known, to_bytes
from celerylint.cache.codec.layout import UnpackableError
from celerylint.text.source import Source, UnreadableError

# To look for cycles, of which there are hardly any, would take as long as to read.
_CODE = (
    "import gc, json, sys; gc.disable();"
    "question = json.load(sys.stdin); sys.path[:] = question['path'];"
    "from celerylint.cache.workers import answer; answer(question['sources'])"
)
_SIZE = 4


def processors() -> int:
    """Return how many processes can run at the same time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_all(sources: Sequence[Source], processes: int) -> Mapping[str, bytes]:
    """Return what is known of files, by path, as `packing.known` has it.

    What a process cannot tell is left out, to be read without it.
    """
    largest_first = sorted(sources, key=lambda source: -len(source.text))
    shares = [largest_first[number::processes] for number in range(processes)]
    with ThreadPoolExecutor(processes) as threads:
        return {path: known for share in threads.map(_asked, shares) for path, known in share}


def _asked(share: Sequence[Source]) -> list[tuple[str, bytes]]:
    """Let a process read some files; return what it tells."""
    texts = [(source.path, source.text) for source in share]
    question = json.dumps({"path": sys.path, "sources": texts}).encode("ascii")
    # Where Python is part of another program, it may not know its own name.
    command = (sys.executable or "", "-I", "-c", _CODE)
    try:
        run = subprocess.run(command, input=question, capture_output=True, check=True)  # noqa: S603 - it is ourselves
    except (OSError, subprocess.CalledProcessError):
        return []
    told = zip(_parted(run.stdout), share, strict=False)
    return [(source.path, known) for known, source in told if known]


def _parted(answer: bytes) -> Iterator[bytes]:
    while answer:
        end = _SIZE + int.from_bytes(answer[:_SIZE], "big")
        yield answer[_SIZE:end]
        answer = answer[end:]


def answer(texts: Sequence[tuple[str, str]]) -> None:
    """Read files, and write what is known of each to stdout; nothing for what cannot be told."""
    for path, text in texts:
        source = Source(path, text, "utf-8", b"")
        told = b""
        with contextlib.suppress(UnpackableError):
            told = to_bytes(_read(source), source)
        sys.stdout.buffer.write(len(told).to_bytes(_SIZE, "big") + told)


def _read(source: Source) -> Known:
    from celerylint.reading.reader import read  # noqa: PLC0415 - LibCST is heavy

    try:
        return read(source)
    except UnreadableError as error:
        return error
