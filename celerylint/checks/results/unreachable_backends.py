"""Result backends that are not there, or not where somebody looks."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.installed_apps import list_without
from celerylint.catalogue.transports import DJANGO_BACKENDS
from celerylint.files.kinds import is_for_development
from celerylint.finding import Finding, Label
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, any_of, is_equal

_LOCAL = {
    "db+sqlite": "a local SQLite file",
    "file": "local files",
    "cache+memory": "the memory of one process",
}
_PACKAGE = "django_celery_results"


def backend_for_tests(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield result backends that no other machine, or no other process, can read."""
    for outcome in view.outcomes:
        backend, kind = outcome.of("result_backend"), outcome.backend
        schemes = {url.scheme or "" for url in kind.urls}
        if len(backend.definitions) == 1 and schemes and schemes <= _LOCAL.keys():
            (definition,) = backend.definitions
            if not is_for_development(definition.place.path):
                yield rule.finding(
                    definition.place,
                    setting=definition.name,
                    other=_LOCAL[min(schemes)],
                )


def backend_app_missing(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield a backend of django-celery-results where Django does not know that app."""
    for outcome in view.outcomes:
        backend = outcome.of("result_backend")
        named = backend.value.ask(lambda each: any_of(is_equal(each, n) for n in DJANGO_BACKENDS))
        if named is not Answer.YES or backend.definition is None:
            continue
        installed = list_without(outcome, _PACKAGE)
        if installed:
            yield rule.finding(
                backend.definition.place,
                setting=backend.definition.name,
                labels=[Label(installed.place, "the apps are listed here")],
                package=_PACKAGE,
            )
