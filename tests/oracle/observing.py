"""Say what an app does that others can observe.

It is copied beside a project and asked by `probe.py`, under Celery 3.1 as well: it is written for
every Python from 3.6 on, and uses only what all of these releases of Celery have.
"""

import json
from typing import Any, List
from unittest import mock

from kombu import serialization
from kombu.messaging import Producer


def observed(app: Any, task: Any) -> str:
    """Return as JSON what becomes of a task that is sent, and what its worker and reader accept."""
    queue = app.amqp.queues["shop"]
    accept = getattr(app.conf, "accept_content", None) or app.conf.CELERY_ACCEPT_CONTENT
    accepted: Any = serialization.prepare_accept_content
    seen = {
        "accepts": sorted(accepted(accept)),
        "queue": [queue.name, queue.durable, queue.auto_delete, queue.routing_key],
        "exchange": [queue.exchange.name, queue.exchange.type, queue.exchange.durable],
        "result": [app.backend.serializer, app.backend.expires],
        "message": _sent(task),
        "retries": [task.max_retries, task.default_retry_delay, task.acks_late],
        "limits": [task.rate_limit, task.time_limit, task.soft_time_limit, task.ignore_result],
        "zone": str(app.timezone),
        "task": task.name,
    }
    return json.dumps(seen, sort_keys=True)


def _sent(task: Any) -> List[Any]:
    """Return the fields of a task that is sent, its form, and how often sending it is tried."""
    messages: List[Any] = []

    def publish(_producer: Any, body: Any, *_args: Any, **options: Any) -> None:
        fields = sorted(body) if isinstance(body, dict) else type(body).__name__
        written = [options.get(name) for name in ("serializer", "compression", "delivery_mode")]
        messages.append([fields, written, options.get("retry"), options.get("retry_policy")])

    with mock.patch.object(Producer, "publish", publish):
        # Later releases would listen for the result at once, and connect to where it is kept.
        task.apply_async((1,), countdown=60, ignore_result=True)
    return messages
