"""What runs when (China time is in the tasks; cron fields are UTC). The worker reads this file."""

from procrastinate.contrib.django import app

from lianfang.core import clock
from lianfang.returns.actions import reminders


@app.periodic(cron="*/5 * * * *", periodic_id="returns.remind")
@app.task(name="returns.remind", queue="clock", queueing_lock="returns.remind")
def remind(timestamp: int) -> None:
    """Remind those who owe a return before its cut-off, once for each return and step."""
    reminders.remind(now=clock.now())
