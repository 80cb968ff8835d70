"""Statements bind and write names, in scopes and branches."""

from __future__ import annotations

import re

import pytest

from celerylint.facts import Binding, Constant, Reference
from tests.projects import facts_of


def branches(binding: Binding) -> str:
    """Return the arms that a binding stands in, without their offsets."""
    return "/".join(re.sub(r"^\d+:", "", arm) for arm in binding.where.branch)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A = 1", ["A assign"]),
        ("A: int = 1\nB: int", ["A assign"]),
        ("A = B = 1", ["A assign", "B assign"]),
        ("*A = 1", ["A assign"]),  # refused by Python, but not by the parser
        ("A += 1", ["A augment"]),
        ("del A, (B, C)", ["A delete", "B delete", "C delete"]),
        ("import A", ["A import"]),
        ("def A(): pass", ["A function"]),
        ("async def A(): pass", ["A function"]),
        ("class A: pass", ["A class"]),
        ("type A = int", ["A other"]),
        ("for A, (B, *C) in x: pass", ["A other", "B other", "C other"]),
        ("with a as A, b as (B, C): pass", ["A other", "B other", "C other"]),
        ("try: pass\nexcept E as A: pass", ["A other"]),
        ("try: pass\nexcept* E as A: pass", ["A other"]),
        ("match x:\n  case A: pass", ["A other"]),
        ("match x:\n  case [A, *B]: pass", ["A other", "B other"]),
        ("match x:\n  case {'k': A, **B}: pass", ["A other", "B other"]),
        ("match x:\n  case {'k': A}: pass", ["A other"]),
        ("match x:\n  case K(A, k=B) as C: pass", ["A other", "B other", "C other"]),
        ("match x:\n  case a.b | 1 | (2 as A) | _: pass", ["A other"]),
        ("globals()['A'] = 1", ["A globals"]),
        ("globals() ['A'] += 1", ["A augment"]),
        ("del globals()['A']", ["A delete"]),
        ("vars()['A'] = 1", ["A globals"]),
    ],
)
def test_statement_binds_names(text: str, found: list[str]) -> None:
    assert [f"{b.name} {b.kind.value}" for b in facts_of(f"{text}\n").bindings] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.B = 1", ["a B attribute assign"]),
        ("a['B'] = 1", ["a B key assign"]),
        ("a['B' 'C'] = 1", ["a BC key assign"]),
        ("a[b] = 1", ["a  key assign"]),
        ("a[1:2] = 1", ["a  key assign"]),
        ("a.B += 1", ["a B attribute augment"]),
        ("del a.B, a['C']", ["a B attribute delete", "a C key delete"]),
        ("a.B, c = 1, 2", ["a B attribute assign"]),
        ("a.b.C: int = 1", ["a.b C attribute assign"]),
        ("for a.B in c: pass", ["a B attribute other"]),
        ("setattr(a, 'B', 1)", ["a B string assign"]),
        ("setattr(a, b, 1)", ["a  string assign"]),
        ("setattr(a, *b)", ["a  string assign"]),
        ("setattr(*a)", []),
        ("delattr(a, 'B')", []),
    ],
)
def test_statement_writes_to_what_a_name_stands_for(text: str, found: list[str]) -> None:
    writes = [
        f"{w.owner.name} {w.name} {w.shape.value} {w.kind.value}"
        for w in facts_of(f"{text}\n").writes
        if isinstance(w.owner, Reference)
    ]

    assert writes == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import a.b.c", ["a=a"]),
        ("import a.b.c as d", ["d=a.b.c"]),
        ("import a, b as c", ["a=a", "c=b"]),
        ("from a import (b, c as d,)", ["b=a.b", "d=a.c"]),
        ("from . import a", ["a=.a"]),
        ("from .. import a as b", ["b=..a"]),
        ("from ..a.b import c", ["c=..a.b.c"]),
    ],
)
def test_import_leads_to_a_dotted_name(text: str, found: list[str]) -> None:
    assert [f"{b.name}={b.target}" for b in facts_of(f"{text}\n").bindings] == found


def test_star_import_keeps_its_dots() -> None:
    facts = facts_of("from .base import *\nif x:\n  from local import *\n")

    assert [star.module for star in facts.star_imports] == [".base", "local"]
    assert [bool(star.where.branch) for star in facts.star_imports] == [False, True]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A = 1", ["A:"]),
        ("if a:\n  A = 1\nelif b:\n  B = 1\nelse:\n  C = 1", ["A:if0", "B:if1", "C:else"]),
        ("for A in b:\n  B = 1\nelse:\n  C = 1", ["A:loop", "B:loop", "C:else"]),
        ("while a:\n  A = 1", ["A:loop"]),
        (
            "try: A = 1\nexcept E: B = 1\nexcept: C = 1\nelse: D = 1\nfinally: E = 1",
            ["A:try", "B:except0", "C:except1", "D:else", "E:"],
        ),
        ("with a:\n  A = 1", ["A:"]),
        ("match a:\n  case 1 if b:\n    A = 1\n  case _:\n    B = 1", ["A:case0", "B:case1"]),
        ("if a:\n  if b:\n    A = 1", ["A:if0/if0"]),
        ("if a:\n  class A:\n    B = 1", ["A:if0", "B:"]),
    ],
)
def test_bindings_know_their_branch(text: str, found: list[str]) -> None:
    assert [f"{b.name}:{branches(b)}" for b in facts_of(f"{text}\n").bindings] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("class A:\n  B = 1\n  class C:\n    D = 1", ["A", "A.B", "A.C", "A.C.D"]),
        ("def a(b):\n  def c():\n    D = 1", ["a", "a().b", "a().c", "a().c().D"]),
        ("class A:\n  def b(self): C = 1", ["A", "A.b", "A.b().self", "A.b().C"]),
        ("def a():\n  global B\n  B = 1\n  import C", ["a", "B", "a().C"]),
        ("def a():\n  global B, C\n  def B(): pass\n  class C: pass", ["a", "B", "C"]),
        ("def a():\n  global B\n  def c():\n    B = 1", ["a", "a().c", "a().c().B"]),
        ("def a():\n  def c():\n    nonlocal B\n    B = 1", ["a", "a().c", "a().B"]),
        ("global A\nA = 1", ["A"]),
        ("def a():\n  globals()['B'] = 1\n  locals()['C'] = 1", ["a", "B"]),
    ],
)
def test_bindings_know_their_scope(text: str, found: list[str]) -> None:
    bound = [f"{b.where.scope}.{b.name}".lstrip(".") for b in facts_of(f"{text}\n").bindings]

    assert bound == found


