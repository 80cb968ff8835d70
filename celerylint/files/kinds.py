"""What a file is by its name: Python, one that names dependencies, or one that starts programs."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

_MANIFESTS = frozenset(
    (
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "Pipfile",
        "Pipfile.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "environment.yml",
        "environment.yaml",
    )
)
_REQUIREMENTS = (
    "*requirements*.txt",
    "*requirements*.in",
    "constraints*.txt",
)

_LAUNCHER = re.compile(
    r"(?:Dockerfile|Makefile|Procfile|\.env)[\w.-]*|[\w.-]*\.(?:ini|cfg|toml|ya?ml|env|sh|conf|service)"
)

# `settings.py.dist` and the like are read where they are named, or where the module is absent.
_PYTHON = re.compile(r".+\.pyw?(?:[.~_-].*)?")

_TEST = re.compile(r"(?:.*/)?(?:test(?:s|ing)?/.*|conftest|tests?|test_\w+|\w+_tests?)\.py")
_DEVELOPMENT = re.compile(
    r"(?:^|[/._-])(?:ci|debug|demos?|dev|devel|development|docs?|eager|examples?|local\w*|offline"
    r"|samples?|sandbox|test\w*|tutorials?|unit\w*)(?=[/._-])",
    re.IGNORECASE,
)


def is_test(path: str) -> bool:
    """Return whether a file is a test by its name or its folder."""
    return _TEST.fullmatch(path) is not None


def is_for_development(path: str) -> bool:
    """Return whether a file is a test, or by its name for a developer's machine: `local.py`."""
    return is_test(path) or _DEVELOPMENT.search(path) is not None


def is_python(name: str) -> bool:
    """Return whether a file that is found on the way is Python."""
    return name.endswith((".py", ".pyw", ".wsgi"))


def may_be_script(name: str) -> bool:
    """Return whether a file may be a script whose first line says what runs it."""
    return "." not in name and name.islower()


def is_script(beginning: bytes) -> bool:
    """Return whether the first line of a file says that Python runs it."""
    first = beginning.partition(b"\n")[0]
    return first.startswith(b"#!") and b"python" in first


def is_pattern(name: str) -> bool:
    """Return whether a file may be what a module is to be made from, such as `settings.py.dist`."""
    return not is_python(name) and bool(_PYTHON.fullmatch(name))


def is_named_python(name: str, beginning: bytes) -> bool:
    """Return whether a file that the user named is Python, by its name or its first line."""
    return bool(_PYTHON.fullmatch(name)) or name.endswith(".wsgi") or is_script(beginning)


def is_manifest(path: str) -> bool:
    """Return whether a file may name the Celery that a project runs on."""
    folders, _, name = path.rpartition("/")
    if name in _MANIFESTS:
        return True
    if not name.endswith((".txt", ".in")):
        return False
    inside = folders.rpartition("/")[2] == "requirements"
    return inside or any(fnmatchcase(name, p) for p in _REQUIREMENTS)


def is_launcher(name: str) -> bool:
    """Return whether a file may start programs or set their environment."""
    return bool(_LAUNCHER.fullmatch(name))
