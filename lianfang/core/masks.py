"""What is shown of a personal value to somebody who need not know it (GB/T 35273 7.2, table 5.4 of domain rules)."""

import re
from collections.abc import Callable, Mapping

HIDDEN = "•••"
_DISTRICT = re.compile(r"^.*?(?:街道|镇|乡|[^小社园校]区|县|旗)")
_CITY = re.compile(r"^.*?(?:市|州|盟)")


def name(value: str) -> str:
    """张三 → 张*, 张小明 → 张*明, 欧阳小明 → 欧**明; a foreign name keeps its first letters."""
    if " " in value.strip():
        return " ".join(part[:1] + "*" * 3 for part in value.split())
    if len(value) < 2:
        return "*"
    return value[0] + ("*" if len(value) == 2 else "*" * (len(value) - 2) + value[-1])


def phone(value: str) -> str:
    """+8613812345678 → 138****5678; a landline shows its last four."""
    digits = value.removeprefix("+86")
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 4, 4) + digits[-4:] if len(digits) > 6 else "****"


def identity(value: str) -> str:
    """Last four only: the first four tell where a child is registered."""
    return "*" * max(len(value) - 4, 4) + (value[-4:] if len(value) > 6 else "")


def address(value: str) -> str:
    """Down to the district or street office; what cannot be read as an address is hidden as a whole."""
    found = _DISTRICT.search(value) or _CITY.search(value)
    return f"{found[0]}{HIDDEN}" if found else HIDDEN


def mail(value: str) -> str:
    """min.zhou@example.edu.cn → m***@example.edu.cn; what is no address is hidden as a whole."""
    name, at, domain = value.rpartition("@")
    return f"{name[:1]}***@{domain}" if at and name else HIDDEN


def text(value: str) -> str:
    return HIDDEN


MASKS: Mapping[str, Callable[[str], str]] = {
    "phone": phone, "identity": identity, "address": address, "text": text, "name": name,
    "mail": mail,
}  # fmt: skip
