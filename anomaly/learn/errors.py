"""What can be wrong with a model that was kept. Apart from the rest, so that it can be caught without loading any."""


class BadModelError(Exception):
    """These bytes are no model of ours, or made by other libraries; the message says what is wrong with them."""
