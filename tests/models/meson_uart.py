# SPDX-License-Identifier: GPL-2.0-only
"""Amlogic's UART: FIFOs and watermarks, errors, breaks, rates, flow control, interrupts."""
import contextlib
import time

from tests.models.qtest import Machine

BASE = 0xe0000000
SPI = 20
WFIFO, RFIFO, CONTROL, STATUS, MISC, REG5 = range(0, 0x18, 4)
PATH = f"/machine/uart@{BASE:x}"

# CONTROL
TX_EN, RX_EN, TWO_WIRE = 1 << 12, 1 << 13, 1 << 15
ODD, PARITY, SEVEN_BITS, TWO_STOP = 1 << 18, 1 << 19, 1 << 20, 1 << 16
TX_RST, RX_RST, CLEAR_ERR = 1 << 22, 1 << 23, 1 << 24
INV_RX, INV_TX, RX_INT, TX_INT, INV_RTS = 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 31
ON = TX_EN | RX_EN | TWO_WIRE
# STATUS
PARITY_ERR, FRAME_ERR, TX_WERR, OVERFLOW = 1 << 16, 1 << 17, 1 << 18, 1 << 24
RX_FULL, RX_EMPTY, TX_FULL, TX_EMPTY = 1 << 19, 1 << 20, 1 << 21, 1 << 22
CTS, XMIT_BUSY, RECV_BUSY = 1 << 23, 1 << 25, 1 << 26
ERRORS = PARITY_ERR | FRAME_ERR | TX_WERR | OVERFLOW

CHAR_115200 = 10 * 10**9 // 115200


def watermarks(rx, tx):
    return rx | tx << 8


def divider(base, baud):
    return 1 << 23 | (round(base / baud) - 1)


def xtal(baud):
    """REG5 for a rate from half of the crystal's."""
    return 1 << 24 | 1 << 27 | divider(12e6, baud)


class Uart(Machine):
    """A machine with one such UART, and what is at its other end."""

    def __init__(self, *options, edge=True, depth=64, log=()):
        node = f"""
	serial@{BASE:x} {{
		compatible = "amlogic,meson-s4-uart";
		reg = <0 {BASE:#x} 0 0x18>;
		interrupts = <0 {SPI} {1 if edge else 4}>;
		fifo-size = <{depth}>;
	}};
"""
        wide = [word for option in options for word in ("-global", f"meson-uart.{option}")]
        super().__init__(node, serial=2, options=wide, log=log)

    def __enter__(self):
        super().__enter__()
        self.far = self.port(1)
        self.watch_interrupts()
        self.write32(BASE + CONTROL, ON)
        return self

    @property
    def status(self):
        return self.read32(BASE + STATUS)

    def control(self, value):
        self.write32(BASE + CONTROL, value)

    def clear_errors(self, control=ON):
        self.control(control | CLEAR_ERR)
        self.control(control)

    def arrive(self, data, count=None):
        """The other end sends; untimed, all of it is there when this returns."""
        before = self.status & 0x7f
        self.far.sendall(data)
        wanted = before + len(data) if count is None else count
        deadline = time.monotonic() + 3
        while self.status & 0x7f != wanted & 0x7f and time.monotonic() < deadline:
            time.sleep(0.002)
        assert self.status & 0x7f == wanted & 0x7f, hex(self.status)

    def send(self, data):
        for byte in data:
            self.write32(BASE + WFIFO, byte)

    def receive(self, count):
        return bytes(self.read32(BASE + RFIFO) for _ in range(count))

    def heard(self, count):
        """What the other end has got."""
        data = b""
        self.far.settimeout(3)
        with contextlib.suppress(TimeoutError):
            while len(data) < count:
                data += self.far.recv(4096)
        return data

    def silent(self):
        self.far.settimeout(0.05)
        try:
            return not self.far.recv(1)
        except TimeoutError:
            return True

    def set(self, name, value):
        with self.monitor() as monitor:
            monitor.set(PATH, name, value)

    def get(self, name):
        with self.monitor() as monitor:
            return monitor.get(PATH, name)

    def line(self, data, step=CHAR_115200, expect=True):
        """Timed: the other end sends byte by byte, as the line lets it."""
        for byte in data:
            self.far.sendall(bytes([byte]))
            deadline = time.monotonic() + (3 if expect else 0.05)
            while not self.status & RECV_BUSY and time.monotonic() < deadline:
                time.sleep(0.001)
            self.forward(step + 1)


