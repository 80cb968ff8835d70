"""Apps of Django projects that no module imports, so that Django sends tasks without them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from celerylint.analysis.app_view import AppView
from celerylint.analysis.imported_apps import is_imported, sends
from celerylint.finding import Finding, Label
from celerylint.linking.django_modules import Search
from celerylint.linking.tasks import tasks
from celerylint.model import FoundBy, Grade, Task
from celerylint.rulebook.rule import Rule

_SHARED = frozenset({"celery.shared_task", "celery.app.shared_task"})
# What gives the default app a configuration of its own.
_QUOTED = re.compile(rb"['\"](?:CELERY_BROKER_URL|CELERY_CONFIG_MODULE|CELERY_LOADER)['\"]")
_VARIABLES = re.compile(rb"CELERY_BROKER_URL|CELERY_CONFIG_MODULE|CELERY_LOADER")


def app_not_imported(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the app of a Django project that nothing imports, where Django sends shared tasks."""
    search = view.project.search
    path = view.app.place.path
    made = view.app.found_by is FoundBy.CALL and view.certain and view.alone
    if not made or not _loads_site(view) or is_imported(search, path) or _is_configured(search):
        return
    task = next(_sent(view), None)
    if task:
        yield rule.finding(
            view.app.place,
            labels=[Label(task.place, "this task finds no app in Django")],
            name=task.function.name,
            module=PurePosixPath(path).stem,
        )


def _loads_site(view: AppView) -> bool:
    """Return whether the app takes its settings from a Django site that is known."""
    return view.django and any(
        loading.entry and loading.entry.grade is Grade.CERTAIN
        for configuration in view.configurations
        for loading in configuration.loadings
    )


def _is_configured(search: Search) -> bool:
    """Return whether Celery's default app may find a broker in the environment."""
    code = any(_QUOTED.search(search.peek(path)) for path in search.files)
    return code or any(_VARIABLES.search(search.peek(path)) for path in search.launchers)


def _sent(view: AppView) -> Iterator[Task]:
    """Yield the shared tasks that a file without tasks sends."""
    every = tasks(view.project)
    defining = {task.place.path for task in every}
    for task in every:
        senders = sends(view.project.search, task.function.name, task.place.path)
        if task.made_by in _SHARED and any(path not in defining for path in senders):
            yield task
