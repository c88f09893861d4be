"""What somebody who only hears gets done on each kind of page, from rest to the result.

========  =========================================================================
``→x``    the key that was said to do x, where one is
``⌨x``    digits that the page asked for
``♪x``    x was said after the last of these
``？x``   asked for, the page says that it is x
決戻再助  one of the four keys
========  =========================================================================

A function is what happens by itself: a card is laid, the core answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.visit import AskChoice, AskNumbers, Effect
from kiosk.pages.page import Kind
from kiosk.phrasebook import Phrase
from kiosk.phrasebook.told import tell, tell_code
from tests.screens import setup_pages
from tests.support.screen import Desk
from tests.support.screen_script import GOOD, PASSCODE, PIN, TARO

Step = str | Callable[[Desk], None]


def _told(*effects: Effect) -> Step:
    def happens(desk: Desk) -> None:
        desk.core.is_visited = True
        desk.tell(*effects)

    return happens


def _taken(desk: Desk) -> None:
    desk.hear(*desk.core.take_card())


def _zoomed(desk: Desk) -> None:
    desk.front.has_zoom = True


def _technician(desk: Desk) -> None:
    desk.become_technician()


def _gone(desk: Desk) -> None:
    desk.front.lost()


def _busy(desk: Desk) -> None:
    desk.core.is_busy = True
    desk.front.lost()
    desk.connect()


def _free(desk: Desk) -> None:
    desk.core.is_busy = False


def _back(desk: Desk) -> None:
    desk.connect()
    desk.hear(replace(GOOD, waiting=1))


_LOGIN = ("助", "→職員のログイン", "♪職員の番号を押し", f"⌨{PASSCODE}", "決", "♪ログインしました")
_SEARCH = (*_LOGIN, "→セキュリティ設定", "→資格確認結果検索", "♪ヤマダタロウサマ")
_RECORD = (*_SEARCH, "決", "♪保険者番号。ゼロロク、イチサン、キュウキュウ、キュウニ。")
_NUMBERS = (
    "♪保険者番号。ロッケタかハチケタを", "⌨06139992", "決", "決", "♪番号", "⌨123", "決", "⌨01",
    "決",
    "♪生年月日", "⌨3550407", "決", "♪これでよければイチ",
)  # fmt: skip
_BY_HAND = (*_LOGIN, "→手入力での確認", "→資格確認書などの番号", *_NUMBERS)
_SECOND = (
    *_LOGIN, "→セキュリティ設定", "→名前や資格の出しかた", "→スピーカーで言う", "→二つ目の確認",
)  # fmt: skip
_LINK = (*_LOGIN, "→レセコンとの連携")
_DUE = (*_LOGIN, "→確認待ちと期限", "♪ヨンケンのうち、イチケンメ。", "→次", "♪みかくにん。")
_RESULT = _told(tell(Phrase.RECEPTION_CONFIRMED), tell(Phrase.RESULT_VALID, name=TARO, share=30))
_ENDS = ("♪資格、有効。サンワリ。", "再", "♪サンワリ", _taken, "♪ありがとうございました。")
_AFTER_OUTAGE = (_told(tell(Phrase.OUTAGE_RECEIVED)), "？確認待ち。")
_LISTEN = ("助", "→声の聞きかた")
_ASKED = _told(tell(Phrase.RESULT_NONE), AskChoice(Phrase.FALLBACK_PORTAL, 2))
_FIRST_VISIT = _told(tell(Phrase.FALLBACK_FIRST_VISIT), tell(Phrase.FOLLOW_UP_LEFT, unconfirmed=1))

_STARTING = (*_LOGIN, "→そのほか", "→はじめるまでの手順")
_PROMOTION = (*_LOGIN, "→そのほか", "→利用促進の記録")
TASKS: dict[Kind, tuple[Step, ...]] = {
    Kind.IDLE: ("？受付できます。", "⌨5", "♪暗証番号ヨンケタを押し、決定を押してください。"),
    Kind.PIN: ("⌨5", "？暗証番号。", f"⌨{PIN}", "決", *_ENDS),
    Kind.LAY_CARD: (
        _told(tell(Phrase.RECEPTION_LAY_CARD)), "？カードを置く。", "戻", "♪受付をやめました。",
    ),
    Kind.READING: (
        _told(tell(Phrase.RECEPTION_READING)), "？読み取りちゅう。", _RESULT, *_ENDS,
    ),
    Kind.ASKING: (
        _told(tell(Phrase.RECEPTION_ASKING)), "？問い合わせちゅう。", _RESULT, *_ENDS,
    ),
    Kind.QUESTION: (_ASKED, "？おたずね。", "→いいえ", _FIRST_VISIT, "♪みかくにん、イッケン。"),
    Kind.NUMBERS: (
        _told(tell(Phrase.FALLBACK_BY_PORTAL), AskNumbers()), "？番号の入力。", *_NUMBERS,
        "→これでよけれ", _RESULT, *_ENDS,
    ),
    Kind.BY_HAND: (
        *_LOGIN, "→手入力での確認", "？手入力での確認。", "→ヨンコウモク", "♪名前のカナ。",
    ),
    Kind.CHECKED: (*_BY_HAND, "→これでよけれ", "♪有効。サンワリ。", "→記録を開く", "♪保険者番号。"),
    Kind.RESULT: (_RESULT, *_ENDS),
    Kind.WAITING: (*_AFTER_OUTAGE, _taken, "♪ありがとうございました。"),
    Kind.ERROR: (
        _told(tell(Phrase.RECEPTION_READING), tell_code("K103")), "？お知らせ。", "再",
        "♪市区町村の窓口で手続きがいります。", _taken, "♪ありがとうございました。",
    ),
    Kind.CARD_LEFT: (
        _told(tell(Phrase.RECEPTION_CARD_LEFT)), "？お忘れものです。", "再",
        "♪カードが残っています。", _taken, "♪ありがとうございました。",
    ),
    Kind.THANKS: (_RESULT, _taken, "？受付が終わりました。", "⌨5", "♪暗証番号"),
    Kind.HELP: ("助", "？キーの使いかた。", "決", "♪受付できます。"),
    Kind.LISTENING: (
        *_LISTEN, "→もっと速く", "♪速さ、すこし速く。", "→もっとゆっくり", "♪速さ、ふつう。",
    ),
    Kind.SIZE: (_zoomed, "助", "→文字の大きさ", "→文字を大きく", "♪いまは、大きめ。"),
    Kind.LOGIN: ("助", "→職員のログイン", "⌨111111", "決", "♪職員の番号が違います。", *_LOGIN[3:]),
    Kind.STAFF: (*_LOGIN, "？設定メニュー。", "→画面と声", "♪画面と声。"),
    Kind.QUEUE: (*_DUE, "→済みにする", "♪保険者か本人に確かめた。"),
    Kind.SECURITY: (*_LOGIN, "→セキュリティ設定", "→名前や資格の出しかた", "♪スピーカーで言う。"),
    Kind.OUTPUT: (
        *_LOGIN, "→セキュリティ設定", "→名前や資格の出しかた", "→スピーカーで言う",
        "♪名前や資格を、スピーカーで言います。",
    ),
    Kind.SEARCH: (*_SEARCH, "？資格確認結果検索。", "→次", "♪資格は、まだ確認できていません。"),
    Kind.WAYS: (*_SEARCH, "→探す", "？なんで探しますか。", "→番号", "♪番号を押し"),
    Kind.FIND: (
        *_SEARCH, "→探す", "→日にち", "？日にちで探す。", "⌨1121", "再", "♪イチイチ、ニイチ。",
        "決",
        "♪ヤマダタロウサマ。",
    ),
    Kind.RECORD: (
        *_RECORD, "→次のヒトモジ", "♪ゼロ。", "→次のヒトモジ", "♪ロク。", "決", "♪記号、なし。",
        "→前の行", "♪保険者番号。",
    ),
    Kind.PUT_RIGHT: (
        *_RECORD, "→とりけしと訂正", "→とりけす", "？とりけしの理由。", "→ふたつある",
        "♪しますか。",
    ),
    Kind.CONFIRM: (
        *_RECORD, "→とりけしと訂正", "→とりけす", "→別の患者", "→はい", "♪とりけしました",
    ),
    Kind.RESOLVE: (*_DUE, "→済みにする", "？済みにする。", "→届いた資格から選ぶ", "♪イチケンメ。"),
    Kind.HANDING: (*_RECORD, "→コピー", "？結果を写す。", "→コピー", "♪コピーしました。"),
    Kind.CODE: (
        *_RECORD, "→コピー", "→キューアール", "？キューアールコード。", "戻", "♪結果を写す。",
    ),
    Kind.RECEIVING: (*_LOGIN, "→受付のしかた", "→職員あり、暗証番号", "♪職員あり、暗証番号。"),
    Kind.SETTINGS: (*_LOGIN, "→画面と声", "→声の速さ", "♪いまは、"),
    Kind.VALUES: (
        *_LOGIN, "→画面と声", "→声の速さ", "？声の速さ。", "→とても速く", "♪変えました。",
    ),
    Kind.ABOUT: (*_LOGIN, "→そのほか", "→この箱について", "♪マドグチ", "戻", "♪そのほか。"),
    Kind.MORE: (*_LOGIN, "→そのほか", "？そのほか。", "→月ごとの数字", "♪確認、ヨンジュッケン。"),
    Kind.ADOPTION: (*_STARTING, "？はじめるまでの手順。", "再", "♪次は、領収書の保管です。"),
    Kind.STEPS: (
        *_STARTING, "→次の手順", "？手順の一覧。", "→済みにします", "→今日、済みました",
        "♪済み、領収書の保管",
    ),
    Kind.NOTICES: (
        *_STARTING, "→当てはまることを調べる", "♪受領委任で請求していますか。", "→はい",
        "♪廃止か休止を、時期まで", "→いいえ", "♪受領委任の中止を", "→いいえ",
        "♪年齢と目のことは、保存しません。", "→はい", "？せじゅつしゃの年齢。", "⌨72", "決",
        "♪常勤ですか。", "→はい", "♪視覚障害がありますか。", "→いいえ", "♪ほかにもいますか。",
        "→いいえ", "？当てはまる通知。", "♪の時点です。", "→次", "♪出典は、",
    ),
    Kind.STATISTICS: (
        *_LOGIN, "→そのほか", "→月ごとの数字", "？月ごとの数字。", "戻", "♪そのほか。",
    ),
    Kind.PROMOTION: (*_PROMOTION, "？利用促進の記録。", "→声かけ", "⌨12", "決", "♪記録しました。"),
    Kind.ENTRIES: (*_PROMOTION, "→これまでの記録", "→次", "♪ポスター、チラシの掲示、ニ。"),
    Kind.REPORT: (*_PROMOTION, "→報告の文を聞く", "→次", "♪機関コード、"),
    Kind.SECOND: (
        *_SECOND, "？ログインの二つ目の確認。", "→セキュリティキーを登録", f"⌨{PASSCODE}", "決",
        "♪セキュリティキーに触れてください。", "♪セキュリティキーを登録しました。",
    ),
    Kind.UNSEEN: (
        *_SECOND, "→認証アプリを登録", "♪もういちど、ご自分の職員の番号", f"⌨{PASSCODE}", "戻",
        "決",
        "♪エム、エフ、アール、ジー。",
    ),
    Kind.SECRET: (
        *_SECOND, "→認証アプリを登録", f"⌨{PASSCODE}", "決", "？アプリに入れる文字。",
        "→次のヒトモジ", "♪エム。", "→アルファのエー", "♪マイクのエム。", "決",
        *("決",) * 6, "？アプリに入れる文字。", "決", "♪番号ロクケタを押し", "⌨123456", "決",
        "♪認証アプリを登録しました。",
    ),
    Kind.RECEIPT_LINK: (
        *_LINK, "→コピー", "♪使いますか。", "→はい", "♪使えるようにしました。コピー。",
    ),
    Kind.PAIRING: (
        *_LINK, "→レセコンを登録する番号", "♪番号は、ヨンゼロ、ニナナ、", "→証明書の指紋",
        "♪指紋は",
    ),
    Kind.COMPUTERS: (
        *_LINK, "→登録したレセコン", "→次", "♪ニ台目。", "→登録を消す", "♪消しますか。",
    ),
    Kind.BUSY: (_busy, "？ほかの画面で受付ちゅう。", _free, "決", "♪受付できます。"),
    Kind.GONE: (_gone, "？受付の準備ちゅう。", _back, "♪受付できます。"),
    Kind.TECHNICIAN: (
        _technician, "？技術者のメニュー。", "→点検中と知らせる", "♪受付に戻ります。",
    ),
    Kind.FINDINGS: (
        _technician, "→調べる", "♪読み取り機の線を差しなおしてください。", "→次",
        "♪異常ありません。",
    ),
    Kind.STATE: (_technician, "→いまの状態", "♪回線、正常。", "戻", "♪技術者のメニュー。"),
    Kind.SETUP: (
        setup_pages.language, "？はじめの設定。", "→英語", setup_pages.sure,
        "♪言葉を変えますか。", "→はい",
    ),
    Kind.SETUP_ENTRY: (
        setup_pages.account, "♪アイディー", "⌨99", "♪ダブリュー。", "決", "⌨0", "再",
        "♪ダブリュー、ゼロ。", "戻", "♪ダブリュー。",
    ),
    Kind.SETUP_WORK: (setup_pages.work, "？はじめの設定。", "再", "♪お待ちください。"),
    Kind.JOBS: (_technician, "→定期の仕事", "→次", "♪自己点検。", "戻", "♪技術者のメニュー。"),
}  # fmt: skip
