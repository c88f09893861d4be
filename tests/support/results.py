"""Results of invented people, as the formats take them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from kiosk.domain.check import Answer, Eligibility
from kiosk.domain.codes import Validity
from kiosk.formats.result import Result

CHECK_ID = "00000000-0000-4000-8000-000000000001"
TREATED_ON = date(2026, 11, 21)
SETTLED_AT = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)


def eligibility(**values: object) -> Eligibility:
    """An insured person with a name that code page 932 has (髙, 﨑)."""
    given: dict[str, object] = {
        "card_classification": "01",
        "insurer_number": "06139992",
        "symbol": "７１",
        "number": "００１２",
        "branch_number": "01",
        "personal_family": "1",
        "name": "髙﨑　一郎",
        "name_kana": "ﾀｶｻｷ ｲﾁﾛｳ",
        "sex": "1",
        "birth_date": date(1980, 1, 8),
        "qualified_on": date(2020, 4, 1),
        "valid_from": date(2020, 4, 1),
        "insurer_name": "架空健康保険組合",
    }
    return Eligibility(**{**given, **values})  # type: ignore[arg-type] # any field may be given


def result(*eligibilities: Eligibility, **values: object) -> Result:
    """A result of the day."""
    validity = values.pop("validity", "1")
    answer = Answer(
        validity_code=str(validity),
        confirmed_on=TREATED_ON,
        eligibilities=eligibilities or (eligibility(),),
        is_simulated=bool(values.get("is_simulated", False)),
        warning_code=None,
        warning=None,
    )
    given: dict[str, object] = {
        "check_id": CHECK_ID,
        "facility_code": "1312345678",
        "treated_on": TREATED_ON,
        "settled_at": SETTLED_AT,
        "answer": answer,
        "is_simulated": False,
    }
    return Result(**{**given, **values})  # type: ignore[arg-type] # any field may be given


# What XML can hold, apart from characters that a reader may normalise away (line ends).
TEXT = st.text(
    st.characters(min_codepoint=0x20, exclude_categories=("Cs", "Cc", "Cn")).filter(
        lambda each: each not in "\ufffe\uffff"
    ),
    max_size=20,
)
DIGITS = st.text("0123456789０１２３４５６７８９", min_size=1, max_size=20)
DAYS = st.dates(date(1868, 1, 25), date(2100, 12, 31))


def any_eligibility() -> st.SearchStrategy[Eligibility]:
    """Every field absent, empty, or anything."""
    texts = {
        name: st.none() | st.just("") | st.one_of(TEXT, DIGITS)
        for name in (
            *("symbol", "number", "insured_name", "name", "name_of_other", "address"),
            *("insurer_name", "reference_number", "name_kana", "name_of_other_kana"),
        )
    }
    codes = {
        "card_classification": st.none() | st.sampled_from(["01", "05", "07", "A1", "99"]),
        "insurer_number": st.none() | st.sampled_from(["06139992", "139998", "01139997"]),
        "branch_number": st.none() | st.sampled_from(["", "00", "01", "1"]),
        "personal_family": st.none() | st.sampled_from(["1", "2"]),
        "sex": st.none() | st.sampled_from(["1", "2", "3"]),
        "late_elderly_ratio": st.none() | st.sampled_from(["010", "020", "030"]),
        "elderly_ratio": st.none() | st.sampled_from(["020", "030"]),
        "preschool": st.none() | st.just("1"),
        "loss_reason": st.none() | st.sampled_from(["01", "02", "03", "99"]),
    }
    days = {
        name: st.none() | DAYS
        for name in (
            *("birth_date", "qualified_on", "disqualified_on", "issued_on", "valid_from"),
            *("valid_to", "elderly_issued_on", "elderly_valid_from", "elderly_valid_to"),
        )
    }
    return st.builds(Eligibility, **texts, **codes, **days)


def any_result() -> st.SearchStrategy[Result]:
    """Whatever the service may have said, several eligibilities and none included."""
    answers = st.builds(
        Answer,
        validity_code=st.sampled_from([str(each) for each in Validity]) | st.just("9"),
        confirmed_on=st.none() | DAYS,
        eligibilities=st.lists(any_eligibility(), max_size=3).map(tuple),
        is_simulated=st.booleans(),
        warning_code=st.none() | st.just("MDG101"),
        warning=st.none() | TEXT,
    )
    return answers.map(result_with)


def result_with(answer: Answer) -> Result:
    """A result of the day with this answer."""
    return Result(
        check_id=CHECK_ID,
        facility_code="1312345678",
        treated_on=TREATED_ON,
        settled_at=SETTLED_AT,
        answer=answer,
        is_simulated=answer.is_simulated,
    )
