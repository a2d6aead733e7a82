"""What every way out answers to: a message and an address in, the other side's own number out, or one of two failures.

A driver speaks its protocol and nothing else: no database, no settings of the house, no words of its own. What may be
said over it is decided before (`notices.saying`): a message for a channel that tells no headings carries none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.utils.functional import Promise

Config = Mapping[str, str]
Text = str | Promise


@dataclass(frozen=True)
class Message:
    """``key`` stays the same however often it is tried: where a protocol can tell a repetition, it is given this.
    ``count`` says how many notices it stands for. ``link`` is blank where the installation knows no public address."""

    key: str
    at: datetime
    count: int
    subject: str
    text: str
    link: str = ""
    urgent: bool = False


class Failed(Exception):
    """``code`` is one of `notices.failures.CODES`; ``said`` the other side's own code, never its free text: that may
    repeat a number or an address."""

    def __init__(self, code: str, said: object = "") -> None:
        self.code, self.said = code, "".join(sign for sign in str(said) if sign.isalnum() or sign in "._-")[:40]
        super().__init__(f"{code} {self.said}".strip())


class Refused(Failed):
    """Final: the same message to the same address would be refused again."""


class Unavailable(Failed):
    """Not now. Worth another try."""


@dataclass(frozen=True)
class Setting:
    """One thing an administrator types. ``kind`` "secret" is never shown again."""

    name: str
    label: Text
    help: Text = ""
    kind: Literal["text", "secret", "url", "number", "mail", "choice"] = "text"
    initial: str = ""
    choices: tuple[tuple[str, Text], ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Driver:
    """``headings``: it reaches the person alone, so the headings of notices may be told; the text of a notice never
    leaves. ``group``: it speaks into a chat of many, has no address of a person and says numbers only. ``own``: an
    address belongs to the gateway it was made known to and is used through no other. ``made``: settings that are made,
    not typed."""

    name: str
    channel: str
    label: Text
    order: int
    send: Callable[[Message, str, Config], str]
    settings: tuple[Setting, ...] = ()
    headings: bool = False
    group: bool = False
    own: bool = False
    made: Callable[[], Mapping[str, str]] = field(default=dict)
    called: Text = ""  # the channel itself, where several drivers serve it

    @property
    def title(self) -> Text:
        return self.called or self.label
