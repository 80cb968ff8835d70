"""What the user says about apps counts for certain, and is checked."""

from __future__ import annotations

import pytest

from celerylint.linking.django_modules import Search
from celerylint.linking.project import link
from celerylint.model import Configuration, FoundBy, Grade
from celerylint.options.app_options import AppOption
from celerylint.options.table import Options, UsageError
from tests.judged import found as told
from tests.judged import judged
from tests.projects import APP, facts_of, names, reasons, tells

CONF = {"conf/live.py": "A = 1\nclass Live:\n  B = 2\n  KEYS = {'C': 3}\nmade = Live()\n"}


def said(files: dict[str, str], *options: AppOption) -> list[Configuration]:
    """Return the configurations of a project of which the user says something."""
    search = Search(tuple(files), (), lambda path: files[path].encode())
    read = {path: facts_of(text, path) for path, text in files.items()}
    return list(link(read.get, tuple(files), tells, search, options).configurations)


@pytest.mark.parametrize("app", ["app:app", "app.py:app", "app"])
@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("conf.live", ("A", "Live", "made")),
        ("conf/live.py", ("A", "Live", "made")),
        ("conf.live:Live", ("B", "KEYS")),
        ("conf.live:made", ("B", "KEYS")),
        ("conf.live:Live.KEYS", ("C",)),
    ],
)
def test_app_loads_what_the_user_says(app: str, settings: str, found: tuple[str, ...]) -> None:
    text = f"{APP}app.config_from_object(x)\n"

    (configuration,) = said({"app.py": text, **CONF}, AppOption(app, (settings,), "CELERY"))

    assert (names(configuration), configuration.grade) == (found, Grade.CERTAIN)
    assert (configuration.namespace, configuration.namespace_known) == ("CELERY", True)
    assert reasons(configuration) == ()


def test_several_settings_are_alternatives() -> None:
    files = {"app.py": APP, **CONF, "other.py": "C = 3\n"}

    found = said(files, AppOption("app:app", ("conf.live", "other")))

    assert [names(each) for each in found] == [("A", "Live", "made"), ("C",)]


def test_namespace_alone_leaves_what_is_loaded() -> None:
    text = f"{APP}app.config_from_object('conf.live', namespace=x)\n"

    (found,) = said({"app.py": text, **CONF}, AppOption("app", (), ""))

    assert (names(found), found.namespace, found.namespace_known) == (
        ("A", "Live", "made"),
        None,
        True,
    )


def test_django_settings_stay_django_settings() -> None:
    text = f"{APP}app.config_from_object('django.conf:settings', namespace='CELERY')\n"
    files = {"app.py": text, "conf.py": "A = 1\nb = 2\n"}

    (found,) = said(files, AppOption("app", ("conf",)))

    assert (names(found), found.django, found.namespace) == (("A",), True, "CELERY")


def test_settings_with_installed_apps_are_those_of_django() -> None:
    files = {"app.py": "app = make()\n", "conf.py": "INSTALLED_APPS = []\nb = 2\n"}

    (found,) = said(files, AppOption("app", ("conf",)))

    assert (names(found), found.app.found_by) == (("INSTALLED_APPS",), FoundBy.OPTION)


def test_app_need_not_be_named_where_there_is_one() -> None:
    (found,) = said({"app.py": APP, **CONF}, AppOption("", ("conf.live",)))

    assert found.app.entity.path == "app.py"


def test_project_without_an_app_has_the_default_one() -> None:
    (found,) = said(CONF, AppOption("", ("conf.live",)))

    assert (names(found), found.app.found_by) == (("A", "Live", "made"), FoundBy.OPTION)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (AppOption("gone:app"), "there is no module `gone` in the project"),
        (AppOption("gone.py:app"), "there is no file `gone.py` in the project"),
        (AppOption("app:gone"), "`app.py` has no `gone`"),
        (AppOption("conf.live"), "`conf/live.py` has no `app` or `celery`"),
        (AppOption("app", ("conf.gone",)), "there is no module `conf.gone` in the project"),
        (AppOption("app", ("conf.live:Gone",)), "`conf/live.py` has no `Gone`"),
    ],
)
def test_what_is_not_there_is_refused(option: AppOption, message: str) -> None:
    with pytest.raises(UsageError, match="cannot be used: ") as caught:
        said({"app.py": APP, **CONF}, option)

    assert str(caught.value).endswith(f"in [[tool.celerylint.apps]] cannot be used: {message}")


def test_app_that_two_files_claim_is_refused() -> None:
    claims = AppOption("app", ("conf.live",)), AppOption("app.py:app", ("conf.live:Live",))

    with pytest.raises(UsageError, match=r"are about the app `app` in app\.py; put them into one"):
        said({"app.py": APP, **CONF}, *claims)


def test_app_must_be_named_where_there_are_several() -> None:
    files = {"app.py": APP, "other.py": APP, **CONF}

    with pytest.raises(UsageError, match="which `app` it means"):
        said(files, AppOption("", ("conf.live",)))


def test_settings_that_nothing_is_seen_to_load_are_fixed_on_the_users_word() -> None:
    files = {"app.py": f"{APP}app.config_from_object(x)\n", "conf.py": "CELERY_TIMEZONE = 'UTC'\n"}
    options = Options(target_version="5.6", apps=(AppOption("app", ("conf",)),))

    report = judged(files, options)

    assert told(report) == ["1 CEL101 CELERY_TIMEZONE"]
    assert report.findings[0].fix is not None


def test_wrong_word_is_refused_where_nothing_speaks_of_celery() -> None:
    with pytest.raises(UsageError, match="no module `gone`"):
        judged({"a.py": ""}, Options(apps=(AppOption("gone"),)))
