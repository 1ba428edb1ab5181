"""The recovery app: joins the storeys and decides nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings, for_paper, from_environment
from recovery import cli, cli_import
from recovery.records import database, pathways
from recovery.web import doors

ROOT = Path(__file__).resolve().parent.parent
LARGEST_POST = 3 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Make the app from its settings, by default those of the environment; raises SettingsError."""
    settings = settings or (
        for_paper() if cli.is_paper_work(sys.argv) else from_environment(os.environ)
    )
    app = Flask(
        __name__,
        static_folder=str(ROOT / "static"),
        template_folder=str(ROOT / "templates"),
        instance_path=str(ROOT / "instance"),
    )
    app.extensions["settings"] = settings
    # Read now: an upgrade must not reach a process that runs.
    pathways.packaged(pathways.VERTEBROPLASTY)
    app.config.update(flask_config(settings))
    database.db.init_app(app)
    Migrate(app, database.db, directory=str(ROOT / "migrations"))
    Compress(app)
    doors.open_doors(app)
    cli.add_commands(app)
    cli_import.add_commands(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def flask_config(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions read, made from our settings."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # An error of the database is logged without what was asked for: tokens, names, answers.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "MAX_CONTENT_LENGTH": LARGEST_POST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_POST,
        "SESSION_COOKIE_NAME": "clinician",
        "SESSION_COOKIE_PATH": "/clinic",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https:"),
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }
