"""A served page: slides are swapped while they show, and all else stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from deck_builder.load import load_theme
from deck_builder.model import Animation, BlockResult, ExecutedDeck, Source
from deck_builder.parse import parse
from deck_builder.render import render
from deck_builder.render.page import SERVED
from tests.client.conftest import Opened, Served, lit, moving, place
from tests.client.served import Fake, sections

DECK = """# One

---

# Two

```python {1|2|3}
a = 1
b = 2
c = 3
```

<v-click at="2">later</v-click>

---

# Three
"""
CLIENT = Path(__file__).resolve().parents[2] / "deck_builder" / "client"


def reloaded(page: Page, server: Fake, **message: Any) -> None:
    """Say something that loads the page again, and wait until it is there."""
    page.evaluate("document.documentElement.classList.add('old')")
    server.tell(**message)
    page.wait_for_selector("html[data-role]:not(.old)")


def title(page: Page) -> str:
    return page.locator(".slide.current h1").inner_text()


def test_a_changed_slide_is_swapped_where_it_shows(served: Served) -> None:
    page, server = served(DECK, at="#/2?clicks=1")
    server.show(DECK.replace("# Two", "# Zwei").replace("c = 3", "c = 4"))
    expect(page.locator(".slide.current h1")).to_have_text("Zwei")
    assert place(page) == (2, 1)
    assert lit(page, "2.1") == [2]
    assert page.evaluate("location.hash") == "#/2?clicks=1"
    assert page.locator(".swapping").count() == 0
    assert page.locator(".slide:not([inert])").count() == 1
    page.keyboard.press("ArrowRight")
    assert place(page) == (2, 2)
    assert lit(page, "2.1") == [3]
    assert page.evaluate("document.title") == "A deck"


def test_nothing_moves_in_a_slide_that_comes_in_place(served: Served) -> None:
    page, server = served(DECK, at="#/2?clicks=2")
    page.evaluate(
        "window.moved = 0; document.addEventListener('transitionrun', () => moved++);"
        "document.addEventListener('animationstart', () => moved++)"
    )
    server.show(DECK.replace("# Two", "# <span v-mark.box>Zwei</span>"))
    expect(page.locator(".slide.current h1")).to_have_text("Zwei")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("moved") == 0
    assert page.evaluate(moving(".slide.current")) == 0
    assert page.locator(".slide.current .drawing").count() == 1


def test_slides_that_are_not_changed_are_the_same_elements(served: Served) -> None:
    page, server = served(DECK)
    page.evaluate("window.kept = document.querySelector('#slide-3')")
    server.show(DECK.replace("# Two", "# Zwei"))
    expect(page.locator("#slide-2 h1")).to_have_text("Zwei")
    assert page.evaluate("kept === document.querySelector('#slide-3')")
    assert title(page) == "One"


def test_slides_that_come_before_move_the_one_that_shows(served: Served) -> None:
    page, server = served(DECK, at="#/2?clicks=1")
    server.show(f"# Zero\n\n---\n\n{DECK}", order=[0, 1, 2, 3])
    expect(page.locator(".slide")).to_have_count(4)
    assert (title(page), place(page)) == ("Two", (3, 1))
    assert page.evaluate("location.hash") == "#/3?clicks=1"
    assert page.locator(".controls .position").inner_text() == "3 / 4"
    server.show(DECK, order=[2, 3, 4])
    expect(page.locator(".slide")).to_have_count(3)
    assert (title(page), place(page)) == ("Two", (2, 1))


def test_slides_that_come_and_go_after_it_do_not(served: Served) -> None:
    page, server = served(DECK, at="#/2")
    server.show(f"{DECK}\n---\n\n# Four\n", order=[1, 2, 3, 0])
    expect(page.locator(".slide")).to_have_count(4)
    assert (title(page), place(page)) == ("Two", (2, 0))
    page.keyboard.press("End")
    assert title(page) == "Four"


def test_when_the_slide_that_shows_goes_the_nearest_comes(served: Served) -> None:
    page, server = served(DECK, at="#/2?clicks=2")
    server.show("# One\n\n---\n\n# Three\n", order=[1, 3])
    expect(page.locator(".slide")).to_have_count(2)
    assert (title(page), place(page)) == ("Three", (2, 0))
    server.show("# One\n", order=[1])
    expect(page.locator(".slide")).to_have_count(1)
    assert (title(page), place(page)) == ("One", (1, 0))


def test_slides_that_change_places_are_followed(served: Served) -> None:
    page, server = served(DECK, at="#/3")
    one, two, three = DECK.split("\n---\n")
    server.show("\n---\n".join([f"{three}\n", one, two]), order=[3, 1, 2])
    expect(page.locator("#slide-1 h1")).to_have_text("Three")
    assert (title(page), place(page)) == ("Three", (1, 0))


def test_a_click_that_is_no_more_is_the_last_one_left(served: Served) -> None:
    page, server = served(DECK, at="#/2?clicks=2")
    server.show(DECK.replace("{1|2|3}", "").replace('<v-click at="2">later</v-click>', ""))
    expect(page.locator("#slide-2 .stepped")).to_have_count(0)
    assert place(page) == (2, 0)


def test_focus_and_scroll_stay(served: Served) -> None:
    code = "\n".join(f"x{no} = {no}" for no in range(80))
    deck = f"# A\n\n```python\n{code}\n```\n\n[here](#2)\n\n---\n\n# B\n"
    page, server = served(deck)
    page.locator("#slide-1 pre").focus()
    page.evaluate("document.querySelector('#slide-1 pre').scrollTop = 200")
    server.show(deck.replace("# A", "# Z"))
    expect(page.locator("#slide-1 h1")).to_have_text("Z")
    page.wait_for_function("() => document.querySelector('#slide-1 pre').scrollTop === 200")
    assert page.evaluate("document.activeElement === document.querySelector('#slide-1 pre')")
    page.locator("#slide-1 a").focus()
    server.show(deck.replace("# A", "# Y"))
    expect(page.locator("#slide-1 h1")).to_have_text("Y")
    assert page.evaluate("document.activeElement.textContent") == "here"


def test_scroll_stays_while_a_page_that_nobody_sees_draws_no_frames(served: Served) -> None:
    code = "\n".join(f"x{no} = {no}" for no in range(80))
    deck = f"# A\n\n```python {{2|70}}\n{code}\n```\n"
    page, server = served(deck)
    page.evaluate("document.querySelector('#slide-1 pre').scrollTop = 200")
    page.evaluate("() => { window.held = []; window.requestAnimationFrame = (act) => held.push(act) }")
    for title in ("Y", "Z"):
        server.show(deck.replace("# A", f"# {title}"))
        expect(page.locator("#slide-1 h1")).to_have_text(title)
    page.evaluate("() => held.splice(0).forEach((act) => act())")
    assert page.evaluate("document.querySelector('#slide-1 pre').scrollTop") == 200


def test_the_lit_lines_of_a_slide_that_comes_are_in_sight(served: Served) -> None:
    code = "\n".join(f"x{no} = {no}" for no in range(80))
    deck = f"# A\n\n```python {{2|70}}\n{code}\n```\n"
    page, server = served(f"# A\n\n---\n\n{DECK}", at="#/1?clicks=1")
    server.show(f"{deck}\n---\n\n{DECK}")
    expect(page.locator("#slide-1 .line")).to_have_count(80)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('#slide-1 pre').scrollTop > 200")


def test_words_stay_selected(served: Served) -> None:
    page, server = served("# A\n\nsome words to read\n")
    page.evaluate(
        "const text = document.querySelector('.slide p').firstChild; getSelection().setBaseAndExtent(text, 5, text, 10)"
    )
    server.show("# A longer title\n\nsome words to read, and more\n")
    expect(page.locator("#slide-1 h1")).to_have_text("A longer title")
    assert page.evaluate("String(getSelection())") == "words"


GROUP = """# Group

