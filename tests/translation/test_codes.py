"""Whatever a language is called, one tag is meant; what is none is refused with what could be meant."""

import re

import pytest

from streamtts.errors import UsageError
from streamtts.speech.language import name_of
from streamtts.translation import codes


@pytest.mark.parametrize(
    ("given", "tag", "nllb", "name"),
    [
        ("ja", "ja", "jpn_Jpan", "Japanese"),
        ("JA_jp.UTF-8", "ja", "jpn_Jpan", "Japanese"),
        ("jpn", "ja", "jpn_Jpan", "Japanese"),
        ("jpn_Jpan", "ja", "jpn_Jpan", "Japanese"),
        ("en-GB", "en", "eng_Latn", "English"),
        ("pt-BR", "pt", "por_Latn", "Portuguese"),
        ("zh", "zh", "zho_Hans", "Chinese"),
        ("zh-CN", "zh", "zho_Hans", "Chinese"),
        ("zh-TW", "zh-Hant", "zho_Hant", "Traditional Chinese"),
        ("zh-Hant-HK", "zh-Hant", "zho_Hant", "Traditional Chinese"),
        ("zho_Hant", "zh-Hant", "zho_Hant", "Traditional Chinese"),
        ("cmn", "zh", "zho_Hans", "Chinese"),
        ("no", "nb", "nob_Latn", "Norwegian"),
        ("iw", "he", "heb_Hebr", "Hebrew"),
        ("sr-Latn", "sr", "srp_Cyrl", "Serbian"),
        (" fr ", "fr", "fra_Latn", "French"),
    ],
)
def test_one_language_has_one_tag(given: str, tag: str, nllb: str, name: str) -> None:
    assert (codes.canonical(given), codes.nllb(given), codes.name(given)) == (tag, nllb, name)


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("jp", r"did you mean ja \(Japanese\)\?"),
        ("japanese", r"did you mean ja \(Japanese\)"),
        ("Jappanese", r"did you mean ja \(Japanese\)"),
        ("cz", r"did you mean cs \(Czech\)"),
        ("frr", r"did you mean .*fr \(French\)"),
        ("", "give a BCP-47 code"),
        ("klingon-x", "give a BCP-47 code"),
        ("\x1b[31m", "give a BCP-47 code"),
        ("q" * 100_000, "give a BCP-47 code"),
    ],
)
def test_an_unknown_language_is_refused_with_the_nearest(given: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint) as caught:
        codes.canonical(given)
    assert str(caught.value).isprintable()


def test_the_table_is_whole() -> None:
    languages = [codes.language(tag) for tag in codes.tags()]
    assert len(languages) == len({each.nllb for each in languages}) == 202
    for each in languages:
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?", each.tag)
        assert re.fullmatch(r"[a-z]{3}_[A-Z][a-z]{3}", each.nllb)
        assert codes.canonical(each.nllb) == codes.canonical(each.tag) == each.tag


def test_it_calls_languages_as_the_rest_of_the_program_does() -> None:
    for tag in codes.tags():
        assert name_of(tag) in (codes.name(tag), tag) or "-" in tag
