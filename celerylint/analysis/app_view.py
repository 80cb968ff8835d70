"""What a check sees: one app with all its configurations, the versions, and what Celery does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from celerylint.analysis.effective import EffectiveConfig
from celerylint.analysis.once import once
from celerylint.analysis.wording import by_reason
from celerylint.catalogue.names import Release
from celerylint.catalogue.settings import Catalogue, Meaning, Reading
from celerylint.dependencies.versions import Versions
from celerylint.facts import BindingKind, Shape, UseKind
from celerylint.files.kinds import is_test
from celerylint.finding import Blocker, Finding, Label, Place
from celerylint.linking.index import FileIndex
from celerylint.linking.project import Project, index_of
from celerylint.model import (
    App,
    Carrier,
    Configuration,
    FoundBy,
    Grade,
    Layer,
    Setting,
    UnresolvedSource,
)
from celerylint.rulebook.book import Rulebook
from celerylint.rulebook.rule import Need
from celerylint.text.source import Source

# Which namespace it would most likely be, where a namespace is possible but not known.
_USUAL = "CELERY"
_READS = frozenset({UseKind.NAME, UseKind.OWNER, UseKind.ATTRIBUTE, UseKind.GETATTR})
_KEYED_READS = frozenset({UseKind.ITEM, UseKind.GET})
_CODE = frozenset({BindingKind.IMPORT, BindingKind.FUNCTION, BindingKind.CLASS})


@dataclass(frozen=True)
class AppView:
    """One app, all its configurations together; not slotted, for answers are kept.

    An edit must be right in every configuration, so they are judged as one.
    """

    app: App
    configurations: tuple[Configuration, ...]
    project: Project
    catalogue: Catalogue
    versions: Versions
    rulebook: Rulebook
    known: frozenset[str]
    sources: Mapping[str, Source]

    @cached_property
    def answers(self) -> dict[object, Any]:
        """Return what was worked out about the app so far, for `once`."""
        return {}

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """Return every definition once, parameters of `Celery(...)` left out."""
        every = (s for c in self.configurations for s in c.settings)
        return tuple(dict.fromkeys(s for s in every if s.kind is not BindingKind.PARAMETER))

    @cached_property
    def unresolved(self) -> tuple[UnresolvedSource, ...]:
        """Return all places from which unseen settings may come."""
        return tuple(dict.fromkeys(o for c in self.configurations for o in c.unresolved))

    @cached_property
    def certain(self) -> bool:
        """Return whether it is certain that these settings are loaded, and how."""
        return self.namespace_known and not any(
            c.grade is Grade.LIKELY for c in self.configurations
        )

    @cached_property
    def linked(self) -> bool:
        """Return whether something is known to load the settings, and under which names."""
        return self.namespace_known and not self._is_hollow

    @property
    def _is_hollow(self) -> bool:
        """Return whether a module is called like a configuration, and is none.

        It holds an app, or classes with the settings.
        """
        told = self.app.found_by is FoundBy.FILE_NAME
        return told and not any(s.name in self.catalogue.identifiers for s in self.settings)

    @cached_property
    def namespace_known(self) -> bool:
        """Return whether the namespace is known, none being one answer."""
        first = self.configurations[0].namespace
        return all(c.namespace_known and c.namespace == first for c in self.configurations)

    @property
    def namespace(self) -> str | None:
        """Return the namespace, None where there is none or where it is not known."""
        return self.configurations[0].namespace if self.namespace_known else None

    @property
    def orphaned(self) -> bool:
        """Return whether only the content of a module says that it configures Celery.

        It is no longer so where the user says how it is loaded.
        """
        return self.app.found_by is FoundBy.CONTENT and not self.namespace_known

    def meets(self, need: Need) -> bool:
        """Return whether what a rule needs is known of this app."""
        return {
            Need.APP: not self.orphaned,
            Need.LOADED: self.linked,
            Need.CERTAIN: self.certain,
            Need.CELERY_4: self.modern,
        }[need]

    @property
    def alone(self) -> bool:
        """Return whether no other app is in sight, so that all code of the project is for this."""
        return self.linked and all(c.app == self.app for c in self.project.configurations)

    @property
    def for_tests(self) -> bool:
        """Return whether the app stands among the tests of a project."""
        return is_test(self.app.place.path)

    @property
    def django(self) -> bool:
        """Return whether Django's settings stand between a module and Celery."""
        return any(configuration.django for configuration in self.configurations)

    @property
    def target(self) -> tuple[Release, ...]:
        """Return the releases that are judged."""
        return self.versions.target

    @property
    def upgrading(self) -> bool:
        """Return whether the project comes from releases other than those judged."""
        return self.versions.before != self.versions.target

    @property
    def modern(self) -> bool:
        """Return whether every release judged knows the lower-case names."""
        return self.target[0] >= (4,)

    # --- what Celery does with a name -----------------------------------------------------------

    def meanings(self, name: str) -> tuple[Meaning, ...]:
        """Return what the releases judged do with a name, each answer once, newest last.

        Where the namespace is not known, the answers are those with and without one.
        """
        return self._asked(name, before=False)

    def before(self, name: str) -> tuple[Meaning, ...]:
        """Return what the releases before the upgrade do with a name."""
        return self._asked(name, before=True)

    @once
    def _asked(self, name: str, *, before: bool) -> tuple[Meaning, ...]:
        releases = self.versions.before if before else self.target
        found = (self.catalogue.meaning(name, r, n) for r in releases for n in self._spaces)
        # A repeated answer moves to its last place, so that the newest stands last.
        ordered = list(dict.fromkeys(reversed(list(found))))
        return tuple(reversed(ordered))

    def newest(self, name: str) -> tuple[Meaning, ...]:
        """Return what the newest release judged does with a name."""
        release = self.target[-1]
        return tuple(self.catalogue.meaning(name, release, n) for n in self._spaces)

    @property
    def _spaces(self) -> tuple[str | None, ...]:
        return (self.namespace,) if self.namespace_known else (None, _USUAL)

    def reads_as(self, name: str) -> Reading | None:
        """Return what all releases judged do with a name, None where they differ."""
        readings = {meaning.reading for meaning in self.meanings(name)}
        return readings.pop() if len(readings) == 1 else None

    def setting_of(self, name: str) -> str | None:
        """Return the one setting that a name stands for at all releases judged."""
        settings = {meaning.setting for meaning in self.meanings(name)}
        return settings.pop() if len(settings) == 1 else None

    def spelling(self, setting: str) -> str:
        """Return how a setting is to be written in this configuration."""
        return self.catalogue.spelling(setting, self.namespace)

    @property
    def unprefixed(self) -> bool:
        """Return whether Django's settings are loaded without a namespace, as Celery 3 had it."""
        return self.django and self.namespace_known and self.namespace is None

    @property
    def goal(self) -> str | None:
        """Return the namespace that the configuration should have."""
        return _USUAL if self.unprefixed else self.namespace

    def renamed(self, setting: str, definition: Setting) -> str:
        """Return what a definition of a setting should be called.

        On `conf` the plain name does, unless a name with the prefix would count before it.
        """
        prefixed = definition.layer is Layer.SOURCE or any(self.sourced(setting))
        return self.catalogue.spelling(setting, self.goal if prefixed else None)

    def sourced(self, setting: str) -> Iterator[Setting]:
        """Yield the definitions of a setting in the sources, under any name that is read."""
        for definition in self.source_settings():
            if any(m.setting == setting and m.honoured for m in self.newest(definition.name)):
                yield definition

    def outdated_setting(self, name: str) -> str | None:
        """Return the setting that a name stands for by an old spelling, now or before."""
        newest = self.newest(name)[0]
        if newest.reading is Reading.OLD:
            return newest.setting
        before = {(m.reading, m.setting) for m in self.before(name)} if self.upgrading else set()
        reading, setting = before.pop() if len(before) == 1 else (None, None)
        carried = reading is Reading.OLD and setting in self.catalogue.settings
        return setting if carried and not newest.honoured else None

    def is_foreign(self, name: str) -> bool:
        """Return whether a name in Django's settings is more likely to be meant for others."""
        return self.catalogue.is_generic(name) and not name.startswith(("CELERY", "BROKER_"))

    def judged(self, *readings: Reading) -> Iterator[Setting]:
        """Yield the settings that all releases judged read in one of these ways."""
        wanted = set(readings)
        for setting in self.settings:
            if {meaning.reading for meaning in self.meanings(setting.name)} <= wanted:
                yield setting

    @cached_property
    def outcomes(self) -> tuple[EffectiveConfig, ...]:
        """Return what the settings come to, for each configuration by itself."""
        return tuple(
            EffectiveConfig(
                configuration,
                self.meanings,
                self.catalogue,
                self.rulebook,
                self.versions,
                self.project.evaluator,
                configuration.closed and self.certain,
                self.project.search.mentions,
                self.project.calls,
                self.project.changed_on_conf(),
            )
            for configuration in self.configurations
        )

    @property
    def started(self) -> tuple[EffectiveConfig, ...]:
        """Return the outcomes that workers may be started with.

        Settings that only tests or documentation start Django with are left out, unless there are
        no others: what they do not say need not be said.
        """
        tried = self.project.entries.tried
        others = tuple(
            outcome
            for outcome in self.outcomes
            if not any(
                load.entry and load.entry.path in tried for load in outcome.configuration.loadings
            )
        )
        return others or self.outcomes

    # --- what the project does with a name ------------------------------------------------------

    def is_read(self, setting: Setting) -> bool:
        """Return whether code of the project reads the name itself, for whatever purpose."""
        known = setting.name in self.known or self._is_imported(setting)
        return known or self.asks_for(setting.name)

    def asks_for(self, name: str) -> bool:
        """Return whether some code of the project looks a name up."""
        return any(
            use.kind in _READS or (use.kind in _KEYED_READS and "environ" not in use.owner)
            for use in self.project.facts.mentions.get(name, ())
        )

    def may_be_anothers(self, setting: Setting) -> bool:
        """Return whether the name may well be read by other software.

        A module that is loaded under a namespace often holds the settings of a whole site.
        """
        shared = setting.carrier is Carrier.HOST or self.django or self.namespace is not None
        return shared and self.catalogue.is_generic(setting.name)

    def counts_elsewhere(self, setting: Setting) -> bool:
        """Return whether another app loads the definition, under a namespace that honours it."""
        return any(
            self.catalogue.meaning(setting.name, self.target[-1], other.namespace).honoured
            for other in self.project.configurations
            if other.app != self.app and other.namespace != self.namespace
            if any(each.place == setting.place for each in other.settings)
        )

    def speaks_of_celery(self, setting: Setting) -> bool:
        """Return whether the name can hardly be meant for anything but Celery.

        A settings module of Django is full of names that are meant for others, and so is the
        configuration of Flask, with all that it is filled from.
        """
        heads = (f"{(self.namespace or _USUAL).rstrip('_')}_", "CELERY", "BROKER_")
        written = setting.layer is not Layer.SOURCE
        own = written or (not self.django and not self.is_of_host(setting))
        return own or setting.name.startswith(heads)

    def is_of_host(self, setting: Setting) -> bool:
        """Return whether the name stands in Flask's configuration, or in what that is filled from.

        So does a dict that Flask and the app are both given.
        """
        filled = self.project.sources.host_settings.owners
        return setting.carrier is Carrier.HOST or setting.owner in filled

    def is_code(self, setting: Setting) -> bool:
        """Return whether the name is an import, a function or a class of a module."""
        return setting.shape is Shape.NAME and setting.kind in _CODE

    def must_be_setting(self, setting: Setting) -> bool:
        """Return whether nothing but a setting can be meant: a key, a keyword, a write to conf.

        What `settings.configure` is given may be meant for anything in the site.
        """
        shared = self.django and setting.layer is Layer.SOURCE
        plain = setting.shape is Shape.NAME or setting.kind is BindingKind.GLOBALS
        return not (plain or shared)

    def index_of(self, path: str) -> FileIndex:
        """Return the facts of a file."""
        return index_of(self.project, path)

    def _is_imported(self, setting: Setting) -> bool:
        imported = self.project.facts.imported_names.get(setting.name, frozenset())
        return bool(imported - {setting.place.path})

    def is_setting(self, setting: Setting) -> bool:
        """Return whether Celery reads the name at any release judged, and a value stands there."""
        return not self.is_code(setting) and any(m.honoured for m in self.meanings(setting.name))

    def living(self, name: str, among: Iterable[Setting]) -> Iterator[Setting]:
        """Yield the definitions of a setting under its new name, with or without a namespace."""
        spellings = {name, self.spelling(name)}
        return (s for s in among if s.name in spellings and not self.is_code(s))

    def beaten_by(self, loser: Setting, name: str) -> Setting | None:
        """Return the definition of a setting that leaves one under another spelling no effect.

        Celery asks a source for the name with the namespace first, then for the new name, then for
        the old one, whatever the order. A definition in a branch only beats one that stands in that
        branch too.
        """
        for other in self.living(name, self.settings):
            if other.name == loser.name:
                continue
            branch = other.where.branch
            always = loser.where.branch[: len(branch)] == branch
            if loser.layer is Layer.SOURCE and other.owner == loser.owner and always:
                return other
        return None

    def source_settings(self) -> tuple[Setting, ...]:
        """Return the settings of the sources, without those written to `conf`."""
        return tuple(s for s in self.settings if s.layer is Layer.SOURCE)

    def text(self, path: str) -> str:
        """Return the text of a file, as far as it could be decoded."""
        source = self.sources.get(path)
        return source.text if source else ""

    # --- saying it ------------------------------------------------------------------------------

    def where(self, place: Place) -> str:
        """Return a place as people write it, `path:line`."""
        source = self.sources.get(place.path)
        return f"{place.path}:{source.position(place.span.start).line}" if source else place.path

    def blocker_notes(self, blockers: Iterable[Blocker]) -> tuple[str, ...]:
        """Return the sentences that say what keeps a fix from being made."""
        return tuple(f"Not fixed: {text}" for text in by_reason(blockers, self.where))

    def namespace_label(self) -> tuple[Label, ...]:
        """Return the label of the place that loads the configuration."""
        places = (loading.place for c in self.configurations for loading in c.loadings)
        return tuple(Label(place, "loaded here") for place in dict.fromkeys(places))


Findings = Iterator[Finding]
