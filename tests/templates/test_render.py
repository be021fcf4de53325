import pytest

from templates.render import RenderError, known, render


def test_renders_lines_without_blanks():
    assert render("cisco_ios", "power_off", port="GigabitEthernet1/0/2") == (
        "interface GigabitEthernet1/0/2",
        " power inline never",
    )


def test_a_missing_value_is_refused():
    with pytest.raises(RenderError, match="port"):
        render("cisco_ios", "power_off")


@pytest.mark.parametrize("bad", ["", "  ", "Gi1\nno ip routing", "Gi1\x00"])
def test_blank_and_multi_line_values_are_refused(bad):
    with pytest.raises(RenderError, match="port is blank"):
        render("cisco_ios", "power_off", port=bad)


def test_an_unknown_template_names_the_known():
    with pytest.raises(RenderError, match="power_off"):
        render("cisco_ios", "no_such", port="x")


def test_every_off_has_an_on():
    names = set(known("cisco_ios"))
    assert {"power_off", "power_on", "port_down", "port_up", "allow_vlans", "remove_vlans"} <= names
