"""Somebody before the box with the eyes closed, day after day, and what the disk keeps of it."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

from tests.journeys.conftest import Clinic, Ward, open_clinic, wait_until
from tests.journeys.test_access import CODE, NAME, with_secret
from tests.journeys.test_one_check import searched
from tests.support.by_ear import Blind

HEARD = Path(__file__).parent / "heard"
WRITES = os.environ.get("MADOGUCHI_SCREENS") == "write"
PATIENCE_S = 180.0
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
HANAKO = (
    "ヤマダハナコ",
    "山田　花子",
    "ﾔﾏﾀﾞ ﾊﾅｺ",
    "ヤマダ ハナコ",
    "ゼロロク、イチサン",
    "サンワリ",
)
TARO = ("ヤマダタロウ", "山田　太郎", "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ", "サンワリ")
ROOT = Path(__file__).parents[2]
COMMON = [Path("/dev/shm"), Path("/tmp"), Path("/var/tmp"), Path("/run/user")]  # noqa: S108 - looked for
OURS = re.compile(r"tmp|kiosk|madoguchi|core|\.")
APLAY = "#!/bin/sh\nexec cat > /dev/null\n"
ALONE = '[voice]\nheadphones = "hw:CARD=Ear"\nprivate = "headphones"\n'
ATTENDED = '[reception]\nattendance = "attended"\n'
SLOWLY = "[times]\nwith_card_s = 600.0\nwith_card_alone_s = 300.0\nresult_s = 600.0\n"
"""Nobody is hurried by a busy machine."""
BY_CHANCE = re.compile(
    r"^(〔私〕)?(もぎ。)?(お待ちください。|♪(key|waiting)|いまは、受付できません。)$"
)
"""What depends on how busy the machine is."""
OR_LEFT = re.compile(rf"{BY_CHANCE.pattern}|(もぎ。)?カードが残っています。")
"""And how long it took until the card was taken."""


@dataclass
class Ear:
    """Who stands before the box, day after day.

    Args:
        ward: of the box.
        home: a home of its own: cache, configuration, and where a core would be left.
        folder: of what is heard.
        story: of all days.
    """

    ward: Ward
    home: Path
    folder: Path
    story: list[str] = field(default_factory=list)
    blind: Blind | None = None

    def sits(self) -> Blind:
        """Before a screen that begins."""
        environment = {
            **self.ward.clinic.environment(),
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "PATH": f"{self.home / 'bin'}:{os.environ['PATH']}",
        }
        self.blind = Blind(self.ward.socket, self.folder / "heard.jsonl", environment, self.story)
        return self.blind

    def leaves(self) -> None:
        if self.blind is not None:
            self.blind.close()
        self.blind = None

    def has_heard(self, journey: str, by_chance: re.Pattern[str] = BY_CHANCE) -> None:
        """What was heard is what is kept as text, which people have read."""
        told = [each.replace("もぎ。", "") for each in self.story if not by_chance.match(each)]
        text = "".join(f"{line}\n" for line in told)
        kept = HEARD / f"{journey}.txt"
        if WRITES:
            kept.write_text(text, "utf-8")
        before = kept.read_text("utf-8")
        assert text == before, "\n".join(unified_diff(before.splitlines(), text.splitlines()))


def settled(folder: Path, settings: str) -> Iterator[Clinic]:
    """A clinic with a patient whose insurer is late, and a staff number."""
    people = folder / "people.toml"
    people.write_text(PEOPLE, "utf-8")
    with open_clinic(folder, "--people", str(people)) as opened:
        text = opened.config.read_text("utf-8")
        opened.config.write_text(f"{text}\n{settings}{SLOWLY}", "utf-8")
        done = with_secret(opened, CODE, "setup", "passcode", "set", *NAME, "--passcode-fd", "0")
        assert done.status == 0, done.err
        yield opened


def home_in(folder: Path) -> Path:
    """With a loudspeaker of its own, which swallows everything."""
    home = folder / "home"
    for each in ("bin", "run"):
        (home / each).mkdir(parents=True)
    (home / "bin" / "aplay").write_text(APLAY)
    (home / "bin" / "aplay").chmod(0o755)
    (folder / "ear").mkdir()
    return home


def logs_in(blind: Blind, *news: str) -> None:
    """What is news of the month is heard, in this order, before the choices."""
    blind.press("助")
    blind.hears("ゼロ、職員のログイン。")
    blind.press("0")
    blind.hears("職員の番号を押し、決定を押してください。")
    blind.press(CODE + "決")
    blind.hears("ログインしました。")
    for each in news:
        blind.hears(each)
    blind.hears("イチ、セキュリティ設定。")


def with_private_words(blind: Blind) -> None:
    """A practitioner alone: logged in, private words to the loudspeaker of this room."""
    logs_in(blind)
    blind.press("1")
    blind.hears("ニ、名前や資格の出しかた。")
    blind.press("2")
    blind.hears("ニ、スピーカーで言う。")
    blind.press("2")
    blind.hears("名前や資格を、スピーカーで言います。")
    blind.hears("イチ、資格確認結果検索。")


def takes_the_card(ward: Ward, blind: Blind) -> None:
    """What is said of it; then until the page is at rest, which is said only on asking."""
    blind.sees_to("カードを取る")
    ward.take()
    blind.hears("ありがとうございました。")
    blind.listens()
    blind.listens()
    end = len(blind.story)
    blind.goes_on_asking("受付できます。", PATIENCE_S)
    del blind.story[end:]


def lays_the_card(ward: Ward, blind: Blind, person: str, pin: str) -> None:
    blind.sees_to("カードを置く")
    ward.lay(person)
    blind.hears("暗証番号ヨンケタを")
    blind.press(pin + "決")


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


def nothing_is_on_the_disk(ear: Ear, said: tuple[str, ...], before: set[Path]) -> None:
    """Of what was said in private; no core, no file without a name, nothing in any log."""
    ward, blind = ear.ward, ear.blind
    assert blind is not None
    assert ward.kioskd is not None
    voice = blind.speech_process()
    for pid in (voice, ward.kioskd.pid):
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert re.search(r"Max core file size +0 +0 ", limits)
    for pid in (voice, ward.kioskd.pid, blind.process.pid):
        held = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]
        assert not [each for each in held if "(deleted)" in each or "memfd" in each]
    os.kill(voice, signal.SIGABRT)  # what dumps a core, where cores are dumped
    wait_until(lambda: not Path(f"/proc/{voice}").exists())
    blind.kill()
    tags = [each.encode(code) for each in said for code in ("utf-8", "cp932", "utf-16-le")]
    # The rest of the world's folder is the service's, which is far away.
    news = tuple(lying_about() - before)
    found = searched((ward.clinic.state, ward.clinic.temp, ear.home, *news), tags)
    found += [(p.name, t) for p in news if p.is_file() for t in tags if t in p.read_bytes()]
    assert not found, found
    assert ward.log is not None
    log = ward.log.read_text("utf-8")
    assert not [each for each in said if each in log]
    assert not list(ROOT.glob("core*"))


def lying_about() -> set[Path]:
    """What is in the folders that everybody may write to; of /tmp, what we would have named."""
    every = {each for folder in COMMON if folder.is_dir() for each in folder.iterdir()}
    of_others = {Path("/tmp"), Path("/var/tmp")}  # noqa: S108 - looked for
    return {each for each in every if each.parent not in of_others or OURS.match(each.name)}
