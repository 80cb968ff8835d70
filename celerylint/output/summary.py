"""The last line of a run: what was found, or what was looked at where nothing was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from celerylint.finding import Finding, Safety, Severity
from celerylint.output.screen import shown_path, visible
from celerylint.report import Report, Summary

_WIDTH = 80


def lines(
    reports: Sequence[Report], cwd: Path, *, fixed: int = 0, done: str = "Fixed"
) -> Iterator[str]:
    """Yield the closing lines; `fixed` findings were fixed before these were left.

    `done` says what became of them.
    """
    yield from _counted(reports, cwd, fixed, done)
    if any(report.findings for report in reports):
        yield from _judged_for(reports)


def only_fixed(fixed: int) -> str:
    """Return the closing line of a run that reports nothing but its fixes."""
    return f"Fixed {_count(fixed, 'problem')}." if fixed else "No fixes to apply."


def _judged_for(reports: Sequence[Report]) -> Iterator[str]:
    """Yield for which Celery the findings hold, and where it was read."""
    from celerylint.text.masking import mask  # noqa: PLC0415 - only where something was found

    versions = dict.fromkeys(each for report in reports for each in report.summary.versions)
    if versions:
        yield f"Judged for {visible(mask('; '.join(versions)))}."


def _counted(reports: Sequence[Report], cwd: Path, fixed: int, done: str) -> Iterator[str]:
    findings = [finding for report in reports for finding in report.findings]
    hidden = _hidden(reports)
    if findings:
        before = f"{done} {_count(fixed, 'problem')}, " if fixed else ""
        text = f"{before}{_found(findings, 'leaving' if fixed else 'Found')}"
        yield from _lines_of(text, f"{_fixable(findings)}{hidden}.")
        return
    if fixed:
        yield f"{done} {_count(fixed, 'problem')}, leaving none{hidden}."
        return
    for report in reports:
        where = shown_path(report.tree.root, ".", cwd) if len(reports) > 1 else ""
        yield _all_clear(report, where)


def count(findings: Sequence[Finding], safety: Safety) -> int:
    """Return how many findings have a fix of that safety."""
    return sum(finding.fix is not None and finding.fix.safety is safety for finding in findings)


def _found(findings: Sequence[Finding], verb: str) -> str:
    parts = [
        _count(number, severity.value)
        for severity in Severity
        if (number := sum(finding.severity is severity for finding in findings))
    ]
    return f"{verb} {_count(len(findings), 'problem')} ({', '.join(parts)})"


def _lines_of(found: str, rest: str) -> Iterator[str]:
    """Yield a sentence on one line, or on two where a terminal would break it."""
    if len(found + rest) <= _WIDTH:
        yield found + rest
        return
    yield f"{found}{rest[:1]}"
    yield rest[1:].lstrip()


def _hidden(reports: Sequence[Report]) -> str:
    suppressed = sum(report.suppressed for report in reports)
    baselined = sum(report.baselined for report in reports)
    parts = ((suppressed, "suppressed"), (baselined, "in the baseline"))
    said = ", ".join(f"{number} {what}" for number, what in parts if number)
    return f"; {said}" if said else ""


def _fixable(findings: Sequence[Finding]) -> str:
    safe, unsafe = count(findings, Safety.SAFE), count(findings, Safety.UNSAFE)
    if safe and unsafe:
        return f", {safe} fixable with --fix ({unsafe} more with --unsafe-fixes)"
    if unsafe:
        return f", {unsafe} fixable with --fix --unsafe-fixes"
    return f", {safe} fixable with --fix" if safe else ""


def _all_clear(report: Report, where: str) -> str:
    seen = report.summary
    files = _count(seen.files, "file")
    hidden = _hidden((report,))
    place = f" in {where}" if where else ""
    if report.elsewhere:
        more = f"{_count(report.elsewhere, 'problem')} in other files of the project"
        return f"No problems in the files given{place}; {more} (see `celerylint check`){hidden}."
    if not (seen.apps or seen.settings):
        return f"All clear{place}: no Celery configuration in {files}{hidden}."
    from celerylint.text.masking import mask  # noqa: PLC0415 - most files have no configuration

    versions = visible(mask("; ".join(seen.versions)))
    settings = _count(seen.settings, "setting")
    looked = f"{_count(seen.apps, 'app')}, {settings} in {files}"
    said = f" ({versions})" if versions else ""
    return f"All clear{place}: {looked}{said}{_unseen(seen)}{hidden}."


def _unseen(seen: Summary) -> str:
    places = _count(seen.unseen, "place")
    return f"; {places} could not be followed (see --show-project)" if seen.unseen else ""


def _count(number: int, noun: str) -> str:
    plural = noun if number == 1 or noun == "info" else f"{noun}s"
    return f"{number} {plural}"
