"""What the day prints in the end."""

from __future__ import annotations

from tools.day.killer import Killer
from tools.day.measures import Measures, percentile, spread, table
from tools.day.plan import Story
from tools.day.play import Outcome
from tools.day.roster import Roster
from tools.day.stage import Stage
from tools.say import words

HEAD = ("step", "requests", "errors", "again", "p50 ms", "p95 ms", "server p50", "server p95")
KINDS = ("submission", "signature", "part", "report", "turn back")


def show(
    stage: Stage, roster: Roster, stories: list[Story], outcome: Outcome, seconds: float, jobs: dict[str, int]
) -> None:
    ledger = stage.ledger
    print("\n" + steps(stage.site.measures))
    reported = sum(story.reports for story in stories)
    schools, cities = len(stories), len(roster.cities)
    print(
        words(
            f"\n{stage.on}：{schools} 所学校（{reported} 所已报），{cities} 个市州，用时 {seconds:.1f} 秒",
            f"\n{stage.on}: {schools} schools ({reported} reported), {cities} cities, {seconds:.1f} s",
        )
    )
    print("acknowledged: " + ", ".join(f"{ledger.number(what)} {what}s" for what in KINDS))
    print(lags(outcome))
    print("background jobs left: " + (", ".join(f"{number} {status}" for status, number in jobs.items()) or "0"))
    print(words("上报表格：", "official spreadsheet: ") + str(outcome.sheet or "–"))
    if ledger.wrong:
        print(words(f"\n有 {len(ledger.wrong)} 处不一致：", f"\n{len(ledger.wrong)} differences:"))
        print("\n".join(f"  ✗ {text}" for text in ledger.wrong))
    else:
        print(
            words(
                "所有合计都等于已签版本之和；所有已确认的提交和签名都在库中，各只有一份。",
                "Every total is the sum of signed versions; everything acknowledged is stored exactly once.",
            )
        )


def steps(measures: Measures) -> str:
    """``again``: requests that met a killed process and were repeated."""
    rows = [
        [name, str(step.requests), str(step.errors), str(step.interrupted),
         *(f"{value:.0f}" for value in (*spread(step.client), *spread(step.server)))]
        for name, step in measures.steps.items()
    ]  # fmt: skip
    client = [time for step in measures.steps.values() for time in step.client]
    server = [time for step in measures.steps.values() for time in step.server]
    again = sum(step.interrupted for step in measures.steps.values())
    times = [f"{value:.0f}" for value in (*spread(client), *spread(server))]
    rows.append(["=", str(len(client)), str(measures.errors), str(again), *times])
    return table(HEAD, rows)


def lags(outcome: Outcome) -> str:
    if not outcome.lags:
        return "signature → province total: nothing measured"
    middle, high = spread(outcome.lags)
    return (
        f"signature → province total: {len(outcome.lags)} signatures in {outcome.signing_seconds:.1f} s; shown after "
        f"p50 {middle:.2f} s, p95 {high:.2f} s, at most {percentile(outcome.lags, 1):.2f} s"
    )


def kills(stage: Stage, killer: Killer) -> None:
    """Ends the killing and says what was killed when."""
    for name in killer.finish():
        stage.ledger.complain(f"there was no time to kill {name}")
    for name, request, seconds in killer.killed:
        print(
            words(
                f"第 {request} 个请求时 kill -9 {name}，{seconds:.1f} 秒后恢复",
                f"kill -9 {name} at request {request}, everything back after {seconds:.1f} s",
            )
        )
