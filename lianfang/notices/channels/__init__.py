"""The ways out of the house: one module each, found by being here. It says its `protocol.Driver` as ``DRIVER``."""

import pkgutil
from functools import cache
from importlib import import_module

from lianfang.notices.channels.protocol import Driver


@cache
def drivers() -> dict[str, Driver]:
    """All of them by name, in the order of the pages."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    found = [module.DRIVER for module in modules if hasattr(module, "DRIVER")]
    return {driver.name: driver for driver in sorted(found, key=lambda driver: driver.order)}


def names() -> frozenset[str]:
    """What `notices.actions.post` may be told beside "app", which is the delivery itself."""
    return frozenset(driver.channel for driver in drivers().values())


def of_channel(channel: str) -> Driver:
    """The first driver of a channel: all of one channel agree on what an address is and on who may be told what."""
    return next(driver for driver in drivers().values() if driver.channel == channel)
