"""What the cleaner's marks tell the splitter."""

import pytest

from text.splitting import CODE_BEGIN, CODE_END, LOWER_AHEAD, OTHER_AHEAD, released, split


def code(words: str) -> str:
    return CODE_BEGIN + words + CODE_END


def test_no_sentence_ends_inside_inline_code() -> None:
    text = f"Use {code('sep. Then join! Or not?')} here. It works."
    assert split([text]) == ["Use sep. Then join! Or not? here.", "It works."]


def test_a_stop_after_inline_code_ends_the_sentence_whatever_the_word() -> None:
    assert split([f"Look under {code('etc')}. There it is."]) == ["Look under etc.", "There it is."]
    assert split([f"It calls {code('e.g')}. There it is."]) == ["It calls e.g.", "There it is."]


def test_inline_code_begins_a_sentence() -> None:
    assert released(f"Fixed. {code('x')}") == [("Fixed.", 8)]
    assert split([f"See e.g. {code('x')} there. Bye."]) == ["See e.g. x there.", "Bye."]


def test_a_missing_end_mark_reaches_no_further_than_its_block() -> None:
    assert split([f"Use {CODE_BEGIN}a. B\nOne. Two."]) == ["Use a. B", "One.", "Two."]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (f"Fixed. {LOWER_AHEAD}", "Fixed."),
        (f"Fixed. {OTHER_AHEAD}", "Fixed."),
        (f"修正。{LOWER_AHEAD}", "修正。"),
        (f'The "end." {OTHER_AHEAD}', 'The "end."'),
    ],
)
def test_an_announced_word_releases_the_sentence_before_it(text: str, first: str) -> None:
    assert released(text) == [(first, len(text))]


def test_an_announced_small_letter_goes_on_after_an_abbreviation() -> None:
    assert split([f"Add sets, etc. {LOWER_AHEAD}foo_bar too. Bye."]) == [
        "Add sets, etc. foo_bar too.",
        "Bye.",
    ]


def test_what_the_announcement_leaves_open_waits_for_the_word() -> None:
    assert released(f"See no. {OTHER_AHEAD}") == []
    assert split([f"See no. {OTHER_AHEAD}42 there. Bye."]) == ["See no. 42 there.", "Bye."]
    assert split([f"I say no. {OTHER_AHEAD}README.md stays."]) == ["I say no.", "README.md stays."]


def test_a_mark_inside_a_word_changes_nothing() -> None:
    assert split([f"Open foo.{LOWER_AHEAD}py now. Bye."]) == ["Open foo.py now.", "Bye."]


def test_an_announced_sign_may_close_the_quote() -> None:
    text = f"Il a dit « Bonjour. {OTHER_AHEAD}» {OTHER_AHEAD}Puis rien."
    assert split([text]) == ["Il a dit « Bonjour. »", "Puis rien."]


def test_a_wide_stop_needs_no_more_than_the_announcement() -> None:
    text = f"修正しました。{OTHER_AHEAD}README.mdも。"
    assert released(text) == [("修正しました。", 8)]
    assert split([f"他说：“好了。{OTHER_AHEAD}”然后走了。"]) == ["他说：“好了。”", "然后走了。"]
