"""What the bench writes past the actions has every column that the tables ask for."""

import pytest
from django.db.models import Model

from lianfang.returns.models import Figure, Return, Signature, Version
from tools.bench import filing


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Return, filing.RETURN), (Version, filing.VERSION), (Figure, filing.FIGURE), (Signature, filing.SIGNATURE),
    ],
)  # fmt: skip
def test_rows_of_the_bench_are_whole(model: type[Model], columns: str) -> None:
    named = {one.strip(' "') for one in columns.split(",")}
    asked = {
        field.column
        for field in model._meta.concrete_fields
        if not field.null and not field.db_returning and field.name != "pk"
    }
    assert asked - named - {"id"} == set()
