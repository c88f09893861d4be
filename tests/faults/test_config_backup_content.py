"""A backup of the settings, searched for everything that must not be in it."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.check import Answer, Answered, Eligibility
from kiosk.domain.passcode import Passcode
from kiosk.ports.access import Holder, Standing
from kiosk.settings import load
from kiosk.simulator.world import World
from kiosk.wiring import assemble
from tests.faults.store_worker import NOON, open_check
from tests.support.cli import KIOSK
from tests.support.leaks import assert_absent

STAFF = Holder(Standing.STAFF, "staff-1")
PASSCODE, TOTP_SECRET = "482915", b"a-second-step-of-nobody"
PERSON = Eligibility(
    name="秘密野　栞子",
    name_kana="ﾋﾐﾂﾉ ｼｵﾘｺ",
    insurer_number="06139992",
    symbol="記号７７４",
    number="２１９３８８４",
    address="架空県架空市架空町１－２－３",
    birth_date=date(1951, 4, 1),
)
TOLD = (PERSON.name, PERSON.name_kana, PERSON.symbol, PERSON.number, PERSON.address)


@dataclass
class Filled:
    """A kiosk with somebody's check and passcode in it.

    Args:
        config: its settings.
        secrets: what no backup may hold.
    """

    config: Path
    secrets: list[str]

    def backed_up(self, file: Path) -> bytes:
        command = [KIOSK, "--config", str(self.config), "config", "backup", str(file)]
        subprocess.run(command, check=True, timeout=60, capture_output=True)
        return file.read_bytes()


def as_text(key: bytes) -> list[str]:
    """The ways a key can stand in a file of text; of one in armour each line in it."""
    if key.startswith(b"-----"):
        return [each.decode() for each in key.splitlines()[1:-1]]
    return [key.hex(), base64.b64encode(key).decode().rstrip("=")]


@pytest.fixture
def filled(world: World) -> Filled:
    world.write_config("https://127.0.0.1:1")
    answer = Answer(
        validity_code="1", confirmed_on=None, eligibilities=(PERSON,), is_simulated=True
    )
    with assemble(load(world.config)) as kiosk:
        check_id = open_check(kiosk.records, NOON)
        kiosk.records.settle(check_id, Answered(answer), at=NOON, next_attempt_at=None)
        kiosk.gate.access.set_passcode(STAFF, Passcode(PASSCODE))
        kiosk.gate.access.set_totp(STAFF, TOTP_SECRET)
        files = [each.name for each in kiosk.store.folder.path.glob("*.db")]
    folder = world.folder
    keys = [(folder / name).read_bytes() for name in ("device.key", "facility.key")]
    texts = [form for key in (*keys, TOTP_SECRET) for form in as_text(key)]
    told = [each for each in TOLD if each]
    return Filled(world.config, [*told, PASSCODE, check_id, *files, *texts])


def test_nothing_of_a_person_and_no_key_is_in_it(filled: Filled, tmp_path: Path) -> None:
    content = filled.backed_up(tmp_path / "backup.json")
    assert b'trust = \\"always\\"' in content
    for secret in filled.secrets:
        assert_absent(secret, content)


def test_the_search_would_find_each(filled: Filled, tmp_path: Path) -> None:
    drop_ins = filled.config.with_suffix(".d")
    drop_ins.mkdir()
    careless = "".join(f"# {each}\n" for each in filled.secrets)
    (drop_ins / "10-careless.toml").write_text(careless, "utf-8")
    content = filled.backed_up(tmp_path / "backup.json")
    for secret in filled.secrets:
        with pytest.raises(AssertionError):
            assert_absent(secret, content)