::code-group

```python [one]
1
```

```python [two]
2
```

::

text
"""


def test_the_tab_of_a_group_stays_and_no_two_have_one_name(served: Served) -> None:
    deck = f"{GROUP}\n---\n\n{GROUP}"
    page, server = served(deck)
    page.get_by_role("tab", name="two").click()
    server.show(deck.replace("text\n", "more text\n", 1))
    expect(page.locator("#slide-1")).to_contain_text("more text")
    assert page.get_by_role("tab", name="two").get_attribute("aria-selected") == "true"
    page.get_by_role("tab", name="one").click()
    assert page.locator("#slide-1 .run.shown .block").get_attribute("data-block") == "1.1"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))


LOOP = """# Loop

```python {2-3|all}
total = 0
for i in range(5):
    total += i
```
"""


def test_a_scrubber_stays_where_it_was_put_though_its_block_moves(served: Served) -> None:
    page, server = served(LOOP, run=True)
    slider = page.locator(".slide.current .pane:not(.away) .passes > input")
    slider.fill("3")
    where = page.locator(".slide.current .pane:not(.away) .passes > .where")
    assert where.inner_text() == "i 3"
    server.show(LOOP.replace("# Loop", "# A loop"))
    expect(page.locator("#slide-1 h1")).to_have_text("A loop")
    assert (slider.input_value(), where.inner_text()) == ("3", "i 3")
    moved = LOOP.replace("total = 0", "x = 1\ntotal = 0").replace("2-3", "3-4")
    server.show(f"# New\n\n---\n\n{moved}", order=[0, 1])
    expect(page.locator(".slide")).to_have_count(2)
    assert title(page) == "Loop"
    assert (slider.input_value(), where.inner_text()) == ("3", "i 3")


FRAMES = tuple(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{no}</text></svg>' for no in range(60))
FILM = (("2.1", BlockResult((Animation(FRAMES, tuple(range(60)), 300, 200, (1,)),))),)
FILMED = "# A\n\n---\n\n# B\n\n```python\nfilm\n```\n"


def test_a_film_that_was_at_work_stands_at_its_end_and_one_that_was_put_stays(served: Served) -> None:
    page, server = served(FILMED, results=FILM)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#slide-2 .scrub .playing")).to_have_count(1)
    server.show(FILMED.replace("# B", "# Z"))
    expect(page.locator("#slide-2 h1")).to_have_text("Z")
    assert page.locator("#slide-2 .scrub .playing").count() == 0
    slider = page.locator("#slide-2 .scrub input")
    assert slider.input_value() == "60"
    slider.fill("7")
    server.show(FILMED)
    expect(page.locator("#slide-2 h1")).to_have_text("B")
    assert slider.input_value() == "7"
    assert page.locator("#slide-2 .scrub .playing").count() == 0


SWEEP = """# Sweep

