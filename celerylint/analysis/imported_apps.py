"""Whether the module of an app is imported by any other file, told by the bytes of the files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from celerylint.files.kinds import is_test
from celerylint.linking.django_modules import Search

# What imports the modules of one name of all apps of Django, or a module by a text.
_BY_NAME = rb"(?:import_module|autodiscover_modules|__import__|import_string)\s*\([^)]*"


def is_imported(search: Search, path: str) -> bool:
    """Return whether a file that is no test may import a module; a package always is.

    A mention of the dotted name counts as an import.
    """
    place = PurePosixPath(path)
    if place.name == "__init__.py":
        return True
    stem, parent = place.stem.encode(), place.parent.name.encode()
    pattern = _imports(stem, parent)
    others = (each for each in search.files if each != path and not is_test(each))
    return any(stem in raw and pattern.search(raw) for raw in map(search.peek, others))


def _imports(stem: bytes, parent: bytes) -> re.Pattern[bytes]:
    """Return what finds the ways to import a module, given its own name and its package's."""
    module, package = re.escape(stem), re.escape(parent)
    dotted = (
        rb"\b%s\.%s\b" % (package, module) if parent else rb"(?:from|import)[ \t]+%s\b" % module
    )
    relative = rb"from[ \t]+\.[\w.]*(?<!\w)%s\b" % module
    from_package = rb"from[ \t]+(?:\.[\w.]*|[\w.]*(?<!\w)%s)[ \t]+import[ \t]*" % package
    member = rb"(?:%s)(?:\([^)]*|[^\n]*)(?<!\w)%s\b" % (from_package, module)
    by_name = rb"%s['\"]\.?%s\b" % (_BY_NAME, module)
    return re.compile(b"|".join((dotted, relative, member, by_name)))


def sends(search: Search, task: str, defined_in: str) -> Iterator[str]:
    """Yield the files, tests and the task's own left out, that send a task by its function."""
    pattern = re.compile(rb"(?<![\w.])%s\.(?:delay|apply_async)\(" % re.escape(task.encode()))
    module = PurePosixPath(defined_in).stem.encode()
    for path in search.files:
        raw = search.peek(path)
        if path != defined_in and not is_test(path) and module in raw and pattern.search(raw):
            yield path
