"""Telling people something; sending it where they look."""

from lianfang.notices.actions.telling import confirm, post, read

__all__ = ["confirm", "post", "read"]
