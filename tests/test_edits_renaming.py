"""A rename takes every mention along, or is not made and says what stands in the way."""

from __future__ import annotations

import pytest

from celerylint.options.table import Options
from tests.judged import doubts, fixed, judged, notes

PLAIN = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("conf")\n'
APP = 'from celery import Celery\n\napp = Celery("shop")\n'
CLASS = 'class Base:\n    BROKER_URL = ""\n\n\nclass Conf(Base):\n    CELERY_ACKS_LATE = True\n'
UNSAFE = Options(target_version="5.6", unsafe_fixes=True)


def renamed(text: str, old: str = "BROKER_URL", new: str = "broker_url") -> None:
    """See that a fix renames all of a module's mentions of a name, and nothing else."""
    result = fixed({"celeryconfig.py": text})

    assert result.changes == {"celeryconfig.py": text.replace(old, new).encode()}


def blocked(files: dict[str, str], options: Options = UNSAFE) -> list[str]:
    """Return the reasons for which nothing is changed, without "Not fixed"."""
    result = fixed(files, options)
    assert result.changes == {}
    assert result.report.crashes == ()
    return [note.removeprefix("Not fixed: ") for note in notes(result.report)]


# --- what goes along ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "BROKER_URL = ''\nx = BROKER_URL\n",
        "BROKER_URL = ''\nx = f'{BROKER_URL}/1'\n",
        "BROKER_URL = ''\n\n\ndef f():\n    return BROKER_URL\n",
        "BROKER_URL = ''\n\n\ndef f():\n    global BROKER_URL\n    BROKER_URL = 1\n",
        "BROKER_URL = ''\nx = [BROKER_URL for _ in ()]\n",
        "BROKER_URL = ''\nx = lambda: BROKER_URL\n",
        "BROKER_URL = ''\nx = globals()['BROKER_URL']\n",
        "BROKER_URL = ''\nx = globals().get('BROKER_URL')\n",
        "BROKER_URL = ''\nif 'BROKER_URL' in vars() and 'OTHER' not in locals():\n    x = 1\n",
        "globals()['BROKER_URL'] = ''\n",
        "__all__ = ['BROKER_URL']\nBROKER_URL = ''\n",
        "__all__ = []\n__all__ += ['BROKER_URL']\nBROKER_URL = ''\n",
        "__all__ = []\n__all__.append('BROKER_URL')\nBROKER_URL = ''\n",
        "BROKER_URL = ''\n\n\nclass C:\n    x = BROKER_URL\n",
        "if x:\n    BROKER_URL = ''\n    del BROKER_URL\n",
        "for BROKER_URL in ():\n    pass\n",
        "from shop import URL as BROKER_URL\n",
        "from shop import BROKER as BROKER_URL\n",
        "BROKER_URL: str = ''\n",
        "BROKER_URL = x = ''\n",
    ],
)
def test_all_mentions_in_a_module_go_along(text: str) -> None:
    renamed(text)


def test_mentions_of_something_else_stay() -> None:
    rest = "# BROKER_URL\nx = 'BROKER_URL'\nMY_BROKER_URL = 1\n\n\ndef f(BROKER_URL):\n"
    rest += "    return BROKER_URL\n\n\ny = os.environ['BROKER_URL']\nf(BROKER_URL='')\n"

    result = fixed({"celeryconfig.py": f"BROKER_URL = ''\n{rest}"})

    assert result.changes == {"celeryconfig.py": f"broker_url = ''\n{rest}".encode()}


def test_import_takes_an_alias() -> None:
    text = "from shop import BROKER_URL, x\ny = BROKER_URL\n"

    result = fixed({"celeryconfig.py": text})

    after = b"from shop import BROKER_URL as broker_url, x\ny = broker_url\n"
    assert result.changes == {"celeryconfig.py": after}


