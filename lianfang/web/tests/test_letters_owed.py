"""An announcement that waits for its second person stands on the list of whoever may publish it."""

from django.urls import reverse

from lianfang.core import events
from lianfang.core.models import Event
from lianfang.notices.actions import announcing
from lianfang.obligations.models import Obligation
from lianfang.web.announcing.actions import WITHIN
from tests.cast import Cast


def test_what_waits_is_owed_by_whoever_may_publish_it_until_it_is_decided(cast: Cast) -> None:
    def handled(verb: str) -> None:
        for name in events._handlers[verb]:
            events.dispatch(Event.objects.filter(verb=verb).latest("at").pk, name)

    words = {"title": "公告", "addressed_to": "", "body": "请勿返校。", "signed": "学校", "kind": "announcement"}
    edition = announcing.write(by=cast.clerk, unit=cast.school, now=cast.now, **words)
    handled("announcement.submitted")
    handled("announcement.submitted")  # a handler may run again
    owed = Obligation.objects.get()
    assert owed.due_at == cast.now + WITHIN
    assert owed.url == reverse("notices:letter", args=[edition.announcement_id])
    announcing.publish(by=cast.head, edition=edition, now=cast.now)
    handled("announcement.published")
    assert Obligation.objects.get().outcome == "done"
