"""A picture: everything that one chart shows, in finished words and numbers, and how large it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from recovery.clinical.trajectory import Band
from recovery.web.svg import WHOLE, WORST_PAIN

# A letter's width as a share of the drawing's: on the smallest phone, and on pages that hide labels there.
LETTER, CLINICS_LETTER = 0.05, 0.025


@dataclass(frozen=True, slots=True)
class Size:
    """The look of a chart, and its height in em; its width is that of the place where it stands.

    has_margin: room on the right for the words of a level. across, down: the drawing's own measures; on screen it is
    stretched to its place, but on paper, where nothing can be stretched, they are its width and height in px.
    """

    name: str
    height: float
    has_margin: bool = False
    across: int = WHOLE
    down: int = WHOLE

    @property
    def is_paper(self) -> bool:
        """Whether it is printed, where nothing is stretched."""
        return self.across != WHOLE

    @property
    def measures(self) -> dict[str, object]:
        """As high as so many letters and as wide as its place; on paper exactly as large as it is drawn."""
        if self.is_paper:
            return {"width": self.across, "height": self.down}
        return {"height": f"{self.height}em"}


PHONE = Size("phone", 12)
CLINIC = Size("course", 9, has_margin=True)
CLINIC_LOW = Size("course", 5, has_margin=True)  # half the steps, about half the height
PAPER = Size("paper", 16, across=616, down=200)  # letters of 12.5 px; its box in paper.css
SHEET = Size("paper sheet", 12, has_margin=True, across=590, down=104)  # on the page for the record
SHEET_LOW = Size("paper sheet", 6, has_margin=True, across=590, down=50)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at one day: a milestone, or a flag. title: the whole sentence for whoever points at it."""

    day: int
    words: str
    is_flag: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A level that was set for one patient, on the days on which it acts."""

    level: int
    first_day: int
    last_day: int
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw, by days since the procedure.

    answers: the worst of each answered day. published: one band for each day from 0 to the last shown.
    foretold: one for each day from 0 on, as expected of one answer before it came. ahead: where the answers
    point, from today on. breaks: days at which the smoothed line starts anew, so that nothing that was flagged
    is smoothed away. name: its own among the charts of a page. axis_words: none where another chart below it bears
    the days. titles: what is said of an answer's dot, by its day. letter: its width where labels must not meet.
    """

    title: str
    description: str
    answers: Sequence[tuple[int, int]]
    published: Sequence[Band]
    ahead: Sequence[tuple[int, Band]]
    foretold: Sequence[Band] = ()
    before: int | None = None
    before_words: str = ""
    target: Target | None = None
    scale_words: str = ""
    axis_words: str = ""
    marks: Sequence[Mark] = ()
    breaks: frozenset[int] = frozenset()
    highest: int = WORST_PAIN
    name: str = "pain"
    letter: float = LETTER
    titles: Mapping[int, str] = field(default_factory=dict)

    @property
    def dots(self) -> Iterator[tuple[int, int, str, int, str]]:
        """Each answer as svg.spot takes it."""
        return ((day, at, "answer", 3, self.titles.get(day, "")) for day, at in self.answers)