def fifos(t):
    with t.test("as firmware leaves it: on, empty, 115200 baud"), Uart() as m:
        status = m.status
        assert status & (RX_EMPTY | TX_EMPTY) == RX_EMPTY | TX_EMPTY, hex(status)
        assert not status & (RX_FULL | TX_FULL | ERRORS | 0x7f7f), hex(status)
        assert m.read32(BASE + REG5) == xtal(115200)
    with t.test("bytes both ways, in order"), Uart() as m:
        m.send(b"to the far side")
        assert m.heard(15) == b"to the far side"
        m.arrive(b"and back")
        assert m.status & 0x7f == 8
        assert m.receive(8) == b"and back"
        assert m.status & RX_EMPTY
    with t.test("a byte that is read from an empty FIFO is 0 and harms nothing"), Uart() as m:
        assert m.read32(BASE + RFIFO) == 0
        m.arrive(b"x")
        assert m.receive(1) == b"x"
    for depth in (64, 128):
        with t.test(f"a full receive FIFO of {depth}: the rest waits in the line, untimed"), \
                Uart(depth=depth) as m:
            data = bytes(i & 0xff for i in range(depth + 10))
            m.arrive(data, count=depth)
            assert m.status & RX_FULL
            assert m.receive(10) == data[:10]
            deadline = time.monotonic() + 3
            while not m.status & RX_FULL and time.monotonic() < deadline:
                time.sleep(0.002)
            assert m.receive(depth) == data[10:]
            assert not m.status & ERRORS
    with t.test("receiver off: nothing is taken"), Uart() as m:
        m.control(TX_EN | TWO_WIRE)
        m.far.sendall(b"later")
        time.sleep(0.05)
        assert m.status & RX_EMPTY
        m.control(ON)
        m.arrive(b"", count=5)
        assert m.receive(5) == b"later"
    with t.test("transmitter off: the FIFO keeps what is written, and fills"), Uart() as m:
        m.control(RX_EN | TWO_WIRE)
        m.send(b"k" * 64)
        assert m.status & TX_FULL and not m.status & (TX_EMPTY | TX_WERR)
        assert m.status >> 8 & 0x7f == 64
        assert m.silent()
        m.control(ON)
        assert m.heard(64) == b"k" * 64
    with t.test("a byte for a full FIFO is lost, and said so"), Uart() as m:
        m.control(RX_EN | TWO_WIRE)
        m.send(b"k" * 64 + b"!")
        assert m.status & TX_WERR
        m.control(ON)
        assert m.heard(64) == b"k" * 64 and m.silent()
        assert m.status & TX_WERR
        m.clear_errors()
        assert not m.status & ERRORS
    with t.test("a reset lasts as long as its bit is set"), Uart() as m:
        m.arrive(b"abc")
        m.control(ON | RX_RST)
        assert m.status & RX_EMPTY
        m.control(ON | TX_RST)
        m.send(b"gone")
        assert m.status & TX_EMPTY
        m.control(ON)
        assert m.silent()
    with t.test("seven data bits: the eighth is not there"), Uart() as m:
        m.control(ON | SEVEN_BITS)
        m.send(b"\xc1")
        assert m.heard(1) == b"\x41"
        m.arrive(b"\xc2")
        assert m.receive(1) == b"\x42"
    with t.test("all is as at first after a reset of the machine"), Uart() as m:
        m.arrive(b"abc")
        m.write32(BASE + REG5, 0)
        with m.monitor() as monitor:
            monitor.ask("system_reset")
        m.forward(1000)
        assert m.status & RX_EMPTY and m.read32(BASE + REG5) == xtal(115200)


