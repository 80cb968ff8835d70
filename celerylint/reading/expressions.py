"""From LibCST expressions to those of the model, noting calls and mentions on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from celerylint.facts import (
    Argument,
    Binding,
    BindingKind,
    Call,
    CallSite,
    Choice,
    Constant,
    Entry,
    Expression,
    Hole,
    HoleKind,
    Item,
    Lambda,
    Member,
    Opaque,
    Operation,
    Reference,
    Sequence,
    SequenceKind,
    Shape,
    Table,
    Use,
    UseKind,
    Where,
    Write,
)
from celerylint.finding import Span
from celerylint.masking import mask
from celerylint.reading.spans import Spans

_IDENTIFIER = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_NAMESPACES = frozenset({"globals", "locals", "vars"})
_GETATTR = frozenset({"getattr", "hasattr", "setattr", "delattr"})
_GETTERS = frozenset({"get", "pop", "setdefault", "has_key"})
_RUNNERS = frozenset({"exec", "execfile"})
_SEQUENCES = {
    cst.List: SequenceKind.LIST,
    cst.Tuple: SequenceKind.TUPLE,
    cst.Set: SequenceKind.SET,
}


class Expressions:
    """Convert expressions and collect what they mention."""

    def __init__(self, text: str, spans: Spans) -> None:
        """Keep the text and the spans of its tree."""
        self.text = text
        self.spans = spans
        self.bindings: list[Binding] = []
        self.writes: list[Write] = []
        self.calls: list[CallSite] = []
        self.uses: list[Use] = []
        self.holes: list[Hole] = []

    def convert(self, node: cst.CSTNode, where: Where) -> Expression:  # noqa: PLR0911 - one arm a kind
        """Return the expression of the model that stands for `node`."""
        match node:
            case cst.Name() | cst.Attribute():
                return self._reference(node, where)
            case cst.SimpleString():
                return self._string(node, where)
            case cst.Call():
                return self._call(node, where)
            case cst.Subscript():
                return self._subscript(node, where)
            case cst.Dict():
                entries = tuple(self._entry(element, where) for element in node.elements)
                return Table(self.spans.of(node), entries)
            case cst.List() | cst.Tuple() | cst.Set():
                items = tuple(self.convert(element.value, where) for element in node.elements)
                if any(isinstance(element, cst.StarredElement) for element in node.elements):
                    return Opaque(self.spans.of(node), items)
                return Sequence(self.spans.of(node), _SEQUENCES[type(node)], items)
            case _:
                return self._operation(node, where)

    def _operation(self, node: cst.CSTNode, where: Where) -> Expression:  # noqa: PLR0911 - as above
        span = self.spans.of(node)
        match node:
            case cst.Integer() | cst.Float() | cst.Imaginary():
                return Constant(span, node.evaluated_value)
            case cst.IfExp():
                self.convert(node.test, where)
                return Choice(span, self._all((node.body, node.orelse), where))
            case cst.BooleanOperation():
                return Choice(span, self._all((node.left, node.right), where))
            case cst.BinaryOperation():
                operator = self._slice(self.spans.of(node.operator)).strip()
                return Operation(span, operator, self._all((node.left, node.right), where))
            case cst.UnaryOperation():
                operator = self._slice(self.spans.of(node.operator)).strip()
                return Operation(span, operator, (self.convert(node.expression, where),))
            case cst.ConcatenatedString():
                return Operation(span, "f", self._all((node.left, node.right), where))
            case cst.FormattedString():
                return Operation(span, "f", tuple(self._pieces(node, where)))
            case cst.Lambda():
                return self._lambda(node, where)
            case cst.BaseComp():
                return self._comprehension(node, where)
            case cst.NamedExpr(target=cst.Name() as target):
                value = self.convert(node.value, where)
                self.bind(target, BindingKind.OTHER, where, value)
                return value
            case _:
                return Opaque(span, tuple(self._children(node, where)))

    def _lambda(self, node: cst.Lambda, where: Where) -> Expression:
        span = self.spans.of(node)
        inner = where._replace(scope=join(where.scope, f"lambda{span.start}()"), branch=())
        self.parameters(node.params, where, inner)
        return Lambda(span, self.convert(node.body, inner))

    def parameters(self, node: cst.Parameters, where: Where, inner: Where) -> tuple[str, ...]:
        """Bind the parameters of a function; their defaults belong to the scope around it."""
        found = [*node.posonly_params, *node.params]
        found += [node.star_arg] if isinstance(node.star_arg, cst.Param) else []
        found += [*node.kwonly_params, *([node.star_kwarg] if node.star_kwarg else [])]
        for parameter in found:
            if parameter.default:
                self.convert(parameter.default, where)
            self.bind(parameter.name, BindingKind.PARAMETER, inner)
        return tuple(parameter.name.value for parameter in found)

    def _comprehension(self, node: cst.BaseComp, where: Where) -> Expression:
        span = self.spans.of(node)
        inner = where._replace(scope=join(where.scope, f"comprehension{span.start}()"), branch=())
        parts: list[Expression] = []
        clause: cst.CompFor | None = node.for_in
        outer = where
        while clause is not None:
            parts.append(self.convert(clause.iter, outer))
            self.bind_all(clause.target, inner)
            parts += [self.convert(test.test, inner) for test in clause.ifs]
            clause, outer = clause.inner_for_in, inner
        names = ("key", "value") if isinstance(node, cst.DictComp) else ("elt",)
        results = tuple(getattr(node, name) for name in names)
        return Opaque(span, (*self._all(results, inner), *parts))

    def bind_all(self, node: cst.CSTNode, where: Where) -> None:
        """Bind every plain name of a target or a pattern; read what else it mentions."""
        match node:
            case cst.Name():
                self.bind(node, BindingKind.OTHER, where)
            case cst.MatchAs() | cst.MatchStar():
                for child in (getattr(node, "pattern", None), node.name):
                    if child is not None:
                        self.bind_all(child, where)
            case cst.MatchMapping(rest=cst.Name() as rest):
                self.bind_all(rest, where)
                for element in node.elements:
                    self.bind_all(element.pattern, where)
            case cst.Attribute() | cst.Subscript() | cst.MatchValue() | cst.MatchClass():
                list(self._children(node, where))
            case _:
                for child in node.children:
                    self.bind_all(child, where)

    def _all(self, nodes: tuple[cst.CSTNode, ...], where: Where) -> tuple[Expression, ...]:
        return tuple(self.convert(node, where) for node in nodes)

    def _children(self, node: cst.CSTNode, where: Where) -> Iterator[Expression]:
        for child in node.children:
            if isinstance(child, cst.BaseExpression):
                yield self.convert(child, where)
            else:
                yield from self._children(child, where)

    def _pieces(self, node: cst.FormattedString, where: Where) -> Iterator[Expression]:
        for part in node.parts:
            span = self.spans.of(part)
            if isinstance(part, cst.FormattedStringText):
                yield Constant(span, mask(part.value), masked=mask(part.value) != part.value)
            elif isinstance(part, cst.FormattedStringExpression):
                yield self.convert(part.expression, where)

    def _slice(self, span: Span) -> str:
        return self.text[span.start : span.end]

    # --- names ----------------------------------------------------------------------------------

    def name_span(self, node: cst.Name) -> Span:
        """Return the span of a name without its parentheses."""
        span = self.spans.of(node)
        if not node.lpar:
            return span
        start = span.start + self._slice(span).index(node.value)
        return Span(start, start + len(node.value))

    def bind(
        self,
        node: cst.Name,
        kind: BindingKind,
        where: Where,
        value: Expression | None = None,
        target: str = "",
    ) -> None:
        """Note that `node` is bound here."""
        span = self.name_span(node)
        self.bindings.append(Binding(node.value, span, kind, where, value, target))

    def use(self, name: str, kind: UseKind, span: Span, where: Where, owner: str = "") -> None:
        """Note that `name` is mentioned here."""
        self.uses.append(Use(name, kind, span, owner, where))

    def _reference(self, node: cst.Name | cst.Attribute, where: Where) -> Expression:
        span = self.spans.of(node)
        if isinstance(node, cst.Name):
            if node.value in ("True", "False", "None"):
                return Constant(span, {"True": True, "False": False, "None": None}[node.value])
            self.use(node.value, UseKind.NAME, self.name_span(node), where)
            return Reference(span, node.value)
        owner = self.owner(node.value, where)
        name = node.attr.value
        owner_name = owner.name if isinstance(owner, Reference) else ""
        self.use(name, UseKind.ATTRIBUTE, self.name_span(node.attr), where, owner_name)
        if isinstance(owner, Reference):
            return Reference(span, f"{owner.name}.{name}")
        return Member(span, owner, name, self.name_span(node.attr))

    def owner(self, node: cst.BaseExpression, where: Where) -> Expression:
        """Return what an attribute or a key is looked up on."""
        if not isinstance(node, cst.Name):
            return self.convert(node, where)
        span = self.name_span(node)
        self.use(node.value, UseKind.OWNER, span, where)
        return Reference(span, node.value)

    # --- strings --------------------------------------------------------------------------------

    def constant(self, node: cst.SimpleString | cst.ConcatenatedString) -> Constant:
        """Return a string literal, its password masked, without noting a mention."""
        span = self.spans.of(node)
        value = node.evaluated_value
        if not isinstance(value, str):
            return Constant(span, b"***", masked=True)
        masked = mask(value)
        inner = self._inner(node, value) if isinstance(node, cst.SimpleString) else None
        return Constant(span, masked, masked != value, inner)

    def _inner(self, node: cst.SimpleString, value: str) -> Span | None:
        if node.raw_value != value or "\n" in value:
            return None
        span = self.spans.of(node)
        start = span.start + self._slice(span).index(node.value)
        start += len(node.prefix) + len(node.quote)
        return Span(start, start + len(value))

    def _string(self, node: cst.SimpleString, where: Where, owner: str = "") -> Constant:
        constant = self.constant(node)
        self.mention(constant, UseKind.STRING, where, owner)
        return constant

    def mention(self, constant: Expression, kind: UseKind, where: Where, owner: str) -> None:
        """Note a string that could be the name of something, dotted or not."""
        if not isinstance(constant, Constant) or not isinstance(constant.value, str):
            return
        if _IDENTIFIER.fullmatch(constant.value):
            self.use(constant.value, kind, constant.inner or constant.span, where, owner)

    # --- dicts and subscripts -------------------------------------------------------------------

    def _entry(self, element: cst.BaseDictElement, where: Where) -> Entry:
        value = self.convert(element.value, where)
        if not isinstance(element, cst.DictElement):
            return Entry(Span(self.spans.of(element).start, value.span.end), None, value)
        # A key is part of the literal it stands in; only that literal decides what it means.
        key_node = element.key
        if isinstance(key_node, cst.SimpleString):
            key: Expression = self.constant(key_node)
        else:
            key = self.convert(key_node, where)
        return Entry(Span(key.span.start, value.span.end), key, value)

    def _subscript(self, node: cst.Subscript, where: Where) -> Expression:
        key_node = self.key_node(node)
        span = self.spans.of(node)
        if key_node is None:
            return Opaque(span, tuple(self._children(node, where)))
        if not isinstance(key_node, cst.SimpleString):
            # Any key may be asked for, so the owner counts as used as a whole.
            owner = self.convert(node.value, where)
            return Item(span, owner, self.convert(key_node, where))
        owner = self.owner(node.value, where)
        key = self.constant(key_node)
        self.mention(key, UseKind.ITEM, where, dotted(owner))
        return Item(span, owner, key)

    def key_node(self, node: cst.Subscript) -> cst.BaseExpression | None:
        """Return the plain key of a subscript, None for slices and several keys."""
        if len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
            return node.slice[0].slice.value
        return None

    # --- calls ----------------------------------------------------------------------------------

    def _call(self, node: cst.Call, where: Where) -> Expression:
        function = self.convert(node.func, where)
        name = dotted(function)
        call = Call(self.spans.of(node), function)
        arguments = tuple(self._argument(argument, call, where) for argument in node.args)
        call = call._replace(arguments=arguments)
        self.calls.append(CallSite(call, where))
        self._note_getters(call, where)
        self._note_hole(call, name, where)
        return call

    def _argument(self, node: cst.Arg, call: Call, where: Where) -> Argument:
        value_node = node.value
        keyword = node.keyword
        owner = dotted(call.function)
        if isinstance(value_node, cst.SimpleString) and self._is_getter(owner):
            value: Expression = self.constant(value_node)
        elif isinstance(value_node, cst.SimpleString):
            value = self._string(value_node, where, owner)
        else:
            value = self.convert(value_node, where)
        span = Span(self.spans.of(node).start, value.span.end)
        if keyword is None:
            return Argument(span, value, stars=len(node.star))
        name_span = self.name_span(keyword)
        self.use(keyword.value, UseKind.KEYWORD, name_span, where, owner)
        return Argument(span, value, keyword.value, name_span)

    def _is_getter(self, name: str) -> bool:
        return name in _GETATTR or ("." in name and name.rpartition(".")[2] in _GETTERS)

    def _note_getters(self, call: Call, where: Where) -> None:
        """Note `getattr(x, 'NAME')`, `x.get('NAME')` and the write `setattr(x, 'NAME', value)`."""
        name = call.dotted
        owner, _, method = name.rpartition(".")
        if name in _GETATTR and len(call.arguments) > 1:
            target, key = call.positional(0), call.positional(1)
            if target is None or key is None:
                return
            if self.is_own_module(target):
                writes = name in {"setattr", "delattr"}
                self.holes.append(Hole(HoleKind.DYNAMIC, call.span, where, writes=writes))
            if name == "setattr":
                self._note_setattr(call, target, key, where)
            self.mention(key, UseKind.GETATTR, where, dotted(target))
        elif owner and method in _GETTERS:
            key = call.positional(0)
            if key is not None:
                self.mention(key, UseKind.GET, where, owner)

    def is_own_module(self, expression: Expression) -> bool:
        """Return whether an expression is `sys.modules[__name__]`."""
        if not isinstance(expression, Item) or not isinstance(expression.key, Reference):
            return False
        modules = dotted(expression.owner).rpartition(".")[2] == "modules"
        return modules and expression.key.name == "__name__"

    def _note_setattr(self, call: Call, target: Expression, key: Expression, where: Where) -> None:
        plain = isinstance(key, Constant) and isinstance(key.value, str)
        name = str(key.value) if plain and isinstance(key, Constant) else ""
        span = (key.inner if isinstance(key, Constant) else None) or key.span
        kind = BindingKind.ASSIGN
        value = call.positional(2)
        self.writes.append(Write(target, name, span, Shape.STRING, where, kind, value))

    def _note_hole(self, call: Call, name: str, where: Where) -> None:
        if name in _RUNNERS:
            self.holes.append(Hole(HoleKind.EXEC, call.span, where, writes=True))
        elif name == "eval":
            self.holes.append(Hole(HoleKind.EXEC, call.span, where, writes=False))
        elif name == "dir" and not call.arguments:
            self.holes.append(Hole(HoleKind.VARS, call.span, where, writes=False))
        elif name in ("globals", "vars", "locals") and not call.arguments:
            self._note_namespace(call, name, where)

    def _note_namespace(self, call: Call, name: str, where: Where) -> None:
        """Note `globals()` unless the next thing is a subscript or a getter with a plain key."""
        following = self.text[call.span.end : call.span.end + 2]
        if following[:1] == "[" and following[1:] in ("'", '"'):
            return
        if self.text.startswith(".get(", call.span.end):
            return
        if name == "locals" and "()" in where.scope:
            return
        kind = HoleKind.GLOBALS if name == "globals" else HoleKind.VARS
        self.holes.append(Hole(kind, call.span, where, writes=True))


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
