"""What the bytes of a file say, told in one pass: which later steps have to look into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

NAMES = "telling.txt"
"""The file of the `rules` folder with the names that tell of Celery."""

CELERY, DJANGO, SITE, SETTINGS, FLASK, LOADS, STAR = (1 << bit for bit in range(7))
"""The marks of a file.

It has to do with Celery; it says `DJANGO_SETTINGS_MODULE`, `INSTALLED_APPS`, `settings`, `flask` or
`.config.from_`; it has a star import.
"""
ALL = (1 << 7) - 1
"""The marks of a file that cannot be read: whoever looks into it says so."""

# A file with one of these words has to do with Celery, whatever else it says.
_WORDS = frozenset(
    {"config_from_object", "config_from_envvar", "apply_async", "send_task", "kombu"}
)
_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_WORDS_ONLY = bytes(byte if byte in _WORD else ord(" ") for byte in range(256))
"""What leaves of the bytes of a text its words."""
_STAR = re.compile(rb"import[ \t]*\(?[ \t]*\*")
_SAID = (
    (DJANGO, b"DJANGO_SETTINGS_MODULE"),
    (SITE, b"INSTALLED_APPS"),
    (SETTINGS, b"settings"),
    (FLASK, b"flask"),
    (LOADS, b".config.from_"),
)


Has = Callable[[str], bool]


class Kept(Protocol):
    """The marks of files that were told before, by any run."""

    def get(self, path: str) -> int | None:
        """Return the marks of a file, None where it is new or has changed."""

    def put(self, path: str, marks: int) -> None:
        """Keep the marks of a file."""

    def anywhere(self, word: str, files: Sequence[str], has: Has) -> bool:
        """Return whether any of these files has a word, as `has` tells of a path."""

    def save(self) -> None:
        """Keep for the next run what there is."""


class Forgetful:
    """Keep nothing: every file is read as often as somebody asks."""

    def get(self, path: str) -> int | None:
        """Return that nothing is known of a file."""

    def put(self, path: str, marks: int) -> None:
        """Forget the marks of a file."""

    def anywhere(self, word: str, files: Sequence[str], has: Has) -> bool:  # noqa: ARG002 - it keeps none
        """Return whether any of these files has a word, as `has` tells of a path."""
        return any(map(has, files))

    def save(self) -> None:
        """Keep nothing."""


class Remembered(Forgetful):
    """Keep the marks of files as long as a run takes."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._marks: dict[str, int] = {}

    def get(self, path: str) -> int | None:
        """Return the marks of a file, None where nobody asked yet."""
        return self._marks.get(path)

    def put(self, path: str, marks: int) -> None:
        """Keep the marks of a file."""
        self._marks[path] = marks


@cache
def rules_folder() -> Path:
    """Return the folder of the rules: within the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def telling(folder: Path) -> frozenset[str]:
    """Return the names that hardly mean anything but Celery, wherever they stand."""
    return frozenset(folder.joinpath(NAMES).read_text(encoding="ascii").split())


@cache
def words() -> frozenset[bytes]:
    """Return the words that make a file one that has to do with Celery."""
    return frozenset(name.encode() for name in telling(rules_folder()) | _WORDS)


def marks_of(raw: bytes) -> int:
    """Return the marks of a content.

    It has to do with Celery where it says "celery", in any case, or one of the names that hardly
    mean anything else, as a whole word.
    """
    marks = sum(mark for mark, text in _SAID if text in raw)
    # Few files have a star import, and what is always there is told a hundred times as fast.
    if b"*" in raw and _STAR.search(raw):
        marks |= STAR
    # To split a text costs half of what it costs to look for some of the words in it.
    if b"celery" in raw.lower() or not words().isdisjoint(raw.translate(_WORDS_ONLY).split()):
        marks |= CELERY
    return marks
