"""The message catalogue: what is found in code and templates, what is kept, what is refused."""

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tools import messages
from tools.message_sources import messages_of_template

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as __, ngettext, pgettext, npgettext_lazy

def speak(n: int, name: str) -> str:
    # Translators: stands above the list
    title = _("Today")
    lazy = gettext_lazy("Signed by %(name)s")
    words = __("Later")
    many = ngettext("%(n)s school", "%(n)s schools", n)
    month = pgettext("month", "May")
    days = npgettext_lazy("span", "%(n)s day", "%(n)s days", "n")
    joined = _("Turned back: "
               "please correct")
    return f"{_('inside')} {title}{lazy}{many}{month}{days}{joined}" + _(name)
"""

TEMPLATE = """{% load i18n %}
{# Translators: the button of the clerk #}
<c-button label="{% trans 'Send' %}" hint="{% translate "It's final" context "button" %}">
{% blocktrans trimmed with name=unit.name %}
  {{ name }} filed
  100% today
{% endblocktrans %}
{% blocktranslate count n=all context "board" %}One school{% plural %}{{ n }} schools{% endblocktranslate %}
{% comment %}Translators: of the page{% endcomment %}
{% trans "Board" as title %}{{ _("Literal 5%") }}
{{ x|default:_("Nobody") }}{% if a == _("Zero") %}{% endif %}
<p data-x="gettext('not code')">_('not code')</p>
"""


def tree(root: Path, python: str = PYTHON, template: str = TEMPLATE) -> Path:
    room = root / "lianfang" / "orgs"
    (room / "templates" / "orgs").mkdir(parents=True, exist_ok=True)
    (room / "tests").mkdir(exist_ok=True)
    (room / "views.py").write_text(python, encoding="utf-8")
    (room / "templates" / "orgs" / "page.html").write_text(template, encoding="utf-8")
    (room / "tests" / "test_x.py").write_text('_("only in a test")', encoding="utf-8")
    return root


def run(root: Path, *arguments: str) -> int:
    return messages.main(list(arguments), root)


def catalogue_file(root: Path) -> Path:
    return root / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def get(catalogue: Catalog, text: str, context: str | None = None) -> Message:
    message = catalogue.get(text, context)
    assert message is not None
    return message


def found_in_template(text: str) -> list[tuple[str | tuple[str, str], str | None]]:
    return [(message, context) for _, message, _, context in messages_of_template(text)]


def test_it_finds_every_kind_of_call_in_python(tmp_path: Path) -> None:
    code = messages.extract_all(tree(tmp_path, template=""))
    assert {messages.key_of(message) for message in messages.entries(code)} == {
        ("", "Today"),
        ("", "Signed by %(name)s"),
        ("", "%(n)s school"),
        ("month", "May"),
        ("span", "%(n)s day"),
        ("", "Later"),
        ("", "Turned back: please correct"),
        ("", "inside"),
    }
    assert get(code, "%(n)s school").id == ("%(n)s school", "%(n)s schools")
    assert get(code, "Today").auto_comments == ["Translators: stands above the list"]


def test_it_finds_every_kind_of_tag_in_a_template() -> None:
    assert found_in_template(TEMPLATE) == [
        ("Send", None),
        ("It's final", "button"),
        ("%(name)s filed 100%% today", None),
        (("One school", "%(n)s schools"), "board"),
        ("Board", None),
        ("Literal 5%%", None),
        ("Nobody", None),
        ("Zero", None),
    ]


def test_it_keeps_the_notes_for_translators_and_the_lines() -> None:
    found = {message: (line, notes) for line, message, notes, _ in messages_of_template(TEMPLATE)}
    assert found["Send"] == (3, ["Translators: the button of the clerk"])
    assert found["Board"][1] == ["Translators: of the page"]


def test_a_block_without_trimming_keeps_its_line_breaks() -> None:
    assert found_in_template("{% blocktrans %}a\n b{% endblocktrans %}") == [("a\n b", None)]


def test_a_broken_block_is_named_with_its_file() -> None:
    with pytest.raises(SyntaxError, match=r"page\.html"):
        list(messages_of_template("{% blocktrans %}{% if a %}{% endblocktrans %}", "page.html"))


def test_a_message_counted_in_one_place_keeps_both_forms(tmp_path: Path) -> None:
    once, twice = '_("%(n)s school")', 'ngettext("%(n)s school", "%(n)s schools", 1)'
    for source in (f"{once}\n{twice}", f"{twice}\n{once}"):
        code = messages.extract_all(tree(tmp_path, source, ""))
        assert [message.id for message in messages.entries(code)] == [("%(n)s school", "%(n)s schools")]


def test_update_keeps_translations_and_drops_what_the_code_lost(tmp_path: Path) -> None:
    tree(tmp_path, '_("Today"), _("Yesterday")', "")
    run(tmp_path, "update")
    file = catalogue_file(tmp_path)
    translated = file.read_text("utf-8").replace('"Today"\nmsgstr ""', '"Today"\nmsgstr "今天"')
    file.write_text(translated, "utf-8")
    tree(tmp_path, '_("Today"), _("Today!")', "")
    run(tmp_path, "update")
    text = file.read_text("utf-8")
    assert 'msgid "Today"\nmsgstr "今天"' in text
    assert 'msgid "Today!"\nmsgstr ""' in text
    assert "fuzzy" not in text
    assert "Yesterday" not in text


def test_a_second_update_changes_no_byte(tmp_path: Path) -> None:
    run(tree(tmp_path), "update")
    before = catalogue_file(tmp_path).read_bytes()
    run(tmp_path, "update")
    assert catalogue_file(tmp_path).read_bytes() == before


def test_a_new_line_above_a_message_changes_nothing(tmp_path: Path) -> None:
    run(tree(tmp_path), "update")
    before = catalogue_file(tmp_path).read_bytes()
    run(tree(tmp_path, "\n\n" + PYTHON), "update")
    assert catalogue_file(tmp_path).read_bytes() == before


HEADLESS = """
msgid "Today"
msgstr "今天"

msgctxt "month"
msgid "May"
msgstr "五月"

msgid "%(n)s school"
msgid_plural "%(n)s schools"
msgstr[0] "%(n)s所学校"

msgid "Long gone"
msgstr "早已没有"
"""


def test_merge_takes_bare_entries_and_names_what_nobody_uses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extra = tmp_path / "clerk.po"
    extra.write_text(HEADLESS, "utf-8")
    run(tree(tmp_path, template=""), "merge", str(extra))
    kept = messages.read(catalogue_file(tmp_path))
    assert get(kept, "Today").string == "今天"
    assert get(kept, "May", "month").string == "五月"
    assert get(kept, "%(n)s school").string == ("%(n)s所学校",)
    assert kept.get("Long gone") is None
    assert "clerk.po: not used by the code: 'Long gone'" in capsys.readouterr().err


def test_merge_does_not_overwrite_what_was_said_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "a.po", tmp_path / "b.po"
    first.write_text('msgid "Today"\nmsgstr "今天"\n', "utf-8")
    second.write_text('msgid "Today"\nmsgstr "今日"\n', "utf-8")
    run(tree(tmp_path), "merge", str(first), str(second))
    assert get(messages.read(catalogue_file(tmp_path)), "Today").string == "今天"
    assert "b.po: already translated as '今天'" in capsys.readouterr().err


def faults(tmp_path: Path, source: str, entries: str) -> list[str]:
    file = catalogue_file(tree(tmp_path, source, ""))
    file.parent.mkdir(parents=True)
    file.write_text(messages.HEADER + entries, "utf-8")
    return messages.check(messages.read(file), messages.extract_all(tmp_path))


@pytest.mark.parametrize(
    ("source", "entries", "fault"),
    [
        ('_("A")', "", "missing"),
        ('_("A")', 'msgid "A"\nmsgstr ""', "untranslated"),
        ('_("A")', '#, fuzzy\nmsgid "A"\nmsgstr "甲"', "fuzzy"),
        ("", 'msgid "A"\nmsgstr "甲"', "obsolete"),
        ('_("A")', 'msgid "A"\nmsgstr "甲"\n\n#~ msgid "B"\n#~ msgstr "乙"', "obsolete"),
        ('_("%(n)s A")', 'msgid "%(n)s A"\nmsgstr "甲"', "placeholders"),
        ('_("%(n)s A")', 'msgid "%(n)s A"\nmsgstr "%(m)s 甲"', "placeholders"),
        ('_("A {n}")', 'msgid "A {n}"\nmsgstr "甲"', "placeholders"),
        ('_("%(n)s of 100%%")', 'msgid "%(n)s of 100%%"\nmsgstr "%(n)s，共 100%"', "percent"),
        ('_("甲")', 'msgid "甲"\nmsgstr "甲"', "must be English"),
        ('_("A, b")', 'msgid "A, b"\nmsgstr "甲,乙"', "half-width"),
        ('_("A: b")', 'msgid "A: b"\nmsgstr "甲:乙"', "half-width"),
        ('_("A.")', 'msgid "A."\nmsgstr "甲."', "half-width"),
        ('ngettext("A", "B", 1)', 'msgid "A"\nmsgstr "甲"', "plural forms"),
        ('ngettext("One", "%(n)s", 1)', 'msgid "One"\nmsgid_plural "%(n)s"\nmsgstr[0] "一"', "placeholders"),
    ],
)
def test_check_finds(tmp_path: Path, source: str, entries: str, fault: str) -> None:
    assert any(fault in found for found in faults(tmp_path, source, entries))


@pytest.mark.parametrize(
    ("source", "entries"),
    [
        ('_("A, %(n)s: 50%%")', 'msgid "A, %(n)s: 50%%"\nmsgstr "甲，%(n)s：50%%；见 14:30、v1.2"'),
        ('ngettext("One", "%(n)s", 1)', 'msgid "One"\nmsgid_plural "%(n)s"\nmsgstr[0] "%(n)s 所"'),
        ('_("%(a)s %(b)s")', 'msgid "%(a)s %(b)s"\nmsgstr "%(b)s%(a)s%(a)s"'),
    ],
)
def test_check_lets_good_entries_pass(tmp_path: Path, source: str, entries: str) -> None:
    assert faults(tmp_path, source, entries) == []


def test_the_exit_status_tells_of_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tree(tmp_path, '_("Today")', ""), "update")
    assert run(tmp_path, "check") == 1
    assert "untranslated: 'Today'" in capsys.readouterr().out
    extra = tmp_path / "x.po"
    extra.write_text('msgid "Today"\nmsgstr "今天"\n', "utf-8")
    run(tmp_path, "merge", str(extra))
    assert run(tmp_path, "check") == 0


def test_compile_gives_what_was_written_and_always_the_same_bytes(tmp_path: Path) -> None:
    extra = tmp_path / "clerk.po"
    extra.write_text(HEADLESS, "utf-8")
    run(tree(tmp_path), "merge", str(extra))
    run(tmp_path, "compile")
    binary = catalogue_file(tmp_path).with_suffix(".mo")
    first = binary.read_bytes()
    with binary.open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.gettext("Today") == "今天"
    assert spoken.pgettext("month", "May") == "五月"
    assert spoken.ngettext("%(n)s school", "%(n)s schools", 5) == "%(n)s所学校"
    assert spoken.gettext("Board") == "Board"
    run(tmp_path, "compile")
    assert binary.read_bytes() == first
