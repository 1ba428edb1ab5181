"""Sentences that name a clinic's numbers, or seem to: server and phone make the same links of them."""

from __future__ import annotations

NUMBERS = ("112", "+49 30 23125-100", "116 117", "+49 30 23125-1001", "15")
SENTENCES = (
    "Ring us: +49 30 23125-100.",
    "Ring +49 30 23125-1001, not 100.",
    "Ring 112 now. Then 116 117.",
    "112",
    "Appelez le 112 !",
    "From right to left: \u2068+49 30 23125-100\u2069.",
    "At 1123 or 5112 or 112.5 or +112 or 1 112 or 112 3 or 112th.",
    "On day 15 at 15:00.",
    "Tom & <b>Jo</b> ring 112",
    "Nobody is rung here.",
)
