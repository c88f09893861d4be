"""What a vault holds: which sealed files there are, and the key of each."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kiosk.domain.dates import Month
from kiosk.ports.access import Gap
from kiosk.store.keys import KEY_BYTES

CONTROL = "control.db"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """One SQLCipher file and its key.

    Args:
        name: within the folder.
        key: 32 bytes.
    """

    name: str
    key: bytes = field(repr=False)

    @classmethod
    def invent(cls, name: str | None = None) -> SealedFile:
        """A new key, and a name that tells nothing unless one is given."""
        return cls(name or f"{secrets.token_hex(16)}.db", secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A damaged file, kept sealed until its month is purged.

    Args:
        file: as it was found.
        month: whose checks it held; None = provisional ones.
        saved: how many of them could be read.
        lost: sequence numbers of those that could not.
    """

    file: SealedFile
    month: Month | None
    saved: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mends:
    """What mending control.db did to the audit; here, so that no hand at control.db makes one up.

    Args:
        gaps: rows that were lost, with the hex SHA-256 of the row after each as it was found: no
            row that is left binds that one to what came before.
        keyed: numbers of rows at which the seals began anew, for the key was lost.
    """

    gaps: tuple[tuple[Gap, str], ...] = ()
    keyed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """What a vault holds.

    Args:
        epoch: rises by one with every change.
        control: of control.db.
        provisional: where checks wait whose month is not known yet; None = no such file.
        months: of the treatment months.
        quarantine: what was damaged.
        aside: the damaged control.db before, kept for whoever can read more of it than we.
        mends: of the audit in control.db.
    """

    epoch: int
    control: SealedFile
    provisional: SealedFile | None
    months: Mapping[Month, SealedFile]
    quarantine: tuple[Quarantined, ...] = ()
    aside: SealedFile | None = None
    mends: Mends = Mends()

    def controls(self) -> set[str]:
        """Names under which control.db may exist."""
        return {self.control.name, *({self.aside.name} if self.aside else ())}

    def files(self) -> set[str]:
        """Names of the month, provisional and quarantined files that may exist."""
        others = {self.provisional} if self.provisional else set()
        damaged = {each.file for each in self.quarantine}
        return {each.name for each in {*self.months.values(), *others, *damaged}}

    def with_month(self, month: Month, file: SealedFile) -> Keys:
        """The same and one month more."""
        return replace(self, months={**self.months, month: file})

    def without_month(self, month: Month) -> Keys:
        """The same but for one month, what was damaged of it included."""
        months = {m: f for m, f in self.months.items() if m != month}
        return replace(self, months=months, quarantine=self._damaged_but(month))

    def with_provisional(self, file: SealedFile | None) -> Keys:
        """The same with another provisional file; with none, what was damaged of it goes too."""
        quarantine = self.quarantine if file else self._damaged_but(None)
        return replace(self, provisional=file, quarantine=quarantine)

    def _damaged_but(self, month: Month | None) -> tuple[Quarantined, ...]:
        return tuple(each for each in self.quarantine if each.month != month)

    def with_salvaged(self, damaged: Quarantined, fresh: SealedFile) -> Keys:
        """The same with a fresh file in the place of a damaged one, which is kept aside."""
        keys = replace(self, quarantine=(*self.quarantine, damaged))
        if damaged.month is None:
            return keys.with_provisional(fresh)
        return keys.with_month(damaged.month, fresh)


def document_of(keys: Keys) -> dict[str, Any]:
    """For the vault, where it is sealed: keys and names, JSON."""
    return {
        "control": _entry(keys.control),
        "provisional": keys.provisional and _entry(keys.provisional),
        "months": {str(month): _entry(file) for month, file in keys.months.items()},
        "quarantine": [
            {
                **_entry(each.file),
                "month": str(each.month) if each.month else None,
                "saved": each.saved,
                "lost": each.lost,
            }
            for each in keys.quarantine
        ],
        "aside": keys.aside and _entry(keys.aside),
        "gaps": [
            [gap.first, gap.last, gap.at.isoformat(), gap.is_exact, bridge]
            for gap, bridge in keys.mends.gaps
        ],
        "keyed": keys.mends.keyed,
    }


def _entry(file: SealedFile) -> dict[str, str]:
    return {"name": file.name, "key": file.key.hex()}


def keys_of(document: Mapping[str, Any], epoch: int) -> Keys:
    """From what ``document_of`` made."""
    provisional = document["provisional"]
    return Keys(
        epoch=epoch,
        control=_file(document["control"]),
        provisional=_file(provisional) if provisional else None,
        months={Month.parse(month): _file(file) for month, file in document["months"].items()},
        # Vaults of version 0.1.0 have none.
        quarantine=tuple(_quarantined(each) for each in document.get("quarantine", ())),
        aside=_file(aside) if (aside := document.get("aside")) else None,
        mends=Mends(
            tuple(_gap(*each) for each in document.get("gaps", ())),
            tuple(document.get("keyed", ())),
        ),
    )


def _gap(first: int, last: int, at: str, is_exact: bool, bridge: str) -> tuple[Gap, str]:  # noqa: FBT001 - as it lies in the vault
    return Gap(first, last, datetime.fromisoformat(at), is_exact), bridge


def _quarantined(entry: Mapping[str, Any]) -> Quarantined:
    month = Month.parse(entry["month"]) if entry["month"] else None
    return Quarantined(_file(entry), month, entry["saved"], tuple(entry["lost"]))


def _file(entry: Mapping[str, str]) -> SealedFile:
    return SealedFile(entry["name"], bytes.fromhex(entry["key"]))
