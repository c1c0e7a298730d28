# SPDX-License-Identifier: GPL-2.0-only
"""Amlogic's SD/eMMC host: commands, responses, chains of descriptors, data, what goes wrong."""
import pathlib
import struct
import tempfile

from tests.models.qtest import RAM, Machine

BASE = 0xe0000000
SPI = 30
CLOCK, START, CFG, STATUS, IRQ_EN = 0x00, 0x40, 0x44, 0x48, 0x4c
CMD_CFG, CMD_ARG, CMD_DAT, CMD_RSP = 0x50, 0x54, 0x58, 0x5c
SRAM, PING = 0x200, 0x400
PATH = f"/machine/mmc@{BASE:x}"

# CMD_CFG
BLOCK_MODE, R1B, END, NO_RESP, NO_CMD = 1 << 9, 1 << 10, 1 << 11, 1 << 16, 1 << 17
DATA, WRITE, NOCRC, LONG, OWNER = 1 << 18, 1 << 19, 1 << 20, 1 << 21, 1 << 31
# STATUS
RXD_ERR, TXD_ERR, DESC_ERR, RESP_ERR = 0xff, 1 << 8, 1 << 9, 1 << 10
RESP_TIMEOUT, DESC_TIMEOUT, END_OF_CHAIN = 1 << 11, 1 << 12, 1 << 13
ALL = 0x3fff
# CFG: blocks of 512 bytes, a chain ends at an error; CLOCK: the crystal by 60
BLOCKS_512, ERR_ABORT, STOP_CLOCK = 9 << 4, 1 << 27, 1 << 22

CARD_SIZE = 1 << 20
DESCRIPTORS, BUFFER = RAM + 0x100000, RAM + 0x200000


