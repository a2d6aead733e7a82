"""Words of form files in the reader's language."""

from django.utils.translation import get_language

from lianfang.returns.spec import Words


def say(words: Words | None) -> str:
    """The words of a form file in the reader's language; nothing for none."""
    return words.in_language(get_language() or "zh-hans") if words else ""
