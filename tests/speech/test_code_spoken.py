"""Code in the middle of prose: what a developer would say for it, in English and in Japanese."""

import pytest

from streamtts.speech.lexicon import Lexicon

BUILT_IN = Lexicon.load()

ENGLISH = {
    "parser.rs, setup.py and index.test.ts.": "parser dot RS, setup dot pie and index dot test dot TS.",
    "the .gitignore, .env and .py files": "the dot git ignore, dot env and dot pie files",
    "test_empty_list and MAX_RETRIES": "test empty list and MAX retries",
    "__init__.py and self._private_name": "init dot pie and self private name",
    "getUserById, userID and parseHTML": "get User By ID, user ID and parse HTML",
    "iOS, gRPC, macOS, ValueError": "iOS, gRPC, macOS, ValueError",
    "run --no-cache, -v or --to=ja": "run dash dash no cache, dash v or dash dash to equals ja",
    "v1.2.3, 1.26.4 and v2.13": "version 1 point 2 point 3, 1 point 26 point 4 and version 2 point 13",
    "1.2.3-rc1 at 192.168.0.1:8080": "1 point 2 point 3 rc1 at 192 dot 168 dot 0 dot 1 port 8080",
    "3.5 s, 12 ms, (1 s) or 4 GiB;": "3.5 seconds, 12 milliseconds, (1 second) or 4 gibbi-bytes;",
    "8GB in 1h30m or 90s": "8 gigabytes in 1 hour 30 minutes or 90 seconds",
    "~50 files, 2x faster, ~3 s": "about 50 files, 2 times faster, about 3 seconds",
    "a == b, a->b, x>=3 && y": "a equals b, a to b, x at least 3 and y",
    "HEAD~3..HEAD and 0..10": "HEAD tilde 3 to HEAD and 0 to 10",
    "O(n), O(n^2) and Vec<String>": "O of n, O of n^2 and Vec of String",
    "the <div> tag": "the div tag",
    "commit 3f2a9bc has it": "commit 3 F 2 eh 9 B-C has it",
    "C++, C# and .NET": "C++, C sharp and dot net",
    "std::move and foo.bar": "std move and foo.bar",
    "(k8s), 'regex'; JSON's": "(koober netties), 'regex'; Jason's",
    "==== ---- --> |---| ...": "==== ---- --> |---| ...",
    "returns 404s since the 1980s, a 7B model": "returns 404s since the 1980s, a 7B model",
    "well...no, pages 1...5": "well...no, pages 1 to 5",
    "sys.__stdout__ and foo._bar": "sys standard out and foo bar",
    "main.go:42, a.py:10:5 and example.com:80": "main dot go, line 42, a dot pie, line 10 and example.com:80",
    "./run.py, ../../x.py and ~/.env": "run dot pie, x dot pie and dot env",
    ".env.local in .github/ci.yml": "dot env dot local in dot github/ci dot yammel",
    "./ or ../ or .. or ~/": "./ or ../ or .. or ~/",
}

JAPANESE = {
    "parser.rs の142行目": "パーサードットアールエス の142行目",
    "test_empty_listを追加": "テスト・エンプティー・リストを追加",
    "APIキーとURLs": "エーピーアイキーとユーアールエル",
    "TypeScriptとGitHubとNode.js": "タイプスクリプトとギットハブとノードジェイエス",
    "getUserByIdを呼ぶ": "ゲット・ユーザー・バイ・アイディーを呼ぶ",
    "ValueErrorです": "バリュー・エラーです",
    "v1.2.3に": "バージョン1点2点3に",
    "3.5 sかかり、12 ms、128MB": "3.5秒かかり、12ミリ秒、128メガバイト",
    "約~50件、2x速い": "約約50件、2倍速い",
    "--no-cacheで": "ハイフンハイフンノー・キャッシュで",
    "12:30と2026-11-20": "12時30分と2026年11月20日",
    "base64とutf8とx86": "ベース64とユーティーエフエイトとエックスハチロク",
    "user's guide": "ユーザーズ ガイド",
    "O(n^2)とAPIS": "O・エヌの2乗とエーピーアイズ",
    "src/main.go:42で": "ソース・メインドットゴーの42行目で",
    ".github/workflows/ci.yml": "ドットギットハブ・ワークフローズ・シーアイドットヤムル",
    "gRPCとCMakeLists.txt": "ジーアールピーシーとシーメイクリスツドットテキスト",
    "42%、1,234件、3/4": "42%、1,234件、3/4",
    "テストは成功しました。": "テストは成功しました。",
}


@pytest.mark.parametrize(("written", "said"), ENGLISH.items())
def test_code_in_english(written: str, said: str) -> None:
    assert BUILT_IN.spoken(written, "en") == said


@pytest.mark.parametrize(("written", "said"), JAPANESE.items())
def test_code_in_japanese(written: str, said: str) -> None:
    assert BUILT_IN.spoken(written, "ja") == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "parser Punkt R S braucht 3.5 Sekunden in Version 1 Punkt 2 Punkt 3"),
        ("fr", "parser point R S braucht 3.5 secondes in version 1 point 2 point 3"),
        ("es", "parser punto R S braucht 3.5 segundos in versión 1 punto 2 punto 3"),
        ("it", "parser punto R S braucht 3.5 secondi in versione 1 punto 2 punto 3"),
        ("nl", "parser.rs braucht 3.5 s in v1.2.3"),
    ],
)
def test_code_in_other_languages(language: str, said: str) -> None:
    assert BUILT_IN.spoken("parser.rs braucht 3.5 s in v1.2.3", language) == said


def test_a_language_may_have_a_country() -> None:
    assert BUILT_IN.spoken("k8s", "en-GB") == BUILT_IN.spoken("k8s", "en")


def test_a_german_date_is_no_version() -> None:
    assert BUILT_IN.spoken("am 20.11.2026, z.B. um 5 Uhr", "de") == "am 20.11.2026, z.B. um 5 Uhr"
