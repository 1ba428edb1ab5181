"""How hard a text is for an old reader: sentence length, reading grade, and words to avoid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MOST_WORDS = 12
MOST_GRADE = 6.0

AVOIDED = (
    "score", "trend", "baseline", "band", "flag", "flagged", "submit", "sync", "normal", "on track",
    "alarm", "target", "goal", "well done", "great", "failed", "invalid", "error",
)  # fmt: skip

# The longest values that a page is likely to put in; anything else counts as one short word.
SAMPLES = {
    "by": "12:00 on Monday 23 November",
    "hours": "Monday to Friday 8 to 4",
    "next_opening": "Monday 23 November 8:00",
    "typed": "38.5",
    "likely": "38.5",
    "unit": "C",
    "weeks": "ten",
}


def complaints(texts: Iterable[str], values: Mapping[str, str] = SAMPLES) -> list[str]:
    """What is wrong with these texts, in words; an empty list is a pass."""
    full = [filled(text, values) for text in texts]
    found = [f"{word!r} in: {text}" for text in full for word in AVOIDED if _holds(text, word)]
    found += [
        f"{len(words(sentence))} words: {sentence}"
        for text in full
        for sentence in sentences(text)
        if len(words(sentence)) > MOST_WORDS
    ]
    if full and grade(full) > MOST_GRADE:
        found.append(f"reading grade {grade(full):.1f} is above {MOST_GRADE}")
    return found


def filled(text: str, values: Mapping[str, str] = SAMPLES) -> str:
    return re.sub(r"%\((\w+)\)[sd]", lambda name: values.get(name[1], "112"), text)


def sentences(text: str) -> list[str]:
    return [each for each in re.split(r"(?<=[.!?])\s+|\n+", text.strip()) if words(each)]


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:[.,:'\u2019-][^\W_]+)*", text)


def grade(texts: Iterable[str]) -> float:
    """The Flesch-Kincaid grade of all the texts together: single short ones swing too much."""
    said = [sentence for text in texts for sentence in sentences(text)]
    spoken = [word for sentence in said for word in words(sentence)]
    per_word = sum(map(syllables, spoken)) / len(spoken)
    return 0.39 * len(spoken) / len(said) + 11.8 * per_word - 15.59


def syllables(word: str) -> int:
    """Runs of vowels, without a silent e at the end; a number counts as two."""
    if not word[0].isalpha():
        return 2
    runs = re.findall(r"[aeiouy]+", re.sub(r"(?<=[^l])e$|(?<=[^dt])ed$", "", word.lower()))
    return max(1, len(runs))


def _holds(text: str, word: str) -> bool:
    return re.search(rf"\b{word}\b", text, re.IGNORECASE) is not None
