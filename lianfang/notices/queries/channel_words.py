"""What channels are called, for rooms that speak of them."""

from django.utils.functional import Promise

from lianfang.notices import channels


def labels() -> dict[str, str | Promise]:
    """Name of a driver → its words."""
    return {name: driver.label for name, driver in channels.drivers().items()}
