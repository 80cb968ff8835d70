"""Values of another type than the setting has: Celery never converts what a module says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from celerylint.analysis.app_view import AppView
from celerylint.analysis.definitions import Defined, defined, report
from celerylint.analysis.wording import shown
from celerylint.facts import Call, Sequence, SequenceKind
from celerylint.finding import Finding, Fix, Severity
from celerylint.fixes.edits.literals import convert, drop_comma
from celerylint.fixes.offers import literal, set_setting, unsafe
from celerylint.rulebook.rule import Rule
from celerylint.values import Answer, Some, is_a, kind_of

_NUMBERS = frozenset({"int", "float"})
_MANY = frozenset({"list", "tuple", "set", "any", "dict"})
_FALSE = frozenset({"false", "0", "no", "off", "f", "n", "none"})
_BY_ENVIRONMENT = "text when the environment sets it"
_CONTENT_TYPE = re.compile(r"[\w.+/-]+")
_LOOKUPS = ("environ.get", "getenv")


def number_as_text(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the settings that are text and should be a number."""
    for each in defined(view, view.catalogue.settings):
        if not _is_number(_kinds(view, each.setting)):
            continue
        texts = [p for p in each.value.patterns if is_a(p, (str,)) is Answer.YES]
        if not texts or any(kind_of(pattern) is object for pattern in each.value.patterns):
            continue
        always = len(texts) == len(each.value.patterns)
        if not (always and each.value.text) and _is_set_again(each):
            continue
        effect = view.catalogue.settings[each.setting].as_text
        risk = Severity.ERROR if always else Severity.WARNING
        yield report(
            view,
            rule,
            each,
            severity=risk if effect else Severity.INFO,
            fix=_as_number(view, each),
            value=_told(each) if always else _BY_ENVIRONMENT,
            reason=effect or "Celery converts nothing",
        )


def _kinds(view: AppView, setting: str) -> frozenset[str]:
    """Return the types that the releases judged take for a setting."""
    known = view.catalogue.settings[setting]
    declared = frozenset(known.declared_at(release) or "any" for release in view.target)
    return frozenset(known.accepts) or declared


def _is_number(kinds: frozenset[str]) -> bool:
    return bool(kinds & _NUMBERS) and kinds <= _NUMBERS | {"timedelta", "None"}


def _is_set_again(each: Defined) -> bool:
    """Return whether another definition may count: often it converts what this one has read."""
    return len(each.outcome.of(each.setting).definitions) > 1


def _told(each: Defined) -> str:
    return f"the text {shown(each.value)}" if each.value.text is not None else "text"


def _as_number(view: AppView, each: Defined) -> Fix:
    """Return how to make a number of digits, or of what the environment says."""
    text = each.value.text
    kind = "int" if "int" in _kinds(view, each.setting) else "float"
    if text is not None and view.certain:
        number = text.strip()
        plain = number.isascii() and (number.isdigit() or (kind == "float" and _is_real(number)))
        written = number.lstrip("0") or "0"
        return set_setting(view, each.definition, None, each.setting, written) if plain else Fix()
    value = each.definition.value
    if value and _reads_number(each):
        plan = convert(each.definition, value, kind)
        return unsafe(view, plan, f"Convert `{each.definition.name}`", "text becomes a number")
    return Fix()


def _is_real(text: str) -> bool:
    return re.fullmatch(r"[1-9]\d*\.\d+", text) is not None


def _reads_number(each: Defined) -> bool:
    """Return whether the value is a look-up in the environment that always finds a number."""
    value = each.definition.value
    if not isinstance(value, Call) or not value.dotted.endswith(_LOOKUPS):
        return False
    found = each.value.options
    return bool(found) and all(str(option).isdigit() for option in found)


def truth_as_text(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the settings that are text and should be true or false."""
    for each in defined(view, view.catalogue.settings):
        if "bool" not in _kinds(view, each.setting):
            continue
        wrong = [p for p in each.value.options if isinstance(p, str) and p.lower() in _FALSE]
        if wrong:
            told = f"the text {wrong[0]!r}, which is true"
            yield report(view, rule, each, value=told, fix=_as_truth(view, each))
        elif Some(str) in each.value.remainder and _is_meant(each) and not _is_set_again(each):
            told = f"{_BY_ENVIRONMENT}, and 'False' is true"
            yield report(view, rule, each, severity=Severity.WARNING, value=told)
        elif _is_truth_of_text(each):
            yield report(view, rule, each, value="true for any text, as `bool('False')` is")


def _is_truth_of_text(each: Defined) -> bool:
    """Return whether `bool()` is asked about text that is to say true or false.

    Without a default, or with an empty one, it asks whether the variable is there at all.
    """
    value = each.definition.value
    inner = value.positional(0) if isinstance(value, Call) and value.dotted == "bool" else None
    if inner is None:
        return False
    path, scope = each.definition.place.path, each.definition.where.scope
    found = each.outcome.evaluator.value(path, scope, inner)
    return any(isinstance(text, str) and text.lower() in _FALSE for text in found.options)


def _is_meant(each: Defined) -> bool:
    """Return whether the text in the environment is to say true or false.

    Without a default, or with an empty one, it may be enough that the variable is there at all.
    """
    value = each.value
    return all(option not in (None, "") for option in value.options) and not any(
        kind_of(pattern) is object for pattern in value.patterns
    )


def _as_truth(view: AppView, each: Defined) -> Fix:
    if each.value.text is None or not view.certain:
        return Fix()
    return set_setting(view, each.definition, None, each.setting, literal(value=False))


def accidental_tuple(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the settings whose value is a tuple because a comma stands behind it."""
    for each in defined(view, view.catalogue.settings):
        if _kinds(view, each.setting) & _MANY:
            continue
        value = each.definition.value
        if not isinstance(value, Sequence) or value.kind is not SequenceKind.TUPLE:
            continue
        if len(value.items) == 1:
            source = view.sources[each.definition.place.path].text
            plan = drop_comma(each.definition, value, source)
            name = each.definition.name
            fix = unsafe(
                view,
                plan,
                f"Remove the trailing comma of `{name}`",
                "the value is no longer a tuple",
            )
            truth = "bool" in _kinds(view, each.setting)
            reason = "which is always true" if truth else "which Celery takes for no value of it"
            yield report(view, rule, each, fix=fix, reason=reason)


def accept_content_as_text(view: AppView, rule: Rule) -> Iterator[Finding]:
    """Yield the lists of content types that are one text."""
    for each in defined(view, ("accept_content", "result_accept_content")):
        if each.value.ask(lambda pattern: is_a(pattern, (str,))) is Answer.YES:
            text = each.value.text
            fix = Fix()
            if text and view.certain and _CONTENT_TYPE.fullmatch(text):
                listed = literal((text,))
                fix = set_setting(view, each.definition, None, each.setting, listed)
            yield report(view, rule, each, fix=fix, value=_told(each))
