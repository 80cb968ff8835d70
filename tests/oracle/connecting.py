"""Print how Celery connects to its broker, as JSON on stdout.

A script of its own, which the Python of a Celery environment runs. With the URL of a Redis server
as its argument it asks what takes one, else what takes none: of the RabbitMQ that it tries to reach
the port is closed.
"""

import contextlib
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Iterator
from typing import Any

from celery import Celery
from celery.contrib.testing.worker import start_worker
from celery.utils.quorum_queues import detect_quorum_queues
from celery.worker.consumer import Consumer
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError
from kombu.utils import functional

AWAY = "amqp://guest@127.0.0.1:1//"
OPTIONS = {
    "socket_timeout": 7,
    "socket_connect_timeout": 7,
    "socket_keepalive": True,
    "retry_on_timeout": True,
    "health_check_interval": 7,
}
ENDLESS = 500


class Endless(BaseException):
    """Something goes on without an end."""


@contextlib.contextmanager
def without_waiting() -> Iterator[list[float]]:
    """Give the seconds that would be slept between attempts; raise Endless after many of them."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > ENDLESS:
            raise Endless

    usual = vars(functional)["sleep"]
    vars(functional)["sleep"] = sleep
    try:
        yield slept
    finally:
        vars(functional)["sleep"] = usual


def new(broker: str, **settings: Any) -> Celery:
    """Return an app with these settings."""
    app = Celery(broker=broker, set_as_current=False)
    app.conf.update(settings)
    return app


def seconds_of_trying(**settings: Any) -> float | str:
    """Return how long the worker's consumer waits between attempts before it gives up."""
    consumer = Consumer.__new__(Consumer)
    consumer.app, consumer.amqheartbeat, consumer.hub = new(AWAY, **settings), 0, None
    consumer.first_connection_attempt = True
    with without_waiting() as slept:
        try:
            consumer.connect()
        except Endless:
            return "for ever"
        except OSError:
            return "one attempt"
        except OperationalError:
            return sum(slept)
    return "connected"


def warned(**settings: Any) -> list[str]:
    """Return which warnings an attempt to connect gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        seconds_of_trying(broker_connection_max_retries=0, **settings)
    return sorted({each.category.__name__ for each in caught if "retry" in str(each.message)})


def publishing(**settings: Any) -> str:
    """Return what becomes of a task that is sent while the broker is away."""
    with without_waiting():
        try:
            new(AWAY, **settings).send_task("x")
        except Endless:
            return "for ever"
        except OperationalError:
            return "raises"
    return "sent"


def heartbeat(url: str, **settings: Any) -> float:
    """Return the heartbeat of the connections that publish."""
    return float(new(url, **settings).connection_for_write().heartbeat or 0)


def is_reused(limit: int | None) -> bool:
    """Return whether the pool hands the same connection out again."""
    pool = new("memory://", broker_pool_limit=limit).pool
    first = pool.acquire()
    first.release()
    second = pool.acquire()
    second.release()
    return first is second


def third_of(limit: int) -> str:
    """Return what becomes of the third connection that a pool is asked for."""
    pool = new("memory://", broker_pool_limit=limit).pool
    held = [pool.acquire(block=True) for _ in range(limit)]
    try:
        pool.acquire(block=True, timeout=0.1)
    except Exception as error:
        return type(error).__name__
    return f"{len(held) + 1} connections"


def confirms(**options: Any) -> bool:
    """Return whether RabbitMQ is asked to confirm what is published."""
    connection = new(AWAY, broker_transport_options=options).connection_for_write()
    made = connection.transport.Connection(**connection.transport_options)
    return bool(made.confirm_publish)


def quorum(kind: str, **settings: Any) -> Any:
    """Return whether Celery finds a quorum queue, and the arguments of the queue."""
    queue = Queue("q", queue_arguments={"x-queue-type": "quorum"})
    app = new(AWAY, task_queues=[queue], **settings)
    return [detect_quorum_queues(app, kind)[0], app.amqp.queues["q"].queue_arguments]


def log_of_worker(**settings: Any) -> list[str]:
    """Return what a worker with a broker in memory warns of."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("celery.worker.consumer.tasks")
    logger.addHandler(handler)
    with start_worker(new("memory://", **settings), perform_ping_check=False, loglevel="warning"):
        pass
    logger.removeHandler(handler)
    return messages


def seen_by_parent() -> int:
    """Return how many tasks a process sees that its child has sent over the memory transport."""
    child = os.fork()
    if child == 0:
        new("memory://").send_task("x")
        os._exit(0)
    os.waitpid(child, 0)
    with new("memory://").connection_for_read() as connection:
        return int(connection.SimpleQueue("celery").qsize())


# --- with a Redis server -----------------------------------------------------------------------


def client_options(url: str, **settings: Any) -> dict[str, Any]:
    """Return what the client of a broker on Redis is made with."""
    with new(url, **settings).connection_for_write() as connection:
        parameters = connection.default_channel._connparams()
    return {name: parameters.get(name) for name in OPTIONS}


