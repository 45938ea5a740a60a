"""The schema, step by step: Alembic writes the SQL, the store's own connection runs it.

Only the version is looked at when a server starts; Alembic and SQLAlchemy are imported when a step is due.
"""

from pathlib import Path
from threading import Lock

HEAD = "0016"
# Alembic keeps the environment that runs in its module: one at a time.
_running = Lock()


def script_between(dialect: str, version: str | None) -> str:
    """The SQL that brings a database from ``version`` (None: empty) to ``HEAD``."""
    from io import StringIO

    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    scripts = ScriptDirectory.from_config(config)
    output = StringIO()
    with (
        _running,
        EnvironmentContext(
            config,
            scripts,
            fn=lambda revision, _: scripts._upgrade_revs(HEAD, revision),
            as_sql=True,
            starting_rev=version,
            destination_rev=HEAD,
        ) as environment,
    ):
        environment.configure(dialect_name=dialect, output_buffer=output, transactional_ddl=False)
        environment.run_migrations()
    return output.getvalue()
