"""The fixtures: small projects as people write them, with what must be found and fixed in them.

A fixture is a folder of `fixtures/`: `fixture.toml` says what it is about, `before/` is the
project, `after/` holds the files that the fix changes, and nothing else. CONTRIBUTING.md lists
the keys of `fixture.toml`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import tomli

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


@dataclass(frozen=True, slots=True)
class Expected:
    """One finding that must be reported; the last three are looked at where they are given.

    `fix` is "safe", "unsafe" or "none"; `blocked` is a text in the notes of the finding, `reason`
    one in what makes its fix unsafe.
    """

    path: str
    line: int
    code: str
    setting: str | None = None
    fix: str | None = None
    blocked: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Fixture:
    """What `fixture.toml` says, with the folder it stands in.

    `families` are the beginnings of the codes that are looked at.
    `fix` is the boldest kind of fix that is applied: "safe" or "unsafe". `load`, `imports`,
    `watch` and `environ` say how the real Celery loads the project; without `load` it does not.
    `also` are other ways in which it is loaded: the settings modules of a Django site.
    `loads` is false where Celery 4 and later refuse the original. `alters` are the settings that
    an unsafe fix changes, per Celery version; `effective` are the Python literals that settings
    must be equal to after the fix.
    """

    folder: Path
    title: str
    why: str
    target_version: str
    families: tuple[str, ...] = ("CEL0", "CEL1")
    upgrading_from: str | None = None
    namespace: str | None = None
    extend_select: tuple[str, ...] = ()
    known_settings: tuple[str, ...] = ()
    fix: str = "safe"
    load: str | None = None
    also: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    loads: bool = True
    alters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    effective: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Expected, ...] = ()
    variant: str = ""

    @property
    def name(self) -> str:
        """Return the name of the folder, with the number of the variant."""
        return f"{self.folder.name}{self.variant}"

    def variants(self) -> Iterator[Fixture]:
        """Yield the fixture once for every way to load it."""
        if self.load:
            yield self
        for number, load in enumerate(self.also, 2):
            yield replace(self, load=load, also=(), variant=f"-{number}")

    def before(self) -> Mapping[str, bytes]:
        """Return the files of the project, by path."""
        return files_below(self.folder / "before")

    def after(self) -> Mapping[str, bytes]:
        """Return the files that the fix changes, by path."""
        return files_below(self.folder / "after")

    def copy(self, into: Path, *, fixed: bool) -> Path:
        """Write the project into a new folder, as it is or as the fix leaves it."""
        shutil.copytree(self.folder / "before", into)
        if fixed and self.after():
            shutil.copytree(self.folder / "after", into, dirs_exist_ok=True)
        return into


def files_below(folder: Path) -> Mapping[str, bytes]:
    """Return the bytes of all files below a folder, by relative path with forward slashes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def read_fixture(folder: Path) -> Fixture:
    """Return the fixture of a folder.

    Raise ValueError for a key that has no meaning.
    """
    table: dict[str, Any] = {
        key.replace("-", "_"): _frozen(value)
        for key, value in tomli.loads((folder / "fixture.toml").read_text("utf-8")).items()
    }
    table["findings"] = tuple(Expected(**finding) for finding in table.pop("finding", ()))
    unknown = table.keys() - {known.name for known in fields(Fixture)}
    if unknown:
        message = f"{folder / 'fixture.toml'}: unknown key {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return Fixture(folder, **table)


def read_fixtures() -> tuple[Fixture, ...]:
    """Return all fixtures, sorted by name."""
    return tuple(read_fixture(path.parent) for path in sorted(FIXTURES.glob("*/fixture.toml")))


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
