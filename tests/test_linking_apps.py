"""Apps are found under whatever names, and by what is done with them."""

from __future__ import annotations

import pytest

from celerylint.facts import Reference
from celerylint.finding import Span
from celerylint.model import FoundBy
from tests.projects import linked, names, only

IMPORT = "from celery import Celery\n"
SUBCLASS = "class S(K):\n  def g(self): self.a.conf.x = 1\n"
CACHED = "if not self._a: self._a = Celery()\n    return self._a"
LOAD_TWICE = "app.config_from_object('conf')\napp.config_from_object('conf')\n"


@pytest.mark.parametrize(
    "text",
    [
        "import celery\nqueue = celery.Celery()\nqueue.conf.x = 1",
        "import celery as c\nqueue = c.Celery()\nqueue.conf.x = 1",
        "from celery import Celery as C\nqueue: C = C()\nqueue.conf.x = 1",
        "from celery.app import Celery\napp = Celery()\napp.conf.x = 1",
        f"{IMPORT}(app) = (Celery)()\n(app).conf['x'] = 1",
        f"{IMPORT}a = b = Celery()\nb.conf.x = 1",
        f"{IMPORT}a, b = Celery(), 1\na.conf.x = 1",
        f"{IMPORT}app = Celery() if a else None\napp.conf.x = 1",
        f"{IMPORT}app = a or Celery()\napp.conf.x = 1",
        f"{IMPORT}app = Celery()\nother = app\nother.conf.x = 1",
        f"{IMPORT}app = Celery()\nconf = app.conf\nconf.x = 1",
        f"{IMPORT}try:\n  app = Celery()\nexcept E:\n  app = None\napp.conf.x = 1",
        f"{IMPORT}if a:\n  app = Celery(1)\nelse:\n  app = Celery(2)\napp.conf.x = 1",
        f"{IMPORT}app = None\ndef f():\n  global app\n  app = Celery()\ndef g(): app.conf.x = 1",
        "def f():\n  global app\n  from celery import Celery as C\n  app = C()\n  app.conf.x = 1",
        f"{IMPORT}async def f():\n  app = Celery()\n  app.conf.x = 1",
        f"{IMPORT}class K:\n  app = Celery()\n  def f(self): self.app.conf.x = 1",
        f"{IMPORT}class K:\n  app = Celery()\nK.app.conf.x = 1",
        f"{IMPORT}flask = Flask()\nflask.celery = Celery()\nflask.celery.conf.x = 1",
        f"{IMPORT}class K:\n  def f(self):\n    self.app = Celery()\nk = K()\nk.app.conf.x = 1",
        f"{IMPORT}class K:\n  def f(me):\n    me.app = Celery()\n    me.app.conf.x = 1",
        f"{IMPORT}class K:\n  def f(self): self.a = Celery()\n{SUBCLASS}",
        f"{IMPORT}class K:\n  @property\n  def a(self): return Celery()\n{SUBCLASS}",
        f"{IMPORT}class K:\n  @property\n  def a(self):\n    {CACHED}\n{SUBCLASS}",
        f"{IMPORT}class Own(Celery): pass\napp = Own()\napp.conf.x = 1",
        f"{IMPORT}class Own(Celery):\n  def f(self): self.conf.x = 1\napp = Own()",
        f"{IMPORT}class O(Celery): pass\nif a: C = Celery\nelse: C = O\napp = C()\napp.conf.x = 1",
        f"{IMPORT}class A(Celery): pass\nclass B(Mixin, A): pass\napp = B()\napp.conf.x = 1",
        f"{IMPORT}from celery import current_app as c\napp = Celery()\nc.conf.x = 1",
        f"{IMPORT}import celery\napp = Celery()\ncelery.current_app.conf.x = 1",
        f"{IMPORT}x = wrap(Celery)\napp = Celery()\napp.conf.x = 1",
        f"{IMPORT}Celery().conf.update(x=1)",
        f"{IMPORT}Celery().conf.x = 1",
        f"{IMPORT}app = wrap(Celery(x=1))",
    ],
)
def test_app_is_found_by_its_call(text: str) -> None:
    found = only(text)

    assert found.app.found_by is FoundBy.CALL
    assert [name.rstrip("?") for name in names(found)] == ["x"]


@pytest.mark.parametrize(
    "text",
    [
        "def f(): return Celery()\napp = f()\napp.conf.x = 1",
        "def f():\n  a = Celery()\n  return a\nf().conf.x = 1",
        "def f():\n  a = Celery()\n  return a\nconf = f().conf\nconf.x = 1",
        "def f():\n  def g():\n    a = Celery()\n    return a\n  return g()\nb = f()\nb.conf.x = 1",
        "def f(): return app.conf\napp = Celery()\nf().x = 1",
        "def f(): return app.conf\napp = Celery()\nc = f()\nc.x = 1",
        "def f(a): a.conf.x = 1\napp = Celery()\nf(app)",
        "def f(b, a): a.conf.x = 1\napp = Celery()\nf(1, app)\nf(a=app, b=1)",
        "def f(a): a.conf.x = 1\ndef g(b): f(b)\napp = Celery()\ng(app)",
        "def f(a):\n  f(a)\n  a.conf.x = 1\napp = Celery()\nf(app)",
        "def f(c): c.x = 1\napp = Celery()\nf(app.conf)",
        "class K:\n  def f(self, a): a.conf.x = 1\napp = Celery()\nK().f(app)\nk = K()\nk.f(app)",
    ],
)
def test_app_is_followed_through_functions(text: str) -> None:
    assert names(only(IMPORT + text)) == ("x",)


