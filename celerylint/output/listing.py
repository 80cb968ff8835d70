"""What counts for a project: the value of each option with its origin, and the files."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from celerylint.files.walking import Tree
from celerylint.options.app_options import AppOption
from celerylint.options.loading import Loaded
from celerylint.options.table import TABLE, Output
from celerylint.output.screen import shown_path, visible
from celerylint.text.masking import mask

_IGNORED = "ignored by git"


def settings(root: Path, loaded: Loaded, cwd: Path) -> Iterator[str]:
    """Yield the options of a project as TOML, each with where its value comes from."""
    yield f"# project: {shown_path(root, '.', cwd)}"
    file = shown_path(loaded.file.path, ".", cwd) if loaded.file else "none"
    yield f"# configuration file: {file}"
    for option in TABLE:
        if not option.in_file:
            continue
        value = _toml(getattr(loaded.options, option.attribute))
        origin = visible(mask(" and ".join(loaded.origins(option)) or "default"))
        if value is None:
            yield f"# {option.name} is not set"
        else:
            yield f"{option.name} = {visible(mask(value))}  # {origin}"


def files(tree: Tree, cwd: Path) -> Iterator[str]:
    """Yield the files of a project that would be checked, then what is left out, with why."""
    wanted = [path for path in tree.files if tree.concerns(path)]
    yield from (shown_path(tree.root, path, cwd) for path in wanted)
    ignored = ((path, _IGNORED) for path in tree.files if tree.is_ignored(path))
    left_out = (pair for pair in tree.left_out if not pair[0].endswith("__pycache__/"))
    for path, reason in sorted((*left_out, *ignored)):
        end = "/" * path.endswith("/")
        yield f"# {shown_path(tree.root, path, cwd)}{end}: {reason}"


def _toml(value: object) -> str | None:
    """Return a value of an option as TOML, None where there is none."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, Enum):
        return _text(str(value.value))
    if isinstance(value, tuple) and value and isinstance(value[0], AppOption):
        return f"[{', '.join(map(_table, value))}]"
    if isinstance(value, tuple) and value and type(value[0]) is tuple:
        pairs = (f"{_text(pattern)} = {_toml(words)}" for pattern, words in value)
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(_text(_written(each)) for each in value)}]"
    return _text(str(value) or "none")


def _table(app: AppOption) -> str:
    said = {key: value for key, value in app._asdict().items() if value not in ("", (), None)}
    space = {"namespace": "none"} if app.namespace == "" else {}
    return f"{{ {', '.join(f'{k} = {_toml(v)}' for k, v in {**said, **space}.items())} }}"


def _written(value: object) -> str:
    return f"{value.kind.value}:{value.file}" if isinstance(value, Output) else str(value)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
