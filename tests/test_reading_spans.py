"""Spans hold the text of what they stand for, whatever stands around it."""

from __future__ import annotations

import pytest

from tests.projects import facts_of


@pytest.mark.parametrize(
    "text",
    [
        "A_B = 1; C_D = A_B ; E_F = C_D\n",
        "(A_B) = 1\n((C_D)) = ( # A_B\n A_B)\n",
        "if x:\n\tA_B = 'é€😀'\n\tprint(A_B)\n",
        "if x:\r\n\tA_B = 1\r\n\r\n\tprint(A_B)\r\n",
        "if x:\n    y = 1\n\f\n    A_B = 1\n    print(A_B)\n",
        "A_B = 1\\\n+ 2\nprint(A_B)",
        "# comment\n\n@A_B\nclass C_D(A_B): # A_B\n    # A_B\n    E_F = A_B\n",
        "A_B = f'{C_D!r:>{E_F}} {A_B=}'\n",
        "def f_f(A_B, /, C_D=A_B, *, E_F): return C_D\n",
        "del A_B, (C_D, x.E_F), y['G_H']\n",
        "settings['A_B'] = r'C_D'; settings.A_B = u'''C_D'''\n",
        "f(( # 'x_x'\n 'x_x'), A_B='C_D')\n",
        "getattr(x, 'A_B'); x.get('A_B'); setattr(x, 'A_B', C_D)\n",
    ],
)
def test_names_stand_where_they_are_said_to(text: str) -> None:
    facts = facts_of(text)

    places = [(binding.name, binding.span) for binding in facts.bindings]
    places += [(use.name, use.span) for use in facts.uses]
    places += [(write.name, write.span) for write in facts.writes]

    assert places
    assert [name for name, span in places if text[span.start : span.end] != name] == []


def test_statements_end_before_what_is_no_part_of_them() -> None:
    text = "A = 1 ;  B = 2  # why\nC = (\n  3\n)\n"

    statements = [binding.where.statement for binding in facts_of(text).bindings]

    assert [text[s.start : s.end] for s in statements] == ["A = 1", "B = 2", "C = (\n  3\n)"]
