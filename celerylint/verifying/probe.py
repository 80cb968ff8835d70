"""Load one Celery configuration and write its effective settings to a file, as JSON.

A script of its own, `probe.py REQUEST REPLY`: the Python of another environment runs it, from 2.7
and 3.5 to the newest, with Celery 3.1 to the newest. It imports nothing of celerylint, and its
syntax is that of all of these. REQUEST holds one job as JSON:

* `root`: the folder of the project; `path`: folders to import from; `directory`: the current one.
* `aliases`: the present names of the settings of Celery 3, which alone needs them.
* `environ`: what is added to the environment.
* `originals`: files that must not be imported, as they are those of the project itself.
* `load`: `module:celeryconfig` (a new app loads the object of that name), the same with
  ` namespace=NAME` behind it, `app:proj.app:app` (import `proj.app`; the expression gives the app),
  `django:proj.app:app settings=NAME` (the same in a Django site with this settings module, which
  has to pass `manage.py check`) or `default-loader` (no app is made; Celery's default loader finds
  `celeryconfig`). Where it is empty, only the versions are told.
* `django`: whether Django is needed; `imports`: modules to import afterwards; `watch`: expressions,
  `module:expression`, to evaluate at last.

What is said about the inner maps of `app.conf` was read in celery/app/utils.py and
celery/utils/collections.py (3.1.25: in celery/datastructures.py).
"""

import importlib
import inspect
import io
import json
import os
import re
import sys
import traceback
import warnings

try:
    from typing import Any  # noqa: F401 - for the comments; Python 2.7 has none
