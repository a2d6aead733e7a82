"""The messages of one Python file or one Django template."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from django.utils.translation.template import templatize

# Line, message or (singular, plural), notes for translators, context.
Found = tuple[int, str | tuple[str, str], list[str], str | None]

NOTE = "Translators:"
# Function → how many strings it begins with; a context, where there is one, comes first. `__`: lazily, beside `_`.
_STRINGS = {"gettext": 1, "_": 1, "__": 1, "pgettext": 2, "ngettext": 2, "npgettext": 3}
_WITH_CONTEXT = {"pgettext", "npgettext"}

_CALL = re.compile(r"(?<![\w.])(npgettext|pgettext|ngettext|gettext|_)\(\s*")
_STRING = re.compile(r"[uU]?(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')\s*,?\s*", re.DOTALL)
_NOTE = re.compile(rf"#\s*({NOTE}.*)")


def messages_of_python(source: str) -> Iterator[Found]:
    """Every gettext call with literal strings, also inside f-strings; what is no literal has no translation.

    Read from the syntax tree: before Python 3.12 an f-string is one token, and extractors that go by tokens
    pass over the calls in it.
    """
    notes = _notes_of_python(source)
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        name = name.removesuffix("_lazy").removesuffix("_noop")
        wanted = _STRINGS.get(name, 0)
        texts = [value for argument in call.args[:wanted] if (value := _literal(argument)) is not None]
        if wanted and len(texts) == wanted:
            above = [notes[line] for line in (call.lineno - 1, call.lineno) if line in notes]
            yield _found(call.lineno, name, texts, above)


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else None


def _notes_of_python(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = ((token.start[0], _NOTE.match(token.string)) for token in tokens if token.type == tokenize.COMMENT)
    return {line: match[1].strip() for line, match in comments if match}


def messages_of_template(source: str, origin: str = "") -> Iterator[Found]:
    """Every translation tag and every ``_("…")`` of an expression.

    Django itself turns a template into something Python-like for its extractor (``templatize``): tags become
    gettext calls, everything else noise. That is no valid Python, so calls are found by a tolerant scan.

    Raises SyntaxError, naming ``origin``, for a template whose translation blocks are broken.
    """
    code = templatize(source, origin=origin)
    notes = {code.count("\n", 0, match.start()): match[1].strip() for match in _NOTE.finditer(code)}
    for match in _CALL.finditer(code):
        texts = _strings(code, match.end(), _STRINGS[match[1]])
        if not texts:
            continue
        line = code.count("\n", 0, match.start())
        above = [notes[row] for row in (line - 1, line) if row in notes]
        if match[1] == "_":
            # A literal in an expression is looked up with its percent signs doubled, as in the tags.
            texts = [text.replace("%", "%%") for text in texts]
        yield _found(line + 1, match[1], texts, above)


def _strings(code: str, at: int, count: int) -> list[str]:
    """The string literals a call begins with; none when there are fewer than it needs."""
    found: list[str] = []
    while len(found) < count and (match := _STRING.match(code, at)):
        found.append(ast.literal_eval(match[1]))
        at = match.end()
    return found if len(found) == count else []


def _found(line: int, name: str, texts: list[str], notes: list[str]) -> Found:
    context = texts[0] if name in _WITH_CONTEXT else None
    said = texts[1:] if name in _WITH_CONTEXT else texts
    return line, said[0] if len(said) == 1 else (said[0], said[1]), notes, context
