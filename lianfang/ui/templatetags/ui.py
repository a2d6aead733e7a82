"""Tags and filters for every page (loaded as built-ins, so no template needs ``load``)."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.forms.utils import flatatt
from django.http import QueryDict
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.ui import icons, words
from lianfang.ui.states import STATES, State

register = template.Library()

EIGHT_HOURS = 8 * 60 * 60
HALF_HOUR = 30 * 60


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """``{% icon "bell" %}``; names are those of the outline set, filled ones end in ``-filled``."""
    return icons.draw(name, classes)


@register.simple_tag
def chip(state: str, label: str | Promise = "", tone: str = "") -> SafeString:
    """``{% chip row.state %}``: ``<c-chip>``, but cheaper in long tables. KeyError for unknown states."""
    found: State = STATES[state]
    return format_html(
        '<span class="lf-chip is-{}">{}<span>{}</span></span>',
        tone or found.tone,
        icons.draw(found.icon),
        label or found.label,
    )


@register.filter
def when(moment: datetime | date | None) -> SafeString | str:
    """今天 14:30 in a ``<time>`` whose title is the exact moment (shown on hover, printed by print.css)."""
    said = words.when(moment, clock.now())
    if moment is None:
        return said
    if not isinstance(moment, datetime):
        exact = moment.isoformat()
        return format_html('<time datetime="{}" title="{}">{}</time>', exact, exact, said)
    local = moment.astimezone(clock.ZONE)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        local.strftime("%Y-%m-%d %H:%M:%S"),
        said,
    )


@register.filter
def when_text(moment: datetime | date | None) -> str:
    """The words of ``when`` alone, for attributes, titles and the insides of sentences."""
    return words.when(moment, clock.now())


@register.filter
def until(moment: datetime | None) -> str:
    """还有 25 分钟 / 已过 12 分钟."""
    return words.until(moment, clock.now())


@register.filter
def num(value: Any) -> str:
    """A figure with groups of three; None and "" are a dash, zero is 0."""
    return words.number(value)


@register.filter
def change(value: Any, before: Any = 0) -> str:
    """``{{ today|change:yesterday }}`` or ``{{ difference|change }}``: ＋2, −1, or nothing."""
    return words.change(value, before)


@register.filter
def unit_name(unit: Any, form: str = "short") -> str:
    """A unit's short name, where it has none or ``"full"`` is asked for its whole name; None is a dash."""
    if unit is None:
        return words.BLANK
    if isinstance(unit, str):
        return unit
    known = unit.get if isinstance(unit, dict) else lambda name, default="": getattr(unit, name, default)
    name, short = known("name", ""), known("short_name", "")
    return str(name if form == "full" else short or name)


@register.simple_tag(takes_context=True)
def active(context: Context, url: str) -> SafeString:
    """`` aria-current="page"`` when the request is for this address or one under it."""
    request = context.get("request")
    path = getattr(request, "path", "")
    bare = url.split("?", 1)[0]
    fits = path == bare or (bare != "/" and path.startswith(bare.rstrip("/") + "/"))
    return SafeString(' aria-current="page"' if fits else "")


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The present query with some parameters replaced; None and "" take one out, a list sets it several times.

    Changing anything but ``page`` itself goes back to the first page.
    """
    request = context.get("request")
    kept: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    if "page" not in changes:
        kept.pop("page", None)
    for name, value in changes.items():
        kept.pop(name, None)
        several = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
        kept.setlist(name, [str(one) for one in several if one not in (None, "")])
    return "?" + kept.urlencode()


@register.simple_tag
def clock_words() -> str:
    """The clock's sentences as JSON for ``data-words`` (escaped by the template)."""
    return json.dumps(words.clock_words(), ensure_ascii=False)


@register.simple_tag
def moment_now() -> datetime:
    """The present moment (simulated on a demo day), for scripts that count from the server's time."""
    return clock.now()


@register.simple_tag
def extra(attrs: Any, *known: str) -> SafeString:
    """Attributes a component does not know (``hx-get``, ``data-…``), escaped; handlers and styles are dropped.

    The component library prints them raw, which would let a value close its quotes.
    """
    own = attrs.attrs_dict() if hasattr(attrs, "attrs_dict") else dict(attrs or {})
    kept = {
        name: value
        for name, value in own.items()
        if name not in known and not name.lower().startswith("on") and name.lower() != "style"
    }
    return flatatt(kept)


@register.filter
def change_words(text: str) -> str:
    """The spoken form of a change mark, for screen readers."""
    if not text:
        return ""
    count = text[1:]
    if text.startswith(words.MINUS):
        return _("%(count)s fewer than yesterday") % {"count": count}
    return _("%(count)s more than yesterday") % {"count": count}


@register.filter
def iso(moment: datetime | None) -> str:
    """A moment for scripts, with its offset; "" for None."""
    return moment.isoformat(timespec="seconds") if moment else ""


@register.filter
def is_past(moment: datetime | None) -> bool:
    """Whether a deadline is over."""
    return moment is not None and moment < clock.now()


@register.simple_tag
def clock_state(due: datetime, opens: datetime | None = None, done: Any = False) -> dict[str, Any]:
    """What the clock bar needs: ``now``, ``span`` and ``left`` in seconds, ``word`` (near, past, done or "").

    A bar without a beginning is drawn over the eight hours before its end; the last half hour counts as near.
    """
    now = clock.now()
    span = int((due - opens).total_seconds()) if opens else EIGHT_HOURS
    left = max(0, int((due - now).total_seconds()))
    word = "done" if done else "past" if not left else "near" if left <= HALF_HOUR else ""
    return {"now": now, "span": max(span, 1), "left": 0 if done else min(left, span), "word": word}


@register.simple_tag
def figure_change(value: Any, before: Any = "", difference: Any = "") -> str:
    """The mark of a figure: from the difference if that is given, else from the earlier figure, else nothing."""
    if difference not in ("", None):
        return words.change(difference)
    return words.change(value, before) if before not in ("", None) else ""


@register.simple_tag
def state_of(thing: dict[str, Any]) -> State:
    """Icon, tone and word for a tile: of its ``state``; a ``tone`` of its own paints over the state's."""
    tone = str(thing.get("tone") or "")
    found = STATES[thing.get("state") or ("not_started" if tone in ("", "quiet") else tone)]
    return State(found.icon, tone or found.tone, found.label)


@register.simple_tag
def page_numbers(page: "Page[Any]") -> list[int | None]:
    """The page numbers to show, with None for a gap: first, last and those around the present one."""
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in elided]


@register.simple_tag
def json_data(value: Any, name: str) -> SafeString:
    """Data for a script in a block the browser does not run; read by ``getElementById("NAME-data")``."""
    return json_script(value, f"{name}-data")


@register.filter
def target(field: BoundField) -> str:
    """The id an error links to: the input, or the group of choices."""
    return field.auto_id if field.use_fieldset else field.id_for_label or field.auto_id
