"""Third-party files."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders

from lianfang.ui import vendor

TEMPLATES = Path(__file__).resolve().parents[2]


def test_every_vendor_file_a_template_names_is_picked_and_installed() -> None:
    named = {
        name
        for file in TEMPLATES.rglob("templates/**/*.html")
        for name in re.findall(r"{% static '(vendor/[^']+)' %}", file.read_text(encoding="utf-8"))
    }
    assert named == {name for name in vendor.FILES if not name.endswith(".map")}
    for name in vendor.FILES:
        assert Path(finders.find(name) or "missing").is_file(), name


def test_nothing_else_of_the_packages_is_served() -> None:
    assert finders.find("vendor/tabler/tabler-payments.css") is None
    assert vendor.Finder().find("vendor/echarts/../../../manage.py") == []


def test_collecting_lists_each_file_once() -> None:
    listed = [name for name, storage in vendor.Finder().list(None) if storage.exists(name)]
    assert listed == list(vendor.FILES)
