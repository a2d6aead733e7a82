"""What runs when. The worker reads this file; the tasks ask `core.clock`, so a demo day moves them too."""

from datetime import timedelta

from procrastinate import JobContext
from procrastinate.contrib.django import app

from lianfang.bulletins.actions import packs
from lianfang.cases.actions import apart, considering, observing, tracing
from lianfang.core import clock, datamap
from lianfang.core.actions import chain
from lianfang.health.actions import absences, carding, comparing, hints, key_people, opening
from lianfang.notices.actions import attaching, sending
from lianfang.obligations.actions import chasing
from lianfang.people.actions import retention
from lianfang.surveillance.actions import clusters

SUNDAY = 6


@app.periodic(cron="*/5 * * * *", periodic_id="analysis.make")
@app.task(name="analysis.make", queue="slow", lock="slow", queueing_lock="analysis.make")
def make_packs(timestamp: int) -> None:
    """The figures of the day for the leading groups whose minute has come."""
    packs.make_due(now=clock.now())


@app.periodic(cron="* * * * *", periodic_id="obligations.chase")
@app.task(name="obligations.chase", queue="clock", queueing_lock="obligations.chase")
def chase(timestamp: int) -> None:
    """Whoever has not done by its time what they owe, as the ladders say."""
    chasing.run(now=clock.now())


@app.periodic(cron="* * * * *", periodic_id="jobs.take_up_again")
@app.task(name="jobs.take_up_again", queue="clock", queueing_lock="jobs.take_up_again", pass_context=True)
async def take_up_again(context: JobContext, timestamp: int) -> None:
    """A worker that was killed leaves its job unfinished; handlers are idempotent, so another worker does it again."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="* * * * *", periodic_id="absences.follow")
@app.task(name="absences.follow", queue="clock", queueing_lock="absences.follow")
def follow_absences(timestamp: int) -> None:
    """Who came back by the rolls of the last minute."""
    absences.follow_rolls(now=clock.now())


@app.periodic(cron="* * * * *", periodic_id="cards.tell")
@app.task(name="cards.tell", queue="clock", queueing_lock="cards.tell")
def tell_of_cards(timestamp: int) -> None:
    """Class teachers and doctors hear of the cards that name symptoms."""
    carding.tell_of_landed(now=clock.now())


@app.periodic(cron="* * * * *", periodic_id="notices.send")
@app.task(name="notices.send", queue="sending", queueing_lock="notices.send")
def send_notices(timestamp: int) -> None:
    """E-mail, SMS and messages to telephones that are due."""
    sending.send_due(now=clock.now())


@app.task(name="notices.send_now", queue="sending")
def send_urgent(timestamp: int) -> None:
    """What is urgent does not wait for the minute."""
    sending.send_due(now=clock.now())


@app.periodic(cron="* * * * *", periodic_id="cases.consider")
@app.task(name="cases.consider", queue="clock", queueing_lock="cases.consider")
def consider_cases(timestamp: int) -> None:
    """Who may have met a disease and has its signs since the last minute."""
    considering.consider(now=clock.now())


@app.periodic(cron="* * * * *", periodic_id="clusters.watch")
@app.task(name="clusters.watch", queue="clock", queueing_lock="clusters.watch")
def watch_clusters(timestamp: int) -> None:
    """Thresholds at the schools about whose people something was said in the last minutes."""
    now = clock.now()
    clusters.watch_lately(since=now - timedelta(minutes=5), now=now)


@app.periodic(cron="20 0,12,18 * * *", periodic_id="clusters.watch_all")
@app.task(name="clusters.watch_all", queue="clock", queueing_lock="clusters.watch_all")
def watch_all_clusters(timestamp: int) -> None:
    """Thresholds everywhere, today and yesterday: after a standstill, and for what came late."""
    now = clock.now()
    for back in (1, 0):
        clusters.watch(on=clock.day_of(now) - timedelta(days=back), now=now)


@app.periodic(cron="*/5 * * * *", periodic_id="observation.rounds")
@app.task(name="observation.rounds", queue="clock", queueing_lock="observation.rounds")
def open_rounds(timestamp: int) -> None:
    """Temperatures that are owed from now on, of everybody who is watched."""
    observing.open_rounds(now=clock.now())


@app.periodic(cron="*/5 * * * *", periodic_id="isolation.days")
@app.task(name="isolation.days", queue="clock", queueing_lock="isolation.days")
def follow_isolation(timestamp: int) -> None:
    """The day of everybody who is kept apart says so."""
    apart.follow(now=clock.now())


@app.periodic(cron="*/20 * * * *", periodic_id="contacts.day")
@app.task(name="contacts.day", queue="clock", queueing_lock="contacts.day")
def open_contacts(timestamp: int) -> None:
    """What classes owe today for contacts of cases."""
    tracing.open_day(now=clock.now())


@app.periodic(cron="50 2 * * *", periodic_id="absences.tidy")
@app.task(name="absences.tidy", queue="clock", queueing_lock="absences.tidy")
def tidy_absences(timestamp: int) -> None:
    """Absences of those who have changed class or left the school."""
    absences.tidy(now=clock.now())


@app.periodic(cron="0 1 * * *", periodic_id="key_people.tidy")
@app.task(name="key_people.tidy", queue="clock", queueing_lock="key_people.tidy")
def tidy_key_people(timestamp: int) -> None:
    """Key people who have changed class or left the school."""
    key_people.tidy(now=clock.now())


@app.periodic(cron="10 * * * *", periodic_id="day.open")
@app.task(name="day.open", queue="clock", queueing_lock="day.open")
def open_day(timestamp: int) -> None:
    """What each class is expected to report today: ten past midnight, and hourly for who came, left or moved."""
    opening.open_day(clock.today())


@app.periodic(cron="*/5 * * * *", periodic_id="day.open_missing")
@app.task(name="day.open_missing", queue="clock", queueing_lock="day.open_missing")
def open_missing(timestamp: int) -> None:
    """After a standstill, and for schools founded today."""
    opening.open_missing(clock.today())


@app.periodic(cron="30 1 * * *", periodic_id="day.compare")
@app.task(name="day.compare", queue="clock", queueing_lock="day.compare")
def compare_day(timestamp: int) -> None:
    """Yesterday's counts against what was said."""
    now = clock.now()
    comparing.compare((now - timedelta(days=1)).date(), now=now)


