"""Speech: which language a page speaks, and how a marked text becomes a sentence of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from babel.support import Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_locale
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from recovery.clinical.counted import Counted
from recovery.records import catalogues, languages, patients
from recovery.records.accounts import clinic_of
from recovery.records.database import db
from recovery.web import guards

SEVERAL = 5  # stands for the number of a text whose values are filled in later
PLACE = re.compile(r"%\(\w+\)s")
ISOLATED = "\N{FIRST STRONG ISOLATE}\\g<0>\N{POP DIRECTIONAL ISOLATE}"


def register(app: Flask) -> None:
    """Teach the app its languages."""
    babel = Babel(app, locale_selector=spoken, default_locale=str(languages.EUROPEAN))
    babel.domain_instance = own = Catalogues()
    app.jinja_env.globals.update(
        gettext=_in_pages(lambda text: own.get_translations().ugettext(text)),
        ngettext=_in_pages(lambda one, *rest: own.get_translations().ungettext(one, *rest)),
        pgettext=_in_pages(lambda context, text: own.get_translations().upgettext(context, text)),
    )
    app.after_request(_vary)


def here() -> Locale:
    """The language at hand and the territory whose habits it follows."""
    found = get_locale() or languages.EUROPEAN
    return found if found.territory or found.language != "en" else languages.EUROPEAN


class Catalogues:
    """The catalogues of translations/ as Flask-Babel asks for them, straight from the files that translators write."""

    def get_translations(self) -> Translations:
        """Those of the language at hand."""
        return catalogues.translations(here().language)

    def gettext(self, text: str, /, **values: Any) -> str:
        """The text in the language at hand, with its values; a pair that counts in its form for the number."""
        if isinstance(text, Counted):
            number = values.get(text.by, SEVERAL)
            return _filled(self.get_translations().ungettext(text.one, str(text), number), values)
        return _filled(self.get_translations().ugettext(text), values)

    def ngettext(self, one: str, many: str, num: int, /, **values: Any) -> str:
        """The same of a pair with its number."""
        text = self.get_translations().ungettext(one, many, num)
        return _filled(text, {"num": num, **values})

    def pgettext(self, context: str, text: str, /, **values: Any) -> str:
        """The same of a text that means different things in different places."""
        return _filled(self.get_translations().upgettext(context, text), values)


def _filled(text: str, values: Mapping[str, Any]) -> str:
    """The sentence with its values; numbers with the page's decimal sign."""
    locale = here()
    if locale.text_direction == "rtl":  # a phone number keeps its order only if it is set apart
        text = text.__class__(PLACE.sub(ISOLATED, text))
    written = {
        name: format_decimal(value, "0.0", locale=locale) if isinstance(value, float) else value
        for name, value in values.items()
    }
    return text % written if written else text


def _in_pages(translate: Callable[..., str]) -> Callable[..., str]:
    """The same for templates: the text may be trusted, its values are escaped."""

    def said(*texts: Any, **values: Any) -> str:
        if len(texts) == 3:  # a text that counts
            values.setdefault("num", texts[2])
        return _filled(Markup(translate(*texts)), values)  # noqa: S704 - the catalogues are ours

    return said


def spoken() -> Locale | None:
    """What the reader of this page speaks, and where; without a request there is no reader."""
    if not has_request_context():
        return None
    g.is_spoken_to = True
    return languages.locale_of(*_reader())


def _reader() -> tuple[str, str]:
    """The language and zone of whoever reads: the clinic's, the patient's, or what the browser asks for."""
    try:
        if request.path.startswith("/clinic"):
            person = guards.clinician_or_nobody()
            if person:
                clinic = clinic_of(person.clinic_id)
                return clinic.language, clinic.zone
        elif device := guards.known_device():
            patient = patients.get(device.key)
            return device.language or patient.language, patient.zone
    except SQLAlchemyError:  # a page that says so must come up all the same
        db.session.rollback()
    return request.accept_languages.best_match(catalogues.offered()) or languages.ENGLISH, ""


def _vary(response: Response) -> Response:
    """No cache may show one reader's page to another."""
    if g.get("is_spoken_to"):
        response.vary.update(("Accept-Language", "Cookie"))
    return response
