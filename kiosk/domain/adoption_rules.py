"""The rules of adoption as tables: what each notice says, from when to when, and as of when.

A new notice is one row more, and an end for the row it replaces. Wording is the notices' own,
with … where something is left out. Where a row rests on our reading, the comment beside it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """Who may use the limited type (資格確認限定型)."""

    JUDO = "judo"
    """柔道整復師の施術所."""
    AHAKI = "ahaki"
    """あん摩マッサージ指圧師、はり師、きゅう師の施術所."""
    CHECKUP = "checkup"
    """健診実施機関等."""
    MIDWIFE = "midwife"
    """助産所."""
    MEDICAL = "medical"
    """保険医療機関 under a transitional measure (経過措置)."""
    PHARMACY = "pharmacy"
    """薬局 under a transitional measure."""


CLINICS = frozenset({Kind.JUDO, Kind.AHAKI})
TRANSITIONAL = frozenset({Kind.MEDICAL, Kind.PHARMACY})
PORTAL_OF_CLINICS = frozenset(Kind) - TRANSITIONAL
"""Those of 施術所等向け総合ポータルサイト; the others have the 医療機関等向け one."""


class Topic(StrEnum):
    """What a rule is about."""

    DUTY = "duty"
    EXEMPTION = "exemption"
    SUBSIDY = "subsidy"
    REWARD = "reward"
    SANCTION = "sanction"
    PATIENTS = "patients"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands.

    Args:
        document: title of the notice.
        as_of: its day or month, "YYYY-MM-DD" or "YYYY-MM"; "" = it bears none.
    """

    document: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row.

    Args:
        key: name that never changes.
        topic: what it is about.
        kinds: whom it concerns.
        wording: of the source.
        source: where it stands.
        from_day: first day; None = the source gives none.
        to_day: last day, counted; None = the source gives none.
        is_about: 目処: the source gives the time as about.
        is_plan: 案: the source is a plan, not a decision.
    """

    key: str
    topic: Topic
    kinds: frozenset[Kind]
    wording: str
    source: Source
    from_day: date | None
    to_day: date | None
    is_about: bool = False
    is_plan: bool = False


@dataclass(frozen=True, slots=True)
class Subsidy:
    """Money for a reader, smartphone or tablet; never for a box or a PC.

    Args:
        rule: its row; ``to_day`` is the last day to apply.
        share: of the cost.
        ceiling_yen: most that is paid.
    """

    rule: Rule
    share: Fraction
    ceiling_yen: int

    def amount_yen(self, cost_yen: int) -> int:
        """What is paid towards a cost, fractions of a yen dropped; ValueError below 0."""
        if cost_yen < 0:
            raise ValueError("a cost is not negative")
        return min(int(cost_yen * self.share), self.ceiling_yen)


FLYER = Source("施術所等でオンライン資格確認（資格確認限定型）が開始されます", "2024-02")
MEETING = Source("施術所におけるオンライン資格確認について（導入状況と促進策）", "2025-02-23")
GUIDE = Source("導入に向けた準備作業の手引き", "")
LEAFLET = Source("モバイル端末等によるオンライン資格確認（資格確認限定型）について", "2024-11")
# Undated: it speaks of 2024-12-02 as past and of 2025-02-01 as to come.
NOTICE = Source("オンライン資格確認の導入をお願いします！", "2024-12")
MATERIAL = Source("導入の義務化の対象外となる「やむを得ない（場合）事由」について", "2024-11-21")
POLICY = Source("国民の安心・安全と持続的な成長に向けた総合経済対策", "2024-11")
# No notice of ours says it: a summary of what was announced in public, not a quotation.
PUBLIC = Source("資格確認書の交付についての公表資料の要約", "")

DEVICES = ("PC等に接続する汎用カードリーダー", "スマートフォン", "タブレット")
"""What a subsidy is for (GUIDE, 3); of this kiosk the reader, never the box."""
PAPERS = ("領収書（写）", "領収書内訳書", "助成金振込先口座情報")
"""What an application for the subsidy needs (GUIDE, 3)."""

SUBSIDIES = (
    Subsidy(
        Rule(
            "subsidy.clinic.2024",
            Topic.SUBSIDY,
            CLINICS,
            "最大4.1万円の費用補助を行います。（事業費に対し実費補助）…申請期限の令和7年2月1日までに",
            NOTICE,
            date(2024, 4, 1),
            date(2025, 2, 1),
        ),
        Fraction(1),
        41_000,
    ),
    Subsidy(
        # A fiscal year ends on 31 March; the source gives no last day to apply.
        Rule(
            "subsidy.clinic.2025",
            Topic.SUBSIDY,
            CLINICS,
            "令和6年度と同様、導入に当たっての補助を令和7年度も継続して実施",
            MEETING,
            date(2025, 4, 1),
            date(2026, 3, 31),
        ),
        Fraction(1),
        41_000,
    ),
    Subsidy(
        Rule(
            "subsidy.transitional.2024",
            Topic.SUBSIDY,
            TRANSITIONAL,
            "補助額は最大3.1万円です。（事業費に対し3/4の補助）…補助金の申請期限は、令和7年2月1日",
            LEAFLET,
            date(2024, 11, 1),
            date(2025, 2, 1),
        ),
        Fraction(3, 4),
        31_000,
    ),
)

MEASURES: dict[int, tuple[str, date | None]] = {
    1: ("システム整備中", date(2023, 9, 30)),
    2: ("ネットワーク環境事情", None),
    3: ("訪問診療のみを提供する保険医療機関", date(2024, 12, 1)),
    4: ("改築工事中、臨時施設", None),
    5: ("廃止・休止に関する計画を定めている", date(2024, 12, 1)),
    6: ("その他特に困難な事情がある", None),
}
"""経過措置 by number: reason and last day; None = until the reason is gone (LEAFLET)."""
MAY_USE = frozenset({2, 4, 6})
"""経過措置 under which the limited type, and its subsidy, may be had (LEAFLET)."""

DECIDED_BY = date(2025, 12, 2)
"""Last day of a closing, suspending or stopping that exempts (MEETING)."""
AGED = 70
"""Years in April 2024 (MEETING, ※1)."""


def _exemption(
    key: str,
    kinds: frozenset[Kind],
    wording: str,
    to_day: date | None = None,
    source: Source = MATERIAL,
) -> Rule:
    return Rule(f"exemption.{key}", Topic.EXEMPTION, kinds, wording, source,
                date(2024, 12, 2), to_day)  # fmt: skip


EXEMPTIONS = (
    _exemption("judo", frozenset({Kind.JUDO}),
               "施術者が皆、高齢（※1）により、オンライン資格確認によって療養費を受領する資格があることを"
               "確認することが困難な方である場合…（※1）令和6年4月時点で、常勤の施術者が皆、70歳以上である場合"),
    _exemption("ahaki", frozenset({Kind.AHAKI}),
               "施術者が皆、高齢（※1）又は視覚障害により、オンライン資格確認によって療養費を受領する資格が"
               "あることを確認することが困難な方である場合"
               "…（※1）令和6年4月時点で、常勤の施術者が皆、70歳以上である場合"),
    _exemption("closing", CLINICS,
               "令和7年12月2日までの廃止・休止を決めている施術所である場合"
               "（具体的な廃止、休止時期が定まっていない場合は該当しない）", DECIDED_BY),
    _exemption("stopping", CLINICS,
               "令和7年12月2日までの受領委任の取扱い中止を決めている施術所である場合"
               "（具体的な中止時期が定まっていない場合は該当しない）", DECIDED_BY),
    _exemption("attached", CLINICS,
               "併設申告を行っている施術所については、主たる施術所の導入状況に合わせている",
               source=MEETING),
)  # fmt: skip
"""やむを得ない事由, and beside them the one that is none: an attached clinic."""


def _sanction(
    key: str, wording: str, begins: date, ends: date | None, *, is_about: bool = True
) -> Rule:
    return Rule(f"sanction.{key}", Topic.SANCTION, CLINICS, wording, MEETING, begins, ends,
                is_about, is_plan=True)  # fmt: skip


RULES = (
    Rule("duty", Topic.DUTY, CLINICS,
         "令和6年12月2日以降、オンライン資格確認（資格確認限定型）が原則義務化",
         NOTICE, date(2024, 12, 2), None),
    Rule("duty.voluntary", Topic.DUTY, TRANSITIONAL,
         "経過措置が適用されている間の時限的な措置として、…導入を任意で可能といたしました",
         LEAFLET, date(2024, 12, 2), None),
    Rule("reward", Topic.REWARD, CLINICS,
         "協力金の金額については、施設当たり5万円…取組内容は、ポータルサイト上で報告",
         MEETING, date(2025, 4, 1), None, is_about=True, is_plan=True),
    # 4月～: until the second notice.
    _sanction("first_notice",
              "改めて速やかな導入を要請し、…受領委任の取扱いを行うことが中止となり得る旨を通知（1回目）",
              date(2025, 4, 1), date(2025, 7, 31), is_about=False),
    _sanction("second_notice", "集団指導に移行する旨の通知等…（2回目）",
              date(2025, 8, 1), date(2025, 8, 31)),
    _sanction("guidance_announced", "未導入施設に対し、厚生局等から集団指導の案内",
              date(2025, 12, 1), date(2025, 12, 31)),
    _sanction("guidance_held", "集団指導を実施", date(2026, 1, 1), date(2026, 1, 31)),
    # 夏 is read as June to August.
    _sanction("stop_notice", "受領委任の取扱いを中止となり得る旨の通知",
              date(2026, 6, 1), date(2026, 8, 31)),
    _sanction("stop", "受領委任の取扱いを中止", date(2026, 12, 1), None),
    Rule("patients.no_new_cards", Topic.PATIENTS, frozenset(Kind),
         "令和6年12月2日より健康保険証の新規発行を終了", LEAFLET, date(2024, 12, 2), None),
    Rule("patients.old_cards", Topic.PATIENTS, frozenset(Kind),
         "2025年12月1日までが現行の保険証の経過措置期間", POLICY,
         date(2024, 12, 2), date(2025, 12, 1)),
    Rule("patients.certificates_at_85", Topic.PATIENTS, frozenset(Kind),
         "85歳以上の方には、令和8年8月1日から資格確認書を交付", PUBLIC, date(2026, 8, 1), None),
    # Which day that is: kiosk.domain.certificate.
    Rule("patients.certificate_grace", Topic.PATIENTS, frozenset(Kind),
         "電子証明書の有効期限後3カ月間は資格確認可", MEETING, date(2024, 12, 2), None),
)  # fmt: skip
