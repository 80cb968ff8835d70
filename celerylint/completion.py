"""What a shell offers to complete: rules and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

_Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def completer(metavar: str) -> _Completer | None:
    """Return what completes the values of a parameter, None where nothing of ours does."""
    words = _WORDS.get(metavar)
    return None if words is None else _among(words)


def _among(words: Callable[[], Iterable[str]]) -> _Completer:
    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        del ctx
        # Options take several rules with commas between them, of which the last is completed.
        before, comma, last = "", "", incomplete
        if isinstance(param, click.Option):
            before, comma, last = incomplete.rpartition(",")
        found = (word for word in words() if word.lower().startswith(last.lower()))
        return [f"{before}{comma}{word}" for word in sorted(found)]

    return complete


def _rules() -> Iterable[str]:
    from celerylint.rulebook.book import Rulebook, rules_folder  # noqa: PLC0415 - only a shell asks

    rules = Rulebook(rules_folder()).rules.values()
    return (word for rule in rules for word in (rule.code, rule.name))


def _settings() -> Iterable[str]:
    from celerylint.catalogue.settings import load_catalogue  # noqa: PLC0415 - only a shell asks
    from celerylint.rulebook.book import rules_folder  # noqa: PLC0415 - as above

    return load_catalogue(rules_folder()).identifiers


_WORDS = {"RULES": _rules, "SETTINGS": _settings}
