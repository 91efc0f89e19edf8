"""Prefect flows: thin, no logic. `localsdg.pipeline` holds the logic.

Prefect's home is set inside the project before Prefect is imported, so that
no account, telemetry or outside server is needed.
"""

import os

from localsdg.common.errors import UsageError
from localsdg.common.settings import Settings, home_folder, load_settings


def configured() -> Settings:
    """The settings, or the defaults where they are wrong: the run reports that on its page."""
    try:
        return load_settings()
    except UsageError:
        return Settings(home=home_folder())


_HOME = configured().prefect_home
_HOME.mkdir(parents=True, exist_ok=True)  # the server starts forever where its folder is absent
_ENVIRONMENT = {
    "PREFECT_HOME": str(_HOME),
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # four flows that start at once each start a server of their own
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_PROMPT": "false",
    # a server that runs for years forgets flow runs, with their logs and artifacts, after 400 days;
    # the run log of the project keeps them
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(400 * 86_400),
}
for _name, _value in _ENVIRONMENT.items():
    os.environ.setdefault(_name, _value)
