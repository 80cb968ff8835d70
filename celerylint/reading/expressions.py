"""From LibCST expressions to those of the model, noting calls and mentions on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from celerylint.facts import (
    Argument,
    BindingKind,
    Call,
    Choice,
    Constant,
    DynamicAccessKind,
    Entry,
    Expression,
    Item,
    Lambda,
    Member,
    Opaque,
    Operation,
    Reference,
    Sequence,
    SequenceKind,
    Table,
    UseKind,
    Where,
)
from celerylint.finding import Span
from celerylint.reading.notes import Notes, dotted, is_getter, is_own_module, join, text_of
from celerylint.reading.spans import Spans
from celerylint.reading.strings import bound_to, formatted_text, number, plain_text

_COMPREHENSIONS = re.compile(r"(?:(?:^|\.)comprehension\d+\(\))+$")
_WORDS = {"True": True, "False": False, "None": None}
_SEQUENCES = {
    cst.List: SequenceKind.LIST,
    cst.Tuple: SequenceKind.TUPLE,
    cst.Set: SequenceKind.SET,
}


class Expressions:
    """Convert expressions and note what they mention."""

    def __init__(self, notes: Notes, spans: Spans) -> None:
        """Take the notes of a file, and the spans of its tree."""
        self._notes = notes
        self._spans = spans

    def convert(self, node: cst.CSTNode, where: Where) -> Expression:  # noqa: PLR0911 - one arm a kind
        """Return the expression of the model that stands for `node`."""
        match node:
            case cst.Name():
                return self._name(node, where)
            case cst.Attribute():
                return self._attribute(node, where)
            case cst.SimpleString() | cst.ConcatenatedString():
                return self._string(node, where)
            case cst.Call():
                return self._call(node, where)
            case cst.Subscript():
                return self._subscript(node, where)
            case cst.Dict():
                entries = tuple(self._entry(element, where) for element in node.elements)
                return Table(self._spans.of(node), entries)
            case cst.List() | cst.Tuple() | cst.Set():
                items = tuple(self.convert(element.value, where) for element in node.elements)
                if any(isinstance(element, cst.StarredElement) for element in node.elements):
                    return Opaque(self._spans.of(node), items)
                return Sequence(self._spans.of(node), _SEQUENCES[type(node)], items)
            case _:
                return self._operation(node, where)

    def _operation(  # noqa: C901, PLR0911 - one arm a kind
        self, node: cst.CSTNode, where: Where
    ) -> Expression:
        span = self._spans.of(node)
        match node:
            case cst.BaseNumber():
                return number(node, self._spans)
            case cst.IfExp():
                self.convert(node.test, where)
                return Choice(span, self._all((node.body, node.orelse), where))
            case cst.Comparison():
                return self._comparison(node, where)
            case cst.BooleanOperation():
                return Choice(span, self._all((node.left, node.right), where))
            case cst.BinaryOperation():
                operands = self._all((node.left, node.right), where)
                return Operation(span, self._spans.sign(node.operator), operands)
            case cst.UnaryOperation():
                operand = self.convert(node.expression, where)
                return Operation(span, self._spans.sign(node.operator), (operand,))
            case cst.FormattedString():
                return Operation(span, "f", tuple(self._pieces(node, where)))
            case cst.Lambda():
                return self._lambda(node, where)
            case cst.BaseComp():
                return self._comprehension(node, where)
            case cst.NamedExpr(target=cst.Name() as target):
                value = self.convert(node.value, where)
                # In a comprehension it binds a name of the scope around.
                outer = where._replace(scope=_COMPREHENSIONS.sub("", where.scope))
                self._notes.bind(target, BindingKind.OTHER, outer, value)
                return value
            case _:
                return Opaque(span, tuple(self._children(node, where)))

    def _comparison(self, node: cst.Comparison, where: Where) -> Expression:
        """Read a comparison; `'NAME' in x` asks x for a key."""
        key = plain_text(node.left, self._spans)
        first = node.comparisons[0]
        if key is None or not isinstance(first.operator, cst.In | cst.NotIn):
            return Opaque(self._spans.of(node), tuple(self._children(node, where)))
        owner = self.owner(first.comparator, where)
        self._notes.mention(key, UseKind.ITEM, where, dotted(owner))
        self._notes.asked_for_one_name(owner)
        rest = (self.convert(each.comparator, where) for each in node.comparisons[1:])
        return Opaque(self._spans.of(node), (key, owner, *rest))

    def _lambda(self, node: cst.Lambda, where: Where) -> Expression:
        span = self._spans.of(node)
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
            self._notes.bind(parameter.name, BindingKind.PARAMETER, inner)
        return tuple(parameter.name.value for parameter in found)

    def _comprehension(self, node: cst.BaseComp, where: Where) -> Expression:
        span = self._spans.of(node)
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
                self._notes.bind(node, BindingKind.OTHER, where)
            case cst.Attribute() | cst.Subscript() | cst.MatchValue():
                list(self._children(node, where))
            case cst.MatchClass():
                self.convert(node.cls, where)
                for element in (*node.patterns, *node.kwds):
                    self.bind_all(element, where)
            case cst.MatchKeywordElement():
                self.bind_all(node.pattern, where)
            case cst.MatchMapping():
                for pair in node.elements:
                    self.convert(pair.key, where)
                    self.bind_all(pair.pattern, where)
                if node.rest:
                    self.bind_all(node.rest, where)
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
            span = self._spans.of(part)
            if isinstance(part, cst.FormattedStringExpression):
                plain = not (part.conversion or part.format_spec or part.equal)
                parts = tuple(self._children(part, where))
                if part.equal:
                    self._notes.shown.append(span)
                yield parts[0] if plain else Opaque(span, parts)
            else:
                text = cst.ensure_type(part, cst.FormattedStringText)
                yield formatted_text(text, node.prefix, self._spans)

    # --- names ----------------------------------------------------------------------------------

    def _name(self, node: cst.Name, where: Where) -> Expression:
        if node.value in _WORDS:
            return Constant(self._spans.of(node), _WORDS[node.value])
        self._notes.use(node.value, UseKind.NAME, self._spans.bare(node), where)
        return Reference(self._spans.of(node), node.value)

    def _attribute(self, node: cst.Attribute, where: Where) -> Expression:
        owner = self.owner(node.value, where)
        name, span = node.attr.value, self._spans.bare(node.attr)
        looked_up_on = owner.name if isinstance(owner, Reference) else ""
        self._notes.use(name, UseKind.ATTRIBUTE, span, where, looked_up_on)
        if isinstance(owner, Reference):
            return Reference(self._spans.of(node), f"{owner.name}.{name}")
        return Member(self._spans.of(node), owner, name, span)

    def owner(self, node: cst.BaseExpression, where: Where) -> Expression:
        """Return what an attribute or a key is looked up on."""
        if not isinstance(node, cst.Name):
            return self.convert(node, where)
        span = self._spans.bare(node)
        self._notes.use(node.value, UseKind.OWNER, span, where)
        return Reference(span, node.value)

    # --- strings, dicts and subscripts ----------------------------------------------------------

    def _string(self, node: cst.BaseString, where: Where, owner: str = "") -> Expression:
        constant = plain_text(node, self._spans)
        if constant:
            self._notes.mention(constant, UseKind.STRING, where, owner)
            return constant
        return Operation(self._spans.of(node), "f", tuple(self._children(node, where)))

    def _entry(self, element: cst.BaseDictElement, where: Where) -> Entry:
        value = self.convert(element.value, where)
        if not isinstance(element, cst.DictElement):
            return Entry(Span(self._spans.of(element).start, value.span.end), None, value)
        # A key is part of the literal it stands in; only that literal decides what it means.
        key = plain_text(element.key, self._spans) or self.convert(element.key, where)
        value = bound_to(text_of(key) or "", value)
        return Entry(Span(key.span.start, value.span.end), key, value)

    def _subscript(self, node: cst.Subscript, where: Where) -> Expression:
        key_node = self.key_node(node)
        span = self._spans.of(node)
        if key_node is None:
            return Opaque(span, tuple(self._children(node, where)))
        key = plain_text(key_node, self._spans)
        if key is None:
            # Any key may be asked for, so the owner counts as used as a whole.
            owner = self.convert(node.value, where)
            item = Item(span, owner, self.convert(key_node, where))
            if is_own_module(item):
                self._notes.access(DynamicAccessKind.DYNAMIC, span, where, writes=True)
            return item
        owner = self.owner(node.value, where)
        self._notes.mention(key, UseKind.ITEM, where, dotted(owner))
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
        arguments = tuple(self._argument(argument, name, where) for argument in node.args)
        call = Call(self._spans.of(node), function, arguments)
        self._notes.call(call, where)
        return call

    def _argument(self, node: cst.Arg, owner: str, where: Where) -> Argument:
        value: Expression | None = None
        if is_getter(owner):
            value = plain_text(node.value, self._spans)
        elif isinstance(node.value, cst.SimpleString | cst.ConcatenatedString):
            value = self._string(node.value, where, owner)
        value = value or self.convert(node.value, where)
        span = Span(self._spans.of(node).start, value.span.end)
        if node.keyword is None:
            return Argument(span, value, stars=len(node.star))
        name_span = self._spans.bare(node.keyword)
        self._notes.use(node.keyword.value, UseKind.KEYWORD, name_span, where, owner)
        value = bound_to(node.keyword.value, value)
        return Argument(span, value, node.keyword.value, name_span)
