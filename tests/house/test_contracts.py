"""The import contracts themselves can fail: a small house is built, once in order and once with every
fault."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

COMMAND = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]

SOUND = {
    "lianfang/__init__.py": "",
    "lianfang/core/__init__.py": "",
    "lianfang/core/clock.py": "import django",
    "lianfang/orgs/__init__.py": "",
    "lianfang/orgs/rules.py": "import datetime",
    "lianfang/orgs/models.py": "from lianfang.orgs import rules",
    "lianfang/orgs/actions.py": "from lianfang.orgs import models\nfrom lianfang.core import clock",
    "lianfang/orgs/forms.py": "",
    "lianfang/orgs/views.py": "from lianfang.orgs import actions, forms",
    "lianfang/orgs/urls.py": "from lianfang.orgs import views",
    "lianfang/people/__init__.py": "",
    "lianfang/people/actions.py": "from lianfang.orgs import actions",
    "lianfang/config/__init__.py": "",
    "lianfang/config/urls.py": "from lianfang.orgs import urls",
    "lianfang/web/__init__.py": "",
    "lianfang/web/account/__init__.py": "",
    "lianfang/web/account/forms.py": "from lianfang.orgs import models",
    "lianfang/web/account/views.py": "from lianfang.web.account import forms",
    "lianfang/web/account/urls.py": "from lianfang.web.account import views",
    "tools/__init__.py": "",
}
# Contract → the file that breaks it, and what it says.
FAULTS = {
    "staircase": ("lianfang/orgs/queries.py", "def late():\n    from lianfang.people import actions"),
    "inside-a-room": ("lianfang/orgs/models.py", "from lianfang.orgs import actions"),
    "views-behind-urls": ("lianfang/orgs/pages.py", "from lianfang.orgs.views import x"),
    "forms-behind-views": ("lianfang/orgs/pages.py", "from lianfang.orgs import forms"),
    "urls-mounted-by-config": ("lianfang/people/urls.py", "from lianfang.orgs import urls"),
    "plain-python": ("lianfang/orgs/rules.py", "from lianfang.core import clock"),
    "tools-beside-the-house": ("lianfang/orgs/queries.py", "import tools"),
}
# The same inside a page folder of ``web``.
NESTED = {
    "inside-a-room": ("lianfang/web/account/forms.py", "from lianfang.web.account import views"),
    "views-behind-urls": ("lianfang/web/views.py", "from lianfang.web.account import views"),
    "forms-behind-views": ("lianfang/web/queries.py", "from lianfang.web.account import forms"),
    "urls-mounted-by-config": ("lianfang/web/urls.py", "from lianfang.web.account import urls"),
}
UNDECLARED = ("lianfang/attic/__init__.py", "")


def lint(folder: Path, tree: dict[str, str]) -> set[str]:
    """Names of the broken contracts."""
    for name, text in tree.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / ".importlinter", folder)
    run = subprocess.run(COMMAND, cwd=folder, capture_output=True, text=True, env={"NO_COLOR": "1", "COLUMNS": "200"})
    lines = re.findall(r"^(.+?)\s+(KEPT|BROKEN)$", run.stdout, re.MULTILINE)
    assert len(lines) == len(contracts()), run.stdout + run.stderr
    broken = {name for name, state in lines if state == "BROKEN"}
    assert run.returncode == (1 if broken else 0)
    return {key for key, name in contracts().items() if name in broken}


def contracts() -> dict[str, str]:
    """Key → name of every contract."""
    text = (ROOT / ".importlinter").read_text(encoding="utf-8")
    return dict(re.findall(r"\[importlinter:contract:([\w-]+)]\nname = (.+)", text))


def test_a_house_in_order_keeps_every_contract(tmp_path: Path) -> None:
    assert lint(tmp_path, SOUND) == set()


@pytest.mark.parametrize(("contract", "fault"), [*FAULTS.items(), *NESTED.items()])
def test_a_fault_breaks_its_contract(contract: str, fault: tuple[str, str], tmp_path: Path) -> None:
    path, text = fault
    assert contract in lint(tmp_path, {**SOUND, path: text})


def test_a_room_without_a_step_breaks_the_staircase(tmp_path: Path) -> None:
    path, text = UNDECLARED
    assert lint(tmp_path, {**SOUND, path: text}) == {"staircase"}


def test_every_contract_is_proven_and_none_is_excused() -> None:
    assert set(contracts()) == set(FAULTS)
    assert "\nignore_imports" not in (ROOT / ".importlinter").read_text(encoding="utf-8")
