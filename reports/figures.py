"""The figures of a report, in the order in which they are read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. ``name``: that of its query. ``empty``: what is said where the query has no answer."""

    name: str
    title: str
    text: str
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Figures about one thing."""

    name: str
    title: str
    figures: tuple[Figure, ...]


SECTIONS = (
    Section(
        name="complete",
        title="How complete is this?",
        figures=(
            Figure(
                name="health",
                title="Outlets",
                text="How each outlet's latest run ended, and since when its runs have gone like this. What is ill may be missing below.",
                empty="No outlet was ever crawled: scrapy crawlall.",
            ),
            Figure(
                name="proofs",
                title="How far outlets are proven",
                text="From what each declaration is known, and when scrapy doctor first and last found the outlet as declared.",
                empty="No outlet was ever crawled.",
            ),
            Figure(
                name="issues",
                title="Open issues",
                text="What is not as it should be, and since when.",
                empty="Nothing is known to be wrong.",
            ),
            Figure(
                name="gaps",
                title="Coverage gaps",
                text="Times of which it is not known whether all articles were seen. scrapy backfill closes them.",
                empty="Nothing is known to be missing.",
            ),
            Figure(
                name="freshness",
                title="Freshness",
                text="How long after publication articles were stored: half of them, and 95 of 100.",
                empty="No article with a time to the minute was stored in this period.",
            ),
        ),
    ),
    Section(
        name="attention",
        title="Attention",
        figures=(
            Figure(
                name="attention",
                title="Articles by outlet and week",
                text="Articles about the topic, and their share of all addresses that the outlet listed. Weeks begin on Monday (WIB).",
                empty="No article about the topic was found in this period.",
            ),
            Figure(
                name="agencies",
                title="Agencies",
                text="The agencies and foreign outlets that articles are taken from, quote, credit for a picture, or speak about.",
                empty="No article names an agency.",
            ),
        ),
    ),
    Section(
        name="stories",
        title="Newest stories",
        figures=(
            Figure(
                name="stories",
                title="Stories",
                text="A story is an article with all that were taken from it. The headline is that of its earliest article.",
                empty="No story about the topic was found in this period.",
            ),
            Figure(
                name="spread",
                title="How they spread",
                text="Stories of several articles: who was first, how many minutes the others are behind, how much of each is copied.",
                empty="No story of this period has more than one article.",
            ),
        ),
    ),
    Section(
        name="changes",
        title="Changed and taken down",
        figures=(
            Figure(
                name="changes",
                title="Changes",
                text="What outlets changed in their articles after publication; - is what it said, + what it says.",
                empty="No article was changed.",
            ),
            Figure(
                name="withdrawn",
                title="Taken down",
                text="Articles that their outlets do not show any more.",
                empty="No article was taken down.",
            ),
            Figure(
                name="uncorrected",
                title="Copies that still say the old",
                text="Copies of what another outlet has since corrected or taken down.",
                empty="No copy is known to say what was corrected.",
            ),
        ),
    ),
    Section(
        name="doubtful",
        title="For a person to decide",
        figures=(
            Figure(
                name="doubtful",
                title="Doubtful articles",
                text="Their score is near the line. scrapy verdict URL about|none settles one.",
                empty="There is no doubtful article.",
            ),
        ),
    ),
)
