"""The opening of a story: the place it is dated from, and the outlet's name."""

import re
from typing import NamedTuple


class Dateline(NamedTuple):
    """The opening of a story: the place (None in "TRIBUNNEWS.COM - "), and where the text after it begins."""

    place: str | None
    end: int
    is_sure: bool = True  # it names the outlet or stands in capitals: "Namun - katanya - …" looks like "Jakarta - …"


_LONGEST_OPENING = 90  # characters that the pattern can reach over, white space before the dash aside
_DASH = re.compile("[-—–―]")
_OPENING = re.compile(r"^(?P<places>[A-Z][^:;!?\"“”]{1,78}?)(?:\s*(?:--|—|–|―)\s*|\s+-\s*|-\s+(?=[A-Z\"“]))")
_INSERTION = re.compile(r"[—–]\w")  # "Rani—bukan nama sebenarnya—tiba": a dash that sets off words has no blanks
_BRAND = re.compile(
    r"\b[\w-]+\.(?:com|co\.id|co|id|tv|net|news)\b|\b(?:CNBC|CNN) Indonesia\b|\bANTARA(?: News)?\b|\bdetik\w+\b"
    r"|\b(?:VIVA|INILAHCOM|iNews|Beritasatu)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?:[A-Z][\w'’.-]*)(?:\s+[A-Z][\w'’.-]*){0,3}")


def find_dateline(text: str) -> Dateline | None:
    """Read "PYONGYANG, KOMPAS.TV - …", "REPUBLIKA.CO.ID,PYONGYANG -- …", "Mataram, NTB (ANTARA News) - …", "SEOUL - …"."""
    if not _DASH.search(text, 0, _LONGEST_OPENING):
        return None
    if not (opening := _OPENING.match(text[0].upper() + text[1:])):
        return None
    printed = text[: opening.end("places")]
    brand = _BRAND.search(printed) is not None
    places = [
        part.strip()
        for part in re.split(r"[,/]", re.sub(r"\([^)]*\)", "", _BRAND.sub("", printed)))
        if part.strip() and not any(letter.isdigit() for letter in part)
    ]
    place = places[0] if places else None
    if not (brand or printed.isupper()) and _INSERTION.match(text, len(printed)):
        return None
    if place is not None and not _PLACE.fullmatch(place):
        return None
    if not brand and not (place and (printed.isupper() or len(printed.split()) <= 2)):
        return None
    return Dateline(place, opening.end(), brand or printed.isupper())


VOCABULARY = (_BRAND.pattern,)
