"""What a source of configuration holds: whatever is given to `config_from_object` and the like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from celerylint.facts import Argument, Call, Constant, Expression, Reference, Where
from celerylint.finding import Place
from celerylint.linking.additions import Additions
from celerylint.linking.dict_settings import Mappings
from celerylint.linking.django_modules import SETTINGS
from celerylint.linking.evaluate import Evaluator
from celerylint.linking.flask_settings import HostSettings
from celerylint.linking.host_configs import Hosts
from celerylint.linking.module_settings import Objects
from celerylint.linking.names import Names, Target, weaker
from celerylint.linking.settings_source import SettingsSource, together, unknown, upper_case
from celerylint.model import Entity, Grade, UnresolvedSource

_ABSENT = "there is no module `{}` in the project"


class Sources:
    """Gather settings from whatever is loaded.

    `followed` are the expressions that were gone into: mentions within them are accounted for.
    `modules` are the modules among the sources; `hosts` are those that hand settings on, and
    `host_settings` what they hand on.
    """

    def __init__(self, names: Names, evaluator: Evaluator, hosts: Hosts) -> None:
        """Gather with the help of names, values, and what a host holds."""
        self._names = names
        self._evaluator = evaluator
        self.hosts = hosts
        self.host_settings = self._host = HostSettings(hosts, self)
        additions = Additions(names)
        self._objects = Objects(names, evaluator, additions)
        self._mappings = Mappings(names, self._objects, additions, self._host.of, self.loaded)
        self.modules = self._objects.modules
        self.followed = self._objects.followed

    def module(self, path: str) -> SettingsSource:
        """Return the settings of a module: all names bound in it, star imports included."""
        return self._objects.module(path)

    def cls(self, entity: Entity) -> SettingsSource:
        """Return the settings of a class."""
        return self._objects.cls(entity)

    def entity(self, entity: Entity, place: Place) -> SettingsSource:
        """Return the settings of a module, a class, a dict or a function that returns one.

        `place` is where it is asked for.
        """
        return self._mappings.target(Target(entity), place, 0)

    def mapping(
        self, path: str, where: Where, expression: Expression, owner: Entity
    ) -> SettingsSource:
        """Return the settings of an expression that gives a dict."""
        return self._mappings.mapping(path, where, expression, owner)

    def arguments(
        self, path: str, where: Where, arguments: Iterable[Argument], owner: Entity
    ) -> SettingsSource:
        """Return the settings that the arguments of `conf.update(...)` hold."""
        return self._mappings.arguments(path, where, arguments, owner)

    def loaded(self, path: str, where: Where, expression: Expression) -> SettingsSource:
        """Return what `config_from_object(expression)` loads."""
        place = Place(path, expression.span)
        self.followed.add(place)
        value = self._evaluator.value(path, where.scope, expression)
        texts = [option for option in value.options if isinstance(option, str)]
        if texts and len(texts) == len(value.options):
            found = [self._named(path, place, text) for text in texts]
            if value.complete and len(found) == 1:
                return found[0]
            open_end = UnresolvedSource(place, "which module is loaded depends on the environment")
            every = together(found)
            unresolved = (*every.unresolved, open_end)
            return replace(every, unresolved=unresolved, grade=Grade.LIKELY)
        return self._object(path, where, expression)

    def module_of(self, path: str, where: Where, expression: Expression) -> str:
        """Return the file of the module that `config_from_object(expression)` loads, if any."""
        text = self._evaluator.value(path, where.scope, expression).text
        if text is not None:
            found = self._names.modules.find(text.partition(":")[0], path)
            return found.path if found else ""
        target = self._names.of_expression(path, where.scope, expression)
        return target.entity.path if target and target.entity.is_module else ""

    def lost(
        self, path: str, where: Where, expression: Expression
    ) -> tuple[Entity | None, tuple[str, ...]]:
        """Return the class that is loaded where it should be an instance, and what it lacks."""
        text = self._evaluator.value(path, where.scope, expression).text
        if text is None:
            target = self._names.of_expression(path, where.scope, expression)
        else:
            target = self._names.imported(path, text.replace(":", "."), ())
        if target is None or target.rest or isinstance(expression, Call):
            return None, ()
        lost = self._objects.lost(target.entity)
        return (target.entity if lost else None), tuple(sorted(lost))

    def is_django(self, path: str, where: Where, expression: Expression) -> bool:
        """Return whether `config_from_object(expression)` loads Django's settings."""
        text = self._evaluator.value(path, where.scope, expression).text
        if text is not None:
            return text.replace(":", ".") == SETTINGS
        target = self._names.of_expression(path, where.scope, expression)
        return target is not None and target.entity.name == SETTINGS and target.entity.external

    def django(self, path: str) -> SettingsSource:
        """Return the settings of a settings module of Django: its upper-case names."""
        return upper_case(self.module(path))

    def defaults_of(self, variable: str) -> tuple[tuple[str, Where, Expression], ...]:
        """Return what the project itself puts into an environment variable, and where."""
        found: list[tuple[str, Where, Expression]] = []
        for path, site in self._names.facts.call_sites():
            key, value = site.call.positional(0), site.call.positional(1)
            setter = site.call.dotted.endswith("environ.setdefault") and value is not None
            if setter and value and isinstance(key, Constant) and key.value == variable:
                found.append((path, site.where, value))
        for path, write in self._names.facts.writes():
            environ = isinstance(write.owner, Reference) and write.owner.name.endswith("environ")
            if environ and write.name == variable and write.value is not None:
                found.append((path, write.where, write.value))
        return tuple(found)

    def _named(self, path: str, place: Place, text: str) -> SettingsSource:
        module, _, attribute = text.partition(":")
        if module == "django.conf":
            return unknown(place, "Django's settings module is not found")
        if text.startswith("."):
            return unknown(place, f"`{text}` is not a module name")
        found = self._names.modules.find(module, path)
        if not attribute and found is None:
            module, _, attribute = module.rpartition(".")
            found = self._names.modules.find(module, path) if module else None
        if found is None:
            return self._copied(path, place, text)
        if not attribute:
            gathered = self.module(found.path)
            return replace(gathered, grade=weaker(gathered.grade, found.grade))
        target = self._names.resolve(found.path, "", attribute)
        if target == Target(Entity("", "", attribute)):
            return self._copied(path, place, text)
        return self._mappings.target(target, place, 0)

    def _copied(self, path: str, place: Place, text: str) -> SettingsSource:
        """Return the settings of the pattern that an absent module is to be copied from."""
        lost = unknown(place, _ABSENT.format(text))
        copy = self._names.modules.copy(text, path)
        if copy is None:
            return lost
        return replace(together((self.module(copy.path), lost)), grade=copy.grade)

    def _object(self, path: str, where: Where, expression: Expression) -> SettingsSource:
        held = self._host.of(path, where, expression)
        if held is not None:
            return held
        if isinstance(expression, Reference):
            return self._mappings.named(path, where.scope, expression, 0)
        if isinstance(expression, Call):
            return self._mappings.called(path, where, expression, 0)
        owner = Entity(path, where.scope, f"<{expression.span.start}>")
        return self.mapping(path, where, expression, owner)
