"""Which tokens a language may need, and the file that remembers them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.errors import UsageError
from streamtts.translation import shortlist as module
from streamtts.translation.shortlist import Shortlist, ids, shortlist

TOKENS = [
    "<s>", "</s>", "<unk>", "▁", "▁テスト", "した", "漏", "泄", "泄漏", "测试", "測試", "▁the", "ing",
    "Tシャツ", "привет", "д", "한국", "42", "%", "。", "<0xE3>", "é", "▁été", "łód", "ł", "ẹ", "▁kẹ",
    "नमस्ते", "々", "ー", "剝", "がł", "a", "😀", "가", "ا", "▁→",
]  # fmt: skip
SPECIAL = {0, 1, 2}


def kept(*languages: str) -> set[str]:
    return {TOKENS[place] for place in ids(TOKENS, SPECIAL, languages)}


ALWAYS = {"<s>", "</s>", "<unk>", "▁", "▁the", "ing", "42", "%", "。", "<0xE3>", "a", "😀", "▁→"}


def test_a_script_decides() -> None:
    assert kept("ja") == ALWAYS | {"▁テスト", "した", "漏", "泄", "泄漏", "測試", "Tシャツ", "々", "ー", "剝"}
    assert kept("ru") == ALWAYS | {"привет", "д"}
    assert kept("hi") == ALWAYS | {"नमस्ते"}
    assert kept("ar") == ALWAYS | {"ا"}
    assert kept("ko") == ALWAYS | {"한국", "가", "漏", "泄", "泄漏", "測試", "剝"}


def test_han_that_only_others_write_is_out() -> None:
    assert {"测试", "泄漏", "漏"} <= kept("zh")
    assert "測試" not in kept("zh")
    assert {"測試", "漏"} <= kept("zh-TW")
    assert not {"测试", "した"} & kept("zh-TW")
    assert "测试" not in kept("ja")


def test_latin_languages_share_what_their_region_writes_and_can_spell_any_name() -> None:
    assert kept("fr") == ALWAYS | {"é", "▁été", "ł", "ẹ"}
    assert "łód" in kept("pl")
    assert "▁kẹ" in kept("yo")
    assert {"▁été", "łód"} <= kept("fr", "pl")


def test_what_no_script_decides_is_kept_by_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"▁word{'ab'[i % 2]}{i}" for i in range(20)]
    monkeypatch.setattr(module, "MOST_OF_A_SHARED_SCRIPT", 5)
    monkeypatch.setattr(module, "MOST_LATIN_ELSEWHERE", 3)
    assert ids([*words, "z", "ß"], {19, 99}, ["de"]) == [0, 1, 2, 3, 4, 19, 20, 21]
    assert ids([*words, "z", "ß", "か"], (), ["ja"]) == [0, 1, 2, 20, 22]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError, match="did you mean ja"):
        shortlist(TOKENS, SPECIAL, ["jp"])


@given(
    st.lists(st.text(max_size=8)),
    st.sets(st.integers(0, 40)),
    st.sampled_from(["ja", "fr", "zh", "ko", "th"]),
)
def test_any_vocabulary_gives_ascending_ids_with_all_to_keep(
    tokens: list[str], keep: set[int], language: str
) -> None:
    found = ids(tokens, keep, [language])
    assert found == sorted(set(found))
    assert {each for each in keep if each < len(tokens)} <= set(found) <= set(range(len(tokens)))


def test_maps_lead_there_and_back() -> None:
    short = Shortlist((0, 3, 4), 6)
    assert [short.to_short[each] for each in short.to_full] == [0, 1, 2]
    assert list(short.to_short) == [0, -1, -1, 1, 2, -1]
    assert len(short) == 3


def test_it_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "not" / "yet"
    made = shortlist(TOKENS, SPECIAL, ["ja"], folder)
    (file,) = folder.iterdir()
    assert Shortlist.load(file) == made
    monkeypatch.setattr(module, "ids", lambda *_: pytest.fail("made again"))
    assert shortlist(TOKENS, SPECIAL, ["jpn_Jpan"], folder) == made


def test_another_vocabulary_rule_or_language_makes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = shortlist(TOKENS, SPECIAL, ["ja"], tmp_path)
    others = [
        shortlist([*TOKENS, "か"], SPECIAL, ["ja"], tmp_path),
        shortlist(TOKENS, {0, 1}, ["ja"], tmp_path),
        shortlist(TOKENS, SPECIAL, ["en", "ja"], tmp_path),
    ]
    monkeypatch.setattr(module, "_VERSION", -1)
    others.append(shortlist(TOKENS, SPECIAL, ["ja"], tmp_path))
    assert len({one.digest, *(each.digest for each in others)}) == 5
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"digest":"x","rows":3,"ids":[2,1]}', '{"digest":"x","rows":3,"ids":[3]}',
     '{"digest":"x","rows":3,"ids":["1"]}', '{"digest":"x","rows":"3","ids":[]}', "\udcff"],
)  # fmt: skip
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: str) -> None:
    made = shortlist(TOKENS, SPECIAL, ["ja"], tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError):  # noqa: PT011 - what it says is for nobody
        Shortlist.load(file)
    assert shortlist(TOKENS, SPECIAL, ["ja"], tmp_path) == made
    assert file.read_bytes() == whole


def test_a_list_of_another_model_under_the_same_name_is_not_believed(tmp_path: Path) -> None:
    made = shortlist(TOKENS, SPECIAL, ["ja"], tmp_path)
    (file,) = tmp_path.iterdir()
    content = json.loads(file.read_text())
    file.write_text(json.dumps({**content, "digest": "0" * 64, "ids": [1]}))
    assert shortlist(TOKENS, SPECIAL, ["ja"], tmp_path) == made


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert shortlist(TOKENS, SPECIAL, ["ja"], tmp_path / "file") == shortlist(TOKENS, SPECIAL, ["ja"])
