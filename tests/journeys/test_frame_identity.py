"""A visitor in a frame of another site, over TLS, where cookies of third parties are refused."""

from __future__ import annotations

import contextlib
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from bench.browser.chromium import PATIENCE
from bench.browser.server import serving

#: Chromium takes names that end so for this computer, and each for a site of its own.
SITE, LAB = "school.localhost", "lab.localhost"


class Certificate:
    def __init__(self, folder: Path) -> None:
        self.file, self.key = folder / "cert.pem", folder / "key.pem"
        subprocess.run(
            (
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
                f"-subj /CN={LAB} -keyout {self.key} -out {self.file}"
            ).split(),
            check=True,
            capture_output=True,
        )


class _School(BaseHTTPRequestHandler):
    """A page that frames the lab whose port its address names."""

    def do_GET(self) -> None:
        port = parse_qs(urlsplit(self.path).query).get("port", ["0"])[0]
        page = (
            "<!doctype html><title>School</title>"
            f"<iframe src='https://{LAB}:{int(port)}/glossary' width=1400 height=850></iframe>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def school(certificate: Certificate) -> Iterator[str]:
    """The address of the page of another site."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file, certificate.key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _School)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://{SITE}:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def new_visitor(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """`new_visitor()`: a context that takes the certificate of the test."""
    with contextlib.ExitStack() as contexts:

        def visitor() -> BrowserContext:
            context = browser.new_context(
                ignore_https_errors=True, viewport={"width": 1440, "height": 900}
            )
            return contexts.enter_context(contextlib.closing(context))

        yield visitor


def strict_page(context: BrowserContext) -> Page:
    """A page that refuses the cookies of third parties."""
    page = context.new_page()
    controls = context.new_cdp_session(page)
    controls.send("Network.enable")
    controls.send("Network.setCookieControls", {"enableThirdPartyCookieRestriction": True})
    return page


def frame_of(page: Page, school: str, port: int) -> FrameLocator:
    page.set_default_timeout(PATIENCE)
    page.goto(f"{school}/?port={port}")
    lab = page.frame_locator("iframe")
    expect(lab.get_by_role("heading", name="Glossary")).to_be_visible(timeout=PATIENCE)
    return lab


def name_button(lab: FrameLocator, name: str) -> None:
    """Expect that the sidebar calls the visitor so."""
    button = lab.get_by_test_id("stSidebar").get_by_role("button", name=name)
    expect(button).to_be_visible(timeout=PATIENCE)


def test_in_a_frame_a_visitor_survives_a_reload_and_a_restart_of_the_lab(
    new_visitor: Callable[[], BrowserContext],
    school: str,
    certificate: Certificate,
    tmp_path: Path,
) -> None:
    serve = partial(
        serving,
        tmp_path,
        environment={
            "STREAMLIT_SERVER_SSL_CERT_FILE": str(certificate.file),
            "STREAMLIT_SERVER_SSL_KEY_FILE": str(certificate.key),
            "LATENT_LAB_FRAMED_BY": school,
            "LATENT_LAB_SECRET": "",  # it is made, and must outlive the server
        },
    )
    ada = new_visitor()
    with serve() as server:
        port = urlsplit(server.url).port or 0
        page = strict_page(ada)
        lab = frame_of(page, school, port)
        frame = next(one for one in page.frames if LAB in one.url)
        # The browser does refuse them, and takes those that each framing site has by itself.
        left = frame.evaluate(
            """() => {
                document.cookie = 'third=1; Secure; SameSite=None';
                document.cookie = 'own=1; Secure; SameSite=None; Partitioned';
                return document.cookie;
            }"""
        )
        assert "own=1" in left
        assert "third=1" not in left
        lab.get_by_test_id("stSidebar").get_by_role("button", name="Your name").click()
        field = lab.get_by_role("textbox", name="Your name (optional)")
        field.fill("Ada")
        field.press("Enter")
        name_button(lab, "Ada")
        name_button(frame_of(page, school, port), "Ada")
        given = [one for one in ada.cookies() if "latent-lab" in one.get("name", "")]
        assert [one.get("httpOnly") for one in given] == [True]
        name_button(frame_of(strict_page(new_visitor()), school, port), "Your name")
    with serve() as server:  # at another port, which cookies do not tell apart
        port = urlsplit(server.url).port or 0
        name_button(frame_of(page, school, port), "Ada")
        # The lab itself is another site than the school: nothing joins the two visits.
        page.goto(f"https://{LAB}:{port}/glossary")
        expect(page.get_by_role("heading", name="Glossary")).to_be_visible(timeout=PATIENCE)
        expect(
            page.get_by_test_id("stSidebar").get_by_role("button", name="Your name")
        ).to_be_visible(timeout=PATIENCE)


def test_a_site_that_was_not_named_frames_nothing(
    new_visitor: Callable[[], BrowserContext],
    school: str,
    certificate: Certificate,
    tmp_path: Path,
) -> None:
    environment = {
        "STREAMLIT_SERVER_SSL_CERT_FILE": str(certificate.file),
        "STREAMLIT_SERVER_SSL_KEY_FILE": str(certificate.key),
        "LATENT_LAB_FRAMED_BY": "*, https://other.localhost",
    }
    with serving(tmp_path, environment=environment) as server:
        page = new_visitor().new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(f"{school}/?port={urlsplit(server.url).port}")
        page.wait_for_load_state("load")
        assert any("frame-ancestors" in text for text in refused), refused
