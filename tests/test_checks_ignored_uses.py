"""Tests that override a name which does not count, and code that reads one that is not set."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import fixed, found, judged
from tests.test_checks_django import NAMESPACED, PLAIN, site

SET = "CELERY_TASK_ALWAYS_EAGER = False\n"
UNSAFE = Options(target_version="5.6", unsafe_fixes=True)
IMPORT = "from django.conf import settings\n"
FROM = "from shop.settings import"


# --- overrides ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "override_settings({}=True)\n",
        "self.settings({}=True)\n",
        "modify_settings({}={{'append': 'x'}})\n",
        "override_settings(**{{'{}': True}})\n",
        IMPORT + "settings.{} = True\n",
        IMPORT + "mock.patch.object(settings, '{}', True)\n",
        IMPORT + "monkeypatch.setattr(settings, '{}', True)\n",
        "def test_order(settings):\n    settings.{} = True\n",
    ],
)
def test_override_of_a_dead_name_is_found_and_renamed_on_request(text: str) -> None:
    tests = text.format("CELERY_ALWAYS_EAGER")
    files = site(SET, tests=tests)
    (finding,) = judged(files).findings

    assert (finding.code, finding.setting) == ("CEL120", "CELERY_ALWAYS_EAGER")
    assert finding.place.path == "shop/tests.py"
    changes = fixed(files, UNSAFE).changes
    assert changes == {"shop/tests.py": text.format("CELERY_TASK_ALWAYS_EAGER").encode()}
    assert found(judged({**files, "shop/tests.py": changes["shop/tests.py"]})) == []
    assert fixed(files).changes == {}


@pytest.mark.parametrize(
    "tests",
    [
        "override_settings(CELERYCAM_X=True)\nCELERYD_POOL\n",
        "other(CELERY_ALWAYS_EAGER=True)\n",
        "override_settings(CELERY_ALWAYS_EAGER=True)\nprint(x.CELERY_ALWAYS_EAGER)\n",
        "override_settings(**{**more, name: True, 3: True}, **{}, x={'CELERY_ALWAYS_EAGER': True})",
        "settings.CELERY_ALWAYS_EAGER = True\n",
        IMPORT + "del settings.CELERY_ALWAYS_EAGER\nmock.patch.object(settings)\n",
        IMPORT + "mock.patch.object(settings, name)\nsetattr(settings, name, 1)\n",
        "def run(settings):\n    other.CELERY_ALWAYS_EAGER = True\n",
    ],
)
def test_other_overrides_are_fine(tests: str) -> None:
    assert found(judged(site(SET, tests=tests))) == []


def test_override_that_is_written_in_pieces_has_no_fix() -> None:
    tests = "override_settings(**{'CELERY_' 'ALWAYS_EAGER': True})\n"
    (finding,) = judged(site(SET, tests=tests)).findings

    assert (finding.code, finding.fix) == ("CEL120", None)


def test_override_with_the_prefix_does_nothing_without_a_namespace() -> None:
    tests = "override_settings(CELERY_TASK_ALWAYS_EAGER=True)\n"
    report = judged(site("CELERY_TASK_SERIALIZER = 'json'\n", PLAIN, tests=tests))
    (finding,) = (each for each in report.findings if each.code == "CEL120")

    assert finding.fix is None
    assert finding.message.endswith("`CELERY_TASK_ALWAYS_EAGER` without a namespace")


def test_override_counts_where_one_app_has_no_namespace() -> None:
    files = site(SET, second=PLAIN, tests="override_settings(CELERY_ALWAYS_EAGER=True)\n")

    assert "CEL120" not in {each.code for each in judged(files).findings}


# --- reads -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (IMPORT + "if settings.{}: pass\n", None),
        (IMPORT + "print(getattr(settings, '{}', False))\n", None),
        ("from shop import settings\nprint(settings.{})\n", None),
        (
            f"{FROM} SECRET, {{}}\nprint({{}})\n",
            f"{FROM} SECRET, CELERY_TASK_ALWAYS_EAGER as {{}}\nprint({{}})\n",
        ),
    ],
)
def test_read_of_a_name_that_is_no_longer_set_is_found(text: str, after: str | None) -> None:
    files = site("SECRET = 1\n" + SET, views=text.replace("{}", "CELERY_ALWAYS_EAGER"))
    (finding,) = judged(files).findings

    assert (finding.code, finding.setting) == ("CEL122", "CELERY_ALWAYS_EAGER")
    assert finding.labels[0].place.path == "shop/settings.py"
    wanted = (
        after.replace("{}", "CELERY_ALWAYS_EAGER")
        if after
        else text.replace("{}", "CELERY_TASK_ALWAYS_EAGER")
    )
    changes = fixed(files, UNSAFE).changes
    assert changes == {"shop/views.py": wanted.encode()}
    assert found(judged({**files, **{p: str(t, "utf-8") for p, t in changes.items()}})) == []


@pytest.mark.parametrize(
    "code",
    [
        "print(other.CELERY_ALWAYS_EAGER)\n",
        IMPORT + "print(settings.CELERY_SHARDS, settings.EMAIL_HOST, settings.debug)\n",
        IMPORT + "print(settings.CELERY_ALWAYS_EAGER, settings.CELERY_TASK_ALWAYS_EAGER)\n",
        IMPORT + "print(settings.CELERY_ALWAYS_EAGER)\nCELERY_ALWAYS_EAGER = 1\n",
        IMPORT + "print(settings.CELERY_RESULT_BACKEND, settings.CELERY_ACKS_LATE)\n",
        IMPORT + "def f(settings):\n    return settings.CELERY_ALWAYS_EAGER\n",
        "from shop.views import CELERY_ALWAYS_EAGER\nfrom x import CELERY_ALWAYS_EAGER as y\n",
        f"{FROM} CELERY_ALWAYS_EAGER as eager\nprint(eager)\n",
    ],
)
def test_other_reads_are_fine(code: str) -> None:
    assert found(judged(site(SET, views=code))) == []


@pytest.mark.parametrize(
    ("settings", "app"),
    [
        (f"from .local import *\n{SET}", NAMESPACED),
        (f"CELERY_ALWAYS_EAGER = False\n{SET}", NAMESPACED),
        (SET, PLAIN),
    ],
)
def test_read_is_fine_where_something_may_set_the_name(settings: str, app: str) -> None:
    code = IMPORT + "print(settings.CELERY_ALWAYS_EAGER)\n"

    assert "CEL122" not in {f.code for f in judged(site(settings, app, views=code)).findings}
