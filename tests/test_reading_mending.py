"""What is not Python 3 is read in another form, or set aside statement by statement."""

from __future__ import annotations

import pytest

from celerylint.facts import (
    Call,
    Constant,
    DynamicAccess,
    DynamicAccessKind,
    FileFacts,
    Operation,
    Reference,
)
from celerylint.finding import Span
from celerylint.text.source import UnreadableError, decode
from tests.projects import facts_of


def left_out(text: str) -> list[str]:
    """Return the texts that were set aside."""
    source = decode("app.py", text.encode())
    return [source.text[slice(*each.span)] for each in facts_of(text).skipped if each.left_out]


def bound(facts: FileFacts) -> list[str]:
    """Return the names that are bound, as they are in the text."""
    return [binding.name for binding in facts.bindings]


def value(text: str) -> object:
    """Return the expression that the last name of a text is bound to."""
    return facts_of(text).bindings[-1].value


# --- forms of Python 2 ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        'print "x"',
        "print x",
        "print x, y,",
        "print 'x' % (y, z); print x",
        "print >>f, 'x'",
        "if x: print y",
        "print not x",
        "print {}",
        "print ~x",
        "raise E, 'x'",
        "raise E('x', y), None, t",
        "if x <> y: pass",
        "f(0644, 0xFFL, 10L, 0777L, 1.05, 1.0)",
        "x = ur'a', ur'''b'''",
        "try: pass\nexcept E, e: pass",
        "try: pass\nexcept (E, F) , e:\n  print e",
        "try: pass\nexcept E , (a, b) :\n  raise",
        "async = await = 1",
        "x.async(await=1)[async]",
        "from x.async import await as y",
    ],
)
def test_python_2_is_read(statement: str) -> None:
    facts = facts_of(f"A = 1\nprint 0\n{statement}\nB = 2\n")

    assert [each for each in facts.skipped if each.left_out] == []
    assert bound(facts)[0] == "A"
    assert bound(facts)[-1] == "B"
    assert facts.dynamic == ()
    assert facts.skipped


@pytest.mark.parametrize(
    "text",
    [
        "\fA = 1\n",
        "x = '''\n\f'''\n\f\fA = 1\n",
        "# a\n\f# b\n\fA = 1\n",
        "\fA = 1\n\f# b\n",
        "try: pass\nexcept E : A = 1\n",
        "try: pass\nexcept (E, F)  :\n  A = 1\n",
        "x = 1\rA = 2\r",
        "async def f():\n  await x\n\fA = 1",
    ],
)
def test_python_3_that_libcst_loses_is_read_without_a_word(text: str) -> None:
    facts = facts_of(text)

    assert facts.skipped == ()
    assert bound(facts)[-1] == "A"
    assert text[slice(*facts.bindings[-1].span)] == "A"


def test_value_that_python_3_writes_otherwise_is_not_known() -> None:
    assert value("A = 0644\n") == Reference(Span(4, 8), "_644")
    assert isinstance(value("A = ur'x'\n"), Operation)


def test_words_that_another_form_hides_are_told() -> None:
    facts = facts_of("try: pass\nexcept E, name: pass\nx = ur'OLD NEW'\n")

    assert [set(each.words) for each in facts.skipped] == [{"name"}, {"OLD", "NEW"}]


def test_async_is_told_by_its_own_name() -> None:
    facts = facts_of("from celery import Celery\nasync = Celery('async')\nasync.conf.A = await\n")

    assert bound(facts) == ["Celery", "async"]
    assert facts.writes[0].owner == Reference(Span(50, 60), "async.conf")
    call = facts.bindings[1].value
    assert isinstance(call, Call)
    argument = call.arguments[0].value
    assert isinstance(argument, Constant)
    assert argument.value == "async"


@pytest.mark.parametrize(
    "text", ["x = {{ cookie.name }}.y(\n1 if)\nA = 1\n", "x = {{ a }}b\nA = 1\n"]
)
def test_placeholder_of_a_template_stands_for_something(text: str) -> None:
    assert bound(facts_of(text))[-1] == "A"


def test_placeholder_in_a_string_or_comment_is_left_alone() -> None:
    facts = facts_of("import {{ a }}.b\nA = '{{ x }}'  # {{ y }}\n")

    assert value("import {{ a }}.b\nA = '{{ x }}'\n") == Constant(
        Span(21, 30), "{{ x }}", inner=Span(22, 29)
    )
    assert [set(each.words) for each in facts.skipped] == [{"a"}]


