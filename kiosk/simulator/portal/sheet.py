"""マイナ資格確認アプリユーザ設定情報 as the portal gives it out: one page of PDF, marked 模擬.

Layout and wording are ours; of the real one we know its name, that it is a PDF and the four values
(seed leaflets). The font is one of Adobe's Japanese CID fonts that every viewer has a stand-in
for: nothing is embedded, nothing fetched.
"""

from __future__ import annotations

import io

from kiosk.simulator.accounts import Account

TITLE = "マイナ資格確認アプリユーザ設定情報"
_FONT = "HeiseiKakuGo-W5"
_LEFT, _VALUE, _TOP, _LINE = 56, 260, 770, 30


def sheet_pdf(account: Account, facility_name: str) -> bytes:
    """The sheet of one account, with its secrets.

    Args:
        account: whose.
        facility_name: 施術所名.
    """
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - only who downloads a sheet waits
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415 - likewise
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - likewise

    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    out = io.BytesIO()
    page = Canvas(out, pagesize=(595, 842), lang="ja")
    page.setTitle(f"模擬 {TITLE} {account.facility.terminal}")
    page.setFont(_FONT, 18)
    page.drawString(_LEFT, _TOP, f"【模擬】{TITLE}")
    page.setFont(_FONT, 12)
    height = _TOP - 2 * _LINE
    for label, value in _rows(account, facility_name):
        page.drawString(_LEFT, height, label)
        page.drawString(_VALUE, height, value)
        height -= _LINE
    for line in _NOTES:
        page.drawString(_LEFT, height, line)
        height -= _LINE
    page.showPage()
    page.save()
    return out.getvalue()


def _rows(account: Account, facility_name: str) -> list[tuple[str, str]]:
    return [
        ("施術所名", facility_name),
        ("備考", account.remarks or "なし"),
        ("機関コード", account.facility.code),
        ("ID", account.facility.terminal),
        ("パスワード", account.password),
        ("アクティベーションコード", account.activation_code),
    ]


_NOTES = (
    "アクティベーションコードは、1台に1回だけ使えます。",
    "設定が終わったら、このファイルと紙を捨ててください。",
    "これは模擬です。実在の施術所、サービスとは関係ありません。",
)
