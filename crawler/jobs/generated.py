"""What is made from the outlets' declarations: README's table of them."""

from collections.abc import Iterable

from crawler.outlet import OutletSpider


def outlets_markdown(outlets: Iterable[type[OutletSpider]]) -> str:
    """Return README's table: what each outlet is called, by which routes it is found, and from what its declaration is known."""
    lines = ["| spider | outlet | found by | proven |", "|---|---|---|---|"]
    for outlet in outlets:
        routes = dict.fromkeys("tag pages" if route.group == "tags" else route.name for route in outlet.routes)
        lines.append(f"| `{outlet.name}` | {outlet.title} | {', '.join(routes)} | {outlet.proven} |")
    return "\n".join(lines) + "\n"
