"""Load Celery configurations and print their effective settings, as JSON on stdout.

A script of its own: the Python of a Celery environment runs it, from Python 3.6 with Celery 3.1 to
the newest. It reads one JSON object from stdin, `{"aliases": {...}, "jobs": [...]}`. The aliases
give the present names of 3.x settings and are needed for Celery 3 alone. A job is
`{"directory", "load", "imports", "watch", "environ"}`; `load` is one of

* `module:celeryconfig`: a new app loads the object of that name,
* `module:celeryconfig namespace=NAME`: the same, under a namespace,
* `app:proj.app:app`: import `proj.app`; the expression after the second colon gives the app,
* `django:proj.app:app settings=NAME`: the same in a Django site with this settings module, which
  has to pass `manage.py check`,
* `default-loader`: no app is made; Celery's default loader finds `celeryconfig`.

Each job runs in a forked child, so that Celery is imported once. What is said about the inner maps
of `app.conf` was read in celery/app/utils.py and celery/utils/collections.py (3.1.25: in
celery/datastructures.py).
"""

import importlib
import json
import os
import signal
import sys
import traceback
import warnings
from typing import Any

import celery
from celery import Celery
from celery._state import get_current_app
from celery.app import defaults

SECONDS_PER_JOB = 60

# Read by the code of some release, though its table of settings lacks them.
EXTRA_NAMES = (
    "cassandra_secure_bundle_path",
    "dynamodb_endpoint_url",
    "firestore_project",
    "gcs_threadpool_maxsize",
    "redis_backend_credential_provider",
    "redis_backend_health_check_interval",
    "redis_client_name",
    "result_backend_thread_safe",
    *(
        program + "_" + option
        for program in ("worker", "beat", "events")
        for option in ("logfile", "pidfile", "uid", "gid", "umask", "executable")
    ),
)

# What objects of these types are made of. Their own repr changes between releases, and so does
# what else they carry. `_orig_minute` is what the user wrote, `minute` is expanded from it.
FIELDS = {
    "celery.schedules.crontab": tuple(
        "_orig_" + field
        for field in ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")
    ),
    "module": ("__name__",),
    "celery.schedules.schedule": ("run_every", "relative"),
    "datetime.timedelta": ("days", "seconds", "microseconds"),
    "kombu.entity.Exchange": ("name", "type", "durable", "auto_delete"),
    "kombu.entity.Queue": (
        "name",
        "exchange",
        "routing_key",
        "durable",
        "exclusive",
        "auto_delete",
        "queue_arguments",
    ),
}

# Nothing that people configure is nested deeper.
DEPTH = 12


def type_name(value: object) -> str:
    """Return the name of the type of a value, with its module unless it is a builtin."""
    kind = type(value)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return kind.__module__ + "." + kind.__qualname__


def render(value: object, depth: int = 0) -> object:
    """Return a value as JSON that is equal exactly where value and type are equal."""
    if depth > DEPTH:
        return ["...", type_name(value)]
    if value is None or isinstance(value, (bool, int, float, str, bytes, complex)):
        return [type_name(value), repr(value)]
    if isinstance(value, (dict, list, tuple, set, frozenset)):
        return [type_name(value), render_items(value, depth + 1)]
    return [type_name(value), render_object(value, depth + 1)]


def render_items(value: Any, depth: int) -> object:
    """Return the rendered items of a collection.

    A dict keeps its order: Celery takes the first of `task_routes` that matches.
    """
    if isinstance(value, dict):
        return [[render(key, depth), render(item, depth)] for key, item in value.items()]
    items = [render(item, depth) for item in value]
    return sorted(items, key=repr) if isinstance(value, (set, frozenset)) else items


def render_object(value: Any, depth: int) -> object:
    """Return what tells an object of no builtin type from another of its type."""
    if hasattr(value, "__qualname__"):
        return value.__module__ + "." + value.__qualname__
    fields = FIELDS.get(type_name(value), ())
    if fields:
        return [render(getattr(value, field), depth) for field in fields]
    if getattr(value, "__dict__", None):
        return render(dict(sorted(vars(value).items())), depth)
    return repr(value).split(" at 0x")[0]


