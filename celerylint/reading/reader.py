"""From the text of one file to its facts."""

from __future__ import annotations

import re

import libcst as cst

from celerylint.facts import (
    FileFacts,
    Use,
    UseKind,
)
from celerylint.reading.statements import Statements
from celerylint.source import Source, UnreadableError

_NAME_LIKE = re.compile(r"(?:.*\.)?(?:[A-Z][A-Z0-9_]{2,}|[^\W\d]\w*_\w*)")
_PLAIN = frozenset({UseKind.NAME, UseKind.OWNER})


def read(source: Source) -> FileFacts:
    """Return the facts of one file.

    Raise UnreadableError where the text is not Python that LibCST can parse.
    """
    module = _parse(source)
    walk = Statements(source.text, module)
    if walk.spans.code != source.text:
        raise UnreadableError("The file does not survive a round trip through the parser")
    walk.walk()
    found = walk.expressions
    return FileFacts(
        path=source.path,
        bindings=tuple(sorted(found.bindings, key=lambda binding: binding.span)),
        writes=tuple(sorted(found.writes, key=lambda write: write.span)),
        calls=tuple(sorted(found.calls, key=lambda site: site.call.span)),
        star_imports=tuple(walk.star_imports),
        classes=tuple(walk.classes),
        functions=tuple(walk.functions),
        uses=_relevant(walk),
        holes=tuple(sorted(found.holes, key=lambda hole: hole.span)),
    )


def _parse(source: Source) -> cst.Module:
    try:
        module = cst.parse_module(source.text)
    except cst.ParserSyntaxError as error:
        line, column = error.raw_line, error.raw_column + 1
        raise UnreadableError("The file is not valid Python 3", line, column) from error
    except RecursionError as error:
        raise UnreadableError("The file is nested too deeply to be read") from error
    return module


def _relevant(walk: Statements) -> tuple[Use, ...]:
    """Return the mentions that may be of a setting or of what holds settings.

    Names that the file binds are kept, and all that look like the name of a setting.
    """
    bound = {binding.name for binding in walk.expressions.bindings}
    kept = (
        use
        for use in walk.expressions.uses
        if (use.kind in _PLAIN and use.name in bound) or _NAME_LIKE.fullmatch(use.name)
    )
    return tuple(sorted(kept, key=lambda use: use.span))
