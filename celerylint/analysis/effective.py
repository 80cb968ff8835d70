"""What a configuration comes to: the value that Celery finds for a setting, as far as certain.

Celery asks what is written to `conf` and given to `Celery(...)` first, then the source, then what
`add_defaults` brought (`celery.app.utils.Settings`). Under a namespace the order is another up to
5.6, so that of the first two either may count.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from celerylint.catalogue.names import Release
from celerylint.catalogue.settings import Catalogue, Meaning
from celerylint.dependencies.versions import Versions
from celerylint.facts import BindingKind, Reference
from celerylint.linking.evaluate import Evaluator
from celerylint.model import Configuration, Layer, Setting
from celerylint.rulebook.book import Rulebook
from celerylint.urls import Url, urls
from celerylint.values import UNKNOWN, Answer, Value, alternatives, entry, known

_SPEAKS = re.compile(r"celery|broker|result|task|worker|beat|heart|expire", re.IGNORECASE)
"""What a name has to say to be taken for a slip of one of Celery's."""

_EVALUATED = frozenset({BindingKind.ASSIGN, BindingKind.GLOBALS, BindingKind.PARAMETER})


class Effective(NamedTuple):
    """What a setting comes to.

    `definitions` are those that may count, the one that most likely does first. `value` is the
    default of Celery where nothing is set.
    """

    setting: str
    is_set: Answer
    definitions: tuple[Setting, ...]
    value: Value

    @property
    def definition(self) -> Setting | None:
        """Return the definition that a finding can point at."""
        return self.definitions[0] if self.definitions else None


AMQP = frozenset({"pyamqp"})
REDIS = frozenset({"redis", "sentinel"})
"""Kinds of brokers, and of result backends, that many rules ask for."""


class Kind(NamedTuple):
    """What kind of broker or result backend a configuration has.

    `names` are those of the transports, or of the result backends; empty where any of them is not
    known. `scheme` is how the first is written, `definition` where.
    """

    names: frozenset[str]
    scheme: str = ""
    definition: Setting | None = None
    urls: tuple[Url, ...] = ()

    def among(self, kinds: frozenset[str]) -> Answer:
        """Return whether this is of one of the kinds."""
        if not self.names:
            return Answer.UNKNOWN
        if self.names <= kinds:
            return Answer.YES
        return Answer.UNKNOWN if self.names & kinds else Answer.NO


