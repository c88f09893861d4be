"""A day as an argument of a command."""

from __future__ import annotations

from datetime import date

import click

from kiosk.domain.text import half_width


class _DayParam(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(half_width(value))
        except ValueError:
            self.fail(f"not a day: {value!r}", param, ctx)


DAY = _DayParam()
