"""Command lines that start workers, beat and other commands, in files that are no Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from celerylint.analysis.code_view import CodeView, Started
from celerylint.catalogue.names import release_text
from celerylint.finding import Finding, Place
from celerylint.reading.commands import Word
from celerylint.rulebook.rule import Rule

_OPTION = re.compile(r"--[a-z][\w-]*|-[A-Za-z]")
_LITERAL = re.compile(r"[\w-]+")
_CELERY, _MANAGERS = "celery", frozenset(("manage.py", "django-admin.py"))
_COMMANDS_OF_DJANGO = "/management/commands/"


class _Line(NamedTuple):
    """A command of `celery`: the words in front of the name of the command, and behind it."""

    front: Sequence[Word]
    name: Word
    behind: Sequence[Word]


def option_after_command(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the options of `celery` itself that stand where its command does not take them."""
    known = work.rulebook.command_lines
    for started in work.started:
        line = _line(started.command.words, known.options)
        if line is None or line.name.text not in known.commands | known.ignoring:
            continue
        moved = _moved(line.behind, known.options)
        names = dict.fromkeys(_option(words[0]) for words in moved)
        if not moved:
            continue
        words = (*line.front, *(word for each in moved for word in each), line.name)
        ignored = line.name.text in known.ignoring
        yield rule.finding(
            Place(started.place.path, moved[0][0].span),
            names=" and ".join(f"`{name}`" for name in names),
            name=line.name.text,
            reason=f"{line.name.text} ignores it" if ignored else "Celery exits with a usage error",
            line=_spelled(work.sources[started.place.path].text, words),
        )


def _spelled(text: str, words: Iterable[Word]) -> str:
    """Return words as the file writes them: in a list each is in quotes."""
    found = [text[slice(*word.span)] for word in words]
    return (", " if found[0][0] in "\"'" else " ").join(found)


def _line(words: Sequence[Word], options: Mapping[str, bool]) -> _Line | None:
    """Return a command of `celery`; None where its name is not known for certain."""
    if words[0].text.rpartition("/")[2] != _CELERY:
        return None
    skipped = False
    for number, word in enumerate(words[1:], 1):
        if skipped:
            skipped = False
        elif (name := _option(word)) in options:
            skipped = options[name] and word.text == name
        elif name or not _LITERAL.fullmatch(word.text):
            return None
        else:
            return _Line(words[:number], word, words[number + 1 :])
    return None


def _moved(words: Sequence[Word], options: Mapping[str, bool]) -> list[Sequence[Word]]:
    """Return the options that belong in front of the command, each with its value."""
    found: list[Sequence[Word]] = []
    for number, word in enumerate(words):
        name = _option(word)
        if word.text == "--":
            break
        if name in options:
            found.append(words[number : number + 1 + (options[name] and word.text == name)])
    return found


def _option(word: Word) -> str:
    """Return the name of an option, without a value that is joined to it; empty for none."""
    match = _OPTION.match(word.text)
    return match[0] if match else ""


def removed_command(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the programs that Celery no longer has, and what django-celery gave to `manage.py`."""
    known = work.rulebook.command_lines
    for started in work.started:
        program, words = started.command.program, started.command.words
        instead = known.programs.get(program)
        # A name alone may be that of a service.
        if instead and any(_option(word) for word in words[1:]):
            yield _gone(rule, started, program, 1, "is gone since Celery 4.0", instead)
        elif program in _MANAGERS and _is_of_django_celery(work, words):
            name = f"{program} {words[1].text}"
            reason = "is of django-celery, which requires Celery below 4"
            yield _gone(rule, started, name, 2, reason, known.django[words[1].text])


def _gone(  # noqa: PLR0913, PLR0917 - where it is, what it is, and what is said of it
    rule: Rule, started: Started, name: str, words: int, reason: str, instead: str
) -> Finding:
    first, last = started.command.words[0].span, started.command.words[words - 1].span
    place = started.place._replace(span=first._replace(end=last.end))
    return rule.finding(place, name=name, reason=reason, help=instead)


def _is_of_django_celery(work: CodeView, words: Sequence[Word]) -> bool:
    """Return whether a command of `manage.py` is one that the project does not have itself."""
    name = words[1].text if len(words) > 1 else ""
    own = f"{_COMMANDS_OF_DJANGO}{name}.py"
    return name in work.rulebook.command_lines.django and not any(
        path.endswith(own) for path in work.project.search.files
    )


def refused_option(work: CodeView, rule: Rule) -> Iterator[Finding]:
    """Yield the options of a worker that every release judged is without."""
    known = work.rulebook.command_lines
    for started in work.started:
        line = _line(started.command.words, known.options)
        for word in line.behind if line and line.name.text == "worker" else ():
            name = _option(word)
            removed = known.worker.get(name)
            if removed and work.target(started.place)[0] >= removed.gone:
                yield rule.finding(
                    Place(started.place.path, word.span),
                    value=name,
                    since=release_text(removed.gone[:2]),
                    help=removed.instead,
                )
