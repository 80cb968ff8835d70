"""What the user may say, in a configuration file or on the command line, as frozen options.

`TABLE` is the one list of options: the command line, the configuration file, its schema and the
documentation follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from celerylint.finding import Severity
from celerylint.options.app_options import AppOption


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
    APPS = "apps"
    PATH = "path"
    REMARK = "remark"
    NUMBER = "number"


class Show(Enum):
    """What a run prints instead of checking anything."""

    SETTINGS = "settings"
    FILES = "files"
    PROJECT = "project"


class OutputFormat(Enum):
    """How the findings are written."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"
    JUNIT = "junit"
    RDJSON = "rdjson"
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

    `adds` says that the command line adds to the configuration file instead of replacing it,
    `letter` is the option's short form. `variable` is an environment variable that counts as the
    command line where that is silent.
    """

    name: str
    kind: Kind
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    adds: bool = False
    in_file: bool = True
    in_command: bool = True
    letter: str = ""
    variable: str = ""

    @property
    def attribute(self) -> str:
        """Return the name of the option as an attribute of `Options`."""
        return self.name.replace("-", "_")

    @property
    def switches(self) -> tuple[str, ...]:
        """Return how the option is written on the command line, which may undo what a file says."""
        both = self.kind is Kind.FLAG and self.in_file
        long = f"--{self.name}/--no-{self.name}" if both else f"--{self.name}"
        return (f"-{self.letter}", long) if self.letter else (long,)


def _choices(kind: type[Enum]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


TABLE: tuple[Option, ...] = (
    Option("fix", Kind.FLAG, "Apply the safe fixes."),
    Option("unsafe-fixes", Kind.FLAG, "Let --fix and --diff apply unsafe fixes as well."),
    Option("fix-only", Kind.FLAG, "Apply fixes, and do not report what is left; implies --fix."),
    Option("show-fixes", Kind.FLAG, "List the fixes that --fix applied."),
    Option("exit-non-zero-on-fix", Kind.FLAG, "Exit with 1 if --fix changed a file."),
    Option("diff", Kind.FLAG, "Print what --fix would change; write nothing.", in_file=False),
    Option("select", Kind.WORDS, "Run these rules: codes, prefixes, names or ALL.", "RULES"),
    Option("extend-select", Kind.WORDS, "Run these rules as well.", "RULES", adds=True),
    Option("ignore", Kind.WORDS, "Leave these rules out.", "RULES", adds=True),
    Option("fixable", Kind.WORDS, "Apply the fixes of these rules only.", "RULES"),
    Option("unfixable", Kind.WORDS, "Never apply the fixes of these rules.", "RULES", adds=True),
    Option(
        "per-file-ignores",
        Kind.TABLE,
        "Leave rules out in the files that a pattern matches.",
        "PATTERN:RULES",
        adds=True,
    ),
    Option("exclude", Kind.WORDS, "Leave these files out (patterns as in .gitignore).", "PATTERNS"),
    Option("force-exclude", Kind.FLAG, "Leave excluded files out even where they are named."),
    Option("respect-gitignore", Kind.FLAG, "Report nothing in files that git ignores."),
    Option("target-version", Kind.TEXT, "Judge for this Celery: 5.6, or >=5.2,<5.7.", "VERSION"),
    Option("upgrading-from", Kind.TEXT, "Celery version that the project comes from.", "VERSION"),
    Option("namespace", Kind.TEXT, "Namespace of settings whose app is not found.", "NAME|none"),
    Option(
        "known-settings", Kind.WORDS, "Names that the project itself reads.", "NAMES", adds=True
    ),
    Option(
        "rule-paths",
        Kind.WORDS,
        "Rules of your own: files, or folders of them.",
        "PATHS",
        adds=True,
    ),
    Option(
        "apps",
        Kind.APPS,
        "What cannot be seen of an app: `app`, `settings`, `namespace`.",
        in_command=False,
    ),
    Option("fail-on", Kind.CHOICE, "Lowest severity that fails the run.", "", _choices(Severity)),
    Option("baseline", Kind.PATH, "Leave out the findings of a baseline file.", "FILE|none"),
    Option(
        "write-baseline",
        Kind.PATH,
        "Write the findings to a baseline file.",
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
    Option(
        "cache-dir",
        Kind.PATH,
        "Directory of the parse cache.",
        "DIR",
        variable="CELERYLINT_CACHE_DIR",
    ),
    Option("no-cache", Kind.FLAG, "Neither read nor write the cache.", in_file=False),
    Option("jobs", Kind.NUMBER, "Number of processes that read files.", "N", in_file=False),
    Option("statistics", Kind.FLAG, "Count the findings of each rule."),
    Option("color", Kind.CHOICE, "When to print in colour.", "", _choices(Color), in_file=False),
)


CACHE = ".celerylint_cache"
"""The folder of the cache, which lies in the root of a project."""

PLAN_FORMATS = ("full", "json", "markdown")
"""The formats that a plan has; with any other one in a configuration file it is printed in full."""

RUN: tuple[Option, ...] = (
    Option("exit-zero", Kind.FLAG, "Exit with 0 whatever is found or changed.", in_file=False),
    Option(
        "quiet",
        Kind.FLAG,
        "Print what is found or changed, and errors: no notes and no summary.",
        in_file=False,
        letter="q",
    ),
    Option(
        "config", Kind.PATH, "Read this configuration file and no other.", "FILE", in_file=False
    ),
    Option("isolated", Kind.FLAG, "Read no configuration file.", in_file=False),
    Option(
        "show-settings",
        Kind.FLAG,
        "Print the value of every option and where it comes from; check nothing.",
        in_file=False,
    ),
    Option(
        "show-files",
        Kind.FLAG,
        "Print the files that would be checked, and which are left out; check nothing.",
        in_file=False,
    ),
    Option(
        "show-project",
        Kind.FLAG,
        "Print the apps of the project and what they load; check nothing.",
        in_file=False,
    ),
)
"""The options that are no property of a project, but of one run."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one project root.

    `select` is empty where the default rules are to run. `namespace` is None where nothing is said,
    and empty where there is none; so is `baseline`. `add_ignore` is empty for comments without a
    reason, and None for no comments. `cache_dir` is None where there is no cache, and
    `jobs` where nothing is said.
    """

    fix: bool = False
    unsafe_fixes: bool = False
    fix_only: bool = False
    show_fixes: bool = False
    exit_non_zero_on_fix: bool = False
    diff: bool = False
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fixable: tuple[str, ...] = ()
    unfixable: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    target_version: str | None = None
    upgrading_from: str | None = None
    namespace: str | None = None
    known_settings: tuple[str, ...] = ()
    rule_paths: tuple[str, ...] = ()
    apps: tuple[AppOption, ...] = ()
    fail_on: Severity = Severity.WARNING
    baseline: str | None = None
    write_baseline: str | None = None
    add_ignore: str | None = None
    output_format: OutputFormat = OutputFormat.FULL
    output: tuple[Output, ...] = ()
    cache_dir: str | None = None
    no_cache: bool = False
    jobs: int | None = None
    statistics: bool = False
    color: Color = Color.AUTO


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` with the nearest known word, or nothing where none is near."""
    import difflib  # noqa: PLC0415 - only a mistake needs it

    near = difflib.get_close_matches(word, tuple(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def from_command_line(given: Mapping[str, object]) -> dict[str, object]:
    """Return what the command line says, as `Options` holds it, by the option's name with hyphens.

    `given` holds flags as bool, text as str, words, tables and remarks as tuples of str; None and
    empty values count as not given. Raise UsageError for a pair that is none.
    """
    said = {n: value for n, value in given.items() if value is False or value}
    return {o.name: _from_command_line(o, said[o.name]) for o in TABLE if o.name in said}


def merged(file: Mapping[str, object], said: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a configuration file with those of the command line over them."""
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


def made(values: Mapping[str, object]) -> Options:
    """Return the options that have these values, and the defaults for the rest."""
    typed = {option.attribute: values[option.name] for option in TABLE if option.name in values}
    # To leave out what is left makes no sense without fixes.
    typed["fix"] = bool(typed.get("fix") or typed.get("fix_only"))
    return Options(**typed)  # type: ignore[arg-type] # each kind of option was checked by its reader


def _from_command_line(option: Option, value: object) -> object:
    if option.kind is Kind.WORDS and isinstance(value, tuple):
        return _words(value)
    if option.kind is Kind.TABLE and isinstance(value, tuple):
        return tuple(_pair(option, str(text)) for text in value)
    if option.kind is Kind.TEXTS and isinstance(value, tuple):
        return tuple(output(str(text), Path(), f"--{option.name}") for text in value)
    if option.kind is Kind.REMARK and isinstance(value, tuple):
        return str(value[-1])
    return meaning(option, value)


def _words(texts: Iterable[object]) -> tuple[str, ...]:
    pieces = (piece.strip() for text in texts for piece in str(text).split(","))
    return tuple(piece for piece in pieces if piece)


def _pair(option: Option, text: str) -> tuple[str, tuple[str, ...]]:
    pattern, colon, words = text.rpartition(":")
    if not (colon and pattern and _words((words,))):
        message = f"--{option.name} takes PATTERN:RULES, such as `tests/*:CEL101`, not `{text}`"
        raise UsageError(message)
    return pattern, _words((words,))


def meaning(option: Option, value: object) -> object:
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


def output(text: str, folder: Path, where: str) -> Output:
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
