"""Headers: which posts come from our own pages, and what keeps everybody else's scripts out of them."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from recovery.web.guards import SAFE_METHODS, settings

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def register(app: Flask) -> None:
    """Look at every request before the guards do, and put the headers on every answer."""
    app.before_request(_refuse_other_origins)
    app.after_request(_add_headers)


def _refuse_other_origins() -> None:
    # Sec-Fetch-Site cannot be set by a page; Origin stands in where a browser does not send it.
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    own = site == "same-origin" if site else request.headers.get("Origin") == settings().base_url
    if not own:
        abort(403)


def _add_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if settings().base_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
