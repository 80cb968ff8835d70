"""The one walk over the statements of a file: bindings, writes, classes, functions, branches."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from celerylint.facts import (
    Binding,
    BindingKind,
    ClassFact,
    Constant,
    Expression,
    FunctionFact,
    Hole,
    HoleKind,
    Opaque,
    Shape,
    StarImport,
    Where,
    Write,
)
from celerylint.finding import Span
from celerylint.reading.expressions import Expressions, dotted, join
from celerylint.reading.spans import Spans

_NAMESPACES = frozenset({"globals()", "vars()", "locals()"})


class Statements:
    """Walk the statements of one module and collect its facts."""

    def __init__(self, text: str, module: cst.Module) -> None:
        """Prepare the walk; `walk` does it."""
        self.text = text
        self.module = module
        self.spans = Spans(module)
        self.expressions = Expressions(text, self.spans)
        self.star_imports: list[StarImport] = []
        self.classes: list[ClassFact] = []
        self.functions: list[FunctionFact] = []
        self._returns: dict[str, list[Expression]] = {}
        self._globals: dict[str, set[str]] = {}

    def walk(self) -> None:
        """Read the whole module."""
        self._suite(self.module.body, Where("", (), Span(0, 0)))

    # --- compound statements --------------------------------------------------------------------

    def _suite(self, body: Iterable[cst.CSTNode], where: Where) -> None:
        for node in body:
            if isinstance(node, cst.SimpleStatementLine):
                self._suite(node.body, where)
            else:
                self._statement(node, where._replace(statement=self._extent(node)))

    def _extent(self, node: cst.CSTNode) -> Span:
        span = self.spans.of(node)
        text = self.text[span.start : span.end]
        stripped = text.rstrip(" \t\f\r\n\\;")
        return Span(span.start, span.start + len(stripped))

    def _statement(self, node: cst.CSTNode, where: Where) -> None:
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
                self.expressions.convert(node.subject, where)
                for index, case in enumerate(node.cases):
                    arm = _arm(where, f"case{index}")
                    self.expressions.bind_all(case.pattern, arm)
                    if case.guard:
                        self.expressions.convert(case.guard, arm)
                    self._suite(case.body.body, arm)
            case cst.FunctionDef():
                self._function(node, where)
            case cst.ClassDef():
                self._class(node, where)
            case _:
                self._small(node, where)

    def _if(self, node: cst.If, where: Where) -> None:
        arm: cst.If | cst.Else | None = node
        index = 0
        while isinstance(arm, cst.If):
            self.expressions.convert(arm.test, where)
            self._suite(arm.body.body, _arm(where, f"if{index}"))
            arm = arm.orelse
            index += 1
        if arm is not None:
            self._suite(arm.body.body, _arm(where, "else"))

    def _loop(self, node: cst.For | cst.While, where: Where) -> None:
        if isinstance(node, cst.For):
            self.expressions.convert(node.iter, where)
            self._target(node.target, None, _arm(where, "loop"), BindingKind.OTHER)
        else:
            self.expressions.convert(node.test, where)
        self._suite(node.body.body, _arm(where, "loop"))
        if node.orelse:
            self._suite(node.orelse.body.body, _arm(where, "else"))

    def _try(self, node: cst.Try | cst.TryStar, where: Where) -> None:
        self._suite(node.body.body, _arm(where, "try"))
        handlers: tuple[cst.ExceptHandler | cst.ExceptStarHandler, ...] = (*node.handlers,)
        for index, handler in enumerate(handlers):
            arm = _arm(where, f"except{index}")
            if handler.type:
                self.expressions.convert(handler.type, arm)
            if handler.name:
                self._target(handler.name.name, None, arm, BindingKind.OTHER)
            self._suite(handler.body.body, arm)
        if node.orelse:
            self._suite(node.orelse.body.body, _arm(where, "else"))
        if node.finalbody:
            self._suite(node.finalbody.body.body, where)

    def _with(self, node: cst.With, where: Where) -> None:
        for item in node.items:
            value = self.expressions.convert(item.item, where)
            if item.asname:
                self._target(item.asname.name, value, where, BindingKind.OTHER)
        self._suite(node.body.body, where)

    def _function(self, node: cst.FunctionDef, where: Where) -> None:
        for decorator in node.decorators:
            self.expressions.convert(decorator.decorator, where)
        self.expressions.bind(node.name, BindingKind.FUNCTION, where)
        scope = f"{join(where.scope, node.name.value)}()"
        inner = Where(scope, (), where.statement)
        self._globals[scope] = set()
        self._returns[scope] = []
        names = self.expressions.parameters(node.params, where, inner)
        self._suite(node.body.body, inner)
        returns = tuple(self._returns[scope])
        self.functions.append(FunctionFact(node.name.value, scope, names, returns, where))

    def _class(self, node: cst.ClassDef, where: Where) -> None:
        for decorator in node.decorators:
            self.expressions.convert(decorator.decorator, where)
        bases = tuple(self.expressions.convert(base.value, where) for base in node.bases)
        for keyword in node.keywords:
            self.expressions.convert(keyword.value, where)
        self.expressions.bind(node.name, BindingKind.CLASS, where)
        scope = join(where.scope, node.name.value)
        self._suite(node.body.body, Where(scope, (), where.statement))
        self.classes.append(ClassFact(node.name.value, scope, bases, where))

    # --- small statements -----------------------------------------------------------------------

    def _small(self, node: cst.CSTNode, where: Where) -> None:  # noqa: C901 - one arm a statement
        match node:
            case cst.Assign():
                value = self.expressions.convert(node.value, where)
                for target in node.targets:
                    self._target(target.target, value, where, BindingKind.ASSIGN)
            case cst.AnnAssign():
                self.expressions.convert(node.annotation.annotation, where)
                if node.value is not None:
                    value = self.expressions.convert(node.value, where)
                    self._target(node.target, value, where, BindingKind.ASSIGN)
            case cst.AugAssign():
                value = self.expressions.convert(node.value, where)
                self._target(node.target, value, where, BindingKind.AUGMENT)
            case cst.Del():
                self._target(node.target, None, where, BindingKind.DELETE)
            case cst.Import() | cst.ImportFrom():
                self._import(node, where)
            case cst.Return():
                if node.value is not None:
                    value = self.expressions.convert(node.value, where)
                    self._returns.setdefault(where.scope, []).append(value)
            case cst.Global():
                self._global(node, where)
            case _:
                self.expressions.convert(node, where)

    def _global(self, node: cst.Global, where: Where) -> None:
        for item in node.names:
            self._globals.setdefault(where.scope, set()).add(item.name.value)
            self.expressions.convert(item.name, where)

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
            bound = alias.asname.name
        else:
            bound = _first_name(alias.name)
            target = target if module else bound.value
        self._name(bound, BindingKind.IMPORT, where, None, target)

    def _target(
        self, node: cst.BaseExpression, value: Expression | None, where: Where, kind: BindingKind
    ) -> None:
        match node:
            case cst.Name():
                self._name(node, kind, where, value)
            case cst.Tuple() | cst.List():
                values = _unpacked(value, len(node.elements))
                for element, part in zip(node.elements, values, strict=True):
                    self._target(element.value, part, where, kind)
            case cst.Attribute():
                owner = self.expressions.owner(node.value, where)
                span = self.expressions.name_span(node.attr)
                name = node.attr.value
                write = Write(owner, name, span, Shape.ATTRIBUTE, where, kind, value)
                self.expressions.writes.append(write)
            case cst.Subscript():
                self._item(node, value, where, kind)
            case _:
                self.expressions.convert(node, where)

    def _name(
        self,
        node: cst.Name,
        kind: BindingKind,
        where: Where,
        value: Expression | None = None,
        target: str = "",
    ) -> None:
        if node.value in self._globals.get(where.scope, ()):
            start = where.statement.start
            where = where._replace(scope="", branch=(f"{start}:function", *where.branch))
        self.expressions.bind(node, kind, where, value, target)

    def _item(
        self, node: cst.Subscript, value: Expression | None, where: Where, kind: BindingKind
    ) -> None:
        """Read `owner['NAME'] = value`; on `globals()` it binds a name of the module."""
        key_node = self.expressions.key_node(node)
        owner = self.expressions.owner(node.value, where)
        if isinstance(key_node, cst.SimpleString | cst.ConcatenatedString):
            key: Expression = self.expressions.constant(key_node)
        else:
            key = self._key(node, where)
        name = key.value if isinstance(key, Constant) else None
        name = name if isinstance(name, str) else ""
        inner = key.inner if isinstance(key, Constant) else None
        if dotted(owner) not in _NAMESPACES:
            write = Write(owner, name, inner or key.span, Shape.KEY, where, kind, value)
            self.expressions.writes.append(write)
        elif inner:
            scope = "" if dotted(owner) == "globals()" else where.scope
            where = where._replace(scope=scope)
            binding = Binding(name, inner, BindingKind.GLOBALS, where, value)
            self.expressions.bindings.append(binding)
        else:
            hole = Hole(HoleKind.DYNAMIC, self.spans.of(node), where, writes=True)
            self.expressions.holes.append(hole)

    def _key(self, node: cst.Subscript, where: Where) -> Expression:
        parts = tuple(self.expressions.convert(e.slice, where) for e in node.slice)
        return Opaque(self.spans.of(node), parts)


def _arm(where: Where, name: str) -> Where:
    return where._replace(branch=(*where.branch, f"{where.statement.start}:{name}"))


def _unpacked(value: Expression | None, count: int) -> tuple[Expression | None, ...]:
    """Return the value of each target of a tuple assignment, None where it is not plain."""
    items = getattr(value, "items", ())
    return tuple(items) if len(items) == count else (None,) * count


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
