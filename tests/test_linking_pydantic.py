"""Models of pydantic, dataclasses and classes of attrs as sources: their fields are settings."""

from __future__ import annotations

import pytest

from celerylint.facts import Constant
from celerylint.model import Carrier, Configuration
from tests.judged import doubts, found, judged
from tests.projects import names, only

APP = "from celery import Celery\napp = Celery('shop')\n"
PYDANTIC = "from pydantic_settings import BaseSettings\nfrom pydantic import BaseModel, Field\n"
DATA = "import attr, attrs, dataclasses\nfrom dataclasses import dataclass, field\n"


def loaded(text: str, expression: str = "K()") -> Configuration:
    """Return the configuration of an app that loads an instance of a class, or the class itself."""
    conf = f"{PYDANTIC}{DATA}{text}\n"
    load = f"from conf import K\napp.config_from_object({expression})\n"
    return only({"app.py": f"{APP}{load}", "conf.py": conf})


def values(configuration: Configuration) -> list[object]:
    """Return the plain values of the settings, an ellipsis for anything else."""
    every = (setting.value for setting in configuration.settings)
    return [value.value if isinstance(value, Constant) else ... for value in every]


@pytest.mark.parametrize(
    ("text", "told", "worth"),
    [
        ("class K(BaseSettings):\n  a: int = 1", "a", [1]),
        ("class K(BaseSettings):\n  a: int = '1'\n  b: bool = 'no'", "a b", [..., ...]),
        ("class K(BaseSettings):\n  a: int = 1.5\n  b = 'x'\n  c: list = x", "b a c", None),
        ("class K(BaseSettings):\n  a: str | None = None", "a", [...]),
        ("class K(BaseSettings):\n  a: int = Field(1)", "a", [1]),
        ("class K(BaseSettings):\n  a: int = Field(default=1, gt=0)", "a", [1]),
        ("class K(BaseSettings):\n  a: str = Field(default_factory=lambda: 'x')", "a", ["x"]),
        ("class K(BaseSettings):\n  a: list = Field(default_factory=list)", "a", [...]),
        ("class K(BaseSettings):\n  a: int", "a", [...]),
        ("class K(BaseSettings):\n  a: int = other()", "a", [...]),
        (
            "class K(BaseSettings):\n  model_config = {}\n  class Config: x = 1\n  a: int = 1",
            "a",
            [1],
        ),
        ("class B(BaseSettings):\n  a: int = '1'\nclass K(B):\n  b: int = 2", "a b", [..., 2]),
        ("class K(BaseModel):\n  a: int = '1'", "a", ["1"]),
        ("@dataclass\nclass K:\n  a: int = field(default=1)", "a", [1]),
        ("@dataclass(frozen=True)\nclass K:\n  a: int\n  b: int = 2", "a b", [..., 2]),
        ("@attrs.define\nclass K:\n  a = attrs.field(factory=lambda: 1)", "a", [1]),
        ("class K:\n  a: int", "", []),
        ("class K:\n  model_config = 1", "model_config", [1]),
        ("@other\nclass K:\n  a: int", "", []),
    ],
)
def test_fields_of_an_instance(text: str, told: str, worth: list[object] | None) -> None:
    configuration = loaded(text)

    assert sorted(names(configuration)) == sorted(told.split())
    assert worth is None or values(configuration) == worth
    assert configuration.closed


@pytest.mark.parametrize("expression", ["get()", "made", "(get() if x else get())"])
def test_function_gives_an_instance(expression: str) -> None:
    text = "class K:\n  def __init__(self): self.a = 1\ndef get(): return K()\nmade = get()\n"

    configuration = only({"app.py": f"{APP}{text}app.config_from_object({expression})\n"})

    assert {setting.name for setting in configuration.settings} == {"a"}


def test_property_is_a_setting_of_an_instance() -> None:
    text = "class K:\n  @property\n  def a(self): return 1\n  def b(self): return 2"

    kinds = {setting.name: setting.kind.value for setting in loaded(text).settings}

    assert kinds == {"a": "other", "b": "function"}


