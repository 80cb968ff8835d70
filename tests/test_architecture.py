"""The shape of the package: layers, cycles, late imports and sizes, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from celerylint.cache.disk import READERS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "celerylint"

# A room imports from its own layer and those below it, never from one above.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli", "completion"),
    # What one command does, from the arguments to the exit code.
    ("commands",),
    ("output",),
    # Loads the project with the real Celery; nothing else runs its code.
    ("verifying",),
    ("engine",),
    ("checks",),
    ("fixes",),
    ("analysis",),
    ("linking", "suppressions"),
    ("rulebook",),
    # Reads each file once and keeps its facts.
    ("cache",),
    ("reading",),
    # `facts` are the half of the model that a single file gives. The catalogue is what is known of
    # Celery, `dependencies` which releases of it a project allows.
    ("catalogue", "dependencies", "facts", "model", "urls"),
    # What expressions are worth, and how questions about it are answered.
    ("values",),
    ("report",),
    # The one place that writes the user's files, and the way back if it is killed.
    ("writing",),
    # What is read and what the user wants of it, before anything is understood.
    ("files",),
    ("options",),
    ("text",),
    ("finding", "misspelt", "terminal"),
    ("__init__",),
)

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
MEDIAN_FUNCTION = 10


class Import(NamedTuple):
    """One import statement: the module it stands in and what it imports, both dotted."""

    module: str
    target: str
    late: bool


@cache
def modules() -> Mapping[str, Path]:
    """Return the files of the package by dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((ROOT / PACKAGE).rglob("*.py"))
    }


@cache
def trees() -> Mapping[str, ast.Module]:
    """Return the syntax trees of the package by dotted name."""
    return {name: ast.parse(path.read_text("utf-8")) for name, path in modules().items()}


@cache
def imports() -> tuple[Import, ...]:
    """Return all imports of the package."""
    return tuple(
        Import(name, target, late)
        for name, tree in trees().items()
        for statement, late in import_statements(tree)
        for target in targets(statement)
    )


def import_statements(
    node: ast.AST, *, late: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Yield the imports below a node, with whether they stand in a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, late
        inside = late or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from import_statements(child, late=inside)


def targets(statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Yield the modules that a statement imports, or imports names from."""
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
        return
    assert statement.level == 0, "imports are absolute"
    source = statement.module or ""
    for alias in statement.names:
        submodule = f"{source}.{alias.name}"
        yield submodule if submodule in modules() else source


def room(module: str) -> str:
    """Return the part of a dotted name that the layers speak of."""
    return module.split(".")[1] if "." in module else "__init__"


def functions() -> Iterator[tuple[str, int]]:
    """Yield every function of the package with its length in lines."""
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def inner_imports() -> Iterator[Import]:
    """Yield the imports of the package from itself."""
    return (found for found in imports() if found.target.partition(".")[0] == PACKAGE)


def test_every_room_has_a_layer() -> None:
    known = {name for layer in LAYERS for name in layer}

    assert {room(module) for module in modules()} <= known


def test_imports_go_downwards_only() -> None:
    depth = {name: number for number, layer in enumerate(LAYERS) for name in layer}

    upwards = [
        f"{found.module} imports {found.target}"
        for found in inner_imports()
        if depth[room(found.module)] > depth[room(found.target)]
    ]

    assert upwards == []


def test_there_are_no_cycles() -> None:
    graph: dict[str, set[str]] = {}
    for found in inner_imports():
        graph.setdefault(found.module, set()).add(found.target)

    TopologicalSorter(graph).prepare()  # raises CycleError, which names the cycle


def test_checks_do_not_import_each_other() -> None:
    checks = {module for module in modules() if module.count(".") == 3 and ".checks." in module}

    assert [found for found in inner_imports() if found.target in checks] == []


def test_cache_depends_on_all_that_reads() -> None:
    pending = [
        m for m in modules() if m.startswith((f"{PACKAGE}.reading.", f"{PACKAGE}.cache.codec."))
    ]
    readers: set[str] = set()
    while pending:
        readers.add(module := pending.pop())
        found = {each.target for each in inner_imports() if each.module == module}
        pending += found - readers - {PACKAGE}

    files = {modules()[module] for module in readers}
    assert files <= {file for each in READERS for file in (ROOT / PACKAGE).glob(each)}


def test_nothing_is_imported_for_type_checkers_alone() -> None:
    names = {
        (module, node.id if isinstance(node, ast.Name) else node.attr)
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
    }

    assert [module for module, name in names if name == "TYPE_CHECKING"] == []


@pytest.mark.parametrize("module", modules())
def test_module_is_short(module: str) -> None:
    length = modules()[module].read_text("utf-8").count("\n")

    assert length <= LONGEST_MODULE


def test_functions_are_short() -> None:
    lengths = dict(functions())

    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert median(lengths.values()) <= MEDIAN_FUNCTION


def test_layers_name_each_room_once() -> None:
    names = sorted(name for layer in LAYERS for name in layer)

    assert all(first != second for first, second in pairwise(names))
