"""One file per kind of look: a device's answers in, observations out. Found by ``anomaly.collecting``."""
