"""The access point name of a cellular port, as people write it."""

import pytest
from pydantic import ValidationError

from inventory.file_shapes import PortShape


@pytest.mark.parametrize("name", ["internet", "mobilco.stores", "a-1.b"])
def test_a_name_is_taken_as_it_is(name: str) -> None:
    assert PortShape(use="backup_wan", apn=name).apn == name


@pytest.mark.parametrize("name", ["", "two words", "x\nreload", ".dot", "end-", "none?"])
def test_what_could_not_be_sent_to_a_modem_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="is not an access point name"):
        PortShape(use="backup_wan", apn=name)
