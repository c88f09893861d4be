"""Journey C and the private half of B with the eyes closed, through processes; nothing on the disk.

kioskd, the screen and the speech process are real; the person hears utterances and presses keys.
Afterwards everything the kiosk could have written to is searched for what was said in private.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import ANSWERED, Clinic, Ward, open_clinic, wait_until
from tests.journeys.test_access import CODE, NAME, with_secret
from tests.journeys.test_one_check import searched
from tests.support.by_ear import Blind

pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
pytestmark = [pytest.mark.pcsc, pytest.mark.soak]

PEOPLE = """
[[person]]
id = "newcomer"
pin = "8642"
validity = "none"
[person.later]
validity = "valid"
[[person.later.eligibility]]
insurer_number = "06139992"
symbol = ""
number = "123"
branch_number = "01"
name = "山田　花子"
name_kana = "ﾔﾏﾀﾞ ﾊﾅｺ"
birth_date = 1984-09-03
copayment_percent = 30
"""
SAID = ("ヤマダハナコ", "山田　花子", "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ ハナコ", "ゼロロク、イチサン", "サンワリ")
TAGS = [each.encode(code) for each in SAID for code in ("utf-8", "cp932", "utf-16-le")]
APLAY = "#!/bin/sh\nexec cat > /dev/null\n"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic in which somebody stands by, with a patient whose insurer is late."""
    people = tmp_path / "people.toml"
    people.write_text(PEOPLE, "utf-8")
    with open_clinic(tmp_path, "--people", str(people)) as opened:
        text = opened.config.read_text("utf-8")
        opened.config.write_text(f'{text}\n[reception]\nattendance = "attended"\n', "utf-8")
        done = with_secret(opened, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
        assert done.status == 0, done.err
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own: cache, configuration, and where a core would be left."""
    folder = tmp_path / "home"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "aplay").write_text(APLAY)
    (folder / "bin" / "aplay").chmod(0o755)
    return folder


@pytest.fixture
def blind(ward: Ward, home: Path, tmp_path: Path) -> Iterator[Blind]:
    ear = tmp_path / "ear"
    ear.mkdir()
    environment = {
        **ward.clinic.environment(),
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
    }
    somebody = Blind(ward.socket, ear / "said.jsonl", environment)
    yield somebody
    somebody.close()


def with_private_words(blind: Blind) -> None:
    """A practitioner alone: logged in, private words to the loudspeaker of this room."""
    blind.press("助")
    blind.hears("ゼロ、職員のログイン。")
    blind.press("0")
    blind.hears("職員の番号を押し、決定を押してください。")
    blind.press(CODE + "決")
    blind.hears("ログインしました。")
    blind.press("1")
    blind.hears("ニ、名前や資格の出しかた。")
    blind.press("2")
    blind.hears("ニ、")
    blind.press("2")
    blind.hears("イチ、資格確認結果検索。")


def until_rest(ward: Ward, blind: Blind) -> None:
    """The card is taken; もう一度 says where one is, until that is the page at rest."""
    ward.take()
    blind.hears("ありがとうございました。")
    place = ""
    while "受付できます。" not in place:
        began = len(blind.heard)
        blind.press("再")
        blind.hears("キーは、決定、戻る、もういちど、ヘルプ。")
        place = "".join(blind.heard[began:])


def first_visit(ward: Ward, blind: Blind) -> None:
    """C1: nothing is registered yet; the chart, one question after the other."""
    ward.lay("newcomer")
    blind.hears("暗証番号ヨンケタを")
    blind.press("8642決")
    through_the_chart(blind)
    until_rest(ward, blind)


def through_the_chart(blind: Blind) -> None:
    """What the ministry has asked where no answer came."""
    blind.hears("マイナポータルの画面はありますか。はいはイチ、いいえはニ。")
    blind.press("2")
    blind.hears("資格情報のお知らせとカードはありますか。")
    blind.press("2")
    blind.hears("ニカイメ以降のかたですか。")
    blind.press("2")
    assert "サンワリなどの自己負担" in blind.hears("せじゅつをし、")
    blind.hears("みかくにん、イッケン。")


def second_visit(ward: Ward, blind: Blind) -> None:
    """C2: the same card, and the private half of what is heard."""
    with_private_words(blind)
    ward.lay("newcomer")
    blind.hears("暗証番号ヨンケタを")
    blind.press("8642決")
    assert blind.hears("ヤマダハナコサマ。").startswith("〔私〕")
    blind.hears("みかくにん、ゼロケン。")
    until_rest(ward, blind)


def search(blind: Blind) -> None:
    """C3: today's list, the record line by line, a number digit by digit, a name kana by kana."""
    with_private_words(blind)
    blind.press("1")
    blind.hears("ニケンのうち、イチケンメ。")
    assert blind.hears("ヤマダハナコサマ。").startswith("〔私〕")
    blind.press("決")
    blind.hears("保険者番号。ゼロロク、イチサン、キュウキュウ、キュウニ。")
    for words in ("記号、なし。", "番号。イチ、ニ、サン。", "えだばん。ゼロイチ。"):
        blind.press("決")
        blind.hears(words)
    blind.press("6")
    blind.hears("ゼロ。")
    blind.press("6")
    blind.hears("イチ。")


def test_journey_c_by_ear_and_nothing_of_it_on_the_disk(
    ward: Ward, blind: Blind, home: Path
) -> None:
    before = set(Path("/dev/shm").iterdir())  # noqa: S108 - what is looked for is there
    blind.hears("受付できます。")
    first_visit(ward, blind)
    second_visit(ward, blind)
    search(blind)
    assert not any("8642" in each or CODE in each for each in blind.heard)
    voice = blind.speech_process()
    assert ward.kioskd is not None
    for pid in (voice, ward.kioskd.pid):
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert re.search(r"Max core file size +0 +0 ", limits)
    for pid in (voice, ward.kioskd.pid, blind.process.pid):
        held = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]
        assert not [each for each in held if "(deleted)" in each or "memfd" in each]
    os.kill(voice, signal.SIGABRT)  # what dumps a core, where cores are dumped
    wait_until(lambda: not Path(f"/proc/{voice}").exists())
    blind.kill()
    ward.cut_the_power()
    shared = set(Path("/dev/shm").iterdir()) - before  # noqa: S108 - as above
    assert not [each for each in shared if each.is_file() and searched((each.parent,), TAGS)]
    # The rest of the world's folder is the service's, which is far away.
    assert searched((ward.clinic.state, ward.clinic.temp, home), TAGS) == []
    assert ward.log is not None
    log = ward.log.read_text("utf-8")
    assert not [each for each in SAID if each in log]
    assert not list(Path(__file__).parents[2].glob("core*"))


def test_the_private_half_of_b_by_ear(ward: Ward, blind: Blind) -> None:
    blind.hears("受付できます。")
    ward.clinic.simulator("offline")
    ward.lay("hanako")
    blind.hears("暗証番号ヨンケタを")
    blind.press("2345決")
    assert "有効" not in "".join(blind.heard)
    blind.hears("確認待ちです。")
    through_the_chart(blind)
    until_rest(ward, blind)
    with_private_words(blind)
    ward.clinic.simulator("online")
    assert blind.hears("ヤマダハナコサマ。有効。サンワリ。").startswith("〔私〕")
    assert ward.states() == [ANSWERED]
