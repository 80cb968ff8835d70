"""An expression is worth what is certain about it, and nothing that is asked is too hard."""

from __future__ import annotations

import datetime as dt

import pytest

from celerylint.model import Grade
from celerylint.values import UNKNOWN, Made, Some, Text, Value, known, some
from tests.projects import expression_of, linked, value_of

_REDIS = Value(("redis://h",), rest=(Text("redis://\0"),))
_THREE = Value((3,), rest=(Some(int),))
_FALSE = Value((False,), rest=(Some(bool),))
_QUEUE = Value(rest=(Made("kombu.Queue", (known("a"),), {"durable": UNKNOWN}),))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("X = 1", 1),
        ("X = 'a' 'b'", "ab"),
        ("X = 'a' + 'b'", "ab"),
        ("X = f'a{1}{None}b{1.5}{True}'", "a1Noneb1.5True"),
        ("X = 2 * 3 + 4 - 5", 5),
        ("X = 7 // 2", 3),
        ("X = 1 / 2", 0.5),
        ("X = 7 % 4", 3),
        ("X = {'a': 1} | {'b': 2}", {"a": 1, "b": 2}),
        ("X = -1", -1),
        ("X = +1", 1),
        ("X = [1, 'a', (2,)]", (1, "a", (2,))),
        ("X = ('a',) + ('b',)", ("a", "b")),
        ("X = {'a': [1], 2: {}}", {"a": (1,), 2: {}}),
        ("X = '%s-%d' % ('a', 1)", "a-1"),
        ("X = '%(a)s%%' % {'a': 1}", "1%"),
        ("A = 'a'\nX = A + A", "aa"),
        ("A = 'a'\nB = A\nX = B", "a"),
        ("class C:\n  A = 1\nX = C.A", 1),
        ("globals()['A'] = 1\nX = A", 1),
        ("from datetime import timedelta\nX = timedelta(1, minutes=2)", dt.timedelta(1, 120)),
        ("import datetime\nX = 2 * datetime.timedelta(hours=1)", dt.timedelta(hours=2)),
    ],
)
def test_certain_value_is_known(text: str, value: object) -> None:
    found = value_of(text)

    assert (found.options, found.known) == ((value,), True)


@pytest.mark.parametrize(
    "text",
    [
        "X = f()",
        "X = unbound",
        "X = a.b",
        "X = {**a}",
        "X = {a: 1}",
        "X = {{}: 1}",
        "X = lambda: 1",
        "X = ~1",
        "X = 2 ** 3",
        "X = 1 << 3",
        "X = 'a' + 1",
        "X = -'a'",
        "X = '%s' % ()",
        "X = '%d' % 'a'",
        "X = '%(a)s' % {}",
        "A = 1\nA = 2\nX = A",
        "A = 1\nA += 1\nX = A",
        "A = 1\ndel A\nX = A",
        "def A(): pass\nX = A",
        "A = 1\nX = A.b",
        "from datetime import timedelta\nX = timedelta(apples=1)",
        "from datetime import timedelta\nX = timedelta(days=10 * 1000000000)",
    ],
)
def test_uncertain_value_is_unknown(text: str) -> None:
    assert value_of(text) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "X = 'a' * 1000000000",
        "X = 1000000000 * [1]",
        f"A = '{'a' * 60_000}'\nX = '{{0}}{{0}}'.format(A)",
        "X = '%1000000000d' % 1",
        "X = '%*d' % (1000000000, 1)",
        f"A = '{'a' * 60_000}'\nX = A + A",
        "A0 = 10 * 10\n"
        + "".join(f"A{i + 1} = A{i} * A{i}\n" for i in range(14))
        + "X = A14 * A14",
        "A0 = [1]\n" + "".join(f"A{i + 1} = {[f'A{i}'] * 20}\n" for i in range(9)) + "X = f'{A9}'",
        "X = X",
        "X = X + X",
        "if a:\n  X = X",
        "X = [X, X, X]",
        "A = B\nB = A\nX = A",
        "X = " + "[" * 60 + "]" * 60,
        "X = " + " + ".join("1" * 60),
    ],
)
def test_what_would_explode_is_unknown(text: str) -> None:
    assert not value_of(text).known


