"""What an app loads is gathered from modules, classes and dicts; what else may come is told."""

from __future__ import annotations

import pytest

from celerylint.model import Configuration, Grade, Layer
from tests.projects import APP, linked, names, only, reasons

LOST = "what is loaded cannot be followed"


def loading(expression: str, **files: str) -> dict[str, str]:
    """Return a project whose app loads an expression of `conf.py`, which it imports."""
    return {
        "app.py": f"{APP}import conf\nfrom conf import *\napp.config_from_object({expression})\n",
        **{f"{name}.py": text for name, text in files.items()},
    }


# --- modules -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found", "open_for"),
    [
        ("A = 1\nB = A", "A B", ()),
        ("A = 1\nA = 2", "A A", ()),
        ("A = B = 1\nC, D = 1, 2\nE: int = 1\nF: int\nG += 1", "A B C D E G", ()),
        ("if a: A = 1\nelse: A = 2\nB = 1", "A? A? B", ()),
        ("__all__ = ['A']\n__doc__ = ''\nA = _B = 1", "A _B", ()),
        ("import A\nfrom b import C\ndef D(): E = 1\nclass F: G = 1", "A C D F", ()),
        ("A = 1\ndel A\nB = 1", "B", ()),
        ("A = 1\ndel A\nA = 2", "A", ()),
        ("A = 1\nif a:\n  del A", "A", ()),
        ("globals()['A'] = 1\nvars()['B'] = 1", "A B", ()),
        ("def f():\n  global A\n  A = 1", "A? f", ()),
        ("from base import *\nA = 1", "BASE A", ()),
        ("from base import *\ndel BASE", "", ()),
        ("BASE = 1\ndel BASE\nfrom base import *", "BASE", ()),
        ("try:\n  from base import *\nexcept E: A = 1", "BASE? A?", ()),
        ("from base import *\nfrom listed import *\nfrom base import *", "_A B BASE", ()),
        ("from private import *", "B", ()),
        ("from summed import *", "A B B", ()),
        ("from computed import *", "A", ()),
        ("def f():\n  from base import *", "f", ()),
        ("from gone import *\nA = 1", "A", ("there is no module `gone` in the project",)),
        ("from broken import *\nA = 1", "A", ("`broken.py` cannot be read",)),
        ("from celery import *", "", ("there is no module `celery` in the project",)),
        ("from open import *", "", ("exec may set any name",)),
        ("from one import *", "ONE TWO", ()),
        ("from conf import *\nA = 1", "A", ()),
        ("A = 1\nexec('x')", "A", ("exec may set any name",)),
        ("A = 1\neval('x')", "A", ()),
        ("globals().update(a)", "", ("globals may set any name",)),
        ("vars().update(a)", "", ("vars may set any name",)),
        ("f(globals())", "", ("globals may set any name",)),
        ("globals()[a] = 1", "", ("globals may set any name", "dynamic may set any name")),
        ("this = sys.modules[__name__]", "this", ("dynamic may set any name",)),
        ("def f(): globals().update(a)", "f", ("globals may set any name",)),
        ("def f(): setattr(sys.modules[__name__], a, 1)", "f", ("dynamic may set any name",)),
        ("def f(): exec(a)", "f", ()),
        ("class K: vars().update(a)", "K", ()),
        ("class K: locals()[a] = 1", "K", ()),
    ],
)
def test_module(text: str, found: str, open_for: tuple[str, ...]) -> None:
    files = {
        "app.py": f"{APP}app.config_from_object('conf')\n",
        "conf.py": text,
        "base.py": "BASE = 1\n",
        "listed.py": "__all__ = ('_A', 'B')\n_A = B = C = 1\n",
        "private.py": "_A = B = 1\n",
        "summed.py": "from listed import *\n__all__ = ['A'] + ['B']\nA = B = C = 1\n",
        "computed.py": "__all__ = f()\nA = _B = 1\n",
        "broken.py": "x = = 1\n",
        "open.py": "exec('x')\n",
        "one.py": "from two import *\nONE = 1\n",
        "two.py": "from one import *\nTWO = 1\n",
    }

    configuration = only(files)

    expected = found.split()
    assert sorted(names(configuration)) == sorted(expected)
    assert reasons(configuration) == open_for


def test_settings_stand_in_the_order_in_which_they_come_to_count() -> None:
    files = {
        "app.py": f"{APP}app.config_from_object('conf')\n",
        "conf.py": "A = 1\nfrom left import *\nB = 1\nfrom right import *\nC = 1\n",
        "left.py": "from base import *\nL = 1\n",
        "right.py": "from base import *\nR = 1\n",
        "base.py": "X = 1\n",
    }

    assert names(only(files)) == ("A", "L", "B", "X", "R", "C")


