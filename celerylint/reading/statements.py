"""The one walk over the statements of a file: bindings, writes, classes, functions, branches."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import libcst as cst

from celerylint.facts import (
    Annotation,
    Binding,
    BindingKind,
    ClassFact,
    DynamicAccessKind,
    Expression,
    FunctionFact,
    HandlerFact,
    Opaque,
    Sequence,
    Shape,
    StarImport,
    Where,
    Write,
)
from celerylint.finding import Span
from celerylint.reading.expressions import Expressions
from celerylint.reading.notes import NAMESPACES, Notes, dotted, join, text_of, written_at
from celerylint.reading.spans import Spans
from celerylint.reading.strings import plain_text


class Statements:
    """Walk the statements of one module and collect its facts."""

    def __init__(self, module: cst.Module, spans: Spans, unresolved: Iterable[Span] = ()) -> None:
        """Prepare the walk; `walk` does it.

        `unresolved` are the statements that stand for others, which nobody can read.
        """
        self._openings = {span.start: span for span in unresolved}
        self._module = module
        self._spans = spans
        self.notes = Notes(spans)
        self._expressions = Expressions(self.notes, self._spans)
        self.star_imports: list[StarImport] = []
        self.classes: list[ClassFact] = []
        self.functions: list[FunctionFact] = []
        self.handlers: list[HandlerFact] = []
        self._returns: dict[str, list[Expression]] = {}
        self._annotations: dict[str, list[Annotation]] = {}
        self._raises: list[Where] = []
        # Names that a function declares to be of another scope, and that scope.
        self._declared: dict[tuple[str, str], str] = {}

    def walk(self) -> None:
        """Read the whole module."""
        self._suite(self._module.body, Where("", (), Span(0, 0)))

    # --- compound statements --------------------------------------------------------------------

    def _suite(self, body: Iterable[cst.CSTNode], where: Where) -> None:
        for node in body:
            if isinstance(node, cst.SimpleStatementLine):
                self._suite(node.body, where)
            else:
                self._statement(node, where._replace(statement=self._extent(node)))

    def _extent(self, node: cst.CSTNode) -> Span:
        start = self._spans.of(node).start
        stripped = self._spans.text_of(node).rstrip(" \t\f\r\n\\;")
        return Span(start, start + len(stripped))

    def _statement(self, node: cst.CSTNode, where: Where) -> None:  # noqa: C901 - one arm a kind
        match node:
            case cst.If():
                self._if(node, where)
            case cst.For() | cst.While():
                self._loop(node, where)
            case cst.Try() | cst.TryStar():
                self._try(node, where)
            case cst.With():
                self._with(node, where)
            case cst.Match():
                self._expressions.convert(node.subject, where)
                for index, case in enumerate(node.cases):
                    arm = _arm(where, f"case{index}")
                    self._expressions.bind_all(case.pattern, arm)
                    if case.guard:
                        self._expressions.convert(case.guard, arm)
                    self._suite(case.body.body, arm)
            case cst.FunctionDef():
                self._function(node, where)
            case cst.ClassDef():
                self._class(node, where)
            case _ if unread := self._openings.get(where.statement.start):
                self.notes.access(DynamicAccessKind.UNREAD, unread, where, writes=True)
            case _:
                self._small(node, where)

    def _if(self, node: cst.If, where: Where) -> None:
        arm: cst.If | cst.Else | None = node
        index = 0
        while isinstance(arm, cst.If):
            self._expressions.convert(arm.test, where)
            self._suite(arm.body.body, _arm(where, f"if{index}"))
            arm = arm.orelse
            index += 1
        if arm is not None:
            self._suite(arm.body.body, _arm(where, "else"))

    def _loop(self, node: cst.For | cst.While, where: Where) -> None:
        if isinstance(node, cst.For):
            self._expressions.convert(node.iter, where)
            self._target(node.target, None, _arm(where, "loop"), BindingKind.OTHER)
        else:
            self._expressions.convert(node.test, where)
        self._suite(node.body.body, _arm(where, "loop"))
        if node.orelse:
            self._suite(node.orelse.body.body, _arm(where, "else"))

    def _try(self, node: cst.Try | cst.TryStar, where: Where) -> None:
        self._suite(node.body.body, _arm(where, "try"))
        handlers: tuple[cst.ExceptHandler | cst.ExceptStarHandler, ...] = (*node.handlers,)
        for index, handler in enumerate(handlers):
            self._handler(handler, _arm(where, f"except{index}"))
        if node.orelse:
            self._suite(node.orelse.body.body, _arm(where, "else"))
        if node.finalbody:
            self._suite(node.finalbody.body.body, where)

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler, arm: Where) -> None:
        caught = self._expressions.convert(node.type, arm) if node.type else None
        if node.name:
            self._target(node.name.name, None, arm, BindingKind.OTHER)
        raised = len(self._raises)
        self._suite(node.body.body, arm)
        raises = any(each.scope == arm.scope for each in self._raises[raised:])
        self.handlers.append(HandlerFact(arm, caught, raises))

    def _with(self, node: cst.With, where: Where) -> None:
        for item in node.items:
            value = self._expressions.convert(item.item, where)
            if item.asname:
                self._target(item.asname.name, value, where, BindingKind.OTHER)
        self._suite(node.body.body, where)

    def _function(self, node: cst.FunctionDef, where: Where) -> None:
        decorators = tuple(
            self._expressions.convert(each.decorator, where) for each in node.decorators
        )
        self._name(node.name, BindingKind.FUNCTION, where)
        scope = f"{join(where.scope, node.name.value)}()"
        inner = Where(scope, (), where.statement)
        self._returns[scope] = []
        names = self._expressions.parameters(node.params, where, inner)
        self._suite(node.body.body, inner)
        returns = tuple(self._returns[scope])
        function = FunctionFact(node.name.value, scope, names, returns, where, decorators)
        self.functions.append(function)

    def _class(self, node: cst.ClassDef, where: Where) -> None:
        decorators = tuple(
            self._expressions.convert(each.decorator, where) for each in node.decorators
        )
        bases = tuple(self._expressions.convert(base.value, where) for base in node.bases)
        keywords = tuple(self._expressions.convert(each.value, where) for each in node.keywords)
        self._name(node.name, BindingKind.CLASS, where)
        scope = join(where.scope, node.name.value)
        self._annotations[scope] = []
        self._suite(node.body.body, Where(scope, (), where.statement))
        annotations = tuple(self._annotations[scope])
        fact = ClassFact(node.name.value, scope, bases, where, decorators, keywords, annotations)
        self.classes.append(fact)

    # --- small statements -----------------------------------------------------------------------

    def _small(self, node: cst.CSTNode, where: Where) -> None:  # noqa: C901 - one arm a statement
        match node:
            case cst.Assign():
                value = self._expressions.convert(node.value, where)
                for target in node.targets:
                    self._target(target.target, value, where, BindingKind.ASSIGN)
            case cst.AnnAssign():
                self._annotated(node, where)
            case cst.AugAssign():
                value = self._expressions.convert(node.value, where)
                self._target(node.target, value, where, BindingKind.AUGMENT)
            case cst.Del():
                self._target(node.target, None, where, BindingKind.DELETE)
            case cst.Import() | cst.ImportFrom():
                self._import(node, where)
            case cst.Return():
                if node.value is not None:
                    value = self._expressions.convert(node.value, where)
                    self._returns.setdefault(where.scope, []).append(value)
            case cst.Global() | cst.Nonlocal():
                self._declaration(node, where)
            case cst.TypeAlias():
                self._name(node.name, BindingKind.OTHER, where)
                self._expressions.convert(node.value, where)
            case _:
                self._raises += [where] if isinstance(node, cst.Raise) else []
                self._expressions.convert(node, where)

    def _annotated(self, node: cst.AnnAssign, where: Where) -> None:
        kind = self._expressions.convert(node.annotation.annotation, where)
        if isinstance(node.target, cst.Name) and where.scope in self._annotations:
            name, span = node.target.value, self._spans.bare(node.target)
            self._annotations[where.scope].append(Annotation(name, span, kind, where))
        if node.value is not None:
            value = self._expressions.convert(node.value, where)
            self._target(node.target, value, where, BindingKind.ASSIGN)

    def _declaration(self, node: cst.Global | cst.Nonlocal, where: Where) -> None:
        outer = where.scope.rpartition(".")[0] if isinstance(node, cst.Nonlocal) else ""
        for item in node.names:
            if where.scope:
                self._declared[where.scope, item.name.value] = outer
            self._expressions.convert(item.name, where)

    def _import(self, node: cst.Import | cst.ImportFrom, where: Where) -> None:
        module = _module_name(node)
        if isinstance(node.names, cst.ImportStar):
            self.star_imports.append(StarImport(module, where))
            return
        for alias in node.names:
            self._alias(alias, module, where)

    def _alias(self, alias: cst.ImportAlias, module: str, where: Where) -> None:
        name = _dotted_name(alias.name)
        separator = "" if module.endswith(".") or not module else "."
        target = f"{module}{separator}{name}"
        if alias.asname and isinstance(alias.asname.name, cst.Name):
            self._name(alias.asname.name, BindingKind.IMPORT, where, None, target)
            asked = self._spans.of(alias.name)
            self.notes.bindings[-1] = self.notes.bindings[-1]._replace(asked=asked)
            return
        bound = _first_name(alias.name)
        self._name(bound, BindingKind.IMPORT, where, None, target if module else bound.value)

    def _target(
        self, node: cst.BaseExpression, value: Expression | None, where: Where, kind: BindingKind
    ) -> None:
        match node:
            case cst.Name():
                self._name(node, kind, where, value)
            case cst.Tuple() | cst.List():
                values = _unpacked(value, node.elements)
                for element, part in zip(node.elements, values, strict=True):
                    self._target(element.value, part, where, kind)
            case cst.Attribute():
                owner = self._expressions.owner(node.value, where)
                span = self._spans.bare(node.attr)
                name = node.attr.value
                write = Write(owner, name, span, Shape.ATTRIBUTE, where, kind, value)
                self.notes.writes.append(write)
            case cst.StarredElement():
                # `*a = b` is refused by Python only once it is parsed.
                self._target(node.value, None, where, kind)
            case _:
                self._item(cst.ensure_type(node, cst.Subscript), value, where, kind)

    def _name(
        self,
        node: cst.Name,
        kind: BindingKind,
        where: Where,
        value: Expression | None = None,
        target: str = "",
    ) -> None:
        outer = self._declared.get((where.scope, node.value))
        here = where if outer is None else _from_function(where, outer)
        seen_from = None if outer is None else where.scope
        span = self._spans.bare(node)
        self.notes.bindings.append(Binding(node.value, span, kind, here, value, target, seen_from))

    def _item(
        self, node: cst.Subscript, value: Expression | None, where: Where, kind: BindingKind
    ) -> None:
        """Read `owner['NAME'] = value`; on `globals()` it binds a name of the module."""
        key = self._key(node, where)
        owner = self._expressions.owner(node.value, where)
        name, span = text_of(key) or "", written_at(key)
        namespace = dotted(owner)
        if namespace not in NAMESPACES:
            write = Write(owner, name, span, Shape.KEY, where, kind, value)
            self.notes.writes.append(write)
        elif namespace != "globals()" and "()" in where.scope:
            return  # What a function writes into its own names does not bind them.
        elif name and span != key.span:
            here = _from_function(where, "") if "()" in where.scope else where
            kind = BindingKind.GLOBALS if kind is BindingKind.ASSIGN else kind
            self.notes.bindings.append(Binding(name, span, kind, here, value, "", where.scope))
        else:
            span = self._spans.of(node)
            self.notes.access(DynamicAccessKind.DYNAMIC, span, where, writes=True)

    def _key(self, node: cst.Subscript, where: Where) -> Expression:
        key_node = self._expressions.key_node(node)
        key = plain_text(key_node, self._spans)
        if key:
            return key
        parts = tuple(self._expressions.convert(e.slice, where) for e in node.slice)
        return Opaque(self._spans.of(node), parts)


def _from_function(where: Where, scope: str) -> Where:
    """Return the place of a name that a function binds in another scope: if it is called."""
    return where._replace(scope=scope, branch=(f"{where.statement.start}:function", *where.branch))


def _arm(where: Where, name: str) -> Where:
    return where._replace(branch=(*where.branch, f"{where.statement.start}:{name}"))


def _unpacked(
    value: Expression | None, targets: Collection[cst.BaseElement]
) -> tuple[Expression | None, ...]:
    """Return the value of each target of a tuple assignment, None where it is not plain."""
    items = value.items if isinstance(value, Sequence) else ()
    starred = any(isinstance(target, cst.StarredElement) for target in targets)
    return items if len(items) == len(targets) and not starred else (None,) * len(targets)


def _dotted_name(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted_name(node.value)}.{node.attr.value}"
    return cst.ensure_type(node, cst.Name).value


def _first_name(node: cst.BaseExpression) -> cst.Name:
    return (
        _first_name(node.value)
        if isinstance(node, cst.Attribute)
        else cst.ensure_type(node, cst.Name)
    )


def _module_name(node: cst.Import | cst.ImportFrom) -> str:
    if isinstance(node, cst.Import):
        return ""
    return "." * len(node.relative) + (_dotted_name(node.module) if node.module else "")
