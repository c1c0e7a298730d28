# SPDX-License-Identifier: GPL-2.0-only
"""Amlogic's GPIO interrupt controller: a channel shows its pin's level or edges."""
import contextlib

from tests.models.qtest import Machine

INTC, GPIO = 0xe0000000, 0xe1000000
FIRST_PIN = 24
FIRST_SPI = 10
CTRL, BOTH = INTC, INTC + 0x1c
ENABLE = 1 << 31

NODES = f"""
	interrupt-controller@{INTC:x} {{
		compatible = "amlogic,meson-s4-gpio-intc", "amlogic,meson-gpio-intc";
		reg = <0 {INTC:#x} 0 0x20>;
		amlogic,channel-interrupts = <{" ".join(str(FIRST_SPI + i) for i in range(12))}>;
	}};
	gpio@{GPIO:x} {{ compatible = "test,gpio"; reg = <0 {GPIO:#x} 0 0x10>; }};
"""
# A direction bit of 1 is output here.
PINS = {"pins": [{"node": "test,gpio", "name": "GPIOD", "count": 12, "direction": 0, "output": 4,
                  "input": 8, "interrupt": FIRST_PIN}]}


class Bench:
    """A channel that looks at a pin."""

    def __init__(self, machine, monitor, channel, pin):
        self.machine, self.monitor = machine, monitor
        self._channel, self._pin = channel, pin
        shift = channel % 2 * 16
        machine.write32(INTC + 4 + channel // 2 * 4, FIRST_PIN + pin << shift)

    def mode(self, edge=False, invert=False, both=False, enable=True):
        self.machine.write32(BOTH, both << self._channel)
        self.machine.write32(CTRL, (ENABLE if enable else 0) | invert << self._channel |
                              edge << 12 + self._channel)

    def drive(self, level):
        self.monitor.set("/machine/pins/GPIOD", "driven", level << self._pin)

    @property
    def level(self):
        return self.machine.interrupt(FIRST_SPI + self._channel)

    @property
    def edges(self):
        return self.machine.edges(FIRST_SPI + self._channel)


@contextlib.contextmanager
def bench(channel=3, pin=8):
    with Machine(NODES, PINS) as machine:
        machine.watch_interrupts()
        with machine.monitor() as monitor:
            yield Bench(machine, monitor, channel, pin)


def run(t):
    with t.test("a level, and the other way round"), bench() as b:
        b.mode()
        b.drive(1)
        assert b.level == 1
        b.drive(0)
        assert b.level == 0
        b.mode(invert=True)
        assert b.level == 1
        b.drive(1)
        assert b.level == 0
    for what, mode, wanted in (("rising edges", {"edge": True}, 2),
                               ("falling edges", {"edge": True, "invert": True}, 1),
                               ("both edges", {"both": True}, 3)):
        with t.test(what), bench() as b:
            b.mode(**mode)
            before = b.edges
            for level in (1, 1, 0, 1):
                b.drive(level)
            assert b.edges == before + wanted, b.edges
    with t.test("to choose a pin or a mode is no edge"), bench() as b:
        b.drive(1)
        b.mode(both=True)
        Bench(b.machine, b.monitor, 3, 2)
        assert b.edges == 0
    with t.test("nothing comes while it is off"), bench() as b:
        b.mode(both=True, enable=False)
        b.drive(1)
        assert b.edges == 0
        b.mode(enable=False)
        assert b.level == 0
    with t.test("each channel has its own pin and interrupt"), bench(0, 0) as b, \
            contextlib.nullcontext(Bench(b.machine, b.monitor, 11, 11)) as other:
        b.machine.write32(CTRL, ENABLE)
        b.monitor.set("/machine/pins/GPIOD", "driven", 1 << 11)
        assert (b.level, other.level) == (0, 1)
    with t.test("a pin that the guest drives"), bench() as b:
        b.mode(both=True)
        b.machine.write32(GPIO, 1 << 8)
        b.machine.write32(GPIO + 4, 1 << 8)
        assert b.edges == 1
    with t.test("a pin that there is not is low"), bench(pin=40) as b:
        b.mode(invert=True)
        assert b.level == 1
    with t.test("a reset"), bench() as b:
        b.mode(both=True)
        b.monitor.ask("system_reset")
        b.machine.forward(1000)
        assert b.machine.read32(CTRL) == 0 and b.machine.read32(BOTH) == 0
