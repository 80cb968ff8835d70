"""The rules of `rules/` as typed data: what each is about, how it speaks, and its examples."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from celerylint.finding import ChangeSet, Finding, Label, Place, Severity
from celerylint.options import UsageError, nearest

PLACEHOLDERS = frozenset(
    (
        "advice",
        "alias",
        "app",
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

_CODE = re.compile(r"[A-Z]{3,}\d{3}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CATALOGUE = "settings"


class RuleError(UsageError):
    """A rule file that is not as it should be; the message names file, key and what was wanted."""


class FixSafety(Enum):
    """How safe the fixes of a rule are."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DEPENDS = "depends"


class Example(NamedTuple):
    """A rule's proof: texts by file name, before, in good order, and after the fix.

    `good` and `fixed` are empty where the rule file has none. `target`, `namespace` and
    `upgrading_from` are options to check with.
    """

    bad: Mapping[str, str]
    good: Mapping[str, str]
    fixed: Mapping[str, str]
    target: str | None = None
    namespace: str | None = None
    upgrading_from: str | None = None


class Rule(NamedTuple):
    """One rule, as its file has it; `celery` are the versions it speaks about."""

    code: str
    name: str
    title: str
    message: str
    severity: Severity
    default: bool
    safety: FixSafety | None
    celery: str
    since: str
    why: str
    help: str
    evidence: tuple[str, ...]
    verified: tuple[str, ...]
    examples: tuple[Example, ...]
    path: Path

    def finding(  # noqa: PLR0913 - a finding has that many sides, all by keyword
        self,
        place: Place,
        *,
        severity: Severity | None = None,
        setting: str | None = None,
        labels: Sequence[Label] = (),
        notes: Sequence[str] = (),
        fix: ChangeSet | None = None,
        help: str | None = None,  # noqa: A002 - the word of the rule file
        **values: object,
    ) -> Finding:
        """Return a finding of this rule; `values` fill the placeholders of message and help.

        `setting` fills its placeholder too. Raise KeyError where a placeholder has no value.
        """
        filled = {"setting": setting, **values} if setting is not None else values
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity or self.severity,
            message=self.message.format_map(filled),
            place=place,
            setting=setting,
            help=self.help.format_map(filled) if help is None else help,
            labels=tuple(labels),
            notes=tuple(notes),
            fix=fix,
        )