except ImportError:
    pass

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
) + tuple(
    program + "_" + option
    for program in ("worker", "beat", "events")
    for option in ("logfile", "pidfile", "uid", "gid", "umask", "executable")
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

PYTHON_2 = sys.version_info[0] == 2
ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")

# What Python 2 calls otherwise; its plain strings are the text of Python 3.
PLAIN = {"unicode": "str", "long": "int"}


def type_name(value):
    # type: (object) -> str
    """Return the name of the type of a value, with its module unless it is a builtin."""
    kind = type(value)
    name = getattr(kind, "__qualname__", kind.__name__)
    if kind.__module__ in ("builtins", "__builtin__"):
        return PLAIN.get(name, name)
    return kind.__module__ + "." + name


def render(value, depth=0):
    # type: (object, int) -> object
    """Return a value as JSON that is equal exactly where value and type are equal."""
    if depth > DEPTH:
        return ["...", type_name(value)]
    if PYTHON_2 and isinstance(value, str):
        value = as_text(value)
    if value is None or isinstance(value, (bool, int, float, str, bytes, complex)):
        return [type_name(value), ADDRESS.sub("", literal(value))]
    if type_name(value) in ("str", "int"):  # Python 2 has two types for each
        return [type_name(value), literal(value)]
    if isinstance(value, (dict, list, tuple, set, frozenset)):
        return [type_name(value), render_items(value, depth + 1)]
    return [type_name(value), render_object(value, depth + 1)]


def as_text(value):
    # type: (Any) -> object
    """Return a plain string of Python 2 as the text that it is in Python 3, if it is one."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return bytearray(value)


def literal(value):
    # type: (object) -> str
    """Return how a value is written, the same in every Python."""
    if not PYTHON_2:
        return ascii(value)
    text = repr(value)
    return text[1:] if text.startswith("u") else text.rstrip("L")


def render_items(value, depth):
    # type: (Any, int) -> object
    """Return the rendered items of a collection.

    A dict keeps its order: Celery takes the first of `task_routes` that matches.
    """
    if isinstance(value, dict):
        return [[render(key, depth), render(item, depth)] for key, item in value.items()]
    items = [render(item, depth) for item in value]
    return sorted(items, key=repr) if isinstance(value, (set, frozenset)) else items


def render_object(value, depth):
    # type: (Any, int) -> object
    """Return what tells an object of no builtin type from another of its type."""
    named = inspect.isroutine(value) or inspect.isclass(value)
    name = getattr(value, "__qualname__", getattr(value, "__name__", None) if named else None)
    if isinstance(name, str):
        return str(getattr(value, "__module__", "")) + "." + name
    fields = FIELDS.get(type_name(value), ())
    if fields:
        return [render(getattr(value, field), depth) for field in fields]
    if getattr(value, "__dict__", None):
        return render(dict(sorted(vars(value).items())), depth)
    return ADDRESS.sub("", repr(value))


def load_app(load):
    # type: (str) -> Any
    """Return the app that a job asks for, see the head of this file."""
    from celery import Celery
    from celery._state import get_current_app

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


def start_django(settings):
    # type: (str) -> None
    """Start Django with a settings module, and check the site as `manage.py check` does."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    django = importlib.import_module("django")
    django.setup()
    importlib.import_module("django.core.management").call_command("check")


def evaluate(module, expression):
    # type: (str, str) -> Any
    """Return the value of an expression in the namespace of a module."""
    return eval(expression, vars(importlib.import_module(module)))


def setting_names(aliases):
    # type: (dict[str, str]) -> dict[str, str]
    """Return each setting's present name, with the attribute of `app.conf` that reads it."""
    from celery.app import defaults

    if hasattr(defaults, "SETTING_KEYS"):
        return {name: name for name in tuple(defaults.SETTING_KEYS) + EXTRA_NAMES}
    return {aliases.get(name, name): name for name in defaults.DEFAULTS}


def explicit_names(conf, names):
    # type: (Any, dict[str, str]) -> list[str]
    """Return the settings whose value does not come from the table of defaults.

    The defaults are overwritten by a mark: a setting that then reads as the mark was not set, or
    was set under a name that does not count. `conf` is of no other use afterwards.
    """
    layers = conf._order if hasattr(conf, "_order") else conf.maps
    mark = object()
    for key in layers[-1]:
        layers[-1][key] = mark
    others = left_to_django()
    found = (name for name, key in names.items() if is_explicit(conf, key, mark))
    return sorted(name for name in found if name not in others)


def left_to_django():
    # type: () -> frozenset[str]
    """Return the names that a site leaves to Django's own defaults.

    Celery 3 reads some of them, such as `EMAIL_HOST`; nobody has set them.
    """
    conf = sys.modules.get("django.conf")
    if conf is None or not conf.settings.configured:
        return frozenset()
    names = dir(importlib.import_module("django.conf.global_settings"))
    return frozenset(name for name in names if not conf.settings.is_overridden(name))


def is_explicit(conf, key, mark):
    # type: (Any, str, object) -> bool
    """Return whether a setting reads as anything but the mark.

    `result_backend` is looked up under two names, by its attribute alone.
    """
    if key.lower().endswith("result_backend"):
        return getattr(conf, key, mark) not in (mark, None)
    return conf.get(key, mark) is not mark


def effective(job):
    # type: (dict[str, Any]) -> dict[str, Any]
    """Return the settings as the job's app sees them, once it is finalised as by a worker."""
    app = load_app(job["load"])
    for module in job.get("imports", ()):
        importlib.import_module(module)
    names = setting_names(job.get("aliases", {}))
    try:
        app.finalize()
        app.conf[names.get("task_serializer", "CELERY_TASK_SERIALIZER")]
    except (AttributeError, KeyError):
        # What asks for a setting takes such an error of a module that it loads for the setting's.
        app._load_config()
        raise
    conf = app.conf
    values = {name: render(getattr(conf, key)) for name, key in names.items() if hasattr(conf, key)}
    watched = {watch: render(evaluate(*watch.split(":", 1))) for watch in job.get("watch", ())}
    return {"settings": values, "watched": watched, "explicit": explicit_names(conf, names)}


def versions():
    # type: () -> dict[str, Any]
    """Return what is asked. A dict of an old Python has no order that could be compared."""
    import celery
    from celery.app import defaults

    return {
        "celery": celery.__version__,
        "python": sys.version.split()[0],
        "ordered": sys.version_info >= (3, 7),
        "aliases": getattr(defaults, "_TO_NEW_KEY", {}),
    }


def answer(job):
    # type: (dict[str, Any]) -> dict[str, Any]
    """Return the effective settings of a job, or what is known about why there are none."""
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    # A project may have a module called celery, which the package itself must not be taken for.
    for package in ("celery", "django")[: 2 if job.get("django") else 1]:
        try:
            importlib.import_module(package)
        except ImportError as error:
            return dict(told(error, job), missing=package)
    reply = versions()
    if not job["load"]:
        return reply
    os.environ.update(job.get("environ", {}))
    os.chdir(job["directory"])
    sys.path[:0] = job["path"]
    sys.argv[:] = ["celery"]
    try:
        reply.update(effective(job))
    except BaseException as error:  # whatever it raises is the answer, sys.exit() too
        reply.update(told(error, job))
    reply.update(imported(job))
    return reply


def told(error, job):
    # type: (BaseException, dict[str, Any]) -> dict[str, Any]
    """Return what an error says, and the last place in the project on its way.

    Another may follow it that says less: Celery and others wrap what they meet.
    """
    causes = [(error, sys.exc_info()[2])]  # type: list[tuple[Any, Any]]
    while getattr(causes[-1][0], "__context__", None):
        inner = causes[-1][0].__context__
        causes.append((inner, inner.__traceback__))
    ours = [cause for cause in causes if project_places(cause, job)]
    said, trace = (ours or causes)[0]
    reply = {"error": type(said).__name__ + ": " + str(said).strip()}  # type: dict[str, Any]
    reply["traceback"] = traceback.format_exc()
    for name, line in project_places((said, trace), job):
        reply.update(file=name, line=line)
    frames = traceback.extract_tb(trace)
    last = os.path.basename(frames[-1][0]) if frames else ""
    if isinstance(said, KeyError) and last in ("os.py", "<frozen os>", "UserDict.py"):
        reply["variable"] = said.args[0]
    return reply


def project_places(cause, job):
    # type: (Any, dict[str, Any]) -> list[tuple[str, int]]
    """Return the files and lines of the project on the way of an error."""
    error, trace = cause
    places = [(frame[0], frame[1]) for frame in traceback.extract_tb(trace)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno or 1))
    found = [(below(name, job.get("root")), line) for name, line in places]
    return [(name, line) for name, line in found if name]


