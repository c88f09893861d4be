"""The set-up at the screen before anything is registered: the language, asked twice, and 戻る."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.cli.door import Door
from kiosk.cli.first_run import FirstRun, access_before
from kiosk.cli.setup_progress import Progress
from kiosk.core.ownership import set_up_alone
from kiosk.desk.leading import Blank, Keys, Lead
from kiosk.desk.local import LocalLink
from kiosk.desk.messages import Ask, Entered, Failed, Happened, Login, Message, Reply
from kiosk.pages.front import Front
from kiosk.pages.keys import press_of
from kiosk.pages.layout import Size
from kiosk.phrasebook import SetupPhrase
from kiosk.ports.voice import Happening, VoiceEvent
from tests.support.japanese import strays
from tests.support.screen import PATIENCE_S, Clock, WrittenVoice


class Person:
    """Before a front in this process."""

    def __init__(self, run: FirstRun) -> None:
        self.link = LocalLink(run.counter)
        self.clock, self.voice = Clock(), WrittenVoice()
        self.front = Front(self.link.send, self.voice, language="ja", now=self.clock)
        self.front.size = Size(120, 40)
        self.front.connected()

    @property
    def text(self) -> str:
        return "".join(row.text for row in self.front.sheet)

    def until(self, words: str) -> None:
        while words not in self.text:
            message = self.link.receive(PATIENCE_S)
            assert message is not None, self.text
            self.front.hear(message)

    def key(self, key: str) -> None:
        self.clock.at_s += 1.0
        self.front.press(press_of(key, key if len(key) == 1 else None))

    def answered(self, number: int) -> Reply | Failed:
        while True:
            message = self.link.receive(PATIENCE_S)
            assert message is not None
            if isinstance(message, Reply | Failed) and message.id == number:
                return message


@pytest.fixture(autouse=True)
def japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[FirstRun]:
    with FirstRun(Door(config=tmp_path / "kiosk.toml"), [tmp_path]) as made:
        yield made


@pytest.fixture
def person(run: FirstRun) -> Person:
    return Person(run)


def test_the_language_is_asked_twice_in_both_and_back_leads_back(person: Person) -> None:
    person.until("1、日本語")
    assert "受付できます" not in "".join(person.voice.said), "nothing can be received yet"
    person.key("2")
    person.until("はいは1、いいえは2を押してください。Change the language?")
    person.key("2")
    person.until("1、日本語")
    person.key("2")
    person.until("言葉を変えますか。")
    person.key("1")
    person.until("1 continue")
    assert "Step 2 of 12: about this box." in person.text
    assert person.front.book.language == "en"
    person.key("minus")
    person.until("1 Japanese")
    assert "Step 1 of 12" in person.text
    person.key("1")
    person.until("1 Yes")
    person.key("1")
    person.until("手順2／12")


def test_who_declines_the_terms_is_told_and_asked_again(person: Person) -> None:
    person.until("1、日本語")
    person.key("1")
    person.until("1、次へ")
    person.key("1")
    person.until("2、同意しない")
    person.key("2")
    person.until("1、もう一度")
    assert "K509" in person.text
    person.key("1")
    person.until("同意しない")


def test_a_front_that_comes_later_knows_as_much(run: FirstRun, person: Person) -> None:
    person.until("1、日本語")
    person.key("1")
    person.until("手順2／12")
    person.link.close()
    Person(run).until("手順2／12")


def test_nobody_logs_in_asks_or_answers_what_is_not_asked(run: FirstRun, person: Person) -> None:
    person.until("1、日本語")
    messages: tuple[Message, ...] = (
        Login(90, "482915"), Ask(91, "status"), Ask(92, "history"),
        Entered(93, {"kind": "set_up", "number": 7, "choice": 1}),
        Entered(94, {"kind": "insured_numbers"}),
    )  # fmt: skip
    for number, message in enumerate(messages, start=90):
        person.link.send(message)
        assert isinstance(person.answered(number), Failed)
    assert run.is_well


def test_the_drop_ins_say_who_comes_and_which_service_is_asked(tmp_path: Path) -> None:
    (tmp_path / "kiosk.d").mkdir()
    (tmp_path / "kiosk.d" / "10-box.toml").write_text('[access]\nreception_users = ["screen"]\n')
    door = Door(config=tmp_path / "kiosk.toml")
    assert "screen" in access_before(door).reception_users
    text = '[service]\nurl = "https://service.example"\nca = "ca.pem"\n'
    (tmp_path / "kiosk.d" / "20-service.toml").write_text(text)
    wishes = FirstRun(door, [])._course.wishes
    assert (wishes.service, wishes.ca) == ("https://service.example", tmp_path / "ca.pem")


def to_the_terms(person: Person) -> None:
    person.until("1、日本語")
    person.key("2")
    person.until("言葉を変えますか。")
    person.key("1")
    person.until("1 continue")
    person.key("enter")
    person.until("1 I agree")


def test_cut_off_it_goes_on_with_the_step_that_was_not_over(tmp_path: Path) -> None:
    with FirstRun(Door(config=tmp_path / "kiosk.toml"), [tmp_path]) as run:
        to_the_terms(Person(run))
    # In a box the lock ends with the process; here with the thread, which nobody waits for.
    run._thread.join(PATIENCE_S)
    with FirstRun(Door(config=tmp_path / "kiosk.toml"), [tmp_path]) as again:
        person = Person(again)
        person.until("1 I agree")
        assert "goes on where it was cut off" in person.text
        assert "Step 3 of 12" in person.text
        person.key("minus")
        person.until("Step 2 of 12")


def test_who_waits_for_another_hears_so_in_the_language_that_was_chosen(tmp_path: Path) -> None:
    Progress("en", {"language": "done"}).keep(tmp_path / "kiosk.progress")
    with ExitStack() as other:
        other.enter_context(set_up_alone(tmp_path / "state"))
        with FirstRun(Door(config=tmp_path / "kiosk.toml"), [tmp_path]) as run:
            person = Person(run)
            person.until("Somebody else is setting this box up.")
            assert not strays(person.text, ())
            other.close()
            person.until("1 continue")
            assert "K527" not in person.text, "nobody else does any more"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"language": "fr", "steps": {}, "pdfs": []}',
        b'{"language": "en", "steps": ["language"], "pdfs": []}',
    ],
)
def test_progress_that_cannot_be_read_only_asks_again(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kiosk.progress").write_bytes(content)
    with FirstRun(Door(config=tmp_path / "kiosk.toml"), [tmp_path]) as run:
        Person(run).until("手順1／12")


def test_while_somebody_else_sets_it_up_it_waits_and_says_so(tmp_path: Path) -> None:
    with ExitStack() as other:
        other.enter_context(set_up_alone(tmp_path / "state"))
        with FirstRun(Door(config=tmp_path / "kiosk.toml"), [tmp_path]) as run:
            person = Person(run)
            person.until("K527")
            other.close()
            person.until("手順1／12")


def test_what_somebody_else_brought_to_its_end_is_not_asked_again(tmp_path: Path) -> None:
    with ExitStack() as other:
        other.enter_context(set_up_alone(tmp_path / "state"))
        with FirstRun(Door(config=tmp_path / "kiosk.toml"), [tmp_path]) as run:
            person = Person(run)
            person.until("K527")
            (tmp_path / "kiosk.toml").write_text("# theirs\n")
            other.close()
            run._thread.join(PATIENCE_S)
            assert run.is_done
            assert "手順1" not in person.text


def test_a_voice_that_is_lost_is_told_once(person: Person) -> None:
    person.until("1、日本語")
    person.front.voice(VoiceEvent(Happening.FAULT, code="K401"))
    assert person.front.book.message("K401").read in person.text
    person.key("1")
    person.until("手順2／12")
    assert person.front.book.message("K401").read not in person.text
    person.front.voice(VoiceEvent(Happening.FAULT, code="K401"))
    assert person.front.book.message("K401").read not in person.text


def test_what_is_too_short_is_told_in_words(person: Person) -> None:
    lead = Lead(number=1, question=(person.front.book.say(SetupPhrase.ASK_CODE),),
                blank=Blank(Keys.DIGITS, 10, 10))  # fmt: skip
    person.until("1、日本語")
    person.front.hear(Happened(0, "lead", "", lead.document()))
    for key in ("1", "2", "enter"):
        person.key(key)
    assert "あと8文字" in person.text