@dataclass(frozen=True)
class EffectiveConfig:
    """One configuration of an app, by what its settings come to; answers are kept.

    `mentions` tells whether any file of the project has a word, `calls` whether any code calls a
    function of another package. `changed` are settings whose list or dict is changed on `conf`.
    """

    configuration: Configuration
    meanings: Callable[[str], tuple[Meaning, ...]]
    catalogue: Catalogue
    rulebook: Rulebook
    versions: Versions
    evaluator: Evaluator
    closed: bool
    mentions: Callable[[str], bool]
    calls: Callable[[str], bool]
    changed: Collection[str] = ()

    @property
    def target(self) -> tuple[Release, ...]:
        """Return the releases that are judged."""
        return self.versions.target

    def of(self, setting: str) -> Effective:
        """Return what a setting comes to, or a key of a dict that is one: `a_dict.key`."""
        if setting not in self._answers:
            name, _, key = setting.partition(".")
            self._answers[setting] = self._entry(name, key) if key else self._effective(name)
        return self._answers[setting]

    @cached_property
    def _answers(self) -> dict[str, Effective]:
        return {}

    @cached_property
    def _definitions(self) -> Mapping[str, tuple[Setting, ...]]:
        """Return the definitions of each setting that any release judged reads, in order."""
        found = defaultdict[str, list[Setting]](list)
        for definition in self.configuration.settings:
            read = {m.setting for m in self.meanings(definition.name) if m.honoured and m.setting}
            for setting in read:
                found[setting].append(definition)
        return {setting: tuple(definitions) for setting, definitions in found.items()}

    @cached_property
    def _meant(self) -> frozenset[str]:
        """Return the settings that a name is meant for which Celery ignores here.

        It may be an old one under a namespace, one with a wrong prefix, or a misspelt one.
        """
        return frozenset(
            setting
            for definition in self.configuration.settings
            if (setting := self._meant_by(definition.name))
        )

    def _meant_by(self, name: str) -> str | None:
        meanings = self.meanings(name)
        # What is generic, such as TIME_ZONE, is meant for others.
        if any(meaning.honoured for meaning in meanings) or self.catalogue.is_generic(name):
            return None
        known = next((m.setting for m in meanings if m.setting), None)
        if known or not _SPEAKS.search(name):
            return known
        return self.catalogue.suggest(name, self.target[-1], self.configuration.namespace)

    @property
    def defined(self) -> Collection[str]:
        """Return the settings that have a definition which any release judged reads."""
        return self._definitions.keys()

    def default(self, setting: str) -> Value:
        """Return the default of Celery at the releases judged."""
        return self._default_at(setting, self.target)

    def earlier_default(self, setting: str) -> Value:
        """Return the default of Celery before the upgrade."""
        return self._default_at(setting, self.versions.before)

    def _default_at(self, setting: str, releases: tuple[Release, ...]) -> Value:
        known_as = self.catalogue.settings.get(setting)
        if known_as is None:
            return UNKNOWN
        # Most defaults are the same at all of the releases.
        texts = dict.fromkeys(known_as.default_at(release) for release in releases)
        return alternatives(map(literal, texts))

    def _effective(self, setting: str) -> Effective:
        counting = self._counting(self._definitions.get(setting, ()))
        if any(map(self._is_certain, counting)) or _covers(counting):
            return Effective(setting, Answer.YES, counting, self._value(counting))
        default = self.default(setting) if self.closed else UNKNOWN
        value = alternatives((self._value(counting), default)) if counting else default
        unset = self.closed and not counting and setting not in self._meant
        return Effective(setting, Answer.NO if unset else Answer.UNKNOWN, counting, value)

    def _entry(self, setting: str, key: str) -> Effective:
        whole = self.of(setting)
        found = entry(whole.value, key)
        name = f"{setting}.{key}"
        if whole.is_set is Answer.UNKNOWN or found is UNKNOWN:
            return Effective(name, Answer.UNKNOWN, whole.definitions, UNKNOWN)
        if found is None:
            return Effective(name, Answer.NO, whole.definitions, UNKNOWN)
        return Effective(name, Answer.YES, whole.definitions, found)

    def _counting(self, definitions: Iterable[Setting]) -> tuple[Setting, ...]:
        """Return the definitions that may count, later ones first."""
        counting: list[Setting] = []
        for definition in reversed(tuple(definitions)):
            if not any(self._replaces(later, definition) for later in counting):
                counting.append(definition)
        return tuple(sorted(counting, key=lambda d: d.layer is Layer.DEFAULT))

    def _replaces(self, later: Setting, earlier: Setting) -> bool:
        """Return whether a definition leaves another one no effect."""
        if not self._is_certain(later):
            return False
        if earlier.layer is Layer.DEFAULT:
            return later.layer is not Layer.DEFAULT
        together = later.layer is Layer.SOURCE or later.place.path == earlier.place.path
        return later.layer is earlier.layer and together and later.name == earlier.name

    def _is_certain(self, definition: Setting) -> bool:
        """Return whether a definition is made in any case, and all releases judged read it."""
        where = definition.where
        called = "()" in where.scope and where.scope != self.configuration.app.entity.scope
        if where.branch or (called and definition.layer is not Layer.SOURCE):
            return False
        return all(meaning.honoured for meaning in self.meanings(definition.name))

    def _value(self, definitions: Iterable[Setting]) -> Value:
        return alternatives(map(self.value_of, definitions))

    def value_of(self, definition: Setting) -> Value:
        """Return the value of one definition."""
        path, scope = definition.place.path, definition.where.scope
        if definition.kind is BindingKind.IMPORT:
            name = Reference(definition.place.span, definition.name)
            return self.evaluator.value(definition.owner.path, scope, name)
        if definition.kind not in _EVALUATED or self._is_changed(definition):
            return UNKNOWN
        return self.evaluator.value(path, scope, definition.value)

    def _is_changed(self, definition: Setting) -> bool:
        """Return whether what a list or a dict of this definition holds is changed later."""
        names = {meaning.setting for meaning in self.meanings(definition.name) if meaning.honoured}
        if any(name in self.changed for name in names):
            return True
        index = self.evaluator.index(definition.owner.path)
        scope = definition.owner.inner_scope if definition.owner.name else ""
        return index is not None and (scope, definition.name) in index.changed

    # --- brokers and result backends ------------------------------------------------------------

    @cached_property
    def broker(self) -> Kind:
        """Return the kind of the broker: that of all URLs that may be used.

        A broker that nothing sets is not known: it comes from the environment more often than it
        is the one on this machine.
        """
        main = self.of("broker_url")
        direct = [self.of(name) for name in ("broker_read_url", "broker_write_url")]
        split = [each for each in direct if each.definitions]
        alone = all(each.is_set is Answer.YES for each in direct)
        if self.of("broker_transport").definitions or not (alone or main.is_set is Answer.YES):
            return _NOT_KNOWN
        return _kind(split if alone else [main, *split], self._transport)

    def _transport(self, scheme: str) -> str | None:
        found = self.rulebook.connections.transport(scheme)
        return found.name if found else None

    @cached_property
    def backend(self) -> Kind:
        """Return the kind of the result backend; of several names for a class, the first."""
        found = self.of("result_backend")
        return _kind([found], self._backend) if found.is_set is Answer.YES else _NOT_KNOWN

    def _backend(self, scheme: str) -> str | None:
        return self.rulebook.connections.backend_kind(scheme)


