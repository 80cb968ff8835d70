"""Reading a rule file; a malformed one is refused with the key and what was wanted."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from celerylint.catalogue.compiled import table_of
from celerylint.catalogue.transports import Connections
from celerylint.finding import Severity
from celerylint.options.table import nearest
from celerylint.rulebook.conditions import (
    PLACES,
    Backend,
    Broker,
    Condition,
    ConditionError,
    kinds,
    read_condition,
    read_label,
    read_limits,
    subjects,
)
from celerylint.rulebook.declared_fix import read_fix
from celerylint.rulebook.rule import Example, FixSafety, Need, Rule, RuleError, Scope

PLACEHOLDERS = frozenset(
    (
        "advice",
        "alias",
        "app",
        "backend",
        "before",
        "broker",
        "codes",
        "count",
        "default",
        "file",
        "function",
        "line",
        "module",
        "name",
        "names",
        "namespace",
        "new",
        "old",
        "other",
        "package",
        "path",
        "reason",
        "removed",
        "setting",
        "since",
        "suggestion",
        "value",
        "version",
        "versions",
    )
)
"""What a message or a help text may leave open."""


DECLARED = frozenset(
    (
        "backend",
        "before",
        "broker",
        "default",
        "namespace",
        "other",
        "setting",
        "value",
        "version",
    )
)
"""What the message of a declared rule may leave open."""

_OF_SETTINGS = frozenset(("before", "default", "other", "setting", "value"))
"""Those of them that only a condition about a setting can tell."""

_CODE = re.compile(r"[A-Z]{3,}\d{3}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
OWN_PREFIX = "CEL"
"""What the codes of our own rules begin with, and no others."""

_REQUIRED = ("code", "name", "title", "message", "severity", "default", "since", "why", "example")
_REQUIRED_OF_USERS = ("code", "name", "title", "message", "severity", "when")
_SINGLE = "celeryconfig.py"
"""What an example that is one text stands in."""


def read_rule(path: Path) -> Rule:
    """Return the rule of a file of ours; raise RuleError for one that is malformed."""
    return _guarded(path, _REQUIRED)


def read_users_rule(path: Path) -> Rule:
    """Return the rule of a user's file; raise RuleError for one that is malformed.

    It needs a condition, as it cannot have a function, and a prefix of its own.
    """
    rule = _guarded(path, _REQUIRED_OF_USERS)
    if rule.code.startswith(OWN_PREFIX):
        wrong = f"is to have a prefix other than {OWN_PREFIX}"
        raise _refused(path, ConditionError("code", wrong))
    return rule


def _guarded(path: Path, required: tuple[str, ...]) -> Rule:
    try:
        table = table_of(path)
        _check_keys("", table, _FIELDS)
        _demand(required, table)
        return _rule(path, table)
    except ConditionError as error:
        raise _refused(path, error) from error
    except (OSError, ValueError) as error:
        message = f"{os.path.relpath(path)} cannot be read as a rule: {error}"
        raise RuleError(message) from error


def _demand(required: tuple[str, ...], table: Mapping[str, Any]) -> None:
    for key in required:
        if key not in table:
            raise ConditionError(key, "is missing")


def _rule(path: Path, table: Mapping[str, Any]) -> Rule:
    when = read_condition("when", table["when"]) if "when" in table else None
    if "celery" in table:
        read_limits("celery", table["celery"])
    if when:
        _check_declared(table, when)
    labels = enumerate(table.get("label", ()), 1)
    return Rule(
        code=table["code"],
        name=table["name"],
        title=table["title"],
        message=table["message"],
        severity=Severity(table["severity"]),
        default=table.get("default", True),
        safety=FixSafety(table["safety"]) if "safety" in table else None,
        celery=table.get("celery", ""),
        since=table.get("since", ""),
        why=table.get("why", "").strip(),
        help=table.get("help", ""),
        evidence=tuple(table.get("evidence", ())),
        verified=tuple(table.get("verified", ())),
        examples=tuple(_example(example) for example in table.get("example", ())),
        path=path,
        when=when,
        at=table.get("at", ""),
        labels=tuple(read_label(f"label[{number}]", label) for number, label in labels),
        fix=read_fix("fix", table["fix"]) if "fix" in table else None,
        scope=Scope(table.get("scope", Scope.APP.value)),
        needs=tuple(map(Need, table.get("needs", ()))),
    )


def _check_declared(table: Mapping[str, Any], when: Condition) -> None:
    """Raise ConditionError where a text asks for what a condition cannot tell."""
    told = DECLARED if any(subjects(when)) else DECLARED - _OF_SETTINGS
    for key in ("message", "help"):
        fields = {field for _, field, _, _ in string.Formatter().parse(table.get(key, ""))}
        if not fields <= {None, *told}:
            raise ConditionError(key, f"may leave open only {', '.join(sorted(told))}")
    if "fix" in table and table.get("safety") != FixSafety.UNSAFE.value:
        raise ConditionError("safety", "is to be unsafe, as the fix changes what is set")


def _example(table: Mapping[str, Any]) -> Example:
    _check_keys("example.", table, _EXAMPLE_FIELDS)
    if "bad" not in table:
        raise ConditionError("example.bad", "is missing")
    return Example(
        bad=_files(table["bad"]),
        good=_files(table.get("good", {})),
        fixed=_files(table.get("fixed", {})),
        target=table.get("target"),
        namespace=table.get("namespace"),
        upgrading_from=table.get("upgrading-from"),
    )


def _files(value: str | Mapping[str, str]) -> Mapping[str, str]:
    return {_SINGLE: value} if isinstance(value, str) else value


def _check_keys(prefix: str, table: Mapping[str, object], fields: Mapping[str, _Field]) -> None:
    for key, value in table.items():
        if key not in fields:
            raise ConditionError(prefix + key, f"is not a key of a rule{nearest(key, fields)}")
        holds, expected = fields[key]
        if not holds(value):
            raise ConditionError(prefix + key, f"is to be {expected}")


def check_names(rule: Rule, settings: Mapping[str, object], connections: Connections) -> None:
    """Raise RuleError where a declared rule names a setting, or a kind, that there is not."""
    if rule.when is None:
        return
    places = [rule.at, *(label.at for label in rule.labels)]
    wanted = [*subjects(rule.when), *(p for p in places if p and p not in PLACES)]
    wanted += rule.fix.settings if rule.fix else ()
    names = {name.partition(".")[0] for name in wanted} - settings.keys()
    missing = {name: f"no setting of Celery{nearest(name, settings)}" for name in sorted(names)}
    for kind in kinds(rule.when, Broker) - connections.transports.keys():
        missing[kind] = f"no transport; there are {', '.join(connections.transports)}"
    for kind in kinds(rule.when, Backend):
        if connections.backend_kind(kind) != kind:
            known = sorted({connections.backend_kind(name) or "" for name in connections.backends})
            missing[kind] = f"no result backend; there are {', '.join(known)}"
    for name, wrong in missing.items():
        raise _refused(rule.path, ConditionError(name, f"is {wrong}"))


def _refused(path: Path, error: ConditionError) -> RuleError:
    line = _line_of(path.read_text(encoding="utf-8"), error.key)
    where = f"{os.path.relpath(path)}, line {line}" if line else os.path.relpath(path)
    return RuleError(f"{where}: `{error.key}` {error}")


def _line_of(text: str, key: str) -> int | None:
    """Return the line on which a word stands first as a key, else as a text; None for nowhere."""
    word = re.escape(re.sub(r"\[\d+\]$", "", key).rpartition(".")[2])
    as_key = rf"""(?m)(?:^|[\[{{,.\s])["']?(?P<word>{word})["']?\s*[=\].]"""
    match = re.search(as_key, text) or re.search(rf"""["'](?P<word>{word})["']""", text)
    return text.count("\n", 0, match.start("word")) + 1 if match else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_template(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = tuple(string.Formatter().parse(value))
    except ValueError:
        return False
    return all(
        field is None or (field in PLACEHOLDERS and not spec and conversion is None)
        for _, field, spec, conversion in parts
    )


def _is_files(value: object) -> bool:
    table = value if isinstance(value, dict) else {"": value}
    return bool(table) and all(isinstance(text, str) for text in table.values())


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _one_of(kind: type[Enum]) -> _Field:
    values = tuple(member.value for member in kind)
    return (lambda value: value in values), "one of " + ", ".join(values)


def _some_of(kind: type[Enum]) -> _Field:
    values = {member.value for member in kind}
    names = ", ".join(member.value for member in kind)
    return (lambda value: _is_texts(value) and values.issuperset(value), f"a list of {names}")


_Field = tuple[Callable[[object], bool], str]

_TEXT: _Field = (_is_text, "text")
_TEXTS: _Field = (_is_texts, "a list of texts")
_TEMPLATE: _Field = (
    _is_template,
    "text whose placeholders are among " + ", ".join(sorted(PLACEHOLDERS)),
)
_FILES: _Field = (_is_files, "text, or a table of file names and their texts")

_FIELDS: Mapping[str, _Field] = {
    "code": (lambda value: bool(_CODE.fullmatch(str(value))), "capitals and three digits"),
    "name": (lambda value: bool(_NAME.fullmatch(str(value))), "lower-case words with hyphens"),
    "title": _TEXT,
    "message": _TEMPLATE,
    "scope": _one_of(Scope),
    "needs": _some_of(Need),
    "severity": _one_of(Severity),
    "default": (lambda value: isinstance(value, bool), "true or false"),
    "safety": _one_of(FixSafety),
    "celery": _TEXT,
    "since": _TEXT,
    "why": _TEXT,
    "help": _TEMPLATE,
    "evidence": _TEXTS,
    "verified": _TEXTS,
    "example": (_is_tables, "a list of tables"),
    "when": (lambda value: isinstance(value, dict), "a table of conditions"),
    "at": _TEXT,
    "label": (_is_tables, "a list of tables"),
    "fix": (lambda value: isinstance(value, dict), "a table with the change"),
}

_EXAMPLE_FIELDS: Mapping[str, _Field] = {
    "bad": _FILES,
    "good": _FILES,
    "fixed": _FILES,
    "target": _TEXT,
    "namespace": _TEXT,
    "upgrading-from": _TEXT,
}
