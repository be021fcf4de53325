"""Virtual Junos switches: NETCONF and a command line over SSH, one candidate configuration, commits that expire.

Formats follow Junos 20.4 on EX2300 as recorded in the Apache-2.0 test data of NAPALM (``test/junos/mocked_data``) and
ntc-templates (``tests/juniper_junos``) and in Juniper's public manuals; every line here is written anew.
"""
