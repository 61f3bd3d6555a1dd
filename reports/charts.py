"""Charts as SVG that stands in a page: no script, no font, no address; its colours are the page's."""

import sys
from collections.abc import Mapping, Sequence

import pygal
from lxml import etree
from pygal.style import Style

# pygal finds its plugins, of which we use none, by a protocol that Python has warned of at every import since 3.10 (pygal 3.1.3)
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

COLOURS = 8  # that can be told apart in light and dark, see templates/report.css
_LEGEND = 4  # columns
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="var(--ink)",
    foreground_strong="var(--ink)",
    foreground_subtle="var(--line)",
    colors=tuple(f"var(--c{number})" for number in range(1, COLOURS + 1)),
    font_family="inherit",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=14,
    opacity=".9",
    transition="none",
)


def stacked_bars(labels: Sequence[str], series: Mapping[str, Sequence[int]], *, name: str, is_horizontal: bool = False) -> str:
    """Draw bars of several parts: ``labels`` name the bars, ``series`` the parts. Of more parts than colours the smallest are one."""
    largest = sorted(series, key=lambda part: -sum(series[part]))
    if len(largest) > COLOURS:
        rest = largest[COLOURS - 1 :]
        others = [sum(values) for values in zip(*(series[part] for part in rest), strict=True)]
        series = {part: series[part] for part in largest[: COLOURS - 1]} | {f"{len(rest)} others": others}
    kind = pygal.HorizontalStackedBar if is_horizontal else pygal.StackedBar
    height = 110 + 26 * len(labels) if is_horizontal else 340
    chart = kind(
        style=_STYLE,
        js=[],
        id=name,
        width=900,
        height=height,
        margin=4,
        margin_bottom=24 * ((len(series) - 1) // _LEGEND) + 4,
        spacing=8,
        disable_xml_declaration=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=_LEGEND,
        legend_box_size=14,
        x_label_rotation=0 if is_horizontal or len(labels) < 12 else 60,
    )
    chart.x_labels = labels
    for part, values in series.items():
        chart.add(part, list(values))
    tree = chart.render_tree()
    for script in tree.xpath("//*[local-name() = 'script']"):  # also without any, pygal writes its settings into one
        script.getparent().remove(script)
    return etree.tostring(tree, encoding="unicode")