def test_circular_star_import_brings_what_is_there_by_then() -> None:
    files = {
        "app.py": f"{APP}app.config_from_object('conf')\n",
        "conf.py": "A = 1\nfrom other import *\nC = 1\n",
        "other.py": "from conf import *\nB = 1\n",
    }

    assert names(only(files)) == ("A", "B", "C")


def test_star_imports_that_meet_again_and_again_are_no_trouble() -> None:
    stars = {
        f"m{i}.py": f"from m{i + 1} import *\nfrom m{i + 2} import *\nX{i} = 1\n" for i in range(40)
    }

    found = only({"app.py": f"{APP}app.config_from_object('m0')\n", **stars})

    assert len(found.settings) == 40
    assert len(found.unresolved) == 3


def test_endless_chain_of_star_imports_is_given_up() -> None:
    stars = {f"m{i}.py": f"from m{i + 1} import *\n" for i in range(300)}

    found = only({"app.py": f"{APP}app.config_from_object('m0')\n", **stars})

    assert reasons(found) == ("star imports are nested too deeply",)


def test_only_what_is_asked_for_is_read() -> None:
    files = {
        "app.py": f"{APP}app.config_from_object('conf')\n",
        "conf.py": "from base import *\n",
        "base.py": "A = 1\n",
        "other.py": "B = 1\n",
    }

    project = linked(files, roots=("app.py",))

    assert [index.facts.path for index in project.facts.roots()] == ["app.py", "base.py", "conf.py"]


# --- what is named or handed to config_from_object ----------------------------------------------


@pytest.mark.parametrize(
    ("expression", "found", "grade"),
    [
        ("'conf'", "A K L", Grade.CERTAIN),
        ("'conf:K'", "x", Grade.CERTAIN),
        ("'conf.K'", "x", Grade.CERTAIN),
        ("conf", "A K L", Grade.CERTAIN),
        ("conf.K", "x", Grade.CERTAIN),
        ("K", "x", Grade.CERTAIN),
        ("K()", "x", Grade.CERTAIN),
        ("L()", "x y", Grade.CERTAIN),
        ("{'x': 1}", "x", Grade.CERTAIN),
        ("dict(x=1)", "x", Grade.CERTAIN),
        ("'co' + 'nf'", "A K L", Grade.CERTAIN),
        ("'deep'", "D", Grade.LIKELY),
        ("deep_module", "D", Grade.LIKELY),
        ("'conf' if a else 'other'", "A K L O", Grade.LIKELY),
        ("environ.get('X', 'conf')", "A K L", Grade.LIKELY),
        ("environ['X']", "", Grade.UNKNOWN),
        ("'gone'", "", Grade.UNKNOWN),
        ("'gone:K'", "", Grade.UNKNOWN),
        ("'pkg.gone'", "", Grade.UNKNOWN),
        ("'conf:gone'", "", Grade.UNKNOWN),
        ("'conf:A'", "", Grade.UNKNOWN),
        ("'.conf'", "", Grade.UNKNOWN),
        ("''", "", Grade.UNKNOWN),
        ("'broken'", "", Grade.UNKNOWN),
        ("'django.conf:settings'", "", Grade.UNKNOWN),
        ("django.conf.settings", "", Grade.UNKNOWN),
        ("outside", "", Grade.UNKNOWN),
        ("conf.K.x.y", "", Grade.UNKNOWN),
        ("f(1)(2)", "", Grade.UNKNOWN),
        ("1", "", Grade.UNKNOWN),
    ],
)
def test_what_is_loaded(expression: str, found: str, grade: Grade) -> None:
    files = {
        "app.py": f"{APP}import conf\nfrom conf import K, L\nfrom os import environ\n"
        f"import deep as deep_module\napp.config_from_object({expression})\n",
        "conf.py": "A = 1\nclass K: x = 1\nclass L(K):\n  def __init__(self): self.y = 1\n",
        "other.py": "O = 1\n",
        "far/away/deep.py": "D = 1\n",
        "broken.py": "x = = 1\n",
    }

    configuration = only(files)

    assert (names(configuration), configuration.grade) == (tuple(found.split()), grade)
    assert configuration.closed == (grade is Grade.CERTAIN or "deep" in expression)


