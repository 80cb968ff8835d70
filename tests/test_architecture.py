"""The shape of the package: rooms, cycles and sizes, read from its source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from celerylint.cache.disk import READERS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "celerylint"

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


def functions() -> Iterator[tuple[str, int]]:
    """Yield every function of the package with its length in lines."""
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def inner_imports() -> Iterator[Import]:
    """Yield the imports of the package from itself."""
    return (found for found in imports() if found.target.partition(".")[0] == PACKAGE)


@pytest.mark.slow
def test_rooms_import_downwards_only() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout


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
