"""Packed facts come back as they were, and hold nothing of what is in quotes."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from itertools import chain

import pytest

from celerylint.cache.codec.layout import UnpackableError, from_bytes, to_bytes
from celerylint.cache.codec.pack import pack
from celerylint.cache.codec.unpack import unpack
from celerylint.facts import ClassFact, Expression, FileFacts, Opaque
from celerylint.finding import Span
from celerylint.text.lexing import COMMENT, STRING, tokens_of
from celerylint.text.source import UnreadableError, decode
from tests.fixture import FIXTURES
from tests.projects import facts_of

# What facts are made of besides the words of the code: scopes, the arms of branches, operators.
_OWN = re.compile(r"\d+:\w+|(?:lambda|comprehension)\d+\(\)|\bf\b|[^\w\s]+")
_WORD = re.compile(r"[^\W\d]\w*")

CANARY = "hunter2_of_42_otters"
NUMBER = 73313371
QUOTES = f'''\
"""{CANARY}"""
import os
A = "{CANARY}"  # {CANARY}
B = b"{CANARY}"
C = f"{CANARY}{{A}}{CANARY}"
D = ("{CANARY}"  # {CANARY}
     "{CANARY}\\n") + r"{CANARY}" + """
{CANARY}"""
E = {{"{CANARY}": {NUMBER}, "x": -{NUMBER}, {NUMBER}.5: {NUMBER}j}}
F = E["{CANARY}"], E.get("{CANARY}"), "{CANARY}" in E, getattr(os, "{CANARY}")
G = f(A, "{CANARY}", key="{CANARY}", *["{CANARY}"]) if A != "{CANARY}" else lambda x="{CANARY}": x
globals()["{CANARY}"] = A
globals()["{CANARY}"] += A
globals()["{CANARY}" "\\x41"] = A
setattr(os, "{CANARY}", "{CANARY}")
setattr(os, "{CANARY}\\x41", "{CANARY}")
os.environ["{CANARY}"] = "amqp://me:{CANARY}@host//{{{{x}}}}"
H = [{NUMBER} for each in "{CANARY}" if each] + {{*"{CANARY}"}} @ (
    # {CANARY}
    not A
)
@deco("{CANARY}")
class I(Base("{CANARY}")):
    def method(self, default="{CANARY}") -> "{CANARY}":
        """{CANARY}"""
        self.x["{CANARY}"]: "{CANARY}" = {NUMBER}
        return "{CANARY}"
'''
PYTHON_2 = f"""\
print "{CANARY}"
J = 0{NUMBER}L + {NUMBER}L
K = ur"{CANARY}"
L = `"{CANARY}"` = {NUMBER}
M = os . path
async = f(async="{CANARY}", x={{{{ {CANARY} }}}})
try:
    pass
except E, {CANARY}:
    raise E, "{CANARY}"