@pytest.mark.parametrize(
    "text",
    [
        "app = Celery()\nother.conf.x = 1",
        "app = Celery()\napp.other.x = 1",
        "app = Celery()\nclass K: pass\nK().conf.x = 1",
        "def f(a): a.conf.x = 1\napp = Celery()\nf(app)\nf(other)",
        "def f(a): a.conf.x = 1\napp = Celery()\nf()",
        "def f(a): a.conf.x = 1\napp = Celery()",
        "def f(a): a.conf.x = 1\napp = Celery()\nf(*app)",
        "def f(a): a.conf.x = 1\napp = Celery()\nf([app])",
        "def f(a): g(a); a.conf.x = 1\ndef g(b): f(b)\napp = Celery()\nf(app)",
        "def f(): pass\napp = Celery()\na = f()\na.conf.x = 1",
        "def f(): return 1\napp = Celery()\nf.conf.x = 1",
        "app = Celery()\nlambda a: a.conf.update(x=1)",
        "app = Celery()\na = app.tasks()\na.conf.x = 1",
        "app = Celery()\na = b()()\na.conf.x = 1",
        "app = Celery()\na = b().conf\na.x = 1",
        "app = Celery()\na = None\na.conf.x = 1",
        "class Celery2: pass\napp = Celery()\na = Celery2()\na.conf.x = 1",
        "class Loop(Loop): pass\napp = Celery()\na = Loop()\na.conf.x = 1",
        "app = Celery()\nfrom celery import current_app as c, current_task\nc.x = 1",
        "app = Celery()\nfrom celery import current_task\ncurrent_task.conf.x = 1",
    ],
)
def test_what_is_not_known_to_be_the_app_is_left_alone(text: str) -> None:
    assert names(only(IMPORT + text)) == ()


def test_calls_without_end_are_given_up() -> None:
    text = "".join(f"def f{i}(a): f{i + 1}(a)\n" for i in range(60))

    assert names(only(f"{IMPORT}{text}def f60(a): a.conf.x = 1\napp = Celery()\nf0(app)")) == ()


def test_functions_that_call_each_other_often_are_no_trouble() -> None:
    calls = "  f(b, a)\n  g(b, a)\n" * 40
    text = f"def f(a, b):\n{calls}def g(a, b):\n{calls}  a.conf.x = 1\napp = Celery()\nf(app, 1)\n"

    assert names(only(IMPORT + text)) == ()


def test_current_app_is_not_known_among_several() -> None:
    text = f"{IMPORT}from celery import current_app\na = Celery()\nb = Celery()\n"

    project = linked({"app.py": f"{text}current_app.conf.x = 1"})

    assert [names(configuration) for configuration in project.configurations] == [(), ()]


def test_subclass_with_several_apps_stands_for_none() -> None:
    text = f"{IMPORT}class Own(Celery):\n  def f(self): self.conf.x = 1\na = Own()\nb = Own()\n"

    project = linked({"app.py": text})

    assert [names(configuration) for configuration in project.configurations] == [(), ()]


@pytest.mark.parametrize(
    "text",
    [
        "from lib import make\napp = make()\napp.config_from_object('conf')\napp.conf.y = 1",
        "def init(app):\n  app.config_from_object('conf')\n  app.conf.y = 1",
        f"from lib import make\napp = make()\ndef f(a): a.conf.y = 1\nf(app)\n{LOAD_TWICE}",
        "from celery import current_app as c\nc.config_from_object('conf')\nc.conf.y = 1",
        "import celery\nc = celery.current_app\nc.config_from_object('conf')\nc.conf.y = 1",
    ],
)
def test_whatever_loads_a_configuration_is_an_app(text: str) -> None:
    found = linked({"app.py": text, "conf.py": "x = 1\n"}).configurations[0]

    assert found.app.found_by is FoundBy.BEHAVIOUR
    assert names(found) == ("x", "y")


@pytest.mark.parametrize(
    "text",
    [
        "outside.config_from_object('conf')",
        "config_from_object('conf')",
        "a = 1\na.b.config_from_object('conf')",
        "f().config_from_object('conf')",
    ],
)
def test_what_has_no_name_of_its_own_is_no_app(text: str) -> None:
    assert linked({"app.py": text, "conf.py": "x = 1\n"}).configurations == ()


def test_apps_are_known_under_the_names_of_other_files() -> None:
    files = {
        "pkg/__init__.py": "from .celery import app as celery_app\n",
        "pkg/celery.py": f"{IMPORT}app = Celery()\n",
        "pkg/tasks.py": "from pkg import celery_app\ncelery_app.conf.a = 1\n",
        "pkg/sub/__init__.py": "from ..celery import app\napp.conf.b = 1\n",
        "pkg/sub/deep.py": "from . import app\napp.conf.c = 1\n",
        "run.py": "import pkg.celery\npkg.celery.app.conf.d = 1\n",
        "star.py": "from pkg.celery import *\napp.conf.e = 1\n",
    }

    assert sorted(names(only(files))) == list("abcde")


def test_all_apps_are_listed_once_by_place() -> None:
    text = f"{IMPORT}a = b = Celery()\nc = Celery()\n"
    apps = linked({"app.py": text}).apps

    assert [app.entity.name for app in apps.all] == ["a", "c"]


def test_app_is_asked_for_by_expression() -> None:
    apps = linked({"app.py": f"{IMPORT}app = Celery()\n"}).apps

    found = apps.of("app.py", "", Reference(Span(0, 0), "app.conf.x"))

    assert found is not None
    assert (found[0].entity.name, found[1]) == ("app", ("conf", "x"))
    assert apps.of("app.py", "", Reference(Span(0, 0), "other.conf")) is None


def test_functions_of_one_name_are_no_crash() -> None:
    text = "def f(one): one.conf.a = 1\ndef f(two): pass\nf(x)\n"

    assert linked({"app.py": text}).configurations == ()
