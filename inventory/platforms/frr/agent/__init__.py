"""The agent on a router with FRR: it changes the router under a timer that lives on the router itself.

In: a command word, a configuration on standard input (``main``). Out: text and an exit code. Runs as root with Python
3.11 and FRR's own ``frr-reload.py``, nothing else; it imports nothing of storenet.

The order of things is what makes it safe. Before a change: the rollback file, then the marker, then two sleepers (one
may be killed). Startup is written by ``confirm`` alone and all else stands in /run, so a reboot takes it back as
well. Whoever comes upon a marker without a living sleeper takes the change back at once.
"""
