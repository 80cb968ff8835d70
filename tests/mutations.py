"""Texts that nobody would write: configurations in every shape, fixtures that were damaged, noise.

The tests and `scripts/fuzz.py` draw from the same strategies, and hold the same to be true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hypothesis import strategies as st

from celerylint.finding import Edit
from celerylint.options.table import Options
from celerylint.text.source import apply, decode
from tests.fixture import read_fixtures
from tests.judged import fixed

_NAMES = st.sampled_from(
    [
        "BROKER_URL",
        "CELERYD_CONCURRENCY",
        "CELERY_ACKS_LATE",
        "CELERY_IMPORTS",
        "CELERY_TIMEZONE",
        "ADMINS",
        "broker_url",
        "task_acks_late",
        "timezone",
        "OWN_NAME",
    ]
)
_VALUES = st.sampled_from(
    ["1", "None", "True", "'redis://:secret@host/0'", "[1, 'a']", "{'a': (2,)}", "f(x)", "OWN_NAME"]
)
_LOADABLE = st.sampled_from(
    ["1", "2.5", "None", "True", "'redis://host/0'", "['a', 'b']", "('a',)"]
)
_PIECES = st.sampled_from(
    [
        *"()[]{}'\"#\\,:;=`\f\t\r\n \0@*~",
        "'''",
        '"""',
        "\r\n",
        "print x\n",
        "except E, e:",
        "exec a in b\n",
        "raise E, 'x'\n",
        "async ",
        "await",
        "0644",
        "10L",
        "ur'a'",
        "<>",
        "{{ x }}",
        "{% if x %}\n",
        "<<<<<<< a\n",
        "=======\n",
        ">>>>>>> b\n",
        "BROKER_URL = ",
        "if x:\n  ",
        "\N{GRINNING FACE}",
        "\u2028",
        "\x1a",
        "\u00e9",
        "# celerylint: ignore[CEL101]\n",
    ]
)
_ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_APP = "from celery import Celery\napp = Celery('shop')\n"

Files = Mapping[str, bytes]


def _statements(pairs: list[tuple[str, str]], indent: str = "") -> str:
    return "".join(f"{indent}{name} = {value}\n" for name, value in pairs) or f"{indent}pass\n"


def _module(pairs: list[tuple[str, str]]) -> dict[str, str]:
    load = f"{_APP}app.config_from_object('celeryconfig')\n"
    return {"app.py": load, "celeryconfig.py": _statements(pairs)}


def _class(pairs: list[tuple[str, str]]) -> dict[str, str]:
    body = _statements(pairs, "\t")
    return {"app.py": f"{_APP}class Config:\n{body}app.config_from_object(Config)\n"}


def _table(pairs: list[tuple[str, str]]) -> dict[str, str]:
    entries = "".join(f"  {name!r}: {value},\n" for name, value in pairs)
    return {"app.py": f"{_APP}app.conf.update({{\n{entries}}})\n"}


def _writes(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return {"app.py": _APP + _statements([(f"app.conf.{name}", value) for name, value in pairs])}


def _keywords(pairs: list[tuple[str, str]]) -> dict[str, str]:
    arguments = ", ".join(f"{name}={value}" for name, value in dict(pairs).items())
    return {"app.py": f"{_APP}app.conf.update({arguments})\n"}


def _django(pairs: list[tuple[str, str]]) -> dict[str, str]:
    named = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"
    load = "app.config_from_object('django.conf:settings', namespace='CELERY')\n"
    return {"app.py": named + _APP + load, "settings.py": _statements(pairs)}


def _encoded(files: Mapping[str, str]) -> Files:
    return {path: text.encode() for path, text in files.items()}


@st.composite
def configurations(draw: st.DrawFn, *, loadable: bool = False) -> Files:
    """Draw a small project that configures an app in one of the shapes.

    One that is `loadable` has no values that Python cannot come by; Celery may still refuse it.
    """
    values = _LOADABLE if loadable else _VALUES
    pairs = draw(st.lists(st.tuples(_NAMES, values), max_size=6))
    shape = draw(st.sampled_from([_module, _class, _table, _writes, _keywords, _django]))
    return _encoded(shape(pairs))


def seeds() -> tuple[Files, ...]:
    """Return the Python files of all fixtures."""
    every = (fixture.before() for fixture in read_fixtures())
    return tuple({p: raw for p, raw in files.items() if p.endswith(".py")} for files in every)


@st.composite
def damaged(draw: st.DrawFn, corpus: tuple[Files, ...]) -> Files:
    """Draw a project of the corpus with lines, line ends, characters or the encoding changed."""
    files = dict(draw(st.sampled_from(corpus)))
    for path in draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=2)):
        text = files[path].decode("latin-1")
        for _ in range(draw(st.integers(1, 4))):
            text = draw(_changed(text))
        files[path] = text.encode("latin-1", "replace")
        if draw(st.integers(0, 9)) == 0:
            files[path] = text.encode(draw(_ENCODINGS), "replace")
    return files


@st.composite
def _changed(draw: st.DrawFn, text: str) -> str:
    lines = _LINE.findall(text) or [""]
    at = draw(st.integers(0, len(lines) - 1))
    column = draw(st.integers(0, len(lines[at])))
    line = lines[at]
    kind = draw(st.integers(0, 6))
    if kind == 0:
        lines[at] = ""
    elif kind == 1:
        lines[at] = line * 2
    elif kind == 2:
        lines[at] = line[:column] + draw(_PIECES) + line[column:]
    elif kind == 3:
        lines[at] = line[:column] + line[column + 1 :]
    elif kind == 4:
        lines[at] = draw(st.sampled_from([" ", "\t", "  ", "\f"])) + line
    elif kind == 5:
        lines[at] = line.replace("\n", draw(st.sampled_from(["\r\n", "\r", "", "\\\n", " \n"])))
    else:
        lines.insert(at, draw(_PIECES))
    return "".join(lines)


def noise() -> st.SearchStrategy[Files]:
    """Draw a configuration module of anything at all."""
    text = st.lists(_PIECES, max_size=12).map("".join).map(str.encode)
    return st.one_of(st.binary(max_size=40), text).map(
        lambda raw: {"app.py": _module([])["app.py"].encode(), "celeryconfig.py": raw}
    )


def hold(files: Files) -> int:
    """Fix a project and assert that nothing was harmed; return how many files were changed."""
    options = Options(target_version="5.6", unsafe_fixes=True)
    result = fixed(files, options)
    assert result.report.crashes == ()
    edits = [edit for each in result.applied for edit in each.edits]
    for path, raw in result.changes.items():
        assert path in {edit.place.path for edit in edits}
        before, after = decode(path, files[path]), decode(path, raw)
        assert (after.encoding, after.bom) == (before.encoding, before.bom)
    if len(result.applied) == 1:
        assert result.changes == _rewritten(files, edits)
    again = fixed({**files, **result.changes}, options)
    assert (again.changes, again.report.crashes) == ({}, ())
    return len(result.changes)


def _rewritten(files: Files, edits: list[Edit]) -> dict[str, bytes]:
    """Return the files with nothing but the edits made."""
    sources = {path: decode(path, files[path]) for path in {e.place.path for e in edits}}
    return {
        path: source.encode(apply(source.text, [e for e in edits if e.place.path == path]))
        for path, source in sources.items()
    }
