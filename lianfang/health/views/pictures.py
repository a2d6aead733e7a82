"""A key as a picture that a device scans, drawn here: it goes to nobody's picture service."""

import base64

import qrcode
from qrcode.image.svg import SvgPathImage


def source(text: str) -> str:
    """For the ``src`` of an image, so that it never is an address of its own."""
    drawn = qrcode.make(text, image_factory=SvgPathImage, border=4).to_string()
    return "data:image/svg+xml;base64," + base64.b64encode(bytes(drawn)).decode()
