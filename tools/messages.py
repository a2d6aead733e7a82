"""The message catalogue without GNU gettext, which target machines do not have.

python -m tools.messages extract            print every message the code and the templates hold python -m
tools.messages update             bring the catalogue in line with the code python -m tools.messages merge
FILE...      take translations from other .po files into the catalogue python -m tools.messages check
fail, naming every message that is not fit to be shown python -m tools.messages compile            write
django.mo beside django.po (at set-up; not committed)

Messages are English and need no catalogue of their own; Chinese lives in ``locale/zh_Hans``. Form and disease
files carry both languages themselves and are not read here. No message is ever matched "fuzzily": a changed
sentence is a new sentence and wants a person.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.message_sources import messages_of_python, messages_of_template

ROOT = Path(__file__).resolve().parents[1]
LOCALE = "zh_Hans"
CATALOGUE = ROOT / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
SOURCES = ("lianfang",)
HEADER = """\
# What Lianfang says in Chinese. `python -m tools.messages update` keeps the list of messages,
# people write the translations.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

Key = tuple[str, str]  # context ("" for none) and message, singular where there are two forms


def key_of(message: Message) -> Key:
    return message.context or "", forms(message.id)[0]


def forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """A message's English forms, or a translation's: one, or singular and plural; ("",) for none."""
    return (text or "",) if isinstance(text, str | None) else tuple(text) or ("",)


