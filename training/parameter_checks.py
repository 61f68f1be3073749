"""Check whole-number parameters before any work begins."""

from numbers import Integral

from ..data.errors import AnswerError, Fault, clip


def integer_faults(**parameters: tuple[object, int]) -> list[Fault]:
    """Find the parameters that are not whole numbers, or too small.

    Parameters
    ----------
    **parameters : tuple of object and int
        The value of each parameter and the smallest one allowed, by its name.

    Returns
    -------
    list of Fault

    Examples
    --------
    >>> [str(fault) for fault in integer_faults(seed=(-1, 0), bootstraps=(100, 1))]
    ['seed: out of range; seen -1, expected a whole number, 0 or more']
    """
    return [
        Fault("out of range", field=name, seen=clip(value), expected=f"a whole number, {minimum} or more")
        for name, (value, minimum) in parameters.items()
        if isinstance(value, bool) or not isinstance(value, Integral) or value < minimum
    ]


def check_integers(**parameters: tuple[object, int]) -> None:
    """Check that parameters are whole numbers and not too small; parameters as for `integer_faults`.

    Raises
    ------
    AnswerError
        A value is out of range; every fault is listed.
    """
    if faults := integer_faults(**parameters):
        raise AnswerError(faults)
