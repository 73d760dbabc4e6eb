"""What eSpeak writes becomes what Kokoro has learnt to read."""

import pytest

from streamtts.synthesizers.kokoro import symbols


@pytest.mark.parametrize(
    ("ipa", "written"),
    [
        ("həlˈo^ʊ wˈɜːld", "həlˈO wˈɜɹld"),
        ("lˈɪɾə^l", "lˈɪTᵊl"),
        ("wˈɔːɾɚ", "wˈɔTəɹ"),
        ("d^ʒˈʌd^ʒ", "ʤˈʌʤ"),
        ("tʃ t^ʃ", "tʃ ʧ"),
        ("bˈʌʔn\u0329", "bˈʌtᵊn"),
        ("fˈoː^ɹɾi", "fˈɔɹTi"),
        ("(^f^r)bˈɔ̃(^e^n-^u^s)", "bˈɔ"),
        ("", ""),
    ],
)
def test_american_english(ipa: str, written: str) -> None:
    assert symbols.american(ipa) == written


@pytest.mark.parametrize(
    ("ipa", "written"),
    [("həlˈə^ʊ", "həlˈQ"), ("ðˈe^ə", "ðˈɛː"), ("hˈiə", "hˈɪə"), ("wˈɔːtə", "wˈɔːtə"), ("ˈe^ɪt", "ˈAt")],
)
def test_british_english_keeps_its_lengths(ipa: str, written: str) -> None:
    assert symbols.british(ipa) == written


@pytest.mark.parametrize(
    ("ipa", "written"),
    [
        ("bɔ̃ʒˈuʁ", "bɔ̃ʒˈuʁ"),
        ("œ̃ ʃjˈɛ̃ (^e^n)wiːkˈɛnd(^f^r)", "œ̃ ʃjˈɛ̃ wiːkˈɛnd"),
        ("raɡˈat^sːɪ", "raɡˈaʦːɪ"),
        ("pˈer-os", "pˈeros"),
    ],
)
def test_other_languages_keep_their_sounds(ipa: str, written: str) -> None:
    assert symbols.other(ipa) == written
