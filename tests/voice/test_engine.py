"""pyttsx3 with our driver: what is cached, what is not, and that a stop is a stop."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.ports.voice import Earcon, NoSoundDevice, Spoken
from kiosk.voice.player import Player

if TYPE_CHECKING:
    from kiosk.voice.engine import Engine, OpenJTalkDriver
    from tests.voice.conftest import Loudspeaker

RATE = 48_000
HELLO = "カードを置いてください。"


class Proxy:
    """What pyttsx3 is to a driver; only the far side of the socket we implement."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.busy: list[bool] = []

    def setBusy(self, busy: bool) -> None:  # noqa: N802, FBT001 - pyttsx3's signature
        self.busy.append(busy)

    def notify(self, topic: str, **values: object) -> None:
        self.told.append((topic, values))


@pytest.fixture
def proxy() -> Proxy:
    return Proxy()


@pytest.fixture
def driver(loudspeaker: Loudspeaker, proxy: Proxy) -> OpenJTalkDriver:
    pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
    from kiosk.voice.engine import OpenJTalkDriver  # noqa: PLC0415 - an optional extra

    del loudspeaker
    return OpenJTalkDriver(proxy, Player(RATE))


@pytest.fixture
def started() -> list[int]:
    return []


@pytest.fixture
def engine(loudspeaker: Loudspeaker, started: list[int]) -> Engine:
    pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
    from kiosk.voice.engine import Engine  # noqa: PLC0415 - an optional extra

    del loudspeaker
    return Engine(Player(RATE), started.append)


def test_it_says_a_text_to_its_end(
    engine: Engine, started: list[int], loudspeaker: Loudspeaker
) -> None:
    assert engine.say(7, Spoken(f"{HELLO}{HELLO}", is_private=False))
    assert started == [7]
    (sound,) = loudspeaker.sounds
    assert 2.0 < len(sound) / 2 / RATE < 10.0


def test_several_utterances_are_all_said(engine: Engine, loudspeaker: Loudspeaker) -> None:
    assert all(engine.say(number, Spoken("はい。", is_private=False)) for number in (1, 2, 3))
    assert len(loudspeaker.sounds) == 3


def test_nothing_to_say_is_no_trouble(engine: Engine, loudspeaker: Loudspeaker) -> None:
    assert not engine.say(1, Spoken("", is_private=False))
    assert not engine.say(2, Spoken("、。", is_private=False))
    assert not loudspeaker.starts


def test_a_missing_device_is_an_error_each_time(engine: Engine, loudspeaker: Loudspeaker) -> None:
    loudspeaker.become("refuses")
    for number in (1, 2):
        with pytest.raises(NoSoundDevice):
            engine.say(number, Spoken(HELLO, is_private=False))
    loudspeaker.become("records")
    assert engine.say(3, Spoken(HELLO, is_private=False))


def test_a_stop_before_the_sound_counts(engine: Engine, loudspeaker: Loudspeaker) -> None:
    engine.arm()
    engine.stop()
    assert not engine.say(1, Spoken(HELLO, is_private=False))
    assert not loudspeaker.starts
    engine.arm()
    assert engine.say(2, Spoken(HELLO, is_private=False))


def test_a_stop_from_another_thread_ends_the_sound(
    engine: Engine, loudspeaker: Loudspeaker
) -> None:
    loudspeaker.become("plays_on")
    outcome: list[bool] = []
    done = Event()

    def speak() -> None:
        outcome.append(engine.say(1, Spoken(HELLO, is_private=False)))
        done.set()

    Thread(target=speak, daemon=True).start()
    pid = loudspeaker.wait_for_player(1)
    engine.stop()
    assert done.wait(60)
    assert outcome == [False]
    assert not loudspeaker.is_running(pid)


def test_speed_and_volume(engine: Engine, loudspeaker: Loudspeaker) -> None:
    engine.say(1, Spoken(HELLO, is_private=False))
    engine.tune(2.0, 0.5)
    engine.say(2, Spoken(HELLO, is_private=False))
    engine.tune(1.0, 1.0)
    engine.say(3, Spoken(HELLO, is_private=False))
    normal, fast_and_low, again = loudspeaker.sounds
    assert 0.4 < len(fast_and_low) / len(normal) < 0.65
    assert again == normal


