"""What runs when. The worker reads this file; the tasks ask `core.clock`, so a demo day moves them too."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from lianfang.core import clock
from lianfang.returns.actions import reminders


@app.periodic(cron="*/5 * * * *", periodic_id="returns.remind")
@app.task(name="returns.remind", queue="clock", queueing_lock="returns.remind")
def remind(timestamp: int) -> None:
    """Remind those who owe a return in the half hour before its cut-off."""
    reminders.remind(now=clock.now())


@app.periodic(cron="* * * * *", periodic_id="jobs.take_up_again")
@app.task(name="jobs.take_up_again", queue="clock", queueing_lock="jobs.take_up_again", pass_context=True)
async def take_up_again(context: JobContext, timestamp: int) -> None:
    """A worker that was killed leaves its job unfinished; handlers are idempotent, so another worker does it again."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
