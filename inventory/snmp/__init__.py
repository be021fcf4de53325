"""SNMP, for devices without a session: what access points tell of themselves.

In: agents and looks. Out: readings, or a ``DeviceError`` that says why there are none. Called by ``inventory.session``
and ``inventory.fleet``; nobody else speaks to agents. It only reads.
"""
