"""Pure decisions about how pupils and guardians come in: codes, the fact that proves a claim, turning 14, consents."""

import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

# Letters and digits nobody mistakes for one another on a wall: no 0 O, 1 I L.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
CODE_DAYS = 30
LINK_DAYS = 14
DEVICE_DAYS = 180
# A refusal is not followed by the same question for so long (网络数据安全管理条例 Art. 22(5), control F06).
SILENCE = timedelta(days=180)
# A new device of somebody else is told on everybody's page for so long.
TOLD_FOR = timedelta(days=14)
# A request about one's data is answered within so many days (GB/T 35273-2020, 8.7).
ANSWER_DAYS = 30
MAJORITY = 14  # PIPL Art. 31: below it the guardian decides

# What a correction can be about; only the first three can be taken over into the file with one tap.
CORRECTABLE = ("guardian_phone", "phone", "address", "name", "born_on", "document", "other")
APPLICABLE = frozenset({"guardian_phone", "phone", "address"})

Standing = Literal["given", "refused", "ask"]


@dataclass(frozen=True)
class Purpose:
    """Something the law does not ask for. A new ``version`` of the wording needs a new answer of who agreed."""

    id: str
    version: str


PURPOSES: tuple[Purpose, ...] = (Purpose("contact_second_phone", "1"), Purpose("email_reminders", "1"))


@dataclass(frozen=True)
class Known:
    """What the school holds about one person, as far as a claim may be proved by it."""

    person: UUID
    name: str
    born_on: date | None = None
    documents: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    phones: tuple[tuple[UUID, str], ...] = ()  # guardian, telephone; who is called first comes first


@dataclass(frozen=True)
class Told:
    """What somebody typed. ``name`` is None where a personal link has named the person already."""

    name: str | None
    as_guardian: bool
    phone_end: str = ""
    born_on: date | None = None
    number_end: str = ""


@dataclass(frozen=True)
class Proof:
    """``how`` is a word for `Claim.how`; ``guardian`` is None for the pupil, and where a guardian proved the claim by
    the child's document: then nobody knows which guardian it is."""

    person: UUID
    how: str
    guardian: UUID | None = None


def tidy_code(typed: str) -> str:
    """A class code as typed: full-width, lower case, blanks and hyphens do not matter."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", typed).upper())


def code_fits(code: str) -> bool:
    return len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS)


def tidy_name(typed: str) -> str:
    """What counts as the same name: without blanks, dots between the parts and capitals."""
    return re.sub(r"[\s·•・.]", "", unicodedata.normalize("NFKC", typed)).casefold()


def prove(known: Iterable[Known], told: Told) -> Proof | None:
    """The one person whose facts fit; None where nobody's or several people's do.

    Every row is compared in full, whether its name fits or not, so that the time taken tells nothing about a name.
    """
    found = [proof for row in known if (proof := _proof(row, told))]
    return found[0] if len({proof.person for proof in found}) == 1 else None


def _proof(row: Known, told: Told) -> Proof | None:
    named = told.name is None or same(tidy_name(row.name), tidy_name(told.name))
    born = bool(told.born_on) & same(str(row.born_on), str(told.born_on))
    by_document = any(_ends(number, told.number_end) for number in row.documents) & born
    by_number = any(_ends(number, told.number_end) for number in row.numbers) & born
    by_phone = [guardian for guardian, phone in row.phones if _ends(phone, told.phone_end)]
    if not named:
        return None
    if told.as_guardian:
        if by_phone:
            return Proof(row.person, "guardian_phone", by_phone[0])
        return Proof(row.person, "guardian_document") if by_document else None
    if by_document:
        return Proof(row.person, "pupil_document")
    return Proof(row.person, "pupil_number") if by_number else None


def same(one: str, other: str) -> bool:
    """Equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _ends(held: str, typed: str) -> bool:
    """The last four signs of what is held. A number shorter than that proves nothing."""
    end = re.sub(r"[^0-9A-Z]", "", held.upper())[-4:]
    return same(end, typed.upper()) & (len(end) == 4)


def is_guardians(how: str) -> bool:
    """Whether a claim made in this way acts as a guardian (`Claim.how`)."""
    return how.startswith("guardian")


def comes_of_age(born_on: date) -> date:
    """The 14th birthday: from this day the child decides. Who was born on 29 February waits until 1 March, so that the
    stricter protection never ends early."""
    year = born_on.year + MAJORITY
    if (born_on.month, born_on.day) == (2, 29):
        return date(year, 3, 1)
    return born_on.replace(year=year)


def decides_alone(born_on: date | None, day: date) -> bool:
    """14 or older on that day. A birthday nobody knows counts as under 14."""
    return born_on is not None and day >= comes_of_age(born_on)


def may_decide(how: str, born_on: date | None, day: date) -> bool:
    """Whether this claim answers for optional purposes: the guardian's below 14, the child's own from then on."""
    return is_guardians(how) != decides_alone(born_on, day)


def lapsed(at: datetime, born_on: date | None, now: datetime) -> bool:
    """Whether an answer of that moment ended with the 14th birthday, as a guardian's does."""
    return decides_alone(born_on, now.date()) and not decides_alone(born_on, at.astimezone(now.tzinfo).date())


def standing(
    purpose: Purpose, answer: tuple[bool, str, datetime] | None, born_on: date | None, now: datetime
) -> Standing:
    """What the newest answer (given, version, at) means at that moment. A guardian's answer, yes or no, lapses on the
    child's 14th birthday; a yes holds for its own wording only; after a no nobody asks for a while."""
    if answer is None:
        return "ask"
    given, version, at = answer
    if lapsed(at, born_on, now):
        return "ask"
    if given:
        return "given" if version == purpose.version else "ask"
    return "refused" if now - at < SILENCE else "ask"


def pack(about: str, value: str) -> str:
    """A correction as it is kept: what it is about, and what is right."""
    return f"{about}\n{value}"


def unpack(text: str) -> tuple[str, str]:
    about, _, value = text.partition("\n")
    return about, value


_BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("QQBrowser", "QQ"), ("HuaweiBrowser", "华为"),
    ("MiuiBrowser", "小米"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(agent: str) -> str:
    """Such as 微信 · Android: enough to know one's own telephone again, too little to follow anybody by."""
    found = [next((name for sign, name in table if sign in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found))