def test_deep_alias_is_followed_as_far_as_it_is_sensible() -> None:
    chain = "A0 = 1\n" + "".join(f"A{i + 1} = A{i} + 0\n" for i in range(100))

    assert value_of(f"{chain}X = A3").options == (1,)
    assert value_of(f"{chain}X = A100") == UNKNOWN


@pytest.mark.parametrize(
    ("text", "options", "complete"),
    [
        ("X = 1 if a else 2", (1, 2), True),
        ("X = 1 if a else b", (1,), False),
        ("X = 'a' or 'b'", ("a", "b"), True),
        ("X = 1 if a else True", (1, True), True),
        ("X = 1 if a else 1", (1,), True),
        ("A = 1 if a else 2\nX = [A, A]", ((1, 1), (1, 2), (2, 1), (2, 2)), True),
        ("A = 1\nif a:\n  A = 2\nX = A", (1, 2), True),
        ("if a:\n  A = 1\nelse:\n  A = 2\nX = A", (1, 2), True),
        ("try:\n  A = f()\nexcept E:\n  A = 2\nX = A", (2,), False),
        ("def f(a):\n  global A\n  A = a\nA = 1\nif b: A = 2\nX = A", (1, 2), False),
    ],
)
def test_alternatives_are_kept(text: str, options: tuple[object, ...], complete: object) -> None:
    found = value_of(text)

    assert (found.options, found.complete) == (options, complete)
    assert [type(option) for option in found.options] == [type(option) for option in options]


def test_too_many_alternatives_are_not_complete() -> None:
    arms = "".join(f"if a{i}: A = {i}\n" for i in range(20))

    found = value_of(f"{arms}X = A")

    assert (len(found.options), found.complete) == (16, False)
    assert value_of(f"{arms}X = [A, A]").options == ()


@pytest.mark.parametrize(
    "text",
    [
        "import os\nX = os.environ.get('A', 'd')",
        "from os import environ\nX = environ.get('A', 'd')",
        "import os\nX = os.getenv('A', default='d')",
        "from os import getenv\nX = getenv('A', 'd')",
        "import environ\nenv = environ.Env()\nX = other.env('A', 'd')",
        "from decouple import config\nX = config('A', default='d')",
        "from django_environ import env\nX = env.str('A', 'd')",
    ],
)
def test_environment_gives_its_default_or_something_else(text: str) -> None:
    found = value_of(text)

    assert (found.options, found.complete) == (("d",), False)


def test_text_is_that_of_one_known_string() -> None:
    assert value_of("X = 'a'").text == "a"
    assert value_of("X = 1").text is None
    assert value_of("X = 'a' if b else 'c'").text is None


def test_value_from_a_module_that_is_only_likely_the_right_one_is_not_certain() -> None:
    files = {"app.py": "from conf import A\nX = [A]\n", "deep/conf.py": "A = 1\n"}
    project = linked(files)

    assert project.names.resolve("app.py", "", "A").grade is Grade.LIKELY
    found = project.evaluator.value("app.py", "", expression_of(files["app.py"]))
    assert (found.options, found.complete) == (((1,),), False)