def test_fields_of_settings_are_known_to_the_environment() -> None:
    text = "class K(BaseSettings):\n  a: int\n  b: int = 1"

    assert {setting.carrier for setting in loaded(text).settings} == {Carrier.FIELD}


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("class K(BaseSettings):\n  b: int\n  a: int = 1", "a b"),
        ("class B(BaseModel):\n  b: int = 1\nclass K(B):\n  a: int = 1", "a b"),
        ("@dataclass\nclass K:\n  a: int\n  b: int = 1\n  c: int = field(default=1)", "a"),
        ("@dataclass\nclass K:\n  a: list = field(default_factory=list)\n  b: T = f()", "a"),
        ("@dataclass(slots=True)\nclass K:\n  a: int = 1", "a"),
        ("@dataclass(slots=False)\nclass K:\n  a: int = 1", ""),
        ("@attr.s\nclass K:\n  a = attr.ib()\n  b = 1", "a"),
        ("@attrs.define(slots=False)\nclass K:\n  a: int = 1", "a"),
        ("class K:\n  b = 1\n  def __init__(self): self.a = self.b = 1", "a"),
        ("class K:\n  @property\n  def a(self): return 1\n  def b(self): return 2", "a"),
        ("class B:\n  def __init__(self): self.a = 1\nclass K(B): pass", "a"),
        ("class K(gone):\n  a = 1", ""),
        ("x = 1\nclass K(x):\n  a = 1", ""),
        ("class K:\n  a: int", ""),
    ],
)
@pytest.mark.parametrize("expression", ["K", "'conf:K'", "'conf.K'"])
def test_class_lacks_what_its_instances_have(text: str, lost: str, expression: str) -> None:
    (loading,) = loaded(text, expression).loadings

    assert loading.lost == tuple(lost.split())
    assert (loading.cls.name if loading.cls else "") == ("K" if lost else "")


def test_instance_lacks_nothing() -> None:
    (loading,) = loaded("class K:\n  def __init__(self): self.a = 1").loadings

    assert (loading.cls, loading.lost) == (None, ())


@pytest.mark.parametrize("expression", ["gone", "K.x.y", "{'a': 1}"])
def test_what_is_no_class_lacks_nothing(expression: str) -> None:
    (loading,) = loaded("class K: x = 1", expression).loadings

    assert (loading.cls, loading.lost) == (None, ())


# --- how it is judged ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("class K(BaseSettings):\n  task_time_limit: int = '30'", []),
        ("class K(BaseSettings):\n  task_always_eager: bool = 'false'", []),
        (
            "class K(BaseModel):\n  task_always_eager: bool = 'false'",
            ["6 CEL202 task_always_eager"],
        ),
        ("class K(BaseSettings):\n  task_acks_lat: bool = True", ["6 CEL104 task_acks_lat"]),
    ],
)
def test_what_pydantic_converts_is_right(text: str, codes: list[str]) -> None:
    files = {"app.py": f"{PYDANTIC}{APP}{text}\napp.config_from_object(K())\n"}

    assert found(judged(files)) == codes


def test_class_that_lacks_no_setting_is_right() -> None:
    text = "class K:\n  task_acks_late = True\n  def __init__(self): self.mine = 1\n"

    assert found(judged({"app.py": f"{APP}{text}app.config_from_object(K)\n"})) == []


def test_class_without_values_is_an_error() -> None:
    text = "class K:\n  def __init__(self):\n    self.task_acks_late = True\n"

    assert found(judged({"app.py": f"{APP}{text}app.config_from_object(K)\n"})) == [
        "6 CEL229 task_acks_late"
    ]


def test_name_of_a_field_may_be_set_by_the_environment() -> None:
    text = "class K(BaseSettings):\n  CELERY_TASK_SERIALIZER: str = 'json'\n"

    assert doubts({"app.py": f"{PYDANTIC}{APP}{text}app.config_from_object(K)\n"}) == [
        "the environment may set `CELERY_TASK_SERIALIZER`"
    ]