def entries(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header, in the order the file is written in."""
    return sorted((message for message in catalogue if message.id), key=lambda m: (key_of(m)[1].lower(), key_of(m)))


def extract_all(root: Path = ROOT) -> Catalog:
    """Every message in the Python files and templates below ``root``.

    Tests and migrations show nothing to users. A message met in one form here and in two there keeps both
    forms.
    """
    catalogue = Catalog(locale=LOCALE)
    for path in _sources(root):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        found = messages_of_python(text) if path.suffix == ".py" else messages_of_template(text, name)
        for line, message, notes, context in found:
            catalogue.add(message, locations=[(name, line)], auto_comments=notes, context=context)
    return catalogue


def _sources(root: Path) -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if {"tests", "migrations", "static"} & set(path.relative_to(root).parts):
                continue
            if path.suffix == ".py" or ("templates" in path.parts and path.suffix in {".html", ".txt"}):
                yield path


def read(path: Path) -> Catalog:
    """The catalogue of a file; an empty one when there is none yet. A bare list of entries needs no
    header."""
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, charset="utf-8", abort_invalid=True)


def write(catalogue: Catalog, path: Path) -> None:
    """Write entries in one fixed order, without line numbers and dates, so that a change shows as itself."""
    plain = Catalog(locale=LOCALE)
    for message in entries(catalogue):
        files = sorted({name for name, _ in message.locations})
        plain.add(
            message.id,
            message.string,
            locations=[(name, None) for name in files],  # type: ignore[misc]
            flags=message.flags & {"python-format", "fuzzy"},
            auto_comments=sorted(set(message.auto_comments)),
            user_comments=message.user_comments,
            context=message.context,
        )
    out = io.BytesIO()
    write_po(out, plain, width=100, omit_header=True, include_lineno=False, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + out.getvalue().decode().strip("\n") + "\n", encoding="utf-8")


def update(catalogue: Catalog, code: Catalog) -> Catalog:
    """The messages of the code with the translations the catalogue has for them. What the code lost, goes."""
    known = {key_of(message): message for message in entries(catalogue)}
    for message in entries(code):
        old = known.get(key_of(message))
        if old is None:
            continue
        message.string = _fit(message, forms(old.string)[0])
        message.user_comments = old.user_comments
        message.flags |= old.flags & {"fuzzy"}
    return code


def _fit(message: Message, chinese: str) -> str | tuple[str, ...]:
    """Chinese has one form: a message that counts has a tuple of one."""
    return chinese if isinstance(message.id, str) else (chinese,)


def merge(catalogue: Catalog, other: Catalog) -> list[str]:
    """Take the other's translations into ``catalogue``. Returns what was not taken: unused, or said
    differently."""
    left = []
    for message in entries(other):
        chinese = forms(message.string)[0]
        target = catalogue.get(key_of(message)[1], message.context)
        if not chinese:
            continue
        if target is None:
            left.append(f"not used by the code: {_name(message)}")
            continue
        present = forms(target.string)[0]
        if present and present != chinese:
            left.append(f"already translated as {present!r}, not {chinese!r}: {_name(message)}")
            continue
        target.string = _fit(target, chinese)
        target.flags.discard("fuzzy")
    return left


def _name(message: Message) -> str:
    context, text = key_of(message)
    return f"{text!r} ({context})" if context else repr(text)


_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff"
_PLACEHOLDER = re.compile(r"%\((\w+)\)[-+ #0-9.]*[a-zA-Z]|%[-+ #0-9.]*[sdifrx]|\{(\w*)\}")
_HALF_WIDTH = re.compile(rf"[{_CHINESE}”’》」）][,;:?!]|[{_CHINESE}]\.(?=\s|$)")


def _is_chinese(text: str) -> bool:
    """An English message may quote what stands in a Chinese spreadsheet (班级), and is English all the same."""
    chinese = len(re.findall(f"[{_CHINESE}]", text))
    return chinese > 0 and len(re.findall(r"[A-Za-z]{2,}", text)) < 2 * chinese / 3 + 1


def check(catalogue: Catalog, code: Catalog) -> list[str]:
    """What is wrong with a catalogue, one line a fault."""
    found = []
    known = {key_of(message): message for message in entries(catalogue)}
    needed = {key_of(message): message for message in entries(code)}
    for key, message in needed.items():
        if key not in known:
            found.append(f"missing, run update: {_name(message)} in {message.locations[0][0]}")
        if any(_is_chinese(form) for form in forms(message.id)):
            found.append(f"the message itself must be English: {_name(message)} in {message.locations[0][0]}")
    for key, message in known.items():
        if key not in needed:
            found.append(f"obsolete, run update: {_name(message)}")
        elif len(forms(message.id)) != len(forms(needed[key].id)):
            found.append(f"has other plural forms in the code, run update: {_name(message)}")
        found.extend(_faults(message))
    found.extend(f"obsolete, run update: {_name(message)}" for message in catalogue.obsolete.values())
    return found


def _faults(message: Message) -> Iterator[str]:
    chinese = forms(message.string)[0]
    if message.fuzzy:
        yield f"fuzzy: {_name(message)}"
    if not chinese:
        yield f"untranslated: {_name(message)}"
        return
    # Of a counted message the plural is the full sentence; "One card" may leave the number out.
    english = forms(message.id)[-1]
    if placeholders(english) != placeholders(chinese):
        yield f"placeholders {placeholders(english)} and {placeholders(chinese)} differ: {_name(message)}"
    elif placeholders(english) and "%" in english and "%" in _PLACEHOLDER.sub("", chinese.replace("%%", "")):
        yield f"a percent sign must be doubled beside placeholders: {_name(message)}"
    if match := _HALF_WIDTH.search(chinese):
        yield f"half-width {match[0][-1]!r} after Chinese: {_name(message)} → {chinese}"


def placeholders(text: str) -> list[str]:
    """Named placeholders once each, nameless ones as often as they stand (they go by order)."""
    found = [match[0] for match in _PLACEHOLDER.finditer(text.replace("%%", ""))]
    named = {name for name in found if name.startswith(("%(", "{")) and name != "{}"}
    return sorted(named) + [name for name in found if name not in named]


def compile_catalogue(path: Path) -> Path:
    """Write the binary catalogue Django reads. The same text always gives the same bytes."""
    catalogue = read(path)
    # The header carries these; the moment of compiling would make every build differ.
    catalogue.creation_date = catalogue.revision_date = datetime(2020, 1, 28, tzinfo=UTC)
    target = path.with_suffix(".mo")
    out = io.BytesIO()
    write_mo(out, catalogue)
    target.write_bytes(out.getvalue())
    return target


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run one command; the exit status is 1 when ``check`` finds a fault."""
    parser = argparse.ArgumentParser(prog="tools.messages", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=["extract", "update", "merge", "check", "compile"])
    parser.add_argument("files", nargs="*", type=Path, help="the .po files to merge")
    given = parser.parse_args(arguments)
    path = root / CATALOGUE.relative_to(ROOT)
    if given.command == "compile":
        compile_catalogue(path)
        return 0
    code = extract_all(root)
    if given.command == "extract":
        _print(code)
        return 0
    if given.command == "check":
        found = check(read(path), code)
        print(*found, f"{len(entries(code))} messages, {len(found)} faults", sep="\n")
        return 1 if found else 0
    catalogue = update(read(path), code)
    for file in given.files if given.command == "merge" else []:
        for line in merge(catalogue, read(file)):
            print(f"{file.name}: {line}", file=sys.stderr)
    write(catalogue, path)
    waiting = sum(1 for message in entries(catalogue) if not any(forms(message.string)))
    print(f"{len(entries(catalogue))} messages, {waiting} untranslated")
    return 0


def _print(code: Catalog) -> None:
    for message in entries(code):
        places = " ".join(sorted({f"{name}:{line}" for name, line in message.locations}))
        print(places, _name(message), *forms(message.id)[1:])


if __name__ == "__main__":
    sys.exit(main())
