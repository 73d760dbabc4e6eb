"""Names that are moved, doubled, dropped and widened, beside placeholders that the text itself holds."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from streamtts.translation.placeholders import BRACKETS, LETTERS, TAGS
from streamtts.translation.protect import Protected, protect
from streamtts.types import Span

TEMPLATES = (BRACKETS, LETTERS, TAGS)
NAMES = (
    *("foo_bar", "src/a.py", "a.py", "v2.13.0", "--dry-run", "HEAD~1", "C++", "f(x)", "a", "I", "0", "10"),
    *("X0X", "x1x", "⟦1⟧", "⟦", "[0]", '<x id="0"/>', "()", "名前", "ＡＢ", "ß", "İ", "12 ms", "«q»"),
)
OWN = ("⟦0⟧ ", "X1X ", "[1] ", '<x id="1"/> ', "(2)", "⟦", "X ", "1. ", "foo ", "Ｘ０Ｘ ")
WIDE = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")


@dataclass(frozen=True)
class Translated:
    sent: Protected
    places: list[str]
    order: list[int]
    fillers: list[str]
    own: bool

    @property
    def output(self) -> str:
        return self._joined(self.places)

    @property
    def wanted(self) -> str:
        return self._joined(self.sent.names)

    def _joined(self, words: "list[str] | tuple[str, ...]") -> str:
        said = zip(self.order, self.fillers[1:], strict=False)
        return self.fillers[0] + "".join(words[index] + filler for index, filler in said)


@st.composite
def translated(draw: st.DrawFn) -> Translated:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6))
    template = draw(st.sampled_from(TEMPLATES))
    text, spans, own = "", list[Span](), False
    for name in names:
        text += draw(st.sampled_from(["use ", "and ", "the ", "with "]))
        if draw(st.integers(0, 5)) == 0:
            text, own = text + draw(st.sampled_from(OWN)), True
        spans.append((len(text), len(text) + len(name), draw(st.sampled_from(["code", "file", "version"]))))
        text += f"{name} "
    sent = protect(text, spans, template)
    places = [template.format(sent.first + index) for index in range(len(names))]
    if draw(st.booleans()):
        places = [place.translate(WIDE) for place in places]
    order = draw(st.permutations(range(len(names))))
    fillers = draw(st.lists(st.sampled_from(["と", "が ", "を、", "。", " は"]), min_size=7, max_size=7))
    return Translated(sent, places, list(order), fillers, own)


@given(translated())
def test_names_come_back_wherever_they_are_moved(case: Translated) -> None:
    if case.sent.hidden and not case.own:
        back = case.sent.restore(case.output)
        assert back.whole
        assert back.text == case.wanted


@given(translated())
def test_one_that_is_dropped_or_doubled_is_always_told(case: Translated) -> None:
    if case.sent.hidden:
        assert not case.sent.restore(f"{case.output}て{case.places[case.order[0]]}").whole
        case.order.pop()
        assert not case.sent.restore(case.output).whole


@given(translated(), st.text(st.characters() | st.sampled_from('⟦⟧X019<>/ x="id[]'), max_size=40))
def test_no_private_character_ever_gets_out(case: Translated, rubbish: str) -> None:
    for output in (rubbish, rubbish + case.output, case.output + rubbish):
        text = case.sent.restore(output).text
        assert not {char for char in text if 0xF0000 <= ord(char) < 0x10FFFE} - set(case.sent.original)
