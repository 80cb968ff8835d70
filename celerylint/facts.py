"""The facts of one file, free of context.

Nothing here says that a binding is a setting, or that a call makes an app: linking decides that.
The facts are plain data, so that they can be written to a cache.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from celerylint.finding import Span

# --- expressions: as much of a right-hand side as a judgement may need --------------------------


class Constant(NamedTuple):
    """A literal. `masked` says that a password in the text was replaced, so it is not the real one.

    `inner` is the span between the quotes of a string that is one plain literal without escapes.
    """

    span: Span
    value: str | bytes | int | float | complex | bool | None
    masked: bool = False
    inner: Span | None = None


class Reference(NamedTuple):
    """A name or a chain of attributes that starts with a name, such as `settings.BROKER_URL`."""

    span: Span
    name: str


class Argument(NamedTuple):
    """An argument of a call; `stars` is 1 for `*args`, 2 for `**kwargs`."""

    span: Span
    value: Expression
    name: str | None = None
    name_span: Span | None = None
    stars: int = 0


class Call(NamedTuple):
    """A call."""

    span: Span
    function: Expression
    arguments: tuple[Argument, ...] = ()

    @property
    def dotted(self) -> str:
        """Return the dotted name of what is called, empty where it has none."""
        return self.function.name if isinstance(self.function, Reference) else ""

    @property
    def method(self) -> tuple[Expression, str] | None:
        """Return what a method is called on, and its name; None where a plain name is called."""
        if isinstance(self.function, Member):
            return self.function.owner, self.function.name
        owner, _, name = self.dotted.rpartition(".")
        return (Reference(self.function.span, owner), name) if owner else None

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


class Member(NamedTuple):
    """An attribute of something that is no name, such as `f().conf`."""

    span: Span
    owner: Expression
    name: str
    name_span: Span


class Item(NamedTuple):
    """A subscript with one plain key, such as `app.config['CELERY']`."""

    span: Span
    owner: Expression
    key: Expression


class SequenceKind(Enum):
    """Which literal a sequence was written as."""

    LIST = "list"
    TUPLE = "tuple"
    SET = "set"


class Sequence(NamedTuple):
    """A list, tuple or set literal."""

    span: Span
    kind: SequenceKind
    items: tuple[Expression, ...]


class Entry(NamedTuple):
    """A key with its value; a key of None is a `**mapping` that is spread."""

    span: Span
    key: Expression | None
    value: Expression


class Table(NamedTuple):
    """A dict literal."""

    span: Span
    entries: tuple[Entry, ...]


class Choice(NamedTuple):
    """One of several values: a conditional expression, `or`, `and`."""

    span: Span
    options: tuple[Expression, ...]


class Operation(NamedTuple):
    """An operator with its operands; `f` joins the pieces of an f-string or adjacent literals."""

    span: Span
    operator: str
    operands: tuple[Expression, ...]


class Lambda(NamedTuple):
    """A lambda, by what it returns."""

    span: Span
    body: Expression


class Opaque(NamedTuple):
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


class Where(NamedTuple):
    """In which scope and branch something stands, and the statement it is part of.

    `scope` is dotted: empty for the module, `Config` for a class, `make_app()` for a function,
    `Base.setup()` for a method. `branch` names the arms of the compound statements around it,
    outermost first, as `offset:arm`.
    """

    scope: str
    branch: tuple[str, ...]
    statement: Span


class Binding(NamedTuple):
    """A name bound in a module, class or function.

    `target` is the dotted name that an import binds, with leading dots where it is relative.
    `seen_from` is the scope that the value stands in, where the name is bound in another one.
    `asked` is where an import that gives the name with `as` says what it imports.
    """

    name: str
    span: Span
    kind: BindingKind
    where: Where
    value: Expression | None = None
    target: str = ""
    seen_from: str | None = None
    asked: Span | None = None

    @property
    def aliased(self) -> bool:
        """Return whether an import gives the name with `as`, be it the same name."""
        return self.asked is not None

    @property
    def value_scope(self) -> str:
        """Return the scope in which the names of the value are to be looked up."""
        return self.where.scope if self.seen_from is None else self.seen_from


class Write(NamedTuple):
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


class CallSite(NamedTuple):
    """A call with the place it stands in."""

    call: Call
    where: Where


class StarImport(NamedTuple):
    """`from module import *`; `module` keeps its leading dots."""

    module: str
    where: Where


class Annotation(NamedTuple):
    """The type that a name in the body of a class is annotated with."""

    name: str
    span: Span
    type: Expression
    where: Where


class ClassFact(NamedTuple):
    """A class statement; `scope` is the scope that its body makes.

    `keywords` are the values of what stands beside the bases, such as a metaclass.
    """

    name: str
    scope: str
    bases: tuple[Expression, ...]
    where: Where
    decorators: tuple[Expression, ...] = ()
    keywords: tuple[Expression, ...] = ()
    annotations: tuple[Annotation, ...] = ()


class FunctionFact(NamedTuple):
    """A function statement; `scope` is the scope that its body makes."""

    name: str
    scope: str
    parameters: tuple[str, ...]
    returns: tuple[Expression, ...]
    where: Where
    decorators: tuple[Expression, ...] = ()


class HandlerFact(NamedTuple):
    """One `except` of a `try` statement, by the arm that it is.

    `caught` is None where it names no exception; `raises` says that some `raise` stands in it.
    """

    where: Where
    caught: Expression | None
    raises: bool


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


class Use(NamedTuple):
    """A mention of a name; `owner` is what it is looked up on, dotted, where that has a name."""

    name: str
    kind: UseKind
    span: Span
    owner: str
    where: Where


class DynamicAccessKind(Enum):
    """A construct after which the names of a module cannot be known, or are read wholesale."""

    EXEC = "exec"
    GLOBALS = "globals"
    VARS = "vars"
    DYNAMIC = "dynamic"
    UNREAD = "what cannot be read"


class DynamicAccess(NamedTuple):
    """One such construct; `writes` says that it may bind names, else it only reads them."""

    kind: DynamicAccessKind
    span: Span
    where: Where
    writes: bool


class SkippedRegion(NamedTuple):
    """Text that is not Python 3: left out when the file was read, or read in another form.

    `words` are the names in it that were not read.
    """

    span: Span
    words: frozenset[str]
    left_out: bool


class FileFacts(NamedTuple):
    """All that one file says, in the order of the text.

    `shown` are the expressions whose very text is part of a value: `f"{NAME=}"`.
    """

    path: str
    bindings: tuple[Binding, ...] = ()
    writes: tuple[Write, ...] = ()
    calls: tuple[CallSite, ...] = ()
    star_imports: tuple[StarImport, ...] = ()
    classes: tuple[ClassFact, ...] = ()
    functions: tuple[FunctionFact, ...] = ()
    uses: tuple[Use, ...] = ()
    dynamic: tuple[DynamicAccess, ...] = ()
    skipped: tuple[SkippedRegion, ...] = ()
    handlers: tuple[HandlerFact, ...] = ()
    shown: tuple[Span, ...] = ()
