"""Expressions become those of the model, and what they mention is noted."""

from __future__ import annotations

import pytest

from celerylint.facts import (
    Call,
    Choice,
    Constant,
    Expression,
    Item,
    Lambda,
    Member,
    Opaque,
    Operation,
    Reference,
    Sequence,
    Table,
)
from tests.projects import expression_of, facts_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a.b.c", Reference),
        ("f().c", Member),
        ("f(1)", Call),
        ("a['b']", Item),
        ("a[b]", Item),
        ("a[1:2]", Opaque),
        ("a['b', 'c']", Opaque),
        ("[1]", Sequence),
        ("(1, 2)", Sequence),
        ("{1}", Sequence),
        ("[*a]", Opaque),
        ("{'a': 1, **b}", Table),
        ("1 if a else 2", Choice),
        ("a or b and c", Choice),
        ("a + b", Operation),
        ("-a", Operation),
        ("not a", Operation),
        ("lambda: 1", Lambda),
        ("[b for b in c]", Opaque),
        ("{b: d for b in c}", Opaque),
        ("a < b", Opaque),
        ("(b := 1)", Constant),
        ("...", Opaque),
    ],
)
def test_expression_becomes_one_of_the_model(text: str, kind: type[Expression]) -> None:
    assert isinstance(expression_of(f"X = {text}\n"), kind)


@pytest.mark.parametrize(
    ("text", "operator"),
    [("(a  # of\n + # b\n c)", "+"), ("(not # a\n b)", "not"), ("- a", "-"), ("a  //b", "//")],
)
def test_operator_is_free_of_blanks_and_comments(text: str, operator: str) -> None:
    found = expression_of(f"X = {text}\n")

    assert isinstance(found, Operation)
    assert found.operator == operator


def uses(text: str) -> list[tuple[str, str, str]]:
    """Return name, kind and owner of each mention."""
    return [(use.name, use.kind.value, use.owner) for use in facts_of(text).uses]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("f(A_B)", [("A_B", "name", "")]),
        ("A_B.x", [("A_B", "owner", "")]),
        ("s.A_B", [("A_B", "attribute", "s")]),
        ("f().A_B", [("A_B", "attribute", "")]),
        ("s['A_B']", [("A_B", "item", "s")]),
        ("f()['A_B']", [("A_B", "item", "f()")]),
        ("f().c['A_B']", [("A_B", "item", "f().c")]),
        ("f(1)['A_B']", [("A_B", "item", "")]),
        ("s['A_' 'B']", [("A_B", "item", "s")]),
        ("s[A_B]", [("A_B", "name", "")]),
        ("s[:A_B]", [("A_B", "name", "")]),
        ("getattr(s, 'A_B', None)", [("A_B", "getattr", "s")]),
        ("hasattr(s, 'A_B')", [("A_B", "getattr", "s")]),
        ("s.get('A_B')", [("A_B", "get", "s")]),
        ("s.get(A_B)", [("A_B", "name", "")]),
        ("get('A_B')", [("A_B", "string", "get")]),
        ("f(A_B=1)", [("A_B", "keyword", "f")]),
        ("f('A_B', b'C_D', 'no name')", [("A_B", "string", "f")]),
        ("f('a.A_B')", [("a.A_B", "string", "f")]),
        ("getattr(*A_B)", [("A_B", "name", "")]),
        ("hasattr(s)", []),
        ("f'{A_B:{C_D}}'", [("A_B", "name", ""), ("C_D", "name", "")]),
        ("'a' f'{A_B}'", [("A_B", "name", "")]),
        ("{'A_B': C_D, E_F: 1, **G_H}", [(n, "name", "") for n in ("C_D", "E_F", "G_H")]),
        ("lambda x=A_B: C_D", [("A_B", "name", ""), ("C_D", "name", "")]),
        ("x = A_B < C_D", [("A_B", "name", ""), ("C_D", "name", "")]),
        ("1 if A_B else 2", [("A_B", "name", "")]),
        ("async def f(): await A_B", [("A_B", "name", "")]),
    ],
)
def test_mentions_are_noted(text: str, found: list[tuple[str, str, str]]) -> None:
    assert uses(f"{text}\n") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a for a in b if a for c in a]", ["comprehension a", "comprehension c"]),
        ("{a: b for a, (b, *c) in d}", [f"comprehension {name}" for name in "abc"]),
        ("[a for b.c in d]", []),
        ("[(a := b) for b in c]", [" a", "comprehension b"]),
        ("[[(a := b) for b in c] for c in d]", [" a", "comprehension c", "comprehension b"]),
        ("(a := 1)", [" a"]),
        ("lambda a, *b, c=1, **d: a", [f"lambda {name}" for name in "abcd"]),
        ("def f():\n  [(a := b) for b in c]", [" f", "f a", "comprehension b"]),
    ],
)
def test_expressions_bind_names_in_their_own_scopes(text: str, found: list[str]) -> None:
    bound = [
        f"{binding.where.scope.rpartition('.')[2].rstrip('()0123456789')} {binding.name}"
        for binding in facts_of(text).bindings
    ]

    assert sorted(bound) == sorted(found)
