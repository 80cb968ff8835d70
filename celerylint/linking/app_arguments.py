"""What the call that makes an app says about its settings."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.facts import BindingKind, CallSite, Shape
from celerylint.finding import Place
from celerylint.model import App, Layer, Setting

# What `Celery(...)` takes besides settings; the first three are settings under other names.
_SETTING_PARAMETERS = {"broker": "broker_url", "backend": "result_backend", "include": "include"}
_PARAMETERS = frozenset(
    (
        *_SETTING_PARAMETERS,
        "amqp",
        "autofinalize",
        "changes",
        "config_source",
        "control",
        "events",
        "fixups",
        "loader",
        "log",
        "main",
        "namespace",
        "set_as_current",
        "strict_typing",
        "task_cls",
        "tasks",
    )
)


def keyword_settings(app: App, path: str, site: CallSite) -> Iterator[Setting]:
    """Yield the settings among the keyword arguments of `Celery(...)`."""
    for argument in site.call.arguments:
        own = argument.name in _PARAMETERS
        if not argument.name or not argument.name_span:
            continue
        if own and argument.name not in _SETTING_PARAMETERS:
            continue
        yield Setting(
            _SETTING_PARAMETERS.get(argument.name, argument.name),
            Place(path, argument.name_span),
            Shape.KEYWORD,
            Layer.KEYWORD,
            BindingKind.PARAMETER if own else BindingKind.ASSIGN,
            site.where,
            app.entity,
            argument.span,
            argument.value,
        )
