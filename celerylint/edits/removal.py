"""Comment a setting out, with the reason above it."""

from __future__ import annotations

import re
from collections import deque

from celerylint.edits.plan import Obstacle, Plan
from celerylint.facts import Shape, Use, UseKind
from celerylint.finding import Edit, Place, Span
from celerylint.linking.project import Project
from celerylint.model import Setting

_AFTER = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=\r|\n|\Z)")
_LINE = re.compile(r"[^\r\n]*(\r\n|\r|\n)?")
_CODE_LINE = re.compile(r"^([ \t\f]*)[^\s#]", re.MULTILINE)


def comment_out(project: Project, setting: Setting, text: str, reason: str) -> Plan:
    """Return how to comment a setting out of `text`, its file, under a line with the reason.

    The definition must have its lines to itself, and nothing may read the name.
    """
    obstacles = (*_readers(project, setting), *_neighbours(project, setting))
    lines = _own_lines(setting, text)
    if lines is None:
        obstacle = Obstacle(setting.place, f"`{setting.name}` shares its line with other code")
        return Plan((), (*obstacles, obstacle))
    return Plan(
        (Edit(Place(setting.place.path, lines), _commented(text, lines, reason)),), obstacles
    )


def _readers(project: Project, setting: Setting) -> tuple[Obstacle, ...]:
    index = project.facts.of(setting.place.path)
    uses: tuple[Use, ...] = index.facts.uses if index else ()
    mentions = (
        use
        for use in uses
        if use.name == setting.name
        and use.kind is not UseKind.KEYWORD
        and not setting.extent.holds(use.span)
    )
    path = setting.place.path
    return tuple(Obstacle(Place(path, u.span), f"`{u.name}` is used here") for u in mentions)


def _neighbours(project: Project, setting: Setting) -> tuple[Obstacle, ...]:
    """Return an obstacle where one statement binds several names."""
    index = project.facts.of(setting.place.path)
    if index is None or setting.shape in (Shape.KEY, Shape.KEYWORD):
        return ()
    bound = [b.span for b in index.facts.bindings if b.where.statement == setting.extent]
    bound += [w.span for w in index.facts.writes if w.where.statement == setting.extent]
    if set(bound) - {setting.place.span}:
        return (Obstacle(setting.place, "its statement sets other names too"),)
    return ()


def _own_lines(setting: Setting, text: str) -> Span | None:
    """Return the whole lines of a definition, None where other code stands on them."""
    start = max(
        text.rfind("\n", 0, setting.extent.start), text.rfind("\r", 0, setting.extent.start)
    )
    start += 1
    end = setting.extent.end
    if setting.shape in (Shape.KEY, Shape.KEYWORD) and setting.extent != _statement(setting):
        comma = re.compile(r"\s*,").match(text, end)
        if comma is None:
            return None
        end = comma.end()
    after = _AFTER.match(text, end)
    if text[start : setting.extent.start].strip() or after is None:
        return None
    return Span(start, after.end())


def _statement(setting: Setting) -> Span:
    return setting.where.statement


def _commented(text: str, lines: Span, reason: str) -> str:
    old = text[lines.start : lines.end]
    indent = old[: len(old) - len(old.lstrip(" \t\f"))]
    newline = _newline(text, lines)
    pieces = [f"{indent}# {reason}"]
    for match in _LINE.finditer(old):
        line = match[0].rstrip("\r\n")
        if line.strip():
            rest = line[len(indent) :] if line.startswith(indent) else line.lstrip()
            pieces.append(f"{indent}# {rest}")
    if _is_alone(text, lines, indent):
        pieces.append(f"{indent}pass")
    return newline.join(pieces)


def _newline(text: str, lines: Span) -> str:
    match = re.compile(r"\r\n|\r|\n").search(text, lines.start)
    match = match or re.compile(r"\r\n|\r|\n").search(text)
    return match[0] if match else "\n"


def _is_alone(text: str, lines: Span, indent: str) -> bool:
    """Return whether the lines are all that their block has, which must not become empty."""
    if not indent:
        return False
    before = deque(_CODE_LINE.finditer(text, 0, lines.start), maxlen=1)
    after = _CODE_LINE.search(text, lines.end)
    opens = any(len(line[1]) < len(indent) for line in before)
    closes = after is None or len(after[1]) < len(indent)
    return opens and closes
