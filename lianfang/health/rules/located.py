"""Reading a catalogue file so that a mistake in it is told with file and line."""

import re
from typing import TypeVar

import msgspec
import yaml

Place = tuple[str | int, ...]
Made = TypeVar("Made")


def decode(text: str, name: str, kind: type[Made]) -> Made:
    """Raises `ValueError`, "plain.yaml:7: …"."""
    try:
        return msgspec.yaml.decode(text, type=kind)
    except msgspec.ValidationError as problem:
        at = re.search(r"`\$(.*?)`", str(problem))
        steps = re.findall(r"\.?(\w+)|\[(\d+)\]", at[1] if at else "")
        place = tuple(int(number) if number else word for word, number in steps)
        raise ValueError(f"{name}:{line(text, place)}: {problem}") from problem


def line(text: str, place: Place) -> int:
    """The line of a place in the file, counted from 1; of the nearest thing around it, if it is not there."""
    node = yaml.compose(text)
    found = 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            node = None
        if node is None:
            break
        found = node.start_mark.line + 1
    return found
