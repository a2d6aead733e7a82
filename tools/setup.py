"""Make the checkout ready to run: Python packages, front-end files, message catalogues, a browser for tests.

    python3 -m tools.setup [--dev] [--browser]

Standard library only. Every step is stamped with a hash of what it was made from, written last: a second
run does nothing, and a run that was interrupted is repaired by running again.
"""

from __future__ import annotations

import sys

if not (3, 11) <= sys.version_info[:2] < (3, 14):  # before anything an older Python could stumble over
    _found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(
        f"需要 Python 3.11 至 3.13，当前是 {_found}。请安装后用 make PYTHON=python3.12 指定。\n"
        f"Python 3.11 to 3.13 is needed, this is {_found}. Install one and name it: make PYTHON=python3.12"
    )

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tools.say import say, words

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
NODE_VENV = ROOT / ".venv-node"
OLDEST_NPM = 9
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without windows and menus Chromium takes a third of the processor time; some distributions have only the whole one.
BROWSER_PACKAGES = ("chromium-headless-shell", "chromium")
FONT_PACKAGE = "fonts-noto-cjk"
# Files that tell that a font with Chinese characters is there, for machines without fontconfig.
CJK_FONTS = ("*CJK*", "wqy-*", "*Han*Sans*", "PingFang*", "STHeiti*")


