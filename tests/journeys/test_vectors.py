"""In a real browser the phone's scripts read and advise as the server does, for a great many forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

VECTORS = Path(__file__).parent.parent / "vectors"


@pytest.mark.slow
def test_the_phone_reads_and_advises_as_the_server_does(site, phone):
    phone.goto("/card")
    vectors = {name: json.loads(text(f"{name}.json")) for name in ("advice", "reading")}
    found = phone.evaluate(text("check.js"), {"scripts": f"{site}/assets/0/js", **vectors})
    assert found == {"advice": [], "reading": []}


def text(name):
    return (VECTORS / name).read_text(encoding="utf-8")
