"""Start the program and stay with it: `make run`, after the set-up.

Database, migrations, demo data, web server and worker; then the address and the demo accounts. Ctrl-C stops
everything. `DEMO=0` leaves the demo data out.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

from tools.ports import PortError
from tools.postgres_places import PostgresError
from tools.say import say, words
from tools.setup import SetupError, runtime_home
from tools.supervisor import AlreadyRunningError, Instance, KeysError, NotReadyError

# What can go wrong at this machine; the texts are written for the person at the terminal.
EXPECTED = (PostgresError, PortError, NotReadyError, SetupError, OSError, subprocess.CalledProcessError)


def main() -> int:
    # Accounts of the demo show their second factor on the page: nobody has their telephone.
    instance = Instance(runtime_home(), env={"LIANFANG_DEMO": "1"} if os.environ.get("DEMO") != "0" else {})
    stop_on_signals(instance)
    try:
        bring_up(instance)
        print(greeting(instance), flush=True)
        while True:
            signal.pause()
    except KeyboardInterrupt:
        say("正在停止……", "Stopping …")
        return 0
    except AlreadyRunningError as problem:
        print(problem)
        return 0
    except (
        PostgresError,
        PortError,
        KeysError,
        NotReadyError,
        SetupError,
        subprocess.CalledProcessError,
    ) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    finally:
        instance.stop()


def stop_on_signals(instance: Instance) -> None:
    """The first signal unwinds whatever is going on; a second one, while stopping, makes it quick."""
    seen: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        if len(seen) > 1:
            instance.hurry()
            return
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handle)


def bring_up(instance: Instance) -> None:
    """New data are loaded before anybody can look; otherwise looking them over need not delay the start."""
    demo = os.environ.get("DEMO") != "0"
    if not instance.database_url:
        say("正在启动数据库……", "Starting the database …")
    instance.start_database()
    fresh = instance.migrate()
    if demo and fresh:
        say("正在载入演示数据……", "Loading the demo …")
        instance.manage("load_demo")
    say("正在启动网页服务……", "Starting the web server …")
    instance.start_program()
    if demo and not fresh:
        instance.manage("load_demo")
    instance.wait_ready()


def greeting(instance: Instance) -> str:
    lines = ["", words(f"联防已启动：{instance.address}/", f"Lianfang is running: {instance.address}/")]
    if os.environ.get("DEMO") != "0":
        lines += ["", instance.manage("demo_accounts").rstrip()]
    if instance.bind not in ("127.0.0.1", "::1", "localhost") and not os.environ.get("LIANFANG_HOSTS"):
        lines += [
            words(
                "从其他电脑访问时，请在 LIANFANG_HOSTS 中列出所用的主机名。",
                "To be reached from other computers, name this host in LIANFANG_HOSTS.",
            )
        ]
    lines += ["", instance.keys_said.strip()]
    return "\n".join([*lines, "", words("按 Ctrl-C 停止。", "Ctrl-C stops it.")])


if __name__ == "__main__":
    sys.exit(main())
