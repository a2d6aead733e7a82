"""Small files that are written whole or not at all: the signing key, the id of the installation, the key file, the head
of the audit chain."""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept(file: Path, make: Callable[[], str], mode: int = 0o600) -> str:
    """The text of the file, which is made if it is not there. Whoever reads it, reads the whole: it is written beside
    and then linked into its place, and of several processes that start together the first one's stands."""
    if not file.exists():
        with contextlib.suppress(FileExistsError):  # another process was first; its text is as good
            place(file, make(), mode)
    return file.read_text()


def place(file: Path, text: str, mode: int = 0o600) -> None:
    """Put a new file in its place, whole and on the disk. Raises `FileExistsError`; never writes over anything."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if mode == 0o600 else 0o755)
    fresh = _written(file, text, mode)
    try:
        os.link(fresh, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: in its place, but not in one step
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as out:
            out.write(text)
    finally:
        fresh.unlink()
    _to_disk(file.parent)


def replace(file: Path, text: str, mode: int = 0o600) -> None:
    """Put a new text in place of the old one, in one step."""
    _written(file, text, mode).replace(file)
    _to_disk(file.parent)


def _written(file: Path, text: str, mode: int) -> Path:
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    return fresh


def _to_disk(folder: Path) -> None:
    """A name is safe from a power cut only when its folder is written too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
