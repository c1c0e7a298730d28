# SPDX-License-Identifier: GPL-2.0-only
"""MediaTek's watchdog: keys, the countdown, its interrupt, resets."""
from tests.models.qtest import Machine

BASE = 0xe0000000
SPI = 31
MODE, LENGTH, RST, SWRST, SWSYSRST = 0x00, 0x04, 0x08, 0x14, 0x18
EN, IRQ_EN, DUAL_EN, MODE_KEY = 1, 1 << 3, 1 << 6, 0x22 << 24
LENGTH_KEY, RELOAD, SWRST_KEY, SWSYS_KEY = 0x8, 0x1971, 0x1209, 0x88 << 24
SECOND = 10**9


class Watchdog(Machine):
    """A machine with one, set to four seconds."""

    def __init__(self, log=()):
        super().__init__(f"""
	watchdog@{BASE:x} {{
		compatible = "mediatek,mt7986-wdt";
		reg = <0 {BASE:#x} 0 0x1000>;
		interrupts = <0 {SPI} 4>;
	}};
""", log=log)

    def __enter__(self):
        super().__enter__()
        self.watch_interrupts()
        self.put(LENGTH, 4 * 64 << 5 | LENGTH_KEY)
        return self

    def get(self, register):
        return self.read32(BASE + register)

    def put(self, register, value):
        self.write32(BASE + register, value)

    def was_reset(self):
        """Whether the machine was: the length is gone."""
        self.forward(1000)
        return self.get(LENGTH) == 0


def run(t):
    with t.test("writes need their keys"), Watchdog(log=("-d guest_errors",)) as m:
        m.put(MODE, EN)
        m.put(LENGTH, 0xffe0)
        m.put(SWRST, SWRST_KEY + 1)
        m.put(SWSYSRST, 3)
        assert m.get(MODE) == 0 and m.get(LENGTH) == 4 * 64 << 5 and m.get(SWSYSRST) == 0
        assert not m.was_reset() and "without its key" in m.messages()
        m.put(SWSYSRST, SWSYS_KEY | 3)
        assert m.get(SWSYSRST) == 3
    with t.test("it resets the machine when nobody reloads it"), Watchdog() as m:
        m.put(MODE, MODE_KEY | EN)
        assert m.get(MODE) == EN
        m.forward(3 * SECOND)
        m.put(RST, RELOAD)
        m.forward(3 * SECOND)
        assert not m.was_reset()
        m.put(RST, RELOAD + 1)
        m.forward(2 * SECOND)
        assert m.was_reset() and m.get(MODE) == 0
        m.forward(60 * SECOND)
    with t.test("switched off it does nothing"), Watchdog() as m:
        m.put(MODE, MODE_KEY | EN)
        m.put(MODE, MODE_KEY)
        m.forward(60 * SECOND)
        assert not m.was_reset() and not m.interrupt(SPI)
    with t.test("with two stages the interrupt comes first"), Watchdog() as m:
        m.put(MODE, MODE_KEY | EN | IRQ_EN | DUAL_EN)
        m.forward(5 * SECOND)
        assert m.interrupt(SPI) and not m.was_reset()
        m.put(RST, RELOAD)
        assert not m.interrupt(SPI)
        m.forward(5 * SECOND)
        assert m.interrupt(SPI)
        m.forward(4 * SECOND)
        assert m.was_reset() and not m.interrupt(SPI)
    with t.test("the interrupt in place of the reset"), Watchdog() as m:
        m.put(MODE, MODE_KEY | EN | IRQ_EN)
        m.forward(60 * SECOND)
        assert m.interrupt(SPI) and not m.was_reset()
    with t.test("reset by software"), Watchdog() as m:
        m.put(SWRST, SWRST_KEY)
        assert m.was_reset()