def below(name, root):
    # type: (str, Any) -> Any
    """Return the path of a file below a folder, None where it lies elsewhere or is none."""
    if not root or name.startswith("<"):
        return None
    folder, path = os.path.join(os.path.realpath(root), ""), os.path.realpath(name)
    return path[len(folder) :].replace(os.sep, "/") if path.startswith(folder) else None


def imported(job):
    # type: (dict[str, Any]) -> dict[str, Any]
    """Return which files of the project were imported, and which of those that must not be."""
    names = {
        re.sub(r"\.py[co]$", ".py", str(module.__file__))
        for module in list(sys.modules.values())
        if isinstance(getattr(module, "__file__", None), str)
    }
    inside = {below(name, job.get("root")) for name in names} - {None}
    originals = {os.path.realpath(name) for name in names} & set(job.get("originals", ()))
    return {"imported": sorted(inside), "strays": sorted(originals)}


def main(request, reply):
    # type: (str, str) -> None
    """Answer the job of a file."""
    # Beside this script lie modules that the project does not mean when it imports such a name.
    del sys.path[0]
    with io.open(request, encoding="utf-8") as stream:
        job = json.load(stream)
    text = json.dumps(answer(job))
    with io.open(reply + ".part", "wb") as stream:
        stream.write(text.encode("ascii"))
    os.rename(reply + ".part", reply)
    # What the project left running is not waited for.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
