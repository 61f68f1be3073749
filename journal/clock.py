"""What time it is, in one place, so that tests can say."""

from datetime import UTC, date, datetime


def now() -> str:
    """Return the moment in UTC, to the second, as ISO 8601 writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(moment: str) -> date:
    """Return the day that a moment, as `now` gives it, was where the person is."""
    return datetime.fromisoformat(moment).astimezone().date()


def today() -> date:
    """Return the day where the person is."""
    return datetime.now().astimezone().date()
