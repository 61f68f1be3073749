"""The current time, in one place, so that tests can replace it."""

from datetime import UTC, date, datetime


def now() -> str:
    """Return the current time in UTC, to the second, in ISO 8601."""
    return format_moment(datetime.now(UTC))


def format_moment(moment: datetime) -> str:
    """Format a time in UTC as `now` does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(moment: str) -> date:
    """Convert a time in the format of `now` to the local date."""
    return date.fromtimestamp(datetime.fromisoformat(moment).timestamp())  # local


def today() -> date:
    """Return the local date."""
    return date.today()  # not `astimezone`, which refuses a zone such as UTC+30
