"""How the kiosk is doing, for node_exporter's textfile collector.

Format: the text exposition format 0.0.4,
https://prometheus.io/docs/instrumenting/exposition_formats/. What is not known has no sample,
rather than a zero. No label tells of a patient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_LINE = "line"
"""Name of the job that looks whether the service is there, as a status has it."""
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class _Gauge:
    name: str
    help: str
    value: float | None
    labels: Mapping[str, str]

    def lines(self) -> Iterator[str]:
        if self.value is None:
            return
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} gauge"
        pairs = ",".join(f'{key}="{each.translate(_ESCAPES)}"' for key, each in self.labels.items())
        yield f"{self.name}{{{pairs}}} {float(self.value)!r}"


def prometheus(
    status: Mapping[str, Any], *, certificate_ends_at: datetime | None, readers: int | None
) -> str:
    """The whole text, a family a gauge.

    Args:
        status: the document of ``kiosk status``.
        certificate_ends_at: of the terminal's certificate, aware; None = not known.
        readers: that pcscd lists; None = it was not reached.
    """
    box = {"facility": status["facility"], "terminal": status["terminal"]}
    box["simulated"] = "true" if status["simulated"] else "false"
    gauges = _gauges(status, certificate_ends_at, readers, box)
    return "".join(f"{line}\n" for gauge in gauges for line in gauge.lines())


def _gauges(
    status: Mapping[str, Any],
    certificate_ends_at: datetime | None,
    readers: int | None,
    box: dict[str, str],
) -> list[_Gauge]:
    queue, clock, purge = status["queue"], status["clock"], status["purge"]
    late = len(purge["late"])
    ends = None if certificate_ends_at is None else certificate_ends_at.timestamp()
    follow_ups, version = status["follow_ups"], box | {"version": status["version"]}
    # Of a file that is gone nobody knows how many it held.
    lost = sum(len(each["sequences"]) or not each["saved"] for each in status["losses"])
    rows: list[tuple[str, str, float | None]] = [
        ("queue_waiting", "Checks that wait for an answer.", queue["waiting"]),
        ("queue_set_aside", "Checks that wait for the staff.", queue["set_aside"]),
        ("queue_oldest_seconds", "Age of the oldest of them.", queue["oldest_seconds"] or 0),
        ("follow_ups_due", "Follow-ups whose month is nearly over.", follow_ups["due"]),
        ("line_up", "The service was reached when last tried.", _line_up(status)),
        ("readers", "Readers that pcscd lists.", readers),
        ("clock_trusted", "Somebody vouches for the clock.", clock["trusted"]),
        ("clock_fault", "The clock was set back or leapt ahead.", clock["fault"] is not None),
        ("purge_late_months", "Months that should have been destroyed.", late),
        ("purge_copies_left", "Files of destroyed months not deleted.", len(purge["copies"])),
        ("checks_lost", "Checks lost to a bad place on the disk.", lost),
        ("certificate_end_seconds", "Unix time the terminal's certificate ends.", ends),
    ]
    info = _Gauge("kiosk_info", "Version, and whose box it is.", 1, version)
    return [info, *(_Gauge(f"kiosk_{name}", text, value, box) for name, text, value in rows)]


def _line_up(status: Mapping[str, Any]) -> float | None:
    """Only kioskd tries it of itself."""
    results = [each["result"] for each in status["jobs"] if each["name"] == _LINE]
    return None if not results or results[0] is None else results[0] == "ok"