@dataclass(frozen=True)
class Rulebook:
    """The rules of a folder, read when first asked for."""

    folder: Path

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Return the rules by code, in order; raise RuleError for a file that is not one."""
        paths = sorted(p for p in self.folder.glob("*/*.toml") if p.parent.name != _CATALOGUE)
        rules: dict[str, Rule] = {}
        names: dict[str, Path] = {}
        for path in paths:
            rule = _read(path)
            for known, word in ((rules, rule.code), (names, rule.name)):
                if word in known:
                    message = f"{path} uses `{word}`, which another rule has already"
                    raise RuleError(message)
            rules[rule.code] = rule
            names[rule.name] = path
        return dict(sorted(rules.items()))

    def __getitem__(self, code: str) -> Rule:
        """Return the rule with a code; raise KeyError where there is none."""
        return self.rules[code]

    def find(self, word: str) -> Rule:
        """Return the rule with a code or name; raise UsageError where there is none."""
        for rule in self.rules.values():
            if word in (rule.code, rule.code.lower(), rule.name):
                return rule
        message = f"There is no rule `{word}`{self.suggestion(word)}"
        raise UsageError(message)

    def matching(self, selector: str) -> frozenset[str]:
        """Return the codes that a code, a prefix of codes, a name or ALL stands for."""
        if selector == "ALL":
            return frozenset(self.rules)
        named = (code for code, rule in self.rules.items() if rule.name == selector)
        prefixed = (code for code in self.rules if selector and code.startswith(selector))
        return frozenset((*named, *prefixed))

    def suggestion(self, selector: str) -> str:
        """Return `; did you mean ...?` for a selector that matches nothing, or nothing."""
        words = [*self.rules, *(rule.name for rule in self.rules.values())]
        fitting = selector.upper() if selector.upper() in self.rules else selector
        return nearest(fitting, words)

    def select(
        self, select: Iterable[str], extend_select: Iterable[str], ignore: Iterable[str]
    ) -> frozenset[str]:
        """Return the codes of the rules to run; with nothing selected, the default ones.

        Of two selectors the narrower one counts: a name or whole code before a prefix, the longer
        prefix before the shorter, anything before ALL; ignoring wins where they are equal.
        Raise UsageError for a selector that matches no rule.
        """
        wanted, unwanted = (*select, *extend_select), tuple(ignore)
        for selector in (*wanted, *unwanted):
            self._demand(selector)
        start = () if tuple(select) else self.rules.values()
        default = {rule.code for rule in start if rule.default}
        return frozenset(
            code
            for code in self.rules
            if self._strength(code, wanted, default) > self._strength(code, unwanted, ())
        )

    def _demand(self, selector: str) -> None:
        if not self.matching(selector):
            message = f"`{selector}` selects no rule{self.suggestion(selector)}"
            raise UsageError(message)

    def _strength(self, code: str, selectors: Iterable[str], default: Iterable[str]) -> int:
        """Return how narrowly the code is selected: 0 for not at all."""
        exact = 1 + len(code)
        lengths = [
            1 if s == "ALL" else exact if s == self.rules[code].name else len(s)
            for s in selectors
            if code in self.matching(s)
        ]
        return max(lengths, default=1 if code in default else 0)


def rules_folder() -> Path:
    """Return the folder of the rules: within the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


# --- reading a rule file -----------------------------------------------------------------------

_REQUIRED = ("code", "name", "title", "message", "severity", "default", "since", "why", "example")
_SINGLE = "celeryconfig.py"
"""What an example that is one text stands in."""


def _read(path: Path) -> Rule:
    import tomli  # noqa: PLC0415 - --help and --version need no TOML

    try:
        table = tomli.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        message = f"{path} cannot be read as a rule: {error}"
        raise RuleError(message) from error
    _check_keys(path, "", table, _FIELDS)
    for key in _REQUIRED:
        if key not in table:
            raise _error(path, key, "is missing")
    return _rule(path, table)


def _rule(path: Path, table: Mapping[str, Any]) -> Rule:
    return Rule(
        code=table["code"],
        name=table["name"],
        title=table["title"],
        message=table["message"],
        severity=Severity(table["severity"]),
        default=table["default"],
        safety=FixSafety(table["safety"]) if "safety" in table else None,
        celery=table.get("celery", ""),
        since=table["since"],
        why=table["why"].strip(),
        help=table.get("help", ""),
        evidence=tuple(table.get("evidence", ())),
        verified=tuple(table.get("verified", ())),
        examples=tuple(_example(path, example) for example in table["example"]),
        path=path,
    )


def _example(path: Path, table: Mapping[str, Any]) -> Example:
    _check_keys(path, "example.", table, _EXAMPLE_FIELDS)
    if "bad" not in table:
        raise _error(path, "example.bad", "is missing")
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


def _check_keys(
    path: Path, prefix: str, table: Mapping[str, object], fields: Mapping[str, _Field]
) -> None:
    for key, value in table.items():
        if key not in fields:
            raise _error(path, prefix + key, f"is no key of a rule{nearest(key, fields)}")
        holds, expected = fields[key]
        if not holds(value):
            raise _error(path, prefix + key, f"is to be {expected}")


def _error(path: Path, key: str, wrong: str) -> RuleError:
    return RuleError(f"{path}: `{key}` {wrong}")


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
}

_EXAMPLE_FIELDS: Mapping[str, _Field] = {
    "bad": _FILES,
    "good": _FILES,
    "fixed": _FILES,
    "target": _TEXT,
    "namespace": _TEXT,
    "upgrading-from": _TEXT,
}
