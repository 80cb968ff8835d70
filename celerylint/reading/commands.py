"""Command lines of Celery in files that start programs: shell, Dockerfile, YAML, INI and the like.

None of these formats is parsed. A line is taken apart as a shell would, whatever stands in front of
a command in the format is left out, and lists of words are recognised in their two forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from celerylint.finding import Span

PROGRAMS = frozenset(
    ("celery", "celeryd", "celerybeat", "celeryd-multi", "manage.py", "django-admin.py")
)
_WRAPPER = re.compile(
    r"""!|\{|CMD|CMD-SHELL|ENTRYPOINT|HEALTHCHECK|RUN|catchsegv|command|coverage|ddtrace-run|do
    |dumb-init|elif|else|env|exec|hatch|honcho|if|ionice|newrelic-admin|nice|nohup
    |opentelemetry-instrument|pdm|pipenv|poetry|python[\d.]*|run|run-program|rye|setsid|start|stdbuf
    |sudo|then|time|tini|trap|until|uv|uwsgi|while|xvfb-run""",
    re.VERBOSE,
)
"""Programs and words of a shell that run the command behind them."""
_WITH_WORDS = re.compile(
    r"""chpst|chroot|dockerize|envdir|flock|gosu|runuser|s6-setuidgid|setuidgid|setuser|su-exec
    |timeout|wait-for-it(?:\.sh)?""",
    re.VERBOSE,
)
"""The same, with words of their own in front of it."""
_NO_COMMAND = re.compile(
    r"desc|description|help|image|label|message|msg|name|note|summary|title|usage", re.IGNORECASE
)
"""Keys whose value is no command, whatever it looks like."""

_MARK = "celery"
_DEEPEST = 3
# A command goes on behind a backslash, and on lines that begin with an option, as in YAML.
_LINE = re.compile(r"(?:\\\r?\n|[^\r\n])+(?:\r?\n[ \t]+--?[A-Za-z](?:\\\r?\n|[^\r\n])*)*")
_COMMENT = re.compile(r"[ \t]*(?:#|;|//)")
_FRAME = re.compile(
    r"""[ \t]*(?:-[ \t]+)*
    (?:["']?(?P<key>[\w./-]+)["']?[ \t]*(?:[:?+]?=|:(?=[ \t]))[ \t]*)?
    (?:(?:CMD|ENTRYPOINT|RUN)[ \t]+)?[@>|-]*[ \t]*""",
    re.VERBOSE,
)
_INDENT = re.compile(r"[ \t]*")
_TEMPLATE = r"\$\{[^}\r\n]{0,200}\}|\$\([^)\r\n]{0,200}\)|\{\{[^{}\r\n]{0,200}\}\}|%\(\w+\)s"
_QUOTED = r"\"(?:[^\"\\\r\n]|\\.)*\"|'[^'\r\n]*'"
_WORD = re.compile(rf"(?:{_TEMPLATE}|{_QUOTED}|\\[^\r\n]|[^\s\"'\\;|&()<>`])+")
_BLANK = re.compile(r"(?:[ \t]|\\?\r?\n)+")
_ITEM = re.compile(
    r"[\s,\\]*(?:\#[^\n]*\n[\s,]*)*(\"(?:[^\"\\\r\n]|\\.)*\"|'[^'\r\n]*'|[^\s,\[\]\#\"']+)"
)
_ENTRY = re.compile(
    r"""^(?P<indent>[ \t]*)-[ \t]+(?P<item>"[^"\r\n]*"|'[^'\r\n]*'|[^\s\#][^\r\n]*?)
    [ \t]*(?:[ \t]\#[^\r\n]*)?\r?$""",
    re.MULTILINE | re.VERBOSE,
)
# A comment ends with its line only: to try other ends takes time that doubles with each mark.
_BETWEEN = re.compile(r"(?:\s|#[^\r\n]*(?![^\r\n]))*")
_QUOTE = re.compile(r"[\"']")
_QUOTES = re.compile(r"[\"'\\]")
_ASSIGNMENT = re.compile(r"\w+=")
_SHELL = re.compile(r"-\w*c|CMD-SHELL")


class Word(NamedTuple):
    """A word of a command, without its quotes, and where it stands with them."""

    text: str
    span: Span


class Command(NamedTuple):
    """The words of a command, the first of which is its program.

    `runs` says that it stands where a command does, so that it is more than the mention of one.
    """

    words: tuple[Word, ...]
    runs: bool

    @property
    def program(self) -> str:
        """Return the name of the program, without its folder."""
        return _name(self.words[0])


def commands(text: str) -> Iterator[Command]:
    """Yield what the lines of a text, and lists of words in it, start of Celery."""
    if _MARK not in text:
        return
    for line in _LINE.finditer(text):
        if _COMMENT.match(line[0]):
            continue
        frame = _FRAME.match(text, *line.span())
        start = frame.end() if frame else line.start()
        key = (frame["key"] if frame else None) or ""
        allowed = not _NO_COMMAND.fullmatch(key)
        if text[start : start + 1] == "[":
            yield from _found(text, _items(text, start + 1), allowed=allowed, depth=0)
        elif _MARK in line[0]:
            yield from _in_line(text, start, line, allowed=allowed)
    yield from _in_entries(text)


def _in_line(text: str, start: int, line: re.Match[str], *, allowed: bool) -> Iterator[Command]:
    found = list(_in_shell(text, start, line.end(), allowed=allowed, depth=0))
    if not any(each.runs for each in found):
        # What looks like the key of a file may be a variable that is set for the command.
        indent = _INDENT.match(text, line.start())
        begin = indent.end() if indent else line.start()
        found = list(_in_shell(text, begin, line.end(), allowed=allowed, depth=0)) or found
    yield from found


def _in_shell(text: str, start: int, end: int, *, allowed: bool, depth: int) -> Iterator[Command]:
    for words in _simple(text, start, end):
        yield from _found(text, words, allowed=allowed, depth=depth)


def _simple(text: str, start: int, end: int) -> Iterator[list[Word]]:
    """Yield the words between what separates commands; a comment ends them all."""
    words: list[Word] = []
    while start < end and text[start] != "#":
        if blank := _BLANK.match(text, start, end):
            start = blank.end()
        elif found := _WORD.match(text, start, end):
            words.append(_word(text, *found.span()))
            start = found.end()
        elif text[start] in "\"'":
            # A quote that is not closed on its line: it goes on to the end.
            words.append(_word(text, start, end))
            break
        else:
            yield words
            words = []
            start += 1
    yield words


def _word(text: str, start: int, end: int) -> Word:
    return Word(_QUOTES.sub("", text[start:end]), Span(start, end))


def _found(text: str, words: Sequence[Word], *, allowed: bool, depth: int) -> Iterator[Command]:
    """Yield the command of Celery among words, or those within one that a shell is to run."""
    for number, word in enumerate(words):
        if _name(word) in PROGRAMS:
            yield Command(tuple(words[number:]), allowed and _lead(words[:number]))
            return
        raw = text[slice(*word.span)]
        quote = _QUOTE.search(raw)
        if quote and _MARK in raw and " " in raw and depth < _DEEPEST:
            start = word.span.start + quote.end()
            end = word.span.end - raw.endswith(quote[0])
            runs = _runs_text(words[:number], raw[: quote.start()])
            yield from _in_shell(text, start, end, allowed=allowed and runs, depth=depth + 1)


def _name(word: Word) -> str:
    return word.text.rpartition("/")[2]


def _runs_text(before: Sequence[Word], lead: str) -> bool:
    """Return whether a text behind some words is a command, as in `sh -c "..."`."""
    if lead:
        return lead == "--command="
    return not before or bool(_SHELL.fullmatch(before[-1].text))


def _lead(before: Sequence[Word]) -> bool:
    """Return whether words run the command that stands behind them."""
    loose, option = False, False
    for word in before:
        name = _name(word)
        loose = loose or bool(_WITH_WORDS.fullmatch(name))
        known = loose or _WRAPPER.fullmatch(name)
        if not (known or option or word.text.startswith("-") or _ASSIGNMENT.match(word.text)):
            return False
        option = word.text.startswith("-")
    return True


def _items(text: str, start: int) -> list[Word]:
    """Return the items of a list in brackets."""
    words: list[Word] = []
    while match := _ITEM.match(text, start):
        words.append(_word(text, *match.span(1)))
        start = match.end()
    return words


def _in_entries(text: str) -> Iterator[Command]:
    """Yield the commands that are written as lists with a word on every line."""
    for words in _runs(text):
        for number, word in enumerate(words):
            if _name(word) in PROGRAMS:
                yield Command(tuple(words[number:]), _lead(words[:number]))
                break


def _runs(text: str) -> Iterator[list[Word]]:
    """Yield the entries that follow each other with the same indent."""
    words: list[Word] = []
    indent, end = "", 0
    for match in _ENTRY.finditer(text):
        apart = not _BETWEEN.fullmatch(text, end, match.start())
        if match["indent"] != indent or apart:
            yield words
            words = []
        words.append(_word(text, *match.span("item")))
        indent, end = match["indent"], match.end()
    yield words
