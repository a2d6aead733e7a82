"""What ``docs/states.md`` says of a day is what there is."""

from pathlib import Path

from lianfang.health.rules.status import Status


def test_every_state_of_a_day_stands_in_the_documents() -> None:
    text = (Path(__file__).parents[3] / "docs" / "states.md").read_text(encoding="utf-8")
    table = text.partition("| day | 中文 | facts |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")]
    assert rows == [status.name.lower() for status in Status]
