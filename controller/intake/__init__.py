"""Hints from outside: syslog, traps, alerts, webhooks and heartbeats. They hurry a look; they never start a write."""
