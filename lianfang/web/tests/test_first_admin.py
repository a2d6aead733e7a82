"""An installation without the demo begins with one command."""

import re

import pytest
from django.core.management import CommandError, call_command

from lianfang.orgs.models import Unit
from lianfang.people.models import User


@pytest.mark.django_db
def test_it_makes_the_root_and_an_administrator_who_must_choose_a_password(client, capsys):
    call_command("first_admin", "wang", "王芳")
    password = re.search(r"password: (\S+)", capsys.readouterr().out).group(1)
    assert Unit.objects.get().code == "000000"
    answer = client.post("/account/sign-in/", {"username": "wang", "password": password}, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/password/"


@pytest.mark.django_db
def test_a_second_one_with_the_same_name_is_refused_and_nothing_is_left_behind():
    call_command("first_admin", "wang", "王芳")
    with pytest.raises(CommandError):
        call_command("first_admin", "wang", "王方")
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_an_unknown_unit_is_refused():
    with pytest.raises(CommandError, match="430000"):
        call_command("first_admin", "wang", "王芳", "--code", "430000")
    assert not User.objects.exists()
