"""Give a setting another value, or add a setting beside another one, in the shape that is there."""

from __future__ import annotations

import re

from celerylint.facts import Binding, BindingKind, Constant, Expression, Operation, Shape, Write
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.edits.plan import Plan
from celerylint.linking.project import Project
from celerylint.model import Setting

_REST_OF_LINE = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=\r|\n|\Z)")
_NEWLINE = re.compile(r"\r\n|\r|\n")
# Between the name and its value; an annotation would go with it.
_ASSIGNS = re.compile(r"""["'\])\s]*=\s*""")
_PART = frozenset({Shape.KEY, Shape.KEYWORD})


def set_value(definition: Setting, text: str) -> Plan:
    """Return how to replace the value of a definition, where that is a plain literal."""
    value = definition.value
    if value is None or not is_literal(value) or definition.kind is BindingKind.AUGMENT:
        return _blocked(definition, f"the value of `{definition.name}` is not a plain literal")
    return Plan((Edit(Place(definition.place.path, value.span), text),))


def is_literal(value: Expression) -> bool:
    """Return whether an expression is a number, a text, true, false or none."""
    if isinstance(value, Operation):
        return len(value.operands) == 1 and isinstance(value.operands[0], Constant)
    return isinstance(value, Constant)


def add_beside(project: Project, anchor: Setting, source: str, name: str, value: str) -> Plan:
    """Return how to set `name` to `value`, written as Python, next to a definition.

    `source` is the text of the file that it stands in. What is added is an entry, a keyword or an
    assignment, whatever the anchor is.
    """
    if anchor.value is None or anchor.shape is Shape.STRING:
        return _blocked(anchor, f"nothing can be added beside `{anchor.name}`")
    if _is_part(anchor):
        return _add_part(anchor, source, name, value)
    return _add_statement(project, anchor, source, name, value)


def _is_part(setting: Setting) -> bool:
    return setting.shape in _PART and setting.extent != setting.where.statement


def _add_part(anchor: Setting, source: str, name: str, value: str) -> Plan:
    """Return how to add an entry of a dict, or a keyword argument, after another one."""
    extent, span = anchor.extent, anchor.place.span
    if anchor.shape is Shape.KEYWORD:
        added = f"{name}={value}"
    else:
        quote = source[span.start - 1] if source[span.start - 1 : span.start] in "\"'" else '"'
        added = f"{quote}{name}{quote}: {value}"
    return Plan((next_to(anchor.place.path, extent, source, added),))


def next_to(path: str, part: Span, source: str, added: str) -> Edit:
    """Return how to add an entry or an argument after another one, on a line of its own if that is.

    `source` is the text of the file, `added` what comes.
    """
    start = _line_start(source, part.start)
    indent = source[start : part.start]
    gap = f"{_newline(source)}{indent}" if not indent.strip() else " "
    return Edit(Place(path, Span(part.end, part.end)), f",{gap}{added}")


def _add_statement(project: Project, anchor: Setting, source: str, name: str, value: str) -> Plan:
    """Return how to add an assignment on a line of its own after another one."""
    statement, span = anchor.extent, anchor.place.span
    before, between = source[statement.start : span.start], _between(anchor, source)
    start = _line_start(source, statement.start)
    indent = source[start : statement.start]
    rest = _REST_OF_LINE.match(source, statement.end)
    if indent.strip() or rest is None or not _ASSIGNS.fullmatch(between):
        return _blocked(anchor, f"nothing can be added beside `{anchor.name}`")
    if _is_shared(project, anchor):
        return _blocked(anchor, f"`{anchor.name}` is not all that its statement is about")
    added = f"{_newline(source)}{indent}{before}{name}{between}{value}"
    return Plan((Edit(Place(anchor.place.path, Span(rest.end(), rest.end())), added),))


def _between(anchor: Setting, source: str) -> str:
    """Return what stands between the name and its value, parentheses left out."""
    value = anchor.value
    text = source[anchor.place.span.end : value.span.start] if value else ""
    return text.rstrip("( \t\r\n") + " " if text.rstrip().endswith("(") else text


def _is_shared(project: Project, anchor: Setting) -> bool:
    """Return whether the statement binds or writes something else as well."""
    index = project.facts.of(anchor.place.path)
    named: tuple[Binding | Write, ...] = (
        (*index.facts.bindings, *index.facts.writes) if index else ()
    )
    return any(
        each.where.statement == anchor.extent and each.span != anchor.place.span for each in named
    )


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _newline(text: str) -> str:
    match = _NEWLINE.search(text)
    return match[0] if match else "\n"


def _blocked(setting: Setting, reason: str) -> Plan:
    return Plan((), (Blocker(setting.place, reason),))