def test_placeholder_hides_whatever_is_in_it() -> None:
    assert bound(facts_of("import {{ 0644 <> a }}.b\nA = 1\n"))[-1] == "A"


# --- what is set aside ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("A = 1\nB = = 2\nC = 3\n", ["B = = 2"]),
        ("A = 1\nexec 'x'\nexec x in y\n", ["exec 'x'", "exec x in y"]),
        ("A = 1\nx = `y`  # z\n", ["x = `y`"]),
        ("A = 1\nx = [\n  y z\n]\nB = 1\n", ["x = [\n  y z\n]"]),
        ("A = 1\nx = [\n  y z,\nimport b\nB = 1\n", ["x = [\n  y z,"]),
        ("A = 1\nx = '''y\nB = 1\n", ["x = '''y\nB = 1\n"]),
        ("A = 1\nx = 'y\nB = 1\n", ["x = 'y"]),
        ("A = 1\nif x:\n  y z\n  B = 1\nelse:\n  C = 1\n", ["y z"]),
        ("A = 1\nif x y:\n  B = 1\nelse:\n  C = 1\n", ["if x y:\n  B = 1\nelse:\n  C = 1"]),
        (
            "A = 1\n@d\nclass B:\n  def f(self, (x, y)):\n    z\n  C = 1\n",
            ["def f(self, (x, y)):\n    z"],
        ),
        ("A = 1\nif x:\n\ty\n        z\n", ["if x:\n\ty\n        z"]),
        ("A = 1\n  B = 1\nC = 1\n", ["A = 1\n  B = 1"]),
        ("A = 1\nx = ur'{y}'\n", ["x = ur'{y}'"]),
        ("A = 1\nx = 09L9\n", ["x = 09L9"]),
        ("A = 1\r\nB = = (\r\n1,\r\n2)\r\nC = 1\r\n", ["B = = (\r\n1,\r\n2)"]),
        ("{% if x %}\nA = 1\n{% endif %}\n", ["{% if x %}", "{% endif %}"]),
        ("A = 1\n<<<<<<< x\nB = 1\n", ["<<<<<<< x"]),
        ("A = 1\nB = " + "not " * 1200 + "x\n", ["B = " + "not " * 1200 + "x"]),
        ("A = 1\nclass B:\n\ty z\n        a\n\tb\n", ["class B:\n\ty z\n        a\n\tb"]),
        ("A = 1\nexcept E, e\n", ["except E, e"]),
        ("A = 1\nB)) = 1\nC = 1\n", ["B)) = 1"]),
    ],
)
def test_statement_that_cannot_be_read_is_set_aside(text: str, gone: list[str]) -> None:
    assert left_out(text) == gone


def test_what_is_set_aside_may_bind_any_name() -> None:
    text = "A = 1\nx y\nclass B:\n  exec 'x'\ndef f():\n  y z\n{% x %}\n"

    holes = facts_of(text).dynamic

    assert [(hole.kind, hole.where.scope, text[slice(*hole.span)]) for hole in holes] == [
        (DynamicAccessKind.UNREAD, "", "x y"),
        (DynamicAccessKind.UNREAD, "B", "exec 'x'"),
        (DynamicAccessKind.UNREAD, "f()", "y z"),
        (DynamicAccessKind.UNREAD, "", "{% x %}"),
    ]


@pytest.mark.parametrize(
    "statement", ["print `A`", "raise `A`", "assert A B", "def f(): return `A`"]
)
def test_what_cannot_bind_names_is_no_hole(statement: str) -> None:
    holes: tuple[DynamicAccess, ...] = facts_of(f"A = 1\n{statement}\n").dynamic

    assert len(holes) == statement.startswith("def")


def test_blocks_too_deep_are_set_aside_as_a_whole() -> None:
    text = "A = 1\n" + "".join(" " * i + "if x:\n" for i in range(40)) + " " * 40 + "y z\n"

    (gone,) = left_out(text)

    assert gone.startswith("if x:")
    assert gone.endswith("y z")


@pytest.mark.parametrize("text", ["= =\n", "x y\nz y\n", "{% x %}\n", "'''", "print `x`\n"])
def test_text_of_which_nothing_is_left_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        facts_of(text)
