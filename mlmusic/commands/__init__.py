"""One file a command; each has ``add_parser``, ``run`` (options → result) and ``report``."""
