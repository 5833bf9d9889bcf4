"""The page that `terrella inspect --html` writes, in a real browser: light and dark, wide and narrow.

Screenshots stay in the folder that TERRELLA_SCREENSHOTS names, where somebody may look at them.
"""

import os
import subprocess
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import worlds
from browser import Browser
from dataset import Dataset

SPLITS = 'splits=[{name="train",share=0.6},{name="test_ood",share=0.4,ood="one"}]'
DOORS = ["door_passage", "-n", "20", "--steps", "40", "--seed", "3", "--size", "48", "--set", SPLITS]
SECTIONS = "overview columns factors actions outcomes returns coverage contacts films speed integrity".split()

HOSTILE = """
name = "hostile"
doc = "</p></main></body><script>alert(1)</script><img src=x onerror=alert(2)>"
task = "\\"><svg onload=alert(3)>"
steps = 8
[world.bodies.floor]
motion = "fixed"
shape.half_space = {}
[world.bodies.ball]
class = "</title></style><script>alert(4)</script>"
position_m = [0, 0, { uniform = [0.5, 1.0] }]
shape.ball.radius_m = 0.1
[world.mechanisms.push]
force = { body = "ball", axes = "xy", max_force_n = 5 }
[world.cameras.front]
position_m = [0, -3, 1]
look_at_m = [0, 0, 0.5]
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


def page_of(root):
    page = root.with_suffix(".html")
    command = [os.environ["TERRELLA_BINARY"], "inspect", root, "--html", page]
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
    return page


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    """A dataset and its page."""
    root = worlds.generate(tmp_path_factory.mktemp("report") / "doors", DOORS)
    return Dataset(root), page_of(root)


def nothing_went_wrong(browser, page):
    assert browser.faults == []
    # Pictures within the page count as requests too.
    outside = [url for url in browser.requests if not url.startswith("data:image/png;base64,")]
    assert outside == [page.resolve().as_uri()]
    assert browser.ask("document.scripts.length") == 0


def test_every_section_is_there_and_linked(browser, doors):
    _, page = doors
    browser.open(page)
    nothing_went_wrong(browser, page)
    assert browser.ask("[...document.querySelectorAll('section')].map(s => s.id)") == SECTIONS
    assert browser.ask("[...document.querySelectorAll('nav a')].map(a => a.getAttribute('href').slice(1))") == SECTIONS
    ids = browser.ask("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_it_can_be_read_by_those_who_do_not_see_it(browser, doors):
    _, page = doors
    browser.open(page)
    assert browser.ask("document.documentElement.lang") == "en"
    levels = browser.ask("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels.count(1) == 1 and levels[0] == 1
    for without in [
        "svg:not([role=img]):not([aria-hidden])",
        "svg:not([aria-label])",
        "img:not([alt])",
        "table:not(:has(> caption))",
        "th:empty:not(td)",
        "a:not([href])",
    ]:
        assert browser.ask(f"document.querySelectorAll('{without}').length") == 0, without
    assert browser.ask("document.querySelectorAll('svg').length") > 20
    names = browser.ask("[...document.querySelectorAll('svg')].map(s => s.getAttribute('aria-label'))")
    assert all(names)


# Contrast after WCAG 2 of every piece of text against what is painted behind it: [contrast, text].
CONTRAST = """
(() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = parts(getComputedStyle(element).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || ['TITLE', 'title', 'STYLE'].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    const [one, other] = [light(parts(ink)), light(behind(element))];
    found.push([(Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05), text.slice(0, 40)]);
  }
  return found;
})()
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [400, 1400])
def test_it_is_readable(browser, doors, tmp_path, width, dark):
    _, page = doors
    browser.open(page, width, dark)
    nothing_went_wrong(browser, page)
    assert browser.ask("document.documentElement.scrollWidth") <= width, "the page does not scroll sideways"
    # Letters of charts are drawn at the size of their chart.
    letters = browser.ask(
        "[...document.querySelectorAll('figure svg text')].map(t => 11.5 * t.ownerSVGElement.getScreenCTM().a)"
    )
    assert min(letters) >= 9.5 and max(letters) <= 20, (min(letters), max(letters))
    contrasts = browser.ask(CONTRAST)
    assert len(contrasts) > 300
    assert min(contrasts)[0] >= 4.5, min(contrasts)
    folder = Path(os.environ.get("TERRELLA_SCREENSHOTS", tmp_path))
    shot = folder / f"report-{width}-{'dark' if dark else 'light'}.png"
    browser.screenshot(shot)
    with PIL.Image.open(shot) as picture:
        assert picture.width == width and picture.height > 3000
        colours = picture.convert("RGB").getcolors(1 << 24)
    assert len(colours) > 500
    # Paper is most of the page, and it is as light or dark as was asked for.
    assert (max(max(colours)[1]) < 64) == dark


