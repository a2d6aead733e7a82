"""What a password must be like (control A02), and that the former ones are remembered."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pytest_django import Settings

from lianfang.people import actions
from lianfang.people.models import IdentityDocument, PasswordUsed, Person
from lianfang.people.queries.one_time import of_row, one_time
from lianfang.people.rules import passwords
from tests.cast import NOW, Cast

KEY = UUID(int=7)


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("Sommer-2020", True),
        ("sommer-2020", True),
        ("SOMMERx2020", True),
        ("sommerundmehr", False),
        ("sommer2020xx", False),
        ("SOMMERSOMMER", False),
        ("lianfang-demo-2020", True),
        ("vier lange worte hier", True),
        ("春天的校园里有很多花开得很好看", False),
        ("春天的校园里有很多花2020!", True),
        ("春天的校园里有很多花开得十分好看", True),
    ],
)
def test_three_kinds_of_signs_or_sixteen_signs(password: str, fits: bool) -> None:
    assert passwords.is_varied(password) == fits


@pytest.mark.parametrize(
    ("password", "personal"),
    [
        ("Ab-13812345678", True),
        ("Ab-138 1234 5678", True),
        ("Ab-12345678-x", True),
        ("xx345678!!Aa", True),
        ("Ab-1381234", False),
        ("x43010420050101123X", True),
        ("Aa-01123x-9", True),
        ("unrelated-Password9", False),
    ],
)
def test_telephone_and_identity_number_or_their_ends_are_personal(password: str, personal: bool) -> None:
    assert passwords.holds_personal(password, ["+86 138 1234 5678", "43010420050101123x", ""]) == personal


def test_a_password_ages_only_where_its_day_is_known() -> None:
    assert passwords.is_aged(NOW - timedelta(days=90), NOW, 90)
    assert not passwords.is_aged(NOW - timedelta(days=89, hours=23), NOW, 90)
    assert not passwords.is_aged(None, NOW, 90)
    assert not passwords.is_aged(NOW - timedelta(days=9000), NOW, 0)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kurz-Aa1", "password_too_short"),
        ("onlyletters", "password_too_plain"),
        ("qwerty12345", "password_too_common"),
        ("918273645501", "password_entirely_numeric"),
        ("clerk-school-1", "password_too_similar"),
        ("Xy-19900000001", "password_too_similar"),
        ("Xy-05061234-z", "password_too_similar"),
    ],
)
def test_the_validators_say_what_is_wrong(cast: Cast, password: str, code: str) -> None:
    person = Person.objects.create(name="周敏")
    IdentityDocument.objects.create(person=person, kind="resident", number="430104199205061234")
    cast.clerk.person = person
    cast.clerk.username = "clerk-school"
    with pytest.raises(ValidationError) as refused:
        validate_password(password, cast.clerk)
    assert code in {error.code for error in refused.value.error_list}


def test_none_of_the_last_five_comes_back(cast: Cast, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    numbers = [f"Jahreszeit-{number}" for number in range(1, 7)]
    for day, password in enumerate(numbers):
        actions.change_password(by=cast.clerk, password=password, now=NOW + timedelta(days=day))
    for former in numbers[1:]:
        with pytest.raises(ValidationError) as refused:
            validate_password(former, cast.clerk)
        assert [error.code for error in refused.value.error_list] == ["password_used"]
    validate_password(numbers[0], cast.clerk)
    assert PasswordUsed.objects.filter(user=cast.clerk).count() == settings.PASSWORDS_KEPT


def test_a_new_password_is_dated_and_no_longer_somebody_elses(cast: Cast) -> None:
    actions.reset_password(by=cast.admin, user=cast.clerk, password=one_time(KEY, cast.admin), now=NOW)
    cast.clerk.refresh_from_db()
    assert cast.clerk.must_change_password
    later = NOW + timedelta(days=1)
    actions.change_password(by=cast.clerk, password="Jahreszeit-1", now=later)
    cast.clerk.refresh_from_db()
    assert (cast.clerk.must_change_password, cast.clerk.password_set_at) == (False, later)


def test_every_one_time_password_keeps_the_rules(cast: Cast) -> None:
    found = {of_row(KEY, row, cast.admin) for row in range(500)}
    assert len(found) == 500
    assert all(passwords.is_varied(password) and len(password) >= passwords.SHORTEST for password in found)
    assert found.isdisjoint(of_row(KEY, row, cast.security) for row in range(500))
