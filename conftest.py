"""Fixtures for every test."""

import pytest

from tests.cast import Cast, build


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast (`tests.cast`): units, people, and the form they owe."""
    return build()