# --- classes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found", "open_for"),
    [
        ("class K:\n  a = 1\n  b = a", "a b", ()),
        ("class K(object):\n  a = 1\n  del a\n  b = 1", "b", ()),
        ("class K:\n  a = 1\n  if x:\n    del a\n    b = 1", "a b?", ()),
        ("class B:\n  b = 1\nclass K(B):\n  a = 1", "b a", ()),
        ("class B:\n  b = 1\nclass K(B):\n  del b", "", ()),
        (
            (
                "class A:\n  a = 1\nclass B(A):\n  b = 1\nclass C(A):\n  c = 1\n"
                "class K(B, C):\n  k = 1"
            ),
            "a c b k",
            (),
        ),
        ("class K(gone.B):\n  a = 1", "a", ("`gone.B` comes from outside the project",)),
        ("class K(f()):\n  a = 1", "a", ("a base class cannot be followed",)),
        ("x = 1\nclass K(x.y):\n  a = 1", "a", ("a base class cannot be followed",)),
        ("x = 1\nclass K(x):\n  a = 1", "a", ("a base class cannot be followed",)),
        ("class K(K):\n  a = 1", "a", ("a base class cannot be followed",)),
        ("from base import K\nclass K(K):\n  a = 1", "base a", ()),
        ("class K:\n  vars().update(x)", "", ("vars may set any name",)),
        ("class K:\n  locals()[x] = 1", "", ("vars may set any name", "dynamic may set any name")),
        ("class K:\n  def f(self): exec(x)", "f", ()),
        ("class K: a = 1\nK.b = 1", "a", ()),
        ("class K: a = 1\nsetattr(K, x, 1)", "a", ("a name is computed",)),
        ("class K:\n  def __init__(self): self.i = 1", "", ()),
        (
            "".join(f"class K{i}(K{i + 1}): pass\n" for i in range(80)) + "class K(K0): a = 1",
            "a",
            ("a base class cannot be followed",),
        ),
    ],
)
def test_class(text: str, found: str, open_for: tuple[str, ...]) -> None:
    configuration = only(loading("K", conf=text, base="class K: base = 1\n"))

    assert names(configuration) == tuple(found.split())
    assert reasons(configuration) == open_for


@pytest.mark.parametrize(
    ("text", "found", "open_for"),
    [
        ("class K:\n  a = 1\n  def __init__(self): self.i = 1", "a i", ()),
        ("class B:\n  def f(me): me.i = 1\nclass K(B):\n  def g(self): self.j = 1", "f g i j", ()),
        ("class K:\n  def __init__(self, **k): self.__dict__.update(k)", "", ()),
        ("class K:\n  def __init__(self): self[x] = 1", "", ("a name is computed",)),
    ],
)
def test_instance(text: str, found: str, open_for: tuple[str, ...]) -> None:
    configuration = only(loading("K()", conf=text))

    assert names(configuration) == tuple(found.split())
    assert reasons(configuration) == open_for


def test_module_whose_names_are_computed_elsewhere_is_open() -> None:
    files = loading("conf", conf="A = 1\n", other="import conf\nsetattr(conf, name, 1)\n")

    assert reasons(only(files)) == ("a name is computed",)


