"""Fingerprints bodies so that copies of one agency text can be found. Linking them is the store's work."""

from hashlib import blake2b, sha256
from struct import unpack

from crawler.article import Fingerprint, Outcome, Visit
from pipelines.counting import CountingPipeline
from pipelines.words import words

VERSION = "w4-blake2b64-1"  # change it whenever a fingerprint would change: two versions are never compared
WORDS = 4


def fingerprint(body: str) -> Fingerprint:
    """Return the hash of the body's normalised words and the signed 64-bit hashes of its runs of four words.

    Case, punctuation, layout and compatibility forms make no difference. A body of one to three words is one run.
    """
    tokens = [word.encode() for word in words(body)]
    runs = map(b" ".join, zip(*(tokens[i:] for i in range(WORDS)), strict=False) if len(tokens) >= WORDS else [tokens][: len(tokens)])
    hashes = b"".join([blake2b(run, digest_size=8).digest() for run in runs])
    return Fingerprint(
        version=VERSION,
        body_sha256=sha256(b" ".join(tokens)).hexdigest(),
        shingles=frozenset(unpack(f">{len(hashes) // 8}q", hashes)),
    )


class NearDuplicatesPipeline(CountingPipeline):
    """Fingerprints every article: also one off topic may have been stored before, and be on topic again."""

    def process_item(self, item: Visit) -> Visit:
        """Annotate one Visit."""
        if item.outcome is Outcome.ARTICLE and item.article:
            item.fingerprint = fingerprint(item.article.body)
            self.count("near_duplicates/fingerprinted")
        return item
