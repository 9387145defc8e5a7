"""Draw the report's charts: Altair specifications turned into SVG without a browser.

Here: one function a kind of chart, each drawn wide for a desk and narrow for a telephone. Colors are the page's own
(`var(--…)`), so that a chart follows light and dark; every color is doubled by a shape, a label or a place.
Not here: what a chart says in words and its table (sections): the SVG itself is hidden from screen readers.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import vl_convert

WIDE, NARROW = 830, 330
SERIES = ("var(--series-1)", "var(--series-2)", "var(--series-3)", "var(--series-4)")
SHAPES = ("circle", "square", "triangle-up", "diamond")
Values = Sequence[dict[str, Any]]
AnyChart = alt.Chart | alt.LayerChart | alt.FacetChart

_THEME: dict[str, Any] = {
    "aria": False,
    "background": None,
    "font": "Helvetica, Arial, sans-serif",
    "padding": {"left": 2, "right": 10, "top": 4, "bottom": 4},
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--quiet)",
        "titleColor": "var(--quiet)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 260,
        "gridColor": "var(--line)",
        "domainColor": "var(--line-strong)",
        "tickColor": "var(--line-strong)",
    },
    "legend": {
        "labelColor": "var(--ink)",
        "titleColor": "var(--quiet)",
        "labelFontSize": 12,
        "symbolSize": 110,
        "labelLimit": 280,
        "orient": "top",
        "title": None,
        "offset": 6,
    },
    "header": {"labelColor": "var(--ink)", "labelFontSize": 12, "titleColor": "var(--quiet)"},
    "text": {"color": "var(--ink)", "fontSize": 12},
}


def both(values: Values, draw: Callable[[int], AnyChart]) -> tuple[str, str]:
    """A chart drawn for a desk and for a telephone; two empty texts when there is nothing to draw."""
    return (svg(draw(WIDE)), svg(draw(NARROW))) if values else ("", "")


def svg(chart: AnyChart) -> str:
    """The chart as SVG markup to put into a page, scaled by the page, silent to screen readers.

    Charts are drawn here alone, and the renderer refuses what it cannot read: Altair need not check each once more.
    """
    spec = chart.to_dict(validate=False)
    spec["config"] = {**_THEME, "view": _THEME["view"]}
    markup = vl_convert.vegalite_to_svg(spec)
    markup = re.sub(r' (aria-\w+|role|xmlns:xlink|version)="[^"]*"', "", markup)
    markup = re.sub(
        r'<path class="(?:background|foreground)" d="[^"]*"(?: pointer-events="none")?'
        r'(?: display="none")?/>',
        "",
        markup,
    )
    return markup.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def state_grid(values: Values, columns: Sequence[str], rows: Sequence[str], states: Sequence[tuple[str, str, str]]):
    """A grid of states: one sign a row and column.

    Args:
        values: `row`, `column`, `state`.
        columns: order of the columns.
        rows: order of the rows.
        states: name, sign and color of each state, in the order of the legend.
    """

    def draw(width: int) -> AnyChart:
        shown = list(columns) if width == WIDE else list(columns)[-4:]
        data = alt.Data(values=[value for value in values if value["column"] in shown])
        names = [name for name, _, _ in states]
        base = alt.Chart(data).encode(
            x=alt.X("column:N", sort=shown, title=None, scale=alt.Scale(domain=shown),
                    axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, grid=False)),
            y=alt.Y("row:N", sort=list(rows), title=None, scale=alt.Scale(domain=list(rows)),
                    axis=alt.Axis(domain=False, ticks=False, grid=False, labelLimit=250 if width == WIDE else 118)),
        )  # fmt: skip
        tint = base.mark_rect(stroke="var(--paper)", strokeWidth=3, cornerRadius=6, opacity=0.16).encode(
            color=alt.Color("state:N", legend=None,
                            scale=alt.Scale(domain=names, range=[color for _, _, color in states]))
        )  # fmt: skip
        sign = base.mark_text(fontSize=15, fontWeight="bold").encode(
            text=alt.Text("sign:N"),
            color=alt.Color("state:N", legend=None,
                            scale=alt.Scale(domain=names, range=[color for _, _, color in states])),
        )  # fmt: skip
        return alt.layer(tint, sign).properties(width=width - (225 if width == WIDE else 128), height=36 * len(rows))

    return both(values, draw)


def stacked_bars(values: Values, columns: Sequence[str], kinds: Sequence[str], title: str) -> tuple[str, str]:
    """Counts a column, stacked by kind; `values` hold `column`, `kind`, `count` and `rank`, the order of the kind."""
    highest = (
        max(sum(value["count"] for value in values if value["column"] == column) for column in columns) if values else 0
    )

    def draw(width: int) -> AnyChart:
        shown = list(columns) if width == WIDE else list(columns)[-6:]
        return (
            alt.Chart(alt.Data(values=[value for value in values if value["column"] in shown]))
            .mark_bar(strokeWidth=2)
            .encode(
                x=alt.X("column:N", sort=shown, title=None, scale=alt.Scale(domain=shown),
                        axis=alt.Axis(labelAngle=0 if width == NARROW or len(shown) <= 10 else -40)),
                y=alt.Y("count:Q", title=title, axis=alt.Axis(format="d", tickCount=min(5, highest))),
                color=alt.Color("kind:N", sort=list(kinds),
                                scale=alt.Scale(domain=list(kinds), range=list(SERIES[: len(kinds)]))),
                stroke=alt.Stroke("kind:N", sort=list(kinds), legend=None,
                                  scale=alt.Scale(domain=list(kinds), range=list(SERIES[: len(kinds)]))),
                fillOpacity=alt.FillOpacity("rank:O", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.25, 1])),
                order=alt.Order("rank:Q"),
            )
            .properties(width=width - 50, height=190)
        )  # fmt: skip

    return both(values, draw)


def lines(
    values: Values, columns: Sequence[str], series: Sequence[str], title: str, form: str = ".0%", zero: bool = True
) -> tuple[str, str]:
    """Figures over time, a line a series, each with a shape of its own; `values` hold `column`, `series`, `value`."""

    def draw(width: int) -> AnyChart:
        color = alt.Color("series:N", sort=list(series),
                          scale=alt.Scale(domain=list(series), range=list(SERIES[: len(series)])),
                          legend=None if len(series) == 1 else alt.Legend(
                              direction="vertical" if width == NARROW else "horizontal"))  # fmt: skip
        base = alt.Chart(alt.Data(values=list(values))).encode(
            x=alt.X("column:N", sort=list(columns), title=None, scale=alt.Scale(domain=list(columns)),
                    axis=alt.Axis(labelAngle=0 if len(columns) <= (9 if width == WIDE else 4) else -40,
                                  labelOverlap=True)),
            y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=zero),
                    axis=alt.Axis(format=form, tickCount=5)),
            color=color,
        )  # fmt: skip
        shape = alt.Shape("series:N", sort=list(series),
                          scale=alt.Scale(domain=list(series), range=list(SHAPES[: len(series)])))  # fmt: skip
        return alt.layer(
            base.mark_line(strokeWidth=2.5), base.mark_point(filled=True, size=70, opacity=1).encode(shape=shape)
        ).properties(width=width - 60, height=210)

    return both(values, draw)


def bar(value: float | None, between: tuple[float, float] | None = None) -> dict[str, Any]:
    """Ends of a bar for `grouped_bars`: up to a value, with bounds about it, or only the range that bounds leave."""
    low, high = between or (value or 0.0, value or 0.0)
    return {"low": low, "high": high, "value": value or 0.0, "is_range": value is None}


def grouped_bars(
    values: Values, groups: Sequence[str], series: Sequence[str], form: str = ".0%", top: float | None = 1.0
) -> tuple[str, str]:
    """Horizontal bars, a block a group and a bar a series, with bounds as a thin line, each with its value at the end.

    Args:
        values: `group`, `series`, a bar (`bar`), and `label`, the words at its end.
        groups: order of the blocks, from the top.
        series: order of the bars within a block.
        form: number format of the axis.
        top: end of the axis; None leaves it to the data.
    """

    def draw(width: int) -> AnyChart:
        scale = alt.Scale(domain=[0, top]) if top else alt.Scale(zero=True)
        folded = {group: "|".join(textwrap.wrap(group, 40 if width == WIDE else 17)) for group in groups}
        data = alt.Data(values=[{**value, "group": folded[str(value["group"])]} for value in values])
        base = alt.Chart(data).encode(
            y=alt.Y("group:N", sort=list(folded.values()), title=None,
                    scale=alt.Scale(domain=list(folded.values()), paddingInner=0.28),
                    axis=alt.Axis(domain=False, ticks=False, labelExpr="split(datum.label, '|')")),
            yOffset=alt.YOffset("series:N", sort=list(series), scale=alt.Scale(domain=list(series))),
            x=alt.X("value:Q", title=None, scale=scale, axis=alt.Axis(format=form, tickCount=5)),
        )  # fmt: skip
        color = alt.Color("series:N", sort=list(series),
                          scale=alt.Scale(domain=list(series), range=list(SERIES[: len(series)])),
                          legend=None if len(series) == 1 else alt.Legend(
                              direction="vertical" if width == NARROW else "horizontal"))  # fmt: skip
        stroke = alt.Stroke("series:N", sort=list(series), legend=None,
                            scale=alt.Scale(domain=list(series), range=list(SERIES[: len(series)])))  # fmt: skip
        bars = base.transform_filter("!datum.is_range").mark_bar(height=15).encode(color=color)
        ranges = (
            base.transform_filter("datum.is_range")
            .mark_bar(height=13, fillOpacity=0, strokeWidth=1.5, strokeDash=[4, 3])
            .encode(x=alt.X("low:Q", title=None), x2="high:Q", stroke=stroke)
        )
        bounds = (
            base.transform_filter("!datum.is_range && datum.low < datum.high")
            .mark_rule(strokeWidth=2, color="var(--ink)")
            .encode(x=alt.X("low:Q", title=None), x2="high:Q")
        )
        labels = (
            base.transform_calculate(end="max(datum.value, datum.high)")
            .mark_text(align="left", dx=5)
            .encode(x=alt.X("end:Q", title=None), text="label:N")
        )
        height = len(groups) * max(22 * len(series) + 14, 16 * max(name.count("|") + 1 for name in folded.values()) + 8)
        return alt.layer(bars, ranges, bounds, labels).properties(
            width=width - (230 if width == WIDE else 132), height=height
        )

    return both(values, draw)
