"""Django forms come out as our fields."""

from collections.abc import Iterator

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from lianfang.ui.gallery import SampleForm


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def wrong() -> SampleForm:
    form = SampleForm({"students": "-1", "phone": "<b>"})
    form.is_valid()
    return form


def test_a_clean_form_has_no_summary() -> None:
    assert "data-summary" not in str(SampleForm())


def test_the_summary_links_to_the_field_and_the_field_names_its_error() -> None:
    html = str(wrong())
    assert '<a href="#id_students">' in html
    assert 'aria-describedby="id_students_helptext id_students_error"' in html
    assert 'id="id_students_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_group_of_choices_is_linked_as_a_group() -> None:
    html = str(wrong())
    assert '<a href="#id_on_campus">' in html
    assert '<div id="id_on_campus">' in html
    assert "<legend" in html


def test_what_was_typed_is_kept_and_escaped() -> None:
    html = str(wrong())
    assert 'value="&lt;b&gt;"' in html
    assert "<b>" not in html


def test_errors_of_the_whole_form_stand_in_the_summary() -> None:
    form = wrong()
    form.add_error(None, "The day is closed.")
    assert "<li>The day is closed.</li>" in str(form)


def test_inputs_get_their_classes_and_numbers_the_number_pad() -> None:
    class Small(forms.Form):
        count = forms.IntegerField(widget=forms.NumberInput(attrs={"class": "own"}))
        kind = forms.ChoiceField(choices=[("a", "A")])
        secret = forms.CharField(widget=forms.HiddenInput)

    html = str(Small())
    assert 'class="form-control is-number own"' in html
    assert 'inputmode="numeric"' in html
    assert 'class="form-select"' in html
    assert html.count("secret") == 2
    assert "form-control" not in html.split('name="secret"')[1].split(">")[0]


def test_a_bound_field_and_a_hand_made_one_look_the_same() -> None:
    bound = Template('{% cotton field :field="form.name" / %}').render(Context({"form": wrong()}))
    made = Template('{% cotton field name="x" label="Name" error="Wrong" help="Help" / %}').render(Context({}))
    for html in (bound, made):
        assert 'class="lf-field is-wrong"' in html
        assert 'class="lf-label"' in html
        assert 'class="lf-error"' in html
    assert 'aria-describedby="id_x_helptext id_x_error"' in made
