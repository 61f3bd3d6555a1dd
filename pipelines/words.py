"""The words of a text, as they count wherever two texts are compared."""

import re
import unicodedata

_WORD = re.compile(r"\w+")


def words(text: str | None) -> list[str]:
    """Return a text's words. Case, punctuation, typography, layout and compatibility forms make no difference."""
    return _WORD.findall(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text or "").casefold()))
