"""What there is, and how to reach it: the only door to nornir, netmiko and napalm."""
