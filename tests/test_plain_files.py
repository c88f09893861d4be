"""Whatever lies under a name: a plain file is read, anything else is said at once."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kiosk.plain_files import open_plain, read_plain


def refused(file: Path, *, through_links: bool = True) -> int | None:
    with pytest.raises(OSError, match=r".") as caught:
        open_plain(file, through_links=through_links)
    return caught.value.errno


def test_a_plain_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert read_plain(file, 5) == b"12345"
    (tmp_path / "link").symlink_to(file)
    assert read_plain(tmp_path / "link", 5) == b"12345"


def test_one_byte_too_many_is_not_cut_off_in_silence(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    with pytest.raises(OSError, match="large") as caught:
        read_plain(file, 4)
    assert caught.value.errno == errno.EFBIG


def test_what_is_no_plain_file_is_neither_waited_for_nor_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    assert refused(tmp_path / "pipe") == errno.EINVAL
    assert refused(tmp_path / "link") == errno.EINVAL
    assert refused(Path("/dev/zero")) == errno.EINVAL
    assert refused(tmp_path) == errno.EINVAL
    assert refused(tmp_path / "none") == errno.ENOENT


def test_a_link_is_refused_where_others_lay_the_file_down(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "link").symlink_to("a")
    assert refused(tmp_path / "link", through_links=False) == errno.ELOOP
