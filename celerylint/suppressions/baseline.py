"""The baseline: findings that were there when a project took celerylint up, and do not count.

An entry knows a finding by what it points at, not by its line: code that moves keeps its entries,
and so does a setting whose value changes, where the finding is about its name.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from celerylint.files.roots import shown
from celerylint.options.table import UsageError

_VERSION = 1


class Entry(NamedTuple):
    """One finding; `path` is relative to the folder of the baseline, with forward slashes.

    `text` is what the finding points at: its first line, with its secrets masked and its blanks
    made one. `setting` is empty where the finding is about none.
    """

    path: str
    code: str
    setting: str
    text: str


class Baseline(NamedTuple):
    """A baseline: the file it stands in, and its entries."""

    file: Path
    entries: tuple[Entry, ...] = ()


EMPTY = Baseline(Path())


def written(baseline: Baseline) -> bytes:
    """Return the content of the file: JSON, sorted, an entry per line."""
    import json  # noqa: PLC0415 - most runs have no baseline

    lines = ",\n".join(f"    {json.dumps(entry._asdict())}" for entry in sorted(baseline.entries))
    listed = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {_VERSION},\n  "findings": {listed}\n}}\n'.encode()


def load(file: Path) -> Baseline:
    """Return the baseline in a file. Raise UsageError where it cannot be read or is none."""
    name = shown(Path(os.path.relpath(file)))
    try:
        raw = file.read_bytes()
    except FileNotFoundError as error:
        message = f"The baseline {name} does not exist; --write-baseline {name} makes it"
        raise UsageError(message) from error
    except OSError as error:
        message = f"The baseline {name} cannot be read: {error.strerror}"
        raise UsageError(message) from error
    return Baseline(file, _read(raw, name))


def _read(raw: bytes, name: str) -> tuple[Entry, ...]:
    import json  # noqa: PLC0415 - most runs have no baseline

    remedy = "move it away and write it again with --write-baseline"
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        message = f"The baseline {name} is not valid JSON: {error}; {remedy}"
        raise UsageError(message) from error
    version = document.get("version") if isinstance(document, dict) else None
    if isinstance(version, int) and version != _VERSION:
        message = f"The baseline {name} is of version {version}, not {_VERSION}; {remedy}"
        raise UsageError(message)
    listed = document.get("findings") if version == _VERSION else None
    if not isinstance(listed, list) or not all(map(_is_entry, listed)):
        message = f"{name} is not a baseline of celerylint; {remedy}"
        raise UsageError(message)
    return tuple(Entry(**entry) for entry in listed)


def _is_entry(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == set(Entry._fields)
        and all(isinstance(text, str) for text in value.values())
    )