class SetupError(RuntimeError):
    """What the person at the terminal must do, in words."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.setup")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--browser", action="store_true", help="also a Chromium and a Chinese font")
    chosen = parser.parse_args(arguments)
    try:
        os.chdir(ROOT)
        _wait_for_our_turn()
        _make_venv(VENV, "%d.%d" % sys.version_info[:2])  # noqa: UP031
        with ThreadPoolExecutor() as beside:  # each waits for another network or processor
            others = [beside.submit(install_front_end)]
            if chosen.browser:
                others.append(beside.submit(install_browser))
            install_python_packages(dev=chosen.dev)
            for other in others:
                other.result()
        compile_messages()
        collect_static()
    except SetupError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        say("已中断；再次运行即可继续。", "Interrupted; run again to continue.")
        return 130
    return 0


def _wait_for_our_turn() -> None:
    """Two set-ups in one checkout would trip over each other; the lock ends with this process."""
    checkout = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(checkout, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("另一个安装正在进行，等待中……", "Another set-up is under way; waiting …")
        fcntl.flock(checkout, fcntl.LOCK_EX)
    except OSError:
        return  # a file system without locks


# ── stamps ────────────────────────────────────────────────────────────────────────────────────────────


def fingerprint(files: Iterable[Path], *also: str) -> str:
    """A hash over names and contents; a file that is missing counts as missing."""
    total = hashlib.sha256(repr(also).encode())
    for file in sorted(files):
        content = file.read_bytes() if file.is_file() else b"missing"
        total.update(f"\0{file.relative_to(ROOT)}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def stamped(stamp: Path, made_from: str, make: Callable[[], None]) -> bool:
    """Run `make` unless the stamp says that it was done with the same inputs; true if it ran."""
    if stamp.is_file() and stamp.read_text() == made_from:
        return False
    stamp.unlink(missing_ok=True)
    make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)
    return True


def run(command: Sequence[str | Path], *, tries: int = 1, env: Mapping[str, str] | None = None) -> str:
    """Quiet unless it fails; returns what it printed."""
    line = [str(part) for part in command]
    while True:
        tries -= 1
        done = subprocess.run(
            line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", env={**os.environ, **(env or {})}, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return done.stdout
        if tries <= 0:
            tail = "\n".join(done.stdout.splitlines()[-25:])
            said = " ".join(line[:6])
            raise SetupError(words(f"命令失败：{said}\n{tail}", f"This command failed: {said}\n{tail}"))
        say("失败，再试一次……", "That failed; trying once more …")


# ── Python ────────────────────────────────────────────────────────────────────────────────────────────


def install_python_packages(*, dev: bool) -> None:
    locks = [ROOT / "requirements.lock"]
    if dev:
        locks.append(ROOT / "requirements-dev.lock")
    for lock in locks:
        stamped(VENV / f".stamp-{lock.stem}", fingerprint([lock]), partial(_pip, VENV, lock))


def _pip(venv: Path, lock: Path) -> None:
    say(
        f"正在安装 {lock.name} 里的软件包（第一次约需一分钟）……",
        f"Installing the packages of {lock.name} (about a minute the first time) …",
    )
    # The lock is complete, so nothing is left to resolve.
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes"]
    run([venv / "bin/python", "-m", "pip", "install", *options, "-r", lock], tries=2)


def _make_venv(venv: Path, version: str) -> None:
    """A venv of another Python, of a checkout since moved, or half made, is made anew."""
    place = venv / ".stamp-place"
    made_for = f"{version} {venv}"
    if place.is_file() and place.read_text() == made_for and _answers(venv / "bin/python"):
        return
    _refuse_without_venv_module()
    if venv.exists():
        say(f"正在重建 {venv.name}……", f"Rebuilding {venv.name} …")
        shutil.rmtree(venv)
    run([sys.executable, "-m", "venv", venv])
    place.write_text(made_for)


def _answers(python: Path) -> bool:
    try:
        return subprocess.run([python, "-I", "-S", "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _refuse_without_venv_module() -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        package = "python%d.%d-venv" % sys.version_info[:2]  # noqa: UP031
        raise SetupError(
            words(
                f"这个 Python 缺少 {'、'.join(missing)} 模块；Debian 或 Ubuntu：apt-get install {package}",
                f"This Python lacks {', '.join(missing)}. On Debian or Ubuntu: apt-get install {package}",
            )
        )


# ── front-end files ───────────────────────────────────────────────────────────────────────────────────


def install_front_end() -> None:
    inputs = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]
    stamp = VENV / ".stamp-node"
    if not (ROOT / "node_modules" / ".package-lock.json").is_file():
        stamp.unlink(missing_ok=True)
    stamped(stamp, fingerprint(inputs), _npm_ci)


def _npm_ci() -> None:
    npm = _npm_on_path()
    environment = {}
    if npm is None:
        npm = _npm_of_our_own()
        environment["PATH"] = f"{npm.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    say("正在安装网页所用的文件……", "Installing the files that pages use …")
    run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], tries=2, env=environment)


def _npm_on_path() -> Path | None:
    found = shutil.which("npm")
    if found is None:
        return None
    try:
        major = int(run([found, "--version"]).split(".")[0])
    except (SetupError, ValueError):
        return None
    return Path(found) if major >= OLDEST_NPM else None


def _npm_of_our_own() -> Path:
    say("没有可用的 npm，正在安装一份自用的……", "No npm found; installing one for this checkout …")
    lock = ROOT / "requirements-node.lock"
    _make_venv(NODE_VENV, "%d.%d" % sys.version_info[:2])  # noqa: UP031
    stamped(NODE_VENV / ".stamp-packages", fingerprint([lock]), partial(_pip, NODE_VENV, lock))
    return NODE_VENV / "bin" / "npm"


# ── what the program makes out of its own files ───────────────────────────────────────────────────────


def compile_messages() -> None:
    tool = ROOT / "tools" / "messages.py"
    sources = sorted((ROOT / "locale").rglob("*.po"))
    if not tool.is_file() or not sources:
        return
    stamp = VENV / ".stamp-messages"
    if not all(source.with_suffix(".mo").is_file() for source in sources):
        stamp.unlink(missing_ok=True)

    def make() -> None:
        run([VENV / "bin/python", "-m", "tools.messages", "compile"])

    stamped(stamp, fingerprint([tool, *sources]), make)


def collect_static(home: Path | None = None) -> None:
    """Gather the static files into `home/static` when one of them changed; `home` as LIANFANG_HOME."""
    manage, settings = ROOT / "manage.py", ROOT / "lianfang" / "config" / "settings.py"
    if not (manage.is_file() and settings.is_file()):
        return
    home = home or runtime_home()
    inputs = [ROOT / "package-lock.json", ROOT / "requirements.lock", settings]
    inputs += [file for file in (ROOT / "lianfang").glob("*/static/**/*") if file.is_file()]
    stamp = home / ".stamp-static"
    if not (home / "static").is_dir():
        stamp.unlink(missing_ok=True)

    def collect() -> None:
        say("正在汇集静态文件……", "Collecting static files …")
        command = [VENV / "bin/python", manage, "collectstatic", "--noinput", "--verbosity=0"]
        run(list(map(str, command)), env={"LIANFANG_HOME": str(home)})

    stamped(
        stamp, fingerprint(inputs, os.environ.get("LIANFANG_DEBUG", "")), collect
    )  # names have no hash in them then


def runtime_home() -> Path:
    """Where data, logs and the signing key are kept: `LIANFANG_HOME`, else `var` in the checkout."""
    return Path(os.environ.get("LIANFANG_HOME") or ROOT / "var").resolve()


# ── a browser for the tests ───────────────────────────────────────────────────────────────────────────


def find_browser() -> Path | None:
    found = (shutil.which(name) for name in BROWSERS)
    return next((Path(path) for path in found if path), None)


def has_chinese_font() -> bool:
    if lister := shutil.which("fc-list"):
        return bool(run([lister, ":lang=zh"]).strip())
    folders = [Path("/usr/share/fonts"), Path("/System/Library/Fonts"), Path.home() / ".fonts"]
    return any(next(folder.rglob(name), None) for folder in folders for name in CJK_FONTS)


def install_browser() -> None:
    """The light browser where it can be had; a browser that is there will do where it cannot.

    Raises SetupError with what to install when there is none and this machine does not let us.
    """
    if shutil.which(BROWSER_PACKAGES[0]) and has_chinese_font():
        return
    enough = find_browser() is not None and has_chinese_font()
    installer, asked = _apt_get(), VENV / ".stamp-browser"
    if enough and (installer is None or asked.is_file()):
        return
    if installer is None:
        raise SetupError(
            words(
                "网页测试需要 Chromium 和中文字体，请自行安装（Debian：chromium 和 fonts-noto-cjk），"
                "或用 make test BROWSER=0 跳过这一步。",
                "The page tests need Chromium and a Chinese font: install them (Debian: chromium and "
                "fonts-noto-cjk), or leave this step out with make test BROWSER=0.",
            )
        )
    say("正在安装 Chromium 和中文字体……", "Installing Chromium and a Chinese font …")
    try:
        _install_with(installer)
    except SetupError:
        if not enough:
            raise
    if not find_browser():
        raise SetupError(words("已安装软件包，但仍找不到 Chromium。", "Installed, yet no Chromium is found."))
    asked.parent.mkdir(exist_ok=True)
    asked.touch()


def _install_with(installer: Sequence[str]) -> None:
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    install = [*installer, "install", "-y", "-qq", "--no-install-recommends", FONT_PACKAGE]
    run([*installer, "update", "-qq"], tries=2, env=quiet)
    light, whole = BROWSER_PACKAGES
    try:
        run([*install, light], env=quiet)
    except SetupError:
        if find_browser() is None:
            run([*install, whole], tries=2, env=quiet)


def _apt_get() -> list[str] | None:
    """How to call apt-get without being asked for a password, if that can be done."""
    apt = shutil.which("apt-get")
    if apt is None:
        return None
    if os.geteuid() == 0:
        return [apt]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n", "DEBIAN_FRONTEND=noninteractive", apt]
    return None


if __name__ == "__main__":
    sys.exit(main())
