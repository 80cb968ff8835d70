"""Small projects written as texts, read and linked in memory."""

from __future__ import annotations

from collections.abc import Mapping

from celerylint.facts import FileFacts
from celerylint.linking.project import Project, link
from celerylint.model import Configuration
from celerylint.reading.reader import read
from celerylint.source import UnreadableError, decode


def facts_of(text: str | bytes, path: str = "app.py") -> FileFacts:
    """Return the facts of one file. Raise UnreadableError where it cannot be read."""
    return read(decode(path, text.encode() if isinstance(text, str) else text))


def linked(files: Mapping[str, str], roots: tuple[str, ...] | None = None) -> Project:
    """Return the project that these texts by path make; all of them are roots if not told."""

    def facts(path: str) -> FileFacts | None:
        try:
            return facts_of(files[path], path)
        except UnreadableError:
            return None

    return link(facts, tuple(files), tuple(files) if roots is None else roots, tells)


def tells(name: str) -> bool:
    """Return whether a name can be nothing but a setting of Celery, as far as these tests go."""
    return name.startswith("CELERYD_") or name in {"CELERY_RESULT_BACKEND", "CELERY_ACKS_LATE"}


def settings_of(configuration: Configuration) -> tuple[str, ...]:
    """Return the names of the settings of a configuration, in their order."""
    return tuple(setting.name for setting in configuration.settings)


def names_in(files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of all settings that the only configuration of a project has."""
    (configuration,) = linked(files).configurations
    return settings_of(configuration)
