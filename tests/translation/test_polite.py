"""Japanese as small models bend it, and as it is said."""

import pytest

from streamtts.translation.japanese import tidied
from streamtts.translation.polite import long_vowels, polite


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("時間がかかるです。", "時間がかかります。"),
        ("遅くなるです、", "遅くなります、"),
        ("ログを見るです。", "ログを見ます。"),
        ("ファイルに入るです。", "ファイルに入ります。"),
        ("再現できるです。", "再現できます。"),
        ("確認するです。", "確認します。"),
        ("ここに書くです。", "ここに書きます。"),
        ("それを使うですか？", "それを使いますか？"),
        ("値を返すです。", "値を返します。"),
        ("名前を含むです。", "名前を含みます。"),
        ("まだ動いていないです。", "まだ動いていません。"),
        ("それは原因ではないです。", "それは原因ではありません。"),
        ("必要ないです。", "必要ありません。"),
        ("再現できないです。", "再現できません。"),
        ("値を返さないべきです。", "値を返すべきではありません。"),
        ("変更しないべきです。", "変更するべきではありません。"),
        ("受け入れないべきです。", "受け入れるべきではありません。"),
        ("使わないべきです。", "使うべきではありません。"),
        ("原因はmacOSでないです。", "原因はmacOSではありません。"),
        ("成功したが、遅いです。", "成功しましたが、遅いです。"),
        ("成功しましたが、遅いです。", "成功しましたが、遅いです。"),
        ("動いているが、遅いです。", "動いていますが、遅いです。"),
    ],
)
def test_verbs_are_polite_of_themselves(written: str, right: str) -> None:
    assert polite(written) == right
    assert tidied(written) == right


@pytest.mark.parametrize(
    "right",
    [
        "完了は近くです。", "そのようです。", "動くはずです。", "残りは3つです。", "すぐです。",
        "多くです。",
        "問題は少ないです。", "とても速いです。", "わからないです。", "そうです。", "これらです。",
        "いつですか？", "まずです。", "使うべきです。", "ですので、", "あと1つです。",
        "全部です。", "ルールです。",
    ],
)  # fmt: skip
def test_what_is_right_stays(right: str) -> None:
    assert polite(right) == right


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("パーサではなくレクサです", "パーサーではなくレクサーです"),
        ("ユーザ名とサーバ側", "ユーザー名とサーバー側"),
        ("サーバーのヘッダー", "サーバーのヘッダー"),
        ("モニタリングとサーバレス", "モニタリングとサーバレス"),
        ("スタックオーバフロー", "スタックオーバーフロー"),
    ],
)
def test_long_vowels_are_written(written: str, right: str) -> None:
    assert long_vowels(written) == right
    assert long_vowels(right) == right
