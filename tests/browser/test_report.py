"""The report in a real browser: at several widths, in light and dark, with the keyboard alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reported.sessions import sentence, text_of, trace, written

sync_api: Any = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

Browser = Any  # playwright's; it need not be here to be checked

_SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SMALLEST_LETTERS = """Math.min(...[...document.body.querySelectorAll('*')]
    .map((element) => parseFloat(getComputedStyle(element).fontSize)))"""
_SCROLLED = """[...document.querySelectorAll('.table')]
    .filter((table) => table.scrollWidth > table.clientWidth).map((table) => table.ariaLabel)"""
_LUMINANCE = """() => {
    const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}"""
# What a reader must be able to read: words against what is behind them.
_CONTRASTS = """() => {
    const parts = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = (color) => parts(color).slice(0, 3).map((value) => value / 255)
        .map((value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (element) => {
        for (let each = element; each; each = each.parentElement) {
            const color = getComputedStyle(each).backgroundColor;
            if (parts(color)[3] !== 0) return color;
        }
        return 'rgb(255, 255, 255)';
    };
    const poor = [];
    for (const element of document.querySelectorAll('h1, h2, p, b, span, dt, dd, th, td, summary, caption')) {
        if (!element.innerText || element.closest('.unseen')) continue;
        const [one, two] = [getComputedStyle(element).color, behind(element)].map(light);
        const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
        if (contrast < 4.5) poor.push([element.outerHTML.slice(0, 80), contrast]);
    }
    return poor;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_api.sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, _SYSTEM_BROWSERS)), None)
        own = Path(playwright.chromium.executable_path)
        if not own.exists() and found is None:
            pytest.skip("no chromium here: `playwright install chromium` or `apt-get install chromium`")
        path = None if own.exists() else found
        # Where tests run as root, chromium refuses to start with its sandbox; the page is our own.
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=["one", "two", "long words"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    first = trace(folder / "a.jsonl")
    match request.param:
        case "one":
            text = text_of(first)
        case "two":
            text = text_of(first, trace(folder / "b.jsonl", slower_s=0.3, by="nllb"))
        case _:
            word = "Donaudampfschifffahrt" * 500
            text = text_of(written(folder / f"{'n' * 120}.jsonl", sentence(0, text=word, engine=word)))
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


class Seen:
    """A page that is open, and all that it asked for or complained of."""

    def __init__(self, browser: Browser, report: Path, width: int) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 800})
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.refused: list[str] = []
        self.page.on("requestfailed", lambda request: self.refused.append(request.failure))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.goto(report.as_uri())

    def __enter__(self) -> "Seen":
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_and_can_be_read(browser: Browser, report: Path, width: int) -> None:
    with Seen(browser, report, width) as seen:
        assert seen.page.evaluate(_SIDEWAYS) <= 0
        assert seen.page.evaluate(_SCROLLED) == []
        assert seen.page.evaluate(_SMALLEST_LETTERS) >= 12
        for scheme in ("light", "dark"):
            seen.page.emulate_media(color_scheme=scheme)
            assert (seen.page.evaluate(_LUMINANCE) > 128) == (scheme == "light")
            assert seen.page.evaluate(_CONTRASTS) == []
        assert seen.asked == [report.as_uri()]
        assert seen.said == []


def test_the_bars_are_drawn_where_they_belong(browser: Browser, report: Path) -> None:
    with Seen(browser, report, 1280) as seen:
        for lane in seen.page.locator(".lane").all():
            frame = lane.locator("svg").bounding_box()
            assert frame is not None
            assert frame["width"] > 400
            for bar in lane.locator("rect").all():
                box = bar.bounding_box()
                assert box is not None
                assert box["width"] >= 1
                assert (
                    frame["x"] - 2 <= box["x"] <= box["x"] + box["width"] <= frame["x"] + frame["width"] + 2
                )


def test_the_keyboard_opens_a_sentence(browser: Browser, report: Path) -> None:
    with Seen(browser, report, 1280) as seen:
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.row > summary')"):
                break
        else:
            assert page.locator(".row").count() == 0  # two runs are compared by their tables
            return
        assert not page.locator(".row .more").first.is_visible()
        page.keyboard.press("Enter")
        assert page.locator(".row .more").first.is_visible()
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) == "solid"


def test_scripts_in_a_log_do_not_run(browser: Browser, tmp_path: Path) -> None:
    text = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
    report = tmp_path / "report.html"
    report.write_text(text_of(written(tmp_path / "a.jsonl", sentence(0, text=text))), encoding="utf-8")
    with Seen(browser, report, 1280) as seen:
        assert seen.page.title() == "a.jsonl – streamtts report"
        assert seen.asked == [report.as_uri()]
        assert seen.page.locator("script, img").count() == 0


def test_the_policy_stops_what_would_be_put_into_the_page(browser: Browser, report: Path) -> None:
    """Even if markup got in: nothing runs, nothing is loaded, no other style is obeyed."""
    added = (
        "<script>document.title = 'owned'</script><img src='https://example.org/x.png'>"
        "<style>body { display: none }</style><h1 style='display: none'>x</h1>"
    )
    with Seen(browser, report, 1280) as seen:
        text = report.read_text(encoding="utf-8").replace("<main>", f"<main>{added}")
        seen.page.set_content(text)
        assert seen.page.title() != "owned"
        assert seen.page.locator("body").is_visible()
        assert seen.page.locator("main > h1").is_visible()
        assert seen.refused == ["csp"]
