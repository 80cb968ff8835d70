"""One rule as typed data: what it is about, when and how it speaks, and its examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from celerylint.catalogue.names import Release, parse_limits
from celerylint.finding import ChangeSet, Finding, Label, Place, Severity
from celerylint.options.table import UsageError
from celerylint.rulebook import conditions, declared_fix


class RuleError(UsageError):
    """A rule file that is not as it should be; the message names file, key and what was wanted."""


class FixSafety(Enum):
    """How safe the fixes of a rule are."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DEPENDS = "depends"


class Scope(Enum):
    """What the function of a rule is given: one app, or the code of the whole project."""

    APP = "app"
    CODE = "code"


class Need(Enum):
    """What a rule about an app needs to be known before its function is asked.

    APP: something loads the settings. LOADED: and it is known under which names. CERTAIN: both
    without any doubt. CELERY_4: every release judged knows the lower-case names.
    """

    APP = "app"
    LOADED = "loaded"
    CERTAIN = "certain"
    CELERY_4 = "celery-4"


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
    """One rule, as its file has it; `celery` are the versions it speaks about.

    A declared rule says in `when` what it finds; the others have a function for that. `at` is what
    a declared finding points at, where that is not what it asks about first.
    """

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
    when: conditions.Condition | None = None
    at: str = ""
    labels: tuple[conditions.Label, ...] = ()
    fix: declared_fix.Fix | None = None
    scope: Scope = Scope.APP
    needs: tuple[Need, ...] = ()

    def concerns(self, releases: Iterable[Release]) -> bool:
        """Return whether the rule is about all of these releases."""
        return not self.celery or all(map(parse_limits(self.celery).holds, releases))

    def finding(  # noqa: PLR0913 - a finding has that many sides, all by keyword
        self,
        place: Place,
        *,
        severity: Severity | None = None,
        setting: str | None = None,
        replacement: str | None = None,
        labels: Sequence[Label] = (),
        notes: Sequence[str] = (),
        fix: ChangeSet | None = None,
        help: str | None = None,  # noqa: A002 - the word of the rule file
        **values: object,
    ) -> Finding:
        """Return a finding of this rule; `values` fill the placeholders of message and help.

        `setting` fills its placeholder too, and `replacement` fills `new`. Raise KeyError where a
        placeholder has no value.
        """
        names = {"setting": setting, "new": replacement}
        filled = {word: name for word, name in names.items() if name is not None} | values
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
            replacement=replacement,
        )