```python {all}{sweep: {lr: [1, 2, 3]}}
lr = 2
print("now", lr)
```
"""


def test_a_sweep_stays_at_its_value(served: Served) -> None:
    page, server = served(SWEEP, run=True)
    page.locator(".sweep input").fill("2")
    shown = page.locator(".slide.current .results[data-now]")
    assert "now 3" in shown.inner_text()
    server.show(SWEEP.replace("# Sweep", "# Swept"))
    expect(page.locator("#slide-1 h1")).to_have_text("Swept")
    assert (page.locator(".sweep input").input_value(), "now 3" in shown.inner_text()) == ("2", True)
    server.show(f"# New\n\n---\n\n{SWEEP}", order=[0, 1])
    expect(page.locator(".slide")).to_have_count(2)
    assert (page.locator(".sweep input").input_value(), "now 3" in shown.inner_text()) == ("2", True)
    server.show(SWEEP.replace("1, 2, 3", "1, 2, 5"), order=[2])
    expect(page.locator(".slide")).to_have_count(1)
    assert "now 2" in shown.inner_text(), "these are other values"


def test_notes_that_come_later_can_be_opened(served: Served) -> None:
    page, server = served("# A\n")
    assert page.locator("[data-go=notes]").count() == 0
    server.show("# A\n\n<!-- say this -->\n")
    expect(page.locator("[data-go=notes]")).to_have_count(1)
    page.keyboard.press("n")
    assert page.locator("body > .notes").inner_text() == "say this"
    server.show("# A\n\n<!-- say that -->\n")
    expect(page.locator("body > .notes")).to_have_text("say that")


def test_as_a_page_the_slide_that_is_read_stays_where_it_is(served: Served) -> None:
    deck = "\n---\n\n".join(f"# S{no}\n\ntext\n" for no in range(1, 9))
    page, server = served(deck, at="#/5")
    page.locator(".controls [data-go=read]").click(force=True)
    top = "Math.round(document.querySelector('#slide-5').getBoundingClientRect().top)"
    before = page.evaluate(top)
    tall = "\n\n".join(["more"] * 30)
    server.show(deck.replace("# S2\n", f"# S2\n\n{tall}\n"))
    expect(page.locator("#slide-2")).to_contain_text("more")
    assert page.evaluate(top) == before
    assert not page.evaluate("document.documentElement.classList.contains('live')")
    assert page.locator("#slide-2[inert]").count() == 0


def test_a_sheet_stays_open(served: Served) -> None:
    deck = "# A\n\n```python\nfor i in range(30):\n    print(i)\n```\n\ntext\n"
    page, server = served(deck, run=True)
    page.locator(".slide.current .fold > summary, .slide.current .all").first.click()
    assert page.locator("dialog.sheet").is_visible()
    server.show(deck.replace("text\n", "words\n"))
    expect(page.locator("#slide-1")).to_contain_text("words")
    assert page.locator("dialog.sheet").is_visible()


def test_the_look_changes_and_the_slide_is_fitted_anew(served: Served) -> None:
    page, server = served(DECK)
    css = "document.querySelector('#deck-css').textContent"
    server.show(DECK, css=f"{page.evaluate(css)}h1{{font-size:77px}}")
    expect(page.locator("#slide-1 h1")).to_have_css("font-size", "77px")


def test_layers_are_swapped(served: Served) -> None:
    page, server = served(DECK)
    server.show(DECK, layers='<div class="layer global-top">mine</div>')
    expect(page.locator(".stage > .layer")).to_have_text("mine")
    server.show(DECK, layers="")
    expect(page.locator(".stage > .layer")).to_have_count(0)


def test_a_patch_during_a_transition_ends_well(served: Served) -> None:
    deck = f"---\ntransition: slide-left\n---\n\n{DECK}"
    page, server = served(deck)
    page.keyboard.press("ArrowDown")
    server.show(deck.replace("# Two", "# Zwei"))
    expect(page.locator("#slide-2 h1")).to_have_text("Zwei")
    expect(page.locator(".slide.leaving")).to_have_count(0)
    assert page.locator(".slide.current").get_attribute("class") == "slide layout-default current"


def test_a_page_that_lost_its_server_is_brought_up_to_date(served: Served) -> None:
    page, server = served(DECK, at="#/2?clicks=1")
    server.stop()
    lost = page.locator(".corner > .lost")
    expect(lost).to_be_visible()
    server.first = [server.patch(DECK.replace("# Two", "# Zwei"))]
    server.restart()
    expect(page.locator("#slide-2 h1")).to_have_text("Zwei")
    expect(lost).to_be_hidden()
    assert place(page) == (2, 1)
    assert server.asked[-1].endswith("epoch=1")


def test_a_page_that_is_reloaded_stays_as_it_was(served: Served) -> None:
    deck = f"{LOOP}\n---\n\n{SWEEP}"
    page, server = served(deck, run=True)
    page.locator(".slide.current .pane:not(.away) .passes > input").fill("2")
    page.evaluate("location.hash = '#/2'")
    page.locator(".slide.current .sweep input").fill("0")
    page.locator(".controls [data-go=scheme]").click(force=True)
    scheme = page.evaluate("document.documentElement.dataset.scheme")
    reloaded(page, server, type="reload")
    assert place(page) == (2, 0)
    assert page.evaluate("document.documentElement.dataset.scheme") == scheme
    assert page.locator(".sweep input").input_value() == "0"
    assert "now 1" in page.locator(".slide.current .results[data-now]").inner_text()
    page.evaluate("location.hash = '#/1'")
    page.wait_for_selector("#slide-1.current")
    assert page.locator(".slide.current .pane:not(.away) .passes > input").input_value() == "2"


def test_a_deck_opens_where_it_was_left(served: Served) -> None:
    page, server = served(DECK, at="#/2?clicks=1")
    page.keyboard.press("ArrowRight")
    other = page.context.new_page()
    other.goto(server.url)
    assert place(other) == (2, 2)
    other.goto("about:blank")
    other.goto(f"{server.url}#/3")
    assert place(other) == (3, 0), "an address is stronger"


def test_a_patch_that_does_not_fit_reloads_the_page(served: Served) -> None:
    page, server = served(DECK)
    reloaded(page, server, **(server.patch(DECK) | {"from": 7, "epoch": 8}))


RUNS = "# A\n\n```python\nprint(1)\n```\n\n```python\nprint(2)\n```\n"


def test_results_of_the_block_at_work_are_marked_until_they_come(served: Served) -> None:
    page, server = served(RUNS, run=True)
    news = server.patch(RUNS) | {"changed": {"1": sections(server.html)[0]}}
    server.tell(**(news | {"stale": ["1.1", "1.2"]}))
    results = page.locator("#slide-1 .results")
    expect(results.nth(0)).to_have_attribute("aria-busy", "true")
    server.tell(type="running", block="1.1", slide=1, variant="", waiting=["1.2"])
    expect(results.nth(0)).to_have_class("results working")
    expect(results.nth(1)).not_to_have_class("results working")
    assert results.nth(0).inner_text().endswith("1"), "the old ones can be read"
    expect(results.nth(0)).to_have_attribute("data-seconds", "1 s")
    server.tell(**(news | {"from": 2, "epoch": 3, "stale": ["1.2"]}))
    expect(results.nth(0)).not_to_have_attribute("aria-busy", "true")
    server.tell(type="running", block="1.2", slide=1, variant="", waiting=[])
    expect(results.nth(1)).to_have_class("results working")
    server.tell(**(news | {"from": 3, "epoch": 4, "changed": {}}))
    server.tell(type="running", block="")
    expect(page.locator("#slide-1 .working")).to_have_count(0)
    expect(page.locator("body > .announcer")).to_have_text("The results are those of this code")


def test_results_that_were_old_when_the_page_was_loaded_are_not_for_ever(served: Served) -> None:
    page, server = served(RUNS, run=True)
    server.html = server.html.replace("<html", '<html data-stale="1.1"', 1)
    server.sockets.clear()
    page.reload()
    results = page.locator("#slide-1 .results").first
    expect(results).to_have_attribute("aria-busy", "true")
    while not server.sockets:  # the page is there before its socket is
        page.wait_for_timeout(10)
    server.tell(**server.patch(RUNS))
    expect(results).not_to_have_attribute("aria-busy", "true")


MEASURED = """
window.measured = 0;
const isMeasured = ({ oldValue }) => /^slide .*\\bmeasuring\\b/.test(oldValue);
new MutationObserver((records) => (measured += records.filter(isMeasured).length))
  .observe(document.querySelector(".stage"), { subtree: true, attributeFilter: ["class"], attributeOldValue: true });
