"""Small projects written as texts, read and linked in memory."""

from __future__ import annotations

from collections.abc import Mapping

from celerylint.facts import Expression, FileFacts
from celerylint.linking.django_modules import Search
from celerylint.linking.modules import Layout
from celerylint.linking.project import Project, link
from celerylint.model import Configuration
from celerylint.reading.reader import read
from celerylint.text.source import UnreadableError, decode
from celerylint.values import Value

APP = "from celery import Celery\napp = Celery('shop')\n"


def facts_of(text: str | bytes, path: str = "app.py") -> FileFacts:
    """Return the facts of one file. Raise UnreadableError where it cannot be read."""
    return read(decode(path, text.encode() if isinstance(text, str) else text))


def linked(
    files: Mapping[str, str],
    *,
    roots: tuple[str, ...] | None = None,
    nested: frozenset[str] = frozenset(),
    launchers: tuple[str, ...] = (),
) -> Project:
    """Return the project that these texts by path make; all of them are roots if not told.

    `launchers` are those that are no Python.
    """

    def facts(path: str) -> FileFacts | None:
        try:
            return facts_of(files[path], path)
        except UnreadableError:
            return None

    layout = Layout(nested=nested)
    python = tuple(path for path in files if path not in launchers)
    search = Search(python, launchers, lambda path: files[path].encode(), layout)
    return link(facts, python if roots is None else roots, tells, search)


def tells(name: str) -> bool:
    """Return whether a name can be nothing but a setting of Celery, as far as these tests go."""
    return name.upper().startswith("CELERYD_")


def only(files: Mapping[str, str] | str) -> Configuration:
    """Return the only configuration of a project; a text alone is its `app.py`."""
    project = linked({"app.py": files} if isinstance(files, str) else files)
    (configuration,) = project.configurations
    return configuration


def names(configuration: Configuration) -> tuple[str, ...]:
    """Return the names of the settings; those in a branch have a question mark."""
    settings = configuration.settings
    return tuple(s.name if s.unconditional else f"{s.name}?" for s in settings)


def reasons(configuration: Configuration) -> tuple[str, ...]:
    """Return why more settings may come than those that are seen."""
    return tuple(opening.reason for opening in configuration.unresolved)


def value_of(text: str, name: str = "X", *, scope: str = "") -> Value:
    """Return what evaluation makes of a name of `app.py`."""
    project = linked({"app.py": text})
    return project.evaluator.value("app.py", scope, expression_of(text, name, scope=scope))


def expression_of(text: str, name: str = "X", *, scope: str = "") -> Expression:
    """Return the expression that a name is bound to last."""
    bound = [b for b in facts_of(text).bindings if (b.name, b.where.scope) == (name, scope)]
    value = bound[-1].value
    assert value is not None
    return value
