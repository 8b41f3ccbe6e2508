"""The one error that is meant for the person at the screen."""


class InputError(ValueError):
    """What a person gave cannot be used; the message says what was wrong and what to do.

    Pages show it, the command line prints it and ends with exit status 2. Any other
    exception is a fault of the program and is not caught.
    """
