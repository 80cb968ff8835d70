"""What the user may say about apps, where it cannot be seen: `[[tool.celerylint.apps]]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_KEYS = ("app", "settings", "namespace")


class AppOption(NamedTuple):
    """One app, as the user describes it.

    `app` is `module:name`, empty where the project has one app or none; `settings` are the modules
    it may be started with, dotted or as paths, a class or dict after a colon. `namespace` is None
    where nothing is said, and empty where there is none.
    """

    app: str = ""
    settings: tuple[str, ...] = ()
    namespace: str | None = None


def app_options(value: object) -> tuple[AppOption, ...]:
    """Return the apps that a list of tables describes; raise ValueError with what is wrong."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        message = "is to be written as [[tool.celerylint.apps]], one table for each app"
        raise ValueError(message)
    return tuple(map(_app_option, value))


def _app_option(table: Mapping[str, object]) -> AppOption:
    unknown = [key for key in table if key not in _KEYS]
    if unknown:
        message = f"has no key `{unknown[0]}`, only `app`, `settings` and `namespace`"
        raise ValueError(message)
    app, settings, namespace = (table.get(key) for key in _KEYS)
    listed = [settings] if isinstance(settings, str) else settings or []
    if app is not None and not _is_text(app):
        message = '`app` takes text in quotes, such as "shop.celery:app"'
        raise ValueError(message)
    if not isinstance(listed, list) or not all(map(_is_text, listed)):
        message = '`settings` takes a list of modules, such as ["shop.settings.production"]'
        raise ValueError(message)
    if namespace is not None and not _is_text(namespace):
        message = '`namespace` takes text in quotes; "none" says that there is none'
        raise ValueError(message)
    if not app and not listed:
        message = "is to say which `app` or which `settings` it is about"
        raise ValueError(message)
    space = "" if namespace == "none" else namespace
    return AppOption(str(app or ""), tuple(map(str, listed)), None if space is None else str(space))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
