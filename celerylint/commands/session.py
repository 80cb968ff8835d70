"""One run of `check`: from the paths to what is printed, written and returned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from celerylint.commands.outcome import Exit, Outcome, Request
from celerylint.engine import projects
from celerylint.engine.projects import Project
from celerylint.files import walking
from celerylint.files.prefilter import roots
from celerylint.files.roots import shown
from celerylint.options.table import Options, Output, Show, UsageError
from celerylint.output import summary
from celerylint.output.screen import shown_path, visible
from celerylint.report import nothing_found
from celerylint.writing import leftovers
from celerylint.writing.files import demand_writable, real_place

_STDIN = Path("-")
_APART = (
    ("write-baseline", "baseline"),
    ("write-baseline", "fix"),
    ("write-baseline", "diff"),
    ("write-baseline", "add-ignore"),
    ("add-ignore", "fix"),
)
"""Options that cannot be used together."""
_DEFAULT = Options()
_MORE = (
    "select",
    "extend_select",
    "ignore",
    "per_file_ignores",
    "rule_paths",
    "apps",
    "target_version",
    "upgrading_from",
    "diff",
    "add_ignore",
    "write_baseline",
    "output_format",
    "output",
    "statistics",
)
"""Options with which there is more to say of files without Celery than that they have none."""


def run(request: Request, stdin: Callable[[], bytes]) -> Outcome:
    """Check what is asked for, and find the fixes where that is asked for; write nothing.

    `stdin` reads what is piped in, where the path is `-`. Raise UsageError where the request makes
    no sense, or a fix could not be written.
    """
    if _STDIN in request.paths and len(request.paths) > 1:
        message = "- stands for stdin, and cannot be checked together with other paths"
        raise UsageError(message)
    _demand_one_thing(request)
    piped = stdin() if _STDIN in request.paths else None
    found = _found(request, piped)
    said = projects.around(request.wanted) if piped is None else found[0].options
    working = tuple(project for project in found if project.has_work)
    if piped is None and request.show is None and not _is_more(said, found):
        notes = _notes(request, found, piped)
        reports = [nothing_found(project.tree) for project in working]
        closing = () if request.quiet else summary.lines(reports, request.wanted.cwd)
        return Outcome(Exit.CLEAN, tuple(closing), talk=notes)
    # Most files that a hook is given have nothing to check: they come no further.
    from celerylint.commands import checking, knowledge  # noqa: PLC0415 - most come not this far

    rulebook, catalogue = knowledge.read(found)
    if request.show is Show.PROJECT:
        desk = checking.Desk(found, found[0].options, rulebook, catalogue, request)
        return Outcome(Exit.CLEAN, tuple(checking.understood(desk)))
    if request.show is not None:
        return Outcome(Exit.CLEAN, tuple(_shown(request, found)))
    notes = _notes(request, found, piped)
    _demand_outputs(said.output, found)
    outcome = checking.outcome(checking.Desk(working, said, rulebook, catalogue, request), piped)
    forgiven = request.exit_zero and outcome.code is Exit.FOUND
    code = Exit.CLEAN if forgiven else outcome.code
    return outcome._replace(code=code, talk=(*notes, *outcome.talk))


def _is_more(said: Options, found: Sequence[Project]) -> bool:
    """Return whether there is more to say than that no file has to do with Celery."""
    every = (said, *(project.options for project in found))
    return (
        any(getattr(each, name) != getattr(_DEFAULT, name) for each in every for name in _MORE)
        or any(project.known.entries for project in found)
        or any(any(roots(project.tree)) for project in found)
    )


def _found(request: Request, piped: bytes | None) -> tuple[Project, ...]:
    if piped is None:
        return projects.asked(request.paths, request.wanted)
    return (projects.piped(request.stdin_filename, piped, request.wanted),)


def _shown(request: Request, found: Sequence[Project]) -> Iterator[str]:
    from celerylint.output import listing  # noqa: PLC0415 - only where it is asked for

    cwd = request.wanted.cwd
    for number, (tree, loaded, _) in enumerate(found):
        if request.show is Show.FILES:
            yield from listing.files(tree, cwd)
        else:
            yield from ("",) * bool(number)
            yield from listing.settings(tree.root, loaded, cwd)


def _demand_one_thing(request: Request) -> None:
    """Raise UsageError where the command line asks for what cannot be had together."""
    for one, other in _APART:
        if request.wanted.given.get(one) and request.wanted.given.get(other):
            message = f"--{one} and --{other} cannot be used together; run one after the other"
            raise UsageError(message)
    if request.wanted.given.get("write-baseline") and _STDIN in request.paths:
        message = "--write-baseline takes files and folders, not stdin"
        raise UsageError(message)


def write(outcome: Outcome) -> None:
    """Write the fixes and outputs of a run: all of them, or none and raise UsageError."""
    if outcome.fixes or outcome.outputs:
        from celerylint.engine.fix import changes  # noqa: PLC0415 - most runs only check
        from celerylint.writing.rewriting import write  # noqa: PLC0415 - as above

        write(map(changes, outcome.fixes), outcome.outputs)


def _rewrites(said: Options) -> bool:
    """Return whether files of the project may be written."""
    return (said.fix or said.add_ignore is not None) and not (said.diff or said.write_baseline)


def _demand_outputs(outputs: Sequence[Output], found: Sequence[Project]) -> None:
    """Raise UsageError where an output cannot be written, or would replace a file that is read."""
    seen: set[Path] = set()
    for output in outputs:
        name, target = shown(output.file), real_place(output.file)
        if target in seen:
            message = f"Two outputs go to {name}; give each a file of its own"
            raise UsageError(message)
        if any(project.tree.has(target) for project in found):
            message = f"{name} is a file of the project, which an output would replace"
            raise UsageError(message)
        demand_writable(name, target)
        seen.add(target)


def _notes(request: Request, found: Sequence[Project], piped: bytes | None) -> tuple[str, ...]:
    """Return what is said before anything is checked; undo what killed runs left behind."""
    rewrites = piped is None and any(_rewrites(project.options) for project in found)
    settled = leftovers.settled((project.tree for project in found), may_write=rewrites)
    return settled if request.quiet else (*settled, *_left_out(found, request.wanted.cwd))


def _left_out(found: Sequence[Project], cwd: Path) -> Iterator[str]:
    for project in found:
        tree = project.tree
        strangers = [path for path, reason in tree.left_out if reason == walking.NO_PYTHON]
        for path in strangers:
            yield f"celerylint: note: {shown_path(tree.root, path, cwd)} is not a Python file"
        if not (project.has_work or strangers):
            yield f"celerylint: note: no Python files to check in {visible(shown(tree.root))}"
        for folder in tree.unlisted:
            yield f"celerylint: note: {visible(shown(tree.root / folder))} cannot be listed"
