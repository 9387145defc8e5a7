"""Plots of the linkage page that the report has no use for.

Here: shares with intervals. Not here: bars and lines (`p20w.reports.charts`), what a plot says in words (sections).
"""

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt

from p20w.reports.charts import SERIES, WIDE, AnyChart, both

Values = Sequence[dict[str, Any]]


def intervals(values: Values, rows: Sequence[str], mark: float | None = None, form: str = ".1%") -> tuple[str, str]:
    """A dot and a line a row: the share and its interval; `mark` is the share of everybody.

    Args:
        values: `row`, `value`, `low`, `high`, and `label`, the words behind the line.
        rows: order of the rows, from the top.
        mark: where a dashed line stands.
        form: number format of the axis.
    """
    least = min((value["low"] for value in values), default=0.0)
    most = max((value["high"] for value in values), default=1.0)
    room = max(most - least, 0.005)
    scale = alt.Scale(domain=[max(0.0, least - 0.1 * room), min(1.0, most + 0.02 * room)], zero=False, nice=False)

    def draw(width: int) -> AnyChart:
        folded = {name: "|".join(textwrap.wrap(name, 44 if width == WIDE else 21)) for name in rows}
        order = list(folded.values())
        data = alt.Data(values=[{**value, "row": folded[str(value["row"])]} for value in values])
        base = alt.Chart(data).encode(
            y=alt.Y("row:N", sort=order, title=None, scale=alt.Scale(domain=order),
                    axis=alt.Axis(domain=False, ticks=False, labelExpr="split(datum.label, '|')")),
        )  # fmt: skip
        axis = alt.Axis(format=form, tickCount=5 if width == WIDE else 3)
        lines = base.mark_rule(strokeWidth=2.5, color=SERIES[0]).encode(
            x=alt.X("low:Q", title=None, scale=scale, axis=axis), x2="high:Q"
        )
        dots = base.mark_point(filled=True, size=80, opacity=1, color=SERIES[0]).encode(x=alt.X("value:Q", scale=scale))
        layers: list[Any] = [lines, dots]
        if mark is not None:
            whole = alt.Chart(alt.Data(values=[{"mark": mark}]))
            dashes = whole.mark_rule(strokeDash=[5, 4], color="var(--line-strong)")
            layers.insert(0, dashes.encode(x=alt.X("mark:Q", title=None, scale=scale)))
        if width == WIDE:
            edge = alt.Chart(data).mark_text(align="left", dx=10)
            layers.append(
                edge.encode(
                    y=alt.Y("row:N", sort=order, scale=alt.Scale(domain=order)),
                    x=alt.value(width - 340),
                    text="label:N",
                )
            )
        room_for_labels = 340 if width == WIDE else 150
        lines_each = max((name.count("|") + 1 for name in order), default=1)
        return alt.layer(*layers).properties(width=width - room_for_labels, height=(14 + 13 * lines_each) * len(rows))

    return both(values, draw)
