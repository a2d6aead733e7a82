"""A query that is asked with every request: compiled once, and only filled in after that. To build it and to compile it
costs the ORM several times what the database needs for the answer."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


class Compiled(Generic[M]):
    """``make`` gives the query of ``marks``: for each name a value of its type that stands nowhere else in the query.
    ``joined``: a foreign key that the query reads along (``select_related``), and the model it leads to."""

    def __init__(
        self, make: Callable[..., models.QuerySet[M]], marks: Mapping[str, Any], joined: tuple[str, type[models.Model]]
    ) -> None:
        self._make, self._marks = make, marks
        self._name, self._other = joined

    def rows(self, **values: Any) -> list[M]:
        """What the query finds with these values instead of the marks. Raises `TypeError` for a model with a column
        that the ORM reads otherwise than the database gives it."""
        statement, places = self._statement
        with connection.cursor() as cursor:
            cursor.execute(statement, [values[one] if is_mark else one for is_mark, one in places])
            found = cursor.fetchall()
        model, own, other = self._columns
        made = []
        for row in found:
            one = model.from_db(connection.alias, own, row[: len(own)])
            setattr(one, self._name, self._other.from_db(connection.alias, other, row[len(own) :]))
            made.append(one)
        return made

    @cached_property
    def _statement(self) -> tuple[str, list[tuple[bool, Any]]]:
        """With what fills its places: the name of a mark (True), or what always stands there."""
        statement, values = self._make(**self._marks).query.sql_with_params()
        names = {mark: name for name, mark in self._marks.items()}
        return statement, [(one in names, names.get(one, one)) for one in values]

    @cached_property
    def _columns(self) -> tuple[type[M], list[str], list[str]]:
        model = self._make(**self._marks).model
        return model, _names(model), _names(self._other)


def _names(model: type[models.Model]) -> list[str]:
    fields = model._meta.concrete_fields
    if odd := [str(field) for field in fields if hasattr(field, "from_db_value")]:
        raise TypeError(f"not read as they are stored: {', '.join(odd)}")
    return [field.attname for field in fields]
