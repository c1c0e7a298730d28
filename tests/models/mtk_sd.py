# SPDX-License-Identifier: GPL-2.0-only
"""MediaTek's SD/eMMC host: commands, FIFO, DMA with its descriptors, what goes wrong."""
import pathlib
import struct
import tempfile

from tests.models.qtest import RAM, Machine

BASE = 0xe0000000
TOP = 0xe1000000
SPI = 30
CFG, PS, INT, INTEN, FIFOCS, TXDATA, RXDATA = 0x00, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c
CMD, ARG, STS, RESP0, RESP3, BLK_NUM, ACMD_RESP = 0x34, 0x38, 0x3c, 0x40, 0x4c, 0x50, 0x80
SA_H4BIT, DMA_SA, DMA_CTRL, DMA_CFG, DMA_LENGTH = 0x8c, 0x90, 0x98, 0x9c, 0xa8
PAD_TUNE0 = 0xf0

# CFG, PS, FIFOCS
RST, CKSTB, CDEN, CDSTS, CLR = 1 << 2, 1 << 7, 1, 1 << 1, 1 << 31
# INT
CDSC, ACMDRDY, ACMDTMO, DMAQ_EMPTY = 1 << 1, 1 << 3, 1 << 4, 1 << 6
CMDRDY, CMDTMO, XFER, DXFER, DATTMO = 1 << 8, 1 << 9, 1 << 12, 1 << 13, 1 << 14
BDCSERR, GPDCSERR, PROTECT = 1 << 17, 1 << 18, 1 << 19
# CMD
R1, R2, R3, R1B = 1 << 7, 2 << 7, 3 << 7, 7 << 7
SINGLE, MULTI, WRITE, BLOCK, STOP = 1 << 11, 2 << 11, 1 << 13, 512 << 16, 1 << 14
AUTO12, AUTO23 = 1 << 28, 2 << 28
# DMA_CTRL, DMA_CFG
START, STOP_DMA, DESCRIPTORS, DECSEN = 1, 2, 1 << 8, 1 << 1
# descriptors
HWO, BDP, EOL = 1, 2, 1

CARD_SIZE = 1 << 20
GPD, BD, BUFFER, NOWHERE = RAM + 0x100000, RAM + 0x101000, RAM + 0x200000, 0x10000000


