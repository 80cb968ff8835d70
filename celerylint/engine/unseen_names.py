"""Safe fixes that rename what a file uses that is not read as Python: they become unsafe.

A notebook, a template, a stub, a script without an ending, `python -c` in a shell script or in a
string: whatever holds the old name may use it, and no fix follows it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from celerylint.files.kinds import is_launcher
from celerylint.files.others import others
from celerylint.files.walking import Tree
from celerylint.finding import ChangeSet, Edit, Finding, Safety
from celerylint.text.lexing import NEWLINE, STRING, tokens_of
from celerylint.text.source import Source

_SETTING = re.compile(r"[A-Za-z]\w*_\w*")
_NAMED = 3


class _Spot(NamedTuple):
    """A line of a file that holds a name."""

    name: str
    path: str
    line: int

    def __str__(self) -> str:
        """Return why a fix that renames the name is unsafe."""
        return f"`{self.name}` is also in {self.path}:{self.line}, which the fix leaves as it is"


def doubted(
    findings: Sequence[Finding], tree: Tree, sources: Mapping[str, Source]
) -> tuple[Finding, ...]:
    """Return the findings, with those safe fixes unsafe whose old names are used unseen."""
    fixes = {id(f.fix): f.fix for f in findings if f.fix and f.fix.safety is Safety.SAFE}
    renamed = {key: frozenset(_old_names(fix.edits, sources)) for key, fix in fixes.items()}
    every = frozenset(name for names in renamed.values() for name in names)
    spots = tuple(_spots(tree, sources, every)) if every else ()
    unsafe = {key: _unsafe(fixes[key], names, spots) for key, names in renamed.items()}
    return tuple(f._replace(fix=unsafe[id(f.fix)]) if id(f.fix) in unsafe else f for f in findings)


def _old_names(edits: Iterable[Edit], sources: Mapping[str, Source]) -> Iterator[str]:
    """Yield the names of settings that edits replace by others."""
    for edit in edits:
        old = sources[edit.place.path].text[slice(*edit.place.span)]
        if _SETTING.fullmatch(old) and old != edit.text:
            yield old


def _unsafe(fix: ChangeSet, names: frozenset[str], spots: Iterable[_Spot]) -> ChangeSet:
    found = [str(spot) for spot in spots if spot.name in names]
    if not found:
        return fix
    more = [f"and {len(found) - _NAMED} more places"] if len(found) > _NAMED else []
    reason = "; ".join((*found[:_NAMED], *more))
    return fix._replace(safety=Safety.UNSAFE, reason=reason)


def _spots(tree: Tree, sources: Mapping[str, Source], names: frozenset[str]) -> Iterator[_Spot]:
    """Yield where the names stand, by path, once for each line."""
    word = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, names)))})\b")
    for path, raw in others(tree):
        text = _text(raw, names)
        found = word.finditer(text)
        if is_launcher(path.rpartition("/")[2]):
            # Elsewhere it is a variable of the environment.
            found = (match for match in found if _is_python(text, match.start()))
        yield from _lines(path, text, (match for match in found if not _is_variable(text, match)))
    for path in tree.files:
        source = sources.get(path)
        text = source.text if source and any(name in source.text for name in names) else ""
        yield from _lines(path, text, _in_strings(text, word))


def _text(raw: bytes, names: Iterable[str]) -> str:
    """Return the text of a file that holds one of the names, else none."""
    held = b"\0" not in raw and any(name.encode() in raw for name in names)
    return raw.decode("utf-8", "replace") if held else ""


def _lines(path: str, text: str, found: Iterable[re.Match[str]]) -> Iterator[_Spot]:
    places = ((match[0], text.count("\n", 0, match.start()) + 1) for match in found)
    yield from (_Spot(name, path, line) for name, line in dict.fromkeys(places))


_VARIABLE_BEFORE = re.compile(r"(?:\$\{?|\bexport\s+|\bENV\s+|-e\s+)$")
_VARIABLE_BEHIND = re.compile(r"=[^=]")
_PYTHON_BEFORE = re.compile(r"(?:\.|\bimport\s[^;'\"\r\n]*)$")
_DOTTED = re.compile(r"[\w.]*")
"""What linking looks for in strings by itself."""

_WIDEST = 200


def _is_variable(text: str, match: re.Match[str]) -> bool:
    """Return whether a name is that of a variable of a shell: `$NAME`, `NAME=value`."""
    before = text[max(0, match.start() - _WIDEST) : match.start()]
    behind = text[match.end() : match.end() + 2]
    return bool(_VARIABLE_BEFORE.search(before) or _VARIABLE_BEHIND.match(behind))


def _is_python(text: str, start: int) -> bool:
    """Return whether a name is read in Python code: `settings.NAME`, `import NAME`."""
    return _PYTHON_BEFORE.search(text[max(0, start - _WIDEST) : start]) is not None


def _in_strings(text: str, word: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the names in strings that are Python code themselves, such as those for `exec`."""
    begins = True
    for token in tokens_of(text) if text else ():
        # A string that is a statement of its own says something to people.
        if token.kind == STRING and not begins and not _DOTTED.fullmatch(token.content):
            for match in word.finditer(text, token.content_start, token.content_end):
                if _is_python(text, match.start()):
                    yield match
        begins = token.kind == NEWLINE or (begins and token.text in {")", "]", "}"})
