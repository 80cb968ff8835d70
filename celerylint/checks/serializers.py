"""Serializers that the receiving side does not accept."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.checks.effective import Effective, Outcome
from celerylint.checks.view import View
from celerylint.checks.wording import shown
from celerylint.finding import Finding, Label
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


def task_serializer_not_accepted(view: View) -> Iterator[Finding]:
    """Yield the task serializer whose messages the workers of the app refuse."""
    for outcome in view.outcomes:
        yield from _refused(view, "CEL501", outcome, "task_serializer", "accept_content")


def result_serializer_not_accepted(view: View) -> Iterator[Finding]:
    """Yield the result serializer whose results the app refuses to read."""
    for outcome in view.outcomes:
        stored = outcome.backend.among(_OTHERWISE_STORED) is Answer.NO
        own = outcome.of("result_accept_content")
        if stored and own.is_set is not Answer.UNKNOWN:
            accept = "accept_content" if own.is_set is Answer.NO else own.setting
            yield from _refused(view, "CEL502", outcome, "result_serializer", accept)


def _refused(
    view: View, code: str, outcome: Outcome, setting: str, accepting: str
) -> Iterator[Finding]:
    serializer, accept = outcome.of(setting), outcome.of(accepting)
    main, other = (serializer, accept) if serializer.definition else (accept, serializer)
    if not view.linked or main.definition is None:
        return
    if _is_accepted(serializer, accept) is Answer.NO:
        labels = [Label(other.definition.place, "set here")] if other.definition else []
        yield view.rulebook[code].finding(
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


CHECKS = {
    "CEL501": task_serializer_not_accepted,
    "CEL502": result_serializer_not_accepted,
}
