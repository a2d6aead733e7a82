"""The house holds: what ``docs/adr/0001-staircase.md`` decided is checked here on the whole tree.

The checkers live in ``tests/house``; ``tests/house/test_checkers.py`` proves that each of them can fail.
"""

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable

import grimp
import pytest
from django.apps import apps
from django.urls import get_resolver

from tests.house import habits, locks, pages, schema, sizes, staircase, unmasking, writes
from tests.house.source import ROOT, files, is_migration, source_of
from tools import messages

PYTHON = [(path, text) for path, text in files(".py") if not path.startswith("docs/")]
ROOMS = [(path, text) for path, text in PYTHON if path.startswith("lianfang/")]
TEMPLATES = [(path, text) for path, text in files(".html") if path.startswith("lianfang/")]
OUR_MODELS = [model for model in apps.get_models() if model.__module__.startswith("lianfang.")]


def say(found: Iterable[str]) -> None:
    """Fail with one finding a line."""
    listed = sorted(found)
    assert not listed, "\n" + "\n".join(listed)


def test_the_contracts_of_the_staircase_hold() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_file_sees_only_the_files_of_lower_rooms_that_it_may() -> None:
    graph = grimp.build_graph("lianfang", cache_dir=None)
    edges = [(one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one)]
    assert edges
    say(staircase.sight(edges, source_of))


def test_foreign_keys_look_down_the_staircase() -> None:
    say(staircase.foreign_keys(OUR_MODELS))


@pytest.mark.parametrize(
    "checker",
    [
        staircase.upward_strings,
        staircase.mounts,
        writes.outside_actions,
        habits.door_plates,
        habits.other_clocks,
        habits.signals,
    ],
    ids=lambda checker: checker.__name__,
)
def test_rooms_keep_the_habits_of_the_house(checker: Callable[[str, str], list[str]]) -> None:
    say(finding for path, text in ROOMS for finding in checker(path, text))


def test_no_file_is_a_drawer_for_everything() -> None:
    say(finding for path, _ in PYTHON for finding in habits.forbidden_names(path))


def test_every_index_says_which_query_it_serves() -> None:
    of_models = [(path, text) for path, text in ROOMS if path.split("/")[2:3] in (["models.py"], ["models"])]
    say(finding for path, text in of_models for finding in schema.silent_indexes(path, text))


def test_growth_tables_keep_their_rules() -> None:
    text = "\n".join(text for path, text in ROOMS if is_migration(path))
    everyone = apps.get_models()
    growing = schema.growth_tables(OUR_MODELS)
    say(finding for model in growing for finding in schema.breaks_growth_rules(model, everyone, text))


def test_files_and_functions_are_small() -> None:
    sized = [(path, text) for path, text in files(".py", ".html", ".js", ".css") if not is_migration(path)]
    functions = [(path, text) for path, text in PYTHON if not is_migration(path)]
    for path, text in sized:
        for finding in sizes.too_long_files(path, text, sizes.FILE_AIM):
            warnings.warn(finding, stacklevel=1)
    for path, text in functions:
        for finding in sizes.too_long_functions(path, text, sizes.FUNCTION_AIM):
            warnings.warn(finding, stacklevel=1)
    say(finding for path, text in sized for finding in sizes.too_long_files(path, text))
    say(finding for path, text in functions for finding in sizes.too_long_functions(path, text))


def test_every_view_declares_who_may_use_it() -> None:
    say(pages.undeclared(get_resolver().url_patterns))


def test_templates_hold_no_inline_style_script_or_handler() -> None:
    say(finding for path, text in TEMPLATES for finding in pages.unsafe_markup(path, text))


def test_every_message_is_said_in_chinese() -> None:
    say(messages.check(messages.read(messages.CATALOGUE), messages.extract_all()))


def test_personal_values_are_opened_only_where_it_is_said_why() -> None:
    say(finding for path, text in ROOMS + TEMPLATES for finding in unmasking.opened_elsewhere(path, text))
    say(finding for path, text in ROOMS + TEMPLATES for finding in unmasking.needless(path, text))
    assert set(unmasking.OPENERS) <= {path for path, _ in ROOMS + TEMPLATES}


def test_lock_files_hold_no_address() -> None:
    found = [(path, text) for path, text in files() if locks.is_lock(path)]
    assert {"requirements.lock", "requirements-dev.lock", "package-lock.json"} <= {path for path, _ in found}
    say(finding for path, text in found for finding in locks.addresses(path, text))


def test_no_committed_file_knows_the_machine_it_was_written_on() -> None:
    say(finding for path, text in files() for finding in locks.machine_paths(path, text))
