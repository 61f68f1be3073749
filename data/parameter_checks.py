"""Settings of resampling, checked before any of it begins."""

from numbers import Integral

from .errors import AnswerError, Fault, clip


def integer_faults(**settings: tuple[object, int]) -> list[Fault]:
    """Return what is wrong with settings that are whole numbers.

    Parameters
    ----------
    **settings
        By name, the number given and the least allowed.

    Examples
    --------
    >>> [str(fault) for fault in integer_faults(seed=(-1, 0), bootstraps=(100, 1))]
    ['seed: out of range; seen -1, expected a whole number, 0 or more']
    """
    return [
        Fault("out of range", field=name, seen=clip(number), expected=f"a whole number, {least} or more")
        for name, (number, least) in settings.items()
        if isinstance(number, bool) or not isinstance(number, Integral) or number < least
    ]


def check_integers(**settings: tuple[object, int]) -> None:
    """Check settings that are whole numbers, as `integer_faults`.

    Raises
    ------
    AnswerError
        Out of range; every fault is listed.
    """
    if faults := integer_faults(**settings):
        raise AnswerError(faults)