def test_pyttsx3_does_not_keep_what_was_private(engine: Engine) -> None:
    engine.say(1, Spoken("ヤマダタロウ様。", is_private=True))
    assert "ヤマダ" not in engine._engine.proxy._current_text


def test_fixed_prompts_are_cached_and_private_text_is_not(driver: OpenJTalkDriver) -> None:
    driver.say(f"{HELLO}はい。")
    assert len(driver._cache) == 2
    driver.setProperty("is_private", value=True)
    driver.say("ヤマダタロウ様。資格、有効。")
    assert len(driver._cache) == 2


def test_a_prepared_prompt_is_in_the_cache_and_silent(
    driver: OpenJTalkDriver, loudspeaker: Loudspeaker
) -> None:
    driver.setProperty("prepared", HELLO)
    assert len(driver._cache) == 1
    assert not loudspeaker.starts


def test_the_cache_tells_speeds_apart(driver: OpenJTalkDriver) -> None:
    driver.setProperty("prepared", HELLO)
    driver.setProperty("rate", 400)
    driver.setProperty("prepared", HELLO)
    assert len(driver._cache) == 2


def test_the_cache_is_bounded_and_forgets_what_was_heard_longest_ago() -> None:
    pytest.importorskip("pyopenjtalk", reason="the voice extra is not installed")
    from kiosk.voice.engine import PromptCache  # noqa: PLC0415 - an optional extra

    cache = PromptCache(limit=10)
    for name in "abc":
        cache.put(("voice", 200, name), b"1234")
        cache.get(("voice", 200, "a"))
    assert cache.get(("voice", 200, "b")) is None
    assert cache.get(("voice", 200, "a")) == cache.get(("voice", 200, "c")) == b"1234"
    cache.put(("voice", 200, "a"), b"12345678901")
    assert len(cache) == 0


def test_the_driver_tells_pyttsx3_what_the_socket_wants(
    driver: OpenJTalkDriver, proxy: Proxy
) -> None:
    driver.say(HELLO)
    assert [topic for topic, _ in proxy.told] == ["started-utterance", "finished-utterance"]
    assert proxy.told[-1][1] == {"completed": True}
    assert proxy.busy == [True, False]


def test_properties_are_brought_into_range_and_strange_ones_refused(
    driver: OpenJTalkDriver,
) -> None:
    for given, kept in ((10, 50), (9_999, 600), (200, 200)):
        driver.setProperty("rate", given)
        assert driver.getProperty("rate") == kept
    driver.setProperty("volume", 3)
    assert driver.getProperty("volume") == 1.0
    assert [voice.id for voice in driver.getProperty("voices")] == [driver.getProperty("voice")]
    with pytest.raises(KeyError):
        driver.setProperty("timbre", 1)
    with pytest.raises(KeyError):
        driver.getProperty("timbre")


def test_the_sound_of_an_answer_comes_before_its_words(
    engine: Engine, loudspeaker: Loudspeaker
) -> None:
    engine.say(1, Spoken(HELLO))
    engine.say(2, Spoken(HELLO, earcon=Earcon.VALID))
    engine.say(3, Spoken("", earcon=Earcon.VALID))
    words, both, alone = loudspeaker.sounds
    assert both == alone + words


def test_an_utterance_can_begin_with_a_later_sentence(
    engine: Engine, loudspeaker: Loudspeaker
) -> None:
    engine.say(1, Spoken("はい。"))
    engine.say(2, Spoken(f"{HELLO}はい。", earcon=Earcon.VALID), 1)
    first, second = loudspeaker.sounds
    assert first == second


def test_a_higher_voice_is_another_sound_of_the_same_length(
    engine: Engine, loudspeaker: Loudspeaker
) -> None:
    for pitch in (0.0, 3.0, 0.0):
        engine.tune(1.0, 1.0, pitch)
        engine.say(1, Spoken(HELLO))
    plain, high, again = loudspeaker.sounds
    assert plain == again != high
    assert len(plain) == len(high)
