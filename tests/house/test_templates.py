"""Every template can be read by the template engine, before a patient's page needs it."""

from __future__ import annotations

import recovery
from tests.conftest import settings_for


def test_every_template_compiles():
    app = recovery.create_app(settings_for("sqlite://"))
    names = app.jinja_env.list_templates()
    assert names
    for name in names:
        app.jinja_env.get_template(name)
