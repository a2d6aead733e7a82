"""Files of notices: what they are is found in their content, and their names are made harmless. Nothing is unpacked."""

import io
import re
import unicodedata
import zipfile
from typing import NamedTuple

from lianfang.notices.rules.questions import Wrong

LARGEST = 10 * 1024 * 1024  # bytes
MOST = 5  # of one notice
LONGEST_NAME = 100
_TEXT, _CSV = "text/plain", "text/csv"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_MEDIA: dict[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": _OPEN_XML + "wordprocessingml.document",
    "xlsx": _OPEN_XML + "spreadsheetml.sheet",
    "pptx": _OPEN_XML + "presentationml.presentation",
    "txt": _TEXT,
    "csv": _CSV,
}
ACCEPTED = ",".join(f".{suffix}" for suffix in _MEDIA)
# Only these are shown by a browser; everything else is for keeping.
SHOWN = {_MEDIA["pdf"], _MEDIA["png"], _MEDIA["jpg"]}
_STARTS = {b"%PDF-": _MEDIA["pdf"], b"\x89PNG\r\n\x1a\n": _MEDIA["png"], b"\xff\xd8\xff": _MEDIA["jpg"]}
_PARTS = {"word/document.xml": _MEDIA["docx"], "xl/workbook.xml": _MEDIA["xlsx"],
          "ppt/presentation.xml": _MEDIA["pptx"]}  # fmt: skip
_PACKAGE, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MOST_PARTS = 5000
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Found(NamedTuple):
    """A file that may be sent."""

    name: str
    media: str


def judge(name: str, content: bytes) -> Found | Wrong:
    """What the file is, under its cleaned name; or why it cannot be sent."""
    name = clean(name)
    if not content:
        return _wrong("empty", name)
    if len(content) > LARGEST:
        return too_large(name, len(content))
    wanted = _MEDIA.get(name.rpartition(".")[2].lower())
    if wanted is None:
        return _wrong("kind", name)
    media = _media(content)
    if media == _TEXT:
        media = wanted if wanted in (_TEXT, _CSV) else _TEXT
    if media not in _MEDIA.values():
        return _wrong(media, name)
    return Found(name, media) if media == wanted else _wrong("mismatch", name)


def too_large(name: str, size: int) -> Wrong:
    """Also before anything of the file was read."""
    return Wrong("files", "notices.file_large", {"name": clean(name), "most": LARGEST // 2**20, "size": _mega(size)})


def clean(name: str) -> str:
    """The last part of a path, without signs that cannot be seen or turn the direction of writing, not too long; its
    ending stays, because that is what is judged."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    blanks = re.sub(r"\s", " ", last)
    seen = "".join(sign for sign in blanks if unicodedata.category(sign)[0] != "C")
    plain = " ".join(re.sub(r'[<>:"|?*]', "_", seen).split()).lstrip(".").strip()
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME] or "file"
    ending = ending[:10]
    return f"{stem.strip()[: LONGEST_NAME - len(ending) - 1] or 'file'}.{ending}"


def _media(content: bytes) -> str:
    """A media type, or what is wrong: "office" (an old format), "locked", "macros", "broken", "kind"."""
    for start, media in _STARTS.items():
        if content.startswith(start):
            return media
    if content.startswith(_PACKAGE):
        return _office(content)
    if content.startswith(_COMPOUND):
        return "locked" if _ENCRYPTED in content else "office"
    return _TEXT if _is_text(content) else "kind"


def _office(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError):
        return "broken"
    names = {part.filename.lower() for part in parts}
    if len(parts) > _MOST_PARTS or len(names) < len(parts):  # programs differ in which of two parts they read
        return "broken"
    if any(part.flag_bits & 1 for part in parts):
        return "locked"
    if any(name.endswith("vbaproject.bin") for name in names):
        return "macros"
    main = [media for part, media in _PARTS.items() if part in names]
    return main[0] if len(main) == 1 and "[content_types].xml" in names else "kind"


def _is_text(content: bytes) -> bool:
    """UTF-8 or the Chinese GB 18030, as spreadsheet programs and editors write them; UTF-16 only with its mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(content, "utf-16")
    return not _CONTROLS.search(content) and (_decodes(content, "utf-8") or _decodes(content, "gb18030"))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        return "\x00" not in content.decode(encoding)
    except UnicodeDecodeError:
        return False


def _wrong(what: str, name: str) -> Wrong:
    return Wrong("files", f"notices.file_{what}", {"name": name})


def _mega(size: int) -> str:
    return f"{size / 2**20:.1f}"
