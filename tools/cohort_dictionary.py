"""Prints docs/cohort.md, the cohort page's definitions and the data dictionary of its file.

PYTHONPATH=. .venv/bin/python tools/cohort_dictionary.py > docs/cohort.md
"""

from __future__ import annotations

import sys

from recovery.web.cohort_columns import document

if __name__ == "__main__":
    sys.stdout.write(document())
