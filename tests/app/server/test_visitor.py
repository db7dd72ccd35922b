"""A visitor's name comes from the browser's cookie, whose text changes with every page."""

from __future__ import annotations

import pytest
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from app.server.visitor import _browser_secret


def test_one_browser_has_one_secret_whatever_the_mask() -> None:
    secret = bytes(range(16))
    cookies = [generate_xsrf_token_string(secret, timestamp=time) for time in (1, 2)]
    assert cookies[0] != cookies[1]
    assert [_browser_secret(cookie) for cookie in cookies] == [secret, secret]
    assert _browser_secret(f'"{cookies[0]}"') == secret, "some browsers quote it"
    assert _browser_secret(generate_xsrf_token_string(secret[::-1], timestamp=1)) == secret[::-1]


@pytest.mark.parametrize("cookie", ["", "2|ab", "2|xy|00|1", "1|2|3|4|5"])
def test_a_cookie_of_another_form_names_nobody(cookie: str) -> None:
    assert _browser_secret(cookie) == b""
