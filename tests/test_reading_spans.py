"""Spans hold the text of what they stand for, whatever stands around it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import pytest
from libcst._nodes.internal import CodegenState

from celerylint.reading.layouts import layout
from celerylint.reading.reader import _parse
from celerylint.reading.spans import Spans, UnplacedError
from celerylint.text.source import UnreadableError, decode
from tests.projects import facts_of

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
_BLANKS = cst.BaseParenthesizableWhitespace | cst.Comment | cst.EmptyLine | cst.Newline

EVERYTHING = """\
# header

from . import a, b as c ; from ..d import (e , f as g,)
from h import *
import i.j , k as l
global m , n
del o , p
assert q , r
assert q
raise
raise s
raise t from u
return_ = yield
x : int
x : int = 1
y = z = - 1 + ~ 2 ** +3 // 4 % 5 @ 6 << 7 >> 8 & 9 | 10 ^ 11 * 12 / 13 - 14
y += 1; y -= 1; y *= 1; y @= 1; y /= 1; y %= 1; y &= 1; y |= 1; y ^= 1; y <<= 1; y >>= 1
y **= 1; y //= 1;
a < b > c == d <= e >= f != g in h not  in i is j is  not k and l or not m
a [ 1 ] [ 1 : 2 , ::3 , : , 4 : 5 : 6 ] . b . c ( d , * e , f = 1 , ** g , )
x [ * y , 1 ]
( lambda : 0 ) ; lambda a , / , b = 1 , * c , d , ** e : f ; lambda * , a : a
[ 1 , * b ] , { 1 , 2 } , { 1 : 2 , ** c } , ( ) , ( 1 , ) , [ ] , { }
[ a for b in c if d if e for f in g ] , { a for b in c } , { a : b for c in d } , ( a for b in c )
( a if b else c ) , ( d := 1 ) , ... , 1.5 , 2j , 0x1F
'a' "b" r'c' , f'{ a !r:>{b}} {c=} {{}} { d : } ' , (  # why
  # more
  1

  )
x = \\
  1
class A : pass
class B ( C , metaclass = D ) :
	x = 1 # tab

	# deeper
	async def f ( self , a : int = 1 , * , b ) -> int :
		await g ( )
		async for x in y : pass
		async with z : pass
		return [ a async for a in b ]
	# end

@ decorator # why
# between
@ other ( 1 )
# after
def f ( a , b , / , c , * args , d , ** kwargs ) :
    global x
    def g ( * , a ) : nonlocal x ; yield from y
    return
    return x
if a : pass
elif b :
    pass
# before else
else :
  pass ; continue_
while a :
    break
else :
    continue
for a , b in c :
    pass
else : pass
with a as b , c : pass
with ( a as b , c as d , ) : pass
try : pass
except : pass
try :
    pass
except A: pass
except ( A , B ) as c :
    pass
else : pass
finally : pass
try : pass
except * A as b : pass
match a :
    # first
    case 1 | - 2 | 'x' : pass
    case A ( ) if b : pass
    case A ( b , c = d , ) : pass
    case [ a , * b , * _ ] : pass
    case ( a , ) : pass
    case a , b : pass
    case { 'a' : 1 , ** rest } : pass
    case { } : pass
    case None as assets : pass
    case _x : pass
    case _ : pass
    # last
# footer
"""
NEWER = """\
type A [ T : int , * Ts , ** P ] = list [ T ]
type B = int
def f [ T ] ( a : T ) -> T : pass
class A [ T = int , * Ts = * tuple [ int ] ] : pass
"""


class _Printer(CodegenState):
    """What LibCST's own position providers are made of: the tree is printed, and followed."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.offset = 0
        self.starts: dict[int, int] = {}
        self.found: list[tuple[cst.CSTNode, int, int]] = []

    def add_indent_tokens(self) -> None:
        super().add_indent_tokens()
        self.offset += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        super().add_token(value)
        self.offset += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.starts[id(node)] = self.offset

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.found.append((node, self.starts[id(node)], self.offset))


def _printed(module: cst.Module) -> Iterator[tuple[cst.CSTNode, int, int]]:
    printer = _Printer(module)
    module._codegen(printer)  # noqa: SLF001 - what LibCST's own providers do
    yield from (each for each in printer.found if not isinstance(each[0], _BLANKS))


def _differences(text: str) -> list[object]:
    module = _parse(text)
    spans = Spans(module, text)
    printed = [each for each in _printed(module) if type(each[0]) is not cst.TrailingWhitespace]
    assert printed
    return [each for each in printed if spans.of(each[0]) != each[1:]]


@pytest.mark.parametrize("text", [EVERYTHING, NEWER, EVERYTHING.replace("\n", "\r\n")])
def test_spans_are_those_that_libcst_prints(text: str) -> None:
    assert _differences(text) == []


def test_spans_of_all_fixtures_are_those_that_libcst_prints() -> None:
    compared = 0
    for file in FIXTURES.rglob("*.py"):
        try:
            text = decode(file.name, file.read_bytes()).text.rstrip() + "\n"
            _parse(text)
        except UnreadableError:
            continue
        assert _differences(text) == [], file
        compared += 1

    assert compared > 100


def test_every_kind_of_node_has_a_layout() -> None:
    kinds = [each for each in vars(cst).values() if inspect.isclass(each)]
    nodes = [k for k in kinds if issubclass(k, cst.CSTNode) and not inspect.isabstract(k)]
    abstract = [k for k in nodes if k.__name__.startswith("Base")]
    written = [k for k in nodes if k not in abstract and not issubclass(k, _BLANKS)]

    assert len(written) > 100
    for kind in {*written} - {cst.TrailingWhitespace}:
        assert layout(kind)


def test_a_tree_that_is_not_that_of_the_text_has_no_spans() -> None:
    module = cst.parse_module("a = b\n")

    for text in ("a = c\n", "a = b # c\n"):
        with pytest.raises(UnplacedError):
            Spans(module, text)


def test_a_kind_of_node_that_is_not_known_has_no_spans() -> None:
    class Newer(cst.Pass):
        pass

    line = cst.SimpleStatementLine([Newer()])

    with pytest.raises(UnplacedError):
        Spans(cst.Module([line]), "pass\n")


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
