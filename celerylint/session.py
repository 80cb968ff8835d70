"""One run of `check`: from the paths to what is printed, written and returned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from celerylint import baseline, files, leftovers, projects
from celerylint.baseline import Baseline
from celerylint.catalogue import Catalogue, load_catalogue
from celerylint.engine import judge
from celerylint.loading import Wanted
from celerylint.options import Options, Output, OutputFormat, Show, UsageError
from celerylint.output import summary
from celerylint.output.screen import shown_path, visible
from celerylint.projects import Project
from celerylint.report import Fixed, Report
from celerylint.roots import shown
from celerylint.rulebook import Rulebook, rules_folder
from celerylint.writing import NewFile, demand_writable, is_device

_STDIN = Path("-")
_APART = (
    ("write-baseline", "baseline"),
    ("write-baseline", "fix"),
    ("write-baseline", "diff"),
    ("write-baseline", "add-ignore"),
    ("add-ignore", "fix"),
)
"""Options that cannot be used together."""
_TALKATIVE = frozenset((OutputFormat.CONCISE, OutputFormat.GITHUB))
"""The formats whose closing lines go to stderr; besides `full`, no other has any."""
_SILENT = _TALKATIVE | {OutputFormat.FULL}
"""The formats that are empty where nothing was found; any other is a document even then."""


class Exit(IntEnum):
    """What the exit code says."""

    CLEAN = 0
    FOUND = 1
    FAILED = 2


class Request(NamedTuple):
    """What the command line asks for.

    `checkout` is the folder of the repository that a CI job works on. `quiet` leaves out all that
    is said besides the findings, `exit_zero` lets no finding fail the run.
    """

    paths: tuple[Path, ...]
    stdin_filename: Path
    wanted: Wanted
    show: Show | None = None
    checkout: Path | None = None
    quiet: bool = False
    exit_zero: bool = False


class Outcome(NamedTuple):
    """What is to be printed: lines or bytes on stdout, and lines on stderr.

    `fixes` and `outputs` are to be written once all of it is printed: who reads of no fix has none.
    """

    code: Exit
    out: tuple[str, ...] = ()
    raw: bytes = b""
    talk: tuple[str, ...] = ()
    fixes: tuple[Fixed, ...] = ()
    outputs: tuple[NewFile, ...] = ()


class _Desk(NamedTuple):
    """What every step of a run needs; `options` are those that count for the run as a whole."""

    projects: tuple[Project, ...]
    options: Options
    rulebook: Rulebook
    catalogue: Catalogue
    request: Request

    @property
    def cwd(self) -> Path:
        """Return the folder that people see paths from."""
        return self.request.wanted.cwd


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
    users = dict.fromkeys(path for project in found for path in project.options.rule_paths)
    rulebook = Rulebook(rules_folder(), tuple(map(Path, users)))
    catalogue = load_catalogue(rules_folder())
    rulebook.demand(catalogue)
    for project in found:
        projects.demand_sense(project.loaded, rulebook, catalogue)
    if request.show is not None:
        desk = _Desk(found, found[0].options, rulebook, catalogue, request)
        show = _understood(desk) if request.show is Show.PROJECT else _shown(request, found)
        return Outcome(Exit.CLEAN, tuple(show))
    rewrites = piped is None and any(_rewrites(project.options) for project in found)
    settled = leftovers.settled((project.tree for project in found), may_write=rewrites)
    notes = settled if request.quiet else (*settled, *_notes(found, request.wanted.cwd))
    working = tuple(project for project in found if project.has_work)
    said = projects.around(request.wanted) if piped is None else found[0].options
    _demand_outputs(said.output, found)
    outcome = _outcome(_Desk(working, said, rulebook, catalogue, request), piped)
    forgiven = request.exit_zero and outcome.code is Exit.FOUND
    code = Exit.CLEAN if forgiven else outcome.code
    return outcome._replace(code=code, talk=(*notes, *outcome.talk))


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


def _understood(desk: _Desk) -> Iterator[str]:
    """Yield what is understood of each project; nothing is checked."""
    from celerylint.output import project as page  # noqa: PLC0415 - only where it is asked for
    from celerylint.overview import understand  # noqa: PLC0415 - as above

    found = [understand(p.tree, p.options, desk.rulebook, desk.catalogue) for p in desk.projects]
    if desk.options.output_format is OutputFormat.JSON:
        yield page.document(found, desk.cwd)
    else:
        yield from page.lines(found, desk.cwd)


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
        from celerylint.fixing import changes  # noqa: PLC0415 - most runs only check
        from celerylint.rewriting import write  # noqa: PLC0415 - as above

        write(map(changes, outcome.fixes), outcome.outputs)


def _rewrites(said: Options) -> bool:
    """Return whether files of the project may be written."""
    return (said.fix or said.add_ignore is not None) and not (said.diff or said.write_baseline)


def _demand_outputs(outputs: Sequence[Output], found: Sequence[Project]) -> None:
    """Raise UsageError where an output cannot be written, or would replace a file that is read."""
    seen: set[Path] = set()
    for output in outputs:
        name, target = shown(output.file), _target(output.file)
        if target in seen:
            message = f"Two outputs go to {name}; give each a file of its own"
            raise UsageError(message)
        if any(project.tree.has(target) for project in found):
            message = f"{name} is a file of the project, which an output would replace"
            raise UsageError(message)
        demand_writable(name, target)
        seen.add(target)


def _target(file: Path) -> Path:
    # A link stays a link; what a device is a link to has no name of its own.
    return file if is_device(file) else file.resolve()


def _notes(found: Sequence[Project], cwd: Path) -> Iterator[str]:
    for project in found:
        tree = project.tree
        strangers = [path for path, reason in tree.left_out if reason == files.NO_PYTHON]
        for path in strangers:
            yield f"celerylint: note: {shown_path(tree.root, path, cwd)} is no Python file"
        if not (project.has_work or strangers):
            yield f"celerylint: note: no Python files to check in {visible(shown(tree.root))}"
        for folder in tree.unlisted:
            yield f"celerylint: note: {visible(shown(tree.root / folder))} cannot be listed"


def _outcome(desk: _Desk, piped: bytes | None) -> Outcome:
    if desk.options.write_baseline:
        return _listed(desk, Path(desk.options.write_baseline))
    if desk.options.diff:
        return _shown_as_diff(desk, _fixed(desk))
    fixes = desk.options.fix or any(project.options.fix for project in desk.projects)
    if fixes or desk.options.add_ignore is not None:
        return _fix(desk, _fixed(desk), piped)
    return _told(desk, _judged(desk), fixed=0)


def _judged(desk: _Desk) -> tuple[Report, ...]:
    return tuple(
        judge(each.tree, each.options, desk.rulebook, desk.catalogue, known=each.known)
        for each in desk.projects
    )


def _fixed(desk: _Desk) -> tuple[Fixed, ...]:
    """Return what the fixes, or comments that suppress the findings, make of each project.

    One that wants none stays as it is.
    """
    from celerylint.fixing import add_ignores, fix  # noqa: PLC0415 - most runs only check

    knowledge = desk.rulebook, desk.catalogue
    fixes = []
    for tree, loaded, known in desk.projects:
        said = loaded.options
        if said.add_ignore is not None:
            fixes.append(add_ignores(tree, said, *knowledge, known))
        elif said.fix or said.diff:
            fixes.append(fix(tree, said, *knowledge, known))
        else:
            report = judge(tree, said, *knowledge, known=known)
            fixes.append(Fixed(report, report, {}, ()))
    return tuple(fixes)


def _listed(desk: _Desk, given: Path) -> Outcome:
    """Put all findings into the baseline, after which none is left."""
    name, file = shown(given), desk.cwd / given
    before = baseline.load(file) if file.exists() else Baseline(file)
    demand_writable(name, file)
    if any(_target(output.file) == file.resolve() for output in desk.options.output):
        message = f"{name} cannot be the baseline and an output; give each a file of its own"
        raise UsageError(message)
    from celerylint import baselined  # noqa: PLC0415 - only where it is asked for

    reports = _judged(desk)
    left_out = (desk.rulebook.rules.keys() - desk.rulebook.chosen(p.options) for p in desk.projects)
    looked_at = map(baselined.Run, (project.tree for project in desk.projects), left_out)
    after = baselined.updated(before, tuple(zip(reports, looked_at, strict=True)))
    rest = [each._replace(findings=(), baselined=len(each.findings)) for each in reports]
    told = _told(desk, rest, fixed=0)
    if told.code is Exit.FAILED:
        return told
    note = f"celerylint: note: {baselined.change(before, after)}"
    original = file.read_bytes() if file.exists() else None
    content = baseline.written(after)
    new = NewFile(name, file.resolve(), original, content)
    return told._replace(talk=(*told.talk, note), outputs=(*told.outputs, new))


def _shown_as_diff(desk: _Desk, fixes: Sequence[Fixed]) -> Outcome:
    from celerylint.output.diff import diff  # noqa: PLC0415 - only where a diff is asked for

    reports = [fixed.report for fixed in fixes]
    shown = diff(fixes, desk.cwd)
    left = _closing(desk, reports, fixed=_fixed_findings(fixes), would=True)
    hidden = (
        f"celerylint: note: the diff hides a secret in {name}, so it cannot be applied as a patch"
        for name in map(visible, shown.masked)
    )
    code = max(Exit.FOUND if shown.content else Exit.CLEAN, _code(desk, reports))
    talk = (*left, *hidden, *_remarks(desk, reports))
    return Outcome(code, raw=shown.content, talk=talk, outputs=_outputs(desk, reports, code))


def _fix(desk: _Desk, fixes: Sequence[Fixed], piped: bytes | None) -> Outcome:
    told = _told(desk, [fixed.report for fixed in fixes], fixed=_fixed_findings(fixes))
    if told.code is Exit.FAILED:
        return told
    if piped is None:
        from celerylint.fixing import changes  # noqa: PLC0415 - most runs only check
        from celerylint.rewriting import check  # noqa: PLC0415 - as above

        check(map(changes, fixes))
        return told._replace(fixes=tuple(fixes))
    raw = next((raw for fixed in fixes for raw in fixed.changes.values()), piped)
    return told._replace(out=(), raw=raw, talk=(*told.out, *told.talk))


def _fixed_findings(fixes: Sequence[Fixed]) -> int:
    """Return by how many the findings have become fewer; a fix may bring up new ones."""
    return sum(max(0, len(fixed.before.findings) - len(fixed.report.findings)) for fixed in fixes)


def _told(desk: _Desk, reports: Sequence[Report], *, fixed: int) -> Outcome:
    code, remarks = _code(desk, reports), tuple(_remarks(desk, reports))
    kind = desk.options.output_format
    lines = _lines(desk, kind, reports)
    closing = _closing(desk, reports, fixed=fixed)
    outputs = _outputs(desk, reports, code, fixed=fixed)
    if kind is OutputFormat.FULL:
        return Outcome(code, (*lines, *closing), talk=remarks, outputs=outputs)
    talk = (*closing, *remarks) if kind in _TALKATIVE else remarks
    return Outcome(code, lines, talk=talk, outputs=outputs)


def _lines(desk: _Desk, kind: OutputFormat, reports: Sequence[Report]) -> tuple[str, ...]:
    """Return the findings in a format."""
    if kind in _SILENT and not any(report.findings for report in reports):
        return ()
    from celerylint.output import formats  # noqa: PLC0415 - a clean run has none

    request = desk.request
    around = formats.Surroundings(desk.cwd, request.checkout or desk.cwd, desk.rulebook)
    return tuple(formats.lines(kind, reports, around))


def _closing(
    desk: _Desk, reports: Sequence[Report], *, fixed: int, would: bool = False
) -> tuple[str, ...]:
    """Return what is said of the run as a whole.

    `fixed` is as `summary.lines` takes it; `would` is true where nothing is to be written.
    """
    suppressing = desk.options.add_ignore is not None
    done = ("Would fix", "Would suppress") if would else ("Fixed", "Suppressed")
    counted: tuple[str, ...] = ()
    if desk.options.statistics:
        from celerylint.output import statistics  # noqa: PLC0415 - only where it is asked for

        counted = tuple(statistics.lines(reports))
    if desk.request.quiet:
        return counted
    return (*counted, *summary.lines(reports, desk.cwd, fixed=fixed, done=done[suppressing]))


def _outputs(
    desk: _Desk, reports: Sequence[Report], code: Exit, *, fixed: int = 0
) -> tuple[NewFile, ...]:
    """Return the files that are to be written besides stdout: none where the run failed."""
    if code is Exit.FAILED:
        return ()
    return tuple(_output(desk, output, reports, fixed) for output in desk.options.output)


def _output(desk: _Desk, output: Output, reports: Sequence[Report], fixed: int) -> NewFile:
    from celerylint.output.formats import content  # noqa: PLC0415 - most runs have none

    lines = _lines(desk, output.kind, reports)
    if output.kind is OutputFormat.FULL:
        lines = (*lines, *_closing(desk, reports, fixed=fixed))
    target = _target(output.file)
    original = target.read_bytes() if target.is_file() else None
    return NewFile(shown(output.file), target, original, content(lines))


def _code(desk: _Desk, reports: Sequence[Report]) -> Exit:
    if any(report.crashes for report in reports):
        return Exit.FAILED
    pairs = zip(desk.projects, reports, strict=True)
    failing = (
        finding
        for project, report in pairs
        for finding in report.findings
        if finding.severity.at_least(project.options.fail_on)
    )
    return Exit.FOUND if any(failing) else Exit.CLEAN


def _remarks(desk: _Desk, reports: Sequence[Report]) -> Iterator[str]:
    for report in reports:
        for note in () if desk.request.quiet else report.notes:
            yield f"celerylint: note: {_masked(note)}"
        for crash in report.crashes:
            yield f"celerylint: internal error, please report it: {_masked(crash)}"


def _masked(text: str) -> str:
    from celerylint.masking import mask  # noqa: PLC0415 - most runs have no notes

    return visible(mask(text))
