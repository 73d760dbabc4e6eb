"""Drawings that grow with the page: places along them are percent, heights are pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

from streamtts.reported.amounts import tick_label, ticks
from streamtts.reported.markup import Html, Piece, element
from streamtts.reported.run import Span

_AXIS_HEIGHT = 20
_SHORTEST = 0.05  # percent
_NEAR_END = 93.0  # a label from here on ends at its place


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the session, in milliseconds."""

    start_ms: float
    end_ms: float

    def place(self, at_ms: float) -> float:
        """In percent."""
        share = (at_ms - self.start_ms) / max(self.end_ms - self.start_ms, 1e-6)
        return round(100 * min(1.0, max(0.0, share)), 2)

    @property
    def ticks(self) -> Sequence[float]:
        return ticks(self.start_ms, self.end_ms)


def svg(height: int, *children: Piece, **attributes: str | bool | None) -> Html:
    return element("svg", *children, width="100%", height=height, **attributes)


def bar(window: Window, span: Span, class_: str, *, y: float, height: float) -> Html:
    """However short, it can be seen: what has any width gets an edge from the style sheet."""
    left = window.place(span[0])
    width = max(_SHORTEST, round(window.place(span[1]) - left, 2))
    return element("rect", x=f"{left:g}%", width=f"{width:g}%", y=y, height=height, rx=1.5, class_=class_)


def grid(places: Sequence[float], height: int) -> Html:
    """Lines across a drawing, at these percent."""
    lines = (element("line", x1=f"{at:g}%", x2=f"{at:g}%", y1=0, y2=height) for at in places)
    return element("g", *lines, class_="grid")


def axis(window: Window) -> Html:
    """The places of the window's ticks, in words."""
    found = window.ticks
    step_ms = found[1] - found[0] if len(found) > 1 else window.end_ms - window.start_ms
    labels = [(window.place(at), tick_label(at, step_ms)) for at in found]
    return labelled_axis(labels)


def labelled_axis(labels: Sequence[tuple[float, str]]) -> Html:
    texts = [
        element("text", text, x=f"{at:g}%", y=14, text_anchor=_anchor(at), class_="tick")
        for at, text in labels
    ]
    return svg(_AXIS_HEIGHT, *texts, class_="axis", aria_hidden="true")


def _anchor(at: float) -> str:
    if at > _NEAR_END:
        return "end"
    return "middle" if at > 100 - _NEAR_END else "start"
