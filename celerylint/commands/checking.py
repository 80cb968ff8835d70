"""What is found in the projects of a run, and what is said and made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from celerylint.catalogue.settings import Catalogue
from celerylint.commands.outcome import Exit, Outcome, Request
from celerylint.engine.projects import Project
from celerylint.engine.run import judge
from celerylint.files.roots import shown
from celerylint.finding import Safety
from celerylint.options.table import Options, Output, OutputFormat, UsageError
from celerylint.output import summary
from celerylint.output.screen import shown_path, visible
from celerylint.report import Fixed, Report
from celerylint.rulebook.book import Rulebook
from celerylint.suppressions import baseline
from celerylint.suppressions.baseline import Baseline
from celerylint.writing.files import NewFile, demand_writable, real_place

_TALKATIVE = frozenset((OutputFormat.CONCISE, OutputFormat.GITHUB))
"""The formats whose closing lines go to stderr; besides `full`, no other has any."""
_FILE_COLUMNS = 80
"""How wide a paragraph is in a file, whatever the terminal."""
_SILENT = _TALKATIVE | {OutputFormat.FULL}
"""The formats that are empty where nothing was found; any other is a document even then."""


class Desk(NamedTuple):
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


def understood(desk: Desk) -> Iterator[str]:
    """Yield what is understood of each project; nothing is checked."""
    from celerylint.engine.overview import understand  # noqa: PLC0415 - as above
    from celerylint.output import project as page  # noqa: PLC0415 - only where it is asked for

    found = [understand(p.tree, p.options, desk.rulebook, desk.catalogue) for p in desk.projects]
    if desk.options.output_format is OutputFormat.JSON:
        yield page.document(found, desk.cwd)
    else:
        yield from page.lines(found, desk.cwd)


def outcome(desk: Desk, piped: bytes | None) -> Outcome:
    """Return what comes out of a run; `piped` is what stdin held, None where nothing was read."""
    if desk.options.write_baseline:
        return _listed(desk, Path(desk.options.write_baseline))
    if desk.options.diff:
        return _shown_as_diff(desk, _fixed(desk))
    fixes = desk.options.fix or any(project.options.fix for project in desk.projects)
    if fixes or desk.options.add_ignore is not None:
        return _fix(desk, _fixed(desk), piped)
    return _told(desk, _judged(desk), fixed=0)


def _judged(desk: Desk) -> tuple[Report, ...]:
    return tuple(
        judge(each.tree, each.options, desk.rulebook, desk.catalogue, known=each.known)
        for each in desk.projects
    )


def _fixed(desk: Desk) -> tuple[Fixed, ...]:
    """Return what the fixes, or comments that suppress the findings, make of each project.

    One that wants none stays as it is.
    """
    from celerylint.engine.fix import add_ignores, fix  # noqa: PLC0415 - most runs only check

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


def _listed(desk: Desk, given: Path) -> Outcome:
    """Put all findings into the baseline, after which none is left."""
    name, file = shown(given), desk.cwd / given
    before = baseline.load(file) if file.exists() else Baseline(file)
    demand_writable(name, file)
    if any(real_place(output.file) == real_place(file) for output in desk.options.output):
        message = f"{name} cannot be the baseline and an output; give each a file of its own"
        raise UsageError(message)
    from celerylint.suppressions import baselined  # noqa: PLC0415 - only where it is asked for

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
    new = NewFile(name, real_place(file), original, content)
    return told._replace(talk=(*told.talk, note), outputs=(*told.outputs, new))


def _shown_as_diff(desk: Desk, fixes: Sequence[Fixed]) -> Outcome:
    from celerylint.output.diff import diff  # noqa: PLC0415 - only where a diff is asked for

    reports = [fixed.report for fixed in fixes]
    shown = diff(fixes, desk.cwd)
    unsafe = sum(summary.count(report.findings, Safety.UNSAFE) for report in reports)
    hint = f"No safe fixes; {unsafe} unsafe one{'' if unsafe == 1 else 's'} (add --unsafe-fixes)"
    hints = (hint,) if unsafe and not (shown.content or desk.request.quiet) else ()
    left = _closing(desk, reports, fixed=_fixed_findings(fixes), would=True)
    hidden = (
        f"celerylint: note: the diff hides a secret in {name}, so it cannot be applied as a patch"
        for name in map(visible, shown.masked)
    )
    code = max(Exit.FOUND if shown.content else Exit.CLEAN, _code(desk, reports))
    talk = (*hints, *left, *hidden, *_remarks(desk, reports))
    return Outcome(code, raw=shown.content, talk=talk, outputs=_outputs(desk, reports, code))


def _fix(desk: Desk, fixes: Sequence[Fixed], piped: bytes | None) -> Outcome:
    reports = [fixed.report for fixed in fixes]
    if desk.options.fix_only:
        reports = [report._replace(findings=()) for report in reports]
    told = _told(desk, reports, fixed=_fixed_findings(fixes))
    if told.code is Exit.FAILED:
        return told
    strict = desk.options.fix_only or desk.options.exit_non_zero_on_fix
    if strict and any(fixed.changes for fixed in fixes):
        told = told._replace(code=Exit.FOUND)
    if piped is None:
        from celerylint.engine.fix import changes  # noqa: PLC0415 - most runs only check
        from celerylint.writing.rewriting import check  # noqa: PLC0415 - as above

        check(map(changes, fixes))
        return told._replace(fixes=tuple(fixes), talk=(*_made(desk, fixes), *told.talk))
    raw = next((raw for fixed in fixes for raw in fixed.changes.values()), piped)
    return told._replace(out=(), raw=raw, talk=(*told.out, *told.talk))


def _made(desk: Desk, fixes: Sequence[Fixed]) -> Iterator[str]:
    """Yield the files that the fixes change, and the fixes where they are asked for."""
    for fixed in () if desk.request.quiet else fixes:
        root = fixed.before.tree.root
        for path in sorted(fixed.changes):
            yield f"celerylint: changed {shown_path(root, path, desk.cwd)}"
            for each in fixed.applied if desk.options.show_fixes else ():
                if path in each.paths():
                    yield f"celerylint:   {_masked(each.title)}"


def _fixed_findings(fixes: Sequence[Fixed]) -> int:
    """Return by how many the findings have become fewer; a fix may bring up new ones."""
    return sum(max(0, len(fixed.before.findings) - len(fixed.report.findings)) for fixed in fixes)


def _told(desk: Desk, reports: Sequence[Report], *, fixed: int) -> Outcome:
    code, remarks = _code(desk, reports), tuple(_remarks(desk, reports))
    kind = desk.options.output_format
    lines = _lines(desk, kind, reports, desk.request.columns)
    closing = _closing(desk, reports, fixed=fixed)
    outputs = _outputs(desk, reports, code, fixed=fixed)
    if kind is OutputFormat.FULL:
        return Outcome(code, (*lines, *closing), talk=remarks, outputs=outputs)
    talk = (*closing, *remarks) if kind in _TALKATIVE else remarks
    return Outcome(code, lines, talk=talk, outputs=outputs)


def _lines(
    desk: Desk, kind: OutputFormat, reports: Sequence[Report], columns: int
) -> tuple[str, ...]:
    """Return the findings in a format, paragraphs being as wide as `columns`."""
    if kind in _SILENT and not any(report.findings for report in reports):
        return ()
    from celerylint.output import formats  # noqa: PLC0415 - a clean run has none

    request = desk.request
    around = formats.Surroundings(desk.cwd, request.checkout or desk.cwd, desk.rulebook, columns)
    return tuple(formats.lines(kind, reports, around))


def _closing(
    desk: Desk, reports: Sequence[Report], *, fixed: int, would: bool = False
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
    if desk.options.fix_only:
        return (*counted, summary.only_fixed(fixed))
    return (*counted, *summary.lines(reports, desk.cwd, fixed=fixed, done=done[suppressing]))


def _outputs(
    desk: Desk, reports: Sequence[Report], code: Exit, *, fixed: int = 0
) -> tuple[NewFile, ...]:
    """Return the files that are to be written besides stdout: none where the run failed."""
    if code is Exit.FAILED:
        return ()
    return tuple(_output(desk, output, reports, fixed) for output in desk.options.output)


def _output(desk: Desk, output: Output, reports: Sequence[Report], fixed: int) -> NewFile:
    from celerylint.output.formats import content  # noqa: PLC0415 - most runs have none

    lines = _lines(desk, output.kind, reports, _FILE_COLUMNS)
    if output.kind is OutputFormat.FULL:
        lines = (*lines, *_closing(desk, reports, fixed=fixed))
    target = real_place(output.file)
    original = target.read_bytes() if target.is_file() else None
    added = desk.request.summary and real_place(desk.request.summary) == target
    # Other steps of a job write into its summary as well.
    before = original if added and original else b""
    return NewFile(shown(output.file), target, original, before + content(lines))


def _code(desk: Desk, reports: Sequence[Report]) -> Exit:
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


def _remarks(desk: Desk, reports: Sequence[Report]) -> Iterator[str]:
    for report in reports:
        for note in () if desk.request.quiet else report.notes:
            yield f"celerylint: note: {_masked(note)}"
        for crash in report.crashes:
            yield f"celerylint: internal error, please report it: {_masked(crash)}"


def _masked(text: str) -> str:
    from celerylint.text.masking import mask  # noqa: PLC0415 - most runs have no notes

    return visible(mask(text))
