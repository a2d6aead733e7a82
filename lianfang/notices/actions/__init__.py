"""Telling people something; sending it where they look."""

from lianfang.notices.actions.telling import confirm, confirm_by_family, post, read, read_by_family

__all__ = ["confirm", "confirm_by_family", "post", "read", "read_by_family"]