_NOT_KNOWN = Kind(frozenset())


def _kind(used: Iterable[Effective], named: Callable[[str], str | None]) -> Kind:
    found: list[Url] = []
    definitions: list[Setting] = []
    for each in used:
        definitions += each.definitions
        for pattern in each.value.patterns:
            parts = urls(pattern)
            if not parts:
                return _NOT_KNOWN
            found += parts
    names = [named(url.transport) if url.transport else None for url in found]
    known_names = frozenset(name for name in names if name)
    if len(set(names)) > len(known_names) or not names:
        return _NOT_KNOWN
    return Kind(known_names, found[0].transport or "", definitions[0], tuple(found))


def _covers(definitions: tuple[Setting, ...]) -> bool:
    """Return whether the definitions stand in all arms of an `if` or a `try`."""
    last = [d.where.branch for d in definitions if len(d.where.branch) == 1]
    arms = defaultdict[str, set[str]](set)
    for (branch,) in last:
        statement, _, arm = branch.partition(":")
        arms[statement].add(arm)
    return any(_is_exhaustive(found) for found in arms.values())


def _is_exhaustive(arms: set[str]) -> bool:
    tests = {f"if{number}" for number in range(len(arms) - 1)}
    handlers = {f"except{number}" for number in range(len(arms) - 1)}
    return len(arms) > 1 and arms in ({*tests, "else"}, {*handlers, "try"})


def literal(text: str | None) -> Value:
    """Return the value that the catalogue writes as Python does; a class is no literal."""
    if text is None:
        return UNKNOWN
    match = _TIMEDELTA.fullmatch(text)
    if match:
        amounts = {name: float(amount) for name, amount in _AMOUNT.findall(match[1])}
        return known(dt.timedelta(**amounts))
    try:
        value = ast.literal_eval(text)
    except ValueError:
        return UNKNOWN
    return known(tuple(value) if isinstance(value, (list, set)) else value)


_TIMEDELTA = re.compile(r"datetime\.timedelta\((.*)\)")
_AMOUNT = re.compile(r"(\w+)=([\d.]+)")
