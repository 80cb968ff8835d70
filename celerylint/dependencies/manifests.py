"""What the dependency files of a project say about Celery, as requirements with their lines."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from celerylint.catalogue.names import parse_release
from celerylint.files.walking import Tree

# django-celery 3 is written for Celery 3.1, and its metadata asks for less than 4.0.
_CELERY_OF_DJANGO_CELERY = "<4"

_VERSIONED = r"(?:[<>=!~]=?=?\s*[^\s,;()#'\"=<>!~]+(?:\s*,)?\s*)*"
# Celery 4 and later run no workers there, so that projects ask for another release beside.
_ON_WINDOWS = re.compile(
    r";.*\b(?:sys_platform|os_name|platform_system)\s*==\s*.(?:win32|nt|Windows)\b"
)
_REQUIREMENT = re.compile(
    r"(?P<text>(?P<name>celery|django[-_.]celery)\s*(?:\[[^\]]*\])?\s*\(?\s*(?P<spec>"
    + _VERSIONED
    + r")\)?)(?:$|[\s;#@])",
    re.IGNORECASE,
)
_INCLUDE = re.compile(r"\s*(?:-r|-c|--requirement|--constraint)[\s=]*([^\s#]+)")
_LOCKED = re.compile(
    r"\[\[package\]\]\s+name = \"(?P<name>celery|django-celery)\""
    r"\s+version = \"(?P<version>[^\"]+)\""
)
_CONDA = re.compile(r"\s*-\s*[\"']?(?:[\w-]+::)?(celery\s*=\s*([\d.]+)[^\s\"']*)")
_CARET = re.compile(r"(\^|~)\s*v?(\d{1,20}(?:\.\d{1,20})*)\.?")


class Requirement(NamedTuple):
    """One requirement of Celery: where it stands, as written, and what it allows.

    `alternatives` are PEP 440 specifier sets of which one must hold; a requirement that allows
    everything has an empty one. `locked` says that a lock file wrote it.
    """

    path: str
    line: int
    text: str
    alternatives: tuple[str, ...]
    locked: bool = False


_Reader = Callable[[str, str], Iterator[Requirement]]


def requirements(tree: Tree, path: str) -> tuple[Requirement, ...]:
    """Return what a dependency file, and the files that it includes, say about Celery.

    A file that cannot be read, or is not what its name promises, says nothing.
    """
    return tuple(_requirements(tree, path))


def _requirements(tree: Tree, path: str) -> Iterator[Requirement]:
    seen: set[str] = set()
    pending = [path]
    while pending:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        text = _text(tree, path)
        reader = _reader(posixpath.basename(path))
        if "celery" in text.lower():
            yield from reader(path, text)
        if reader is _from_lines:
            pending += reversed(tuple(_included(path, text)))


def _included(path: str, text: str) -> Iterator[str]:
    for line in text.splitlines():
        if include := _INCLUDE.match(line):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), include[1]))


def _text(tree: Tree, path: str) -> str:
    if path.startswith(("../", "/")):
        return ""
    try:
        return tree.read(path).decode("utf-8-sig", "replace")
    except (OSError, ValueError):  # a name that no file can have is a ValueError
        return ""


def _reader(name: str) -> _Reader:
    return next((read for pattern, read in _READERS if fnmatchcase(name, pattern)), _from_lines)


def _requirement(path: str, line: int, text: str) -> Requirement | None:
    match = _REQUIREMENT.match(text.strip())
    if match is None or _ON_WINDOWS.search(text):
        return None
    spec = re.sub(r"\s", "", match["spec"]).strip(",")
    if match["name"].lower() != "celery":
        spec = _CELERY_OF_DJANGO_CELERY
    return Requirement(path, line, match["text"].strip(), (spec,))


def _from_lines(path: str, text: str) -> Iterator[Requirement]:
    for number, line in enumerate(text.splitlines(), 1):
        requirement = _requirement(path, number, re.sub(r"\s(?:--|#).*|\\$", "", line))
        if requirement is not None:
            yield requirement


def _from_setup_cfg(path: str, text: str) -> Iterator[Requirement]:
    for number, line in enumerate(text.splitlines(), 1):
        requirement = _requirement(path, number, re.sub(r"^\w+\s*=(?!=)", "", line))
        if requirement is not None:
            yield requirement


def _from_setup_py(path: str, text: str) -> Iterator[Requirement]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            requirement = _requirement(path, node.lineno, node.value)
            if requirement is not None:
                yield requirement


def _from_conda(path: str, text: str) -> Iterator[Requirement]:
    for number, line in enumerate(text.splitlines(), 1):
        if match := _CONDA.match(line):
            yield Requirement(path, number, match[1], (f"=={match[2].rstrip('.')}.*",))
        elif requirement := _requirement(path, number, line.strip().lstrip("-").strip(" \"'")):
            yield requirement


# --- TOML and JSON -----------------------------------------------------------------------------


def _toml(text: str) -> Mapping[str, Any]:
    import tomli  # noqa: PLC0415 - only where a file names Celery

    try:
        return tomli.loads(text)
    except (ValueError, RecursionError):
        return {}


def _at(table: object, *keys: str) -> Iterator[Any]:
    """Yield what stands under the keys; `*` is any key."""
    if not keys:
        yield table
    elif isinstance(table, Mapping):
        for key, value in table.items():
            if keys[0] in (key, "*"):
                yield from _at(value, *keys[1:])


def _from_pyproject(path: str, text: str) -> Iterator[Requirement]:
    document = _toml(text)
    lists: tuple[tuple[str, ...], ...] = (
        ("project", "dependencies"),
        ("project", "optional-dependencies", "*"),
        ("dependency-groups", "*"),
        ("tool", "pdm", "dev-dependencies", "*"),
        ("tool", "uv", "dev-dependencies"),
    )
    for keys in lists:
        for found in _at(document, *keys):
            yield from _from_strings(path, text, found)
    poetry: tuple[tuple[str, ...], ...] = (
        ("tool", "poetry", "dependencies"),
        ("tool", "poetry", "dev-dependencies"),
        ("tool", "poetry", "group", "*", "dependencies"),
    )
    for keys in poetry:
        for found in _at(document, *keys):
            yield from _from_table(path, text, found, _poetry)


def _from_strings(path: str, text: str, found: object) -> Iterator[Requirement]:
    for string in found if isinstance(found, list) else ():
        if isinstance(string, str):
            requirement = _requirement(path, _line_of(text, string), string)
            if requirement is not None:
                yield requirement


def _from_pipfile(path: str, text: str) -> Iterator[Requirement]:
    document = _toml(text)
    for section in ("packages", "dev-packages"):
        for found in _at(document, section):
            yield from _from_table(path, text, found, lambda spec: (spec.lstrip("*"),))


def _from_table(
    path: str, text: str, table: object, read: Callable[[str], tuple[str, ...]]
) -> Iterator[Requirement]:
    for name, value in table.items() if isinstance(table, Mapping) else ():
        plain = re.sub(r"[-_.]+", "-", name).lower()
        if plain not in {"celery", "django-celery"}:
            continue
        for choice in value if isinstance(value, list) else [value]:
            spec = choice.get("version", "*") if isinstance(choice, Mapping) else choice
            alternatives = read(str(spec)) if plain == "celery" else (_CELERY_OF_DJANGO_CELERY,)
            line = _line_of(text, name)
            yield Requirement(path, line, f'{name} = "{spec}"', alternatives)


def _poetry(spec: str) -> tuple[str, ...]:
    """Return the alternatives of a Poetry constraint, with `^`, `~` and bare versions spelt out."""
    return tuple(
        ",".join(
            _poetry_part(part.strip()) for part in re.split(r",|\s(?=[<>=!^~])", choice.strip())
        )
        for choice in re.split(r"\|\|?", spec)
    )


def _poetry_part(part: str) -> str:
    if match := _CARET.fullmatch(part):
        numbers = parse_release(match[2])
        keep = 1 if match[1] == "^" else min(len(numbers), 2)
        above = [*numbers[: keep - 1], numbers[keep - 1] + 1]
        return f">={match[2]},<{'.'.join(map(str, above))}"
    if part in {"*", ""}:
        return ""
    return f"=={part}" if part[0].isdigit() else part


def _line_of(text: str, wanted: str) -> int:
    position = text.find(wanted)
    return text.count("\n", 0, position) + 1 if position >= 0 else 1


def _from_lock(path: str, text: str) -> Iterator[Requirement]:
    for match in _LOCKED.finditer(text):
        line = text.count("\n", 0, match.start("version")) + 1
        yield _locked(path, line, match["name"], match["version"])


def _from_pipfile_lock(path: str, text: str) -> Iterator[Requirement]:
    try:
        import json  # noqa: PLC0415 - few projects have a lock file in JSON

        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    for name in ("celery", "django-celery"):
        for found in _at(document, "*", name, "version"):
            yield _locked(path, _line_of(text, f'"{name}":'), name, str(found).lstrip("="))


def _locked(path: str, line: int, name: str, version: str) -> Requirement:
    spec = f"=={version}" if name == "celery" else _CELERY_OF_DJANGO_CELERY
    return Requirement(path, line, f"{name}=={version}", (spec,), locked=name == "celery")


_READERS: tuple[tuple[str, _Reader], ...] = (
    ("pyproject.toml", _from_pyproject),
    ("setup.cfg", _from_setup_cfg),
    ("setup.py", _from_setup_py),
    ("Pipfile", _from_pipfile),
    ("Pipfile.lock", _from_pipfile_lock),
    ("*.lock", _from_lock),
    ("environment.y*ml", _from_conda),
)
