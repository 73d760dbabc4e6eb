"""Emphasis, links, code spans, tags, entities: the signs vanish, the words and all identifiers stay."""

import pytest

from text.cleaning import hear


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("*a* _b_ **c** __d__ ***e*** ~~f~~ ==g==", "a b c d e f g.\n"),
        ("**Fixed.** Next", "Fixed. Next.\n"),
        ("**bold**text", "boldtext.\n"),
        ("**a *b* c** and *a **b** c* and *a **b***", "a b c and a b c and a b.\n"),
        ("***a** b*", "a b.\n"),
        ("**`code`** and **[link](x)** and [**link**](x)", "code and link and link.\n"),
        ('(*a*), "**b**"; **c**: d', '(a), "b"; c: d.\n'),
        ("これは**重要**です", "これは重要です。\n"),
        ("**これは「重要」です。**次", "これは「重要」です。次。\n"),
        ("over **two\nlines** here", "over two lines here.\n"),
        ("**.env** and **-5%** and **$HOME**", ".env and -5% and $HOME.\n"),
        ("**✅ Passed**", "Passed.\n"),
    ],
)
def test_emphasis(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


@pytest.mark.parametrize(
    "text",
    [
        "snake_case and camelCase and _private",
        "a name_ and x__y",
        "__init__ and __init__.py and __main__",
        "__very_long_name__ and obj.__dict__ and _call_(x)",
        "a*b*c and 2 * 3 * 4 and 2*3*4 and x**2 + y**2",
        "5 > 3 and x < y and z >= 1 and a <= b",
        "*.py and **/*.ts and src/**/*.ts and *.test.* and foo*",
        "*args and **kwargs and *p = *q",
        "HEAD~3..HEAD and main...dev and HEAD^ and @{u}",
        "1.26.4 and v2.13.0 and 192.168.0.1 and 10:30:15 and 3.14",
        "C# and C++ and F# and .NET and #123 and @user and ~5 and 10~20",
        "$HOME and ~/.bashrc and --flag and -v and x == y and != and ===",
        "-> and => and <- and a | b and a || b and a && b and a & b",
        "f(x) and [0] and arr[i][j] and f[0](x) and {a: 1} and [a, b]",
        "List<int> and Map<string, int> and <T> and Array<object> and a<b and c>d",
        "$a_b$ and 50% and 100 °C and §3 and ½ and x² and 5 €",
        "0 */5 * * * and * and ** and 4 ** 2",
        "a → b and ⌘K and ≥ 3",
        "foo@bar.com and numpy==1.26.4 and a=b and a == b == c",
        "it's “quoted” and 'so' and rock 'n' roll",
        "and/or and I/O and TCP/IP and 24/7 and 1/2 and km/h and n/a and w/o",
    ],
)
def test_identity_is_kept(text: str) -> None:
    assert hear(text) == f"{text}.\n"


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("Run `npm test` now", "Run npm test now.\n"),
        ("`a*b*c` `__x__` `<b>` `&amp;` `[a](b)` `\\*`", "a*b*c __x__ <b> &amp; [a](b) \\*.\n"),
        ("``a ` b`` and ` x ` and ```in line```", "a ` b and x and in line.\n"),
        ("`a`/`b`, `foo`'s, (`bar`)", "a/b, foo's, (bar).\n"),
        ("`over two\nlines`", "over two lines.\n"),
        ("Use `obj?.name!`", "Use obj?.name!\n"),
        ("`src/core/parser.rs:142:17`", "parser.rs line 142.\n"),
        ("```not a fence` here", "```not a fence` here.\n"),
        ("コードは`make`です", "コードはmakeです。\n"),
    ],
)
def test_code_spans(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("[docs](https://example.com/a_b)", "docs.\n"),
        ('[the `x` **docs**](y "title (t)")', "the x docs.\n"),
        ("[a](<b c>) [d](e(f)g) [h]( i )", "a d h.\n"),
        ("[a [b] c](d)", "a [b] c.\n"),
        ("[](https://www.example.com/z)", "example.com.\n"),
        ("[https://a.com/b/c](https://a.com/b/c)", "a.com.\n"),
        ("![alt text](a.png) ![](b.png) ![x][y z]", "alt text image ![x][y z].\n"),
        ("[![build](b.svg)](https://ci.com)", "build.\n"),
        ("see[1](https://a.com/x) and f[0](x)", "see1 and f[0](x).\n"),
        ("[a](b)[c](d)", "ac.\n"),
        ("[a](b).", "a.\n"),
        ("[text] and [text][1]", "[text] and text.\n"),
    ],
)
def test_links(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("<b>bold</b> and H<sub>2</sub>O and a<br>b<br/>c", "bold and H2O and a b c.\n"),
        ("<a href=\"https://x.com/?a>b\">link</a> <span class='x'>s</span>", "link s.\n"),
        ("<details><summary>More</summary>Text</details>", "More.\nText.\n"),
        ('<p align="center">One</p><p>Two</p>', "One.\nTwo.\n"),
        ("<ul>\n<li>One</li>\n<li>Two</li>\n</ul>", "One.\nTwo.\n"),
        ('<img src="a.png" alt="A logo"> here', "A logo here.\n"),
        ("a <!-- no --> b", "a b.\n"),
        ("a<!-- no -->.", "a.\n"),
        ("<!-- no\n\n- no\n```\nno -->\nyes", "yes.\n"),
        ("<script>\nvar a = 1;\n\n</script>\nyes", "yes.\n"),
        ("<style>\np { }\n</style>\nyes", "yes.\n"),
        ("say <script>no()</script>yes", "say yes.\n"),
        ("x <https://example.com/a> y <me@example.com>", "x example.com y me@example.com.\n"),
        ("<Button> and <your-name> and <T>", "<Button> and <your-name> and <T>.\n"),
        ("<!DOCTYPE html>yes", "yes.\n"),
        ("if a<b>c then", "if a<b>c then.\n"),
        ("<think>\nHidden, " + "at length. " * 5000 + "\n</think>\n\nShown.", "Shown.\n"),
        ("<think>Hidden and cut", ""),
        ("I think <think> is a tag.", "I think <think> is a tag.\n"),
    ],
)
def test_tags(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


@pytest.mark.parametrize(
    ("markdown", "heard"),
    [
        ("a &amp; b &lt;c&gt; &#39;d&#39; &quot;e&quot;", "a & b <c> 'd' \"e\".\n"),
        ("a&nbsp;b &#x1F600; &hellip; &mdash; &copy;", "a b… — ©.\n"),
        ("AT&T &unknown; a && b ?a=1&b=2", "AT&T &unknown; a && b ?a=1&b=2.\n"),
        ("&#0; &#xD800; &#99999999; x", "&#99999999; x.\n"),
        ("\\*a\\* \\_b\\_ \\`c\\` \\# \\\\ \\n", "*a* _b_ `c` # \\ \\n.\n"),
    ],
)
def test_entities_and_escapes(markdown: str, heard: str) -> None:
    assert hear(markdown) == heard


@pytest.mark.parametrize(
    "text",
    [
        "an `unclosed code span",
        "an [unclosed link",
        "an [unclosed](target",
        "an *unclosed sign",
        "a **kwargs without end",
        "a _private name",
        "a <unclosed tag",
        "a &unclosed entity",
        "a ~~wave and an ==equals",
        "a ``` b",
    ],
)
def test_an_unclosed_mark_eats_nothing(text: str) -> None:
    assert hear(f"{text}\n\nNext.") == f"{text}.\nNext.\n"


@pytest.mark.parametrize("mark", ["`", "[", "[a](", "*", "**", "_", "<", '<a href="', "&", "~~", "==", "!["])
def test_a_mark_looks_ahead_only_so_far(mark: str) -> None:
    words = "word " * 1500
    heard = hear(f"{mark}{words}")
    assert heard.count("word") == 1500
