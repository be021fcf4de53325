"""Who may ask access points and power strips by SNMP, in a lab.

In: the environment's words. Out: what agents know, and what the inventory says of it. Called by ``lab.server`` and
``lab.cli``. Why: the controller asks in version 3 where there are words for it, else in version 2c.
"""

from collections.abc import Mapping

from inventory.secrets import SecretRef
from inventory.snmp_agents import Community, UsmUser
from lab.devices.usm import User

COMMUNITIES = ("STORENET_SNMP_READ", "STORENET_SNMP_WRITE")
WORDS = ("STORENET_SNMP_AUTH", "STORENET_SNMP_PRIVACY")
READER = "storenet-ro"


def known_users(environment: Mapping[str, str]) -> tuple[User, ...]:
    """The users agents know."""
    word, privacy_word = (environment.get(name, "") for name in WORDS)
    if not word or not privacy_word:
        return ()
    return (User(name=READER, hash="sha256", word=word, privacy_word=privacy_word),)


def asked_as(environment: Mapping[str, str]) -> Community | UsmUser:
    """As whom the inventory has agents asked."""
    if not known_users(environment):
        return Community(word=SecretRef(f"env:{COMMUNITIES[0]}"))
    word, privacy_word = (SecretRef(f"env:{name}") for name in WORDS)
    return UsmUser(name=READER, auth="sha256", word=word, privacy="aes128", privacy_word=privacy_word)
