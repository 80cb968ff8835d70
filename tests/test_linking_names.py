"""A dotted name leads to what it stands for, across scopes, aliases, imports and files."""

from __future__ import annotations

import pytest

from celerylint.facts import Call
from celerylint.linking.names import Target
from celerylint.model import Grade
from tests.projects import expression_of, linked


def said(target: Target) -> str:
    """Return a target as text: `path:scope.name+rest`, with a question mark where it is likely."""
    entity = target.entity
    inside = f"{entity.path}:{entity.inner_scope}" if entity.path else entity.name
    rest = "".join(f"+{part}" for part in target.rest)
    return f"{inside}{rest}" if target.grade is Grade.CERTAIN else f"{inside}{rest}?"


# Followed along every path, these would be asked for more often than there is time.
_EACH = "".join(f"  if x: return {name}({number})\n" for number in range(5) for name in "fg")
TANGLED = f"def f(x):\n{_EACH}def g(x):\n{_EACH}X = f(1)\n"


@pytest.mark.parametrize(
    ("text", "scope", "name", "found"),
    [
        ("A = 1", "", "A", "app.py:A"),
        ("A = 1", "", "A.b", "app.py:A+b"),
        ("", "", "A.b", "A.b"),
        ("A = 1\nB = A", "", "B", "app.py:A"),
        ("A = 1\nB = A", "", "B.c", "app.py:A+c"),
        ("A = B\nB = A", "", "A", "B"),
        ("A = A", "", "A", "app.py:A"),
        ("A = b\nA = c", "", "A", "app.py:A"),
        ("A = None\nA = b", "", "A", "app.py:A"),
        ("A = b\ndel A", "", "A", "b"),
        ("def f(A): pass\nA = 1", "f()", "A", "app.py:f().A"),
        ("def f(): pass\nA = 1", "f()", "A", "app.py:A"),
        ("class K:\n  A = 1\n  def f(self): pass", "K.f()", "A", "A"),
        ("class K:\n  A = 1\n  def f(self): pass", "K", "A", "app.py:K.A"),
        ("def f():\n  global A\n  A = b\nb = 1", "", "A", "app.py:b"),
        ("def f(b):\n  global A\n  A = b\nb = 1", "", "A", "app.py:f().b"),
        ("import os", "", "os.path.join", "os.path.join"),
        ("import a.b as c", "", "c.d", "a.b.d"),
        ("from a import b as c", "", "c.d", "a.b.d"),
        ("from . import x", "", "x.y", "x.y"),
    ],
)
def test_name_in_a_file(text: str, scope: str, name: str, found: str) -> None:
    assert said(linked({"app.py": text}).names.resolve("app.py", scope, name)) == found


CLASSES = f"""
{"".join(f"{' ' * depth}class C:{chr(10)}" for depth in range(30))}{" " * 30}pass
class Base:
    kept = 1
    def __init__(this, given):
        this.made = given
    def method(self): pass
    @staticmethod
    def free(): pass
class Sub(Base, Unknown):
    import os
    alias = kept2 = other
    def run(self, argument):
        self.own = 1
        def inner(): pass
class Loop(Loop): pass
sub = Sub()
both = Sub() if a else Base()
twice = Sub()
twice = Base()
made = Sub()()
taken = other.part()
itself = itself.part()
class Again:
    again = Again()
again = Again()
other = 1
other.written = 1
"""


