"""What was translated once is known; a file that cannot be used costs nothing but one sentence."""

import sqlite3
import threading
from pathlib import Path

import pytest

from streamtts.translation.cache import Cache, Shelf

KEY = ("llama", "qwen", "en", "ja", "The tests pass.")


def key(text: str) -> tuple[str, str, str, str, str]:
    return (*KEY[:4], text)


class Told(list[str]):
    """The notices."""


@pytest.fixture
def told() -> Told:
    return Told()


def opened(file: Path | None, told: Told, **limits: int) -> Cache:
    return Cache(file, told.append, **limits)


def test_memory_keeps_what_was_used_last(told: Told) -> None:
    cache = opened(None, told, most_in_memory=2)
    cache.put(key("a"), "あ")
    cache.put(key("b"), "い")
    assert cache.get(key("a")) == "あ"
    cache.put(key("c"), "う")
    assert [cache.get(key(text)) for text in "abc"] == ["あ", None, "う"]


def test_each_engine_model_and_pair_has_its_own(told: Told) -> None:
    cache = opened(None, told)
    Shelf(cache, "llama", "qwen", "en", "ja").put("one", "一")
    for other in (("nllb", "qwen", "en", "ja"), ("llama", "", "en", "ja"), ("llama", "qwen", "en", "fr")):
        assert Shelf(cache, *other).get("one") is None
    assert Shelf(cache, "llama", "qwen", "en", "ja").get("one") == "一"


def test_a_file_keeps_it_for_the_next_session_and_for_nobody_else(tmp_path: Path, told: Told) -> None:
    file = tmp_path / "cache" / "translations.db"
    cache = opened(file, told)
    cache.put(KEY, "テストが通りました。")
    cache.close()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    again = opened(file, told)
    assert again.get(KEY) == "テストが通りました。"
    again.close()
    assert told == []


def test_two_sessions_share_a_file(tmp_path: Path, told: Told) -> None:
    one, other = (opened(tmp_path / "db", told) for _ in range(2))
    threads = [
        threading.Thread(target=lambda c=cache: [c.put(key(str(n)), "あ") for n in range(100)])
        for cache in (one, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one.close()
    fresh = opened(tmp_path / "db", told)
    assert [fresh.get(key(str(n))) for n in range(100)] == ["あ"] * 100
    other.close()
    fresh.close()
    assert told == []


def test_somebody_elses_file_is_left_alone(tmp_path: Path, told: Told) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("my notes")
    file.chmod(0o644)
    cache = opened(file, told)
    cache.put(KEY, "あ")
    assert cache.get(KEY) == "あ"
    cache.close()
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("my notes", 0o644)
    assert told == [f"{file} is something else, so translations are kept in memory alone: name another file"]


def test_a_damaged_file_is_started_afresh_and_told(tmp_path: Path, told: Told) -> None:
    file = tmp_path / "db"
    file.write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    cache = opened(file, told)
    cache.put(KEY, "あ")
    cache.close()
    again = opened(file, told)
    assert again.get(KEY) == "あ"
    again.close()
    assert len(told) == 1
    assert "damaged and are forgotten" in told[0]


def test_torn_pages_are_noticed(tmp_path: Path, told: Told) -> None:
    file = tmp_path / "db"
    cache = opened(file, told)
    for number in range(2000):
        cache.put(key(f"text {number}"), "翻訳" * 20)
    cache.close()
    data = bytearray(file.read_bytes())
    data[4096 * 4 : 4096 * 40] = b"\x5a" * (4096 * 36)
    file.write_bytes(data)
    again = opened(file, told)
    again.put(KEY, "あ")
    assert again.get(KEY) == "あ"
    again.close()
    assert len(told) == 1


def test_a_place_that_cannot_be_written_leaves_memory(tmp_path: Path, told: Told) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "db", tmp_path):
        cache = opened(place, told)
        cache.put(KEY, "あ")
        assert cache.get(KEY) == "あ"
        cache.close()
    assert len(told) == 2
    assert all("kept in memory alone" in each for each in told)


def test_a_file_that_breaks_in_mid_session_costs_one_sentence(tmp_path: Path, told: Told) -> None:
    cache = opened(tmp_path / "db", told)
    with sqlite3.connect(tmp_path / "db") as vandal:
        vandal.execute("DROP TABLE translations")
    vandal.close()
    for text in "abc":
        cache.put(key(text), "あ")
        assert cache.get(key(text)) == "あ"
    cache.close()
    assert len(told) == 1


def test_the_file_stays_bounded(tmp_path: Path, told: Told) -> None:
    cache = opened(tmp_path / "db", told, most_on_disk=10)
    for number in range(1001):
        cache.put(key(str(number)), "あ")
    cache.close()
    with sqlite3.connect(tmp_path / "db") as database:
        (rows,) = database.execute("SELECT count(*) FROM translations").fetchone()
    database.close()
    assert rows == 10


def test_hostile_texts(tmp_path: Path, told: Told) -> None:
    cache = opened(tmp_path / "db", told)
    for text in ("\0", "'; DROP TABLE translations; --", "\x1b[31m", "%s?"):
        cache.put(key(text), text)
        assert cache.get(key(text)) == text
    for text in ("\ud800", "x" * 5000):
        cache.put(key(text), text)
        assert cache.get(key(text)) is None
    cache.close()
    assert told == []
