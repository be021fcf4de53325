"""Rendering a batch: every store its own, every problem at once, and limits that hold."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.model import Device, DeviceId
from templates.rendering import Limits, RenderError, TemplateProblem, render_all

GOLDEN = Path(__file__).parent / "golden"
SECTIONS = "templates/cisco_ios/config/sections"


@pytest.fixture
def overlay(ground, tmp_path):
    """A copy of the content directory in which templates may be put."""
    shutil.copytree(ground.content / "inventory", tmp_path / "inventory")

    def put(name: str, text: str) -> Path:
        path = tmp_path / "templates" / "cisco_ios" / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return put


def problems(ground, content: Path, devices=None, limits: Limits | None = None) -> tuple[TemplateProblem, ...]:
    with pytest.raises(RenderError) as error:
        render_all(content, ground.chain, ground.intent, devices or ground.devices, limits)
    return error.value.problems


@pytest.mark.parametrize("name", ["s001-edge", "s002-sw1"])
def test_a_rendering_is_what_was_agreed(ground, name):
    expected = GOLDEN / f"{name}.cfg"
    assert ground.renderings[name].text == expected.read_text(encoding="utf-8")


def test_every_configuration_is_a_real_one_and_its_own(ground):
    counted = {name: len(r.text.splitlines()) for name, r in ground.renderings.items()}
    assert all(200 <= lines <= 330 for lines in counted.values()), counted
    assert len({r.fingerprint for r in ground.renderings.values()}) == len(counted)
    for name, rendering in ground.renderings.items():
        store = ground.intent.stores[rendering.store]
        assert f"hostname {name}\n" in rendering.text
        assert f"snmp-server location {store.name}, {store.location}\n" in rendering.text


def test_comments_and_blank_lines_do_not_count(ground, overlay):
    device = ground.device("s001-sw1")
    content = overlay("sections/ntp.j2", "!\n\n! written by hand\n" + _shipped("ntp.j2"))
    (other,) = render_all(content, ground.chain, ground.intent, [device])
    assert other.text != ground.renderings["s001-sw1"].text
    assert other.fingerprint == ground.renderings["s001-sw1"].fingerprint


def test_a_section_of_the_content_directory_wins(ground, overlay):
    content = overlay("sections/banner.j2", "banner login ^C{{ store.name }} of {{ custom.owner }}^C\n")
    device = ground.device("s001-edge")
    store = replace(ground.intent.stores[device.store], variables={"owner": "the chain"})
    intent = replace(ground.intent, stores={**ground.intent.stores, device.store: store})
    (found,) = render_all(content, ground.chain, intent, [device])
    assert f"banner login ^C{store.name} of the chain^C\n" in found.text


def test_values_are_never_rendered_themselves(ground):
    device = ground.device("s001-edge")
    store = replace(ground.intent.stores[device.store], location="{{ 7 * 7 }}{% include 'x' %}")
    intent = replace(ground.intent, stores={**ground.intent.stores, device.store: store})
    (found,) = render_all(ground.content, ground.chain, intent, [device])
    assert "{{ 7 * 7 }}{% include 'x' %}" in found.text


def test_a_missing_variable_is_told_with_its_place_and_the_nearest(ground, overlay):
    content = overlay("sections/ntp.j2", "! one\nntp source {{ sorce }}\nntp server {{ settings.ntp_sever }}\n")
    found = problems(ground, content)
    assert len(found) == 2 * len(ground.devices)
    assert str(found[0]) == (f"{ground.devices[0].id}: sections/ntp.j2:2: sorce: 'sorce' is not defined")
    assert (found[1].line, found[1].variable) == (3, "settings.ntp_sever")
    assert "did you mean 'ntp_servers'?" in found[1].message


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("store.location", "is blank"),
        ("none_at_all", "has no value"),
        ("truth", "is a bool"),
        ("two_lines", "holds a line break"),
        ("bell", "control character"),
        ("asks", "holds a '?'"),
        ("padded", "begins or ends with a blank"),
        ("settings.ntp_servers", "is a list"),
    ],
)
def test_a_value_that_cannot_stand_in_a_configuration_is_refused(ground, overlay, expression, message):
    spoilt = "{% set none_at_all = none %}{% set truth = true %}{% set two_lines = 'a\\nb' %}{% set asks = 'a?' %}"
    spoilt += "{% set bell = 'a\\x07' %}{% set padded = 'a  b' %}\n"
    device = ground.device("s001-edge")
    store = replace(ground.intent.stores[device.store], location=" ")
    intent = replace(ground.intent, stores={**ground.intent.stores, device.store: store})
    content = overlay("sections/snmp.j2", spoilt + f"snmp-server location {{{{ {expression} }}}}\n")
    with pytest.raises(RenderError) as error:
        render_all(content, ground.chain, intent, [device])
    (problem,) = error.value.problems
    assert (problem.template, problem.line, problem.variable) == ("sections/snmp.j2", 2, expression)
    assert message in problem.message


def test_everything_wrong_in_every_device_is_told_and_nothing_is_returned(ground, overlay):
    overlay("sections/ntp.j2", "{% if %}\n")
    content = overlay("sections/vlans.j2", "{% for lan in lams %}\n{% endfor %}\nvlan {{ lan.vlan | upper_case }}\n")
    found = problems(ground, content)
    assert {p.device for p in found} == {d.id for d in ground.devices}
    assert {p.template for p in found} == {"sections/ntp.j2", "sections/vlans.j2"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{% include '../../../../inventory/defaults.yaml' %}", "there is no template"),
        ("{% include '/etc/passwd' %}", "there is no template"),
        ("{{ ''.__class__.__mro__ }}", "__class__"),
        ("{{ settings.ntp_servers.append(1) }}", "not allowed"),
        ("{{ 10 ** 10 ** 9 }}", "** is not available"),
        ("{{ 'a' * 10 ** 9 }}", "not available"),
        ("{{ 'a' * 1000000000 }}", "larger than a configuration"),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "processor time"),
        ("{% for i in range(99999) %}{% for j in range(99) %}no vlan 1\n{% endfor %}{% endfor %}", "more than"),
        ("{% set x = namespace(v='a') %}{% for i in range(60) %}{% set x.v = x.v ~ x.v %}{% endfor %}", "memory"),
        ("{% include 'sections/ntp.j2' %}", "without end"),
        ("{{ [1, 2] | random }}", "No filter named 'random'"),
    ],
)
def test_a_template_that_misbehaves_is_stopped_and_named(ground, overlay, text, message):
    content = overlay("sections/ntp.j2", f"! one\n{text}\n")
    seconds = 5.0 if message == "memory" else 0.3  # on a busy machine the time would be over before the memory is
    limits = Limits(device_seconds=seconds, memory_bytes=192 << 20)
    (found,) = problems(ground, content, [ground.device("s001-edge")], limits)
    assert message in str(found)
    assert found.device == "s001-edge"


def test_what_no_timer_inside_stops_the_system_stops(ground, overlay):
    endless = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    content = overlay("sections/ntp.j2", endless)
    limits = Limits(device_seconds=60, batch_seconds=1)
    (found,) = problems(ground, content, [ground.device("s001-edge")], limits)
    assert found.device == "s001-edge"
    assert "stopped by the limit on processor time or memory" in found.message


@pytest.mark.parametrize(
    "line", ["username x secret y", "enable secret 9 abc", "snmp-server community public RO", "line con 0\n password x"]
)
def test_a_secret_is_never_rendered(ground, overlay, line):
    content = overlay("sections/ntp.j2", f"{line}\n")
    (found,) = problems(ground, content, [ground.device("s001-edge")])
    assert "accounts and secrets are never rendered" in found.message
    assert "public" not in str(found)


def test_a_link_out_of_the_set_is_refused(ground, overlay):
    content = overlay("sections/ntp.j2", "x")
    link = content / SECTIONS / "zz.j2"
    link.symlink_to(ground.content / "inventory" / "defaults.yaml")
    assert "leads out of the template set" in str(problems(ground, content)[0])


def test_a_role_or_platform_without_a_template_is_told(ground):
    access_point = Device(id=DeviceId("s001-ap1"), store=ground.devices[0].store, role="access_point", address="")
    (found,) = problems(ground, ground.content, [access_point])
    assert "no such template" in found.message
    (other,) = problems(ground, ground.content, [replace(access_point, platform="cisco_ios")])
    assert re.search(r"there are: edge\.j2, switch\.j2", other.message)


def test_nothing_to_render_is_nothing(ground):
    assert render_all(ground.content, ground.chain, ground.intent, []) == ()


def test_every_template_tells_its_variables():
    folder = Path(__file__).parents[2] / "templates" / "cisco_ios" / "config"
    found = sorted(folder.rglob("*.j2"))
    assert len(found) > 20
    for path in found:
        head = path.read_text(encoding="utf-8").partition("#}")[0]
        assert head.startswith("{# "), path.name
        assert "Variables: " in head, path.name


def _shipped(name: str) -> str:
    folder = Path(__file__).parents[2] / "templates" / "cisco_ios" / "config" / "sections"
    return (folder / name).read_text(encoding="utf-8")
