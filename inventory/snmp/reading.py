"""Looks at devices through their agents: answers typed as those of sessions.

In: devices with what to look at. Out: readings or ``DeviceError``s per device, streamed. Called by ``inventory.fleet``
(many at once) and ``inventory.session`` (one). Secrets are resolved here, and masked from then on.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from inventory.errors import AuthRefusedError, CommandRefusedError, DeviceError, DoubtfulOutputError
from inventory.looks import Look, Reading
from inventory.model import Device, DeviceId
from inventory.redact import remember
from inventory.secrets import SecretMissingError, SecretRef
from inventory.snmp.asking import Plain, Private, Speaker, Told, Wish, converse
from inventory.snmp.dialects import DIALECTS, AgentGetter
from inventory.snmp.polling import Call, Patience, talk_all
from inventory.snmp.standard import UP_TIME
from inventory.snmp_agents import Community, SnmpAgent

Now = Callable[[], datetime]
Answers = tuple[Reading | DeviceError, ...]
Done = Callable[[DeviceId, Answers], None]


def look_at(plans: Mapping[DeviceId, tuple[Device, Sequence[Look]]], now: Now, done: Done, patience: Patience) -> None:
    """Take every device's looks; ``done`` is called once for each, as soon as its answers are there."""

    def answered(name: DeviceId, told: Told | DeviceError) -> None:
        device, looks = plans[name]
        at = now()
        done(name, tuple(told if isinstance(told, DeviceError) else _answer(device, look, told, at) for look in looks))

    talk_all(_calls(plans, answered), answered, patience)


def _calls(
    plans: Mapping[DeviceId, tuple[Device, Sequence[Look]]], answered: Callable[[DeviceId, Told | DeviceError], None]
) -> Iterator[Call]:
    for device, looks in plans.values():
        try:
            agent, speaker = _speaker(device)
        except DeviceError as error:
            answered(device.id, error)
            continue
        getters = [getter for look in looks if (getter := _getter(device, look)) is not None]
        wish = Wish(
            scalars=tuple(dict.fromkeys((UP_TIME, *(oid for g in getters for oid in g.scalars)))),
            columns=tuple(dict.fromkeys(oid for g in getters for oid in g.columns)),
        )
        yield Call(
            device=device.id,
            address=agent.address,
            port=agent.port,
            conversation=converse(device.id, speaker, wish),
        )


def _speaker(device: Device) -> tuple[SnmpAgent, Speaker]:
    """Return the agent, and who speaks to it. Raises ``CommandRefusedError``, ``AuthRefusedError``."""
    agent = device.snmp
    if agent is None:
        raise CommandRefusedError(device.id, "has no SNMP agent: none is set for it")
    asks_as = agent.asks_as
    if isinstance(asks_as, Community):
        return agent, Plain(_secret(device, asks_as.word))
    words = _secret(device, asks_as.word), _secret(device, asks_as.privacy_word)
    return agent, Private(device.id, asks_as.name, asks_as.auth, words, time.monotonic)


def _secret(device: Device, reference: SecretRef) -> str:
    try:
        value = reference.resolve()
    except SecretMissingError as error:
        raise AuthRefusedError(device.id, str(error)) from None
    if value not in _REMEMBERED:
        _REMEMBERED.add(value)
        remember(value)
    return value


_REMEMBERED: set[str] = set()


def _getter(device: Device, look: Look) -> AgentGetter | None:
    return DIALECTS[device.snmp.dialect].get(look.getter) if device.snmp else None


def _answer(device: Device, look: Look, told: Told, at: datetime) -> Reading | DeviceError:
    getter = _getter(device, look)
    if getter is None:
        return CommandRefusedError(device.id, f"its SNMP agent has no look {look.getter!r}; nothing was asked")
    if UP_TIME not in told:
        return DoubtfulOutputError(
            device.id, "the agent does not even tell how long it has run; its view is too narrow"
        )
    try:
        return Reading(device=device.id, look=look, rows=getter.parse(told), taken_at=at)
    except ValueError as doubt:
        return DoubtfulOutputError(device.id, f"look {look.getter}: {doubt}")
