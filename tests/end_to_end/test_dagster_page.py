"""Dagster's pages as `p20w ui` opens them: an ordinary visit, and what other pages and programs try."""

import http.client
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from p20w.database import Warehouse
from p20w.settings import PROJECT
from tests.browser import chromium
from tests.own_state import free_port

PATIENCE_SECONDS = 180
P20W = str(Path(sys.executable).parent / "p20w")
NAME, PASSWORD = "a.operator", "four plain words here"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def mutation(mark: str) -> str:
    """A harmless change that leaves `mark` where it can be looked up."""
    return f'mutation {{ setConcurrencyLimit(concurrencyKey: "{mark}", limit: 1) }}'


@dataclass
class Pages:
    """Dagster's pages of one `p20w ui`, and the cookie of who started it."""

    environment: dict[str, str]
    port: int
    process: "subprocess.Popen[str]"
    cookie: str = ""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode()
        self.cookie = (answer.headers.get("set-cookie") or self.cookie).partition(";")[0]
        connection.close()
        return answer.status, text

    def graphql(self, query: str) -> dict[str, Any]:
        """As Dagster's own page asks."""
        body = json.dumps({"query": query})
        status, text = self.request(
            "POST", "/graphql", body, cookie=self.cookie, origin=self.base, content_type="application/json"
        )
        assert status == 200, text
        told = json.loads(text)
        assert "errors" not in told
        return told["data"]

    def marks(self) -> set[str]:
        """What mutations have left."""
        limits = self.graphql("{ instance { concurrencyLimits { concurrencyKey } } }")["instance"]["concurrencyLimits"]
        return {limit["concurrencyKey"] for limit in limits}


