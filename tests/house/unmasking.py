"""Where personal values are opened. Everywhere else they are masked, because printing them is all one can do.

A file that opens one for the first time adds its line here, with the reason why whoever reads the page or runs the
action may have it in full: that is what a reviewer looks at.
"""

import ast
import re

from tests.house.source import dotted, is_migration, is_test, parse, room_of

OPENERS: dict[str, str] = {
    "lianfang/core/fields.py": "the place itself: sealing anew, the index, the mask",
    "lianfang/core/queries/keys.py": "the check that everything opens; says rows, never values",
    "lianfang/core/actions/keys.py": "rotation: opened and sealed in one breath",
    "lianfang/people/models/accounts.py": "duty telephones of staff are there to be called",
    "lianfang/people/queries/accounts.py": "duty telephones, for lists read by SQL",
    "lianfang/people/queries/intake/known.py": "compares what a roster says with what is known; pages get masks",
    "lianfang/people/queries/intake/rows.py": "takes over what was read of an uploaded roster",
    "lianfang/people/queries/claims.py": "compares what a family typed with what the school holds; their own requests",
    "lianfang/people/actions/looking.py": "shows one value, to somebody with the right, and records that it did",
    "lianfang/people/actions/roster.py": "compares a changed record with what it was",
    "lianfang/people/actions/guardians.py": "compares a changed guardian with what it was",
    "lianfang/people/actions/merging.py": "moves values from a duplicate to the record that stays",
    "lianfang/people/actions/subjects.py": "reads the request of a family in order to carry it out",
    "lianfang/people/passwords.py": "a password must not hold one's own numbers",
    "lianfang/people/factors.py": "secrets of second factors, for the package that checks codes",
    "lianfang/web/my/copies.py": "families get a copy of their own data",
    "lianfang/web/my/views/asking.py": "families read what they asked and what was answered",
    "lianfang/web/codes/views.py": "class codes and requests of families, for their class teacher",
    "lianfang/web/templates/codes/class.html": "the class code, for the class teacher",
    "lianfang/web/templates/codes/sheet.html": "the class code, printed for the wall",
    "lianfang/web/roster/words.py": "values of a record in full, where the page has asked for the right",
    "lianfang/web/roster/views/persons.py": "fills the form of a guardian who is being changed",
    "lianfang/web/roster/typed.py": "what somebody typed, between the page of findings and the confirmation",
    "lianfang/web/duties/views/leave.py": "where somebody travels, for who reported it and who decides",
    "lianfang/duty/models.py": "24-hour telephones are there to be called",
    "lianfang/health/queries/sheets.py": "the remark of a roll, for those who write and correct that roll",
    "lianfang/health/card_words.py": "remarks of a card, for whoever wrote it and for the doctor",
    "lianfang/health/record_words.py": "what a doctor said, for the doctor and the family",
    "lianfang/health/views/key_pages.py": "what key people said and their plan, for those who follow them",
    "lianfang/health/views/absence_pages.py": "what was learned of an absence, for those who follow it up",
    "lianfang/health/views/hint_pages.py": "what calling families has shown, for the doctor who verifies",
    "lianfang/surveillance/views/cluster_pages.py": "what was done about a cluster, for those who follow it",
    "lianfang/cases/words.py": "words of an emergency report and who took a call, for those who are told of it",
    "lianfang/cases/views/emergency_pages.py": "fills the form of a report that is continued or corrected",
    "lianfang/cases/actions/contacts.py": "compares a changed number with what it was",
    "lianfang/cases/contact_words.py": "names of contacts from outside, for the school doctor who follows them",
    "lianfang/cases/views/tracing_pages.py": "the telephone of a contact from outside, who is called every day",
    "lianfang/cases/views/chain_pages.py": "why somebody is held to have infected another, for the school doctor",
    "lianfang/cases/line_list.py": "the report card in full, after a second person agreed",
    "lianfang/cases/case_words.py": "what was said of a case and on what it rests, for the school doctor",
    "lianfang/cases/views/case_pages.py": "fills the form of a step that is corrected",
    "lianfang/cases/views/plan_pages.py": "results of steps and the evaluation of a plan, for those who run it",
    "lianfang/cases/isolation_words.py": "where somebody is kept apart, for the school doctor",
    "lianfang/cases/views/isolation_pages.py": "what was decided of an isolation and why, for the school doctor",
    "lianfang/cases/views/observation_pages.py": "remarks of a measurement, for those who take it",
    "lianfang/cases/views/cleaning_pages.py": "who disinfected, for those who look at it",
    "lianfang/cases/views/transfers.py": "where somebody was taken and with whom, for the school doctor",
    "lianfang/notices/actions/sending.py": "addresses, for the gateway that carries a message there",
    "lianfang/notices/actions/addresses.py": "one's own address gets a test, and its code is compared",
    "lianfang/notices/actions/answering.py": "compares an answer with the one before",
    "lianfang/notices/asking.py": "answers, for whoever gave them and for whoever asked",
    "lianfang/notices/queries/telling.py": "not a value: the notices that are open",
}
_FUNCTIONS = {"crypto.unseal", "crypto.open_text", "Opener"}
_TAG = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
# Templates say `open` of duties and notices too; of these names, and of what a template calls a value, it is a value.
_VALUE = re.compile(r"\b(phone|address|place|health_note|number|code|where|text|answer|value|sealed)\.open\b")


def opened_elsewhere(path: str, source: str) -> list[str]:
    """Values opened in a file that does not say why."""
    if path in OPENERS:
        return []
    return [
        f"{path}:{line}: opens a personal value; say why in tests/house/unmasking.py" for line in _opens(path, source)
    ]


def needless(path: str, source: str) -> list[str]:
    """A file that says why it opens values and no longer does."""
    if path not in OPENERS or _opens(path, source):
        return []
    return [f"{path}: opens nothing any more; take its line out of tests/house/unmasking.py"]


def _opens(path: str, source: str) -> list[int]:
    if not room_of(path) or is_test(path) or is_migration(path):
        return []
    if path.endswith(".html"):
        return [source.count("\n", 0, tag.start()) + 1 for tag in _TAG.finditer(source) if _VALUE.search(tag[0])]
    return [
        node.lineno
        for node in ast.walk(parse(source))
        if isinstance(node, ast.Call) and (_opens_sealed(node) or dotted(node.func) in _FUNCTIONS)
    ]


def _opens_sealed(call: ast.Call) -> bool:
    """``row.phone.open()``; opening a file takes the file's name or mode."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "open" and not call.args and not call.keywords
