"""Queues and routes are compared where they are certain."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import Files, fixed, found, judged

QUEUES = Options(select=("CEL7",), ignore=("CEL712", "CEL714"), target_version="5.6")
FIXING = Options(select=("CEL701", "CEL703"), target_version="5.6", fix=True, unsafe_fixes=True)
HEAD = "from kombu import Queue\nfrom shop import route, TABLE\n"
DEFAULT = "task_default_queue = 'a'\n"
LISTED = f"{DEFAULT}task_queues = [Queue('a'), Queue(name='b')]\n"
UNREAD = ["3 CEL703 task_queues"]
MALFORMED = ["3 CEL704 task_routes"]
UNDECLARED = ["5 CEL702 task_routes"]


def told(text: str, files: Files = {}) -> list[str]:  # noqa: B006 - nobody changes it
    """Return the findings in a configuration with these lines."""
    return found(judged({"celeryconfig.py": HEAD + text, **files}, QUEUES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("task_queues = [Queue('a')]", ["3 CEL701 task_queues"]),
        ("task_queues = {'a': {}}", ["3 CEL701 task_queues"]),
        ("task_queues = [Queue('celery')]", []),
        ("task_queues = [Queue('a')]\ntask_default_queue = 'b'", ["3 CEL701 task_queues"]),
        (LISTED, []),
        ("task_queues = []", []),
        ("task_queues = [Queue('a'), Queue(route)]", []),
        ("task_queues = [Queue(), Queue('a')]", []),
        ("task_queues = [Queue('a'), route]", []),
        ("task_queues = [Queue('a'), Queue('b') if route else None]", []),
        ("task_queues = {route: {}}", []),
        ("task_queues = route()", []),
        ("task_queues = [Queue('a')]\ntask_default_queue = route()", []),
        ("task_queues = [Queue('a')]\ntask_routes = {'t': 'a'}", []),
        ("task_queues = [Queue('a')]\ntask_routes = route", []),
        ("task_acks_late = True", []),
    ],
)
def test_default_queue_is_looked_for_among_those_declared(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_finding_names_the_queue_and_shows_where_it_is_set() -> None:
    text = f"{HEAD}task_queues = [Queue('a')]\ntask_default_queue = 'b'\n"

    (finding,) = judged({"celeryconfig.py": text}, QUEUES).findings

    assert finding.message == "Tasks without a route go to queue `b`, missing from `task_queues`"
    assert [label.text for label in finding.labels] == ["the queue of tasks without a route"]


@pytest.mark.parametrize("command", ["celery worker -Q celery,a", "celery worker --queues=celery"])
def test_queues_of_a_command_line_are_looked_at_by_another_rule(command: str) -> None:
    assert told("task_queues = [Queue('a')]", {"run.sh": command}) == []
    routed = told(f"{LISTED}task_routes = {{'t': 'c'}}", {"Makefile": command})
    assert routed == ["5 CEL715 task_routes"]
    assert told(f"{LISTED}task_routes = {{'t': 'celery'}}", {"Makefile": command}) == []


def test_default_queue_is_chosen_where_there_is_no_other() -> None:
    text = f"{HEAD}task_queues = [Queue('a')]\ntask_default_queue = 'b'\n"

    changed = fixed({"celeryconfig.py": text}, FIXING).changes

    assert changed["celeryconfig.py"].decode() == text.replace("'b'", '"a"')


def test_default_queue_is_not_chosen_among_several() -> None:
    text = f"{HEAD}task_queues = [Queue('a'), Queue('b')]\n"

    assert fixed({"celeryconfig.py": text}, FIXING).changes == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("task_routes = {'t': 'c'}", UNDECLARED),
        ("task_routes = {'t': {'queue': 'c'}, 'u': 'd'}", UNDECLARED),
        ("task_routes = [{'t': 'a'}, {'u': 'c'}]", UNDECLARED),
        ("task_routes = ([('t', 'a'), ('u', {'queue': 'c'})],)", UNDECLARED),
        ("task_routes = {'t': 'a', 'u': {'queue': 'b'}}", []),
        ("task_routes = {'t': {'exchange': 'c'}}", []),
        ("task_routes = {'t': route()}", []),
        ("task_routes = {'t': 'a' if route else 'c'}", []),
        ("task_routes = [route, {'t': 'c'}]", []),
        ("task_routes = ([('t', 'c'), route],)", []),
        ("task_routes = ([(route, 'c')],)", []),
        ("task_routes = ('shop.routes.route',)", []),
        ("task_routes = {'t': 'c'}\nif route: task_routes = {'t': 'a'}", []),
        ("task_routes = TABLE", []),
    ],
)
def test_route_is_looked_for_among_the_queues(text: str, expected: list[str]) -> None:
    assert told(LISTED + text) == expected


def test_refused_route_is_told_from_one_that_nobody_consumes() -> None:
    text = f"{HEAD}{LISTED}task_routes = {{'t': 'c'}}\n"
    refusing = f"{text}task_create_missing_queues = False\n"

    helps = [
        judged({"celeryconfig.py": each, "run.sh": command}, QUEUES).findings[0].help
        for each, command in ((text, ""), (refusing, "celery worker -Q a"))
    ]

    assert [each.partition(":")[0] for each in helps] == [
        "No worker consumes it",
        "Sending raises QueueNotFound",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("task_queues = (Queue('celery'))", UNREAD),
        ("task_queues = 'celery'", UNREAD),
        ("task_queues = ['celery', Queue('a')]", UNREAD),
        ("task_queues = {'celery': 'a'}", UNREAD),
        ("task_queues = {'celery': {}}", []),
        ("task_queues = ''", []),
        ("task_queues = {}", []),
        ("task_queues = None", []),
        ("task_queues = ['a'] if route else [Queue('celery')]", []),
        ("task_queues = [*TABLE]", []),
    ],
)
def test_queues_that_raise_are_found(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("(Queue('celery'))", "(Queue('celery'),)"),
        ("Queue('celery')", "[Queue('celery')]"),
        ("'celery'", "'celery'"),
    ],
)
def test_queue_that_stands_alone_becomes_a_list(value: str, after: str) -> None:
    text = f"{HEAD}task_queues = {value}\n"

    result = fixed({"celeryconfig.py": text}, FIXING).changes.get("celeryconfig.py", text.encode())

    assert result.decode() == text.replace(value, after)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("task_routes = [('shop.bill', 'a'), ('shop.mail', 'b')]", MALFORMED),
        ("task_routes = [('ab', 'a')]", []),
        ("task_routes = [('shop.bill', 'a', 'b')]", []),
        ("task_routes = {'t': None}", MALFORMED),
        ("task_routes = {'t': 5}", MALFORMED),
        ("task_routes = {'t': {'queu': 'a'}}", MALFORMED),
        ("task_routes = {'t': {'colour': 'red', 'priority': 1}}", []),
        ("task_routes = {'t': {'queue': 'a'}}", []),
        ("task_routes = None", []),
        ("task_routes = route", []),
    ],
)
def test_routes_that_celery_cannot_read_are_found(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_message_says_which_key_is_meant() -> None:
    text = f"{HEAD}task_routes = {{'t': {{'queu': 'a'}}}}\n"

    (finding,) = judged({"celeryconfig.py": text}, QUEUES).findings

    assert finding.message == (
        "`task_routes` has the key `queu`, which chooses no queue; did you mean `queue`"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Queue('dead-letters')", ["4 CEL705 task_queues"]),
        ("Queue('shop_dlq')", ["4 CEL705 task_queues"]),
        ("Queue('deadlines')", []),
        ("Queue('dlx', queue_arguments={'x-dead-letter-exchange': 'a'})", []),
    ],
)
def test_queue_for_dead_letters_needs_an_exchange(text: str, expected: list[str]) -> None:
    assert told(f"{DEFAULT}task_queues = [Queue('a'), {text}]") == expected


def test_queues_that_nothing_is_seen_to_load_are_left_alone() -> None:
    text = f"{HEAD}CELERY_QUEUES = ['a']\nCELERY_ROUTES = [('shop.a', 'b')]\n"

    assert judged({"settings.py": text}, QUEUES).findings == ()
