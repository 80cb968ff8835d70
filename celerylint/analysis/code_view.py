"""What a check of code sees: the tasks and imports of a project need not belong to one app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from celerylint.analysis.app_view import AppView
from celerylint.analysis.effective import EffectiveConfig
from celerylint.analysis.given_options import OptionSet, option_sets
from celerylint.catalogue.names import Release
from celerylint.dependencies.versions import Versions
from celerylint.facts import CallSite
from celerylint.finding import Finding, Place
from celerylint.linking.beat_schedule import crontabs
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project
from celerylint.linking.tasks import tasks
from celerylint.model import Option, Task
from celerylint.reading.commands import Command, commands
from celerylint.rulebook.book import Rulebook
from celerylint.text.source import Source
from celerylint.values import UNKNOWN, Value


class Started(NamedTuple):
    """A command of Celery, and the place of its program."""

    place: Place
    command: Command


@dataclass(frozen=True)
class CodeView:
    """The code of a project around its tasks; not slotted, for answers are kept.

    `launchers` reads the texts of those files that start programs which the user wants to hear of.
    """

    project: Project
    rulebook: Rulebook
    versions: Callable[[str], Versions]
    sources: Mapping[str, Source]
    launchers: Callable[[], Mapping[str, Source]]
    apps: tuple[AppView, ...] = ()

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Return the tasks of all files that were read, by place."""
        return tasks(self.project)

    @cached_property
    def option_sets(self) -> tuple[OptionSet, ...]:
        """Return the options that tasks are given, wherever they stand."""
        return tuple(option_sets(self.project, self.tasks, self.apps))

    @property
    def settled(self) -> tuple[EffectiveConfig, ...]:
        """Return what the settings of the one app come to; empty where there may be another."""
        alone = [app for app in self.apps if app.alone and app.certain]
        return alone[0].started if len(alone) == 1 else ()

    @cached_property
    def crontabs(self) -> tuple[tuple[str, CallSite], ...]:
        """Return the calls that make a crontab, with the path of their file."""
        return tuple(crontabs(self.project))

    @cached_property
    def started(self) -> tuple[Started, ...]:
        """Return the commands of Celery in the files that start programs, without mentions."""
        return tuple(
            Started(Place(path, command.words[0].span), command)
            for path, source in self.launchers().items()
            for command in commands(source.text)
            if command.runs
        )

    def target(self, place: Place) -> tuple[Release, ...]:
        """Return the releases that a place is judged for."""
        return self.versions(place.path).target

    def concerns(self, finding: Finding) -> bool:
        """Return whether the rule of a finding is about the releases judged at its place."""
        return self.rulebook[finding.code].concerns(self.target(finding.place))

    def index(self, task: Task) -> FileIndex | None:
        """Return the facts of the file that a task stands in."""
        return self.project.facts.of(task.place.path)

    def value(self, task: Task, option: Option | None) -> Value:
        """Return what an option of a task is worth; one that is not given is not known."""
        if option is None:
            return UNKNOWN
        scope = task.function.where.scope
        return self.project.evaluator.value(task.place.path, scope, option.value)
