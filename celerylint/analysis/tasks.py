"""What the options of the project's tasks are worth, asked for by an app."""

from __future__ import annotations

from celerylint.analysis.app_view import AppView
from celerylint.model import Option, Task
from celerylint.values import Value


def option_value(view: AppView, task: Task, option: Option) -> Value:
    """Return what an option of a task is worth."""
    scope = task.function.where.scope
    return view.project.evaluator.value(task.place.path, scope, option.value)
