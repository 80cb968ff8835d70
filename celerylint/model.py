"""The project as linking sees it: apps, configurations, settings."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from celerylint.facts import BindingKind, CallSite, Expression, FunctionFact, Shape, Where
from celerylint.finding import Place, Span


class Grade(Enum):
    """How sure a link is. Errors and safe fixes need a certain one."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNKNOWN = "unknown"


class Entity(NamedTuple):
    """What a name stands for: a binding of a file's scope, a module, or something outside.

    A module has no scope and no name; something outside the project has no path and its full
    dotted name.
    """

    path: str
    scope: str = ""
    name: str = ""

    @property
    def external(self) -> bool:
        """Return whether this lies outside the project."""
        return not self.path

    @property
    def is_module(self) -> bool:
        """Return whether this is a module of the project."""
        return bool(self.path) and not self.name

    @property
    def inner_scope(self) -> str:
        """Return the scope that the body of this class makes."""
        return f"{self.scope}.{self.name}" if self.scope else self.name


class FoundBy(Enum):
    """How a configuration, or the app behind it, was found."""

    CALL = "call"
    BEHAVIOUR = "behaviour"
    DEFAULT_APP = "default app"
    COMMAND_LINE = "command line"
    OPTION = "option"
    FILE_NAME = "file name"
    VARIABLE = "variable"
    CONTENT = "content"


class App(NamedTuple):
    """A Celery app; `entity` is the name that it is bound to first."""

    entity: Entity
    place: Place
    found_by: FoundBy


class Layer(Enum):
    """Through which door a setting comes into a configuration."""

    SOURCE = "source"
    CHANGE = "change"
    DEFAULT = "default"
    KEYWORD = "keyword"


class Carrier(Enum):
    """Whose name it is under which a setting is written down.

    CELERY: the name is there for Celery. HOST: it stands in the configuration of a host such as
    Flask, which hands all it has on to `conf` under the same names. KEY: it stands in a dict or
    class that such a configuration holds under one key, from which any code may read it. FIELD:
    it is a field of pydantic's settings, which the environment may give under the same name.
    """

    CELERY = "celery"
    HOST = "host"
    KEY = "key"
    FIELD = "field"


class Setting(NamedTuple):
    """One definition of one name in a configuration.

    `name` is as written; `extent` is what would have to go to remove it: the statement, the
    entry of a dict, the argument of a call. `owner` is the entity whose names are the settings
    (a module, a class, a dict, an app).
    """

    name: str
    place: Place
    shape: Shape
    layer: Layer
    kind: BindingKind
    where: Where
    owner: Entity
    extent: Span
    value: Expression | None = None
    carrier: Carrier = Carrier.CELERY

    @property
    def unconditional(self) -> bool:
        """Return whether the definition stands in no branch of its scope."""
        return not self.where.branch


class UnresolvedSource(NamedTuple):
    """Why more settings may come than those we see, or why names are read wholesale."""

    place: Place
    reason: str


class Naming(Enum):
    """How a settings module of Django is known to be one."""

    VARIABLE = "DJANGO_SETTINGS_MODULE"
    STAR = "star import"
    GUESS = "guess"
    OPTION = "option"
    CALL = "settings.configure"


class Entry(NamedTuple):
    """A module that a site of Django may be started with, or that calls `settings.configure`.

    `place` is where it is named, or the module itself where nothing names it; or that call. `named`
    is how.
    """

    path: str
    place: Place
    grade: Grade
    named: Naming


class Loading(NamedTuple):
    """One act of loading a source: `config_from_object(...)`.

    `files` are those that the source is made of; `entry` is the settings module of Django. `cls` is
    the class that is loaded as it is, where only its instances have values of the names `lost`.
    """

    place: Place
    grade: Grade
    files: tuple[str, ...] = ()
    entry: Entry | None = None
    cls: Entity | None = None
    lost: tuple[str, ...] = ()


class Configuration(NamedTuple):
    """One app with all that configures it.

    `namespace` is None where there is none; `namespace_known` says whether that is certain.
    `unresolved` are the places from which unseen settings may come. `django` says that they come
    through Django's settings, which hand on upper-case names only. `named_at` are the places that
    give the namespace.
    """

    app: App
    grade: Grade
    settings: tuple[Setting, ...]
    namespace: str | None = None
    namespace_known: bool = True
    unresolved: tuple[UnresolvedSource, ...] = ()
    loadings: tuple[Loading, ...] = ()
    django: bool = False
    named_at: tuple[Place, ...] = ()

    @property
    def closed(self) -> bool:
        """Return whether all settings of the configuration are seen."""
        return not self.unresolved


class Option(NamedTuple):
    """An option of a task: where its name stands, and its value."""

    name: str
    place: Place
    value: Expression


class Task(NamedTuple):
    """Something that Celery runs: a decorated function, or the class with a method `run`.

    `made_by` is the dotted name of the decorator or base class; what is made by an app has
    `app.task`. `plain` says that no class of the project's own or of a library takes part, and
    `closed` that all options are seen. `retries` are the calls that ask for another try.
    """

    place: Place
    function: FunctionFact
    made_by: str
    app: App | None
    options: tuple[Option, ...]
    plain: bool
    closed: bool
    retries: tuple[CallSite, ...]

    @property
    def entity(self) -> Entity:
        """Return what a name of the task stands for; that of a class is its `run`."""
        return Entity(self.place.path, self.function.where.scope, self.function.name)

    @property
    def is_class(self) -> bool:
        """Return whether the task is a class of its own."""
        return self.function.scope.endswith(".run()")

    def option(self, name: str) -> Option | None:
        """Return the option with a name, None where it is not given."""
        return next((option for option in self.options if option.name == name), None)


class BeatEntry(NamedTuple):
    """An entry of the schedule, by what stands under each of its keys; `closed` if all is seen.

    `name` is the key of the entry itself, empty where it is no plain text.
    """

    place: Place
    where: Where
    parts: tuple[Option, ...]
    closed: bool
    name: str = ""

    def part(self, name: str) -> Option | None:
        """Return what stands under a key, None where there is no such key."""
        return next((part for part in self.parts if part.name == name), None)
