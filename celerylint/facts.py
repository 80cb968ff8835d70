"""The facts of one file, free of context.

Nothing here says that a binding is a setting, or that a call makes an app: linking decides that.
The facts are plain data, so that they can be written to a cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from celerylint.finding import Span

# --- expressions: as much of a right-hand side as a judgement may need --------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal. `masked` says that a password in the text was replaced, so it is not the real one.

    `inner` is the span between the quotes of a string that is one plain literal without escapes.
    """

    span: Span
    value: str | bytes | int | float | complex | bool | None
    masked: bool = False
    inner: Span | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A name or a chain of attributes that starts with a name, such as `settings.BROKER_URL`."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call; `stars` is 1 for `*args`, 2 for `**kwargs`."""

    span: Span
    value: Expression
    name: str | None = None
    name_span: Span | None = None
    stars: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call."""

    span: Span
    function: Expression
    arguments: tuple[Argument, ...] = ()

    @property
    def dotted(self) -> str:
        """Return the dotted name of what is called, empty where it has none."""
        return self.function.name if isinstance(self.function, Reference) else ""

    def positional(self, index: int) -> Expression | None:
        """Return the plain positional argument at `index`, if no star stands before it."""
        for position, argument in enumerate(self.arguments):
            if argument.stars or argument.name:
                return None
            if position == index:
                return argument.value
        return None

    def keyword(self, name: str) -> Expression | None:
        """Return the value of the keyword argument `name`."""
        return next((a.value for a in self.arguments if a.name == name), None)


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute of something that is no name, such as `f().conf`."""

    span: Span
    owner: Expression
    name: str
    name_span: Span


@dataclass(frozen=True, slots=True)
class Item:
    """A subscript with one plain key, such as `app.config['CELERY']`."""

    span: Span
    owner: Expression
    key: Expression


class SequenceKind(Enum):
    """Which literal a sequence was written as."""

    LIST = "list"
    TUPLE = "tuple"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, tuple or set literal."""

    span: Span
    kind: SequenceKind
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value; a key of None is a `**mapping` that is spread."""

    span: Span
    key: Expression | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Table:
    """A dict literal."""

    span: Span
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values: a conditional expression, `or`, `and`."""

    span: Span
    options: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands; `f` joins the pieces of an f-string or adjacent literals."""

    span: Span
    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Lambda:
    """A lambda, by what it returns."""

    span: Span
    body: Expression


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something we do not evaluate; the parts are what it is made of."""

    span: Span
    parts: tuple[Expression, ...] = ()


Expression = (
    Constant
    | Reference
    | Call
    | Member
    | Item
    | Sequence
    | Table
    | Choice
    | Operation
    | Lambda
    | Opaque
)

# --- the facts of one file ----------------------------------------------------------------------


class BindingKind(Enum):
    """How a name comes to be bound."""

    ASSIGN = "assign"
    AUGMENT = "augment"
    DELETE = "delete"
    IMPORT = "import"
    FUNCTION = "function"
    CLASS = "class"
    PARAMETER = "parameter"
    GLOBALS = "globals"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Where:
    """In which scope and branch something stands, and the statement it is part of.

    `scope` is dotted: empty for the module, `Config` for a class, `make_app()` for a function,
    `Base.setup()` for a method. `branch` names the arms of the compound statements around it,
    outermost first, as `offset:arm`.
    """

    scope: str
    branch: tuple[str, ...]
    statement: Span


@dataclass(frozen=True, slots=True)
class Binding:
    """A name bound in a module, class or function.

    `target` is the dotted name that an import binds, with leading dots where it is relative.
    """

    name: str
    span: Span
    kind: BindingKind
    where: Where
    value: Expression | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """`owner.name = value` or `owner['name'] = value`; the name is empty where it is computed."""

    owner: Expression
    name: str
    span: Span
    shape: Shape
    where: Where
    kind: BindingKind
    value: Expression | None


class Shape(Enum):
    """How a setting is written down."""

    NAME = "name"
    KEY = "key"
    KEYWORD = "keyword"
    ATTRIBUTE = "attribute"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call with the place it stands in."""

    call: Call
    where: Where


@dataclass(frozen=True, slots=True)
class StarImport:
    """`from module import *`; `module` keeps its leading dots."""

    module: str
    where: Where


@dataclass(frozen=True, slots=True)
class ClassFact:
    """A class statement; `scope` is the scope that its body makes."""

    name: str
    scope: str
    bases: tuple[Expression, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class FunctionFact:
    """A function statement; `scope` is the scope that its body makes."""

    name: str
    scope: str
    parameters: tuple[str, ...]
    returns: tuple[Expression, ...]
    where: Where


class UseKind(Enum):
    """How a name is mentioned without being bound.

    OWNER is a plain name that something is looked up on: `NAME.x`, `NAME['x']`.
    """

    NAME = "name"
    OWNER = "owner"
    ATTRIBUTE = "attribute"
    ITEM = "item"
    GETATTR = "getattr"
    GET = "get"
    KEYWORD = "keyword"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Use:
    """A mention of a name; `owner` is what it is looked up on, dotted, where that has a name."""

    name: str
    kind: UseKind
    span: Span
    owner: str
    where: Where


class HoleKind(Enum):
    """A construct after which the names of a module cannot be known, or are read wholesale."""

    EXEC = "exec"
    GLOBALS = "globals"
    VARS = "vars"
    DYNAMIC = "dynamic"


@dataclass(frozen=True, slots=True)
class Hole:
    """One such construct; `writes` says that it may bind names, else it only reads them."""

    kind: HoleKind
    span: Span
    where: Where
    writes: bool


@dataclass(frozen=True, slots=True)
class FileFacts:
    """All that one file says, in the order of the text."""

    path: str
    bindings: tuple[Binding, ...] = ()
    writes: tuple[Write, ...] = ()
    calls: tuple[CallSite, ...] = ()
    star_imports: tuple[StarImport, ...] = ()
    classes: tuple[ClassFact, ...] = ()
    functions: tuple[FunctionFact, ...] = ()
    uses: tuple[Use, ...] = ()
    holes: tuple[Hole, ...] = ()
