"""Third-party files the pages use, picked one by one out of the installed packages.

Whole package folders would not do: some of their stylesheets point at pictures that lie elsewhere, which the
hashing of file names refuses, and sixty megabytes would be served for one.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

# Address under the static prefix → file in node_modules. The map is named by the stylesheet and so must be there.
FILES = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
    "vendor/echarts/echarts.min.js": "echarts/dist/echarts.min.js",
}


class _Storage(FileSystemStorage):
    """Reads an address of ``FILES`` from where the package has it."""

    def path(self, name: str) -> str:
        return str(Path(settings.NODE_MODULES) / FILES[name])


class Finder(BaseFinder):
    """Listed in ``STATICFILES_FINDERS``."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """E001 for each file that is not installed."""
        missing = [file for file in FILES.values() if not (Path(settings.NODE_MODULES) / file).is_file()]
        return [Error(f"{file} is not installed; run the set-up.", id="ui.E001") for file in missing]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's place on disk; a list of it with ``find_all``."""
        found = [str(Path(settings.NODE_MODULES) / FILES[path])] if path in FILES else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file with the storage it is read from."""
        storage = _Storage()
        for name in FILES:
            yield name, storage
