"""Set-up steps run once, again when their inputs change, and are repaired after an interruption."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import setup

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    return tmp_path


def test_a_step_runs_once_for_the_same_inputs(tmp_path: Path) -> None:
    runs: list[str] = []
    for inputs in ("a", "a", "b", "b", "a"):
        setup.stamped(tmp_path / "stamp", inputs, lambda inputs=inputs: runs.append(inputs))  # type: ignore[misc]
    assert runs == ["a", "b", "a"]


def test_an_interrupted_step_runs_again(tmp_path: Path) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    setup.stamped(tmp_path / "stamp", "old", lambda: None)
    with pytest.raises(KeyboardInterrupt):
        setup.stamped(tmp_path / "stamp", "new", interrupted)
    assert setup.stamped(tmp_path / "stamp", "old", lambda: None)


def test_the_fingerprint_tells_names_contents_and_missing_files_apart(checkout: Path) -> None:
    one, two = checkout / "one", checkout / "two"
    prints = [setup.fingerprint([one])]
    for content in ("", "x"):
        one.write_text(content)
        prints.append(setup.fingerprint([one]))
    two.write_text("x")
    prints += [setup.fingerprint([two]), setup.fingerprint([one, two])]
    assert len(set(prints)) == 5
    assert setup.fingerprint([two, one]) == setup.fingerprint([one, two])


def test_a_broken_environment_is_made_anew(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def make(command: list[str | Path], **options: object) -> str:
        made.append(setup.VENV)
        (setup.VENV / "bin").mkdir(parents=True)
        (setup.VENV / "bin" / "python").symlink_to(sys.executable)
        return ""

    monkeypatch.setattr(setup, "run", make)
    setup._make_venv(setup.VENV, "3.11")
    setup._make_venv(setup.VENV, "3.11")
    assert len(made) == 1
    (setup.VENV / "bin" / "python").unlink()
    (setup.VENV / "bin" / "python").symlink_to(checkout / "gone")
    setup._make_venv(setup.VENV, "3.11")
    assert len(made) == 2
    setup._make_venv(setup.VENV, "3.12")
    assert len(made) == 3


@pytest.mark.parametrize("version", [(3, 9, 2), (3, 10, 0), (3, 14, 0)])
def test_another_python_is_refused_in_words(version: tuple[int, int, int]) -> None:
    code = f"import sys; sys.version_info = {version}; import tools.setup"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "3.11" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_without_the_venv_module_is_told_what_to_install(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(setup.SetupError, match="apt-get install python3"):
        setup._make_venv(setup.VENV, "3.11")


def test_a_failing_command_is_tried_again_and_then_reported_with_its_output(tmp_path: Path) -> None:
    script = "from pathlib import Path; f = Path('tries'); f.open('a').write('x'); raise SystemExit('no network')"
    with pytest.raises(setup.SetupError, match="no network"):
        setup.run([sys.executable, "-c", f"import os; os.chdir({str(tmp_path)!r}); {script}"], tries=2)
    assert (tmp_path / "tries").read_text() == "xx"


def test_without_a_browser_and_rights_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(setup.SetupError, match="Chromium"):
        setup.install_browser()


def test_an_npm_too_old_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 8.19.4\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert setup._npm_on_path() is None
    npm.write_text("#!/bin/sh\necho 10.2.0\n")
    assert setup._npm_on_path() == npm


class Apt:
    """A stand-in that knows some packages; installing one puts a program of its name on the path."""

    def __init__(self, folder: Path, *, knows: tuple[str, ...], busy: bool = False) -> None:
        self.folder, self.log = folder, folder / "calls"
        if busy:
            (folder / "busy").touch()
        program = folder / "apt-get"
        program.write_text(
            "#!/bin/sh\n"
            f'echo "$@" >> {self.log}\n'
            f'test "$1" = update && exit 0\n'
            "for package; do :; done\n"  # the last word
            f'case " {" ".join(knows)} " in *" $package "*) ;; *) echo no such package; exit 100;; esac\n'
            f"test -e {folder}/busy && {{ rm {folder}/busy; exit 100; }}\n"
            f"cp /bin/true {folder}/$package\n"
        )
        program.chmod(0o755)

    @property
    def installs(self) -> list[str]:
        return [line.split()[-1] for line in self.log.read_text().splitlines() if line.startswith("install")]


@pytest.fixture
def with_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Apt]:
    def make(*there: str, knows: tuple[str, ...], busy: bool = False) -> Apt:
        apt = Apt(tmp_path, knows=knows, busy=busy)
        for name in there:
            shutil.copy("/bin/true", tmp_path / name)
        monkeypatch.setattr(setup, "_apt_get", lambda: [str(tmp_path / "apt-get")])
        monkeypatch.setattr(setup, "VENV", tmp_path / "venv")
        monkeypatch.setattr(setup, "has_chinese_font", lambda: True)
        monkeypatch.setattr(shutil, "which", lambda name: str(tmp_path / name) if (tmp_path / name).is_file() else None)
        return apt

    return make


def test_the_light_browser_is_installed_once(with_apt: Callable[..., Apt]) -> None:
    apt = with_apt(knows=("chromium-headless-shell", "chromium"))
    setup.install_browser()
    setup.install_browser()
    assert apt.installs == ["chromium-headless-shell"]
    assert "fonts-noto-cjk" in apt.log.read_text()


def test_where_there_is_no_light_browser_the_whole_is_installed_with_a_second_try(
    with_apt: Callable[..., Apt],
) -> None:
    """A mirror that is just being updated refuses once."""
    apt = with_apt(knows=("chromium",), busy=True)
    setup.install_browser()
    setup.install_browser()
    assert apt.installs == ["chromium-headless-shell", "chromium", "chromium"]


def test_a_browser_that_is_there_will_do_and_the_light_one_is_asked_for_once(with_apt: Callable[..., Apt]) -> None:
    apt = with_apt("google-chrome", knows=())
    setup.install_browser()
    setup.install_browser()
    assert apt.installs == ["chromium-headless-shell"]
    assert setup.find_browser() == apt.folder / "google-chrome"


def test_an_installation_that_fails_for_good_says_so(with_apt: Callable[..., Apt]) -> None:
    with_apt(knows=())
    with pytest.raises(setup.SetupError, match="no such package"):
        setup.install_browser()
