"""Run a management command on the database of `make run`, whether that is running or not.

.venv/bin/python -m tools.manage shell
"""

from __future__ import annotations

import os
import subprocess
import sys

from tools.instance_files import read_status
from tools.postgres_places import PostgresError
from tools.setup import ROOT, VENV, runtime_home
from tools.supervisor import AlreadyRunningError, Instance


def main(arguments: list[str]) -> int:
    instance = Instance(runtime_home())
    try:
        url = instance.start_database()
    except AlreadyRunningError:
        url = str(read_status(instance.home).get("database_url") or "")
    except PostgresError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    try:
        environment = {**os.environ, "DATABASE_URL": url, "LIANFANG_HOME": str(instance.home)}
        return subprocess.call([VENV / "bin/python", "manage.py", *arguments], cwd=ROOT, env=environment)
    finally:
        instance.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