def delivered_again(url: str) -> str:
    """Return the message that one consumer keeps for too long, as another one gets it."""
    options = {"visibility_timeout": 1}
    one, other = (Connection(url, transport_options=options) for _ in range(2))
    with one, other:
        queue = one.SimpleQueue("kept")
        queue.put("once")
        kept = queue.get(timeout=2)
        time.sleep(2)
        other.default_channel.qos.restore_visible(num=10)
        again = other.SimpleQueue("kept").get(timeout=2)
        again.ack()
        kept.ack()
        return str(again.payload)


def heard_elsewhere(url: str, **options: Any) -> bool:
    """Return whether a broadcast reaches a consumer in another database."""
    got: list[object] = []
    here, there = (Connection(f"{url}/{n}", transport_options=options) for n in (1, 2))
    exchange = Exchange("all", type="fanout")
    with here, there:
        queue = Queue("me", exchange, channel=there.default_channel)
        queue.declare()
        with there.Consumer([queue], callbacks=[lambda body, _: got.append(body)], no_ack=True):
            for publish in (False, True):
                if publish:
                    here.Producer().publish("hello", exchange=exchange, declare=[exchange])
                with contextlib.suppress(OSError):
                    there.drain_events(timeout=0.5)
    return bool(got)


def order_of(url: str, name: str, **arguments: Any) -> list[str]:
    """Return in which order the priorities 9 and 0 come out of a queue."""
    with Connection(url) as connection:
        channel = connection.default_channel
        Queue(name, channel=channel, **arguments).declare()
        for priority in (9, 0):
            connection.Producer().publish(str(priority), routing_key=name, priority=priority)
        return [channel.basic_get(name, no_ack=True).body.decode() for _ in range(2)]


def prefixed_keys(url: str) -> list[str]:
    """Return the keys of a database whose users ask for a prefix."""
    with Connection(url, transport_options={"global_keyprefix": "shop:"}) as connection:
        connection.SimpleQueue("q").put("x")
        return sorted(key.decode() for key in connection.default_channel.client.scan_iter())


def keys_of_both(url: str) -> list[str]:
    """Return the keys of a database that has tasks and results."""
    app = new(url, result_backend=url)
    app.send_task("x")
    app.backend.store_result("1", 2, "SUCCESS")
    keys = [key.decode() for key in app.backend.client.scan_iter()]
    return sorted(key for key in keys if not key.startswith("_"))


def over_the_limit(url: str) -> str:
    """Return what the pool of the result backend does when its connections are all in use."""
    pool = new(url, result_backend=url, redis_max_connections=2).backend.client.connection_pool
    try:
        return f"{len([pool.get_connection() for _ in range(3)])} connections"
    except ConnectionError as error:
        return str(error)
    except Exception as error:
        return ", ".join(kind.__name__ for kind in type(error).__mro__)


def on_redis(url: str) -> dict[str, Any]:
    """Return the answers that take a Redis server."""
    named = {f"redis_{name}": value for name, value in OPTIONS.items()}
    named["redis_backend_health_check_interval"] = named.pop("redis_health_check_interval")
    return {
        "options by default": client_options(url),
        "options by settings": client_options(url, **named),
        "options": client_options(url, broker_transport_options=OPTIONS),
        "delivered again": delivered_again(url),
        "heard elsewhere": heard_elsewhere(url),
        "heard without prefix": heard_elsewhere(url, fanout_prefix=False),
        "prefixed": prefixed_keys(f"{url}/6"),
        "order": order_of(f"{url}/3", "plain"),
        "order with priorities": order_of(f"{url}/3", "with", max_priority=9),
        "keys": keys_of_both(f"{url}/4"),
        "over the limit": over_the_limit(f"{url}/5"),
    }


def answers() -> dict[str, Any]:
    """Return what Celery does, by a name for each question."""
    return {
        "heartbeat of the URL": heartbeat(f"{AWAY}?heartbeat=10"),
        "heartbeat of the setting": heartbeat(AWAY, broker_heartbeat=60),
        "0 retries": seconds_of_trying(broker_connection_max_retries=0),
        "10 retries": seconds_of_trying(broker_connection_max_retries=10),
        "1 retry": seconds_of_trying(broker_connection_max_retries=1),
        "no limit": seconds_of_trying(broker_connection_max_retries=None),
        "no retry": seconds_of_trying(broker_connection_retry=False),
        "warned": warned(),
        "warned without retry": warned(broker_connection_retry=False),
        "publishing": publishing(),
        "publishing for ever": publishing(task_publish_retry_policy={"max_retries": None}),
        "reused": is_reused(10),
        "reused without a pool": [is_reused(0), is_reused(None)],
        "third of two": third_of(2),
        "confirms": confirms(),
        "confirms if asked": confirms(confirm_publish=True),
        "quorum": quorum("amqp"),
        "quorum elsewhere": quorum("redis")[0],
        "quorum with priority": quorum("amqp", task_queue_max_priority=5)[1],
        "log": log_of_worker(),
        "log without prefetch": log_of_worker(worker_disable_prefetch=True),
        "seen by parent": seen_by_parent(),
    }


if __name__ == "__main__":
    print(json.dumps(on_redis(sys.argv[1]) if sys.argv[1:] else answers()))
