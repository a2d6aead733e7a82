"""Targets: accounts and postings. ``cast.company`` is posted outside the province: nobody's administrator looks after
that account."""

from typing import Any

from lianfang.people.models import Posting
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    held = {post.user.username: post.pk for post in Posting.objects.select_related("user")}
    return {
        "clerk": [cast.clerk.pk],
        "stranger": [cast.company.pk],
        "doctor": [cast.doctor.pk],
        "auditor": [cast.auditor.pk],
        "clerk_post": [cast.clerk.pk, held["clerk"]],
        "stranger_post": [cast.company.pk, held["company"]],
        "swapped_post": [cast.clerk.pk, held["company"]],
    }
