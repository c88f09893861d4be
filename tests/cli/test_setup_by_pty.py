"""``kiosk setup`` at a terminal, from the first question to the last, line by line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kiosk.simulator.running import RunningSimulator
from kiosk.simulator.world import World
from tests.support.line_pty import on_a_pty

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

KIOSK = str(Path(sys.executable).with_name("kiosk"))
CODE, PASSCODE, UNFIT = "9910000042", "482915", "123456"


def test_the_set_up_is_walked_line_by_line(
    world: World, simulator: RunningSimulator, tmp_path: Path
) -> None:
    account = world.accounts.add(CODE, begins_on=world.accounts.all()[0].begins_on)
    command = [
        KIOSK, "--config", str(tmp_path / "box" / "kiosk.toml"), "setup",
        "--service", simulator.url, "--ca", str(world.ca),
    ]  # fmt: skip
    steps = (
        ("７", "その番号はありません。"),
        ("１", "設定情報のPDFの場所。"),
        ("", "機関コード、数字10桁"),
        ("９９１００００" + "０４２", "ID（アカウントID）"),
        ("ｗ0000001", "パスワード"),
        (account.password, "アクティベーションコード"),
        (account.activation_code, "承認する人の氏名。"),
        ("試験 花子", "番号を使う人の短い名前"),
        ("受付", "新しい番号"),
        (UNFIT, "新しい番号"),
        (PASSCODE, "もう一度、同じものを入れてください。"),
        (PASSCODE, "番号を入れて、決定を押してください。"),
        ("２", "練習の確認。"),
        ("２", "続きからできます。"),
    )
    with on_a_pty(command, {**os.environ, "LC_ALL": "C.UTF-8"}) as setup:
        setup.reads("番号を入れて、決定を押してください。")
        for line, then in steps:
            setup.types(line, then)
        assert setup.ends() == 3
    setup.assert_plain(account.password, account.activation_code, PASSCODE, UNFIT)
