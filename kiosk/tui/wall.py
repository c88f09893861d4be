"""The one widget: it draws the rows of a sheet, each in the colours of its role."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from kiosk.pages.breaking import width
from kiosk.pages.layout import Row, Sheet
from kiosk.pages.page import Role

_EMPTY = Row("")


class Wall(Widget):
    """The whole terminal. Nothing on it moves, and no cursor blinks."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"wall--{role.value}" for role in Role}
    DEFAULT_CSS = "Wall { width: 1fr; height: 1fr; }" + "".join(
        f"Wall > .wall--{role.value} {{ color: ${role.value}-ink; background: ${role.value}-paper;"
        f"{' text-style: bold;' if role in {Role.BAND, Role.TITLE} else ''} }}"
        for role in Role
    )

    def __init__(self) -> None:
        super().__init__()
        self._sheet: Sheet = ()

    def show(self, sheet: Sheet) -> None:
        """Draw a sheet; nothing is drawn when it is the same."""
        if sheet != self._sheet:
            self._sheet = sheet
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row, padded with its own paper to the edge."""
        row = self._sheet[y] if y < len(self._sheet) else _EMPTY
        style = self.get_component_rich_style(f"wall--{row.role.value}")
        columns = self.size.width
        text = row.text + " " * (columns - width(row.text))
        return Strip([Segment(text, style)]).crop(0, columns)
