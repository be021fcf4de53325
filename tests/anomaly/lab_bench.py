"""The lab's stores, printed by their devices and read by the real readers: no network, a clock turned by hand."""

from ipaddress import IPv4Address

from anomaly.library import load_library
from anomaly.watch import Watch
from inventory.errors import CommandRefusedError, DoubtfulOutputError, UnreachableError
from inventory.line_rows import LargePingRow
from inventory.looks import PingRow, Reading
from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.platform import PLATFORM
from inventory.snmp.dialects import DIALECTS
from lab.agents import agents
from lab.breakages import Breakages
from lab.callers import asked_as
from lab.chain import make_chain
from lab.clock import HandClock
from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.shell import Shell
from lab.log import LabLog
from lab.startup import startup
from lab.world import World

SECONDS = {"hold_brief": 3, "hold_steady": 6, "hold_patient": 12, "clear_after": 4}


class Bench:
    """A chain, its world, and a watch that looks at it."""

    def __init__(self, seed=7, stores=6):
        self.chain = make_chain(seed, stores, asked_as=asked_as({}))
        self.clock = HandClock(self.chain.start)
        self.world = World(self.chain, self.clock, LabLog())
        self.views = {str(d.id): self.world.view(d.id) for d in self.chain.managed()}
        known = self.chain.chain
        devices = {name: IosDevice(v, startup(known, known.devices[name])) for name, v in self.views.items()}
        for name, device in devices.items():
            self.world.plug(name, device)
        self.breakages = Breakages(self.world)
        self.world.begin()
        self.agents = agents(self.world, 161)
        self.shells = {name: self.shell(device) for name, device in devices.items()}
        self.watch = Watch(load_library(), self.chain.chain, SECONDS)
        self.forward(5)

    def shell(self, device):
        line = device.lines.take((5,), "192.0.2.9", self.clock.now())
        line.user = "storenet-ro"
        seen = []
        shell = Shell(device, line, 15, enable_secret=None, send=seen.append, hang_up=lambda: None)
        shell.length = 0
        return shell, seen

    def forward(self, seconds, step=0.5):
        while seconds > 0:
            self.clock.forward(min(step, seconds))
            seconds -= step
            self.world.look()

    def ask(self, device, look):
        return self.told(device, (look,))[look.key]

    def told(self, device, looks):
        if device in self.agents:
            return {look.key: self.ask_agent(device, look) for look in looks}
        if not self.views[device].reachable() or not self.shells[device][0].device.open_lines():
            return {look.key: UnreachableError(device, "no answer") for look in looks}
        return {look.key: self.ask_shell(device, look) for look in looks}

    def ask_shell(self, device, look):
        if look.getter == "ping":
            return Reading(device=device, look=look, rows=(self.ping(device, look.args),), taken_at=self.clock.now())
        if look.getter == "large_ping":
            return Reading(
                device=device, look=look, rows=(self.large_ping(device, look.args),), taken_at=self.clock.now()
            )
        getter = PLATFORM.getters[look.getter]
        shell, seen = self.shells[device]
        seen.clear()
        command = getter.command.format(**look.args)
        shell.received(command + "\n")
        text = "".join(seen).replace("\r\n", "\n").removeprefix(command + "\n").rpartition("\n")[0] + "\n"
        try:
            rows = getter.parse(text, look.args)
        except ParseDoubt as doubt:
            return CommandRefusedError(device, str(doubt))
        return Reading(device=device, look=look, rows=rows, taken_at=self.clock.now())

    def ask_agent(self, device, look):
        """What its agent holds now, read by the real readers; the way there is tried over real UDP elsewhere."""
        agent = self.agents[device][0]
        if not agent.answers():
            return UnreachableError(device, "no SNMP answer")
        told = {oid: value.content for oid, value in agent.objects().items()}
        try:
            rows = DIALECTS["aironet"][look.getter].parse(told)
        except ValueError as doubt:
            return DoubtfulOutputError(device, str(doubt))
        return Reading(device=device, look=look, rows=rows, taken_at=self.clock.now())

    def ping(self, device, args):
        """The emulator's own ping command takes real time; the world it asks does not."""
        to, sent = IPv4Address(args["destination"]), int(args["count"])
        back = [ms for ms in (self.views[device].ping(to, args.get("source")) for _ in range(sent)) if ms is not None]
        mean = sum(back) / len(back) if back else None
        return PingRow(destination=args["destination"], sent=sent, received=len(back), average_ms=mean)

    def large_ping(self, device, args):
        """As ``ping``, of one size that must not be fragmented."""
        fate, plain = (
            self.views[device].fate(IPv4Address(args["destination"]), int(args["size"])),
            self.ping(device, args),
        )
        back, told = (plain.received if fate == "passes" else 0), (plain.sent if fate == "told" else 0)
        to, size = plain.destination, int(args["size"])
        return LargePingRow(destination=to, size=size, sent=plain.sent, received=back, told=told)

    def answers(self, looks):
        return {device: self.told(device, those) for device, those in looks.items()}

    def round(self, store):
        self.forward(2)
        return self.watch.observe(store, self.answers(self.watch.looks(store)), self.clock.now())

    def play(self, store, seconds):
        return [self.round(store) for _ in range(int(seconds / 2))]

    def prove(self, store, function, root=None):
        given = [(d, look, self.ask(d, look)) for d, look in self.watch.looks_to_prove(store, function, root)]
        return self.watch.prove(store, function, given, self.clock.now(), root)
