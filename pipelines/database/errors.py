"""What can be wrong with the database before a single query runs. Neither message ever holds a password."""


class ConfigurationError(Exception):
    """A setting is wrong: nothing will work until somebody changes it."""


class DatabaseUnavailable(Exception):  # noqa: N818 - says what is the matter, as its users read it
    """The database cannot be reached or started now: trying again later may work."""
