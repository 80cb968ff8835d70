"""The pages of rules and settings, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import click

from celerylint.catalogue.settings import Catalogue, Meaning, Release, release_text
from celerylint.output.screen import columns, visible
from celerylint.rulebook.book import Rule, Rulebook

_NAMESPACE = "CELERY"
"""The namespace that pages speak of, as nearly every project that has one uses it."""

_FIRST_NAMESPACES = (4,)
"""The series that brought namespaces."""


def rule_page(rule: Rule) -> Iterator[str]:
    """Yield what there is to know about a rule."""
    yield click.style(f"{rule.code}: {rule.name}", bold=True)
    yield rule.title
    yield ""
    yield f"Severity: {rule.severity.value}"
    yield f"On by default: {'yes' if rule.default else 'no'}"
    yield f"Fix: {rule.safety.value if rule.safety else 'none'}"
    if rule.celery:
        yield f"Celery: {rule.celery}"
    yield f"Since celerylint: {rule.since}"
    yield ""
    yield from rule.why.splitlines()
    for example in rule.examples[:1]:
        yield from _texts("Found", example.bad)
        yield from _texts("Fixed" if example.fixed else "In order", example.fixed or example.good)
    yield from _evidence(rule)


def _texts(title: str, files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        yield ""
        yield click.style(f"{title}, {name}:", bold=True)
        yield from (f"    {line}".rstrip() for line in text.strip().splitlines())


def _evidence(rule: Rule) -> Iterator[str]:
    if rule.evidence:
        yield ""
        seen = f" on Celery {', '.join(rule.verified)}" if rule.verified else ""
        yield click.style(f"Seen{seen}:", bold=True)
        yield from (f"  - {fact}" for fact in rule.evidence)


def rules_table(rulebook: Rulebook) -> Iterator[str]:
    """Yield one line per rule: code, name, severity, fix and title; a star is on by default."""
    rules = rulebook.rules.values()
    rows = [("code", "name", "severity", "fix", "title")]
    rows += [
        (
            f"{rule.code}{'*' if rule.default else ''}",
            rule.name,
            rule.severity.value,
            rule.safety.value if rule.safety else "",
            rule.title,
        )
        for rule in rules
    ]
    yield from columns(rows)
    yield ""
    yield "* on by default"


# --- settings ----------------------------------------------------------------------------------


def setting_page(name: str, catalogue: Catalogue) -> Iterator[str]:
    """Yield what Celery does with a name, release by release, plain and under a namespace."""
    yield click.style(visible(name), bold=True)
    setting = _setting(name, catalogue)
    yield from _headline(name, setting, catalogue)
    yield ""
    yield from columns(_table(name, catalogue))
    if setting is not None:
        yield ""
        yield from _facts(setting, catalogue)


def _setting(name: str, catalogue: Catalogue) -> str | None:
    """Return the setting that the name stands for, at the newest release that knows any."""
    meanings = (
        catalogue.meaning(name, release, namespace)
        for release in reversed(catalogue.releases)
        for namespace in (None, _NAMESPACE)
    )
    return next((meaning.setting for meaning in meanings if meaning.setting), None)


def _headline(name: str, setting: str | None, catalogue: Catalogue) -> Iterator[str]:
    advice = (
        catalogue.removed[name].why if name in catalogue.removed else None,
        catalogue.removed[name].instead if name in catalogue.removed else None,
        catalogue.never[name].instead if name in catalogue.never else None,
    )
    yield from filter(None, advice)
    if setting is not None:
        plain, spaced = (catalogue.spelling(setting, space) for space in (None, _NAMESPACE))
        yield f'Write it as {plain}; under namespace="{_NAMESPACE}" as {spaced}'
    elif not any(advice):
        near = catalogue.suggest(name, catalogue.newest)
        meant = f"; did you mean {near}?" if near else ""
        yield f"Celery reads no setting of this name{meant}"


def _table(name: str, catalogue: Catalogue) -> list[tuple[str, str, str]]:
    rows = [("Celery", "plain", f'namespace="{_NAMESPACE}"')]
    described = [(release, _described(name, release, catalogue)) for release in catalogue.releases]
    for readings, group in groupby(described, key=lambda item: item[1]):
        releases = [release for release, _ in group]
        rows.append((_span(releases), *readings))
    return rows


def _described(name: str, release: Release, catalogue: Catalogue) -> tuple[str, str]:
    plain = _reading(catalogue.meaning(name, release))
    if release < _FIRST_NAMESPACES:
        return plain, "no namespaces yet"
    return plain, _reading(catalogue.meaning(name, release, _NAMESPACE))


def _reading(meaning: Meaning) -> str:
    return meaning.reading.value


def _span(releases: Sequence[Release]) -> str:
    first, last = release_text(releases[0]), release_text(releases[-1])
    return first if first == last else f"{first} to {last}"


def _facts(name: str, catalogue: Catalogue) -> Iterable[str]:
    setting = catalogue.settings[name]
    history = ", ".join(f"{text} (from {release_text(since)})" for since, text in setting.defaults)
    facts = {
        "Default": history,
        "Accepts": ", ".join(setting.accepts),
        "Instead": setting.instead,
        "Note": setting.note,
    }
    return [f"{title}: {text}" for title, text in facts.items() if text]
