"""What a technician may write, and what is refused."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.protection import KeyProvider
from kiosk.settings import (
    ClockTrust,
    SettingsInvalid,
    SettingsMissing,
    credentials_dir,
    examine,
    load,
)

REAL = """
[facility]
code = "1312345678"
terminal = "W0000001"
[service]
url = "https://service.example"
ca = "ca.pem"
certificate = "tls/terminal.pem"
key = "/etc/keys/terminal.key"
"""
SIMULATED = f"{REAL}simulated = true\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


def test_defaults_are_those_of_a_real_box(file: Path) -> None:
    file.write_text(REAL)
    settings = load(file)
    assert not settings.is_simulated
    assert settings.keys.provider is KeyProvider.SYSTEMD_CREDENTIAL
    assert settings.clock.trust is ClockTrust.AUTO
    assert settings.state.dir == Path("/var/lib/madoguchi")
    assert settings.service.patience_s == 10
    assert settings.facility.facility().terminal == "W0000001"


def test_how_long_is_waited_is_set_within_limits(file: Path) -> None:
    file.write_text(f"{REAL}[times]\npin_s = 90.0\n")
    assert load(file).times.patience().stretched(200).pin_s == 180
    for line in ("pin_s = 5.0", "pin_s = 6000.0"):
        file.write_text(f"{REAL}[times]\n{line}\n")
        with pytest.raises(SettingsInvalid, match=r"times\.pin_s"):
            load(file)
    file.write_text(f"{REAL}[times]\npins_s = 90.0\n")
    with pytest.raises(SettingsInvalid, match=r"times\.pin_s\?"):
        load(file)


def test_relative_paths_count_from_the_folder_of_the_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(f'{SIMULATED}[keys]\nprovider = "test"\nfile = "device.key"\n[state]\ndir="s"')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    settings = load(Path("../kiosk.toml"))
    assert settings.service.ca.resolve() == tmp_path / "ca.pem"
    assert settings.service.certificate.resolve() == tmp_path / "tls/terminal.pem"
    assert settings.service.key == Path("/etc/keys/terminal.key")
    assert settings.keys.file
    assert settings.keys.file.resolve() == tmp_path / "device.key"
    assert settings.state.dir.resolve() == tmp_path / "s"


def test_a_state_dir_named_by_the_caller_counts_from_where_the_caller_is(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(f'{REAL}[state]\ndir = "of-the-file"\n')
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert load(file, state_dir=Path("mine")).state.dir == here / "mine"


def test_the_environment_changes_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(REAL)
    before = load(file)
    for prefix in ("", "MADOGUCHI_"):
        monkeypatch.setenv(f"{prefix}KEYS", '{"credential": "other"}')
        monkeypatch.setenv(f"{prefix}STATE", '{"dir": "/other"}')
        monkeypatch.setenv(f"{prefix}CLOCK", '{"trust": "always"}')
    assert load(file) == before


NO_ADDRESS = [
    "https://",
    "https://[::1",
    "https://host:x",
    "https://host:99999",
    "https://host:0",
    "https://a..b",
    "https://" + "a" * 64,
    "https://one two",
    r"https://host\u0000",
    "https://host/a?b",
    "https://host#c",
    "https://user:word@host",
]
WRONG = {
    "an unknown key": (f"{REAL}colour = 1\n", "service.colour"),
    "an unknown section": (f"{REAL}[colours]\nred = 1\n", "colours"),
    "a missing section": ("[facility]\ncode = '1312345678'\nterminal = 'W0000001'\n", "service"),
    "a missing key": (REAL.replace('ca = "ca.pem"\n', ""), "service.ca"),
    "a section that is none": (f"facility = 3\n{REAL.partition('[service]')[2]}", "facility"),
    "a number for text": (REAL.replace('"W0000001"', "1"), "facility.terminal"),
    "text for a truth": (f'{REAL}simulated = "yes"\n', "service.simulated"),
    "a number for a truth": (f"{REAL}simulated = 1\n", "service.simulated"),
    "text for a number": (f'{REAL}patience_s = "5"\n', "service.patience_s"),
    "no patience": (f"{REAL}patience_s = 0\n", "service.patience_s"),
    "too much patience": (f"{REAL}patience_s = 61\n", "service.patience_s"),
    "no TLS": (REAL.replace("https:", "http:"), "service.url"),
    **{
        f"an address like {each}": (REAL.replace("https://service.example", each), "service.url")
        for each in NO_ADDRESS
    },
    "a facility code of nine": (REAL.replace("1312345678", "131234567"), "facility"),
    "an unknown provider": (f'{REAL}[keys]\nprovider = "usb"\n', "keys.provider"),
    "no TOML": ("[facility", "kiosk.toml"),
    "the test key with a real service": (f'{REAL}[keys]\nprovider = "test"\n', "keys.provider"),
    "a clock always trusted": (f'{REAL}[clock]\ntrust = "always"\n', "clock.trust"),
    "a clock never trusted": (f'{REAL}[clock]\ntrust = "never"\n', "clock.trust"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_with_its_place(file: Path, case: str) -> None:
    text, place = WRONG[case]
    file.write_text(text)
    with pytest.raises(SettingsInvalid, match=place) as refused:
        load(file)
    assert refused.value.code == "K501"
    assert refused.value.exit_status == 15


@pytest.mark.parametrize("sign", [r"\u0000", r"\n", r"\u007f", r"\u0085"])
@pytest.mark.parametrize(
    "key",
    [
        "service.ca", "service.key", "keys.file", "keys.credential", "keys.tpm", "reader.name",
        "receipt.drop_folder", "receipt.receiver", "state.dir", "voice.loudspeaker",
    ],
)  # fmt: skip
def test_what_goes_to_the_system_has_no_control_characters(file: Path, key: str, sign: str) -> None:
    section, _, name = key.partition(".")
    lines = [each for each in REAL.splitlines() if not each.startswith(f"{name} =")]
    if f"[{section}]" not in lines:
        lines.append(f"[{section}]")
    file.write_text("\n".join([*lines, f'{name} = "a{sign}b"']))
    with pytest.raises(SettingsInvalid) as refused:
        load(file)
    assert refused.value.detail.endswith(
        f"{file}:{len(lines) + 1}: {key}: Value error, no control characters belong here"
    )


@pytest.mark.parametrize("text", ['[keys]\nprovider = "test"\n', '[clock]\ntrust = "never"\n'])
def test_the_simulated_world_may_weaken_the_box(file: Path, text: str) -> None:
    file.write_text(SIMULATED + text)
    assert load(file).is_simulated


def test_a_file_that_is_not_there(file: Path) -> None:
    with pytest.raises(SettingsMissing) as missing:
        load(file)
    assert str(missing.value) == f"K502 {file}"


def test_what_is_no_text_and_what_is_no_file(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsInvalid, match=r"kiosk\.toml"):
        load(file)
    with pytest.raises(SettingsInvalid):
        load(tmp_path)


def test_credentials_come_from_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert credentials_dir() is None
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/kiosk")
    assert credentials_dir() == Path("/run/credentials/kiosk")


def test_a_wrong_key_is_told_with_its_line_and_the_nearest_valid_one(file: Path) -> None:
    file.write_text(f"{REAL}patience = 5\n[screen]\nloudspeaker = 'x'\n[vioce]\n")
    settings, problems, _ = examine(file)
    assert settings is None
    told = {each.key: (each.place.line, each.nearest) for each in problems}
    lines = file.read_text().splitlines()
    assert told == {
        "service.patience": (lines.index("patience = 5") + 1, "service.patience_s"),
        "screen.loudspeaker": (lines.index("loudspeaker = 'x'") + 1, "voice.loudspeaker"),
        "vioce": (lines.index("[vioce]") + 1, "voice"),
    }


def test_mistakes_are_told_from_the_top_down_and_what_is_not_near_is_not_meant(file: Path) -> None:
    below = "\n" * 10
    file.write_text(f"{REAL}bogus = 1\n[screen]\nhours = 2{below}[reader]\ntraffic_log = 3\n")
    file.with_suffix(".d").mkdir()
    (file.with_suffix(".d") / "10.toml").write_text("[access]\nidle_minutes = 99\n")
    _, problems, _ = examine(file)
    assert [(each.key, each.nearest) for each in problems] == [
        ("service.bogus", None),
        ("screen.hours", "update.hours"),
        ("reader.traffic_log", None),
        ("access.idle_minutes", None),
    ]


def test_a_line_that_is_no_toml_is_named(file: Path) -> None:
    file.write_text(f"{REAL}simulated = yes\n")
    _, problems, _ = examine(file)
    assert [each.place.line for each in problems] == [file.read_text().count("\n")]


def test_drop_ins_go_over_the_file_in_the_order_of_their_names(file: Path) -> None:
    file.write_text(f"{REAL}[reader]\nname = 'main'\n[access]\nidle_minutes = 7\n")
    folder = file.with_suffix(".d")
    folder.mkdir()
    (folder / "20.toml").write_text("[reader]\nname = 'second'\n")
    (folder / "10.toml").write_text("[reader]\nname = 'first'\n[service]\npatience_s = 3.0\n")
    (folder / "note.txt").write_text("not read")
    settings, _, written = examine(file)
    assert settings
    assert (settings.reader.name, settings.service.patience_s) == ("second", 3.0)
    assert settings.access.idle_minutes == 7
    assert settings.service.ca == file.parent / "ca.pem"
    assert written.place("reader.name").file == folder / "20.toml"


def test_a_mistake_in_a_drop_in_is_told_with_its_own_file(file: Path) -> None:
    file.write_text(REAL)
    file.with_suffix(".d").mkdir()
    (file.with_suffix(".d") / "10.toml").write_text("\n[reader]\nnames = 'x'\n")
    with pytest.raises(
        SettingsInvalid, match=r"kiosk\.d/10\.toml:3: reader\.names: .*reader\.name\?"
    ):
        load(file)


def _pipe(file: Path) -> None:
    os.mkfifo(file)


def _folder(file: Path) -> None:
    file.mkdir()


def _endless(file: Path) -> None:
    file.symlink_to("/dev/zero")


def _huge(file: Path) -> None:
    file.write_bytes(b"#" * (1 << 21))


def _nested(file: Path) -> None:
    file.write_text(f"a={'[' * 20_000}")


def _utf_16(file: Path) -> None:
    file.write_text(REAL, "utf-16")


@pytest.mark.parametrize("lay", [_pipe, _folder, _endless, _huge, _nested, _utf_16])
@pytest.mark.parametrize("name", ["kiosk.toml", "kiosk.d/10-mine.toml", "kiosk.restoring"])
def test_whatever_lies_in_the_place_of_a_file_is_said_at_once(
    file: Path, name: str, lay: Callable[[Path], None]
) -> None:
    file.write_text(REAL)
    place = file.parent / name
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    lay(place)
    with pytest.raises(SettingsInvalid, match=re.escape(str(place))):
        load(file)
