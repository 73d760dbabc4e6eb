"""What the voices themselves make of it: the phonemes of hibari, the kana of OpenJTalk's front end."""

import re
import tomllib
from collections.abc import Callable
from importlib.resources import files

import pytest

from streamtts.speech.katakana import katakana_letters
from streamtts.speech.lexicon import Lexicon

pytestmark = pytest.mark.filterwarnings("ignore:Dictionary.create:DeprecationWarning")  # within pyopenjtalk

BUILT_IN = Lexicon.load()

Hear = Callable[[str], str]


@pytest.fixture(scope="module")
def english() -> Hear:
    """A word within a sentence to hibari's phonemes, without stress."""
    from hibari.g2p import G2P

    phonemes = G2P()

    def hear(word: str) -> str:
        heard = phonemes(f"We use {word}, yes.")
        said = heard if isinstance(heard, str) else heard[0]
        return re.sub("[ˈˌ]", "", said).split("ju", 1)[1][1:].rsplit(",", 1)[0].strip()

    return hear


@pytest.fixture(scope="module")
def japanese() -> Hear:
    front_end = pytest.importorskip("pyopenjtalk", reason="needs the extra 'ja'")

    def hear(text: str) -> str:
        kana: str = front_end.g2p(text, kana=True)
        return kana.replace("・", "")

    return hear


# What hibari says by itself, and what it says for what the lexicon gives it.
MANGLED = {
    "JSON": ("ʤAɛsOɛn", "ʤAsᵊn"),
    "YAML": ("wIAɛmɛl", "jæmᵊl"),
    "TOML": ("tiOɛmɛl", "tɑmᵊl"),
    "README": ("ɑɹiAdiɛmi", "ɹidmi"),
    "REPL": ("ɑɹipiɛl", "ɹɛpᵊl"),
    "WASM": ("dʌbᵊljuAɛsɛm", "wɑzəm"),
    "SIGTERM": ("ɛsIʤitiiɑɹɛm", "sɪɡ tɜɹm"),
    "async": ("əsɪŋk", "A sɪŋk"),
    "k8s": ("kA Ats", "kubəɹ nɛTɪz"),
    "kubernetes": ("kjubəɹnits", "kubəɹ nɛTɪz"),
    "kubectl": ("kjubɛktᵊl", "kjub kəntɹOl"),
    "nginx": ("əŋʤɪnŋɛks", "ɛnʤən ɛks"),
    "numpy": ("nʌmpi", "nʌm pI"),
    "pytest": ("pITɪst", "pI tɛst"),
    "unittest": ("junɪTɪst", "junət tɛst"),
    "sqlite3": ("skjlIt θɹi", "sikwəl lIt θɹi"),
    "utf-8": ("ʌtf At", "jutiɛf At"),
    "wget": ("dʌbʤljɛt", "dʌbᵊlju ɡɛt"),
    "monorepo": ("mɑnOɹpO", "mɑnO ɹipO"),
    "redis": ("ɹᵻdiz", "ɹɛdɪs"),
    "libc": ("lɪbk", "lɪb si"),
    "println": ("pɹɪntln", "pɹɪnt lIn"),
    "memoize": ("mɛmYz", "mɛmO Iz"),
    "etcd": ("ɛtsɛTəɹəd", "ɛt sidi"),
    "systemd": ("sɪstəmd", "sɪstəm di"),
    "jupyter": ("ʤʌpITəɹ", "ʤupəTəɹ"),
    "ws": ("dʊʌbᵊɛs", "dʌbᵊljuɛs"),
    "VS Code": ("viz kOd", "vi ɛs kOd"),
    "C#": ("si hæʃtæɡ", "si ʃɑɹp"),
    "parser.rs": ("pɑɹsəɹ ɑɹɹɛs", "pɑɹsəɹ dɑt ɑɹɛs"),
    ".env": ("ɛnv", "dɑt ɛnv"),
    "v1.2.3": ("vi wʌn tu θɹi", "vɜɹʒən wʌn pYnt tu pYnt θɹi"),
    "3f2a9bc": ("θɹi ɛftuA nIn bisi", "θɹi ɛf tu A nIn bisi"),
    "HEAD~3": ("hɛd əbWt θɹi", "hɛd tɪldə θɹi"),
    "3.5 s": ("θɹi pYnt fIv ɛs", "θɹi pYnt fIv sɛkəndz"),
    "a->b": ("A ɡɹATəɹ ðən bi", "ɐ tə bi"),
}


