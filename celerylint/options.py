"""What the user may say: `[tool.celerylint]` and the command line, as one frozen set of options.

`TABLE` is the one list of options: the command line, the configuration file and the documentation
follow it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from celerylint.finding import Severity

_HEADER = re.compile(r"\s*\[\s*tool\s*\.\s*celerylint\b")


class UsageError(Exception):
    """What the user asked for cannot be done; the message says why in one sentence."""


class Kind(Enum):
    """What an option takes."""

    FLAG = "flag"
    TEXT = "text"
    WORDS = "words"
    TEXTS = "texts"
    CHOICE = "choice"
    TABLE = "table"
    PATH = "path"
    REMARK = "remark"


class OutputFormat(Enum):
    """How the findings are written."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"


class Output(NamedTuple):
    """A format and the file that is to be written in it; nothing of the file need exist."""

    kind: OutputFormat
    file: Path


class Color(Enum):
    """When to print colours."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Option(NamedTuple):
    """One option: its name with hyphens, what it takes and what it is for.

    `adds` says that the command line adds to the configuration file instead of replacing it.
    """

    name: str
    kind: Kind
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    adds: bool = False
    in_file: bool = True

    @property
    def attribute(self) -> str:
        """Return the name of the option as an attribute of `Options`."""
        return self.name.replace("-", "_")


def _choices(kind: type[Enum]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


TABLE: tuple[Option, ...] = (
    Option("fix", Kind.FLAG, "Apply the safe fixes."),
    Option("unsafe-fixes", Kind.FLAG, "Let --fix and --diff apply unsafe fixes as well."),
    Option("diff", Kind.FLAG, "Print what --fix would change; write nothing.", in_file=False),
    Option("select", Kind.WORDS, "Run these rules: codes, prefixes, names or ALL.", "RULES"),
    Option("extend-select", Kind.WORDS, "Run these rules as well.", "RULES", adds=True),
    Option("ignore", Kind.WORDS, "Leave these rules out.", "RULES", adds=True),
    Option(
        "per-file-ignores",
        Kind.TABLE,
        "Leave rules out in the files that a pattern matches.",
        "PATTERN:RULES",
        adds=True,
    ),
    Option("exclude", Kind.WORDS, "Leave these files out (patterns as in .gitignore).", "PATTERNS"),
    Option("force-exclude", Kind.FLAG, "Leave excluded files out even where they are named."),
    Option("target-version", Kind.TEXT, "Judge for this Celery: 5.6, or >=5.2,<5.7.", "VERSION"),
    Option("upgrading-from", Kind.TEXT, "The Celery that the project ran on so far.", "VERSION"),
    Option("namespace", Kind.TEXT, "Namespace of settings whose app is not found.", "NAME|none"),
    Option(
        "known-settings", Kind.WORDS, "Names that the project itself reads.", "NAMES", adds=True
    ),
    Option(
        "fail-on", Kind.CHOICE, "The mildest finding that fails the run.", "", _choices(Severity)
    ),
    Option("baseline", Kind.PATH, "Leave out the findings that are listed there.", "FILE|none"),
    Option(
        "write-baseline",
        Kind.PATH,
        "List the findings there, for --baseline.",
        "FILE",
        in_file=False,
    ),
    Option(
        "add-ignore",
        Kind.REMARK,
        "Add comments that suppress the findings.",
        "[=REASON]",
        in_file=False,
    ),
    Option("output-format", Kind.CHOICE, "How to print findings.", "", _choices(OutputFormat)),
    Option("output", Kind.TEXTS, "Write the findings into a file as well.", "FORMAT:FILE"),
    Option("statistics", Kind.FLAG, "Count the findings of each rule."),
    Option("color", Kind.CHOICE, "When to print in colour.", "", _choices(Color), in_file=False),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one project root.

    `select` is empty where the default rules are to run. `namespace` is None where nothing is said,
    and empty where there is none; so is `baseline`. `add_ignore` is empty for comments without a
    reason, and None for no comments.
    """

    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    target_version: str | None = None
    upgrading_from: str | None = None
    namespace: str | None = None
    known_settings: tuple[str, ...] = ()
    fail_on: Severity = Severity.WARNING
    baseline: str | None = None
    write_baseline: str | None = None
    add_ignore: str | None = None
    output_format: OutputFormat = OutputFormat.FULL
    output: tuple[Output, ...] = ()
    statistics: bool = False
    color: Color = Color.AUTO


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` with the nearest known word, or nothing where none is near."""
    import difflib  # noqa: PLC0415 - only a mistake needs it

    near = difflib.get_close_matches(word, tuple(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def load(root: Path, given: Mapping[str, object]) -> Options:
    """Return the options of a project: those of its `pyproject.toml`, then the command line's.

    `given` holds what the command line gave, by the option's name with hyphens: flags as True, text
    as str, words, tables and remarks as tuples of str; None and empty values count as not given.
    Raise UsageError for a file that cannot be read, an unknown key or a value that is none.
    """
    said = {name: value for name, value in given.items() if value}
    command_line = {
        option.name: _from_command_line(option, said[option.name])
        for option in TABLE
        if option.name in said
    }
    return _options(_merged(_from_file(root / "pyproject.toml"), command_line))


def _merged(file: Mapping[str, object], said: Mapping[str, object]) -> dict[str, object]:
    # A selection on the command line starts afresh.
    outdated = {"select", "extend-select", "ignore"} if "select" in said else set()
    merged = {name: value for name, value in file.items() if name not in outdated}
    for option in TABLE:
        earlier, later = merged.get(option.name), said.get(option.name)
        if option.adds and isinstance(earlier, tuple) and isinstance(later, tuple):
            merged[option.name] = earlier + later
        elif later is not None:
            merged[option.name] = later
    return merged


def _options(values: Mapping[str, object]) -> Options:
    typed = {option.attribute: values[option.name] for option in TABLE if option.name in values}
    return Options(**typed)  # type: ignore[arg-type] # each kind of option was checked by its reader


# --- the command line --------------------------------------------------------------------------


def _from_command_line(option: Option, value: object) -> object:
    if option.kind is Kind.WORDS and isinstance(value, tuple):
        return _words(value)
    if option.kind is Kind.TABLE and isinstance(value, tuple):
        return tuple(_pair(option, str(text)) for text in value)
    if option.kind is Kind.TEXTS and isinstance(value, tuple):
        return tuple(_output(str(text), Path(), f"--{option.name}") for text in value)
    if option.kind is Kind.REMARK and isinstance(value, tuple):
        return str(value[-1])
    return _meaning(option, value)


def _words(texts: Iterable[object]) -> tuple[str, ...]:
    pieces = (piece.strip() for text in texts for piece in str(text).split(","))
    return tuple(piece for piece in pieces if piece)


def _pair(option: Option, text: str) -> tuple[str, tuple[str, ...]]:
    pattern, colon, words = text.rpartition(":")
    if not (colon and pattern and _words((words,))):
        message = f"--{option.name} takes PATTERN:RULES, such as `tests/*:CEL101`, not `{text}`"
        raise UsageError(message)
    return pattern, _words((words,))


def _meaning(option: Option, value: object) -> object:
    """Return a value as `Options` holds it."""
    if option.name == "color":
        return Color(value)
    if option.name == "fail-on":
        return Severity(value)
    if option.name == "output-format":
        return OutputFormat(value)
    if option.name in {"namespace", "baseline"} and value == "none":
        return ""
    return value


def _output(text: str, folder: Path, where: str) -> Output:
    """Return what is to be written where; `where` is what the text was given to."""
    # Only the first colon parts: the file may begin with the letter of a Windows drive.
    name, _, file = text.partition(":")
    if not name or file in {"", "-"}:
        message = f"{where} takes FORMAT:FILE, such as `sarif:report.sarif`, not `{text}`"
        raise UsageError(message)
    formats = _choices(OutputFormat)
    if name not in formats:
        known = nearest(name, formats) or f"; there are {', '.join(formats)}"
        message = f"{where} takes no format `{name}`{known}"
        raise UsageError(message)
    return Output(OutputFormat(name), folder / file)


# --- the configuration file --------------------------------------------------------------------


def _from_file(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    text = _text(path)
    section = _section(path, text)
    values: dict[str, object] = {}
    for key, value in section.items():
        option = _known(path, text, key)
        where = f"`{key}` {_whereabouts(path, text, key)}"
        if not _ACCEPTS[option.kind](option, value):
            message = f"{where} takes {_expected(option)}, not {value!r}"
            raise UsageError(message)
        if option.kind is Kind.TEXTS and isinstance(value, list):
            values[key] = tuple(_output(each, path.parent, where) for each in value)
        else:
            values[key] = _meaning(option, _frozen(value))
        if option.kind is Kind.PATH and values[key]:
            values[key] = str(path.parent / str(value))
    return values


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{os.path.relpath(path)} cannot be read: {_why(error)}"
        raise UsageError(message) from error


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "it failed") if isinstance(error, OSError) else "it is not UTF-8"


def _section(path: Path, text: str) -> Mapping[str, object]:
    import tomli  # noqa: PLC0415 - --help and --version need no TOML

    try:
        document = tomli.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{os.path.relpath(path)} is not valid TOML: {error}"
        raise UsageError(message) from error
    tool = document.get("tool", {})
    section = tool.get("celerylint", {}) if isinstance(tool, dict) else {}
    if not isinstance(section, dict):
        message = f"`tool.celerylint` in {os.path.relpath(path)} is to be a table"
        raise UsageError(message)
    return section


def _known(path: Path, text: str, key: str) -> Option:
    options = {option.name: option for option in TABLE if option.in_file}
    if key not in options:
        where = _whereabouts(path, text, key)
        message = f"`{key}` {where} is no option of celerylint{nearest(key, options)}"
        raise UsageError(message)
    return options[key]


def _whereabouts(path: Path, text: str, key: str) -> str:
    """Return in which section, file and line a key stands; the line where it is plain to see."""
    inside = False
    wanted = re.compile(rf"\s*(\[+\s*tool\.celerylint\.)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    line = 0
    for number, content in enumerate(text.splitlines(), 1):
        if content.lstrip().startswith("["):
            inside = bool(_HEADER.match(content)) or content.lstrip().startswith(
                "[[tool.celerylint"
            )
        if inside and wanted.match(content):
            line = number
            break
    where = f"line {line} of " if line else ""
    return f"in [tool.celerylint], {where}{os.path.relpath(path)},"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(word) for word in value)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(_is_words(words) for words in value.values())


_ACCEPTS: Mapping[Kind, Callable[[Option, object], bool]] = {
    Kind.FLAG: lambda _, value: isinstance(value, bool),
    Kind.TEXT: lambda _, value: _is_text(value),
    Kind.PATH: lambda _, value: _is_text(value),
    Kind.WORDS: lambda _, value: _is_words(value),
    Kind.TEXTS: lambda _, value: _is_words(value),
    Kind.TABLE: lambda _, value: _is_table(value),
    Kind.CHOICE: lambda option, value: value in option.choices,
}

_EXPECTED: Mapping[Kind, str] = {
    Kind.FLAG: "true or false",
    Kind.TEXT: "text in quotes",
    Kind.PATH: "a path in quotes",
    Kind.WORDS: "a list of texts",
    Kind.TEXTS: "a list of texts",
    Kind.TABLE: "a table of patterns, each with a list of rules",
}


def _expected(option: Option) -> str:
    if option.kind is Kind.CHOICE:
        return "one of " + ", ".join(f'"{choice}"' for choice in option.choices)
    return _EXPECTED[option.kind]


def _frozen(value: object) -> object:
    if isinstance(value, dict):
        return tuple((pattern, tuple(words)) for pattern, words in value.items())
    return tuple(value) if isinstance(value, list) else value
