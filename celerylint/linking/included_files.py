"""Files that a module runs in its own names: `exec(open(...).read())`, `include(...)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from celerylint.facts import Call, CallSite, Constant, Expression, Member, Where
from celerylint.finding import Place
from celerylint.linking.index import FileIndex
from celerylint.linking.names import Names

_READERS = frozenset({"read", "read_text", "read_bytes"})
_OPENERS = frozenset({"open", "io.open", "Path", "pathlib.Path", "codecs.open"})
_INCLUDE = "split_settings.tools.include"


class Running(NamedTuple):
    """One file that is run; `path` is None where it is not known or not in the project."""

    place: Place
    where: Where
    path: str | None
    reason: str = ""


def running(index: FileIndex, names: Names) -> Iterator[Running]:
    """Yield the files that a module runs while it is imported, in the order of the text."""
    for site in index.facts.calls:
        if site.where.scope:
            continue
        code = site.call.positional(0)
        if site.call.dotted in ("exec", "execfile"):
            given = _opened(code) if code and site.call.dotted == "exec" else code
            if given:
                yield from _run(index, site, names, given)
        elif site.call.dotted and _is(names, index, site, _INCLUDE):
            for argument in site.call.arguments:
                given = None if argument.stars else _mandatory(argument.value)
                if not argument.name:
                    yield from _run(index, site, names, given)


def _is(names: Names, index: FileIndex, site: CallSite, wanted: str) -> bool:
    target = names.of_expression(index.facts.path, site.where.scope, site.call.function)
    return target is not None and target.entity.name == wanted and target.entity.external


def _mandatory(given: Expression) -> Expression | None:
    """Return what `optional(...)` is about."""
    if isinstance(given, Call) and given.dotted.rpartition(".")[2] == "optional":
        return given.positional(0)
    return given


def _opened(code: Expression) -> Expression | None:
    """Return the path in `open(path).read()`, or in `compile(...)` of that."""
    match code:
        case Call(function=Member(owner=Call() as opener, name=name)) if name in _READERS:
            return opener.positional(0) if opener.dotted in _OPENERS else None
        case Call() if code.dotted == "compile":
            inner = code.positional(0)
            return _opened(inner) if inner else None
        case _:
            return None


def _run(
    index: FileIndex, site: CallSite, names: Names, given: Expression | None
) -> Iterator[Running]:
    place = Place(index.facts.path, site.call.span)
    text = given.value if isinstance(given, Constant) else None
    if not isinstance(text, str):
        yield Running(
            place, site.where, None, f"`{site.call.dotted}` runs a file that is not known"
        )
        return
    found = names.modules.files(text, index.facts.path)
    for path in found:
        yield Running(place, site.where, path)
    if not found:
        yield Running(place, site.where, None, f"there is no file `{text}` in the project")