def errors(t):
    with t.test("wrong parity is noted, and stays until it is cleared"), Uart() as m:
        m.control(ON | PARITY)
        m.set("parity-errors", 1)
        m.arrive(b"ab")
        assert m.status & ERRORS == PARITY_ERR
        m.receive(2)
        assert m.status & ERRORS == PARITY_ERR
        m.clear_errors(ON | PARITY)
        assert not m.status & ERRORS
        m.arrive(b"c")
        assert not m.status & ERRORS
    with t.test("without parity no byte has a wrong one"), Uart() as m:
        m.set("parity-errors", 1)
        m.arrive(b"a")
        assert not m.status & ERRORS
    with t.test("a missing stop bit"), Uart() as m:
        m.set("frame-errors", 1)
        m.arrive(b"ab")
        assert m.status & ERRORS == FRAME_ERR
        assert m.receive(2) == b"ab"
    with t.test("clear error does not clear itself: while it is set no error is noted"), \
            Uart() as m:
        m.control(ON | CLEAR_ERR)
        m.set("frame-errors", 1)
        m.arrive(b"a")
        assert not m.status & ERRORS
        assert m.read32(BASE + CONTROL) & CLEAR_ERR
    with t.test("an overflow drops what comes last, and sets its bit, not that of writes"), \
            Uart("timed=on") as m:
        m.line(bytes(range(70)))
        status = m.status
        assert status & ERRORS == OVERFLOW, hex(status)
        assert m.receive(64) == bytes(range(64))
        assert m.status & RX_EMPTY
        m.clear_errors()
        m.line(b"z")
        assert m.receive(1) == b"z" and not m.status & ERRORS
    with t.test("a break is a zero without a stop bit"), Uart() as m:
        with m.monitor() as monitor:
            monitor.ask("chardev-send-break", id="serial1")
        assert m.status & (ERRORS | 0x7f) == FRAME_ERR | 1
        assert m.receive(1) == b"\0"
    with t.test("a break that finds the FIFO full overflows"), Uart() as m:
        m.arrive(b"f" * 64)
        with m.monitor() as monitor:
            monitor.ask("chardev-send-break", id="serial1")
        assert m.status & ERRORS == FRAME_ERR | OVERFLOW
        assert m.receive(64) == b"f" * 64 and m.status & RX_EMPTY
    with t.test("a break that the guest sends is an inverted line"), \
            Uart(log=["meson_uart_break"]) as m:
        m.control(ON | INV_TX)
        m.control(ON)
        told = [line.rsplit(" ", 1)[-1] for line in m.messages().splitlines()
                if "uart_break" in line]
        assert told == ["1", "0"], m.messages()
    with t.test("what is sent in a break is garbage"), Uart() as m:
        m.control(ON | INV_TX)
        m.send(b"a")
        assert m.heard(1) != b"a"


def rates(t):
    for what, reg5, baud in (
            ("the crystal by 2", xtal(115200), 115200), ("the crystal by 2", xtal(921600), 921600),
            ("the crystal", 1 << 24 | 1 << 26 | divider(24e6, 1500000), 1500000),
            ("the crystal by 3", 1 << 24 | divider(8e6, 115200), 115200),
            ("clk81 by 4", divider(166666667 / 4, 115200), 115200),
            ("the crystal by 2, even if both are set",
             1 << 24 | 1 << 26 | 1 << 27 | divider(12e6, 115200), 115200)):
        with t.test(f"{baud} baud from {what}"), Uart(f"baud={baud}") as m:
            m.write32(BASE + REG5, reg5)
            m.arrive(b"good")
            assert m.receive(4) == b"good" and not m.status & ERRORS
            m.send(b"good")
            assert m.heard(4) == b"good"
    with t.test("the old divider, of CONTROL"), Uart("baud=115200") as m:
        m.write32(BASE + REG5, 0)
        m.control(ON | (round(166666667 / 4 / 115200) - 1))
        m.send(b"old")
        assert m.heard(3) == b"old"
    for what, ours, theirs, good in (
            ("3 % off", xtal(115200), 118700, True), ("5 % off", xtal(115200), 121200, False),
            ("a tenth", xtal(115200), 1152000, False),
            ("921600 from the crystal by 3", 1 << 24 | divider(8e6, 921600), 921600, False)):
        with t.test(f"{what}: {'works' if good else 'garbage both ways'}"), \
                Uart(f"baud={theirs}", log=["meson_uart_garbage"]) as m:
            m.write32(BASE + REG5, ours)
            m.arrive(b"text")
            assert (m.receive(4) == b"text") == good
            assert bool(m.status & FRAME_ERR) == (not good)
            m.send(b"text")
            assert (m.heard(4) == b"text") == good
            assert ("0x74 sent at" in m.messages()) == (not good), m.messages()
    with t.test("the other end changes its rate while the machine runs"), Uart() as m:
        m.set("baud", 9600)
        m.send(b"a")
        assert m.heard(1) != b"a"
        m.write32(BASE + REG5, xtal(9600))
        m.send(b"a")
        assert m.heard(1) == b"a"


