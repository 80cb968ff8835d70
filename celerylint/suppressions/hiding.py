"""Which findings the user has answered, with a comment or for a whole file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from celerylint.files.walking import matcher
from celerylint.finding import Finding
from celerylint.report import Sifted, Silenced
from celerylint.rulebook.book import Rulebook
from celerylint.suppressions.comments import Selector, Suppression, suppressions
from celerylint.suppressions.problems import problems
from celerylint.suppressions.rows import Lines
from celerylint.text.source import Source


def by_comment(
    findings: Iterable[Finding],
    sources: Mapping[str, Source],
    rulebook: Rulebook,
    ran: Collection[str],
) -> Sifted:
    """Return the findings that no comment in the sources silences, and those that one does.

    `ran` are the codes of the rules that were run. Findings about suppressions come with the rest,
    where their rules were run.
    """
    comments = {path: suppressions(sources[path], rulebook) for path in sorted(sources)}
    kept: list[Finding] = []
    hidden: list[Silenced] = []
    used: set[Selector] = set()

    def sift(finding: Finding) -> None:
        path = finding.place.path
        found = _matches(finding, comments.get(path, ()), sources)
        if not found:
            kept.append(finding)
            return
        used.update(selector for _, selector in found)
        line = sources[path].position(found[0][0].place.span.start).line
        hidden.append(Silenced(finding, _reason(finding, f"{path}:{line}")))

    for finding in findings:
        sift(finding)
    everything = (comment for each in comments.values() for comment in each)
    for finding in tuple(problems(everything, sources, rulebook, ran, used)):
        sift(finding)
    return Sifted(tuple(kept), tuple(hidden))


def by_file(
    findings: Iterable[Finding],
    per_file_ignores: Sequence[tuple[str, tuple[str, ...]]],
    rulebook: Rulebook,
) -> Sifted:
    """Return the findings that `per-file-ignores` leaves over, and those that it hides."""
    rules = tuple(
        (matcher((pattern,)), rulebook.select(selectors, (), ()))
        for pattern, selectors in per_file_ignores
    )
    kept: list[Finding] = []
    hidden: list[Silenced] = []
    for finding in findings:
        if any(finding.code in codes and match(finding.place.path) for match, codes in rules):
            hidden.append(Silenced(finding, _reason(finding, "per-file-ignores")))
        else:
            kept.append(finding)
    return Sifted(tuple(kept), tuple(hidden))


def _reason(finding: Finding, where: str) -> str:
    about = f" for `{finding.setting}`" if finding.setting else ""
    return f"{finding.code} is suppressed{about} ({where})"


def _matches(
    finding: Finding, comments: Iterable[Suppression], sources: Mapping[str, Source]
) -> list[tuple[Suppression, Selector]]:
    path, span = finding.place
    if path not in sources:
        return []
    first = sources[path].position(span.start).line
    last = sources[path].position(max(span.start, span.end - 1)).line
    return [
        (comment, selector)
        for comment in comments
        if comment.lines.meet(Lines(first, last))
        for selector in comment.selectors
        if finding.code in selector.codes
    ]