@pytest.fixture(scope="module")
def pages(module_warehouse: Warehouse) -> Iterator[Pages]:
    """`p20w ui` for somebody who starts it for the first time: one command, and the link it shows."""
    settings = module_warehouse.settings
    settings.drops.mkdir(exist_ok=True)
    names = ("home", "drops", "truth", "reports", "secrets", "server_folder", "database")
    environment = {
        "PATH": os.defpath,
        "HOME": str(settings.home),
        **{f"P20W_{name.upper()}": str(getattr(settings, name)) for name in names},
    }
    port = free_port()
    process = subprocess.Popen(
        [P20W, "ui", "--port", str(port)],
        cwd=PROJECT,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    opened = Pages(environment, port, process)
    try:
        link = _link(process)
        assert link.startswith(opened.base)
        assert opened.request("GET", link.removeprefix(opened.base))[0] == 303
        yield opened
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def _link(process: "subprocess.Popen[str]") -> str:
    said = ""
    watch = threading.Timer(PATIENCE_SECONDS, process.kill)
    watch.start()
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if found := re.search(r"http://\S+/enter\?token=\S+", line):
            watch.cancel()
            return found[0]
    raise AssertionError(f"p20w ui showed no link\n{said}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def visitor(pages: Pages, browser: Browser) -> Iterator[Page]:
    """Chromium, logged in with a name and a password."""
    added = subprocess.run(
        [P20W, "ui", "users", "add", NAME],
        cwd=PROJECT,
        env=pages.environment,
        input=PASSWORD + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert added.returncode == 0, added.stderr
    assert PASSWORD not in added.stdout
    context = browser.new_context()
    context.set_default_timeout(60_000)
    view = context.new_page()
    view.goto(f"{pages.base}/assets")
    expect(view.get_by_role("heading", level=1)).to_have_text("Log in to the warehouse's Dagster")
    found = Axe().run(view, options=RULES)
    assert [item["id"] for item in found.response["violations"]] == []
    view.get_by_label("Name").fill(NAME)
    view.get_by_label("Password").fill("not this one at all")
    view.get_by_role("button", name="Log in").click()
    expect(view.get_by_role("alert")).to_have_text("Name or password is wrong.")
    view.get_by_label("Name").fill(NAME)
    view.get_by_label("Password").fill(PASSWORD)
    view.get_by_role("button", name="Log in").click()
    view.wait_for_url(lambda url: "/login" not in url)
    yield view
    context.close()


def test_a_mutation_by_get_from_anywhere_changes_nothing(pages: Pages) -> None:
    path = f"/graphql?query={quote(mutation('get'))}"
    known = {"cookie": pages.cookie}
    assert pages.request("GET", path, host="evil.example", origin="http://evil.example")[0] == 421
    assert pages.request("GET", path, host="evil.example", origin="http://evil.example", **known)[0] == 421
    assert pages.request("GET", path, origin="http://evil.example", **known)[0] == 405
    assert pages.request("GET", path, accept="image/avif,image/*", **known)[0] == 405
    assert pages.request("GET", path, **known)[0] == 405
    assert pages.request("GET", path)[0] == 405
    assert "get" not in pages.marks()


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        (403, {"origin": "http://evil.example"}),
        (403, {"origin": "null"}),
        (403, {"origin": "http://127.0.0.1:1"}),
        (415, {"content_type": "text/plain"}),
        (415, {"content_type": "application/x-www-form-urlencoded"}),
        (415, {"content_type": "application/graphql"}),
        (421, {"host": "evil.example"}),
        (401, {"cookie": "p20w_ui=guessed"}),
    ],
)
def test_a_mutation_by_post_needs_to_come_from_this_page(pages: Pages, status: int, changed: dict[str, str]) -> None:
    right = {"cookie": pages.cookie, "origin": pages.base, "content_type": "application/json"}
    body = json.dumps({"query": mutation("post")})
    assert pages.request("POST", "/graphql", body, **{**right, **changed})[0] == status
    by_address = f"/graphql?query={quote(mutation('post'))}"
    assert pages.request("POST", by_address, body, **{**right, **changed})[0] == status
    assert "post" not in pages.marks()


def test_nobody_writes_into_the_history_of_an_asset_without_being_known(pages: Pages) -> None:
    for path in ("/report_asset_materialization/seen", "/report_asset_check/seen", "/report_asset_observation/seen"):
        kind = {"origin": pages.base, "content_type": "application/json"}
        assert pages.request("POST", path, "{}", **kind)[0] == 401
        assert pages.request("POST", f"{path}?description=x", None, cookie=pages.cookie)[0] == 403
    told = pages.graphql('{ assetNodeOrError(assetKey: {path: ["seen"]}) { __typename } }')
    assert told["assetNodeOrError"]["__typename"] == "AssetNotFoundError"


@pytest.mark.parametrize(
    "path", ["/", "/assets", "/runs", "/server_info", "/download_debug/x", "/logs/x/out", "/notebook"]
)
def test_nothing_is_shown_to_who_is_not_known(pages: Pages, path: str) -> None:
    assert pages.request("GET", path) == (401, "Log in first, at /login.")
    assert pages.request("GET", path, cookie=pages.cookie, host="evil.example")[0] == 421


def test_a_subscription_opens_only_from_this_page_for_who_is_known(pages: Pages) -> None:
    url = f"ws://127.0.0.1:{pages.port}/graphql"

    def opens(**named: Any) -> bool:
        try:
            with connect(url, proxy=None, subprotocols=["graphql-ws"], **named) as opened:  # pyright: ignore
                opened.send(json.dumps({"type": "connection_init"}))
                return json.loads(opened.recv(timeout=30))["type"] == "connection_ack"
        except InvalidStatus as refused:
            return refused.response.status_code != 403

    known = {"cookie": pages.cookie}
    assert opens(origin=pages.base, additional_headers=known)
    assert not opens(origin="http://evil.example", additional_headers=known)
    assert not opens(additional_headers=known)
    assert not opens(origin=pages.base)
    assert not opens(origin=pages.base, additional_headers={**known, "host": "evil.example"})


EVIL = """
<!DOCTYPE html><title>working</title><iframe name="sink"></iframe>
<form method="post" action="{target}" enctype="text/plain" target="sink"><input name='{{"query":"' value='"}}'></form>
<script>
const image = address => new Promise(end => {{
  const tag = new Image(); tag.onload = tag.onerror = end; tag.src = address;
}});
const socket = address => new Promise(end => {{
  const one = new WebSocket(address, "graphql-ws");
  one.onopen = () => {{ document.body.dataset.socket = "open"; end(); }}; one.onerror = end;
}});
const send = (kind, mode) => fetch("{target}", {{
  method: "POST", mode, credentials: "include", headers: {{"content-type": kind}}, body: '{body}'
}}).catch(() => null);
document.forms[0].submit();
Promise.all([
  image("{image}"), image("{wipe}"), socket("{socket}"),
  send("text/plain", "no-cors"), send("application/json", "cors"),
]).then(() => setTimeout(() => {{ document.title = "done"; }}, 500));
</script>
"""


@pytest.fixture
def serve_page() -> Iterator[Callable[[str], str]]:
    """A function that serves a page from another port of this machine, and gives its address."""
    text = ""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None: ...

    def put(page: str) -> str:
        nonlocal text
        text = page
        return f"http://127.0.0.1:{server.server_port}/"

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield put
    server.shutdown()
    server.server_close()


def test_an_operator_sees_the_assets(visitor: Page, pages: Pages) -> None:
    visitor.goto(f"{pages.base}/assets")
    expect(visitor.get_by_text("agg_leaver_year").first).to_be_visible()
    visitor.goto(f"{pages.base}/login")
    expect(visitor.get_by_text(f"As {NAME}.")).to_be_visible()


def test_another_page_in_the_same_browser_changes_and_reads_nothing(
    visitor: Page, pages: Pages, serve_page: Callable[[str], str]
) -> None:
    """Another port of one machine is the same site, so that the browser sends the cookie along."""
    target = f"{pages.base}/graphql"
    page = EVIL.format(
        target=target,
        body=json.dumps({"query": mutation("page")}).replace("\\", "\\\\"),
        image=f"{target}?query={quote(mutation('page'))}",
        wipe=f"{target}?query={quote('mutation { wipeAssets(assetPartitionRanges: []) { __typename } }')}",
        socket=target.replace("http:", "ws:"),
    )
    asked: list[Request] = []
    other = visitor.context.new_page()
    other.on("request", lambda request: asked.append(request))
    other.goto(serve_page(page))
    expect(other).to_have_title("done")
    tried = [request for request in asked if request.url.startswith(target)]
    assert sorted({request.resource_type for request in tried}) == ["document", "fetch", "image"]
    form = next(request for request in tried if request.resource_type == "document")
    assert "cookie" in form.all_headers()
    answer = form.response()
    assert answer is not None
    assert answer.status == 403
    assert other.evaluate("document.body.dataset.socket") is None
    assert "page" not in pages.marks()
    # the same change from Dagster's own page is made: what was refused above would have worked
    visitor.goto(f"{pages.base}/assets")
    body = json.dumps({"query": mutation("own page")})
    visitor.evaluate(
        "body => fetch('/graphql', {method: 'POST', headers: {'content-type': 'application/json'}, body})", body
    )
    assert "own page" in pages.marks()
    other.close()


def test_dagster_listens_nowhere_but_behind_the_guard(pages: Pages) -> None:
    parent = psutil.Process(pages.process.pid)
    family = [parent, *parent.children(recursive=True)]
    listening = {
        (found.laddr.ip, found.laddr.port)
        for member in family
        for found in member.net_connections(kind="inet")
        if found.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", pages.port)}
    assert len(family) >= 4
    code = next(Path(word) for member in family for word in member.cmdline() if word.endswith("/code"))
    assert code.is_socket()
    assert code.parent.stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_told_before_anything_starts(pages: Pages) -> None:
    command = [P20W, "ui", "--port", str(pages.port)]
    done = subprocess.run(command, cwd=PROJECT, env=pages.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert (
        done.stderr.strip() == f"Port {pages.port} cannot be had (Address already in use). Choose another with --port."
    )


def test_when_it_ends_nothing_of_it_stays(pages: Pages) -> None:
    family = psutil.Process(pages.process.pid).children(recursive=True)
    pages.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 60
    while pages.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert pages.process.returncode == 0
    assert psutil.wait_procs(family, timeout=30)[1] == []
