"""Configuration files: which one counts for a folder, and what it says, key by key."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from celerylint.options.app_options import AppOption, app_options
from celerylint.options.table import TABLE, Kind, Option, UsageError, meaning, nearest, output

NAMES = (".celerylint.toml", "celerylint.toml", "pyproject.toml")
"""The names of configuration files; of several in one folder the first counts, as with ruff."""

_SHARED = "pyproject.toml"
_REPOSITORY = (".git", ".hg")

# The longest value that is looked at to find the line of its key, in lines.
_LONGEST = 200


class OptionFile(NamedTuple):
    """One configuration file: its text and its values as `Options` holds them, by key."""

    path: Path
    text: str
    values: Mapping[str, object]

    def where(self, key: str, word: str = "") -> str:
        """Return in which file and line a key stands, or a word of its value."""
        line = self._line(key, word)
        place = f"{f'line {line} of ' if line else ''}{os.path.relpath(self.path)}"
        return f"[tool.celerylint], {place}" if self.path.name == _SHARED else place

    def _line(self, key: str, word: str) -> int:
        """Return the line, 0 where it is not plain to see."""
        lines = self.text.split("\n")
        first = _line_of(lines, key, self.path)
        if not (first and word):
            return first
        quoted = (f'"{word}"', f"'{word}'")
        found = (
            n for n, line in enumerate(lines, 1) if n >= first and any(q in line for q in quoted)
        )
        return next(found, first)


def find(folder: Path) -> Path | None:
    """Return the nearest configuration file at or above a folder, within its repository."""
    for above in (folder, *folder.parents):
        if found := configuration_of(above):
            return found
        if any((above / mark).exists() for mark in _REPOSITORY):
            return None
    return None


def configuration_of(folder: Path) -> Path | None:
    """Return the configuration file of a folder itself; raise UsageError if it cannot be read."""
    return next((folder / name for name in NAMES if _configures(folder / name)), None)


def read(path: Path) -> OptionFile:
    """Return what a configuration file says.

    Raise UsageError where it cannot be read, or has an unknown key or a value that is none.
    """
    text = _text(path)
    file = OptionFile(path, text, {})
    section = _section(_document(path, text), path) or {}
    return file._replace(values={key: _value(file, key, value) for key, value in section.items()})


def _value(file: OptionFile, key: str, value: object) -> object:
    option = _known(file, key)
    if option.kind is Kind.APPS:
        return _apps(file, key, value)
    if not _ACCEPTS[option.kind](option, value):
        message = f"`{key}` in {file.where(key)}, takes {_expected(option)}, not {_quoted(value)}"
        raise UsageError(message)
    if option.kind is Kind.TEXTS and isinstance(value, list):
        where = f"`{key}` in {file.where(key)},"
        return tuple(output(text, file.path.parent, where) for text in value)
    known = meaning(option, _frozen(value))
    return str(file.path.parent / str(known)) if option.kind is Kind.PATH and known else known


def _quoted(value: object) -> str:
    try:
        return repr(value)
    except ValueError:
        # Python limits how many digits it writes.
        return "so long a number"


def _apps(file: OptionFile, key: str, value: object) -> tuple[AppOption, ...]:
    try:
        return app_options(value)
    except ValueError as error:
        message = f"`{key}` in {file.where(key)}, {error}"
        raise UsageError(message) from error


def demand_section(path: Path) -> None:
    """Raise UsageError where a file that was named has nothing to say to celerylint."""
    if path.name == _SHARED and _section(_document(path, _text(path)), path) is None:
        message = f"{os.path.relpath(path)} has no [tool.celerylint]"
        raise UsageError(message)


def _configures(path: Path) -> bool:
    if not os.path.lexists(path):
        return False
    if path.name != _SHARED:
        return True
    # Most projects say nothing to us, and their file need not be parsed.
    text = _raw(path)
    return b"celerylint" in text and _section(_document(path, _text(path)), path) is not None


def _raw(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            message = f"{os.path.relpath(path)} is not a file and cannot be read as configuration"
            raise UsageError(message)
        return path.read_bytes()
    except OSError as error:
        message = f"{os.path.relpath(path)} cannot be read: {error.strerror or 'it failed'}"
        raise UsageError(message) from error


def _text(path: Path) -> str:
    try:
        return _raw(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{os.path.relpath(path)} cannot be read: it is not UTF-8"
        raise UsageError(message) from error


def _document(path: Path, text: str) -> Mapping[str, object]:
    import tomli  # noqa: PLC0415 - --help and --version need no TOML

    try:
        return tomli.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{os.path.relpath(path)} is not valid TOML: {error}"
        raise UsageError(message) from error


def _section(document: Mapping[str, object], path: Path) -> Mapping[str, object] | None:
    """Return what a document says to celerylint, None where that is nothing."""
    if path.name != _SHARED:
        return document
    tool = document.get("tool", {})
    section = tool.get("celerylint") if isinstance(tool, dict) else None
    if section is not None and not isinstance(section, dict):
        message = f"`tool.celerylint` in {os.path.relpath(path)} is to be a table"
        raise UsageError(message)
    return section


# --- where a key stands --------------------------------------------------------------------------


def _line_of(lines: list[str], key: str, path: Path) -> int:
    """Return the line that a key begins on, 0 where it is not plain to see.

    TOML has many ways to write a key, and the parser tells no lines. So the file is parsed as far
    as the line before the key, and from there on until its value is complete.
    """
    for number, line in enumerate(lines):
        if key in line and _has(lines[:number], key, path) is False:
            ends = range(number + 1, min(len(lines), number + _LONGEST) + 1)
            if next(_known_to(_has(lines[:end], key, path) for end in ends), False):
                return number + 1
    return 0


def _known_to(answers: Iterator[bool | None]) -> Iterator[bool]:
    return (answer for answer in answers if answer is not None)


def _has(lines: list[str], key: str, path: Path) -> bool | None:
    """Return whether the beginning of a file has a key, None where it ends within a value."""
    try:
        return key in (_section(_document(path, "\n".join((*lines, ""))), path) or {})
    except UsageError:
        return None


# --- values --------------------------------------------------------------------------------------


def _known(file: OptionFile, key: str) -> Option:
    options = {option.name: option for option in TABLE if option.in_file}
    if key not in options:
        message = (
            f"`{key}` in {file.where(key)}, is not an option of celerylint{nearest(key, options)}"
        )
        raise UsageError(message)
    return options[key]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(word) for word in value)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(_is_words(words) for words in value.values())


_ACCEPTS: Mapping[Kind, Callable[[Option, object], bool]] = {
    Kind.FLAG: lambda _, value: isinstance(value, bool),
    Kind.TEXT: lambda _, value: _is_text(value),
    Kind.PATH: lambda _, value: _is_text(value),
    Kind.WORDS: lambda _, value: _is_words(value),
    Kind.TEXTS: lambda _, value: _is_words(value),
    Kind.TABLE: lambda _, value: _is_table(value),
    Kind.CHOICE: lambda option, value: value in option.choices,
}

_EXPECTED: Mapping[Kind, str] = {
    Kind.FLAG: "true or false",
    Kind.TEXT: "text in quotes",
    Kind.PATH: "a path in quotes",
    Kind.WORDS: "a list of texts",
    Kind.TEXTS: "a list of texts",
    Kind.TABLE: "a table of patterns, each with a list of rules",
}


def _expected(option: Option) -> str:
    if option.kind is Kind.CHOICE:
        return "one of " + ", ".join(f'"{choice}"' for choice in option.choices)
    return _EXPECTED[option.kind]


def _frozen(value: object) -> object:
    if isinstance(value, dict):
        return tuple((pattern, tuple(words)) for pattern, words in value.items())
    return tuple(value) if isinstance(value, list) else value