def test_value_of_nothing_is_unknown() -> None:
    assert linked({}).evaluator.value("app.py", "", None) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # Texts with gaps.
        ("X = 'redis://:s3cret@host'", Value(rest=(Text("redis://:\0@host"),))),
        ("X = f'redis://{a}/0'", Value(rest=(Text("redis://\0/0"),))),
        ("X = 'redis://' + a + '/0'", Value(rest=(Text("redis://\0/0"),))),
        ("X = 'redis://%s:%d/0' % (a, b)", Value(rest=(Text("redis://\0:\0/0"),))),
        ("X = '%(h)s/%(n)d' % {'h': a, 'n': 3}", Value(rest=(Text("\0/3"),))),
        ("X = 'redis://{}:{port}'.format(a, port=6379)", Value(rest=(Text("redis://\0:6379"),))),
        ("A = 'redis://{}'\nX = A.format('h')", known("redis://h")),
        ("X = 'a{:>5}'.format(1)", some(str)),
        ("X = 'a{.b}'.format(a)", some(str)),
        ("X = 'a'.format(*b)", UNKNOWN),
        ("X = a.format(b)", UNKNOWN),
        ("X = f'{[1]}'", some(str)),
        ("X = f'{1:03d}'", some(str)),
        ("X = f'{[a]}/x'", some(str)),
        ("X = '%s' % ([1],)", UNKNOWN),
        ("X = '%10d' % a", UNKNOWN),
        ("import os\nX = f\"redis://{os.getenv('H', 'h')}\"", _REDIS),
        # Types.
        ("X = b'bytes'", some(bytes)),
        ("X = not a", some(bool)),
        ("X = 1 / 0", some(float)),
        ("X = 60 * int(a)", some(int)),
        ("X = -float(a)", some(float)),
        ("X = a | b", UNKNOWN),
        ("from datetime import timedelta\nX = timedelta(*a)", some(dt.timedelta)),
        ("from datetime import timedelta\nX = timedelta(days=a)", some(dt.timedelta)),
        # Lists and dicts in which not all is known.
        ("X = [a, 1]", Value(rest=((UNKNOWN, 1),))),
        ("X = {'a': b, 'c': 1}", Value(rest=({"a": UNKNOWN, "c": 1},))),
        ("X = dict(a=b, c=1)", Value(rest=({"a": UNKNOWN, "c": 1},))),
        ("X = dict(a=1)", known({"a": 1})),
        ("X = dict(a, b=1)", UNKNOWN),
        # The environment.
        ("import os\nX = os.environ['A']", some(str)),
        ("X = environ['A']", UNKNOWN),
        ("import os\nX = os.environ.get('A')", Value((None,), rest=(Some(str),))),
        ("import os\nX = os.getenv('A', 5)", Value((5,), rest=(Some(str),))),
        ("import os\nX = int(os.getenv('A', '5'))", Value((5,), rest=(Some(int),))),
        ("import os\nX = int(os.getenv('A', 'x'))", some(int)),
        ("X = int('5')", known(5)),
        ("X = int('f', 16)", some(int)),
        ("import os\nX = os.path.join(a, 'b')", some(str)),
        ("from decouple import config\nX = config('A')", some(str)),
        ("from decouple import config\nX = config('A', cast=int)", some(int)),
        ("from decouple import config\nX = config('A', default=3, cast=int)", _THREE),
        ("from decouple import config\nX = config('A', default='3', cast=int)", some(int)),
        ("from decouple import config, Csv\nX = config('A', cast=Csv())", UNKNOWN),
        ("import environ\nenv = environ.Env()\nX = env.int('A', 3)", _THREE),
        ("import environ\nenv = environ.Env()\nX = env('A')", some(str)),
        (
            "import environ\nenv = environ.Env()\nX = env('A', default=4)",
            Value((4,), rest=(Some(int),)),
        ),
        (
            "import environ\nenv = environ.Env()\nX = env('A', default=None)",
            Value((None,), rest=(Some(str),)),
        ),
        ("import os\nX = os.getenv('A', other())", UNKNOWN),
        ("import environ\nenv = environ.Env(A=(int, 3))\nX = env('A')", UNKNOWN),
        ("import environ\nenv = environ.Env(A=(int, 3))\nX = env.cache('A')", UNKNOWN),
        ("from environs import Env\nenv = Env()\nX = env.bool('A', False)", _FALSE),
        ("env = f()\nX = env.bool('A')", UNKNOWN),
        ("def env(a): pass\nX = env('A')", UNKNOWN),
        ("def g(): pass\nenv = g()\nX = env('A')", UNKNOWN),
        ("class S(BaseSettings):\n  a: int = 3\ns = S()\nX = s.a", _THREE),
        ("class S(BaseSettings):\n  a: str = None\ns = S()\nX = s.a", Value((None,))),
        ("class S:\n  a: int = 3\ns = S()\nX = s.a", known(3)),
        # Objects.
        ("from kombu import Queue\nX = Queue('a', durable=b)", _QUEUE),
        ("from kombu import Queue\nX = Queue(*a)", some(Made)),
    ],
)
def test_partly_known_value_is_told_as_far_as_it_is(text: str, value: Value) -> None:
    assert value_of(text) == value
