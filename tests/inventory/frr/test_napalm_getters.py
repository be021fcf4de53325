"""NAPALM's own getter suite against our driver, on what a real router said (FRR 8.4.4 between two carriers)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from napalm.base.test import conftest as napalm_suite
from napalm.base.test.double import BaseTestDouble
from napalm.base.test.getters import BaseTestGetters

from inventory.platforms.frr.napalm_frr import FRRDriver
from inventory.platforms.frr.shell import Said

HAVE = {
    "test_method_signatures",
    "test_is_alive",
    "test_get_facts",
    "test_get_interfaces",
    "test_get_interfaces_ip",
    "test_get_interfaces_counters",
    "test_get_bgp_neighbors",
    "test_get_bgp_neighbors_detail",
    "test_get_arp_table",
    "test_get_config",
    "test_get_config_filtered",
    "test_get_config_sanitized",
    "test_get_config_sanitized_filtered",
    "test_ping",
}


class Recorded(BaseTestDouble):
    """A router that says what was recorded."""

    def say(self, command: str) -> str:
        return self.read_txt_file(self.find_file(f"{self.sanitize_text(command)}.txt"))


class RecordedDriver(FRRDriver):
    """Our driver with its one door to the router replaced by the recording."""

    def __init__(
        self, hostname: str, username: str, password: str, timeout: int = 60, optional_args: Any = None
    ) -> None:
        super().__init__(hostname, username, password, timeout, optional_args)
        self.patched_attrs = ["device"]
        self.device = Recorded()

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def is_alive(self) -> dict[str, bool]:
        return {"is_alive": True}

    def _said(self, command: str, seconds: float, text: str = "") -> Said:
        return Said(code=0, text="" if command == "true" else self.device.say(command), trouble="")


@pytest.fixture(scope="class")
def set_device_parameters(request: pytest.FixtureRequest) -> Iterator[None]:
    request.cls.driver = FRRDriver
    request.cls.patched_driver = RecordedDriver
    request.cls.vendor = "frr"
    napalm_suite.set_device_parameters(request)
    yield
    request.cls.device.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    napalm_suite.pytest_generate_tests(metafunc, __file__)


@pytest.mark.usefixtures("set_device_parameters")
class TestGetters(BaseTestGetters):
    """Every getter the driver has; the others raise ``NotImplementedError``, which the suite would only skip."""


for other in {name for name in dir(BaseTestGetters) if name.startswith("test_")} - HAVE:
    setattr(TestGetters, other, None)


def test_a_login_to_vtysh_itself_is_asked_without_sudo():
    asked: list[str] = []

    class Vtysh(FRRDriver):
        def _said(self, command: str, seconds: float, text: str = "") -> Said:
            asked.append(command)
            told = {"true": "% Unknown command: true\n", "show version": "FRRouting 8.4.4 (s001-edge) on Linux.\n"}
            return Said(code=int(command == "true"), text=told.get(command, json.dumps({"wan0": {}})), trouble="")

    facts = Vtysh("192.0.2.1", "storenet-ro", "").get_facts()
    assert (facts["hostname"], facts["uptime"], facts["interface_list"]) == ("s001-edge", -1.0, ["wan0"])
    assert asked == ["true", "show version", "show interface json"]
