"""One result as the formats take it, and one question of a receipt computer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.check import Answer, Eligibility
from kiosk.errors import ExportError, Remedy


class RequestRefused(ExportError):
    """A file of the receipt computer is none of its kind, too large, or dangerous; not opened."""

    code = "K601"
    remedy = Remedy.TECHNICIAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A check that was answered.

    Args:
        check_id: its id; names its file.
        facility_code: 機関コード, 10 digits.
        treated_on: treatment date in Japan.
        settled_at: when the answer came, aware UTC.
        answer: what the service said.
        is_simulated: to be marked 模擬 whatever the answer says.
        exported_at: when a receipt computer first acknowledged it; None = not yet.
    """

    check_id: str
    facility_code: str
    treated_on: date
    settled_at: datetime
    answer: Answer
    is_simulated: bool
    exported_at: datetime | None = None

    @property
    def counts(self) -> Eligibility | None:
        """The eligibility to go by on the treatment date; None = the service could not choose."""
        return self.answer.the_one_that_counts(self.treated_on)

    @property
    def copayment_percent(self) -> int | None:
        """Share the patient pays, by an eligibility that is in force; None = unknown, ask."""
        if not self.answer.confirms(self.treated_on):
            return None
        counts = self.counts
        return counts.copayment_percent(self.treated_on) if counts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``OQSsiquc01req_….xml``: whose eligibility a receipt computer wants.

    Text as it was written; None = absent, which is not the same as empty only where said.

    Args:
        insurer_number: 保険者番号.
        symbol: 記号; None or "" for insured people who have none.
        number: 番号.
        branch_number: 枝番.
        birth_date: 生年月日.
        identifier: ``ArbitraryIdentifier``, given back as it came.
        file_identifier: ``ArbitraryFileIdentifier``, likewise.
        facility_code: ``MedicalInstitutionCode`` of the asker.
    """

    insurer_number: str | None = None
    symbol: str | None = None
    number: str | None = None
    branch_number: str | None = None
    birth_date: date | None = None
    identifier: str | None = None
    file_identifier: str | None = None
    facility_code: str | None = None