"""


def test_a_slide_on_which_all_fits_is_measured_once_its_results_are_there(served: Served) -> None:
    page, server = served(RUNS, run=True)
    page.wait_for_timeout(300)
    page.evaluate(MEASURED)
    server.tell(**server.patch(RUNS.replace("# A", "# B"), run=True, stale=["1.1"]))
    expect(page.locator("#slide-1 h1")).to_have_text("B")
    page.wait_for_timeout(700)
    assert page.evaluate("measured") == 0
    server.tell(**server.patch(RUNS.replace("# A", "# B"), run=True))
    page.wait_for_function("() => measured > 0")


def test_a_slide_that_fits_no_more_is_measured_while_its_code_runs(served: Served) -> None:
    page, server = served(RUNS, run=True)
    page.wait_for_timeout(300)
    page.evaluate(MEASURED)
    taller = RUNS.replace("print(1)", "\n".join(f"x = {no}" for no in range(40)))
    server.tell(**server.patch(taller, run=True, stale=["1.1"]))
    page.wait_for_function("() => measured > 0")


def test_a_block_without_results_has_a_place_for_them_while_it_runs(served: Served) -> None:
    page, server = served(RUNS)
    results = page.locator("#slide-1 .results")
    server.tell(**server.patch(RUNS, stale=["1.2"]))
    expect(results).to_have_count(1)
    expect(page.locator('.run:has(> [data-block="1.2"]) > .results')).to_have_attribute("aria-busy", "true")
    server.tell(**server.patch(RUNS))
    expect(results).to_have_count(0)


def test_a_built_file_has_none_of_this(opened: Opened) -> None:
    html = render(ExecutedDeck(parse(Source(Path("deck.md"), DECK)), {}), load_theme("default", Path()), {}).html
    for word in (
        "WebSocket",
        "localStorage",
        "connect-src",
        'class="problems"',
        "textarea autocap",
        "data-stale",
    ):
        assert word not in html, word
    assert all((CLIENT / f"{name}.js").is_file() for name in SERVED)
    page = opened(DECK)
    page.keyboard.press("e")
    page.keyboard.press("w")
    assert place(page) == (1, 0)
