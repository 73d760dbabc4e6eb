"""English words in katakana: listed, with endings, written together, and by rules."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.speech.kana_rules import read_by_rules
from streamtts.speech.katakana import katakana
from streamtts.speech.lexicon import Lexicon

BUILT_IN = Lexicon.load()

LISTED: dict[str, str] = {}

READ = {
    "plugin": "プラグイン",
    "comment": "コメント",
    "review": "レビュー",
    "environment": "エンバイロメント",
    "notification": "ノーティフィケーション",
    "gateway": "ゲートウェイ",
    "ip": "アイピー",
    "udp": "ユーディーピー",
    "uint32": "ユーイント32",
    "parser": "パーサー",
    "parsers": "パーサーズ",
    "function": "ファンクション",
    "requirements": "リクワイアメンツ",
    "skipped": "スキップト",
    "added": "アデッド",
    "tested": "テステッド",
    "testing": "テスティング",
    "refactoring": "リファクタリング",
    "running": "ランニング",
    "making": "メイキング",
    "displaying": "ディスプレイング",
    "entries": "エントリーズ",
    "unlocked": "アンロックト",
    "keyword": "キーワード",
    "timestamps": "タイムスタンプス",
    "hashmap": "ハッシュマップ",
    "websocket": "ウェブソケット",
    "readable": "リーダブル",
    "quickly": "クイックリー",
    "IMPORTANT": "インポータント",
    "ERROR": "エラー",
    "HTTPS": "エイチティーティーピーエス",
    "LLMs": "エルエルエム",
    "sha256": "エスエイチエー256",
    "python3": "パイソン3",
}


@pytest.mark.parametrize(("word", "kana"), READ.items())
def test_words_of_programmers(word: str, kana: str) -> None:
    assert BUILT_IN.spoken(word, "ja") == kana


BY_RULES = {
    "map": "マップ",
    "blink": "ブリンク",
    "stone": "ストーン",
    "phrase": "フレーズ",
    "nation": "ネーション",
    "night": "ナイト",
    "shine": "シャイン",
    "thing": "シング",
    "queen": "クイーン",
    "church": "チャーチ",
    "knee": "ニー",
    "table": "テーブル",
}


@pytest.mark.parametrize("word", BY_RULES)
def test_a_word_in_no_list_is_read_as_it_is_spelled(word: str) -> None:
    assert read_by_rules(word) == BY_RULES[word]


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=40))
def test_any_letters_are_read_in_well_formed_katakana(word: str) -> None:
    kana = katakana(word, LISTED.get)
    assert kana is not None
    assert re.fullmatch("[ァ-ヶー]+", kana)
    assert not re.search("ーー|ッッ|^[ーッャュョ]", kana)


@pytest.mark.parametrize("text", ["", "日本", "a b", "getUser", "a_b", "123", "é", "-"])
def test_what_is_no_single_latin_word_is_not_read(text: str) -> None:
    assert katakana(text, LISTED.get) is None