def test_modules_of_the_configuration_go_together() -> None:
    files = {
        "app.py": PLAIN,
        "conf.py": "import base\nfrom base import *\nx = BROKER_URL\ny = base.BROKER_URL\n",
        "base.py": "BROKER_URL = ''\n",
    }

    result = fixed(files)

    after = b"import base\nfrom base import *\nx = broker_url\ny = base.broker_url\n"
    assert result.changes == {"base.py": b"broker_url = ''\n", "conf.py": after}


def test_class_and_its_bases_go_together() -> None:
    rest = "    @property\n    def url(self):\n        return self.BROKER_URL\n\n\n"
    rest += f"{APP}app.config_from_object(Conf)\nprint(Conf.BROKER_URL, Base.BROKER_URL)\n"

    result = fixed({"app.py": f"{CLASS}\n{rest}"})

    after = f"{CLASS}\n{rest}".replace("BROKER_URL", "broker_url")
    after = after.replace("CELERY_ACKS_LATE", "task_acks_late")
    assert result.changes == {"app.py": after.encode()}


def test_class_body_reads_from_top_to_bottom() -> None:
    text = (
        "BROKER_URL = 'x'\n\n\nclass Conf:\n    BROKER_URL = BROKER_URL\n    x = BROKER_URL\n\n\n"
    )
    text += f"{APP}app.config_from_object(Conf)\n"

    result = fixed({"app.py": text})

    after = text.replace("    BROKER_URL = ", "    broker_url = ").replace("x = BRO", "x = bro")
    after = after.replace("x = broKER_URL", "x = broker_url")
    assert result.changes == {"app.py": after.encode()}


def test_name_from_a_star_import_is_looked_up_under_its_new_name() -> None:
    files = {
        "base.py": "BROKER_URL = ''\n",
        "conf.py": "from base import *\nif 'BROKER_URL' in locals():\n    timezone = 'UTC'\n",
        "app.py": f"{APP}app.config_from_object('conf')\n",
    }

    changes = fixed(files).changes

    assert changes == {
        path: files[path].replace("BROKER_URL", "broker_url").encode()
        for path in ("base.py", "conf.py")
    }


def test_names_of_a_function_are_its_own() -> None:
    text = "class Conf:\n    CELERY_ACKS_LATE = 1\n    x = vars()['CELERY_ACKS_LATE']\n"
    own = "def f():\n    CELERY_ACKS_LATE = 2\n    return locals()['CELERY_ACKS_LATE']\n"
    load = f"{APP}app.config_from_object(Conf)\n"

    result = fixed({"app.py": text + own + load})

    after = text.replace("CELERY_ACKS_LATE", "task_acks_late") + own + load
    assert result.changes == {"app.py": after.encode()}


def test_reads_of_conf_go_along() -> None:
    text = "app.conf.BROKER_URL = ''\nprint(app.conf.BROKER_URL, app.conf['BROKER_URL'])\n"
    text += "app.conf.get('BROKER_URL')\ngetattr(app.conf, 'BROKER_URL')\n"

    result = fixed({"app.py": APP + text})

    assert result.changes == {"app.py": (APP + text.replace("BROKER_URL", "broker_url")).encode()}


def test_reads_of_a_dict_go_along() -> None:
    text = "X = {'BROKER_URL': ''}\nX['CELERY_ACKS_LATE'] = X.get('BROKER_URL')\n"
    text += f"{APP}app.config_from_object(X)\n"

    result = fixed({"app.py": text})

    after = text.replace("BROKER_URL", "broker_url").replace("CELERY_ACKS_LATE", "task_acks_late")
    assert result.changes == {"app.py": after.encode()}