# --- dicts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found", "open_for"),
    [
        ("D = {'a': 1, **{'b': 2}}", "a b", ()),
        ("D = {'a': 1, **E}\nE = dict(b=1, **F)\nF = {}", "a b", ()),
        ("D = dict({'a': 1}, b=2)", "a b", ()),
        ("from copy import deepcopy\nD = deepcopy(E)\nE = {'a': 1}", "a", ()),
        ("D = E.copy()\nE = {'a': 1}", "a", ()),
        ("D = E\nE = {'a': 1}", "a", ()),
        ("D = {'a': 1} | E\nE = {'b': 1}", "a b", ()),
        ("D = {'a': 1} if x else {'b': 2}", "a? b?", ()),
        ("D = lambda: {'a': 1}", "a", ()),
        ("def f(): return {'a': 1}\nD = f()", "a", ()),
        ("def f():\n  if x: return {'a': 1}\n  return E\nE = {'b': 1}\nD = f()", "a? b?", ()),
        ("def f():\n  d = {'a': 1}\n  d['b'] = 1\n  return d\nD = f()", "a b", ()),
        ("if x:\n  D = {'a': 1}\nelse:\n  D = {'b': 1}", "a? b?", ()),
        ("def f():\n  global D\n  d = 1\n  D = {'a': d}", "a?", ()),
        ("D = {'a': 1}\nD['b'] = 1\nD.update(c=1)\nD.update({'d': 1})", "a b c d", ()),
        ("D = {'a': 1}\nD.setdefault('b', 1)\nD |= {'c': 1}", "a c b", ()),
        (
            "D = {'a': 1}\nif x:\n  D['b'] = 1\n  D.update(c=1)\n  D.setdefault('d')",
            "a b? c? d?",
            (),
        ),
        ("D = {'a': 1}\ndef f(): D['b'] = 1", "a b", ()),
        ("D = {'a': 1, 'b': 1}\ndel D['a']\nD['c'] = 1", "b c", ()),
        ("D = {'a': 1}\nif x:\n  del D['a']", "a", ()),
        ("D = {'a': 1}\ndef f():\n  del D['a']", "a", ()),
        ("D = {'a': 1}\nE.update(b=1)\nE['c'] = 1\nE = {}\nf()['x'] = 1", "a", ()),
        ("D = {'a' 'b': 1}", "ab", ()),
        ("D = {a: 1, 'b': 1}", "b", ("a key is not a plain string",)),
        ("D = {1: 1}", "", ("a key is not a plain string",)),
        ("D = {'a': 1, **x}", "a", ("`x` comes from outside the project",)),
        ("D = {'a': 1}\nD.update(load())", "a", (LOST,)),
        ("D = {'a': 1}\nD.update(**x)", "a", ("`x` comes from outside the project",)),
        ("D = {'a': 1}\nD[x] = 1", "a", ("a name is computed",)),
        ("D = {'a': 1}\nD.setdefault(x, 1)", "a", ("a name is computed",)),
        ("D = {k: 1 for k in x}", "", (LOST,)),
        ("D = load()", "", (LOST,)),
        ("D = x.copy()", "", ("`x` comes from outside the project",)),
        ("def f(): pass\nD = f()", "", (LOST,)),
        ("def f(): return f()\nD = f()", "", (LOST,)),
        ("D = E\nE = {**E}", "", (LOST,)),
        ("D = {**D, **D, **D}", "", (LOST,)),
        ("for D in x: pass", "", (LOST,)),
        ("D = {'a': 1}\ndel D", "", (LOST,)),
        ("D = " + "(lambda: " * 30 + "{'a': 1}" + ")" * 30, "", (LOST,)),
        ("".join(f"D{i} = {{**D{i + 1}}}\n" for i in range(40)) + "D = D0", "", (LOST,)),
    ],
)
def test_dict(text: str, found: str, open_for: tuple[str, ...]) -> None:
    configuration = only(loading("conf.D", conf=text))

    assert names(configuration) == tuple(found.split())
    assert reasons(configuration) == open_for


def test_dict_is_followed_into_the_files_that_change_it() -> None:
    files = loading("D", conf="D = {'a': 1}\n", other="from conf import D\nD['b'] = 1\n")

    assert names(only(files)) == ("a", "b")


def test_names_and_values_say_where_they_stand() -> None:
    (setting,) = only(loading("conf.D", conf="D = {'a': 1}\n")).settings

    assert (setting.place.path, setting.layer) == ("conf.py", Layer.SOURCE)
    assert (setting.owner.path, setting.owner.name) == ("conf.py", "D")


def imported_class(line: str, name: str, text: str) -> Configuration:
    """Return the configuration of an app that loads a class from elsewhere."""
    files = {
        "app.py": f"{APP}{line}\napp.config_from_object({name})\n",
        "conf.py": text,
        "pack/__init__.py": "from pack.conf import *\n",
        "pack/conf.py": text,
        "__init__.py": "from pack import *\n",
    }
    (configuration,) = linked(files, roots=("app.py",)).configurations
    assert names(configuration) == ("A",)
    return configuration


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from conf import K", "K"),
        ("from conf import K as L", "L"),
        ("import conf", "conf.K"),
        ("from pack import conf", "conf.K"),
        ("from pack.conf import K", "K"),
    ],
)
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("class K:\n  A = 1\nfrom gone import *\n", ("there is no module `gone` in the project",)),
        ("class K:\n  A = 1\nglobals().update(x)\n", ("globals may set any name",)),
        ("from gone import *\nclass K:\n  A = 1\n", ()),
    ],
)
def test_class_may_be_replaced_by_what_comes_after_it(
    line: str, name: str, text: str, found: tuple[str, ...]
) -> None:
    assert reasons(imported_class(line, name, text)) == found


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from pack import K", "K"),
        ("import pack.conf", "pack.K"),
        ("from .pack import K", "K"),
        ("from . import K", "K"),
    ],
)
def test_class_that_a_star_import_brings_may_be_replaced(line: str, name: str) -> None:
    text = "class K:\n  A = 1\nglobals().update(x)\n"

    assert reasons(imported_class(line, name, text)) == ("globals may set any name",)


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("all = {'a': A, 'b': B}\ndef get():\n  cls = all[x]\n  return cls()\ns = get()", "X? Y?"),
        ("all = {'a': A, 'b': B}\ns = all[x]()", "X? Y?"),
        ("def get():\n  return {'a': A}[x]()\ns = get()", ""),
        ("s = all[x]()", ""),
        ("all = dict(a=A)\ns = all[x]()", "X?"),
    ],
)
def test_class_that_is_chosen_at_run_time_is_one_of_those_there_are(made: str, found: str) -> None:
    classes = "class A:\n  X = 1\nclass B:\n  Y = 1\n"
    configuration = only(loading("conf.s", conf=f"{classes}{made}\n"))

    assert names(configuration) == tuple(found.split())
    assert configuration.grade is (Grade.LIKELY if found else configuration.grade)
    assert not configuration.closed


