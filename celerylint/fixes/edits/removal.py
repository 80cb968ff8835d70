"""Comment a setting out, with the reason above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from celerylint.facts import Binding, BindingKind, Shape, Write
from celerylint.finding import Blocker, Edit, Place, Span
from celerylint.fixes.edits.plan import Plan
from celerylint.fixes.edits.renaming import readers
from celerylint.linking.project import Project, index_of
from celerylint.model import Setting
from celerylint.text.lexing import COMMENT, NEWLINE, logical_lines, tokens_of

_AFTER = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=\r|\n|\Z)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_PART = frozenset({Shape.KEY, Shape.KEYWORD})
# What is bound by more than an assignment takes other code with it: a loop, an import, a function.
_ASSIGNED = frozenset({BindingKind.ASSIGN, BindingKind.AUGMENT, BindingKind.GLOBALS})
_CHANGED = frozenset({BindingKind.AUGMENT, BindingKind.DELETE})


def comment_out(
    project: Project, settings: Iterable[Setting], setting: Setting, text: str, reason: str
) -> Plan:
    """Return how to comment a setting out of `text`, its file, under a line with the reason.

    `settings` are all those of the app. The definition must have its lines to itself, and nothing
    may mention the name.
    """
    blockers = [*readers(project, settings, setting), *_neighbours(project, setting)]
    lines = _own_lines(setting, text)
    if lines is None:
        blockers.append(Blocker(setting.place, f"`{setting.name}` shares its lines"))
        return Plan((), tuple(blockers))
    alone = not _is_part(setting) and _is_alone(text, setting.extent)
    edit = Edit(Place(setting.place.path, lines), _commented(text, lines, reason, alone=alone))
    return Plan((edit,), tuple(blockers))


def remove(project: Project, settings: Iterable[Setting], setting: Setting, text: str) -> Plan:
    """Return how to take a setting away with its lines; otherwise as `comment_out`."""
    plan = comment_out(project, settings, setting, text, "")
    lines = _own_lines(setting, text)
    if plan.blockers or lines is None:
        return plan
    place = setting.place.path
    if not _is_part(setting) and _is_alone(text, setting.extent):
        return Plan((), (Blocker(setting.place, f"`{setting.name}` is all that its block has"),))
    newline = _NEWLINE.match(text, lines.end)
    whole = Span(lines.start, newline.end() if newline else lines.end)
    return Plan((Edit(Place(place, whole), ""),))


def _is_part(setting: Setting) -> bool:
    """Return whether the definition is an entry or an argument, not a statement of its own."""
    return setting.shape in _PART and setting.extent != setting.where.statement


def _neighbours(project: Project, setting: Setting) -> Iterator[Blocker]:
    """Yield what else the statement does, and what else is done to the name."""
    if _is_part(setting):
        return
    facts = index_of(project, setting.place.path).facts
    named: tuple[Binding | Write, ...] = (*facts.bindings, *facts.writes)
    others = [each for each in named if each.span != setting.place.span]
    assigned = setting.kind in _ASSIGNED and len(others) < len(named)
    if not assigned or any(each.where.statement == setting.extent for each in others):
        yield Blocker(setting.place, f"`{setting.name}` is not all that its statement is about")
    for each in others:
        if each.name == setting.name and each.kind in _CHANGED:
            yield Blocker(Place(setting.place.path, each.span), f"`{setting.name}` is changed here")


def _own_lines(setting: Setting, text: str) -> Span | None:
    """Return the whole lines of a definition, None where other code stands on them."""
    extent = setting.extent
    start = max(text.rfind("\n", 0, extent.start), text.rfind("\r", 0, extent.start)) + 1
    end = _end_of_part(text, extent.end) if _is_part(setting) else extent.end
    if end is None or text[start : extent.start].strip() or text[:start].rstrip().endswith("\\"):
        return None
    after = _AFTER.match(text, end)
    return Span(start, after.end()) if after else None


def _end_of_part(text: str, end: int) -> int | None:
    """Return where an entry or argument ends, its comma included; None where that is not plain.

    The last one may go without a comma, if nothing but the bracket follows.
    """
    following = (t for t in tokens_of(text[end:]) if t.kind not in (NEWLINE, COMMENT))
    token = next(following)
    if token.text == ",":
        return end + token.end
    return end if token.text in (")", "}") else None


def _commented(text: str, lines: Span, reason: str, *, alone: bool) -> str:
    old = text[lines.start : lines.end]
    indent = old[: len(old) - len(old.lstrip(" \t\f"))]
    pieces = [f"{indent}# {reason}"]
    for match in _LINE.finditer(old):
        line = match[0].rstrip("\r\n")
        if match[0]:
            rest = line[len(indent) :] if line.startswith(indent) else line.lstrip()
            pieces.append(f"{indent}# {rest}".rstrip())
    if alone:
        pieces.append(f"{indent}pass")
    return _newline(text, lines).join(pieces)


def _newline(text: str, lines: Span) -> str:
    match = _NEWLINE.search(text, lines.start) or _NEWLINE.search(text)
    return match[0] if match else "\n"


def _is_alone(text: str, statement: Span) -> bool:
    """Return whether a statement is all that its block has, which must not become empty."""
    lines = tuple(logical_lines(text))
    at = next(i for i, line in enumerate(lines) if line.code.end >= statement.end)
    widths = [_width(text, line.code.start) for line in lines[max(at - 1, 0) : at + 2]]
    own = _width(text, statement.start)
    return own > 0 and widths[0] < own and (at + 1 == len(lines) or widths[-1] < own)


def _width(text: str, start: int) -> int:
    """Return how many characters stand before an offset on its line."""
    return start - max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) - 1
