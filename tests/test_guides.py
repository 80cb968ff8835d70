"""What guides on the web advise is told apart: settings that exist, and those that never did."""

from __future__ import annotations

from tests.fixture import read_fixtures

GUIDES = tuple(fixture for fixture in read_fixtures() if fixture.name.startswith("guide-"))
INVENTED = {
    "BROKER_CONNECTION_RETRY_DELAY",
    "broker_connection_retry_delay",
    "broker_connection_retry_interval",
    "broker_connection_retry_on_timeout",
    "socket_connect_timeout",
    "socket_timeout",
    "task_default_max_retries",
    "task_default_retry_delay",
    "worker_heartbeat_expire",
    "worker_heartbeat_interval",
}
REMOVED = {"CELERYD_LOG_LEVEL"}


def test_guides_have_invented_settings_that_are_all_found() -> None:
    assert reported("CEL104") == INVENTED
    assert reported("CEL102") == REMOVED


def test_guides_are_searched_for_invented_settings() -> None:
    searched = [fixture for fixture in GUIDES if "CEL108" not in fixture.families]

    assert len(searched) == len(GUIDES) - 1
    assert all("CEL104".startswith(fixture.families) for fixture in searched)


def reported(code: str) -> set[str | None]:
    """Return the settings that a rule is to find in the guides."""
    return {found.setting for guide in GUIDES for found in guide.findings if found.code == code}
