"""The import of a roster, step by step: uploaded, checked by a job, seen, confirmed, taken over by a job."""

from lianfang.people.actions.intake.uploading import choose_columns, confirm, drop, upload

__all__ = ["choose_columns", "confirm", "drop", "upload"]
