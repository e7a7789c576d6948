"""Who is let in: by rules that hold for every request and every socket."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.serve.guard import Guard
from deck_builder.serve.rights import Rights
from tests.serve.serving import complete

HOST = "127.0.0.1:3030"
ORIGIN = f"http://{HOST}"
NAMES = frozenset({HOST, "localhost:3030"})
RIGHTS = Rights(3030, remote=True)
AUTHOR = f"deck-author-3030={RIGHTS.token}"
PRESENTER = f"deck-presenter-3030={RIGHTS.key}"


async def nothing() -> dict[str, Any]:
    raise AssertionError("the guard reads nothing")


def asked(
    path: str = "/a/",
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    *,
    kind: str = "http",
    method: str = "GET",
    query: str = "",
    peer: str = "127.0.0.1",
    server: tuple[str, int] = ("127.0.0.1", 3030),
    guard: Guard | None = None,
) -> dict[str, Any]:
    """What becomes of a request: `role` if it came through, else `status` and headers, or `code`."""
    became: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        became["role"] = scope["deck.role"]
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        became.update(message)
        if "headers" in message:
            became["headers"] = {name.decode().lower(): value.decode() for name, value in message["headers"]}

    pairs = headers if isinstance(headers, list) else list(({"Host": HOST} | (headers or {})).items())
    scope = {
        "type": kind, "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        "client": (peer, 5), "server": server,
    }  # fmt: skip
    complete((guard or Guard(app, NAMES, RIGHTS))(scope, nothing, send))
    return became


def is_in(became: dict[str, Any]) -> bool:
    return "role" in became


def test_our_own_page_is_let_in() -> None:
    assert asked() == {"role": "audience", "type": "http.response.start", "status": 200, "headers": asked()["headers"]}
    assert asked(kind="websocket", headers={"Origin": ORIGIN})["role"] == "audience"


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:3030", "127.0.0.1", "127.0.0.1:3031", "localhost.:3030", "", "[::1]:3030",
     "127.0.0.1:3030.evil.example", "evil.example@127.0.0.1:3030", "0.0.0.0:3030", "127.0.0.1:3030 ", "127.1:3030",
     "2130706433:3030"],
)  # fmt: skip
def test_another_host_is_refused(kind: str, host: str) -> None:
    became = asked(headers={"Host": host, "Origin": f"http://{host}", "Cookie": AUTHOR}, kind=kind)
    assert not is_in(became)
    assert became.get("status", 421) == 421


def test_a_number_by_which_we_were_reached_is_ours_and_a_name_is_not() -> None:
    assert is_in(asked(headers={"Host": "192.0.2.7:3030"}, server=("192.0.2.7", 3030)))
    assert is_in(asked(headers={"Host": "[fd00::2]:3030"}, server=("fd00::2", 3030)))
    assert not is_in(asked(headers={"Host": "192.0.2.7:3030"}, server=("192.0.2.8", 3030)))
    assert not is_in(asked(headers={"Host": "evil.example:3030"}, server=("evil.example", 3030)))


@pytest.mark.parametrize("hosts", [[], [("Host", HOST), ("Host", HOST)], [("Host", "evil.example"), ("Host", HOST)]])
def test_there_is_one_host(hosts: list[tuple[str, str]]) -> None:
    assert not is_in(asked(headers=[*hosts, ("Accept", "*/*")]))


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "origin",
    ["null", "http://evil.example", "http://127.0.0.1:3031", "https://127.0.0.1:3030", "http://localhost:3030", "",
     "file://", "http://127.0.0.1:3030.evil.example"],
)  # fmt: skip
def test_another_origin_is_refused_whatever_it_brings(kind: str, origin: str) -> None:
    assert not is_in(asked(headers={"Origin": origin, "Cookie": AUTHOR}, kind=kind))


def test_a_socket_must_say_its_origin_once() -> None:
    assert not is_in(asked(kind="websocket"))
    twice = [("Host", HOST), ("Origin", ORIGIN), ("Origin", ORIGIN)]
    assert not is_in(asked(kind="websocket", headers=twice))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "CROSS-SITE", "nonsense"])
@pytest.mark.parametrize(
    "mode, dest",
    [("no-cors", "script"), ("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe"), ("navigate", "object"),
     ("websocket", "websocket")],
)  # fmt: skip
def test_what_another_site_takes_in_is_refused(site: str, mode: str, dest: str) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest, "Cookie": AUTHOR}
    assert asked(headers=headers)["status"] == 403
    assert not is_in(asked(headers=headers | {"Origin": ORIGIN}, kind="websocket"))


def test_a_link_from_another_site_may_be_followed() -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert is_in(asked(headers=link))
    assert not is_in(asked(headers=link | {"Origin": ORIGIN}, kind="websocket"))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", ""])
def test_only_reading(method: str) -> None:
    became = asked(method=method, headers={"Cookie": AUTHOR})
    assert became["status"] == 405
    assert became["headers"]["allow"] == "GET, HEAD"
    assert "access-control-allow-origin" not in became["headers"]


def test_what_is_too_large_is_refused() -> None:
    assert asked("/" + "a" * 3000)["status"] == 414
    assert asked(query="a" * 3000)["status"] == 414
    assert asked(headers={"X": "a" * 20_000})["status"] == 431
    assert asked(headers={f"X-{no}": "" for no in range(100)})["status"] == 431
    assert asked(headers={"Content-Length": "5"})["status"] == 413
    assert asked(headers={"Transfer-Encoding": "chunked"})["status"] == 413


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "/%2fevil.example/", "/%5Cevil.example/",
                                  "http://evil.example/", "*", "", "/a%0d%0aSet-Cookie:x=y/", "/\x00"])  # fmt: skip
def test_no_path_leads_elsewhere(path: str) -> None:
    assert asked(path, query=f"token={RIGHTS.token}")["status"] == 404


def test_too_much_at_once_is_refused_for_that_address_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deck_builder.serve.guard.REQUESTS", (0.0, 5.0))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    guard = Guard(app, NAMES, RIGHTS)
    assert [asked(peer="192.0.2.7", guard=guard)["status"] for _ in range(6)] == [200] * 5 + [429]
    assert asked(peer="192.0.2.8", guard=guard)["status"] == 200


def test_a_token_becomes_a_cookie_that_no_script_and_no_other_site_has() -> None:
    became = asked("/a b/", query=f"presenter&token={RIGHTS.token}&x=1")
    assert (became["status"], became["headers"]["location"]) == (303, "/a%20b/?presenter&x=1")
    assert became["headers"]["set-cookie"] == f"{AUTHOR}; Path=/; HttpOnly; SameSite=Strict"
    assert asked(headers={"Cookie": f"other=1; {AUTHOR}"})["role"] == "author"


def test_a_key_makes_a_presenter_of_who_comes_from_elsewhere() -> None:
    became = asked(query=f"key={RIGHTS.key}", peer="192.0.2.9")
    assert became["headers"]["set-cookie"].startswith(PRESENTER)
    assert asked(headers={"Cookie": PRESENTER}, peer="192.0.2.9")["role"] == "presenter"


@pytest.mark.parametrize(
    "query", ["token=wrong", "token=", "token", "key=wrong", "key=", "token=%00", "token=%ff", "token=é"]
)
def test_a_wrong_token_is_said_so(query: str) -> None:
    became = asked(query=query)
    if "=" not in query or query.endswith("="):
        assert became.get("role", "audience") == "audience"
    else:
        assert became["status"] == 403
        assert "set-cookie" not in became["headers"]


def test_the_authors_token_is_good_on_this_machine_only() -> None:
    for peer in ("192.0.2.9", "::ffff:192.0.2.9", "fd00::9", "", "testclient"):
        assert asked(query=f"token={RIGHTS.token}", peer=peer)["status"] == 403
        assert asked(headers={"Cookie": AUTHOR}, peer=peer)["role"] == "audience"
        assert asked(headers={"Cookie": AUTHOR, "X-Forwarded-For": "127.0.0.1"}, peer=peer)["role"] == "audience"
    for peer in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"):
        assert asked(headers={"Cookie": AUTHOR}, peer=peer)["role"] == "author"


def test_a_token_for_once_is_good_once() -> None:
    once = RIGHTS.once()
    assert asked(query=f"token={once}", peer="192.0.2.9")["status"] == 403
    assert asked(query=f"token={once}")["headers"]["set-cookie"].startswith(AUTHOR)
    assert asked(query=f"token={once}")["status"] == 403
    assert asked(headers={"Cookie": f"deck-author-3030={once}"})["role"] == "audience"


def test_without_remote_there_is_no_key() -> None:
    alone = Rights(3030)
    assert alone.cookie("key", "", "127.0.0.1") is None
    assert alone.role(["deck-presenter-3030="], "127.0.0.1") == "audience"
    assert alone.role(["deck-author-3030="], "127.0.0.1") == "audience"


def test_every_answer_keeps_to_itself() -> None:
    for became in (asked(), asked(headers={"Host": "evil.example"}), asked(query=f"token={RIGHTS.token}")):
        headers = became["headers"]
        assert "frame-ancestors" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"


def test_what_fails_inside_is_told_in_plain_words() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise OSError("/home/someone/secret.md")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", HOST.encode())]}
    complete(Guard(app, NAMES, RIGHTS)(scope | {"client": None, "server": None}, nothing, send))
    assert sent[0]["status"] == 500
    assert b"secret" not in sent[1]["body"]


latin = st.text(st.characters(max_codepoint=255), max_size=40)
names = st.sampled_from(["Host", "Origin", "Cookie", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Content-Length", "X"])
values = st.one_of(latin, st.sampled_from([HOST, ORIGIN, AUTHOR, PRESENTER, "cross-site", "navigate", "null"]))


@settings(deadline=None)
@given(
    st.lists(st.tuples(names, values), max_size=8),
    st.sampled_from(["http", "websocket"]),
    st.one_of(st.sampled_from(["GET", "HEAD", "POST"]), latin),
    latin,
    st.one_of(latin, st.sampled_from([f"token={RIGHTS.token}", f"key={RIGHTS.key}"])),
    st.sampled_from(["127.0.0.1", "192.0.2.9", "::1", ""]),
)
def test_whatever_is_asked_nobody_gets_in_by_another_name_or_from_another_page(
    headers: list[tuple[str, str]], kind: str, method: str, path: str, query: str, peer: str
) -> None:
    became = asked(path, headers, kind=kind, method=method, query=query, peer=peer)
    said = [value for name, value in headers if name == "Host"]
    if is_in(became):
        assert len(said) == 1
        assert said[0].lower() in NAMES
        assert all(v.lower() == f"http://{said[0].lower()}" for n, v in headers if n == "Origin")
        assert kind == "http" or sum(n == "Origin" for n, _ in headers) == 1
        assert became["role"] != "author" or (peer in ("127.0.0.1", "::1") and any(AUTHOR in v for _, v in headers))
    else:
        assert became.get("status", 403) < 500
