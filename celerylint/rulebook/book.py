"""The rules of `rules/` and those of the user, by code; and how they are selected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from celerylint.catalogue.command_lines import CommandLines, load_command_lines
from celerylint.catalogue.imports import Gone, load_imports
from celerylint.catalogue.names import read_table
from celerylint.catalogue.settings import Catalogue
from celerylint.catalogue.task_options import TaskOptions, load_task_options
from celerylint.catalogue.transports import Connections, load_connections
from celerylint.files.marks import rules_folder
from celerylint.options.table import Options, UsageError, nearest
from celerylint.rulebook.rule import Example, FixSafety, Rule, RuleError

__all__ = ["Example", "FixSafety", "Rule", "RuleError", "Rulebook", "rules_folder"]

_CATALOGUE = "settings"


class Rulebook:
    """The rules of a folder and of the user's own files, read when first asked for."""

    def __init__(self, folder: Path, users: tuple[Path, ...] = ()) -> None:
        """Take our folder, and the files and folders of the user."""
        self.folder = folder
        self.users = users

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Return the rules by code, in order; raise RuleError for a file that is not one."""
        rules: dict[str, Rule] = {}
        files: dict[str, Path] = {}
        for rule in self._read():
            for word in (rule.code, rule.name):
                if word in files:
                    taken = f"{rule.path} uses `{word}`, which {files[word]} has already"
                    message = f"{taken}: each rule of a run needs a code and a name of its own"
                    raise RuleError(message)
                files[word] = rule.path
            rules[rule.code] = rule
        return dict(sorted(rules.items()))

    def _read(self) -> Iterator[Rule]:
        from celerylint.rulebook.rulefile import read_rule, read_users_rule  # noqa: PLC0415

        paths = sorted(p for p in self.folder.glob("*/*.toml") if p.parent.name != _CATALOGUE)
        yield from map(read_rule, paths)
        # One project of a run may name a file of the folder that another one names.
        named = (file for given in self.users for file in _users_files(given))
        yield from map(read_users_rule, dict.fromkeys(named))

    def chosen(self, options: Options) -> frozenset[str]:
        """Return the codes of the rules to run on a project: of the users' only its own."""
        selected = self.select(options.select, options.extend_select, options.ignore)
        given = tuple(map(Path, options.rule_paths))
        return frozenset(code for code in selected if self._is_for(self.rules[code], given))

    def _is_for(self, rule: Rule, given: Iterable[Path]) -> bool:
        return any(rule.path.is_relative_to(path) for path in (self.folder, *given))

    def demand(self, catalogue: Catalogue) -> None:
        """Raise RuleError where a rule names a setting or a kind of broker that there is not."""
        if not self.users:
            return
        from celerylint.rulebook.rulefile import check_names  # noqa: PLC0415 - few have rules of their own

        for rule in self.rules.values():
            check_names(rule, catalogue.settings, self.connections)

    @cached_property
    def connections(self) -> Connections:
        """Return what there is to know of brokers and result backends."""
        return load_connections(self.folder)

    @cached_property
    def zones(self) -> frozenset[str]:
        """Return the names of all time zones."""
        tables = read_table(self.folder / "timezones.toml")
        return frozenset(name for names in tables.values() for name in names)

    @cached_property
    def task_options(self) -> TaskOptions:
        """Return what options a task has."""
        return load_task_options(self.folder)

    @cached_property
    def gone(self) -> Mapping[str, Gone]:
        """Return what Celery no longer has, by the dotted name under which it was imported."""
        return load_imports(self.folder)

    @cached_property
    def command_lines(self) -> CommandLines:
        """Return what the command lines of Celery take."""
        return load_command_lines(self.folder)

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
        start = () if tuple(select) else self.rules.values()
        default = dict.fromkeys((rule.code for rule in start if rule.default), 1)
        wanted = default | self._strengths((*select, *extend_select))
        unwanted = self._strengths(ignore)
        return frozenset(code for code in wanted if wanted[code] > unwanted.get(code, 0))

    def _strengths(self, selectors: Iterable[str]) -> dict[str, int]:
        """Return how narrowly codes are selected; those that no selector matches are not there."""
        strengths: dict[str, int] = {}
        for selector in selectors:
            found = self.matching(selector)
            if not found:
                message = f"`{selector}` selects no rule{self.suggestion(selector)}"
                raise UsageError(message)
            for code in found:
                strengths[code] = max(strengths.get(code, 1), self._strength(code, selector))
        return strengths

    def _strength(self, code: str, selector: str) -> int:
        if selector == self.rules[code].name:
            return 1 + len(code)
        return 1 if selector == "ALL" else len(selector)


def _users_files(given: Path) -> list[Path]:
    """Return the rule files below a path; raise RuleError where there are none."""
    found = sorted(given.rglob("*.toml")) if given.is_dir() else [given]
    if not found or not given.exists():
        wrong = "holds no rule file (*.toml)" if given.is_dir() else "does not exist"
        message = f"{given}, named in `rule-paths`, {wrong}"
        raise RuleError(message)
    return found
