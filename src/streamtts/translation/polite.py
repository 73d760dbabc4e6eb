"""Forms that small models get wrong in Japanese: verbs before です, and words that lost their long vowel."""

import re

_U_ROW, _I_ROW, _A_ROW = "うくぐすつぬぶむる", "いきぎしちにびみり", "わかがさたなばまら"
_I_OF_U = dict(zip(_U_ROW, _I_ROW, strict=True))
_U_OF_A = dict(zip(_A_ROW, _U_ROW, strict=True))
_ICHIDAN = "いきぎしじちにびみりえけげせぜてでねべめれ見出着似寝得経"  # る after these goes before ます

_KANJI = "\u4e00-\u9fff"
_END = r"(?=[。、！？…]|$|か[。？]|が、|ので|から|し、)"
_RULES = (
    (rf"するです{_END}", "します"),
    (rf"([{_ICHIDAN}])るです{_END}", r"\1ます"),
    (rf"(?<=[あうかがさただなばまらわ{_KANJI}])るです{_END}", "ります"),
    (rf"(て|[んい]で)(い?)ないです{_END}", r"\1\2ません"),
    (rf"(?:では?|じゃ)ないです{_END}", "ではありません"),
    (rf"(必要|こと|もの|問題|変更|影響|意味)([がはも]?)ないです{_END}", r"\1\2ありません"),
    (rf"(でき|られ|れ|せ|け|め|え)ないです{_END}", r"\1ません"),
    (r"(?<![まで])したが(?=、)", "しましたが"),
    (r"(て|[んい]で)いるが(?=、)", r"\1いますが"),
    (r"(でき|られ|れ|せ|け|め|え|べ)るが(?=、)", r"\1ますが"),
    (r"するが(?=、)", "しますが"),
    (r"ではないが(?=、)", "ではありませんが"),
    (r"(?<![のまた])だが(?=、)", "ですが"),
    (rf"しないべきです{_END}", "するべきではありません"),
    (rf"([えけげせてねべめれきみ])ないべきです{_END}", r"\1るべきではありません"),
)
_SIMPLE = tuple((re.compile(wrong), right) for wrong, right in _RULES)
# Other verbs only where a character stands for the verb: 近くです and ようです are right.
_VERB = re.compile(
    rf"(?<=[動書開置続働聞引抜除使行違扱思言払伴補持待立打保{_KANJI}])([すむぶ])です{_END}"
    rf"|(?<=[動書開置続働聞引抜除使行違扱思言払伴補持待立打保])([くうつ])です{_END}"
)
_SHOULD_NOT = re.compile(rf"([{_A_ROW}])ないべきです{_END}")

# Written with the long vowel, so that a voice says a word always alike.
_LONG = re.compile(
    r"(?:サーバ|ユーザ|パーサ|レクサ|ハンドラ|ポインタ|ジェネレータ|イテレータ|パラメータ|コンパイラ|フォルダ|ヘッダ|デバッガ|"
    r"リンタ|フォーマッタ|コンピュータ|プロバイダ|コントローラ|レンダラ|スケジューラ|プロファイラ|マネージャ|ビルダ|ドライバ|"
    r"ルータ|エディタ|エンコーダ|デコーダ|バリデータ|ワーカ|リスナ|ラッパ|ヘルパ|トリガ|ロガ|クローラ|アダプタ|コンストラクタ|"
    r"タイマ|レイヤ)(?![ァ-ヺー])"
)
_SPELLED = (("オーバフロー", "オーバーフロー"), ("インタフェース", "インターフェース"))


def polite(text: str) -> str:
    for wrong, right in _SIMPLE:
        text = wrong.sub(right, text)
    text = _SHOULD_NOT.sub(lambda found: f"{_U_OF_A[found[1]]}べきではありません", text)
    return _VERB.sub(lambda found: f"{_I_OF_U[found[1] or found[2]]}ます", text)


def long_vowels(text: str) -> str:
    for wrong, right in _SPELLED:
        text = text.replace(wrong, right)
    return _LONG.sub(lambda found: f"{found[0]}ー", text)
