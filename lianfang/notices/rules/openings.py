"""Which requests for a public page are somebody opening it."""

from collections.abc import Mapping

_ROBOTS = ("bot", "spider", "crawl", "slurp", "curl/", "wget/", "python-", "monitor", "preview")


def is_opening(method: str, headers: Mapping[str, str]) -> bool:
    """Not a robot that says so, nor a browser that fetches ahead. ``headers`` by their names in any case, as Django
    gives them."""
    agent = headers.get("User-Agent", "").lower()
    ahead = "prefetch" in f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')}".lower()
    return method == "GET" and not ahead and agent != "" and not any(word in agent for word in _ROBOTS)
