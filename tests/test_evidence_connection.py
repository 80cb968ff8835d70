"""What the rules claim about connections to a broker, shown on Celery itself."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.oracle import CELERY_VERSIONS, python_of

SCRIPT = Path(__file__).parent / "oracle" / "connecting.py"
SERVER = shutil.which("redis-server")
DEFAULTS = {
    "socket_timeout": None,
    "socket_connect_timeout": None,
    "socket_keepalive": None,
    "retry_on_timeout": None,
    "health_check_interval": 25,
}
TRUTHS = ("socket_keepalive", "retry_on_timeout")
EMPTY = "import sys, redis; redis.Redis.from_url(sys.argv[1]).flushall()"
SECONDS_TO_START = 10

Answers = dict[str, Any]


def asked(celery: str, *arguments: str) -> Answers:
    """Return the answers of one Celery."""
    command = [str(python_of(celery)), str(SCRIPT), *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    answers: Answers = json.loads(run.stdout.splitlines()[-1])
    return answers


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def seen(request: pytest.FixtureRequest) -> Answers:
    """Return the answers that take no server."""
    return asked(request.param)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Redis server and return its URL; skip where none is installed."""
    if SERVER is None:
        pytest.skip("redis-server is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    options = ("--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder))
    with subprocess.Popen((SERVER, *options), stdout=subprocess.DEVNULL) as server:
        wait_for(port)
        yield f"redis://127.0.0.1:{port}"
        server.terminate()


def wait_for(port: int) -> None:
    """Return once something listens on a port of this machine."""
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("redis-server does not start")


@pytest.fixture(scope="module", params=CELERY_VERSIONS)
def stored(request: pytest.FixtureRequest, redis: str) -> Answers:
    """Return the answers that take a Redis server; skip where there is no client for it."""
    client = subprocess.run([python_of(request.param), "-c", "import redis"], check=False)
    if client.returncode:
        pytest.skip("redis-py is not in the environment of this Celery")
    subprocess.run([python_of(request.param), "-c", EMPTY, redis], check=True)
    return asked(request.param, redis)


def test_connections_for_publishing_have_the_heartbeat_of_the_url(seen: Answers) -> None:
    assert seen["heartbeat of the URL"] == 10
    assert seen["heartbeat of the setting"] == 0


def test_worker_gives_up_after_its_retries(seen: Answers) -> None:
    assert seen["0 retries"] == 0
    assert seen["1 retry"] == 2
    assert seen["10 retries"] == 110
    assert seen["no limit"] == "for ever"


def test_worker_without_retry_makes_one_attempt(seen: Answers) -> None:
    assert seen["no retry"] == "one attempt"


def test_start_without_retry_is_warned_of(seen: Answers) -> None:
    assert seen["warned"] == []
    assert seen["warned without retry"] == ["CPendingDeprecationWarning"]


def test_publishing_goes_on_for_ever_where_its_policy_has_no_end(seen: Answers) -> None:
    assert seen["publishing"] == "raises"
    assert seen["publishing for ever"] == "for ever"


def test_pool_without_a_limit_is_none(seen: Answers) -> None:
    assert seen["reused"]
    assert seen["reused without a pool"] == [False, False]


def test_pool_hands_out_no_more_than_its_limit(seen: Answers) -> None:
    assert seen["third of two"] == "ConnectionLimitExceeded"


def test_nothing_is_confirmed_unless_asked_for(seen: Answers) -> None:
    assert not seen["confirms"]
    assert seen["confirms if asked"]


def test_quorum_queues_are_those_of_rabbitmq(seen: Answers) -> None:
    assert seen["quorum"] == [True, {"x-queue-type": "quorum"}]
    assert not seen["quorum elsewhere"]


def test_priorities_are_for_quorum_queues_too(seen: Answers) -> None:
    assert seen["quorum with priority"] == {"x-queue-type": "quorum", "x-max-priority": 5}


def test_prefetching_is_turned_off_on_redis_alone(seen: Answers) -> None:
    assert seen["log"] == []
    assert "Ignoring disable_prefetch setting" in seen["log without prefetch"][0]


def test_memory_broker_is_of_one_process(seen: Answers) -> None:
    assert seen["seen by parent"] == 0


def test_key_prefix_is_read(stored: Answers) -> None:
    assert all(key.startswith("shop:") for key in stored["prefixed"])


def test_settings_for_results_do_not_reach_the_broker(stored: Answers) -> None:
    assert stored["options by default"] == DEFAULTS
    assert stored["options by settings"] == DEFAULTS
    assert stored["options"] == {**dict.fromkeys(DEFAULTS, 7), **dict.fromkeys(TRUTHS, True)}


def test_message_is_delivered_again_after_its_visibility_timeout(stored: Answers) -> None:
    assert stored["delivered again"] == "once"


def test_broadcast_reaches_other_databases_without_a_prefix(stored: Answers) -> None:
    assert not stored["heard elsewhere"]
    assert stored["heard without prefix"]


def test_priorities_of_queues_change_nothing_on_redis(stored: Answers) -> None:
    assert stored["order"] == stored["order with priorities"] == ["0", "9"]


def test_tasks_and_results_lie_in_one_database(stored: Answers) -> None:
    assert stored["keys"] == ["celery", "celery-task-meta-1"]


def test_connections_for_results_are_not_waited_for(stored: Answers) -> None:
    assert "ConnectionError" in stored["over the limit"].split(", ")