def test_pictures_are_those_of_the_dataset(browser, doors):
    dataset, page = doors
    browser.open(page)
    sizes = browser.ask("[...document.images].map(i => [i.naturalWidth, i.naturalHeight])")
    # Up to three solved and three unsolved episodes, two cameras, eight moments.
    solved = sum(episode["success"] for episode in dataset.episodes)
    films = min(solved, 3) + min(len(dataset.episodes) - solved, 3)
    assert sizes == [[48, 48]] * films * 2 * 8


TABLE = "[...document.querySelectorAll('table')].find(t => t.caption.textContent == '{}')"
CELLS = "[...{}.tBodies[0].rows].map(r => [...r.cells].map(c => c.textContent))"


def table(browser, caption):
    return browser.ask(CELLS.format(TABLE.format(caption)))


def test_outcomes_are_those_of_the_episode_table(browser, doors):
    dataset, page = doors
    browser.open(page)
    rows = {row[0]: row[1:] for row in table(browser, "Outcomes by policy")}
    by_policy = {}
    for episode in dataset.episodes:
        by_policy.setdefault(episode["policy"], []).append(episode)
    assert rows.keys() == by_policy.keys()
    for policy, episodes in by_policy.items():
        count, rate, _, _, mean, *_ = rows[policy]
        assert int(count) == len(episodes)
        assert rate == f"{100 * np.mean([episode['success'] for episode in episodes]):.1f} %"
        assert float(mean) == pytest.approx(np.mean([episode["return"] for episode in episodes]), rel=2e-3)
    assert len(table(browser, "Outcomes by split")) == 2


def test_columns_are_those_of_the_files(browser, doors):
    dataset, page = doors
    browser.open(page)
    rows = {row[0]: row for row in table(browser, "Columns of data/")}
    assert list(rows) == dataset.data.column_names
    rewards = dataset.data["next.reward"].to_numpy()
    told = [float(number) for number in rows["next.reward"][4:7]]
    assert told == pytest.approx([rewards.min(), rewards.mean(), rewards.max()], rel=2e-3, abs=1e-4)
    assert [row[0] for row in table(browser, "Columns of sim/, of which no statistics are kept")] == dataset.sim.column_names


def test_hostile_names_do_nothing(browser, tmp_path):
    scene = tmp_path / "hostile.toml"
    scene.write_text(HOSTILE)
    root = worlds.generate(tmp_path / "set", [scene, "-n", "3", "--size", "16"])
    page = page_of(root)
    browser.open(page)
    nothing_went_wrong(browser, page)
    assert browser.ask("[...document.querySelectorAll('section')].map(s => s.id)") == SECTIONS
    text = browser.ask("document.body.textContent")
    assert "<script>alert(1)</script>" in text and "<script>alert(4)</script>" in text


def test_the_browser_tells_when_a_page_goes_wrong(browser, tmp_path):
    """So that the silence of the tests above means something."""
    page = tmp_path / "bad.html"
    page.write_text("<!doctype html><title>x</title><img src='absent.png'><script>throw 1</script>")
    browser.open(page)
    assert len(browser.faults) >= 2
    assert len(browser.requests) == 2
    with pytest.raises(AssertionError):
        nothing_went_wrong(browser, page)
