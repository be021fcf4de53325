"""Scenarios that are played both ways: in virtual time in one thread, and in real time over SSH."""

from lab.scenario import Scenario, incident, lost, no_incident, repaired, served, unwritten, written

LEASE = Scenario("a lost lease is renewed, and nobody else is touched")
LEASE.at(2).breaks("wan_no_lease", store="s001", variant="renew")
LEASE.between(2, 60).want(
    incident("wan_no_lease", store="s001"),
    written("s001-edge", r"renew dhcp \S+"),
    repaired(),
)
LEASE.between(20, 90).want(incident("wan_no_lease", store="s001", status="healed"), served("s001"))
LEASE.between(0, 30).always(unwritten("s002"), no_incident(store="s002"))

VLAN_AND_DECOY = Scenario("a VLAN comes back while a person's shut port stays shut")
VLAN_AND_DECOY.at(0).breaks("port_shut_by_person", store="s002")
VLAN_AND_DECOY.at(4).breaks("vlan_missing", store="s001", variant="10")
VLAN_AND_DECOY.between(4, 8).want(lost("s001", "pos"))
VLAN_AND_DECOY.between(10, 90).want(
    incident("vlan_missing", store="s001", status="healed"),
    served("s001", "pos"),
)
VLAN_AND_DECOY.between(0, 60).always(unwritten("s002"))

OUTAGE = Scenario("a carrier's outage is held without a write and told when it is over")
OUTAGE.at(2).breaks("wan_carrier_down", store="s001", name="the cut")
OUTAGE.between(4, 60).want(incident("wan_carrier_down", store="s001", status="mitigated"), served("s001", "pos"))
OUTAGE.between(0, 60).always(unwritten())
OUTAGE.at(60).mends("the cut")
OUTAGE.between(60, 120).want(served("s001"))
