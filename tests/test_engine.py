"""A project goes in, a report comes out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from celerylint.cache.memory import Memory
from celerylint.catalogue.settings import Catalogue
from celerylint.engine.run import demand_versions, judge
from celerylint.files.walking import Tree
from celerylint.finding import Severity
from celerylint.options.table import Options, UsageError
from celerylint.report import Summary
from celerylint.rulebook.book import Rulebook, rules_folder
from tests.judged import ROOT, TARGET, found, in_memory, judged, knowledge

APP = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("conf")\n'
OLD = "BROKER_URL = ''\nCELERY_ACKS_LATE = True\n"


# --- what is judged -------------------------------------------------------------------------------


def test_project_without_celery_is_counted_and_no_more() -> None:
    report = judged({"a.py": "x = 1\n", "b.py": "import os\n"})

    assert (report.findings, report.sources) == ((), {})
    assert report.summary == Summary(apps=0, settings=0, files=2)


def test_apps_settings_and_files_are_counted() -> None:
    report = judged({"app.py": APP, "conf.py": f"{OLD}shop = 1\n", "shop.py": "x = 1\n"})

    assert report.summary == Summary(1, 2, 3, ("Celery 5.6, from --target-version",))


@pytest.mark.parametrize(
    "load",
    [
        "app.conf.update(**{k: v for k, v in x})",
        "app.config_from_object(SimpleNamespace(task_acks_late=True))",
        "app.config_from_object(made())",
    ],
)
def test_places_that_cannot_be_followed_are_counted(load: str) -> None:
    app = "from celery import Celery\napp = Celery('shop')\n"

    assert judged({"app.py": app + load}).summary.unseen == 1


def test_module_that_no_app_loads_is_no_app() -> None:
    assert judged({"worker.py": "CELERYD_CONCURRENCY = 4\n"}).summary.apps == 0


def test_finding_that_two_apps_share_is_told_once() -> None:
    two = APP + 'other = Celery("other")\nother.config_from_object("conf")\n'

    report = judged({"app.py": two, "conf.py": "BROKER_URL = ''\n"})

    assert found(report) == ["1 CEL101 BROKER_URL"]
    assert report.summary.apps == 2


def test_only_selected_rules_are_run() -> None:
    options = Options(select=("CEL102",), target_version="5.6")

    assert found(judged({"celeryconfig.py": f"{OLD}ADMINS = ()\n"}, options)) == ["3 CEL102 ADMINS"]


def test_two_runs_say_the_same() -> None:
    files = {"app.py": APP, "conf.py": OLD, "worker.py": "CELERYD_CONCURRENCY = 4\nADMINS = ()\n"}

    assert judged(files).findings == judged(files).findings


# --- versions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["target_version", "upgrading_from"])
def test_version_without_sense_is_refused(option: str, catalogue: Catalogue) -> None:
    options = Options(**{option: "shop"})  # type: ignore[arg-type] # one of two texts

    with pytest.raises(UsageError, match="`shop` is not a Celery version"):
        demand_versions(options, catalogue)


def test_versions_are_those_of_the_nearest_dependency_file() -> None:
    files = {
        "new/celeryconfig.py": OLD,
        "new/requirements.txt": "celery==5.6.3\n",
        "old/celeryconfig.py": OLD,
        "old/requirements.txt": "celery==3.1.25\n",
    }
    raw = {path: text.encode() for path, text in files.items()}
    python = tuple(path for path in files if path.endswith(".py"))
    manifests = tuple(path for path in files if path.endswith(".txt"))

    report = judge(Tree(ROOT, python, None, raw, manifests), Options(), *knowledge())

    severities = {(f.place.path.split("/")[0], f.severity) for f in report.findings}
    assert severities == {("new", Severity.WARNING), ("old", Severity.INFO)}
    assert report.summary.versions == (
        "Celery 5.6.3, from new/requirements.txt",
        "Celery 3.1.25, from old/requirements.txt",
    )


def test_unknown_version_is_noted() -> None:
    report = judged({"celeryconfig.py": OLD}, Options())

    assert report.notes == ("No dependency file names a Celery, so 4.0 to 5.7 are judged",)


# --- namespaces -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("namespace", "codes"),
    [(None, {"CEL003", "CEL101"}), ("", {"CEL101"}), ("CELERY", {"CEL115"})],
)
def test_namespace_that_is_not_known_is_taken_from_the_user(
    namespace: str | None, codes: set[str]
) -> None:
    options = Options(target_version="5.6", namespace=namespace)

    report = judged({"worker.py": "CELERYD_CONCURRENCY = 4\n"}, options)

    assert {finding.code for finding in report.findings} == codes


def test_namespace_that_is_known_is_not_overruled() -> None:
    options = Options(target_version="5.6", namespace="CELERY")

    report = judged({"app.py": APP, "conf.py": "CELERYD_CONCURRENCY = 4\n"}, options)

    assert found(report) == ["1 CEL101 CELERYD_CONCURRENCY"]


def test_namespace_that_the_code_computes_is_the_one_that_is_said() -> None:
    app = "from celery import Celery\napp = Celery()\napp.config_from_object('conf', namespace=x)\n"
    options = Options(target_version="5.6", namespace="CELERY")

    report = judged({"app.py": app, "conf.py": "CELERYD_CONCURRENCY = 4\n"}, options)

    assert found(report) == ["1 CEL115 CELERYD_CONCURRENCY"]


def test_unloaded_module_in_tests_is_not_mentioned() -> None:
    for path in ("tests/worker.py", "test_worker.py", "shop/tests.py", "conftest.py"):
        assert "CEL003" not in {
            f.code for f in judged({path: "CELERYD_CONCURRENCY = 4\n"}).findings
        }


# --- files that cannot be read, rules that fail ---------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("celeryconfig.py", "x = = 1\n", Severity.ERROR),
        ("shop.py", "import celery\nBROKER_URL = = 1\n", Severity.ERROR),
        ("shop.py", "import celery\nprint 'hello'\n", Severity.WARNING),
    ],
)
def test_unreadable_file_is_an_error_only_where_settings_may_be(
    path: str, text: str, severity: Severity
) -> None:
    (finding,) = judged({path: text, "app.py": APP, "conf.py": "broker_url = ''\n"}).findings

    assert (finding.code, finding.severity, finding.place.path) == ("CEL001", severity, path)


def test_unreadable_file_is_not_told_of_where_the_rule_is_off() -> None:
    options = Options(ignore=("CEL001",), target_version="5.6")

    assert judged({"celeryconfig.py": "x = = 1\n"}, options).findings == ()


def test_rule_that_fails_costs_its_own_findings_only(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder(), folder)
    rule = folder / "names" / "removed-setting.toml"
    rule.write_text(rule.read_text("utf-8").replace("{version}", "{value}"), "utf-8")
    files = in_memory({"celeryconfig.py": f"{OLD}ADMINS = ()\n"})

    report = judge(files, TARGET, Rulebook(folder), knowledge()[1])

    assert found(report) == ["1 CEL101 BROKER_URL", "2 CEL101 CELERY_ACKS_LATE"]
    (crash,) = report.crashes
    assert crash.startswith("CEL102 failed with KeyError in celerylint.rulebook.rule, line ")


def test_memory_keeps_the_facts_of_files_between_runs() -> None:
    memory = Memory()
    files = in_memory({"celeryconfig.py": OLD, "shop.py": "import celery\nx = = 1\n"})

    first = judge(files, TARGET, *knowledge(), memory)
    kept = dict(memory.facts)
    second = judge(files, TARGET, *knowledge(), memory)

    assert sorted(path for path, _ in memory.facts) == ["celeryconfig.py", "shop.py"]
    assert memory.facts == kept
    assert first.findings == second.findings
