"""Which findings are said in one block: those of one rule that one fix, or one reason, unites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from celerylint.finding import ChangeSet, Finding


def numbered(findings: Iterable[Finding]) -> Mapping[int, int]:
    """Return a number for each change set, by the `id` of every object that holds it."""
    # To hash a change set takes as long as it has edits, and many findings share one.
    once = {id(finding.fix): finding.fix for finding in findings if finding.fix}
    numbers: dict[ChangeSet, int] = {}
    return {key: numbers.setdefault(fix, len(numbers)) for key, fix in once.items()}


def grouped(findings: Sequence[Finding]) -> tuple[tuple[int, ...], ...]:
    """Return the positions of the findings that belong together, in the order of the first.

    They break one rule and share their fix, or differ in nothing but the names they are about.
    """
    numbers = numbered(findings)
    shared = Counter((each.code, numbers.get(id(each.fix))) for each in findings)
    groups: dict[tuple[object, ...], list[int]] = {}
    for position, each in enumerate(findings):
        number = numbers.get(id(each.fix))
        key: tuple[object, ...] = (each.code, each.severity, each.labels)
        if each.fix and shared[each.code, number] > 1:
            key = (*key, number)
        elif each.replacement or (each.notes and not each.fix):
            key = (*key, _remedy(each))
        else:
            key = (position,)
        groups.setdefault(key, []).append(position)
    return tuple(map(tuple, groups.values()))


def _remedy(finding: Finding) -> tuple[object, ...]:
    """Return what can be done about a finding, without the names it is about."""
    fix = finding.fix
    texts = (finding.help, *finding.notes, *((fix.title, fix.reason) if fix else ()))
    return (fix and fix.safety, *(nameless(text, finding) for text in texts))


def nameless(text: str, finding: Finding) -> str:
    """Return what is said of a finding as it holds for all that differ in their names."""
    for name, word in ((finding.replacement, "the new name"), (finding.setting, "the setting")):
        text = text.replace(f"`{name}`", word)
    return text


def together(texts: Sequence[str], findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return what is said of findings, one text each: once where the names alone differ."""
    if len(set(texts)) > 1:
        texts = tuple(map(nameless, texts, findings))
    return tuple(dict.fromkeys(text for text in texts if text))


def counted(findings: Sequence[Finding]) -> str:
    """Return how many settings, or places, a rule has findings about, and in how many files."""
    settings = {finding.setting for finding in findings}
    files = len({finding.place.path for finding in findings})
    number, noun = (len(findings), "places") if None in settings else (len(settings), "settings")
    within = f" in {files} files" if files > 1 else ""
    return f"{number} {noun}{within}" if number > 1 else f"1 setting in {len(findings)} places"
