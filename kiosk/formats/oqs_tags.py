"""Names of the tree of ``OQSsiquc01…`` files, beside those of ``kiosk.domain.codes``.

Source: facts DOMAIN, "The answer's data": rebuilt from public implementations, not the official
specification. The order of the elements is the tree's.
"""

from __future__ import annotations

from enum import StrEnum

from kiosk.domain.codes import ELIGIBILITY_TAGS, TagKind

ELDERLY = "ElderlyRecipientCertificateInfo"
LIMIT_FLAG = "LimitApplicationCertificateRelatedConsFlg"
LIMIT_TIME = "LimitApplicationCertificateRelatedConsTime"
LIMIT = "LimitApplicationCertificateRelatedInfo"
LIMIT_TAGS = (
    "LimitApplicationCertificateClassification",
    "LimitApplicationCertificateClassificationFlag",
    "LimitApplicationCertificateDate",
    "LimitApplicationCertificateValidStartDate",
    "LimitApplicationCertificateValidEndDate",
    "LimitApplicationCertificateLongTermDate",
)
"""Children of 限度額適用認定証; the kiosk has no field for them and passes them on as they came."""
REFERENCE = "ReferenceNumber"
BEFORE_BRANCHES: tuple[tuple[str, str, TagKind], ...] = tuple(
    each for each in ELIGIBILITY_TAGS if each[0] != REFERENCE
)
"""What stands in a result before 高齢受給者証 and 限度額適用認定証."""
SEARCH_TAGS: tuple[tuple[str, str], ...] = (
    ("InsurerNumber", "insurer_number"),
    ("InsuredCardSymbol", "symbol"),
    ("InsuredIdentificationNumber", "number"),
    ("InsuredBranchNumber", "branch_number"),
    ("Birthdate", "birth_date"),
    ("ArbitraryIdentifier", "identifier"),
)
"""Children of ``QualificationConfirmSearchInfo`` and the fields of ``Request`` they fill."""


class Encoding(StrEnum):
    """How a file is written; the value is what its declaration says."""

    UTF_8 = "UTF-8"
    SHIFT_JIS = "Shift_JIS"

    @property
    def codec(self) -> str:
        """Python's name; what receipt computers call Shift_JIS is Windows' code page 932."""
        return "cp932" if self is Encoding.SHIFT_JIS else "utf-8"

    @property
    def identifier(self) -> str:
        """``CharacterCodeIdentifier``."""
        return "1" if self is Encoding.SHIFT_JIS else "0"
