"""Constants of a host whose values are handed on as settings."""

from __future__ import annotations

from celerylint.facts import Call, Constant, Expression, Item, Reference


def passed_on(value: Expression | None) -> str | None:
    """Return the name of the constant in `settings.NAME`, `config['NAME']` and their getters.

    The name is the host's: it counts as long as this reads it, whatever Celery calls the setting.
    """
    match value:
        case Reference(name=name) if "." in name:
            return _constant(name.rpartition(".")[2])
        case Item(key=Constant(value=str(name))):
            return _constant(name)
        case Call():
            return _asked(value)
        case _:
            return None


def _asked(call: Call) -> str | None:
    """Return the constant in `config.get('NAME')` or `getattr(settings, 'NAME')`."""
    method = call.dotted.rpartition(".")[2]
    if "environ" in call.dotted or method not in ("get", "getattr"):
        return None
    key = call.positional(1 if method == "getattr" else 0)
    return _constant(key.value) if isinstance(key, Constant) else None


def _constant(name: object) -> str | None:
    return name if isinstance(name, str) and name.isupper() else None