@app.periodic(cron="10 2 * * *", periodic_id="hints.raise")
@app.task(name="hints.raise", queue="clock", queueing_lock="hints.raise")
def raise_hints(timestamp: int) -> None:
    """Reports of the last three days, once their counts are right: what the doctors of the schools had better ask
    about. Three, since reports come late and a worker may stand still; a day that was looked through adds nothing."""
    now = clock.now()
    for back in (3, 2, 1):
        hints.raise_hints((now - timedelta(days=back)).date(), now=now)


@app.periodic(cron="* * * * *", periodic_id="audit.seal")
@app.task(name="audit.seal", queue="clock", queueing_lock="audit.seal")
def seal_events(timestamp: int) -> None:
    """Chain the events of the last minute."""
    chain.seal(now=clock.now())


@app.periodic(cron="40 2 * * *", periodic_id="audit.check")
@app.task(name="audit.check", queue="clock", queueing_lock="audit.check")
def check_chain(timestamp: int) -> None:
    """Every night the events of five weeks, on Sundays the whole chain (some thirty thousand events a second)."""
    now = clock.now()
    chain.check(now=now, since=None if now.weekday() == SUNDAY else now - timedelta(days=35))


@app.periodic(cron="20 3 * * *", periodic_id="retention.sweep")
@app.task(name="retention.sweep", queue="clock", queueing_lock="retention.sweep")
def sweep(timestamp: int) -> None:
    """Clear what is over, and list for agreement whose time is up."""
    retention.sweep(now=clock.now())
    attaching.sweep(now=clock.now())


@app.periodic(cron="40 3 * * *", periodic_id="retention.jobs")
@app.task(name="retention.jobs", queue="clock", queueing_lock="retention.jobs", pass_context=True)
async def clear_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs that are done or given up go after some days; what they did stands in the events."""
    await context.app.job_manager.delete_old_jobs(nb_hours=datamap.days("jobs") * 24, include_failed=True)
