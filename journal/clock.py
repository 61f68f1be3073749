"""The current time, in one place, so that tests can replace it."""

from datetime import UTC, date, datetime


def now() -> str:
    """Return the current time in UTC, to the second, in ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(moment: str) -> date:
    """Convert a time in the format of `now` to the local date."""
    return datetime.fromisoformat(moment).astimezone().date()


def today() -> date:
    """Return the local date."""
    return datetime.now().astimezone().date()
