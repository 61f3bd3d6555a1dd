"""The crawler, the press and its database, as the faults have them."""

from tests.faults.conftest import crawler, press

__all__ = ["crawler", "press"]
