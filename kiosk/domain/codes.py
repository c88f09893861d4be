"""Code tables of the OQS tree, by their public reconstruction (facts: DOMAIN, "The answer's data").

Codes arrive as text and may be ones we do not know: a look-up never fails, the text is kept.
"""

from __future__ import annotations

from enum import StrEnum


class Validity(StrEnum):
    """``QualificationValidity``: what the service says of the eligibility."""

    VALID = "1"
    INVALID = "2"
    SUPERSEDED = "3"
    NONE = "4"
    SEVERAL = "5"
    UNREGISTERED = "6"

    @property
    def word(self) -> str:
        """The word of the JSON output, e.g. "valid"."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> Validity:
        """From the word of the JSON output; KeyError for another one."""
        return cls[word.upper()]


class Sex(StrEnum):
    """``Sex1``, ``Sex2``."""

    MALE = "1"
    FEMALE = "2"
    UNSET = "3"

    @property
    def word(self) -> str:
        """The word of the JSON output."""
        return self.name.lower()


class CardClassification(StrEnum):
    """``InsuredCardClassification`` (証区分)."""

    GENERAL = "01"
    RETIRED = "02"
    SHORT_TERM = "03"
    SHORT_TERM_RETIRED = "04"
    SPECIAL = "05"
    SPECIAL_RETIRED = "06"
    SELF_DEFENCE = "07"
    MEDICAL_ASSISTANCE = "A1"


class Reference(StrEnum):
    """``ReferenceClassification``: what the question was asked with."""

    MY_NUMBER_CARD = "1"
    INSURED_NUMBERS = "2"


class Segment(StrEnum):
    """``SegmentOfResult`` of the message header."""

    NORMAL = "1"
    PROCESSING = "2"
    ABNORMAL = "9"


class Processing(StrEnum):
    """``ProcessingResultStatus`` of the message body."""

    NORMAL = "1"
    ERROR = "2"


class TagKind(StrEnum):
    """What a tag's text holds."""

    TEXT = "text"
    DAY = "day"


class Notice(StrEnum):
    """``ProcessingResultCode`` that may accompany success; ours, not the ministry's."""

    EXPIRES_SOON = "MDG101"
    IN_GRACE = "MDG102"


ELIGIBILITY_TAGS: tuple[tuple[str, str, TagKind], ...] = (
    ("InsuredCardClassification", "card_classification", TagKind.TEXT),
    ("InsurerNumber", "insurer_number", TagKind.TEXT),
    ("InsuredCardSymbol", "symbol", TagKind.TEXT),
    ("InsuredIdentificationNumber", "number", TagKind.TEXT),
    ("InsuredBranchNumber", "branch_number", TagKind.TEXT),
    ("PersonalFamilyClassification", "personal_family", TagKind.TEXT),
    ("InsuredName", "insured_name", TagKind.TEXT),
    ("Name", "name", TagKind.TEXT),
    ("NameOfOther", "name_of_other", TagKind.TEXT),
    ("NameKana", "name_kana", TagKind.TEXT),
    ("NameOfOtherKana", "name_of_other_kana", TagKind.TEXT),
    ("Sex1", "sex", TagKind.TEXT),
    ("Sex2", "sex_on_back", TagKind.TEXT),
    ("Birthdate", "birth_date", TagKind.DAY),
    ("Address", "address", TagKind.TEXT),
    ("PostNumber", "post_number", TagKind.TEXT),
    ("QualificationDate", "qualified_on", TagKind.DAY),
    ("DisqualificationDate", "disqualified_on", TagKind.DAY),
    ("InsuredCertificateIssuanceDate", "issued_on", TagKind.DAY),
    ("InsuredCardValidDate", "valid_from", TagKind.DAY),
    ("InsuredCardExpirationDate", "valid_to", TagKind.DAY),
    ("InsuredPartialContributionRatio", "late_elderly_ratio", TagKind.TEXT),
    ("PreschoolClassification", "preschool", TagKind.TEXT),
    ("ReasonOfLoss", "loss_reason", TagKind.TEXT),
    ("InsurerName", "insurer_name", TagKind.TEXT),
    ("ReferenceNumber", "reference_number", TagKind.TEXT),
)
"""Children of ``ResultOfQualificationConfirmation`` in the tree's order: tag, our name, kind."""

ELDERLY_TAGS: tuple[tuple[str, str, TagKind], ...] = (
    ("ElderlyRecipientCertificateDate", "elderly_issued_on", TagKind.DAY),
    ("ElderlyRecipientValidStartDate", "elderly_valid_from", TagKind.DAY),
    ("ElderlyRecipientValidEndDate", "elderly_valid_to", TagKind.DAY),
    ("ElderlyRecipientContributionRatio", "elderly_ratio", TagKind.TEXT),
)
"""Children of ``ElderlyRecipientCertificateInfo`` (高齢受給者証, 70-74)."""