class Host(Machine):
    """A machine with one host, and a card in it that holds its own block numbers."""

    def __init__(self, emmc=False, card=True):
        self._folder = tempfile.TemporaryDirectory()
        self.image = pathlib.Path(self._folder.name, "card")
        self.image.write_bytes(b"".join(struct.pack("<I", i // 512) * 128
                                        for i in range(0, CARD_SIZE, 512)))
        kind = "non-removable; no-sd; no-sdio;" if emmc else ""
        super().__init__(f"""
	mmc@{BASE:x} {{
		compatible = "amlogic,meson-axg-mmc";
		reg = <0 {BASE:#x} 0 0x800>;
		interrupts = <0 {SPI} 1>;
		{kind}
	}};
""", cards=[self.image] if card else [])

    def __enter__(self):
        super().__enter__()
        self.watch_interrupts()
        self.write32(BASE + CLOCK, 60)
        self.write32(BASE + CFG, BLOCKS_512 | ERR_ABORT)
        self.write32(BASE + STATUS, ALL)
        self.write32(BASE + IRQ_EN, ALL)
        return self

    def __exit__(self, *what):
        super().__exit__(*what)
        self._folder.cleanup()

    @property
    def status(self):
        return self.read32(BASE + STATUS) & ALL

    def command(self, index, arg=0, cfg=0, data=0):
        """One command, by register; the status bits that it has set."""
        self.write32(BASE + STATUS, ALL)
        self.write32(BASE + CMD_CFG, index << 24 | cfg | END | OWNER)
        self.write32(BASE + CMD_DAT, data)
        self.write32(BASE + CMD_RSP, 0)
        self.write32(BASE + CMD_ARG, arg)
        return self.status

    @property
    def response(self):
        return [self.read32(BASE + CMD_RSP + 4 * i) for i in range(4)]

    def chain(self, *descriptors, address=DESCRIPTORS, flags=0):
        """A chain of (cfg, arg, data); the status bits that it has set."""
        raw = b"".join(struct.pack("<4I", *desc, 0) for desc in descriptors)
        if flags & 1:
            for i in range(0, len(raw), 4):
                self.write32(BASE + address + i, struct.unpack_from("<I", raw, i)[0])
        elif raw:
            self.write(address, raw)
        self.write32(BASE + STATUS, ALL)
        self.write32(BASE + START, address | 2 | flags)
        return self.status

    def set_up(self):
        """Take the SD card to where it transfers data."""
        assert self.command(0, cfg=NO_RESP) == END_OF_CHAIN
        assert self.command(8, 0x1aa) == END_OF_CHAIN
        assert self.response[0] == 0x1aa
        for _ in range(5):
            self.command(55)
            assert self.command(41, 0x40ff8000, NOCRC) == END_OF_CHAIN
            if self.response[0] >> 31:
                break
            self.forward(10**9)
        assert self.response[0] >> 31
        assert self.command(2, cfg=LONG) == END_OF_CHAIN
        assert self.command(3) == END_OF_CHAIN
        self.rca = self.response[0] & 0xffff0000
        assert self.command(7, self.rca, R1B) == END_OF_CHAIN
        # A card of 1 MiB counts in bytes, and its state is 4 now: transfer.
        assert self.command(13, self.rca) == END_OF_CHAIN
        assert self.response[0] >> 9 & 15 == 4, hex(self.response[0])
        return self

    def fails_next(self, count):
        with self.monitor() as monitor:
            monitor.set(PATH, "crc-errors", count)


def blocks(first, count=1):
    return b"".join(struct.pack("<I", i) * 128 for i in range(first, first + count))


def single(index, length=512, write=False):
    return index << 24 | DATA | (WRITE if write else 0) | length & 0x1ff | OWNER


def multiple(index, count, write=False):
    return single(index, count, write) | BLOCK_MODE


def commands(t):
    with t.test("a card answers, with responses short and long"), Host() as m:
        m.set_up()
        assert m.command(7, 0, NO_RESP) == END_OF_CHAIN
        assert m.command(10, m.rca, LONG) == END_OF_CHAIN
        # The lowest word first: QEMU's card is an "XY" "QEMU!" of revision 0.1, serial 0xdeadbeef.
        cid = b"".join(struct.pack(">I", word) for word in reversed(m.response))
        assert cid[1:9] == b"XYQEMU!\x01" and cid[9:13] == b"\xde\xad\xbe\xef", cid
    with t.test("no card: the response times out"), Host(card=False) as m:
        assert m.command(0, cfg=NO_RESP) == END_OF_CHAIN
        assert m.command(8, 0x1aa) == RESP_TIMEOUT
        assert m.command(13) == RESP_TIMEOUT
    with t.test("a command that the card does not know times out"), Host() as m:
        m.set_up()
        assert m.command(5) == RESP_TIMEOUT
        assert m.command(13, m.rca) == END_OF_CHAIN
    with t.test("a response of the other length is an error"), Host() as m:
        m.set_up()
        assert m.command(13, m.rca, LONG) == RESP_ERR
    with t.test("without its owner bit a command is an error"), Host() as m:
        m.write32(BASE + CMD_CFG, 8 << 24 | END)
        m.write32(BASE + CMD_ARG, 0x1aa)
        assert m.status == DESC_ERR
    for what, offset, value in (("stopped", CFG, STOP_CLOCK | BLOCKS_512), ("without divider",
                                                                          CLOCK, 0)):
        with t.test(f"a clock {what}: the response times out"), Host() as m:
            m.write32(BASE + offset, value)
            assert m.command(8, 0x1aa) == RESP_TIMEOUT
    with t.test("status bits go by being written as one"), Host() as m:
        assert m.command(8, 0x1aa) == END_OF_CHAIN
        m.write32(BASE + STATUS, RESP_TIMEOUT)
        assert m.status == END_OF_CHAIN
        m.write32(BASE + STATUS, END_OF_CHAIN)
        assert m.status == 0
    with t.test("the lines are high when nothing is busy, nor are the host's busy bits set"), \
            Host() as m:
        assert m.read32(BASE + STATUS) & ~ALL == 0x01ff0000
    with t.test("interrupts are as enabled, and go with the status"), Host() as m:
        assert m.edges(SPI) == 0
        m.command(8, 0x1aa)
        assert m.interrupt(SPI) == 1 and m.edges(SPI) == 1
        m.write32(BASE + STATUS, ALL)
        assert m.interrupt(SPI) == 0
        m.write32(BASE + IRQ_EN, ALL & ~END_OF_CHAIN)
        m.command(8, 0x1aa)
        assert m.interrupt(SPI) == 0
    with t.test("all is as at first after a reset of the machine"), Host() as m:
        m.set_up()
        m.write32(BASE + SRAM, 5)
        with m.monitor() as monitor:
            monitor.ask("system_reset")
        m.forward(1000)
        assert m.read32(BASE + CFG) == m.read32(BASE + SRAM) == m.status == 0


def data(t):
    with t.test("one block is read to memory"), Host() as m:
        m.set_up()
        assert m.command(17, 3 * 512, DATA, BUFFER) == END_OF_CHAIN
        assert m.read(BUFFER, 516) == blocks(3) + bytes(4)
    with t.test("one block is written, and on the card"), Host() as m:
        m.set_up()
        m.write(BUFFER, b"outboard" * 64)
        assert m.command(24, 5 * 512, DATA | WRITE, BUFFER) == END_OF_CHAIN
        assert m.command(13, m.rca) == END_OF_CHAIN
        assert m.image.read_bytes()[4 * 512:7 * 512] == blocks(4) + b"outboard" * 64 + blocks(6)
    with t.test("many blocks by one command"), Host() as m:
        m.set_up()
        assert m.command(18, 512, DATA | BLOCK_MODE | 7, BUFFER) == END_OF_CHAIN
        assert m.command(12, cfg=R1B) == END_OF_CHAIN
        assert m.read(BUFFER, 7 * 512) == blocks(1, 7)
    with t.test("less than a block, as of the card's registers"), Host() as m:
        m.set_up()
        assert m.command(55, m.rca) == END_OF_CHAIN
        assert m.command(51, 0, DATA | 8, BUFFER) == END_OF_CHAIN
        scr = m.read(BUFFER, 12)
        assert scr[0] >> 4 == 0 and scr[1] & 0xf == 5 and scr[8:] == bytes(4), scr.hex()
    with t.test("smaller blocks, as CFG says"), Host() as m:
        m.set_up()
        m.write32(BASE + CFG, 6 << 4 | ERR_ABORT)
        m.write(BUFFER, b"\xff" * 256)
        # The status of the switch function is one block of 64 bytes.
        assert m.command(6, 0x00fffff1, DATA | BLOCK_MODE | 1, BUFFER) == END_OF_CHAIN
        assert m.read(BUFFER + 64, 4) == b"\xff" * 4 and m.read(BUFFER, 64) != b"\xff" * 64
    with t.test("words turned round"), Host() as m:
        m.set_up()
        assert m.command(17, 3 * 512, DATA, BUFFER | 2) == END_OF_CHAIN
        assert m.read(BUFFER, 512) == b"\0\0\0\x03" * 128
    for what, address in (("its offset", SRAM | 1), ("its address", BASE + SRAM)):
        with t.test(f"to and from the host's own memory, by {what}"), Host() as m:
            m.set_up()
            assert m.command(18, 2 * 512, DATA | BLOCK_MODE | 3, address) == END_OF_CHAIN
            assert m.command(12, cfg=R1B) == END_OF_CHAIN
            read = b"".join(struct.pack("<I", m.read32(BASE + SRAM + i))
                            for i in range(0, 1536, 4))
            assert read == blocks(2, 3)
            m.write32(BASE + PING, 0x11223344)
            assert m.command(24, 0, DATA | WRITE, address + PING - SRAM) == END_OF_CHAIN
            assert m.image.read_bytes()[:8] == b"\x44\x33\x22\x11\x03\0\0\0"
    with t.test("more than the host's own memory holds"), Host() as m:
        m.set_up()
        assert m.command(18, 0, DATA | BLOCK_MODE | 4, SRAM | 1) == DESC_ERR
    with t.test("an eMMC gives its EXT_CSD"), Host(emmc=True) as m:
        m.command(0, cfg=NO_RESP)
        for _ in range(5):
            assert m.command(1, 0x40ff8080, NOCRC) == END_OF_CHAIN
            if m.response[0] >> 31:
                break
            m.forward(10**9)
        m.command(2, cfg=LONG)
        assert m.command(3, 1 << 16) == END_OF_CHAIN
        assert m.command(7, 1 << 16, R1B) == END_OF_CHAIN
        assert m.command(8, 0, DATA, BUFFER) == END_OF_CHAIN
        assert struct.unpack_from("<I", m.read(BUFFER, 512), 212)[0] == CARD_SIZE // 512


def chains(t):
    with t.test("a chain: the data of one command to three places"), Host() as m:
        m.set_up()
        more = NO_CMD | multiple(18, 2)
        assert m.chain((multiple(18, 1), 512, BUFFER), (more, 512, BUFFER + 0x1000),
                       (more | END, 512, BUFFER + 0x4000)) == END_OF_CHAIN
        assert m.read(BUFFER, 512) == blocks(1)
        assert m.read(BUFFER + 0x1000, 1024) == blocks(2, 2)
        assert m.read(BUFFER + 0x4000, 1024) == blocks(4, 2)
        assert m.read32(BASE + START) & 2 == 0
    with t.test("a chain of its own commands writes, stops and asks"), Host() as m:
        m.set_up()
        m.write(BUFFER, b"chain---" * 128)
        assert m.chain((multiple(25, 2, write=True), 512, BUFFER), (12 << 24 | R1B | OWNER, 0, 0),
                       (13 << 24 | OWNER | END, m.rca, 0)) == END_OF_CHAIN
        assert m.image.read_bytes()[512:3 * 512] == b"chain---" * 128
        assert m.response[0] >> 9 & 15 == 4
    with t.test("descriptors in the host's own memory"), Host() as m:
        m.set_up()
        assert m.chain((single(17) | END, 512, BUFFER), address=SRAM, flags=1) == END_OF_CHAIN
        assert m.read(BUFFER, 512) == blocks(1)
    with t.test("one interrupt for a whole chain"), Host() as m:
        m.set_up()
        m.write32(BASE + STATUS, ALL)
        before = m.edges(SPI)
        m.chain((13 << 24 | OWNER, m.rca, 0), (13 << 24 | OWNER | END, m.rca, 0))
        assert m.edges(SPI) == before + 1
    with t.test("a command without an answer ends its chain"), Host() as m:
        m.set_up()
        assert m.chain((5 << 24 | OWNER, 0, 0), (single(17) | END, 512, BUFFER)) == RESP_TIMEOUT
        assert m.read(BUFFER, 4) == bytes(4) and m.read32(BASE + START) & 2 == 0
    with t.test("nor does an unowned descriptor let it go on"), Host() as m:
        m.set_up()
        assert m.chain((13 << 24 | OWNER, m.rca, 0),
                       (13 << 24 | END, m.rca, 0)) == DESC_ERR
    with t.test("a chain has at most 1024 descriptors"), Host() as m:
        m.set_up()
        one = struct.pack("<4I", 13 << 24 | OWNER, m.rca, 0, 0)
        last = struct.pack("<4I", 13 << 24 | OWNER | END, m.rca, 0, 0)
        m.write(DESCRIPTORS, one * 1023 + last)
        assert m.chain() == END_OF_CHAIN
        m.write(DESCRIPTORS, one * 1024 + last)
        assert m.chain() == DESC_ERR


def faults(t):
    with t.test("data that is in no memory is an error, both ways"), Host() as m:
        m.set_up()
        assert m.command(17, 0, DATA, 0x10000000) == DESC_ERR
        assert m.command(24, 0, DATA | WRITE, 0x10000000) == DESC_ERR
    with t.test("descriptors that are in no memory"), Host() as m:
        m.set_up()
        m.write32(BASE + STATUS, ALL)
        m.write32(BASE + START, 0x10000000 | 2)
        assert m.status == DESC_ERR and m.read32(BASE + START) & 2 == 0
    with t.test("blocks larger than the host's buffer"), Host() as m:
        m.set_up()
        m.write32(BASE + CFG, 10 << 4 | ERR_ABORT)
        assert m.command(18, 0, DATA | BLOCK_MODE | 1, BUFFER) == DESC_ERR
    with t.test("data that the card does not send times out"), Host() as m:
        m.set_up()
        assert m.command(13, m.rca, DATA, BUFFER) == DESC_TIMEOUT
        assert m.command(13, m.rca, DATA | WRITE, BUFFER) == DESC_TIMEOUT
        assert m.command(17, CARD_SIZE, DATA, BUFFER) == DESC_TIMEOUT
    with t.test("a wrong CRC of what is read, or written, and then all is well again"), \
            Host() as m:
        m.set_up()
        m.fails_next(1)
        assert m.command(17, 512, DATA, BUFFER) == 1
        assert m.command(17, 512, DATA, BUFFER) == END_OF_CHAIN
        m.fails_next(1)
        assert m.command(24, 512, DATA | WRITE, BUFFER) == TXD_ERR
    with t.test("a chain ends at a wrong CRC, if CFG says so"), Host() as m:
        m.set_up()
        two = (multiple(18, 1), 512, BUFFER), (NO_CMD | multiple(18, 1) | END, 0, BUFFER + 512)
        m.fails_next(1)
        assert m.chain(*two) == 1
        assert m.read(BUFFER + 512, 512) == bytes(512)
        m.command(12, cfg=R1B)
        m.write32(BASE + CFG, BLOCKS_512)
        m.fails_next(1)
        assert m.chain(*two) == 1
        assert m.read(BUFFER + 512, 512) == blocks(2)
    with t.test("registers are words"), Host() as m:
        m.write32(BASE + SRAM, 0x12345678)
        m.write8(BASE + SRAM, 0xff)
        assert m.read32(BASE + SRAM) == 0x12345678


def run(t):
    commands(t)
    data(t)
    chains(t)
    faults(t)
