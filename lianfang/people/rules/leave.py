"""Absences of staff: how one stands on a day."""

from datetime import date

# 请假, 外出报备, 待命: away without duty, out of town but on call, at home and ready to come.
KINDS = ("leave", "away", "standby")
# Nobody is away for longer in one report; a longer absence is an end of the posting.
LONGEST_DAYS = 366


def state(*, from_on: date, to_on: date, agreed: bool, refused: bool, recalled: bool, back: bool, day: date) -> str:
    """ "waiting", "refused", "coming", "now", "over" or "recalled"."""
    if refused:
        return "refused"
    if recalled:
        return "recalled"
    if back or to_on < day:
        return "over"
    if not agreed:
        return "waiting"
    return "coming" if from_on > day else "now"
