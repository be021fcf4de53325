"""Every dialect the matrix runs. Another one joins by another record."""

from collections.abc import Mapping

from tests.matrix.dialects import EOS, IOS, Dialect
from tests.matrix.junos import JUNOS

DIALECTS: Mapping[str, Dialect] = {one.name: one for one in (IOS, EOS, JUNOS)}