def load_app(load: str) -> Any:
    """Return the app that a job asks for, see the head of this file."""
    if load == "default-loader":
        return get_current_app()
    way, _, rest = load.partition(":")
    if way == "django":
        rest, _, settings = rest.partition(" settings=")
        start_django(settings)
    if way in ("app", "django"):
        module, _, expression = rest.partition(":")
        return evaluate(module, expression)
    if way != "module":
        raise ValueError("unknown way to load: " + load)
    source, _, namespace = rest.partition(" namespace=")
    app = Celery()
    if namespace:
        app.config_from_object(source, namespace=namespace)
    else:
        app.config_from_object(source)
    return app


def start_django(settings: str) -> None:
    """Start Django with a settings module, and check the site as `manage.py check` does."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    django = importlib.import_module("django")
    django.setup()
    importlib.import_module("django.core.management").call_command("check")


def evaluate(module: str, expression: str) -> Any:
    """Return the value of an expression in the namespace of a module."""
    return eval(expression, vars(importlib.import_module(module)))  # noqa: S307 -- of our fixtures


def setting_names(aliases: "dict[str, str]") -> "dict[str, str]":
    """Return each setting's present name, with the attribute of `app.conf` that reads it."""
    if hasattr(defaults, "SETTING_KEYS"):
        return {name: name for name in (*defaults.SETTING_KEYS, *EXTRA_NAMES)}
    return {aliases.get(name, name): name for name in defaults.DEFAULTS}


def explicit_names(conf: Any, names: "dict[str, str]") -> "list[str]":
    """Return the settings whose value does not come from the table of defaults.

    The defaults are overwritten by a mark: a setting that then reads as the mark was not set, or
    was set under a name that does not count. `conf` is of no other use afterwards.
    """
    layers = conf._order if hasattr(conf, "_order") else conf.maps  # noqa: SLF001 -- Celery 3
    mark = object()
    for key in layers[-1]:
        layers[-1][key] = mark
    return sorted(name for name, key in names.items() if is_explicit(conf, key, mark))


def is_explicit(conf: Any, key: str, mark: object) -> bool:
    """Return whether a setting reads as anything but the mark.

    `result_backend` is looked up under two names, by its attribute alone.
    """
    if key.lower().endswith("result_backend"):
        return getattr(conf, key, mark) not in (mark, None)
    return conf.get(key, mark) is not mark


def effective(job: "dict[str, Any]", aliases: "dict[str, str]") -> "dict[str, Any]":
    """Return the settings as the job's app sees them, once it is finalised as by a worker."""
    app = load_app(job["load"])
    for module in job.get("imports", ()):
        importlib.import_module(module)
    app.finalize()
    conf = app.conf
    names = setting_names(aliases)
    values = {name: render(getattr(conf, key)) for name, key in names.items() if hasattr(conf, key)}
    watched = {watch: render(evaluate(*watch.split(":", 1))) for watch in job.get("watch", ())}
    return {"settings": values, "watched": watched, "explicit": explicit_names(conf, names)}


def answer(job: "dict[str, Any]", aliases: "dict[str, str]") -> "dict[str, Any]":
    """Return the effective settings of a job, or the error that loading it raises."""
    for name in [name for name in os.environ if name.startswith(("CELERY", "BROKER", "DJANGO"))]:
        del os.environ[name]
    os.environ.update(job.get("environ", {}))
    os.chdir(job["directory"])
    sys.path[0] = job["directory"]
    try:
        return effective(job, aliases)
    except Exception as error:  # noqa: BLE001 -- whatever it raises is the answer
        message = type(error).__name__ + ": " + str(error).strip()
        return {"error": message, "traceback": traceback.format_exc()}


def run_in_child(job: "dict[str, Any]", aliases: "dict[str, str]") -> "dict[str, Any]":
    """Return the answer of a forked child, which the configuration may change as it likes."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        os.dup2(2, 1)
        signal.alarm(SECONDS_PER_JOB)
        with os.fdopen(writer, "w") as pipe:
            json.dump(answer(job, aliases), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if text else {"error": "ProbeError: exit status %d" % status}


def main() -> None:
    """Answer the jobs on stdin."""
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    request = json.load(sys.stdin)
    aliases = request.get("aliases", {})
    answers = [run_in_child(job, aliases) for job in request["jobs"]]
    known = getattr(defaults, "_TO_NEW_KEY", {})
    json.dump({"celery": celery.__version__, "aliases": known, "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main()
