"""Assets: style sheets and scripts under an address that holds their version, so that a browser keeps each for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, send_from_directory, url_for

pages = Blueprint("assets", __name__, url_prefix="/assets")
KEEP_SECONDS = 365 * 24 * 3600


@cache
def version_of(folder: str) -> str:
    """The version of everything in the static folder: the same files have the same version on every machine."""
    digest = hashlib.sha256()
    for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def version() -> str:
    """The version of the assets that this process serves."""
    return version_of(current_app.static_folder or "")


@pages.app_template_global("asset")
def asset(path: str) -> str:
    """The address of a file in static/, such as asset("css/base.css"). Scripts import each other relatively."""
    return url_for("assets.file", version=version(), path=path)


@pages.get("/<version>/<path:path>")
def file(version: str, path: str) -> Response:
    """A file of this version. An older address gets today's file, and is asked for again next time."""
    is_ours = version == version_of(current_app.static_folder or "")
    response = send_from_directory(current_app.static_folder or "", path)
    if is_ours:
        response.cache_control.public, response.cache_control.immutable = True, True
        response.cache_control.max_age = KEEP_SECONDS
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response