@pytest.mark.parametrize(
    ("text", "branch", "scope"),
    [
        ("def a():\n  global B\n  B = 1", "function", "a()"),
        ("def a():\n  globals()['B'] = 1", "function", "a()"),
        ("def a():\n  if x:\n    global B\n    B = 1", "function/if0", "a()"),
        ("global B\nB = 1", "", ""),
        ("globals()['B'] = 1", "", ""),
    ],
)
def test_function_binds_names_of_the_module_when_it_is_called(
    text: str, branch: str, scope: str
) -> None:
    binding = facts_of(f"{text}\n").bindings[-1]

    assert (binding.where.scope, branches(binding), binding.value_scope) == ("", branch, scope)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A, B = 1, 2", [1, 2]),
        ("[A, (B, C)] = [1, (2, 3)]", [1, 2, 3]),
        ("A, B = 1, 2, 3", [None, None]),
        ("A, B = f()", [None, None]),
        ("A, *B = 1, 2", [None, None]),
        ("A = B = 1", [1, 1]),
        ("A = (B := 1)", [1, 1]),
        ("with a as A: pass", [None]),
        ("class A: pass", [None]),
    ],
)
def test_targets_get_their_part_of_the_value(text: str, found: list[object]) -> None:
    values = [
        binding.value.value if isinstance(binding.value, Constant) else None
        for binding in facts_of(f"{text}\n").bindings
    ]

    assert values == found


def test_functions_know_their_parameters_and_what_they_return() -> None:
    text = "def f(a, /, b, *c, d=1, **e):\n  if x: return 1\n  def g(): return 2\n  return\n"

    inner, outer = facts_of(text).functions

    assert (outer.scope, outer.parameters, len(outer.returns)) == ("f()", tuple("abcde"), 1)
    assert (inner.scope, inner.parameters, len(inner.returns)) == ("f().g()", (), 1)


def test_return_outside_of_a_function_is_read() -> None:
    assert facts_of("return A_B\n").functions == ()


def test_classes_know_their_bases() -> None:
    (fact,) = facts_of("@d\nclass A(B, c.D, metaclass=E_F): pass\n").classes

    assert (fact.name, fact.scope) == ("A", "A")
    assert [base.name for base in fact.bases if isinstance(base, Reference)] == ["B", "c.D"]


def test_other_statements_are_read_for_what_they_mention() -> None:
    text = "assert A_A, B_B\nraise C_C from D_D\nprint(E_E)\n@F_F\ndef f(): pass\nwhile G_G: pass\n"
    text += "match H_H:\n  case I_I.x if J_J: pass\n"

    assert [u.name for u in facts_of(text).uses] == [f"{c}_{c}" for c in "ABCDEFGHIJ"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("globals()['A'] = 1\nglobals()['A']\nglobals().get('A')\nglobals()[( 'A')]", []),
        ("globals().update(a)", ["globals!"]),
        ("f(globals())", ["globals!"]),
        ("globals()[a]", ["globals!"]),
        ("globals()[a] = 1", ["globals!", "dynamic!"]),
        ("globals()['A' 'B'] = 1", ["dynamic!"]),
        ("globals().get(a)", ["globals!"]),
        ("vars().update(a)", ["vars!"]),
        ("locals()[a] = 1", ["vars!", "dynamic!"]),
        ("vars(a)", []),
        ("def f(): return locals(), vars()", []),
        ("def f(): locals()[a] = 1", []),
        ("def f(): return globals()", ["globals!"]),
        ("'A' in globals() or 'A' not in vars()\n'A' in (locals())", []),
        ("a + 'A' in globals()\nf'{a}' in vars()", ["globals!", "vars!"]),
        ("a in locals()\n'A' in locals() == vars()", ["vars!", "vars!"]),
        ("'A' in f(globals())\n'A' in globals().values()", ["globals!", "globals!"]),
        ("def f(): globals()[a] = 1", ["globals!", "dynamic!"]),
        ("exec(a)", ["exec!"]),
        ("execfile('a')", ["exec!"]),
        ("eval(a)", ["exec"]),
        ("dir()", ["vars"]),
        ("dir(a)", []),
        ("setattr(sys.modules[__name__], a, 1)", ["dynamic!"]),
        ("this = sys.modules[__name__]", ["dynamic!"]),
        ("sys.modules[a]", []),
        ("modules['__name__']", []),
    ],
)
def test_holes_are_noted(text: str, found: list[str]) -> None:
    holes = [
        f"{hole.kind.value}{'!' if hole.writes else ''}" for hole in facts_of(f"{text}\n").dynamic
    ]

    assert holes == found
