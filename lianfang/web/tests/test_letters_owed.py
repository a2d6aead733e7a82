"""An announcement that waits for its second person stands on the list of whoever may publish it."""

from django.urls import reverse

from lianfang.core import events
from lianfang.core.models import Event
from lianfang.notices.actions import announcing
from lianfang.notices.models import Delivery
from lianfang.obligations import spec
from lianfang.obligations.actions import climbing
from lianfang.obligations.models import Obligation
from lianfang.people.models import Posting
from lianfang.web.announcing.actions import WITHIN
from lianfang.web.today.singles import mine
from tests.cast import Cast

WORDS = {"title": "公告", "addressed_to": "", "body": "请勿返校。", "signed": "学校", "kind": "announcement"}


def handled(verb: str) -> None:
    for name in events._handlers[verb]:
        events.dispatch(Event.objects.filter(verb=verb).latest("at").pk, name)


def test_what_waits_is_owed_by_whoever_may_publish_it_until_it_is_decided(cast: Cast) -> None:
    edition = announcing.write(by=cast.clerk, unit=cast.school, now=cast.now, **WORDS)
    handled("announcement.submitted")
    handled("announcement.submitted")  # a handler may run again
    owed = Obligation.objects.get()
    assert owed.due_at == cast.now + WITHIN
    assert owed.url == reverse("notices:letter", args=[edition.announcement_id])
    announcing.publish(by=cast.head, edition=edition, now=cast.now)
    handled("announcement.published")
    assert Obligation.objects.get().outcome == "done"


def test_whoever_wrote_it_does_not_owe_the_second_look(cast: Cast) -> None:
    announcing.write(by=cast.head, unit=cast.school, now=cast.now, **WORDS)
    handled("announcement.submitted")
    assert not mine(cast.head, cast.now)
    assert [row.kind for row in mine(cast.leader, cast.now)] == ["announcement_publish"]
    climbing.climb(spec.kind("announcement_publish"), now=cast.now + WITHIN)
    told = set(Delivery.objects.values_list("user__username", flat=True))
    assert cast.leader.username in told
    assert cast.head.username not in told


def test_where_nobody_else_may_publish_it_the_authority_above_is_told(cast: Cast) -> None:
    Posting.objects.filter(unit=cast.school).exclude(user=cast.head).delete()
    announcing.write(by=cast.head, unit=cast.school, now=cast.now, **WORDS)
    handled("announcement.submitted")
    climbing.climb(spec.kind("announcement_publish"), now=cast.now + WITHIN)
    told = set(Delivery.objects.values_list("user__username", flat=True))
    assert told
    assert told <= {"sponsor", "city", "province"}
