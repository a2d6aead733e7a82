"""Uploaded lists that nobody needs any more."""

from lianfang.core.actions.sweeping import Sweep, cut
from lianfang.orgs.models import KeptList

SWEEPS = (Sweep("orgs.KeptList", lambda now: KeptList.objects.filter(at__lt=cut("list_over", now))),)
