"""The official spreadsheet: out, as a blank template, back in, and on paper."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.returns import display, forms, sheets
from lianfang.returns.actions import filing as acts
from lianfang.returns.queries import sheet as reads
from lianfang.returns.views.opening import open_return
from lianfang.returns.views.pages import REJECTED
from lianfang.ui.needs import needs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
