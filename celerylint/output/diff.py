"""The unified diff of a fix, as `git apply` and `patch` take it."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from celerylint.report import Fixed
from celerylint.text.masking import NOTHING, Known, hidden_texts, masked_slice, secrets
from celerylint.text.source import decode

_NO_NEWLINE = b"\n\\ No newline at end of file\n"


_UPSETTING = re.compile(r'[\x00-\x1f\x7f"\\]')
_ESCAPES = MappingProxyType(
    {c: f"\\{e}" for c, e in zip('\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True)}
)


class Diff(NamedTuple):
    """The diff's bytes, in the encodings of the files.

    `masked` names the files in which a secret was replaced, so that the diff cannot be applied.
    """

    content: bytes
    masked: tuple[str, ...]


_Groups = Sequence[Sequence[tuple[str, int, int, int, int]]]
"""The changes of a file as `difflib` tells them: what becomes of which lines, by hunk."""


class _Text(NamedTuple):
    """A file's lines with their line ends: as they are, and as they may be shown.

    `told` are the secrets in it.
    """

    real: tuple[bytes, ...]
    shown: tuple[bytes, ...]
    told: Known


def diff(fixes: Sequence[Fixed], cwd: Path) -> Diff:
    """Return the diff of all changes, by file; empty where nothing changes."""
    pieces: list[bytes] = []
    masked: list[str] = []
    for fixed in fixes:
        tree = fixed.before.tree
        for path in sorted(fixed.changes):
            before = _text(path, tree.read(path))
            after = _text(path, fixed.changes[path], before.told)
            name = _name(tree.root, path, cwd)
            groups = _groups(before, after)
            real = tuple(_hunks(groups, before.real, after.real))
            shown = tuple(_hunks(groups, before.shown, after.shown))
            pieces += (*_header(name), *shown) if real else ()
            masked += [name] if shown != real else []
    return Diff(b"".join(pieces), tuple(masked))


def _name(root: Path, path: str, cwd: Path) -> str:
    """Return the path from the current directory, or from the root where that is elsewhere."""
    relative = Path(os.path.relpath(root / path, cwd)).as_posix()
    return path if relative.startswith("../") else relative


def _header(name: str) -> Iterator[bytes]:
    # A tab ends a name that holds spaces; git writes it so, and `patch` needs it.
    end = "\t" if " " in name else ""
    for sign, side in (("---", "a"), ("+++", "b")):
        yield f"{sign} {_quoted(f'{side}/{name}')}{end}\n".encode("utf-8", "surrogateescape")


def _quoted(name: str) -> str:
    """Return a name as git writes it: in quotes, as in C, where it would upset the diff's lines."""
    if not _UPSETTING.search(name):
        return name
    inner = _UPSETTING.sub(lambda found: _ESCAPES.get(found[0], f"\\{ord(found[0]):03o}"), name)
    return f'"{inner}"'


def _text(path: str, raw: bytes, told: Known = NOTHING) -> _Text:
    source = decode(path, raw)
    hidden = secrets(source.text, told)
    shown: list[bytes] = []
    start = 0
    for line in _split(source.text):
        text = masked_slice(source.text, hidden, start, start + len(line))
        # A secret that goes over the line end takes it along.
        text += "\n" if line.endswith("\n") and not text.endswith("\n") else ""
        shown.append(text.encode(source.encoding))
        start += len(line)
    real = [line.encode(source.encoding) for line in _split(source.text)]
    found = Known(hidden_texts(source.text, hidden))
    return _Text(_marked(source.bom, real), _marked(source.bom, shown), found)


def _split(text: str) -> list[str]:
    """Return the lines as `patch` sees them: a line feed ends them, a lone carriage return not."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + lines[-1:] * bool(lines[-1])


def _marked(bom: bytes, lines: Sequence[bytes]) -> tuple[bytes, ...]:
    return (bom + lines[0], *lines[1:]) if lines else ()


def _groups(before: _Text, after: _Text) -> _Groups:
    matcher = difflib.SequenceMatcher(None, before.real, after.real, autojunk=False)
    return list(matcher.get_grouped_opcodes())


def _hunks(groups: _Groups, old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    for group in groups:
        first, last = group[0], group[-1]
        spans = _extent(first[1], last[2]), _extent(first[3], last[4])
        yield f"@@ -{spans[0]} +{spans[1]} @@\n".encode()
        for kind, old_start, old_end, new_start, new_end in group:
            if kind == "equal":
                yield from _signed(b" ", old[old_start:old_end])
                continue
            yield from _signed(b"-", old[old_start:old_end])
            yield from _signed(b"+", new[new_start:new_end])


def _extent(start: int, end: int) -> str:
    """Return lines as a hunk counts them: from 1, but from the line before where there are none."""
    length = end - start
    return f"{start + 1 if length else start},{length}"


def _signed(sign: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield sign + line if line.endswith(b"\n") else sign + line + _NO_NEWLINE
