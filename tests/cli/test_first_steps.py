"""The set-up at the screen before anything is registered: the language, asked twice, and 戻る."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli.door import Door
from kiosk.cli.first_run import FirstRun, access_before
from kiosk.desk.local import LocalLink
from kiosk.desk.messages import Ask, Entered, Failed, Login, Message, Reply
from kiosk.pages.front import Front
from kiosk.pages.keys import press_of
from kiosk.pages.layout import Size
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


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FirstRun]:
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with FirstRun(Door(config=tmp_path / "kiosk.toml"), [tmp_path]) as made:
        yield made


@pytest.fixture
def person(run: FirstRun) -> Person:
    return Person(run)


def test_the_language_is_asked_twice_in_both_and_back_leads_back(person: Person) -> None:
    person.until("1、日本語")
    assert "受付できます" not in "".join(person.voice.said), "nothing can be received yet"
    person.key("2")
    person.until("言葉を変えますか。Change the language?")
    person.key("2")
    person.until("1、日本語")
    person.key("2")
    person.until("言葉を変えますか。")
    person.key("1")
    person.until("1 go on as it is")
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
    person.until("1、このまま先へ")
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
