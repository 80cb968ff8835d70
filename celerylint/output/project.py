"""What is understood of a project: its apps, what they load, and what could not be followed."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from celerylint.engine.description import (
    DescribedApp,
    DescribedSource,
    Description,
    ProjectDescription,
)
from celerylint.output.screen import shown_path, visible
from celerylint.text.masking import mask

_VERSION = 1
_WIDTH = 80
_COLUMN = 13
_MOST_FILES = 4
_MOST_GAPS = 6
_FOUND_BY = {
    "call": "the call that makes it",
    "behaviour": "what is called on it, not by how it is made",
    "file name": "the name of the file",
    "variable": "CELERY_CONFIG_MODULE",
    "default app": "djcelery, which prepares the default app",
    "command line": "a command line that starts it",
    "option": "[[tool.celerylint.apps]]",
}
_NAMED = {
    "DJANGO_SETTINGS_MODULE": "named at {}",
    "star import": "star-imports one of the others",
    "guess": "a guess: nothing names a settings module, and this one lists INSTALLED_APPS",
    "option": "as [[tool.celerylint.apps]] says",
    "settings.configure": "given to settings.configure at {}",
    "its name": "as Celery does by default",
}


def lines(projects: Sequence[Description], cwd: Path) -> Iterator[str]:
    """Yield a page for people, at most 80 columns wide but for long names."""
    for number, each in enumerate(projects):
        if number:
            yield ""
        root = shown_path(each.tree.root, ".", cwd)
        yield click.style(root, bold=True) + f" ({_count(len(each.tree.files), 'Python file')})"
        yield from _project(each.seen)


def document(projects: Sequence[Description], cwd: Path) -> str:
    """Return the same as one JSON document."""
    found = [
        {
            "root": shown_path(each.tree.root, ".", cwd),
            "files": len(each.tree.files),
            **_as_data(each.seen),
        }
        for each in projects
    ]
    return json.dumps({"version": _VERSION, "projects": found}, indent=2)


def _as_data(seen: ProjectDescription) -> dict[str, object]:
    """Return the same with names for the parts of every tuple that has any."""
    apps = [
        {
            **app._asdict(),
            "sources": [source._asdict() for source in app.sources],
            "passed": list(app.passed),
            "gaps": [{**gap._asdict(), "reason": mask(gap.reason)} for gap in app.gaps],
        }
        for app in seen.apps
    ]
    return {**seen._asdict(), "apps": apps, "notes": list(map(mask, seen.notes))}


def _project(seen: ProjectDescription) -> Iterator[str]:
    if not seen.apps and not seen.unloaded:
        yield "  No Celery configuration"
    for app in seen.apps:
        yield ""
        yield from _app(app)
    if seen.unloaded:
        yield ""
        yield click.style("  Settings that no app is seen to load", bold=True)
        for where in seen.unloaded:
            yield from _wrapped("    ", where)
        advice = "[[tool.celerylint.apps]] can say what loads them"
        yield from _wrapped("    ", advice)
    if seen.notes:
        yield ""
        for note in seen.notes:
            yield from _wrapped("  ", note)


def _app(app: DescribedApp) -> Iterator[str]:
    named = app.found_by in {"file name", "variable"}
    kind = "Configuration" if named else f"App `{app.name}`"
    unnamed = "App without a name" if app.found_by == "call" else "Default app"
    title = f"{unnamed}, {app.where}" if app.name.startswith("<") else f"{kind} in {app.where}"
    yield click.style(f"  {visible(title)}", bold=True)
    yield from _row("found by", _FOUND_BY[app.found_by])
    yield from _row("Celery", _celery(app))
    yield from _row("namespace", _namespace(app))
    yield from _sources(app)
    if app.on_conf:
        yield from _row("on conf", f"{_count(app.on_conf, 'more setting')} on the app itself")
    for text in app.passed:
        yield from _row("passes on", text)
    for gap in app.gaps[:_MOST_GAPS]:
        yield from _row("not followed", f"{gap.where}: {gap.reason}")
    if len(app.gaps) > _MOST_GAPS:
        yield from _row("", f"and {len(app.gaps) - _MOST_GAPS} more")
    for text in _silenced(app):
        yield from _row("so", text)


def _celery(app: DescribedApp) -> str:
    origin = f"from {app.celery_from}" if app.celery_from else "as no dependency file names one"
    before = f"; upgrading from {app.celery_before}" if app.celery_before != app.celery else ""
    return f"{app.celery}, {origin}{before}"


def _namespace(app: DescribedApp) -> str:
    at = f" ({', '.join(app.namespace_at)})" if app.namespace_at else ""
    if app.namespace_known:
        return f"{app.namespace or 'none'}{at}"
    if len(app.namespace_at) > 1:
        return f"not known, as several are given{at}"
    if app.namespace_at:
        return f"not known, as it is computed{at}"
    return "not known, as not everything that is loaded could be followed"


def _sources(app: DescribedApp) -> Iterator[str]:
    places = dict.fromkeys(source.loaded_at for source in app.sources if source.loaded_at)
    at = f" at {', '.join(places)}" if places else ""
    if not app.sources:
        yield from _row("loads", "no module, class or dict")
    elif app.alternatives:
        yield from _row("loads", f"one of {len(app.sources)}{at}")
    for source in app.sources:
        label = "" if app.alternatives else "loads"
        yield from _row(label, f"{_source(source)}{'' if app.alternatives else at}")


def _source(source: DescribedSource) -> str:
    if not source.module:
        return "something that was not found"
    how = _NAMED[source.named].format(source.at) if source.named else ""
    parts = [part for part in source.files if part != source.module]
    more = f" and {len(parts) - _MOST_FILES} more" if len(parts) > _MOST_FILES else ""
    made = f"with {', '.join(parts[:_MOST_FILES])}{more}" if parts else ""
    count = _count(source.settings, "setting")
    return "; ".join(filter(None, (f"{source.module} ({source.grade}, {count})", how, made)))


def _silenced(app: DescribedApp) -> Iterator[str]:
    """Yield what is not said, or not done, for want of knowledge."""
    if app.gaps:
        yield "nothing is called unset or dead, and no fix is safe"
    if app.grade != "certain" and app.sources:
        yield "nothing is fixed, as it is not certain that this is what is loaded"
    if not app.namespace_known:
        yield "only what is right with and without a namespace is judged"


def _row(label: str, text: str) -> Iterator[str]:
    yield from _wrapped(f"    {label:<{_COLUMN}}", text)


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(
        visible(mask(text)),
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
