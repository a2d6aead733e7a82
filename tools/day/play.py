"""The day in its order. The clock is set before each scene; within a scene many act at the same time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from tools.day import above, school
from tools.day.browser import BrokenError, Browser
from tools.day.page import Row
from tools.day.plan import Story
from tools.day.roster import Gatherer, Roster, School
from tools.day.stage import Stage
from tools.day.watch import Watch, lags

# What a scene may run into; anything else is a mistake in the play itself.
TROUBLE = (BrokenError, LookupError, ValueError)
Thing = TypeVar("Thing")


@dataclass
class Outcome:
    lags: list[float] = field(default_factory=list)
    signing_seconds: float = 0.0
    shown: above.Sums = field(default_factory=dict)
    frozen: above.Sums = field(default_factory=dict)
    sheet: Path | None = None


class Play:
    def __init__(self, stage: Stage, roster: Roster, stories: list[Story], users: int, folder: Path) -> None:
        self.stage = stage
        self.roster = roster
        self.stories = stories
        self.folder = folder
        self.outcome = Outcome()
        self.signed: set[int] = set()
        self.broken: set[int] = set()  # schools whose clerk did not get through; the list says why once
        self._pool = ThreadPoolExecutor(users)
        self._began = time.monotonic()

    def run(self) -> Outcome:
        """A scene that cannot begin ends the day; what was acknowledged until then is proved all the same."""
        with self._pool:
            try:
                self._morning()
                self._signatures()
                self._afternoon()
                self._late_school()
                self._province()
            except TROUBLE as problem:
                self.stage.ledger.complain(f"the day broke off: {problem}")
        return self.outcome

    def _morning(self) -> None:
        owed_by_parts = [story for story in self.stories if story.by_parts]
        reporting = [story for story in self.stories if story.reports]
        hand_in, report = partial(school.hand_in_parts, self.stage), partial(school.report, self.stage)
        self._scene(8, 0, "各部门填报  departments hand in parts", hand_in, owed_by_parts)
        self._scene(9, 0, "学校填报提交  clerks fill and submit", report, reporting)

    def _signatures(self) -> None:
        """City by city side by side, school by school within a city; meanwhile the province keeps looking."""
        stage, province = self.stage, self.roster.province
        watcher = Browser(stage.site, province.liaison, stage.password)
        began = time.monotonic()
        with Watch(watcher, stage.path(province.id, "table")) as watch:
            self._scene(13, 0, "负责人签发  heads sign", self._sign_city, self.roster.cities)
        self.outcome.signing_seconds = time.monotonic() - began
        if watch.broken:
            stage.ledger.complain(f"the watch broke off: {watch.broken}")
        self.outcome.lags, stale = lags(watch.looks, stage.ledger.signed)
        for text in stale:
            stage.ledger.complain(text)

    def _sign_city(self, city: Gatherer) -> None:
        for story in self._of(city):
            if story.kind in ("late", "never") or story.school.id in self.broken:
                continue
            try:
                self._sign_school(story)
            except TROUBLE as problem:
                self.stage.ledger.complain(f"{story.school.name}: {problem}")

    def _sign_school(self, story: Story) -> None:
        cells = story.cells
        if story.kind == "sent_back":
            reason = "请核对居家隔离的教职工人数。"
            school.send_back(self.stage, story, story.school.head, "isolated_home.staff", reason)
            school.submit_form(self.stage, story, story.corrected)
            cells = story.corrected
        school.sign(self.stage, story, cells)
        self.signed.add(story.school.id)

    def _afternoon(self) -> None:
        self._scene(14, 40, "市州查看催报  cities look and chase", self._look, self.roster.cities)
        again = [story for story in self.stories if story.kind == "turned_back"]
        self._scene(14, 50, "市州退回修改  a city turns back, the school revises", self._turn_back, again)
        everybody = [self.roster.province, *self.roster.cities]
        self._scene(15, 1, "过了截止时间  after the cut-off", self._count_late, everybody)
        with_reports = [city for city in self.roster.cities if city.answers_for & self.signed]
        self._scene(15, 30, "市州汇总签发  cities gather and sign", self._gather, with_reports)

    def _look(self, city: Gatherer) -> None:
        reported = len(city.answers_for & self.signed)
        above.look(self.stage, city, reported, len(city.answers_for))
        if missing := len(city.answers_for) - reported:
            above.chase(self.stage, city, missing)

    def _turn_back(self, story: Story) -> None:
        city = next(city for city in self.roster.cities if city.id == story.school.city)
        reason = "请核实从外地返回的学生是否居家隔离。"
        school.send_back(self.stage, story, city.liaison, "isolated_home.students", reason)
        above.look(self.stage, city, len(city.answers_for & self.signed), len(city.answers_for))
        school.submit_form(self.stage, story, story.corrected)
        school.sign(self.stage, story, story.corrected, first=False)

    def _count_late(self, unit: Gatherer) -> None:
        """Whoever has no signature at the cut-off is late from the next second on."""
        reported, expected = len(unit.answers_for & self.signed), len(unit.answers_for)
        counts = above.look(self.stage, unit, reported, expected).counts()
        if self.stage.clock.file is not None:
            self.stage.ledger.expect(f"{unit.name}: late after the cut-off", counts[4:5], [expected - reported])

    def _gather(self, unit: Gatherer) -> None:
        """What the page shows before and after the signature is what its schools signed."""
        wanted = self._expected(unit)
        browser = self.stage.browser(unit.liaison)
        self._compare(unit, "live", wanted, above.read_table(self.stage, browser, unit.id))
        above.gather(self.stage, unit)
        rows = above.read_table(self.stage, browser, unit.id)
        self._compare(unit, "signed", wanted, rows)
        if unit is self.roster.province:
            self.outcome.shown = above.sums_of(self.stage, rows["live"])
            self.outcome.frozen = above.sums_of(self.stage, rows["signed"])

    def _compare(self, unit: Gatherer, which: str, wanted: above.Sums, rows: dict[str, Row]) -> None:
        if which not in rows:
            self.stage.ledger.complain(f"{unit.name}: the table has no line of {which} totals")
        else:
            self.stage.ledger.expect(f"{unit.name}: {which} totals", above.sums_of(self.stage, rows[which]), wanted)

    def _late_school(self) -> None:
        """It signs after the cut-off and after its city; the city gathers again."""
        for story in [story for story in self.stories if story.kind == "late"]:
            self._scene(15, 40, "迟报学校签发  a late school signs", self._sign_late, [story])
            cities = [city for city in self.roster.cities if story.school.id in city.answers_for]
            self._scene(15, 50, "该市再次汇总  its city gathers again", self._gather, cities)

    def _sign_late(self, story: Story) -> None:
        school.sign(self.stage, story, story.cells, first=False)
        self.signed.add(story.school.id)

    def _province(self) -> None:
        self._scene(16, 10, "省级汇总签发  the province gathers and signs", self._close, [self.roster.province])

    def _close(self, province: Gatherer) -> None:
        above.look(self.stage, province, len(province.answers_for & self.signed), len(province.answers_for))
        self._gather(province)
        self.outcome.sheet = above.export(self.stage, province, self.folder)

    def _expected(self, unit: Gatherer) -> above.Sums:
        """From what the plan says the schools filed, not from what the server says it has."""
        counting = [s.final for s in self.stories if s.school.id in self.signed & unit.answers_for]
        return {
            cell: (
                sum(value for cells in counting if isinstance(value := cells[cell], int)),
                sum(not isinstance(cells[cell], int) for cells in counting),
            )
            for cell in self.stage.form.count_cells
        }

    def _of(self, city: Gatherer) -> list[Story]:
        return [story for story in self.stories if story.school.city == city.id]

    def _scene(self, hour: int, minute: int, title: str, act: Callable[[Thing], None], things: Iterable[Thing]) -> None:
        """One thing failing does not stop the others; it is in the list at the end."""
        self.stage.clock.set(hour, minute)
        before = self.stage.site.measures.requests
        began = time.monotonic()
        running = [(thing, self._pool.submit(act, thing)) for thing in things]
        for number, (thing, job) in enumerate(running, 1):
            try:
                job.result()
            except TROUBLE as problem:
                who = thing.school if isinstance(thing, Story) else thing
                self.broken |= {who.id} if isinstance(who, School) else set()
                self.stage.ledger.complain(f"{who.name if isinstance(who, School | Gatherer) else who}: {problem}")
            self._progress(hour, minute, title, f"{number}/{len(running)}")
        requests = self.stage.site.measures.requests - before
        self._progress(hour, minute, title, f"{requests} requests, {time.monotonic() - began:.1f} s", end="\n")

    def _progress(self, hour: int, minute: int, title: str, said: str, end: str = "") -> None:
        """Overwritten in a terminal; in a file only the last line of each scene."""
        if end or sys.stderr.isatty():
            start = "\r\x1b[K" if sys.stderr.isatty() else ""
            wrong = len(self.stage.ledger.wrong)
            told = f"  {wrong} ✗" if wrong else ""
            print(f"{start}{hour:02}:{minute:02}  {title}: {said}{told}", end=end, file=sys.stderr, flush=True)
