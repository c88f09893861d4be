"""A herd small enough for every check: the product's pace keeps the service busy and unhurt."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kiosk.cli.simulated_herd import OUTAGES
from kiosk.simulator.herd import Herd, Scenario, Second, Strategy
from kiosk.simulator.herd_report import figures, picture
from kiosk.simulator.herd_service import Service

KIOSKS, RATE = 2000, 50.0


def played(outage: str, strategy: Strategy, **other: float) -> Herd:
    herd = Herd(Scenario(KIOSKS, RATE, *OUTAGES[outage]), strategy, **other)
    herd.run()
    return herd


@pytest.mark.parametrize(("outage", "work"), [("10min", 0.8), ("1h", 0.9), ("1day", 0.95)])
def test_the_pace_keeps_the_service_at_work_and_is_hardly_refused(outage: str, work: float) -> None:
    found = figures(played(outage, Strategy.PACED))
    assert found["left"] == 0
    assert found["work_share"] >= work
    # The smaller the herd the more chance there is in it; the whole country stays under 0.05.
    assert found["refused_share"] < 0.08
    assert found["live_answered_at_once"] > 0.95


@pytest.mark.parametrize("strategy", [Strategy.FIXED, Strategy.EXPONENTIAL])
def test_the_naive_are_refused_far_more_after_a_day(strategy: Strategy) -> None:
    paced = figures(played("1day", Strategy.PACED))
    naive = figures(played("1day", strategy, longest_s=1200))
    assert naive["refused_share"] > 3 * paced["refused_share"]


def test_a_visitor_in_between_costs_no_place_in_the_calendar() -> None:
    service = Service(10.0, 600.0)
    place = service.ask(0.0, 1, has_more=True, is_live=False)
    assert service.ask(place.seconds / 2, 1, has_more=True, is_live=True).seconds == pytest.approx(
        place.seconds / 2, rel=0.1
    )
    later = service.ask(place.seconds / 2, 2, has_more=True, is_live=False)
    assert later.seconds > place.seconds / 2


def test_the_work_is_counted_while_a_second_of_it_waits() -> None:
    herd = Herd(Scenario(KIOSKS, 50.0, *OUTAGES["10min"]), Strategy.PACED)
    full, slack, last = Second(served=50, waiting=40), Second(served=30, waiting=40), Second(9)
    herd.seconds = [*[full] * 3, slack, *[full] * 4, last, full]
    found = figures(herd)
    assert (found["work_share"], found["worst_work_share"]) == (0.95, 0.92)
    herd.seconds = [last]
    assert figures(herd)["work_share"] is None


def test_the_same_seed_gives_the_same_herd() -> None:
    first, second = (figures(played("10min", Strategy.PACED)) for _ in range(2))
    assert first == second


def test_the_picture_is_an_svg_with_a_curve_for_each_strategy() -> None:
    herd = played("10min", Strategy.PACED)
    tree = ET.fromstring(  # noqa: S314 - our own
        picture({Strategy.PACED: herd.seconds}, herd.scenario)
    )
    assert len(tree.findall("{http://www.w3.org/2000/svg}polyline")) == 2


def test_the_command_writes_a_summary_and_pictures(tmp_path: Path) -> None:
    kiosk = str(Path(sys.executable).with_name("kiosk"))
    command = [kiosk, "simulator", "herd", "--kiosks", "400", "--rate", "10", "--outage", "10min"]
    done = subprocess.run(
        [*command, "--plot", str(tmp_path), "--json"], check=True, capture_output=True, text=True
    )
    document = json.loads(done.stdout)
    assert (document["mark"], document["kiosks"]) == ("模擬", 400)
    assert [each["strategy"] for each in document["runs"]] == ["paced", "fixed", "exponential"]
    assert (tmp_path / "10min.svg").exists()


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("outage", list(OUTAGES))
def test_the_whole_country(outage: str) -> None:
    herd = Herd(Scenario(78_000, 2000.0, *OUTAGES[outage]), Strategy.PACED)
    herd.run()
    found = figures(herd)
    assert found["left"] == 0
    assert found["refused_share"] < 0.05
    assert found["worst_work_share"] >= 0.9
    assert found["live_answered_at_once"] >= 0.99
