"""Stateful device emulators, one package per dialect, and the SSH server they are reached by."""