# --- what stands in the way -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("broker_url = 1\n", ""),
        (
            "print(broker_url)\n",
            "`broker_url` is already in use (celeryconfig.py:2)",
        ),
        (
            "def f():\n    broker_url = 1\n    return BROKER_URL\n",
            "`broker_url` means something else here (celeryconfig.py:4)",
        ),
    ],
)
def test_module_itself_may_stand_in_the_way(more: str, reason: str) -> None:
    files = {"celeryconfig.py": f"BROKER_URL = ''\n{more}"}

    reasons = [n.removeprefix("Not fixed: ") for n in notes(judged(files))]

    assert [each.partition(";")[0] for each in reasons] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("print(vars())\n", "more settings may come from celeryconfig.py:2: vars may set any name"),
        ("print(dir())\n", "names are read or set wholesale here (celeryconfig.py:2)"),
    ],
)
def test_module_that_reads_its_own_names_is_renamed_on_request(more: str, reason: str) -> None:
    assert doubts({"celeryconfig.py": f"BROKER_URL = ''\n{more}"}) == [reason]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("import celeryconfig\nprint(celeryconfig)\n", "`celeryconfig` is used as a whole"),
        ("show('celeryconfig.BROKER_URL')\n", "a string names `celeryconfig.BROKER_URL`"),
        ("import_module('celeryconfig')\n", "`celeryconfig` is imported by its name"),
        ("import celeryconfig\nceleryconfig.NEW = 1\n", "`NEW` is set here from outside"),
        ("self.conf.BROKER_URL = 1\n", "`self.conf` may be that of the app"),
        ("self.conf.update(BROKER_URL=1)\n", "`self.conf` may be that of the app"),
        ("self.conf.update(values)\n", "`self.conf` may be that of the app"),
    ],
)
def test_other_module_may_ask_for_the_old_name(other: str, reason: str) -> None:
    files = {"celeryconfig.py": "BROKER_URL = ''\n", "shop.py": f"# celery\n{other}"}

    (found,) = doubts(files)

    assert found.startswith(reason)


@pytest.mark.parametrize(
    ("other", "after"),
    [
        (
            "from celeryconfig import BROKER_URL\nprint(BROKER_URL)\n",
            "from celeryconfig import broker_url as BROKER_URL\nprint(BROKER_URL)\n",
        ),
        (
            "from celeryconfig import (BROKER_URL as URL)\nprint(URL)\n",
            "from celeryconfig import (broker_url as URL)\nprint(URL)\n",
        ),
        (
            "import celeryconfig as c\nprint(c.BROKER_URL)\n",
            "import celeryconfig as c\nprint(c.broker_url)\n",
        ),
        (
            "import celeryconfig\nprint(getattr(celeryconfig, 'BROKER_URL', 1))\n",
            "import celeryconfig\nprint(getattr(celeryconfig, 'broker_url', 1))\n",
        ),
        (
            "import celeryconfig\nceleryconfig.BROKER_URL = 1\ndel celeryconfig.BROKER_URL\n",
            "import celeryconfig\nceleryconfig.broker_url = 1\ndel celeryconfig.broker_url\n",
        ),
        (
            "from celeryconfig import *\nprint(BROKER_URL)\n",
            "from celeryconfig import *\nprint(broker_url)\n",
        ),
        (
            "from celeryconfig import *\nBROKER_URL = BROKER_URL * 2\nprint(BROKER_URL)\n",
            "from celeryconfig import *\nbroker_url = broker_url * 2\nprint(broker_url)\n",
        ),
        (
            "from celeryconfig import *\ndef f():\n    global BROKER_URL\n    BROKER_URL += 1\n",
            "from celeryconfig import *\ndef f():\n    global broker_url\n    broker_url += 1\n",
        ),
        (
            "try:\n    from celeryconfig import *\nexcept:\n    BROKER_URL = 1\nBROKER_URL.x\n",
            "try:\n    from celeryconfig import *\nexcept:\n    broker_url = 1\nbroker_url.x\n",
        ),
        ("mock.patch('celeryconfig.BROKER_URL')\n", "mock.patch('celeryconfig.broker_url')\n"),
        (
            "def test(monkeypatch):\n    monkeypatch.setattr('celeryconfig.BROKER_URL', 1)\n",
            "def test(monkeypatch):\n    monkeypatch.setattr('celeryconfig.broker_url', 1)\n",
        ),
        (
            "import celeryconfig\nmock.patch.object(celeryconfig, 'BROKER_URL')\n",
            "import celeryconfig\nmock.patch.object(celeryconfig, 'broker_url')\n",
        ),
        (
            "import celeryconfig\nmonkeypatch.setattr(celeryconfig, 'BROKER_URL', 1)\n",
            "import celeryconfig\nmonkeypatch.setattr(celeryconfig, 'broker_url', 1)\n",
        ),
        ("app().conf.BROKER_URL = 1\n", None),
    ],
)
def test_other_module_goes_along(other: str, after: str | None) -> None:
    files = {"celeryconfig.py": "BROKER_URL = ''\n", "shop.py": f"# celery\n{other}"}

    changes = fixed(files).changes

    expected = {"shop.py": f"# celery\n{after}".encode()} if after else {}
    assert changes == {"celeryconfig.py": b"broker_url = ''\n", **expected}