class Host(Machine):
    """A machine with one host, and a card in it that holds its own block numbers."""

    def __init__(self, card=True, emmc=False, log=()):
        self._folder = tempfile.TemporaryDirectory()
        self.image = pathlib.Path(self._folder.name, "card")
        self.image.write_bytes(blocks(0, CARD_SIZE // 512))
        super().__init__(f"""
	mmc@{BASE:x} {{
		compatible = "mediatek,mt7986-mmc";
		reg = <0 {BASE:#x} 0 0x1000>, <0 {TOP:#x} 0 0x1000>;
		interrupts = <0 {SPI} 4>;
		{"non-removable; bus-width = <8>;" if emmc else ""}
	}};
""", cards=[self.image] if card else [], log=log)

    def __enter__(self):
        super().__enter__()
        self.watch_interrupts()
        self.put(CFG, RST | 1)
        return self

    def __exit__(self, *what):
        super().__exit__(*what)
        self._folder.cleanup()

    def get(self, register):
        return self.read32(BASE + register)

    def put(self, register, value):
        self.write32(BASE + register, value)

    def command(self, index, arg=0, flags=R1):
        """One command; the events that it has set."""
        self.put(INT, 0xffffffff)
        self.put(ARG, arg)
        self.put(CMD, index | flags)
        return self.get(INT)

    def set_up(self):
        """Take the SD card to where it transfers data."""
        assert self.command(0, flags=0) == CMDRDY
        assert self.command(8, 0x1aa) == CMDRDY and self.get(RESP0) == 0x1aa
        for _ in range(5):
            self.command(55)
            assert self.command(41, 0x40ff8000, R3) == CMDRDY
            if self.get(RESP0) >> 31:
                break
            self.forward(10**9)
        assert self.command(2, flags=R2) == CMDRDY
        assert self.command(3) == CMDRDY
        self.rca = self.get(RESP0) & 0xffff0000
        assert self.command(7, self.rca, R1B) == CMDRDY
        return self

    def transfer(self, index, block, count=1, flags=0):
        """A command with data, before its data."""
        self.put(BLK_NUM, count)
        return self.command(index, block * 512, R1 | BLOCK | (MULTI if count > 1 else SINGLE) |
                            flags)

    def abort(self):
        """End a transfer that went wrong, at the host and at the card."""
        self.put(CFG, RST)
        self.command(12, flags=R1B | STOP)

    def chain(self, *buffers, gpd=GPD, info=HWO | BDP, bad_bd=0, bad_gpd=0):
        """A GPD and its BDs for buffers (address, size); DMA_SA is set to it."""
        for number, (address, size) in enumerate(buffers):
            following = BD + 16 * (number + 1)
            last = EOL if number == len(buffers) - 1 else 0
            self.write(BD + 16 * number, summed(
                (address >> 32) << 28 | (following >> 32) << 24 | last,
                following & 0xffffffff, address & 0xffffffff, size, bad_bd))
        self.write(gpd, summed((BD >> 32) << 28 | info, (gpd + 0x40) & 0xffffffff,
                               BD & 0xffffffff, 0, bad_gpd))
        self.write(gpd + 0x40, bytes(16))
        self.put(DMA_CFG, DECSEN)
        self.put(SA_H4BIT, gpd >> 32)
        self.put(DMA_SA, gpd & 0xffffffff)

    def start(self, mode=DESCRIPTORS):
        """Start the DMA; the events since the last command."""
        self.put(DMA_CTRL, mode | START)
        return self.get(INT)


def summed(info, following, pointer, length, wrong=0):
    """A descriptor with its checksum in the second byte."""
    raw = struct.pack("<4I", info & ~0xff00, following, pointer, length)
    return struct.pack("<4I", info & ~0xff00 | ((0xff - sum(raw) + wrong) & 0xff) << 8,
                       following, pointer, length)


def blocks(first, count=1):
    return b"".join(struct.pack("<I", i) * 128 for i in range(first, first + count))


def commands(t):
    with t.test("a card answers, with responses short and long"), Host() as m:
        m.set_up()
        assert m.command(7, 0, 0) == CMDRDY
        assert m.command(10, m.rca, R2) == CMDRDY
        # The highest word last: QEMU's card is an "XY" "QEMU!" of revision 0.1.
        cid = b"".join(struct.pack(">I", m.get(RESP3 - 4 * i)) for i in range(4))
        assert cid[1:9] == b"XYQEMU!\x01" and cid[9:13] == b"\xde\xad\xbe\xef", cid
    with t.test("what cannot be written: responses"), Host() as m:
        m.set_up()
        m.put(RESP0, 1)
        m.put(ACMD_RESP, 1)
        assert m.get(RESP0) != 1 and m.get(ACMD_RESP) == 0
    with t.test("an eMMC has bus width 8, and knows CMD1"), Host(emmc=True) as m:
        m.command(0, flags=0)
        assert m.command(1, 0x40ff8000, R3) == CMDRDY
    with t.test("no card: the response times out, and is there no more"), Host(card=False) as m:
        assert m.command(0, flags=0) == CMDRDY
        assert m.command(8, 0x1aa) == CMDTMO
    with t.test("a command that the card does not know times out"), Host() as m:
        m.set_up()
        assert m.command(52) == CMDTMO
    with t.test("card detection and the lines"), Host() as m, Host(card=False) as empty:
        assert m.get(PS) & CDSTS == 0 and empty.get(PS) & CDSTS
        assert m.get(PS) >> 16 & 0x1ff == 0x1ff and empty.get(PS) >> 16 & 0x1ff == 0x1ff
        assert m.get(PS) >> 31 == 0
    with t.test("the clock is stable, and resets are over at once"), Host() as m:
        m.put(CFG, RST | 0x13)
        assert m.get(CFG) == CKSTB | 0x13
        m.put(FIFOCS, CLR)
        assert m.get(FIFOCS) == 0 and m.get(STS) == 0
    with t.test("delays of the pads are kept, in both regions"), Host() as m:
        m.put(PAD_TUNE0, 0x12345678)
        m.write32(TOP + 0xc, 0x9abcdef0)
        assert m.get(PAD_TUNE0) == 0x12345678 and m.read32(TOP + 0xc) == 0x9abcdef0
    with t.test("the interrupt follows what is enabled, and ones clear"), Host() as m:
        m.command(0, flags=0)
        assert not m.interrupt(SPI)
        m.put(INTEN, CMDRDY)
        assert m.interrupt(SPI)
        m.put(INT, CMDTMO)
        assert m.interrupt(SPI)
        m.put(INT, CMDRDY)
        assert not m.interrupt(SPI) and m.get(INT) == 0
    with t.test("a reset of the machine stops it"), Host() as m:
        m.set_up().transfer(17, 1)
        m.put(INTEN, 0xffffffff)
        assert m.interrupt(SPI)
        with m.monitor() as monitor:
            monitor.ask("system_reset")
        m.forward(1000)
        assert m.get(INTEN) == 0 and m.get(STS) == 0 and not m.interrupt(SPI)


def fifo(t):
    with t.test("a block is read through the FIFO, in words and bytes"), Host() as m:
        m.set_up()
        assert m.transfer(17, 5) == CMDRDY
        assert m.get(FIFOCS) == 128 and m.get(STS) == 1
        data = b"".join(struct.pack("<I", m.get(RXDATA)) for _ in range(127))
        assert m.get(FIFOCS) == 4 and not m.get(INT) & XFER
        data += bytes(m.read8(BASE + RXDATA) for _ in range(4))
        assert data == blocks(5) and m.get(INT) == CMDRDY | XFER
        assert m.get(FIFOCS) == 0 and m.get(STS) == 0
        assert m.get(RXDATA) == 0, "there is no more"
    with t.test("a block is written through the FIFO"), Host() as m:
        m.set_up()
        assert m.transfer(24, 7, flags=WRITE) == CMDRDY
        for i in range(127):
            m.put(TXDATA, 0x1000 + i)
        assert m.get(FIFOCS) == 0
        for i in range(4):
            m.write8(BASE + TXDATA, 0xa0 + i)
        assert m.get(INT) == CMDRDY | XFER
        m.put(TXDATA, 0)
        m.command(13, m.rca)
        written = m.image.read_bytes()[7 * 512:9 * 512]
        assert written[:508] == struct.pack("<127I", *range(0x1000, 0x107f))
        assert written[508:512] == b"\xa0\xa1\xa2\xa3" and written[512:] == blocks(8)
    with t.test("the wrong direction is the guest's mistake"), \
            Host(log=("-d guest_errors",)) as m:
        m.set_up()
        m.transfer(17, 1)
        m.put(TXDATA, 1)
        assert m.get(FIFOCS) == 128 and "FIFO write in a read" in m.messages()
    with t.test("a reset ends a transfer"), Host() as m:
        m.set_up()
        m.transfer(17, 1)
        m.put(CFG, RST)
        assert m.get(FIFOCS) == 0 and m.get(STS) == 0
    with t.test("other registers are whole words"), Host(log=("-d guest_errors",)) as m:
        m.write8(BASE + CFG, RST)
        assert m.read8(BASE + CFG) == 0 and "1-byte" in m.messages()


def dma(t):
    with t.test("blocks are read by descriptors, and the interrupt says so"), Host() as m:
        m.set_up()
        m.put(INTEN, XFER)
        m.chain((BUFFER, 512), (BUFFER + 0x1000, 700), (BUFFER + 0x2000, 0x10000))
        assert m.transfer(18, 3, 4) == CMDRDY and not m.interrupt(SPI)
        assert m.start() == CMDRDY | XFER | DXFER and m.interrupt(SPI)
        data = m.read(BUFFER, 512) + m.read(BUFFER + 0x1000, 700)
        data += m.read(BUFFER + 0x2000, 2048 - 1212 + 16)
        assert data == blocks(3, 4) + bytes(16), "and nothing behind"
        assert not m.read32(GPD) & HWO, "the descriptor is the guest's again"
        assert m.get(DMA_CFG) == DECSEN and m.get(DMA_CTRL) == DESCRIPTORS
        assert m.command(12, flags=R1B | STOP) == CMDRDY
    with t.test("blocks are written by descriptors"), Host() as m:
        m.set_up()
        data = bytes(range(256)) * 4
        m.write(BUFFER, data[:100])
        m.write(BUFFER + 0x1000, data[100:])
        m.chain((BUFFER, 100), (BUFFER + 0x1000, 924))
        assert m.transfer(25, 10, 2, WRITE) == CMDRDY
        assert m.start() & XFER
        m.command(12, flags=R1B | STOP)
        assert m.image.read_bytes()[5120:6656] == data + blocks(12)
    with t.test("the DMA may be started before the command"), Host() as m:
        m.set_up()
        m.chain((BUFFER, 512))
        m.put(DMA_CTRL, DESCRIPTORS | START)
        assert m.get(DMA_CFG) & 1, "active"
        assert m.transfer(17, 9) == CMDRDY | XFER | DXFER
        assert m.read(BUFFER, 512) == blocks(9)
    with t.test("a started DMA can be stopped"), Host() as m:
        m.set_up()
        m.chain((BUFFER, 512))
        m.put(DMA_CTRL, DESCRIPTORS | START)
        m.put(DMA_CTRL, DESCRIPTORS | STOP_DMA)
        assert m.get(DMA_CFG) & 1 == 0
        assert m.transfer(17, 9) == CMDRDY
    with t.test("basic DMA, one buffer"), Host() as m:
        m.set_up()
        m.put(DMA_SA, BUFFER)
        m.put(DMA_LENGTH, 512)
        m.transfer(17, 11)
        assert m.start(0) & XFER and m.read(BUFFER, 512) == blocks(11)
    with t.test("automatic CMD12 and CMD23, with their response"), Host() as m:
        m.set_up()
        m.chain((BUFFER, 1024))
        m.transfer(18, 1, 2, AUTO12)
        assert m.start() == CMDRDY | XFER | DXFER | ACMDRDY and m.get(ACMD_RESP)
        m.chain((BUFFER, 1024))
        assert m.transfer(18, 4, 2, AUTO23) == CMDRDY | ACMDRDY
        assert m.start() & XFER and m.read(BUFFER, 1024) == blocks(4, 2)
        assert m.command(13, m.rca) == CMDRDY
        assert m.get(RESP0) >> 9 & 15 == 4, "the card is through with it"


def wrong(t):
    with t.test("a descriptor with a wrong checksum is not used"), Host() as m:
        m.set_up()
        m.chain((BUFFER, 512), bad_bd=1)
        m.transfer(17, 1)
        assert m.start() & (BDCSERR | XFER) == BDCSERR and m.read(BUFFER, 4) == bytes(4)
        m.abort()
        m.chain((BUFFER, 512), bad_gpd=1)
        m.transfer(17, 1)
        assert m.start() & (GPDCSERR | XFER) == GPDCSERR
        m.abort()
        m.chain((BUFFER, 512), bad_bd=1)
        m.put(DMA_CFG, 0)
        m.transfer(17, 1)
        assert m.start() & XFER, "unless checksums are off"
    with t.test("a descriptor that is the guest's ends the queue"), Host() as m:
        m.set_up()
        m.chain((BUFFER, 512), info=BDP)
        m.transfer(17, 1)
        assert m.start() & (DMAQ_EMPTY | XFER) == DMAQ_EMPTY
    with t.test("descriptors and buffers where there is no memory"), Host() as m:
        m.set_up()
        for gpd, buffer in ((NOWHERE, BUFFER), (GPD, NOWHERE), (GPD, 0xf_0000_0000)):
            m.chain((buffer, 512))
            m.put(DMA_SA, gpd)
            m.transfer(17, 1)
            assert m.start() & (PROTECT | XFER) == PROTECT, hex(buffer)
            m.abort()
    with t.test("a buffer in the host's own registers changes nothing there"), Host() as m:
        m.set_up()
        m.chain((BASE, 512))
        m.transfer(17, 1)
        assert m.start() & (PROTECT | XFER) == PROTECT and m.get(DMA_SA) == GPD
    with t.test("a list without an end is left"), Host(log=("-d guest_errors",)) as m:
        m.set_up()
        m.write(BD, summed(0, BD, BUFFER, 0))
        m.chain()
        m.transfer(17, 1)
        assert m.start() & (PROTECT | XFER) == PROTECT and "has no end" in m.messages()
    with t.test("a list that is too short leaves the rest to the next"), Host() as m:
        m.set_up()
        m.chain((BUFFER, 512))
        m.transfer(18, 1, 2)
        assert m.start() & (XFER | DXFER) == DXFER
        m.chain((BUFFER + 512, 512))
        assert m.start() & XFER and m.read(BUFFER, 1024) == blocks(1, 2)
    with t.test("the card refuses a block beyond its end: the data times out"), Host() as m:
        m.set_up()
        m.chain((BUFFER, 512))
        m.transfer(17, CARD_SIZE // 512)
        assert m.start() & (DATTMO | XFER) == DATTMO and m.get(STS) == 0
    with t.test("a transfer of more than any guest asks for is cut"), \
            Host(log=("-d guest_errors",)) as m:
        m.set_up()
        m.transfer(18, 0, 0xffffffff)
        assert "transfer of" in m.messages() and m.get(STS) == 1


def run(t):
    commands(t)
    fifo(t)
    dma(t)
    wrong(t)
