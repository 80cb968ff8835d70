"""Serializers that the receiving side does not accept, or had better not accept."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import Effective, EffectiveConfig
from celerylint.analysis.wording import shown
from celerylint.finding import Finding, Label
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, items

# The serializers that kombu registers itself, with their content types. The name of any other one
# may stand for one of these types as well.
_TYPES = {
    "json": "application/json",
    "pickle": "application/x-python-serialize",
    "yaml": "application/x-yaml",
    "msgpack": "application/x-msgpack",
}
# These keep the results in a form of their own, or none.
_OTHERWISE_STORED = frozenset({"database", "disabled", "cassandra"})

_AUTH = "auth"
_AUTH_FILES = ("security_key", "security_certificate", "security_cert_store")


def task_serializer_not_accepted(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the task serializer whose messages the workers of the app refuse."""
    for outcome in view.outcomes:
        yield from _refused(rule, outcome, "task_serializer", "accept_content")


def result_serializer_not_accepted(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the result serializer whose results the app refuses to read."""
    for outcome in view.outcomes:
        stored = outcome.backend.among(_OTHERWISE_STORED) is Answer.NO
        own = outcome.of("result_accept_content")
        if stored and own.is_set is not Answer.UNKNOWN:
            accept = "accept_content" if own.is_set is Answer.NO else own.setting
            yield from _refused(rule, outcome, "result_serializer", accept)


def pickle_accepted(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the lists that let pickle in."""
    for outcome in view.outcomes:
        for name in ("accept_content", "result_accept_content"):
            accept = outcome.of(name)
            kinds = [set(_accepted(pattern)) for pattern in accept.value.patterns]
            if accept.definition and kinds and all(_TYPES["pickle"] in each for each in kinds):
                definition = accept.definition
                yield rule.finding(definition.place, setting=definition.name)


def auth_serializer_incomplete(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the serializer `auth` where `setup_security` refuses the settings."""
    for outcome in view.outcomes:
        serializer = outcome.of("task_serializer")
        if serializer.definition is None or serializer.value.text != _AUTH:
            continue
        wanting = _wanted_by_auth(view, outcome)
        if wanting:
            yield rule.finding(
                serializer.definition.place,
                setting=serializer.definition.name,
                reason=wanting,
            )


def _wanted_by_auth(view: AppView, outcome: EffectiveConfig) -> str:
    """Return what Celery misses beside the serializer `auth`, empty for nothing."""
    accept = outcome.of("accept_content").value
    if accept.known and accept.options[0] != (_AUTH,):
        return f"`{view.spelling('accept_content')}` is not ['{_AUTH}']"
    for name in _AUTH_FILES if not _gives_files(view) else ():
        if outcome.of(name).is_set is Answer.NO:
            return f"`{view.spelling(name)}` is not set"
    return ""


def _gives_files(view: AppView) -> bool:
    """Return whether some call hands the files of keys on, so that no setting need name them."""
    calls = (site.call for _, site in view.project.facts.call_sites())
    named = (call for call in calls if call.dotted.rpartition(".")[2] == "setup_security")
    return any(call.arguments for call in named)


def _refused(
    rule: Rule, outcome: EffectiveConfig, setting: str, accepting: str
) -> Iterator[Finding]:
    serializer, accept = outcome.of(setting), outcome.of(accepting)
    main, other = (serializer, accept) if serializer.definition else (accept, serializer)
    if main.definition is None:
        return
    if _is_accepted(serializer, accept) is Answer.NO:
        labels = [Label(other.definition.place, "set here")] if other.definition else []
        yield rule.finding(
            main.definition.place,
            setting=main.definition.name,
            labels=labels,
            value=shown(serializer.value),
            names=shown(accept.value),
        )


def _is_accepted(serializer: Effective, accept: Effective) -> Answer:
    """Return whether a content type is among those that are accepted, as far as both are known."""
    kind = _TYPES.get(serializer.value.text or "")
    accepted = {
        pattern_type for pattern in accept.value.patterns for pattern_type in _accepted(pattern)
    }
    if kind is None or None in accepted or not accepted:
        return Answer.UNKNOWN
    return Answer.YES if kind in accepted else Answer.NO


def _accepted(pattern: object) -> Iterator[str | None]:
    """Yield the content types of a list, None for what is not known or no list at all."""
    for item in items(pattern) or (None,):
        name = item.text if item else None
        yield _TYPES.get(name, name if "/" in name else None) if name else None