@pytest.mark.parametrize(
    ("scope", "name", "found"),
    [
        ("", "Sub.kept", "app.py:Base.kept"),
        ("", "Sub.made", "app.py:Base.made"),
        ("", "Sub.made.x", "app.py:Base.made+x"),
        ("", "Sub.method", "app.py:Base.method"),
        ("", "Sub.alias.x", "app.py:other+x"),
        ("", "Sub.os.path", "os.path"),
        ("", "Sub.nothing", "app.py:Sub+nothing"),
        ("", "Loop.nothing", "app.py:Loop+nothing"),
        ("", "sub.own", "app.py:Sub.own"),
        ("", "sub.kept", "app.py:Base.kept"),
        ("", "twice.kept", "app.py:twice+kept"),
        ("", "again" + ".again" * 30, "app.py:Again.again" + "+again" * 6),
        ("", "C" + ".C" * 30, "app.py:" + ".".join("C" * 26) + "+C" * 5),
        ("", "made.kept", "app.py:made+kept"),
        ("", "taken.kept", "app.py:taken+kept"),
        ("", "itself.kept", "app.py:itself+kept"),
        ("", "both.kept", "app.py:both+kept"),
        ("Base.__init__()", "this.made", "app.py:Base.made"),
        ("Base.__init__()", "given.x", "app.py:Base.__init__().given+x"),
        ("Base.free()", "self.made", "self.made"),
        ("Sub.run()", "self", "app.py:Sub"),
        ("Sub.run()", "self.own.x", "app.py:Sub.own+x"),
        ("Sub.run()", "argument.own", "app.py:Sub.run().argument+own"),
        ("Sub.run().inner()", "self.own", "app.py:Sub.own"),
    ],
)
def test_attribute_of_a_class_or_an_instance(scope: str, name: str, found: str) -> None:
    assert said(linked({"app.py": CLASSES}).names.resolve("app.py", scope, name)) == found


PACKAGE = {
    "pkg/__init__.py": "from .one import A as a\nfrom . import two\n",
    "pkg/one.py": "A = 1\nfrom pkg import a as again\nfrom .round import R\n",
    "pkg/two.py": "from .one import *\nB = 1\n",
    "pkg/three.py": "from .two import *\nfrom .three import *\nfrom .four import *\n_P = 1\n",
    "pkg/four.py": "from .missing import *\nfrom .broken import *\n",
    "pkg/round.py": "from .one import R\n",
    "pkg/circle.py": "from .circle2 import *\nC = 1\n",
    "pkg/circle2.py": "from .circle import *\nD = 1\n",
    "pkg/broken.py": "x = = 1\n",
    "pkg/outer.py": "from celery import Celery\nclass K:\n  a = 1\n",
    "pkg/star.py": "from .outer import *\n",
    "deep/er/lone.py": "L = 1\n",
    "app.py": "import pkg\nimport pkg.two as t\nfrom pkg.star import *\nk = K()\n"
    "from pkg import outer\no = outer.K()\n",
}


@pytest.mark.parametrize(
    ("path", "name", "found"),
    [
        ("app.py", "pkg", "pkg/__init__.py:"),
        ("app.py", "pkg.a", "pkg/one.py:A"),
        ("app.py", "pkg.one.A", "pkg/one.py:A"),
        ("app.py", "pkg.two", "pkg/two.py:"),
        ("app.py", "pkg.three._P", "pkg/three.py:_P"),
        ("app.py", "pkg.nothing.x", "pkg/__init__.py:+nothing+x"),
        ("app.py", "pkg.broken.x", "pkg/broken.py:+x"),
        ("app.py", "pkg.one.again", "pkg/one.py:A"),
        ("app.py", "pkg.one.R", "R"),
        ("app.py", "t.A", "pkg/one.py:A"),
        ("app.py", "t.B.c", "pkg/two.py:B+c"),
        ("app.py", "Celery", "celery.Celery"),
        ("app.py", "k.a", "pkg/outer.py:K.a"),
        ("app.py", "o.a", "pkg/outer.py:K.a"),
        ("app.py", "pkg.star.Celery", "celery.Celery"),
        ("pkg/three.py", "A", "pkg/one.py:A"),
        ("pkg/three.py", "_A", "_A"),
        ("pkg/three.py", "nowhere", "nowhere"),
        ("pkg/circle.py", "D", "pkg/circle2.py:D"),
        ("pkg/circle.py", "nowhere", "nowhere"),
        ("pkg/missing.py", "x", "x"),
    ],
)
def test_name_across_files(path: str, name: str, found: str) -> None:
    assert said(linked(PACKAGE).names.resolve(path, "", name)) == found


