"""One file per verb. A module here is an action: ``TITLE``, ``plan(...)`` and ``ran(...)``."""
