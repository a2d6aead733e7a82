"""Accounts and postings."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people import access, actions, queries
from lianfang.people.models import Posting, User
from tests.cast import DAY, NOW, SINCE, Cast

GOOD = "qing-shan-lv-shui"


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    assert all(problem.text for problem in refused.value.problems)
    return [problem.code for problem in refused.value.problems]


def create(**changes: object) -> User:
    facts: dict[str, object] = {
        "by": None, "username": "wang.fang", "name": "王芳", "phone": "0731-8800 0009", "email": "",
        "password": GOOD, "must_change": True, "now": NOW,
    }  # fmt: skip
    return actions.create_account(**{**facts, **changes})  # type: ignore[arg-type]


def test_an_account_is_made_without_rights_and_must_change_its_password(db: None) -> None:
    user = create(username="ｗａｎｇ.fang")
    assert user.username == "wang.fang"
    assert user.must_change_password
    assert authenticate(RequestFactory().post("/"), username="wang.fang", password=GOOD) == user
    assert not access.holds(user, "unit.view")
    event = Event.objects.get(verb="account.created")
    assert event.detail == {}, "no personal data in events"


def test_an_account_without_a_password_cannot_sign_in(db: None) -> None:
    assert not create(password=None).has_usable_password()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"username": "a b"}, "people.username_characters"),
        ({"username": "x"}, "people.username_characters"),
        ({"name": "  "}, "people.name_missing"),
        ({"phone": "请打电话"}, "people.phone_characters"),
        ({"email": "not-an-address"}, "people.email_wrong"),
        ({"password": "short"}, "people.password_too_short"),
        ({"password": "password1234"}, "people.password_too_common"),
        ({"password": "918273645501"}, "people.password_entirely_numeric"),
        ({"password": "wang.fang1"}, "people.password_too_similar"),
    ],
)
def test_what_does_not_do_is_refused_in_words(db: None, changes: dict[str, object], problem: str) -> None:
    with pytest.raises(Refused) as refused:
        create(**changes)
    assert problem in codes(refused)
    assert not User.objects.exists()


def test_a_user_name_is_taken_once(db: None) -> None:
    create()
    with pytest.raises(Refused) as refused:
        create()
    assert codes(refused) == ["people.username_taken"]


def test_many_accounts_are_one_event(db: None) -> None:
    rows = [actions.NewAccount(f"u{n}", f"人{n}", "", "!") for n in range(50)]
    assert len(actions.create_accounts(by=None, rows=rows, now=NOW)) == 50
    assert Event.objects.get().detail == {"accounts": 50}


def test_a_changed_account_names_the_fields_and_not_what_stands_in_them(cast: Cast) -> None:
    actions.update_account(by=cast.clerk, user=cast.clerk, name="周敏", phone="13900001111", email="", now=NOW)
    event = Event.objects.get(verb="account.changed")
    assert event.detail == {"fields": ["phone"]}
    assert "13900001111" not in str(event.__dict__)


def test_a_new_password_replaces_the_old_one(db: None) -> None:
    user = create()
    actions.change_password(by=user, password=GOOD + "!", now=NOW)
    user.refresh_from_db()
    assert not user.must_change_password
    assert user.check_password(GOOD + "!")
    with pytest.raises(Refused):
        actions.change_password(by=user, password="123", now=NOW)


def test_language_and_sign_in_are_kept(cast: Cast) -> None:
    actions.set_language(by=cast.clerk, language="en")
    actions.signed_in(by=cast.clerk, now=NOW)
    cast.clerk.refresh_from_db()
    assert (cast.clerk.language, cast.clerk.last_login) == ("en", NOW)


def appoint(cast: Cast, **changes: object) -> Posting:
    facts: dict[str, object] = {
        "by": cast.admin, "user": cast.outsider, "unit": cast.school, "role": "clerk", "title": "干事",
        "deputy": False, "from_on": SINCE, "now": NOW,
    }  # fmt: skip
    return actions.appoint(**{**facts, **changes})  # type: ignore[arg-type]


def test_a_posting_gives_rights_and_its_end_takes_them(cast: Cast) -> None:
    assert not access.can(cast.outsider, "return.submit", cast.school)
    post = appoint(cast)
    assert access.can(cast.outsider, "return.submit", cast.school)
    actions.dismiss(by=cast.admin, posting=post, to_on=DAY, now=NOW)
    again = User.objects.get(pk=cast.outsider.pk)
    assert access.postings(again, DAY), "the last day still counts"
    again = User.objects.get(pk=cast.outsider.pk)
    assert not access.postings(again, DAY + timedelta(days=1))
    verbs = Event.objects.filter(subject_id=str(post.pk), subject_kind="posting").values_list("verb", flat=True)
    assert set(verbs) == {"posting.appointed", "posting.dismissed"}


@pytest.mark.parametrize(
    ("role", "unit", "problem"),
    [
        ("clerk", "city_unit", "people.role_not_here"),
        ("inspector", "school", "people.role_not_here"),
        ("department", "school", "people.role_not_here"),
        ("emperor", "school", "people.role_unknown"),
    ],
)
def test_a_duty_is_held_only_where_it_exists(cast: Cast, role: str, unit: str, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        appoint(cast, role=role, unit=getattr(cast, unit))
    assert codes(refused) == [problem]


def test_a_duty_is_held_once(cast: Cast) -> None:
    post = appoint(cast)
    with pytest.raises(Refused) as refused:
        appoint(cast)
    assert codes(refused) == ["people.already_appointed"]
    with pytest.raises(IntegrityError, match="posting_held_once"), transaction.atomic():
        Posting.objects.create(user=post.user, unit=post.unit, role="clerk", from_on=DAY)
    actions.dismiss(by=None, posting=post, to_on=DAY, now=NOW)
    assert appoint(cast, from_on=DAY + timedelta(days=1)).to_on is None


def test_a_duty_ends_once_and_not_before_it_began(cast: Cast) -> None:
    post = appoint(cast)
    with pytest.raises(Refused) as refused:
        actions.dismiss(by=None, posting=post, to_on=SINCE - timedelta(days=1), now=NOW)
    assert codes(refused) == ["people.ends_before_start"]
    actions.dismiss(by=None, posting=post, to_on=DAY, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.dismiss(by=None, posting=post, to_on=DAY, now=NOW)
    assert codes(refused) == ["people.already_dismissed"]


def test_many_postings_are_checked_and_are_one_event(cast: Cast) -> None:
    with pytest.raises(ValueError, match="clerk cannot be held at a city"):
        actions.appoint_all(
            by=None, rows=[actions.NewPosting(cast.outsider, cast.city_unit, "clerk")], from_on=SINCE, now=NOW
        )
    assert not cast.outsider.postings.exists()


def test_sign_in_goes_by_telephone_when_only_one_account_has_it(cast: Cast) -> None:
    assert queries.username_for("19900000001") == "clerk"
    assert queries.username_for(" ｃｌｅｒｋ ") == "clerk"
    actions.update_account(by=cast.head, user=cast.head, name="陈志远", phone="19900000001", email="", now=NOW)
    assert queries.username_for("19900000001") == "19900000001"
    assert queries.username_for("nobody") == "nobody"
