"""What can stop a command before a single query runs. No message ever holds a password."""


class ConfigurationError(Exception):
    """A setting is wrong: nothing will work until somebody changes it."""


class DatabaseEmpty(ConfigurationError):  # noqa: N818
    """There is a database, and nothing of ours in it yet."""


class DatabaseUnavailable(Exception):  # noqa: N818 - says what is the matter, as its users read it
    """The database cannot be reached or started now: trying again later may work."""


class LockHeld(Exception):  # noqa: N818 - no error: somebody else is at it
    """Another process does this already."""
