"""Pages of others in a real Chromium, in which the author is logged in: they read, open and run nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.serve.serving import LOOPBACK, Serving, serving
from tests.serve.still import Still

CHROMIUM = "/usr/bin/chromium"
SECRET = "what only this deck says"

TRIES = """
async ([target, socket, port]) => {
  const told = {};
  const load = (tag, key, url, more = {}) => new Promise(done => {
    const element = Object.assign(document.createElement(tag), more, { [key]: url });
    element.onload = () => done("loaded"); element.onerror = () => done("refused");
    document.body.append(element); });
  const read = options => fetch(target, options).then(answer => answer.text()).catch(() => "refused");
  told.fetch = await read({ credentials: "include" });
  told.plain = await read({});
  told.blind = await fetch(target, { mode: "no-cors", credentials: "include" }).then(() => "blind", () => "refused");
  told.post = await read({ method: "POST", body: "x", credentials: "include" });
  told.script = await load("script", "src", target);
  told.image = await load("img", "src", target);
  told.style = await load("link", "href", target, { rel: "stylesheet" });
  told.socket = await new Promise(done => {
    const line = new WebSocket(socket);
    line.onopen = () => { line.send('{"type":"drop","block":"1.1"}'); done("open") };
    line.onerror = () => done("refused"); });
  const frame = document.createElement("iframe");
  await new Promise(done => { frame.onload = done; frame.src = target; document.body.append(frame) });
  try { told.frame = frame.contentDocument.body.textContent } catch { told.frame = "refused" }
  return told;
}
"""


class _Other(BaseHTTPRequestHandler):
    """A server of somebody else: it notes what cookies it is brought."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>evil</title><body>")

    def log_message(self, *said: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def deck() -> Still:
    return Still("talk", title=SECRET)


@pytest.fixture(scope="module")
def served(deck: Still) -> Iterator[Serving]:
    with serving(deck) as running:
        yield running


@pytest.fixture(scope="module")
def other() -> Iterator[int]:
    """The port of somebody else's server on this machine."""
    server = ThreadingHTTPServer((LOOPBACK, 0), _Other)
    thread = Thread(target=partial(server.serve_forever, 0.05))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def author(served: Serving, playwright: Playwright) -> Iterator[BrowserContext]:
    """The author's browser, for which names of others lead to this machine."""
    rules = f"MAP evil.example {LOOPBACK}, MAP rebound.example {LOOPBACK}"
    arguments = ["--no-sandbox", f"--host-resolver-rules={rules}", "--disable-features=LocalNetworkAccessChecks"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{served.origin}/?token={served.rights.token}")
    assert page.url == f"{served.origin}/talk/", "the token does not stay in the address"
    assert SECRET in page.content()
    page.close()
    yield context
    browser.close()


@pytest.fixture
def page(author: BrowserContext) -> Iterator[Page]:
    page = author.new_page()
    yield page
    page.close()


def test_the_author_is_known_by_a_cookie_that_scripts_do_not_see(
    page: Page, served: Serving, author: BrowserContext
) -> None:
    page.goto(f"{served.origin}/talk/")
    greeting = (
        "new Promise(done => new WebSocket(`ws://${location.host}/talk/live?epoch=1`).onmessage = m => done(m.data))"
    )
    assert '"role":"author"' in page.evaluate(greeting)
    assert page.evaluate("document.cookie") == ""
    (cookie,) = author.cookies(served.origin)
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "evil.example"])
def test_a_page_of_another_origin_can_do_nothing(
    page: Page, served: Serving, deck: Still, other: int, host: str
) -> None:
    page.goto(f"http://{host}:{other}/")
    target = f"{served.origin}/talk/"
    told = page.evaluate(TRIES, [target, f"ws://{LOOPBACK}:{served.port}/talk/live?epoch=1", served.port])
    assert set(told.pop("blind")) <= set("blindrefused"), "what nobody can look into is no harm"
    assert set(told.values()) == {"refused"}, told
    assert deck.heard == []


def test_a_name_that_points_here_since_a_moment_ago_can_do_nothing(page: Page, served: Serving, deck: Still) -> None:
    """DNS rebinding: for the browser it is all of one origin, so that only the Host tells."""
    host = f"rebound.example:{served.port}"
    answer = page.goto(f"http://{host}/")
    assert answer
    assert answer.status == 421
    assert SECRET not in page.content()
    told = page.evaluate(TRIES, [f"http://{host}/talk/", f"ws://{host}/talk/live?epoch=1", served.port])
    assert not [name for name, text in told.items() if SECRET in text]
    assert told["socket"] == told["script"] == "refused"
    assert deck.heard == []


def test_a_window_of_ours_is_out_of_reach_for_who_opened_it(
    page: Page, served: Serving, author: BrowserContext, other: int
) -> None:
    page.goto(f"http://127.0.0.1:{other}/")
    with author.expect_page() as opened:
        page.evaluate("target => { window.theirs = open(target) }", f"{served.origin}/talk/")
    opened.value.wait_for_load_state()
    assert SECRET in opened.value.content(), "a link may be followed"
    assert opened.value.evaluate("opener") is None
    assert page.evaluate("theirs.closed"), "to its opener it looks closed"


def test_nobody_frames_a_deck_but_we(page: Page, served: Serving, other: int) -> None:
    page.goto(f"http://127.0.0.1:{other}/")
    page.set_content(f'<iframe src="{served.origin}/talk/"></iframe><iframe src="{served.origin}/talk/thumb"></iframe>')
    page.wait_for_load_state("networkidle")
    assert not [frame for frame in page.frames[1:] if SECRET in frame.content()]


def test_thumbnails_show_on_the_page_of_all_decks(author: BrowserContext, deck: Still) -> None:
    html = "<!doctype html><h1>第一页</h1><script>document.body.textContent = 'ran'</script>"
    with serving(deck, Still("二", html, "标题")) as several:
        page = author.new_page()
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{several.origin}/")
        page.wait_for_load_state("networkidle")
        assert [frame.locator("body").inner_text().strip() for frame in page.frames[1:]] == [SECRET, "第一页"]
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/talk/")
        assert said == []
        page.close()