"""


def packed(text: str) -> bytes:
    return pack(facts_of(text), decode("app.py", text.encode()).text)


def damaged(text: str = "A = f(b='c')\n", **parts: object) -> bytes:
    """Return packed facts with other parts."""
    return to_bytes(from_bytes(packed(text))._replace(**parts))  # type: ignore[arg-type] # on purpose


@pytest.mark.parametrize("text", [QUOTES, QUOTES + PYTHON_2, QUOTES.replace("\n", "\r\n")])
def test_packed_facts_come_back_and_hold_no_secret(text: str) -> None:
    facts = facts_of(text)

    raw = packed(text)

    assert unpack(raw, text, "app.py") == facts
    assert CANARY in repr(facts)
    assert str(NUMBER) in repr(facts)
    numbers = (array(code, [NUMBER]).tobytes() for code in "IQ")
    forms = (CANARY.encode(), CANARY.encode("utf-16-le"), str(NUMBER).encode(), *numbers)
    assert not [form for form in forms if form in raw]


def fixture_texts() -> Iterator[tuple[str, FileFacts]]:
    """Yield every file of the fixtures that can be read, with its facts."""
    for path in sorted(FIXTURES.rglob("*.py")):
        source = decode(str(path), path.read_bytes())
        try:
            yield source.text, facts_of(path.read_bytes(), str(path))
        except UnreadableError:
            continue


def test_facts_of_all_fixtures_come_back_with_the_words_of_their_code_alone() -> None:
    for text, facts in fixture_texts():
        raw = pack(facts, text)

        assert unpack(raw, text, facts.path) == facts
        code = [t.text for t in tokens_of(text) if t.kind not in {STRING, COMMENT}]
        quoted = [t.content for t in tokens_of(text) if t.kind == STRING and "{" in t.content]
        known = set(_WORD.findall(" ".join((*code, *quoted))))
        words = chain.from_iterable(_WORD.findall(_OWN.sub(" ", w)) for w in from_bytes(raw).words)
        assert {word for word in words if word.strip("_")} <= known, facts.path


def test_equal_numbers_of_other_types_stay_apart() -> None:
    text = "A = 1, 1.0, True, 1j, 0, 0.0, False, 10**0, '', None\n"

    facts = unpack(packed(text), text, "app.py")

    assert repr(facts) == repr(facts_of(text))


def test_facts_that_are_not_those_of_the_text_are_not_packed() -> None:
    facts = facts_of("A = 'b'\n")

    with pytest.raises(UnpackableError):
        pack(facts, "A = 'c'\n")
    with pytest.raises(UnpackableError):
        pack(facts._replace(calls=(object(),)), "A = 'b'\n")  # type: ignore[arg-type] # on purpose


class Unequal(str):
    """A text that no other one is equal to."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, _: object) -> bool:
        """Return that the other one is not equal."""
        return False


def test_facts_that_would_come_back_as_others_are_not_packed() -> None:
    facts = facts_of("from a import *\n")
    other = facts.star_imports[0]._replace(module=Unequal("b"))

    with pytest.raises(UnpackableError):
        pack(facts._replace(star_imports=(other,)), "from a import *\n")


def test_expression_that_is_nested_too_deeply_is_not_packed() -> None:
    facts = facts_of("A = 1\n")
    deep: Expression = Opaque(Span(0, 1))
    for _ in range(10_000):
        deep = Opaque(Span(0, 1), (deep,))

    with pytest.raises(UnpackableError):
        pack(facts._replace(classes=(ClassFact("A", "A", (deep,), facts.bindings[0].where),)), "A")


def test_words_that_are_read_differently_by_then_are_no_facts() -> None:
    text = "A = f(b='c')\n"

    with pytest.raises(UnpackableError):
        unpack(packed(text), "A = 1", "app.py")


def replaced(position: int, number: int) -> bytes:
    """Return packed facts with another number in one position."""
    found = from_bytes(packed("A = f(b='c')\n"))
    numbers = array("I", found.numbers)
    numbers[position] = number
    return to_bytes(found._replace(numbers=numbers))


def test_any_number_may_be_wrong() -> None:
    text = "A = f(b='c')\n"
    count = len(from_bytes(packed(text)).numbers)

    for position in range(count):
        for number in (0, 1, 5, 9, 30, 45, 60, 2**31):
            try:
                facts = unpack(replaced(position, number), text, "app.py")
            except UnpackableError:
                continue
            # Whatever comes back can be worked with.
            pack(facts_of(text), text)
            assert {type(use.where.statement.start) for use in facts.uses} <= {int}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0\0\x02[]",
        b"\0\0\0\x04null",
        b"\xff" * 40,
        b"\0\0\0\x10" + b"[" * 16,
        damaged(words=(1, 2)),
        damaged(words=()),
        damaged(spans="x"),
        damaged(spans=10**9),
        damaged(groups=(("FileFacts", 1),)),
        damaged(groups=(("os.system", 1),)),
        damaged(groups=(("tuple", 3), ("literal", 1))),
        damaged(groups=((1,),)),
        damaged(groups=from_bytes(packed("A = f(b='c')\n")).groups[:-1]),
        damaged(numbers=(5, 4) * 40),
        packed("A = f(b='c')\n")[:-1],
        packed("A = f(b='c')\n")[:-8],
    ],
)
def test_what_is_no_facts_is_refused(raw: bytes) -> None:
    with pytest.raises(UnpackableError):
        unpack(raw, "A = f(b='c')\n", "app.py")
