"""The agent on a switch: a Linux box with Open vSwitch, and dnsmasq for the store's DHCP and DNS.

In: words typed into its shell (``shell``), or given on its command line (``main``). Out: one line of JSON per look, or
a line that begins with ``%``. Runs on the switch as root with Python 3.10 alone; it imports nothing of storenet.
"""
