"""Every template can be read by the template engine, and says nothing that could not be translated."""

from __future__ import annotations

import re

import recovery
from tests.conftest import settings_for
from tests.house.program import files, text

CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAGS_AND_ATTRIBUTES = re.compile(r'<[^>]*>|[\w-]+="[^"]*"', re.DOTALL)
CLASSES = {"clinic", "patient"}  # the kind of a page, for the style sheets


def templates():
    return [path for path in files() if path.startswith("templates/")]


def test_every_template_compiles():
    app = recovery.create_app(settings_for("sqlite://"))
    names = app.jinja_env.list_templates()
    assert names
    for name in names:
        app.jinja_env.get_template(name)


def test_every_word_that_people_see_can_be_translated():
    bare = {path: _bare_words(text(path)) for path in templates()}
    assert not {path: words for path, words in bare.items() if words}, "put them into _()"


def test_no_template_carries_a_script_or_a_style():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
    )
    assert not [path for path in templates() if inline.search(text(path))]


def _bare_words(source):
    seen = TAGS_AND_ATTRIBUTES.sub(" ", CODE.sub(" ", source))
    return sorted(set(re.findall(r"[^\W\d_]{2,}", seen)) - CLASSES)
