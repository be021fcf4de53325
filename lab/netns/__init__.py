"""Stores of real software: FRR, Open vSwitch, dnsmasq and OpenSSH in Linux network namespaces."""
