"""Who gets what at which address: one table an area (`<area>.txt`), and what its targets stand for (`<area>.py`).

`tests/test_access.py` reads them all and says how.
"""

from lianfang.orgs import actions as orgs
from lianfang.orgs.models import Unit
from tests.cast import Cast


def beyond(cast: Cast) -> Unit:
    """A school of another province, outside everybody's scope; made by the first builder that asks."""
    found = Unit.objects.filter(code="4144010001").first()
    if found is not None:
        return found
    province = orgs.create_unit(
        by=None, parent=cast.nation, kind="province", code="440000", name="广东省", now=cast.now
    )
    city = orgs.create_unit(by=None, parent=province, kind="city", code="440100", name="广州市", now=cast.now)
    return orgs.create_unit(by=None, parent=city, kind="school", code="4144010001", name="珠江技师学院", now=cast.now)
