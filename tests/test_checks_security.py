"""What is said of TLS, passwords and local backends is certain, and silent where it is not."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import fixed, found, judged

CONFIGURATION = "celeryconfig.py"
REDIS = "broker_url = 'redis://h'\n"
RESULTS = "result_backend = 'redis://h'\n"
HOST = "broker.example.com"
OLD = Options(select=("CEL5",), target_version="5.6")
NEW = Options(select=("CEL5",), target_version="5.7")


def codes(text: str, options: Options = OLD) -> list[str]:
    """Return what is found in a configuration, in short."""
    return found(judged({CONFIGURATION: text}, options))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (REDIS + "broker_use_ssl = True", ["2 CEL508 broker_use_ssl"]),
        (REDIS + "broker_use_ssl = 1", ["2 CEL508 broker_use_ssl"]),
        (REDIS + "broker_use_ssl = False", []),
        (REDIS + "broker_use_ssl = 'yes'", []),
        (REDIS + "broker_use_ssl = {'ssl_cert_reqs': f()}", []),
        (REDIS + "broker_use_ssl = f()", []),
        ("broker_url = 'redis://h?ssl_cert_reqs=required'\nbroker_use_ssl = True", []),
        ("broker_url = f'redis://h?{x}'\nbroker_use_ssl = True", []),
        ("broker_url = 'amqp://h'\nbroker_use_ssl = True", []),
        ("broker_url = f()\nbroker_use_ssl = True", []),
    ],
)
def test_true_is_no_tls_for_redis(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("result_backend = 'rediss://h'", ["1 CEL509 result_backend"]),
        ("result_backend = 'rediss://h?ssl_ca_certs=x'", ["1 CEL509 result_backend"]),
        ("result_backend = f'rediss://h?{x}'", []),
        ("result_backend = 'rediss://h'\nredis_backend_use_ssl = {'ssl_cert_reqs': f()}", []),
        (
            "result_backend = 'rediss://h'\nredis_backend_use_ssl = {'ssl_ca_certs': 'x'}",
            ["1 CEL509 result_backend"],
        ),
        ("result_backend = 'rediss://h'\nredis_backend_use_ssl = f()", []),
        ("broker_url = 'rediss://h'", ["1 CEL509 broker_url"]),
        ("broker_url = 'rediss://h?ssl_ca_certs=x'", []),
        ("broker_url = 'rediss://h'\nbroker_use_ssl = f()", []),
        ("broker_url = ['rediss://h', 'redis://h']", []),
    ],
)
def test_rediss_has_to_say_how_certificates_are_checked(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (REDIS + "broker_use_ssl = {'ca_certs': 'x'}", ["2 CEL510 broker_use_ssl"]),
        (REDIS + "broker_use_ssl = {'other': 'x'}", []),
        (REDIS + "broker_use_ssl = {'ca_certs': 'x'} if f() else None", []),
        (
            "broker_url = 'amqp://h'\nbroker_use_ssl = {'ssl_keyfile': 'x'}",
            ["2 CEL510 broker_use_ssl"],
        ),
        ("broker_url = 'amqp://h'\nbroker_use_ssl = {'keyfile': 'x'}", []),
        (RESULTS + "redis_backend_use_ssl = {'cert_reqs': 2}", ["2 CEL510 redis_backend_use_ssl"]),
        ("broker_url = f()\nbroker_use_ssl = {'ca_certs': 'x'}", []),
    ],
)
def test_keys_of_another_client_are_found(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "value",
    [
        "{'ssl_cert_reqs': 'none'}",
        "{'ssl_cert_reqs': ssl.CERT_NONE}",
        "{'ssl_cert_reqs': ssl.VerifyMode.CERT_NONE}",
        "dict(ssl_cert_reqs=ssl.CERT_NONE)",
    ],
)
def test_check_that_is_turned_off_is_found(value: str) -> None:
    text = f"import ssl\n{REDIS}broker_use_ssl = {value}"

    assert codes(text) == ["3 CEL511 broker_use_ssl"]


@pytest.mark.parametrize("value", ["{'ssl_cert_reqs': f()}", "{**x}", "f()", "{1: 2}", "dict(**x)"])
def test_check_that_is_not_known_is_left_alone(value: str) -> None:
    assert codes(f"import ssl\n{REDIS}broker_use_ssl = {value}") == []


def test_check_that_the_url_turns_off_is_found() -> None:
    assert codes("broker_url = 'rediss://h?ssl_cert_reqs=none'") == ["1 CEL511 broker_url"]


def test_tls_beside_a_plain_url_is_refused_up_to_5_6() -> None:
    text = RESULTS + "redis_backend_use_ssl = {'ssl_cert_reqs': f()}"

    assert codes(text) == ["1 CEL512 result_backend"]
    assert codes(text, NEW) == []


def test_tls_in_a_plain_url_is_refused() -> None:
    assert codes("result_backend = 'redis://h?ssl_ca_certs=x'", NEW) == ["1 CEL512 result_backend"]


@pytest.mark.parametrize(
    "text",
    [
        "url = 'rediss://h'\nresult_backend = url",
        "result_backend = 'rediss://h/0#x'",
        "result_backend = 'rediss://h' '/0'",
        f"{REDIS}x = {{'ca_certs': 1}}\nbroker_use_ssl = x",
        f"{REDIS}broker_use_ssl = {{'ca_certs': 1, 'ssl_ca_certs': 2}}",
        f"{REDIS}x = True\nbroker_use_ssl = x",
        "if f():\n    result_backend = 'rediss://h'\nelse:\n    result_backend = 'rediss://i'",
        f"{REDIS}if f():\n    broker_use_ssl = True\nelse:\n    broker_use_ssl = 1",
        f"{REDIS}broker_use_ssl = {{'ca_' 'certs': 1}}",
    ],
)
def test_what_is_no_plain_literal_is_not_rewritten(text: str) -> None:
    options = Options(select=("CEL5",), target_version="5.6", unsafe_fixes=True)

    assert codes(text)
    assert fixed({CONFIGURATION: text}, options).changes == {}


def test_parameter_is_added_to_those_of_the_url() -> None:
    text = "result_backend = 'rediss://:pw-of-h@h/0?ssl_ca_certs=x'\n"
    options = Options(select=("CEL509",), target_version="5.6", unsafe_fixes=True)

    after = "result_backend = 'rediss://:pw-of-h@h/0?ssl_ca_certs=x&ssl_cert_reqs=CERT_REQUIRED'\n"
    assert fixed({CONFIGURATION: text}, options).changes == {CONFIGURATION: after.encode()}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"'redis://:hidden-word@{HOST}:6379/0'", ["2 CEL506 broker_url"]),
        (f"os.environ.get('X', 'redis://:hidden-word@{HOST}/0')", ["2 CEL506 broker_url"]),
        (f"os.environ.get('X') or 'redis://:hidden-word@{HOST}/0'", ["2 CEL506 broker_url"]),
        ("'redis://:hidden-word@localhost:6379/0'", []),
        ("'redis://:hidden-word@127.0.0.1'", []),
        (f"f'redis://:{{PASSWORD}}@{HOST}/0'", []),
        (f"'redis://{HOST}/0'", []),
        (f"'amqp://guest:guest@{HOST}//'", ["2 CEL507 broker_url"]),
        ("'amqp://guest:guest@localhost:5672//'", []),
    ],
)
def test_password_for_another_machine_is_found_and_not_shown(
    value: str, expected: list[str]
) -> None:
    report = judged({CONFIGURATION: f"import os\nbroker_url = {value}"}, OLD)

    assert found(report) == expected
    assert "hidden-word" not in repr(report.findings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("accept_content = ['application/x-python-serialize']", ["1 CEL504 accept_content"]),
        ("result_accept_content = ['pickle']", ["1 CEL504 result_accept_content"]),
        ("accept_content = f()", []),
        ("accept_content = ['json', f()]", []),
        ("task_serializer = 'auth'", ["1 CEL505 task_serializer"]),
        ("task_serializer = 'auth'\naccept_content = f()", ["1 CEL505 task_serializer"]),
        ("task_serializer = 'auth'\naccept_content = ['auth']", ["1 CEL505 task_serializer"]),
        ("task_serializer = 'auth'\naccept_content = ['auth']\nfrom gone import *", []),
        ("task_serializer = 'json'", []),
    ],
)
def test_pickle_and_auth_are_judged_by_what_is_known(text: str, expected: list[str]) -> None:
    options = Options(select=("CEL504", "CEL505"), target_version="5.6")

    assert codes(text, options) == expected


@pytest.mark.parametrize(("arguments", "count"), [("", 1), ("key=k, cert=c, store=s", 0)])
def test_files_may_be_given_to_the_call(arguments: str, count: int) -> None:
    text = (
        "from celery import Celery\napp = Celery('x')\n"
        "app.conf.update(task_serializer='auth', accept_content=['auth'])\n"
        f"app.setup_security({arguments})\n"
    )

    assert len(judged({"app.py": text}, OLD).findings) == count


@pytest.mark.parametrize(
    ("path", "value", "count"),
    [
        (CONFIGURATION, "'db+sqlite:///x'", 1),
        (CONFIGURATION, "'cache+memory://'", 1),
        (CONFIGURATION, "'redis://h'", 0),
        (CONFIGURATION, "f()", 0),
        ("tests/celeryconfig.py", "'db+sqlite:///x'", 0),
        ("local/celeryconfig.py", "'file:///x'", 0),
        ("latest/celeryconfig.py", "'file:///x'", 1),
    ],
)
def test_local_backend_is_found_outside_of_tests(path: str, value: str, count: int) -> None:
    options = Options(select=("CEL412",), target_version="5.6")

    assert len(judged({path: f"result_backend = {value}"}, options).findings) == count


@pytest.mark.parametrize(
    ("apps", "count"),
    [
        ("INSTALLED_APPS = ['shop']", 1),
        ("INSTALLED_APPS = ('shop', 'django_celery_results.apps.Config')", 0),
        ("INSTALLED_APPS = ['shop', f()]", 0),
        ("INSTALLED_APPS = f()", 0),
        ("INSTALLED_APPS = ['shop'] + MORE", 0),
        ("INSTALLED_APPS = []", 1),
        ("INSTALLED_APPS = ['shop']\nfrom gone import *", 0),
        ("", 0),
    ],
)
def test_app_of_the_backend_is_missed_where_all_apps_are_known(apps: str, count: int) -> None:
    files = {
        "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n",
        "settings.py": f"{apps}\nCELERY_RESULT_BACKEND = 'django-db'\n",
        "app.py": "from celery import Celery\napp = Celery('x')\n"
        "app.config_from_object('django.conf:settings', namespace='CELERY')\n",
    }
    options = Options(select=("CEL413",), target_version="5.6")

    assert len(judged(files, options).findings) == count
