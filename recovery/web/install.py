"""How to put the app on the first page of a phone, in pictures, and what the phone must know for it: the manifest."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from recovery.web.speech import here
from recovery.web.wording import language

pages = Blueprint("install", __name__)
PHONES = ("iphone", "android")
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """The app's name, first page, colours and icons; nothing of anybody."""
    ground = palettes(current_app.static_folder or "")[0]["paper"]
    response = jsonify(
        id="/today",
        name=_("My daily questions"),
        short_name=_("My questions"),
        lang=language(),
        dir=here().text_direction,
        start_url="/today",
        scope="/",
        display="standalone",
        theme_color=ground,
        background_color=ground,
        icons=[
            _icon(f"{kind}-{edge}", edge) for kind in ("icon", "maskable") for edge in (192, 512)
        ],
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _icon(name: str, edge: int) -> dict[str, str]:
    # Not under the versioned address: a phone takes another address for another icon, and installs anew.
    return {
        "src": url_for("static", filename=f"icons/{name}.png"),
        "sizes": f"{edge}x{edge}",
        "type": "image/png",
        "purpose": "maskable" if name.startswith("maskable") else "any",
    }


@cache
def palettes(static: str) -> tuple[dict[str, str], dict[str, str]]:
    """The light and the dark colours by name, from the one style sheet that sets them."""
    light, _media, dark = (
        Path(static, "css", "tokens.css").read_text(encoding="utf-8").partition("@media")
    )
    return dict(COLOUR.findall(light)), dict(COLOUR.findall(dark))


@pages.app_context_processor
def grounds() -> dict[str, object]:
    """For the head of patients' pages: the ground behind a phone's clock, in light and dark. Clinicians' have none."""
    if request.path.startswith("/clinic"):
        return {}
    light, dark = palettes(current_app.static_folder or "")
    return {"grounds": {"light": light["paper"], "dark": dark["paper"]}}


@pages.get("/install")
def show() -> str:
    """The steps for the phone that asks, or for the other one (?phone=)."""
    asked = request.args.get("phone", "")
    phone = asked if asked in PHONES else _seen()
    return render_template("patient/install.html", phone=phone)


def _seen() -> str:
    """Which phone the browser says it is; empty for a computer, or a tablet that calls itself one."""
    told = request.user_agent.string
    if "iPhone" in told or "iPad" in told:
        return "iphone"
    return "android" if "Android" in told else ""