@pytest.mark.parametrize(
    ("bound", "found"),
    [
        ("from .celery import celery", "pkg/celery.py:celery"),
        ("from . import celery", "pkg/celery.py:"),
        ("import celery", "celery"),
        ("other = 1", "pkg/celery.py:"),
    ],
)
def test_package_may_bind_the_name_of_its_module_to_something_else(bound: str, found: str) -> None:
    files = {"pkg/__init__.py": bound, "pkg/celery.py": "celery = 1"}
    files["app.py"] = "from pkg import celery as c"

    assert said(linked(files).names.resolve("app.py", "", "c")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import one as c", "one.py:"),
        ("import far as c", "deep/far.py:?"),
        ("try:\n  import one as c\nexcept E:\n  import two as c", "one.py:?"),
        ("try:\n  import gone as c\nexcept E:\n  import two as c", "two.py:?"),
        ("try:\n  import one as c\nexcept E:\n  c = None", "one.py:"),
        ("if a:\n  import one as c\nelse:\n  from one import *", "one.py:"),
        ("if a:\n  import gone as c\nelse:\n  import lost as c", "gone"),
        ("try:\n  from celery import c\nexcept E:\n  from one import c", "celery.c"),
        ("import one as c\nimport two as c", "two.py:"),
    ],
)
def test_import_with_several_candidates(text: str, found: str) -> None:
    files = {"app.py": text, "one.py": "", "two.py": "", "deep/far.py": ""}

    assert said(linked(files).names.resolve("app.py", "", "c")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def f(): return A\nA = 1\nX = f()", "app.py:A"),
        ("def f(): return A\nA = 1\nX = f().b.c", "app.py:A+b+c"),
        ("def f():\n  a = 1\n  return a\nX = f()", "app.py:f().a"),
        ("def f():\n  if b: return None\n  return A\nA = 1\nX = f()", "app.py:A"),
        ("def f():\n  def g(): return A\n  return g()\nA = 1\nX = f()", "app.py:A"),
        ("def f():\n  if b: return A\n  return B\nA = B = 1\nX = f()", None),
        ("def f(): return f()\nX = f()", None),
        (TANGLED, None),
        ("def f(): pass\nX = f()", None),
        ("def f(): return 1\nX = f()", None),
        ("X = f()", None),
        ("X = a.b()", None),
        ("class K: pass\nX = K().f()", None),
        ("X = (1).real", None),
        ("X = a['b']", None),
    ],
)
def test_what_a_function_returns(text: str, found: str | None) -> None:
    target = linked({"app.py": text}).names.of_expression("app.py", "", expression_of(text))

    assert (said(target) if target else None) == found


def test_unread_file_is_not_read_to_see_what_is_called() -> None:
    files = {"app.py": "import other\nother.f()\n", "other.py": "def f(): pass\n"}
    project = linked(files, roots=("app.py",))

    assert said(project.names.resolve("app.py", "", "other.f")) == "other.py:+f"
    assert project.facts.of("other.py") is not None
    assert said(project.names.resolve("app.py", "", "other.f")) == "other.py:f"


def test_mentions_and_imports_are_found_by_name() -> None:
    files = {"a.py": "from b import NAME_A\nNAME_A.x\n", "b.py": "NAME_A = 1\n", "c.py": "NAME_A\n"}
    facts = linked(files).facts

    assert len(facts.mentions["NAME_A"]) == 2
    assert facts.imported_names["NAME_A"] == {"a.py"}


def test_call_is_looked_at_by_its_arguments() -> None:
    call = expression_of("X = f(1, *a, b=2, **c)")

    assert isinstance(call, Call)
    assert call.dotted == "f"
    assert call.positional(0) == call.arguments[0].value
    assert call.positional(1) is None
    assert call.positional(9) is None
    assert call.keyword("b") == call.arguments[2].value
    assert call.keyword("c") is None


def test_call_of_a_call_has_no_name() -> None:
    call = expression_of("X = f()()")

    assert isinstance(call, Call)
    assert not call.dotted
    assert call.positional(0) is None
