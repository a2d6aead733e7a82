"""The words that a step of a case may say (`rules.course.Said.word`), with their labels, in the order of the pages."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Choices = Iterable[tuple[str, str | Promise]]
PLACES: Choices = (
    ("home", pgettext_lazy("where a sick person is", "At home")),
    ("isolation", pgettext_lazy("where a sick person is", "Kept apart at school")),
    ("hospital", pgettext_lazy("where a sick person is", "In hospital")),
    ("other", pgettext_lazy("where a sick person is", "Elsewhere")),
)
CERTAINTIES: Choices = (
    ("clinical", pgettext_lazy("of a case", "Clinically diagnosed")),
    ("confirmed", pgettext_lazy("of a case", "Confirmed by laboratory")),
    ("suspected", pgettext_lazy("of a case", "Suspected")),
)
SAMPLES: Choices = (
    ("throat", _("Throat swab")), ("nose", _("Nasal swab")), ("stool", _("Stool")), ("vomit", _("Vomit")),
    ("sputum", _("Sputum")), ("blood", _("Blood")), ("other", pgettext_lazy("kind of sample", "Other")),
)  # fmt: skip
RESULTS: Choices = (
    ("negative", pgettext_lazy("result of a sample", "Negative")),
    ("positive", pgettext_lazy("result of a sample", "Positive")),
    ("unclear", pgettext_lazy("result of a sample", "Not clear")),
)
SIGNS: Choices = (
    ("symptoms_gone", _("All symptoms are gone")),
    ("crusted", _("All blisters are dry and crusted")),
    ("swelling_gone", _("The swelling is gone")),
    ("improved", _("Clearly better")),
)
FACTS: Choices = (
    ("treated", _("Is treated")), ("untreated", _("Is not treated")),
    ("pneumonia", _("Has pneumonia")), ("no_pneumonia", _("Has no pneumonia")),
    ("positive", _("Bacteria were found")), ("negative", _("No bacteria were found")),
)  # fmt: skip
LEVELS: Choices = (
    ("level2", _("Hospital of the second class or above")),
    ("doctor", _("Another doctor or clinic")),
    ("designated", _("Designated hospital")),
)
