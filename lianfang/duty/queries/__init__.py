"""Reads of the roster."""

from lianfang.duty.queries.answering import answering

__all__ = ["answering"]
