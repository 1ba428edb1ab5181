"""Languages: which ones the program speaks, and how each writes numbers and times where somebody lives."""

from __future__ import annotations

from babel import Locale
from babel.core import UnknownLocaleError, get_global
from babel.languages import get_official_languages

LANGUAGES = ("en", "fr", "es", "de")
ENGLISH = LANGUAGES[0]  # in which the texts are written; the others translate them
EUROPEAN = Locale("en", "150")  # English where it is nobody's own: 24 hours, decimal point
FAHRENHEIT = frozenset(("US", "PR", "VI", "GU", "AS", "MP", "BS", "BZ", "KY", "PW", "FM", "MH"))


def own_name(language: str) -> str:
    """Such as "Français", as those call it who speak it."""
    name = Locale(language).get_display_name() or language
    return name[0].upper() + name[1:]


def locale_of(language: str, zone: str = "") -> Locale:
    """How this language is written in the territory of a zone; English for a language that is not spoken here."""
    spoken = language if language in LANGUAGES else ENGLISH
    territory = territory_of(zone)
    if spoken in get_official_languages(territory, regional=True, de_facto=True):
        try:
            return Locale(spoken, territory)
        except UnknownLocaleError:
            pass
    return EUROPEAN if spoken == ENGLISH else Locale(spoken)


def territory_of(zone: str) -> str:
    """The territory of an IANA zone, such as "DE"; empty for one that lies in none."""
    aliases, territories = get_global("zone_aliases"), get_global("zone_territories")
    return str(territories.get(aliases.get(zone, zone), ""))


def unit_of(zone: str) -> str:
    """In what people there measure temperature: "C" or "F"."""
    return "F" if territory_of(zone) in FAHRENHEIT else "C"