def timing(t):
    with t.test("timed: a byte takes its time, and the FIFO drains at the rate"), \
            Uart("timed=on") as m:
        m.send(b"abc")
        assert m.status >> 8 & 0x7f == 2 and m.status & XMIT_BUSY
        assert m.silent()
        m.forward(CHAR_115200 + 1)
        assert m.heard(1) == b"a"
        assert m.status >> 8 & 0x7f == 1
        m.forward(CHAR_115200 + 1)
        assert m.status & TX_EMPTY and m.status & XMIT_BUSY, "empty is not idle"
        m.forward(CHAR_115200 + 1)
        assert not m.status & XMIT_BUSY
        assert m.heard(2) == b"bc"
    with t.test("timed: parity and a second stop bit make a character longer"), \
            Uart("timed=on") as m:
        m.control(ON | PARITY | TWO_STOP)
        m.send(b"a")
        m.forward(CHAR_115200 * 11 // 10)
        assert m.status & XMIT_BUSY
        m.forward(CHAR_115200 // 10 + 10)
        assert not m.status & XMIT_BUSY
    with t.test("timed: a new rate spoils the character that is being sent"), \
            Uart("timed=on") as m:
        m.send(b"a")
        m.write32(BASE + REG5, xtal(9600))
        m.forward(CHAR_115200 + 1)
        assert m.heard(1) != b"a"
    with t.test("timed: the same rate again does not"), Uart("timed=on") as m:
        m.send(b"a")
        m.write32(BASE + REG5, xtal(115200))
        m.forward(CHAR_115200 + 1)
        assert m.heard(1) == b"a"
    with t.test("timed: it talks back to back, and what has no room is lost"), \
            Uart("timed=on") as m:
        m.set("talk", 80)
        m.forward(5 * CHAR_115200 + 1)
        assert m.receive(m.status & 0x7f) == bytes(range(5))
        m.forward(64 * CHAR_115200 + 1)
        assert m.status & RX_FULL and not m.status & OVERFLOW
        m.forward(20 * CHAR_115200)
        assert m.status & OVERFLOW and m.receive(64) == bytes(range(5, 69))
        assert m.status & RX_EMPTY
    with t.test("timed: it begins anew when told again, and waits for RTS"), \
            Uart("timed=on") as m:
        m.control(TX_EN | RX_EN)
        m.set("rtscts", True)
        m.set("talk", 80)
        m.forward(80 * CHAR_115200)
        assert m.receive(64) == bytes(range(64)) and not m.status & OVERFLOW
        m.forward(30 * CHAR_115200)
        assert m.receive(16) == bytes(range(64, 80)) and m.status & RX_EMPTY
        m.set("talk", 1)
        m.forward(2 * CHAR_115200)
        assert m.receive(1) == b"\0"
    with t.test("timed: a receiver that is off loses what comes"), Uart("timed=on") as m:
        m.control(TX_EN | TWO_WIRE)
        m.line(b"ab")
        m.control(ON)
        m.line(b"c")
        assert m.status & 0x7f == 1 and m.receive(1) == b"c"


def flow(t):
    with t.test("CTS holds the transmitter, if CONTROL says so"), Uart() as m:
        m.set("cts", False)
        assert m.status & CTS
        m.send(b"a")
        assert m.heard(1) == b"a", "two wires: CTS does not matter"
        m.control(TX_EN | RX_EN)
        m.send(b"bc")
        assert m.silent() and not m.status & TX_EMPTY
        m.set("cts", True)
        assert m.heard(2) == b"bc" and not m.status & CTS
    with t.test("RTS falls when the FIFO is full, and can be turned round"), Uart() as m:
        m.control(TX_EN | RX_EN)
        assert m.get("rts") is True
        m.arrive(b"f" * 64)
        assert m.get("rts") is False
        m.receive(1)
        assert m.get("rts") is True
        m.control(TX_EN | RX_EN | INV_RTS)
        assert m.get("rts") is False
    with t.test("timed: with flow control at both ends nothing overflows"), \
            Uart("timed=on", "rtscts=on") as m:
        m.control(TX_EN | RX_EN)
        m.line(bytes(64))
        m.line(b"a", expect=False)
        assert not m.status & ERRORS
        assert m.receive(1) == b"\0"
        m.line(b"")
        deadline = time.monotonic() + 3
        while not m.status & RECV_BUSY and time.monotonic() < deadline:
            time.sleep(0.001)
        m.forward(CHAR_115200 + 1)
        assert m.receive(64)[-1:] == b"a"


def interrupts(t):
    with t.test("edge: one for each byte from the watermark on"), Uart() as m:
        m.write32(BASE + MISC, watermarks(3, 32))
        m.control(ON | RX_INT)
        m.arrive(b"a")
        m.arrive(b"b")
        assert m.edges(SPI) == 0
        m.arrive(b"c")
        assert m.edges(SPI) == 1
        m.arrive(b"d")
        assert m.edges(SPI) == 2
        assert m.interrupt(SPI) == 0, "an edge is no level"
    with t.test("edge: bytes that are there when it is enabled"), Uart() as m:
        m.write32(BASE + MISC, watermarks(1, 32))
        m.arrive(b"a")
        assert m.edges(SPI) == 0
        m.control(ON | RX_INT)
        assert m.edges(SPI) == 1
    with t.test("level: as long as the FIFO is at its watermark"), Uart(edge=False) as m:
        m.write32(BASE + MISC, watermarks(2, 32))
        m.control(ON | RX_INT)
        m.arrive(b"a")
        assert m.interrupt(SPI) == 0
        m.arrive(b"bc")
        assert m.interrupt(SPI) == 1
        m.receive(1)
        assert m.interrupt(SPI) == 1
        m.receive(1)
        assert m.interrupt(SPI) == 0
        m.arrive(b"d")
        assert m.interrupt(SPI) == 1
        m.control(ON)
        assert m.interrupt(SPI) == 0
    with t.test("timed: one when the transmit FIFO falls below its watermark, no more"), \
            Uart("timed=on") as m:
        m.write32(BASE + MISC, watermarks(1, 4))
        m.control(ON | TX_INT)
        m.send(b"123456")               # one of them is on the line at once
        assert m.edges(SPI) == 0
        m.forward(CHAR_115200 + 1)
        assert m.edges(SPI) == 0        # 4 left
        m.forward(CHAR_115200 + 1)
        assert m.edges(SPI) == 1        # 3
        for _ in range(5):
            m.forward(CHAR_115200 + 1)
        assert m.edges(SPI) == 1
    with t.test("timed: none for who never reached the watermark"), Uart("timed=on") as m:
        m.write32(BASE + MISC, watermarks(1, 4))
        m.control(ON | TX_INT)
        m.send(b"12")
        for _ in range(3):
            m.forward(CHAR_115200 + 1)
        assert m.edges(SPI) == 0
    with t.test("untimed: what is written is gone at once, and that is told, if late"), \
            Uart() as m:
        m.send(b"1")
        assert m.edges(SPI) == 0
        m.control(ON | TX_INT)
        assert m.edges(SPI) == 1
        m.send(b"2")
        assert m.edges(SPI) == 2
        m.arrive(b"x")
        assert m.edges(SPI) == 2, "told once"
    with t.test("level: a transmit interrupt stays until STATUS is read"), Uart(edge=False) as m:
        m.control(ON | TX_INT)
        m.send(b"1")
        assert m.interrupt(SPI) == 1
        m.status
        assert m.interrupt(SPI) == 0
    with t.test("none that is not enabled"), Uart() as m:
        m.arrive(b"abc")
        m.send(b"abc")
        assert m.edges(SPI) == 0


def run(t):
    fifos(t)
    errors(t)
    rates(t)
    timing(t)
    flow(t)
    interrupts(t)
