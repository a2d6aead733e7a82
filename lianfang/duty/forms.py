"""Forms of the roster. People are typed by name, one or several, and found among those who work at the unit."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianfang.core import clock, problems
from lianfang.duty import rules
from lianfang.duty.models import Pattern, Post, Shift
from lianfang.duty.queries.names import Doubtful, Names
from lianfang.duty.queries.roster import midnight
from lianfang.duty.rules import cells
from lianfang.duty.rules.pattern import MOST_DAYS, Hours
from lianfang.orgs.models import Unit
from lianfang.people.models import User

WEEKDAYS = [
    ("1", gettext_lazy("Monday")), ("2", gettext_lazy("Tuesday")), ("3", gettext_lazy("Wednesday")),
    ("4", gettext_lazy("Thursday")), ("5", gettext_lazy("Friday")), ("6", gettext_lazy("Saturday")),
    ("7", gettext_lazy("Sunday")),
]  # fmt: skip
_APART = re.compile(r"[、,，;；/|]+")
_UNTIL = re.compile(r"[-~—–至到]+")


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class _People(forms.Form):
    """Names are looked up once a form, among the staff of the unit."""

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self._names: Names | None = None

    def who(self, typed: str) -> User:
        """Raises `ValidationError` that says who could be meant."""
        self._names = self._names or Names.of(self.unit, clock.today())
        try:
            return self._names.find(typed)
        except Doubtful as doubt:
            fits = "、".join(user.username for user in doubt.fits[:6])
            code = "duty.name_several" if fits else "duty.name_unknown"
            raise ValidationError(problems.text(code, name=typed[:40], fits=fits)) from None

    def one(self, field: str) -> User | None:
        typed: str = self.cleaned_data.get(field, "")
        return self.who(typed) if typed else None

    def several(self, line: str) -> list[User]:
        return [self.who(name) for name in _APART.split(line) if name.strip()]


class PostForm(_People):
    name = forms.CharField(label=gettext_lazy("Name of the post"), max_length=60)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    answers = forms.BooleanField(
        label=gettext_lazy("Answers the unit’s telephone day and night"), required=False,
        help_text=gettext_lazy("One post of a unit does; the unit above sees its number and who answers now."),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Telephone of the post"), max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    leader = forms.CharField(
        label=gettext_lazy("Who leads"), max_length=130, required=False,
        help_text=gettext_lazy("Name or user name. Leads where a shift names nobody else."),
    )  # fmt: skip

    def __init__(self, unit: Unit, post: Post | None, *args: Any, **kwargs: Any) -> None:
        if post is not None:
            kwargs["initial"] = {
                "name": post.name, "place": post.place, "answers": post.answers, "phone": post.duty_phone,
                "leader": post.leader.name if post.leader else "",
            }  # fmt: skip
        super().__init__(unit, *args, **kwargs)

    def clean_leader(self) -> User | None:
        return self.one("leader")


class PlanForm(_People):
    """Cleans to what `actions.planning.draw_up` takes."""

    from_on = forms.DateField(label=gettext_lazy("From"), widget=_Day, initial=clock.today)
    hours = forms.CharField(
        label=gettext_lazy("Shifts of a day"), max_length=300, widget=_text(2), initial="08:00-20:00\n20:00-08:00",
        help_text=gettext_lazy("One a line. An end that is not after the start is on the next day."),
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Days of the week"), choices=WEEKDAYS, initial=list("1234567"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    groups = forms.CharField(
        label=gettext_lazy("Who takes turns"), max_length=4000, widget=_text(5),
        help_text=gettext_lazy("One a line in the order of turns. Several names in a line share the shifts of a turn."),
    )  # fmt: skip
    days_each = forms.TypedChoiceField(
        label=gettext_lazy("Turns change"), coerce=int, initial="0",
        choices=[
            ("0", gettext_lazy("with every shift")), ("1", gettext_lazy("every day")),
            ("2", gettext_lazy("every two days")), ("3", gettext_lazy("every three days")),
            ("7", gettext_lazy("every seven days")),
        ],
    )  # fmt: skip
    leaders = forms.CharField(
        label=gettext_lazy("Who leads"), max_length=1000, required=False, widget=_text(2),
        help_text=gettext_lazy("Names in the order of turns; they change by the day. Blank: the leader of the post."),
    )  # fmt: skip

    def __init__(self, unit: Unit, last: Pattern | None, *args: Any, **kwargs: Any) -> None:
        if last is not None:
            kwargs.setdefault("initial", _typed(last))
        super().__init__(unit, *args, **kwargs)

    def clean_hours(self) -> list[tuple[str, str]]:
        found = []
        for line in filter(str.strip, self.cleaned_data["hours"].splitlines()):
            ends = [cells.moment(part) for part in _UNTIL.split(cells.text(line))]
            if len(ends) != 2 or None in ends:
                raise ValidationError(problems.text("duty.hours_wrong"))
            found.append((f"{ends[0]:%H:%M}", f"{ends[1]:%H:%M}"))
        spans = [Hours(time.fromisoformat(start), time.fromisoformat(end)) for start, end in found]
        on = clock.today()
        both = [span.on(day, clock.ZONE) for day in (on, on + timedelta(days=1)) for span in spans]
        if rules.overlaps(both):
            raise ValidationError(problems.text("duty.hours_cross"))
        return found

    def clean_groups(self) -> list[list[int]]:
        lines = (self.several(line) for line in self.cleaned_data["groups"].splitlines())
        found = [[user.pk for user in line] for line in lines if line]
        if not found:
            raise ValidationError(problems.text("duty.cell_blank"))
        return found

    def clean_leaders(self) -> list[int]:
        return [user.pk for line in self.cleaned_data["leaders"].splitlines() for user in self.several(line)]

    def clean_weekdays(self) -> str:
        return "".join(sorted(self.cleaned_data["weekdays"]))


def _typed(pattern: Pattern) -> dict[str, Any]:
    """The last pattern as it was typed; who has left since stands there no more."""
    ids = {user for group in pattern.groups for user in group} | set(pattern.leaders)
    names = {user.pk: f"{user.name} {user.username}" for user in User.objects.filter(pk__in=ids, is_active=True)}

    def written(users: Sequence[int]) -> str:
        return "、".join(names[user] for user in users if user in names)

    return {
        "from_on": clock.today(), "hours": "\n".join(f"{a}-{b}" for a, b in pattern.hours),
        "weekdays": list(pattern.weekdays), "days_each": str(pattern.days_each),
        "groups": "\n".join(filter(None, map(written, pattern.groups))), "leaders": written(pattern.leaders),
    }  # fmt: skip


class SpanForm(forms.Form):
    """For which days a pattern is published."""

    since = forms.DateField(label=gettext_lazy("First day"), widget=_Day)
    until = forms.DateField(label=gettext_lazy("Last day"), widget=_Day)

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and not 0 <= (until - since).days < MOST_DAYS:
            raise ValidationError({"until": problems.text("duty.dates_wrong")})


class AssignForm(_People):
    user = forms.CharField(
        label=gettext_lazy("Who keeps it"), max_length=130, required=False,
        help_text=gettext_lazy("Name or user name. Blank: nobody yet."),
    )  # fmt: skip
    leader = forms.CharField(label=gettext_lazy("Who leads"), max_length=130, required=False)

    def __init__(self, shift: Shift, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "user": f"{shift.user.name} {shift.user.username}" if shift.user else "",
            "leader": f"{shift.leader.name} {shift.leader.username}" if shift.leader else "",
        }
        super().__init__(shift.post.unit, *args, **kwargs)

    def clean_user(self) -> User | None:
        return self.one("user")

    def clean_leader(self) -> User | None:
        return self.one("leader")


class _Shift(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        start, end = (moment.astimezone(clock.ZONE) for moment in (obj.from_at, obj.to_at))
        return f"{obj.user.name} · {start:%m-%d %H:%M}–{end:%H:%M} · {obj.post.name}"


class SwapForm(_People):
    """``against`` says with whom too; without it ``to`` does."""

    against = _Shift(
        label=gettext_lazy("For which shift"), queryset=Shift.objects.none(), required=False,
        empty_label=gettext_lazy("for nothing: a colleague only takes mine"),
    )  # fmt: skip
    to = forms.CharField(
        label=gettext_lazy("Who takes mine"), max_length=130, required=False,
        help_text=gettext_lazy("Name or user name; needed when you take no shift for it."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, shift: Shift, *args: Any, **kwargs: Any) -> None:
        super().__init__(shift.post.unit, *args, **kwargs)
        now = clock.now()
        others = Shift.objects.standing().filter(
            post__unit=shift.post.unit, from_at__gt=now, from_at__lt=midnight(clock.today()) + timedelta(days=35)
        )
        rows = others.exclude(user=shift.user_id).exclude(user=None).select_related("user", "post")
        self.fields["against"].queryset = rows.order_by("from_at")  # type: ignore[attr-defined]

    def clean_to(self) -> User | None:
        return self.one("to")

    def clean(self) -> None:
        against, to = self.cleaned_data.get("against"), self.cleaned_data.get("to")
        if against is not None:
            self.cleaned_data["to"] = against.user
        elif to is None and "to" not in self.errors:
            self.add_error("to", _("Name a colleague, or choose one of the shifts."))


class SwapAnswerForm(forms.Form):
    agreed = forms.TypedChoiceField(
        label=gettext_lazy("Your answer"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("I agree")), ("no", gettext_lazy("I refuse"))], empty_value=None,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)


class HandoverForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What happened"), max_length=2000, widget=_text(4),
        help_text=gettext_lazy("Also when all was quiet. No names of pupils or patients."),
    )  # fmt: skip
    still_open = forms.CharField(
        label=gettext_lazy("What is still open"), max_length=2000, required=False, widget=_text(3),
        help_text=gettext_lazy("One a line; leave blank when nothing is."),
    )  # fmt: skip


class UploadForm(forms.Form):
    """Its size is judged before anything of it is read."""

    file = forms.FileField(
        label=gettext_lazy("Choose a file"), error_messages={"required": gettext_lazy("Choose a file first.")}
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            size, most = (round(number / 2**20) for number in (file.size or 0, settings.UPLOAD_LIMIT_BYTES))
            raise ValidationError(problems.text("core.sheet_too_large", size=size, most=most))
        return file


class SearchForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name, code or pinyin"), required=False, max_length=60)


def month_of(on: date) -> tuple[date, date]:
    """First and last day."""
    first = on.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