# --- modules that are imported or named in pieces -------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("app.config_from_object('%s.conf' % __package__)", ("A",)),
        ("app.config_from_object(__name__.conf)", ()),
        ("app.config_from_object(f'{__package__}.conf:Live')", ("B",)),
        ("import importlib\napp.config_from_object(importlib.import_module('shop.conf'))", ("A",)),
        (
            "import importlib\nc = importlib.import_module('shop.conf')\napp.config_from_object(c)",
            ("A",),
        ),
        (
            "from importlib import import_module as i\napp.config_from_object(i('.conf', 'shop'))",
            (),
        ),
        (
            "import werkzeug as w\napp.config_from_object(w.utils.import_string('shop.conf.Live'))",
            ("B",),
        ),
    ],
)
def test_module_is_found_however_it_is_named(text: str, found: tuple[str, ...]) -> None:
    configuration = only(
        {
            "shop/__init__.py": "",
            "shop/queue.py": f"{APP}{text}\n",
            "shop/conf.py": "A = 1\nclass Live:\n  B = 2\n",
        }
    )

    assert tuple(name for name in names(configuration) if name != "Live") == found


def test_package_of_a_package_is_itself() -> None:
    text = f"{APP}app.config_from_object(__package__ + '.conf')\n"

    assert names(only({"shop/__init__.py": text, "shop/conf.py": "A = 1\n"})) == ("A",)


@pytest.mark.parametrize(("path", "found"), [("shop/conf.py.dist", ("A",)), ("shop/other.py", ())])
def test_pattern_of_an_absent_module_in_a_package_is_taken(
    path: str, found: tuple[str, ...]
) -> None:
    files = {"app.py": f"{APP}app.config_from_object('shop.conf')\n", "shop/__init__.py": ""}

    configuration = only({**files, path: "A = 1\n"})

    assert names(configuration) == found
    assert "there is no module `shop.conf` in the project" in reasons(configuration)


# --- what is handed to a parameter ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ("make('one')", [("A",)]),
        ("make(conf='one')", [("A",)]),
        ("make('one')\nmake('two')", [("A",), ("B",)]),
        ("make('one')\nmake('one')", [("A",), ("A",)]),
        ("make(one)\nimport one", [("A",)]),
        ("make('one')\nmake()", [()]),
        ("make(*x)", [()]),
        ("def other(conf): make(conf)\nother('one')", [("A",)]),
        ("def make(conf): make(conf)", [()]),
        ("from pkg.factory import make as m\nm('one')", [("A",)]),
        ("from pkg import made\nmade('one')", [()]),
        ("", [()]),
    ],
)
def test_module_that_calls_hand_to_a_factory_is_loaded(
    calls: str, found: list[tuple[str, ...]]
) -> None:
    factory = (
        "def make(conf=None):\n  app = Celery()\n  app.config_from_object(conf)\n  return app\n"
    )
    files = {
        "pkg/__init__.py": "from .factory import make\n",
        "pkg/factory.py": f"from celery import Celery\n{factory}",
        "run.py": f"from pkg import make\n{calls}\n",
        "one.py": "A = 1\n",
        "two.py": "B = 2\n",
    }

    configurations = linked(files, roots=("pkg/factory.py", "run.py")).configurations

    assert [names(each) for each in configurations] == found


def test_parameter_that_is_bound_anew_is_not_what_is_handed() -> None:
    factory = (
        "def make(conf):\n  conf = other(conf)\n  app = Celery()\n  app.config_from_object(conf)\n"
    )
    files = {"app.py": f"from celery import Celery\n{factory}make('one')\n", "one.py": "A = 1\n"}

    (configuration,) = linked(files).configurations

    assert (names(configuration), configuration.grade) == ((), Grade.UNKNOWN)