@pytest.mark.parametrize(
    ("use", "after"),
    [
        ("from conf import BROKER_URL\n", "from conf import broker_url as BROKER_URL\n"),
        ("import conf\nconf.BROKER_URL\n", "import conf\nconf.broker_url\n"),
        ("from conf import *\nBROKER_URL\n", "from conf import *\nbroker_url\n"),
        (
            "from conf import *\nBROKER_URL = BROKER_URL + 'x'\n",
            "from conf import *\nbroker_url = broker_url + 'x'\n",
        ),
        ("patch('conf.BROKER_URL')\n", "patch('conf.broker_url')\n"),
    ],
)
def test_what_a_package_hands_on_with_a_star_goes_along(use: str, after: str) -> None:
    files = {
        "app.py": PLAIN.replace('"conf"', '"conf.base"'),
        "conf/__init__.py": "from .bridge import *\n",
        "conf/bridge.py": "from .base import *\nfrom . import bridge\n",
        "conf/base.py": "BROKER_URL = ''\n",
        "shop.py": f"# celery\n{use}",
        "other.py": "from shop import BROKER_URL\n",
    }
    others = {"other.py": b"from shop import broker_url as BROKER_URL\n"}

    changes = fixed(files).changes

    handed_on = others if after.startswith("from conf import *") else {}
    expected = {"conf/base.py": b"broker_url = ''\n", "shop.py": f"# celery\n{after}".encode()}
    assert changes == {**expected, **handed_on}


def test_star_import_that_brings_a_name_in_use_is_said() -> None:
    files = {
        "app.py": PLAIN,
        "conf.py": "CELERY_TIMEZONE = 'UTC'\n",
        "shop.py": "# celery\nfrom datetime import timezone\nfrom conf import *\n",
    }

    assert doubts(files) == ["`timezone` means something else here (shop.py:2)"]


def test_module_that_is_likely_only_to_be_the_settings_is_said() -> None:
    files = {
        "celeryconfig.py": "BROKER_URL = ''\n",
        "shop.py": "try:\n    import celeryconfig as c\nexcept ImportError:\n"
        "    import other as c\nprint(c.BROKER_URL)\n",
        "other.py": "",
    }

    assert doubts(files) == ["`c` is likely, not certain, to be the settings here (shop.py:5)"]


def test_key_that_is_asked_for_in_pieces_stays() -> None:
    files = {
        "celeryconfig.py": "BROKER_URL = ''\n",
        "shop.py": "import celeryconfig\nsetattr(celeryconfig, 'BROKER_' 'URL', 1)\n",
    }

    assert blocked(files) == ["`BROKER_URL` is not written as one plain string (shop.py:2)"]


