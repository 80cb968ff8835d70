"""What is noted on the walk over a file, besides its classes, functions and star imports."""

from __future__ import annotations

import re

import libcst as cst

from celerylint.facts import (
    Binding,
    BindingKind,
    Call,
    CallSite,
    Constant,
    DynamicAccess,
    DynamicAccessKind,
    Expression,
    Item,
    Member,
    Reference,
    Shape,
    Use,
    UseKind,
    Where,
    Write,
)
from celerylint.finding import Span
from celerylint.reading.spans import Spans

_IDENTIFIER = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_GETATTR = frozenset({"getattr", "hasattr", "setattr", "delattr"})
_GETTERS = frozenset({"get", "pop", "setdefault", "has_key"})
NAMESPACES = frozenset({"globals()", "vars()", "locals()"})
"""What holds the names of the place where it is called."""
_RUNNERS = frozenset({"exec", "execfile"})
# `globals()` with a plain key after it, or a getter, says which name it is about.
_PLAIN_KEY = re.compile(r"""[)\s]*(?:\[|\.get\()[(\s]*[rRuU]?['"]""")


class Notes:
    """The bindings, writes, calls, mentions and dynamic of one file."""

    def __init__(self, spans: Spans) -> None:
        """Keep the spans of the tree that is walked."""
        self._spans = spans
        self.bindings: list[Binding] = []
        self.writes: list[Write] = []
        self.calls: list[CallSite] = []
        self.uses: list[Use] = []
        self.dynamic: list[DynamicAccess] = []
        self.shown: list[Span] = []

    def bind(
        self,
        node: cst.Name,
        kind: BindingKind,
        where: Where,
        value: Expression | None = None,
    ) -> None:
        """Note that `node` is bound here."""
        self.bindings.append(Binding(node.value, self._spans.bare(node), kind, where, value))

    def use(self, name: str, kind: UseKind, span: Span, where: Where, owner: str = "") -> None:
        """Note that `name` is mentioned here."""
        self.uses.append(Use(name, kind, span, owner, where))

    def mention(self, constant: Expression, kind: UseKind, where: Where, owner: str) -> None:
        """Note a string that could be the name of something, dotted or not."""
        text = text_of(constant)
        if text is not None and _IDENTIFIER.fullmatch(text):
            self.use(text, kind, written_at(constant), where, owner)

    def access(self, kind: DynamicAccessKind, span: Span, where: Where, *, writes: bool) -> None:
        """Note that names may be bound or read here that cannot be known."""
        self.dynamic.append(DynamicAccess(kind, span, where, writes))

    def asked_for_one_name(self, owner: Expression) -> None:
        """Take back that names may be read in `globals()`, which is only asked for a plain key."""
        if dotted(owner) in NAMESPACES:
            self.dynamic = [access for access in self.dynamic if access.span != owner.span]

    # --- calls ----------------------------------------------------------------------------------

    def call(self, call: Call, where: Where) -> None:
        """Note a call, and what it says about names."""
        self.calls.append(CallSite(call, where))
        owner, _, method = dotted(call.function).rpartition(".")
        if call.dotted in _GETATTR:
            self._attribute(call, where)
        elif owner and method in _GETTERS and (key := call.positional(0)):
            self.mention(key, UseKind.GET, where, owner)
        else:
            self._holes_of(call, where)

    def _attribute(self, call: Call, where: Where) -> None:
        """Note `getattr(x, 'NAME')`, and the write `setattr(x, 'NAME', value)`."""
        target, key = call.positional(0), call.positional(1)
        if target is None:
            return
        if call.dotted == "setattr":
            name, span = (text_of(key) or "", written_at(key)) if key else ("", call.span)
            value = call.positional(2)
            kind = BindingKind.ASSIGN
            self.writes.append(Write(target, name, span, Shape.STRING, where, kind, value))
        if key:
            self.mention(key, UseKind.GETATTR, where, dotted(target))

    def _holes_of(self, call: Call, where: Where) -> None:
        name = call.dotted
        if name in _RUNNERS:
            self.access(DynamicAccessKind.EXEC, call.span, where, writes=True)
        elif name == "eval":
            self.access(DynamicAccessKind.EXEC, call.span, where, writes=False)
        elif name == "dir" and not call.arguments:
            self.access(DynamicAccessKind.VARS, call.span, where, writes=False)
        elif name in ("globals", "vars", "locals") and not call.arguments:
            self._namespace(call, name, where)

    def _namespace(self, call: Call, name: str, where: Where) -> None:
        """Note `globals()` unless a plain key or a getter follows; so are `vars` and `locals`."""
        within_function = name != "globals" and "()" in where.scope
        if within_function or _PLAIN_KEY.match(self._spans.code, call.span.end):
            return
        kind = DynamicAccessKind.GLOBALS if name == "globals" else DynamicAccessKind.VARS
        self.access(kind, call.span, where, writes=True)


def is_getter(name: str) -> bool:
    """Return whether a call of this dotted name looks its string argument up."""
    return name in _GETATTR or ("." in name and name.rpartition(".")[2] in _GETTERS)


def is_own_module(item: Item) -> bool:
    """Return whether an expression is `sys.modules[__name__]`."""
    modules = dotted(item.owner).rpartition(".")[2] == "modules"
    return modules and dotted(item.key) == "__name__"


def text_of(expression: Expression) -> str | None:
    """Return the text of a string literal."""
    value = expression.value if isinstance(expression, Constant) else None
    return value if isinstance(value, str) else None


def written_at(expression: Expression) -> Span:
    """Return the span between the quotes of a plain string, else that of the expression."""
    inner = expression.inner if isinstance(expression, Constant) else None
    return inner or expression.span


def join(scope: str, name: str) -> str:
    """Return the scope that `name` makes within a scope."""
    return f"{scope}.{name}" if scope else name


def dotted(expression: Expression) -> str:
    """Return the dotted name of a reference; a call without arguments keeps its parentheses."""
    match expression:
        case Reference():
            return expression.name
        case Call(arguments=()):
            name = dotted(expression.function)
            return f"{name}()" if name else ""
        case Member():
            owner = dotted(expression.owner)
            return f"{owner}.{expression.name}" if owner else ""
        case _:
            return ""