@pytest.mark.parametrize("term", MANGLED)
def test_hibari_says_what_it_would_mangle(english: Hear, term: str) -> None:
    alone, with_lexicon = MANGLED[term]
    assert english(BUILT_IN.spoken(term, "en")) == with_lexicon
    assert english(term) == alone, "the voice has learnt it: the entry may go"


def test_no_entry_replaces_what_hibari_says_well(english: Hear) -> None:
    table = (files("streamtts") / "speech/lexicons/en.toml").read_text(encoding="utf-8")
    words: dict[str, str] = tomllib.loads(table)["words"]
    needless = [
        word
        for word, said in words.items()
        if word != said
        and "." not in word  # these are kept from being read as files
        and all(english(form) == english(said) for form in {word, word.upper(), word.capitalize()})
    ]
    assert needless == []


SAID_WELL = (
    "API APIs CLI HTTP HTTPS SQL GUI CPU LLVM GitHub JavaScript TypeScript macOS iOS gRPC npm gcc chmod tmux "
    "mutex struct tuple char int bool grep vim regex stack-trace localhost lambda ValueError HashMap"
)


@pytest.mark.parametrize("term", SAID_WELL.split())
def test_what_hibari_says_well_is_left_to_it(term: str) -> None:
    assert BUILT_IN.spoken(term, "en") == term


# The text, and what OpenJTalk reads for what the lexicon gives it.
READ = {
    "parser.rsを修正しました。": "パーサードットアールエスヲシューセーシマシタ。",
    "test_empty_listを追加。": "テストエンプティーリストヲツイカ。",
    "JSONとYAML": "ジェイソントヤムル",
    "GitHubとDocker": "ギットハブトドッカー",
    "KubernetesとPostgreSQL": "クバネティストポストグレスキューエル",
    "pytestでnumpyを": "パイテストデナンパイヲ",
    "APIとURLとCPU": "エーピーアイトユーアールエルトシーピーユー",
    "READMEのTODO": "リードミーノトゥードゥー",
    "v1.2.3に": "バージョンイッテンニテンサンニ",
    "12 msと3.5 s": "ジューニミリビョートサンテンゴビョー",
    "128 MBのメモリ": "ヒャクニジューハチメガバイトノメモリ",
    "--no-cacheで": "ハイフンハイフンノーキャッシュデ",
    "C#とC++": "シーシャープトシープラスプラス",
    "12:30に": "ジューニジサンジュップンニ",
}


@pytest.mark.parametrize("written", READ)
def test_openjtalk_reads_names(japanese: Hear, written: str) -> None:
    assert japanese(BUILT_IN.spoken(written, "ja")) == READ[written]


WORDS = (
    "parser token handler request response stream buffer thread async await mutex struct tuple closure "
    "iterator serializer middleware endpoint cache commit rebase merge branch refactor lint compile "
    "runtime database index schema migration container cluster deploy rollback fixture coverage "
    "benchmark throughput latency query retry timeout payload header cookie session widget button "
    "layout viewport render shader texture zygote quaternion rhythm xylophone quay jazz myth schwa "
)


@pytest.mark.parametrize("word", WORDS.split())
def test_openjtalk_spells_no_english_word(japanese: Hear, word: str) -> None:
    heard = japanese(BUILT_IN.spoken(word, "ja"))
    assert heard != japanese(katakana_letters(word))
    assert re.fullmatch("[ァ-ヶー]+", heard)