@pytest.mark.parametrize(
    "other",
    [
        "from other import BROKER_URL\n",
        "import other\nprint(other.BROKER_URL, other.conf.BROKER_URL)\n",
        "BROKER_URL = 1\nprint(BROKER_URL)\n",
        "from unknown import *\nprint(BROKER_URL)\n",
        "mock.patch('elsewhere.BROKER_URL')\nmock.patch('celeryconfig.OTHER')\n",
        "import_module(name)\nimport_module('')\nimport_module('other')\n",
        "self.conf.update(colour=1)\nself.settings.update(BROKER_URL=1)\nself.conf.colour = 1\n",
        "make(BROKER_URL=1)\nmake()(BROKER_URL=1)\nx['a']['BROKER_URL']\n",
        "self.table.values()\nvalues()\n",
        "from . import BROKER_URL\n",
    ],
)
def test_other_module_with_names_of_its_own_is_left_alone(other: str) -> None:
    files = {"celeryconfig.py": "BROKER_URL = ''\n", "shop.py": f"# celery\n{other}"}

    assert fixed(files).changes == {"celeryconfig.py": b"broker_url = ''\n"}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("app.conf.items()\n", "`app.conf.items()` reads all names"),
        ("app.conf[name] = 1\n", "more settings may come from app.py:5: a name is computed"),
        ("setattr(app.conf, name, 1)\n", "more settings may come from app.py:5: a name is"),
    ],
)
def test_what_is_done_with_conf_may_stand_in_the_way(more: str, reason: str) -> None:
    (found,) = doubts({"app.py": f"{APP}app.conf.BROKER_URL = ''\n{more}"})

    assert found.startswith(reason)


def test_name_that_is_taken_from_conf_goes_along() -> None:
    text = f"{APP}app.conf.BROKER_URL = ''\ndel app.conf.BROKER_URL\n"

    assert fixed({"app.py": text}).changes["app.py"].decode().count("app.conf.broker_url") == 2


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("for name in X:\n    pass\n", "`X` is used as a whole"),
        ("print(X.items())\n", "`X.items()` reads all names"),
    ],
)
def test_what_is_done_with_a_dict_may_stand_in_the_way(more: str, reason: str) -> None:
    text = f"X = {{'BROKER_URL': ''}}\n{APP}app.config_from_object(X)\n{more}"

    assert doubts({"app.py": text}) == [f"{reason} (app.py:6)"]


def test_dict_of_a_function_is_mentioned_by_the_function() -> None:
    text = (
        f"def make():\n    return {{'BROKER_URL': ''}}\n\n\n{APP}app.config_from_object(make())\n"
    )

    found = doubts({"app.py": f"{text}print(make())\nother = make\n"})

    assert found == ["`make` is used as a whole (app.py:9, app.py:10)"]
    assert fixed({"app.py": text}).changes


def test_name_that_is_set_on_a_class_goes_along() -> None:
    text = f"{CLASS}\n\n{APP}app.config_from_object(Conf)\nConf.BROKER_URL = 1\n"

    assert b"\nConf.broker_url = 1\n" in fixed({"app.py": text}).changes["app.py"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("Conf(BROKER_URL=1)\n", "`BROKER_URL` is given here"),
        ("print(Conf)\n", "`Conf` is used as a whole"),
        ("Base.NEW = 1\n", "`NEW` is set here from outside"),
    ],
)
def test_class_that_may_be_asked_for_its_names(more: str, reason: str) -> None:
    text = f"{CLASS}\n\n{APP}app.config_from_object(Conf)\n{more}"

    assert f"{reason} (app.py:13)" in doubts({"app.py": text})


def test_class_with_holes_is_renamed_on_request() -> None:
    text = "class Conf:\n    BROKER_URL = ''\n    print(locals())\n\n\ndef f():\n    locals()\n\n\n"

    assert doubts({"app.py": f"{text}{APP}app.config_from_object(Conf)\n"}) == [
        "more settings may come from app.py:3: vars may set any name"
    ]


def test_class_with_a_computed_base_is_looked_up_as_far_as_it_goes() -> None:
    text = f"{CLASS.replace('(Base)', '(make(), Base)')}\n\n{APP}app.config_from_object(Conf)\n"

    result = fixed({"app.py": f"{text}print(Conf.BROKER_URL)\n"}, UNSAFE)

    assert b"print(Conf.broker_url)" in result.changes["app.py"]


def test_name_of_another_module_s_globals_is_left_alone() -> None:
    text = f"{APP}app.conf.BROKER_URL = ''\nglobals()['BROKER_URL']\n"

    after = text.replace("conf.BROKER_URL", "conf.broker_url")
    assert fixed({"app.py": text}).changes == {"app.py": after.encode()}


def test_module_that_runs_code_may_hold_more() -> None:
    text = "BROKER_URL = ''\nexec(open('local.py').read())\n"

    assert fixed({"celeryconfig.py": text}).changes == {}
    after = text.replace("BROKER_URL", "broker_url")
    assert fixed({"celeryconfig.py": text}, UNSAFE).changes == {"celeryconfig.py": after.encode()}


def test_class_above_itself_is_survived() -> None:
    text = "class A(B):\n    BROKER_URL = ''\n\n\nclass B(A):\n    pass\n\n\n"

    result = fixed({"app.py": f"{text}{APP}app.config_from_object(A)\nB.BROKER_URL\n"}, UNSAFE)

    assert result.report.crashes == ()
    assert result.changes["app.py"].decode().count("broker_url") == 2


@pytest.mark.parametrize("key", ["'BROKER\\x5fURL'", "'''BROKER_URL\\\n'''"])
def test_key_that_is_not_written_plainly_stays(key: str) -> None:
    text = f"{APP}app.conf.update({{{key}: ''}})\n"

    assert blocked({"app.py": text}) in (
        ["`BROKER_URL` is not written as one plain string (app.py:4)"],
        [],
    )


@pytest.mark.parametrize("shown", ["BROKER_URL=", "(BROKER_URL).lower()=!s:>9", "f'{BROKER_URL=}'"])
def test_name_that_a_text_shows_stays(shown: str) -> None:
    text = f'BROKER_URL = ""\nprint(f"{{{shown}}}")\n'

    assert blocked({"celeryconfig.py": text}) == [
        "the name is part of a text here (celeryconfig.py:2)"
    ]
    plain = {"celeryconfig.py": 'BROKER_URL = ""\nprint(f"{BROKER_URL}")\n'}
    assert fixed(plain).changes == {"celeryconfig.py": b'broker_url = ""\nprint(f"{broker_url}")\n'}


def test_setting_that_is_deleted_and_set_again_stays() -> None:
    text = "BROKER_URL = 1\ndel BROKER_URL\nBROKER_URL = 2\n"

    assert blocked({"celeryconfig.py": text}) == [
        "`BROKER_URL` is deleted again (celeryconfig.py:1)"
    ]


def test_import_under_its_own_name_takes_another() -> None:
    text = "BROKER_URL = ''\nfrom shop import CELERY_ACKS_LATE as CELERY_ACKS_LATE\n"

    result = fixed({"celeryconfig.py": text})

    assert result.changes == {
        "celeryconfig.py": (
            b"broker_url = ''\nfrom shop import CELERY_ACKS_LATE as task_acks_late\n"
        )
    }


def test_name_that_a_star_import_brings_stands_in_the_way() -> None:
    files = {
        "app.py": PLAIN,
        "conf.py": "CELERY_TIMEZONE = 'Europe/Paris'\nfrom more import *\nX = CELERY_TIMEZONE\n",
        "more.py": "timezone = 'Asia/Tokyo'\n",
    }

    assert blocked(files) == [
        "`timezone` is already in use (more.py:1); give what has that name another one"
    ]
