# SPDX-License-Identifier: GPL-2.0-only
"""DesignWare's SD/eMMC host: commands, FIFO, internal DMA with its descriptors, what goes wrong."""
import pathlib
import struct
import tempfile

from tests.models.qtest import RAM, Machine

BASE = 0xe0000000
TRAP = 0xe1000000
SPI = 30
CTRL, PWREN, CLKENA, BLKSIZ, BYTCNT, INTMASK = 0x00, 0x04, 0x10, 0x1c, 0x20, 0x24
CMDARG, CMD, RESP0, RESP1, MINTSTS, RINTSTS = 0x28, 0x2c, 0x30, 0x34, 0x40, 0x44
STATUS, FIFOTH, CDETECT, WRTPRT, TCBCNT, TBBCNT = 0x48, 0x4c, 0x50, 0x54, 0x5c, 0x60
VERID, HCON, BMOD, PLDMND, DBADDR, IDSTS, IDINTEN = 0x6c, 0x70, 0x80, 0x84, 0x88, 0x8c, 0x90
IDSTS64, IDINTEN64, FIFO = 0x90, 0x94, 0x200

# CTRL
RESET, FIFO_RESET, DMA_RESET, INT_ENABLE, USE_IDMAC = 1, 2, 4, 1 << 4, 1 << 25
# CMD
RESPONSE, LONG, DATA, WRITE, AUTO_STOP = 1 << 6, 1 << 7, 1 << 9, 1 << 10, 1 << 12
STOP, UPDATE, GO = 1 << 14, 1 << 21, 1 << 31
# RINTSTS
DONE, DTO, TXDR, RXDR, RTO, DRTO = 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 8, 1 << 9
FRUN, HLE, ACD, EBE = 1 << 11, 1 << 12, 1 << 14, 1 << 15
# BMOD, IDSTS
SWR, ENABLE = 1, 1 << 7
TI, RI, FBE, DU, NIS, AIS = 1, 2, 4, 1 << 4, 1 << 8, 1 << 9
# descriptors
DIC, LAST, FIRST, CHAIN, END, OWN = 2, 4, 8, 1 << 4, 1 << 5, 1 << 31

DEPTH = 32          # words
CARD_SIZE = 1 << 20
RING, BUFFER, NOWHERE = RAM + 0x100000, RAM + 0x200000, 0x10000000


class Host(Machine):
    """A machine with one host, and a card in it that holds its own block numbers."""

    def __init__(self, card=True, wide=False, soc=None):
        self._folder = tempfile.TemporaryDirectory()
        self.image = pathlib.Path(self._folder.name, "card")
        self.image.write_bytes(blocks(0, CARD_SIZE // 512))
        self._idsts, self._idinten = (IDSTS64, IDINTEN64) if wide else (IDSTS, IDINTEN)
        super().__init__(f"""
	mmc@{BASE:x} {{
		compatible = "snps,dw-mshc";
		reg = <0 {BASE:#x} 0 0x4000>;
		interrupts = <0 {SPI} 4>;
		fifo-depth = <{DEPTH}>;
	}};
	trap@{TRAP:x} {{ compatible = "test,trap"; reg = <0 {TRAP:#x} 0 0x1000>; }};
""", cards=[self.image] if card else [], soc=soc,
                         options=["-global", "dw-mmc.64bit-addresses=on"] if wide else [])

    def __enter__(self):
        super().__enter__()
        self.watch_interrupts()
        self.put(CTRL, RESET | FIFO_RESET | DMA_RESET)
        self.put(CLKENA, 1)
        self.put(CMD, GO | UPDATE)
        self.put(CTRL, INT_ENABLE)
        return self

    def __exit__(self, *what):
        super().__exit__(*what)
        self._folder.cleanup()

    def get(self, register):
        return self.read32(BASE + register)

    def put(self, register, value):
        self.write32(BASE + register, value)

    def command(self, index, arg=0, flags=RESPONSE):
        """One command; the raw interrupts that it has set."""
        self.put(RINTSTS, 0xffffffff)
        self.put(CMDARG, arg)
        self.put(CMD, GO | index | flags)
        assert not self.get(CMD) & GO
        return self.get(RINTSTS)

    def set_up(self):
        """Take the SD card to where it transfers data."""
        assert self.command(0, flags=1 << 15) == DONE
        assert self.command(8, 0x1aa) == DONE and self.get(RESP0) == 0x1aa
        for _ in range(5):
            self.command(55)
            assert self.command(41, 0x40ff8000) == DONE
            if self.get(RESP0) >> 31:
                break
            self.forward(10**9)
        assert self.command(2, flags=RESPONSE | LONG) == DONE
        assert self.command(3) == DONE
        self.rca = self.get(RESP0) & 0xffff0000
        assert self.command(7, self.rca) == DONE
        return self

    def dma_on(self):
        self.put(self._idinten_register, 0x337)
        self.put(CTRL, INT_ENABLE | USE_IDMAC)
        self.put(BMOD, ENABLE)
        return self

    @property
    def _idinten_register(self):
        return self._idinten

    @property
    def idsts(self):
        return self.get(self._idsts)

    def clear_idsts(self):
        self.put(self._idsts, 0x337)

    def ring(self, *descriptors, address=RING):
        """Descriptors (control, sizes, address 1, address 2) of the 32-bit kind."""
        self.write(address, b"".join(struct.pack("<4I", *entry) for entry in descriptors))
        self.put(DBADDR, address)

    def owned(self, number=0, address=RING):
        return self.read32(address + 16 * number) >> 31


def blocks(first, count=1):
    return b"".join(struct.pack("<I", i) * 128 for i in range(first, first + count))


def commands(t):
    with t.test("what it is"), Host() as m:
        assert m.get(VERID) & 0xffff == 0x270a
        assert m.get(HCON) >> 7 & 7 == 1, "32-bit words"
        assert m.get(HCON) >> 16 & 3 == 0, "internal DMA"
        assert m.get(HCON) >> 27 & 1 == 0, "32-bit addresses"
        assert m.get(FIFOTH) >> 16 & 0xfff == DEPTH - 1
    with t.test("a card answers, with responses short and long"), Host() as m:
        m.set_up()
        assert m.command(7, 0, 0) == DONE
        assert m.command(10, m.rca, RESPONSE | LONG) == DONE
        # The lowest word first: QEMU's card is an "XY" "QEMU!" of revision 0.1, serial 0xdeadbeef.
        words = [m.get(RESP0 + 4 * i) for i in range(4)]
        cid = b"".join(struct.pack(">I", word) for word in reversed(words))
        assert cid[1:9] == b"XYQEMU!\x01" and cid[9:13] == b"\xde\xad\xbe\xef", cid
    with t.test("card detection and write protection"), Host() as m, Host(card=False) as empty:
        assert m.get(CDETECT) == 0 and empty.get(CDETECT) == 1
        assert m.get(WRTPRT) == 0
    with t.test("no card: the response times out"), Host(card=False) as m:
        assert m.command(0, flags=0) == DONE
        assert m.command(8, 0x1aa) == DONE | RTO
    with t.test("a command that the card does not know times out"), Host() as m:
        m.set_up()
        assert m.command(63) == DONE | RTO
    with t.test("without a clock nothing is heard, and CLKENA counts once it is taken over"), \
            Host() as m:
        m.put(CLKENA, 0)
        assert m.command(8, 0x1aa) == DONE
        m.put(CMD, GO | UPDATE)
        assert m.command(8, 0x1aa) == DONE | RTO
    with t.test("a clock update is no command"), Host() as m:
        m.put(RINTSTS, 0xffffffff)
        m.put(CMD, GO | UPDATE | RESPONSE | 8)
        assert m.get(RINTSTS) == 0 and not m.get(CMD) & GO
    with t.test("without its start bit a command waits"), Host() as m:
        m.put(CMD, RESPONSE | 8)
        assert m.get(RINTSTS) == 0


def interrupts(t):
    with t.test("mask, global enable, cleared by ones"), Host() as m:
        m.command(0, flags=0)
        assert m.get(MINTSTS) == 0 and m.interrupt(SPI) == 0
        m.put(INTMASK, DONE | DTO)
        assert m.get(MINTSTS) == DONE and m.interrupt(SPI) == 1
        m.put(CTRL, 0)
        assert m.interrupt(SPI) == 0
        m.put(CTRL, INT_ENABLE)
        assert m.interrupt(SPI) == 1
        m.put(RINTSTS, DTO)
        assert m.interrupt(SPI) == 1
        m.put(RINTSTS, DONE)
        assert m.interrupt(SPI) == 0 and m.get(RINTSTS) == 0
    with t.test("what can only be read stays as it is"), Host() as m:
        for register in (VERID, HCON, STATUS, CDETECT, MINTSTS, RESP0, TCBCNT):
            before = m.get(register)
            m.put(register, ~before & 0xffffffff)
            assert m.get(register) == before, hex(register)


def fifo(t):
    with t.test("a block is read through the FIFO"), Host() as m:
        m.set_up()
        m.put(FIFOTH, 15 << 16 | 16)
        m.put(BYTCNT, 512)
        seen = m.command(17, 512 * 7, RESPONSE | DATA)
        assert seen & (DONE | RXDR) == DONE | RXDR and not seen & DTO, hex(seen)
        assert m.get(STATUS) >> 17 & 0x1fff == DEPTH and m.get(STATUS) & 8
        got = b""
        while not m.get(RINTSTS) & DTO:
            got += struct.pack("<I", m.get(FIFO))
            assert len(got) <= 512
        assert len(got) == 512 - 4 * (DEPTH - 1) - 4, len(got)
        while not m.get(STATUS) & 4:
            got += struct.pack("<I", m.get(FIFO + 0x100))
        assert got == blocks(7) and m.get(TCBCNT) == m.get(TBBCNT) == 512
    with t.test("RXDR stays while its cause does"), Host() as m:
        m.set_up()
        m.put(FIFOTH, 15 << 16 | 16)
        m.put(BYTCNT, 512)
        m.command(17, 0, RESPONSE | DATA)
        m.put(RINTSTS, RXDR)
        assert m.get(RINTSTS) & RXDR
        m.put(CTRL, INT_ENABLE | RESET | FIFO_RESET)
        m.put(RINTSTS, RXDR)
        assert not m.get(RINTSTS) & RXDR and m.get(STATUS) & 4
    with t.test("blocks are written through the FIFO, with a stop command after them"), \
            Host() as m:
        m.set_up()
        m.put(FIFOTH, 15 << 16 | 16)
        m.put(BYTCNT, 1024)
        seen = m.command(25, 512 * 20, RESPONSE | DATA | WRITE | AUTO_STOP)
        assert seen == DONE | TXDR, hex(seen)
        for i in range(0, 1024, 4):
            assert not m.get(RINTSTS) & DTO
            m.put(FIFO, 0xabc00000 + i)
        assert m.get(RINTSTS) & (DTO | ACD) == DTO | ACD
        wanted = b"".join(struct.pack("<I", 0xabc00000 + i) for i in range(0, 1024, 4))
        assert m.image.read_bytes()[512 * 20:512 * 22] == wanted
        assert m.image.read_bytes()[512 * 22:512 * 23] == blocks(22)
        m.command(13, m.rca)
        assert m.get(RESP0) >> 9 & 15 == 4, "the card is back in its transfer state"
    with t.test("a FIFO that is filled before the command"), Host() as m:
        m.set_up()
        for i in range(DEPTH):
            m.put(FIFO, i)
        assert m.get(STATUS) & 8 and not m.get(RINTSTS) & FRUN
        m.put(FIFO, 1)
        assert m.get(RINTSTS) & FRUN, "one too many"
        m.put(BYTCNT, 512)
        m.command(24, 512 * 3, RESPONSE | DATA | WRITE)
        for i in range(DEPTH, 128):
            m.put(FIFO, i)
        assert m.get(RINTSTS) & DTO
        assert m.image.read_bytes()[512 * 3:512 * 4] == struct.pack("<128I", *range(128))
    with t.test("reading an empty FIFO is an error"), Host() as m:
        assert m.get(FIFO) == 0 and m.get(RINTSTS) & FRUN
    with t.test("64 bits at a time are two words"), Host() as m:
        m.set_up()
        m.put(BYTCNT, 512)
        m.command(17, 512 * 9, RESPONSE | DATA)
        assert int(m.ask(f"readq {BASE + FIFO:#x}"), 16) == 0x900000009
        assert m.get(TBBCNT) == 8
    with t.test("a second data command while data are on their way"), Host() as m:
        m.set_up()
        m.put(BYTCNT, 512)
        m.command(17, 0, RESPONSE | DATA)
        assert m.command(17, 0, RESPONSE | DATA) & HLE
        m.command(12, 0, RESPONSE | STOP)
        assert not m.get(RINTSTS) & HLE


def dma(t):
    with t.test("a chain, a ring, two buffers in a descriptor"), Host() as m:
        m.set_up().dma_on()
        m.ring((OWN | FIRST | CHAIN | DIC, 512, BUFFER, RING + 32), (0, 0, 0, 0),
               (OWN | DIC, 256 | 768 << 13, BUFFER + 0x1000, BUFFER + 0x2000),
               (OWN | LAST | END, 512, BUFFER + 0x3000, 0))
        m.put(BYTCNT, 2048)
        m.put(INTMASK, 0)
        seen = m.command(18, 512 * 40, RESPONSE | DATA | AUTO_STOP)
        assert seen == DONE | DTO | ACD, hex(seen)
        wanted = blocks(40, 4)
        assert m.read(BUFFER, 512) == wanted[:512]
        assert m.read(BUFFER + 0x1000, 256) == wanted[512:768]
        assert m.read(BUFFER + 0x2000, 768) == wanted[768:1536]
        assert m.read(BUFFER + 0x3000, 512) == wanted[1536:]
        assert not any(m.owned(i) for i in (0, 2, 3))
        assert m.idsts == RI | NIS and m.interrupt(SPI) == 1
        m.clear_idsts()
        assert m.idsts == 0 and m.interrupt(SPI) == 0
    with t.test("writing, from descriptors apart from each other"), Host() as m:
        m.set_up().dma_on()
        m.put(BMOD, ENABLE | 4 << 2)        # four words between two descriptors
        m.write(BUFFER, b"one!" * 128)
        m.write(BUFFER + 0x1000, b"two!" * 128)
        m.ring((OWN | FIRST | DIC, 512, BUFFER, 0), (0, 0, 0, 0),
               (OWN | LAST, 512, BUFFER + 0x1000, 0))
        m.put(BYTCNT, 1024)
        assert m.command(25, 512 * 60, RESPONSE | DATA | WRITE | AUTO_STOP) == DONE | DTO | ACD
        assert m.idsts == TI | NIS
        assert m.image.read_bytes()[512 * 60:512 * 62] == b"one!" * 128 + b"two!" * 128
    with t.test("a descriptor that is not the controller's stops it until it is polled"), \
            Host() as m:
        m.set_up().dma_on()
        m.ring((OWN | FIRST, 512, BUFFER, 0), (0, 512, BUFFER + 512, 0))
        m.put(BYTCNT, 1024)
        assert not m.command(18, 0, RESPONSE | DATA | AUTO_STOP) & DTO
        assert m.idsts & (DU | AIS) == DU | AIS and m.interrupt(SPI) == 1
        m.write32(RING + 16, OWN | LAST)
        assert not m.get(RINTSTS) & DTO
        m.put(PLDMND, 1)
        assert m.get(RINTSTS) & DTO and m.read(BUFFER, 1024) == blocks(0, 2)
    with t.test("more data than descriptors"), Host() as m:
        m.set_up().dma_on()
        m.ring((OWN | FIRST | LAST, 512, BUFFER, 0))
        m.put(BYTCNT, 1024)
        assert not m.command(18, 0, RESPONSE | DATA) & DTO
        assert m.get(STATUS) & 1 << 10, "still in its data state"
        m.put(CTRL, INT_ENABLE | RESET | FIFO_RESET | DMA_RESET)
        assert not m.get(STATUS) & 1 << 10
        m.command(12, 0, RESPONSE | STOP)
        assert m.command(13, m.rca) == DONE
    with t.test("no more than was asked for"), Host() as m:
        m.set_up().dma_on()
        m.write(BUFFER, b"\xee" * 1024)
        m.ring((OWN | FIRST | LAST, 1024, BUFFER, 0))
        m.put(BYTCNT, 512)
        assert m.command(17, 512, RESPONSE | DATA) & DTO
        assert m.read(BUFFER, 1024) == blocks(1) + b"\xee" * 512
    with t.test("no memory at a descriptor, nor at a buffer"), Host() as m:
        m.set_up().dma_on()
        m.put(DBADDR, NOWHERE)
        m.put(BYTCNT, 512)
        assert not m.command(17, 0, RESPONSE | DATA) & DTO
        assert m.idsts & (FBE | AIS) == FBE | AIS
        m.put(CTRL, INT_ENABLE | USE_IDMAC | RESET | FIFO_RESET | DMA_RESET)
        m.command(12, 0, RESPONSE | STOP)
        m.clear_idsts()
        m.ring((OWN | FIRST | LAST, 512, NOWHERE, 0))
        m.command(17, 0, RESPONSE | DATA)
        assert m.idsts & FBE
    with t.test("a ring without end does not hold the machine up"), Host(soc={"register": [
            {"node": "test,trap", "offset": 0, "ones": OWN | CHAIN | DIC},
            {"node": "test,trap", "offset": 12, "ones": TRAP}]}) as m:
        m.set_up().dma_on()
        m.put(DBADDR, TRAP)
        m.put(BYTCNT, 512)
        assert not m.command(17, 0, RESPONSE | DATA) & DTO
        m.forward(10**6)
        assert m.get(STATUS) & 1 << 10
        m.put(CTRL, INT_ENABLE | RESET | FIFO_RESET | DMA_RESET)
        assert not m.get(STATUS) & 1 << 10
    with t.test("the controller's own registers are no place for data"), Host() as m:
        m.set_up().dma_on()
        m.ring((OWN | FIRST | LAST, 512, BASE, 0))
        m.put(BYTCNT, 512)
        m.command(17, 512 * 5, RESPONSE | DATA)
        assert m.get(BYTCNT) == 512
    with t.test("a long transfer"), Host() as m:
        m.set_up().dma_on()
        m.ring(*[(OWN | CHAIN | DIC | (LAST if i == 127 else 0), 0x1000, BUFFER + 0x1000 * i,
                  RING + 16 * (i + 1)) for i in range(128)])
        m.put(BYTCNT, 128 << 12)
        m.command(18, 0, RESPONSE | DATA | AUTO_STOP)
        m.forward(1)
        assert m.get(RINTSTS) & DTO and m.read(BUFFER, 128 << 12) == blocks(0, 1024)


def wide(t):
    with t.test("64-bit descriptors"), Host(wide=True) as m:
        assert m.get(HCON) >> 27 & 1
        m.set_up().dma_on()
        m.write(RING, struct.pack("<8I", OWN | FIRST | CHAIN | DIC, 0, 512, 0, BUFFER, 0,
                                  RING + 64, 0))
        m.write(RING + 64, struct.pack("<8I", OWN | LAST, 0, 512, 0, BUFFER + 0x800, 0, 0, 0))
        m.put(DBADDR, RING)
        m.put(DBADDR + 4, 0)
        m.put(BYTCNT, 1024)
        assert m.command(18, 512 * 8, RESPONSE | DATA | AUTO_STOP) == DONE | DTO | ACD
        assert m.read(BUFFER, 512) + m.read(BUFFER + 0x800, 512) == blocks(8, 2)
        assert m.idsts == RI | NIS and m.interrupt(SPI) == 1
    with t.test("addresses above 4 GiB are not taken for others"), Host(wide=True) as m:
        m.set_up().dma_on()
        m.put(DBADDR, RING)
        m.put(DBADDR + 4, 0x80)
        m.put(BYTCNT, 512)
        m.command(17, 0, RESPONSE | DATA)
        assert m.idsts & FBE


def refused(t):
    with t.test("data that the card does not send, nor take"), Host() as m:
        m.set_up()
        m.put(BYTCNT, 512)
        assert m.command(17, CARD_SIZE + 512, RESPONSE | DATA) == DONE | DTO | DRTO
        assert m.command(24, CARD_SIZE + 512, RESPONSE | DATA | WRITE) == DONE | DTO | EBE
        assert m.command(17, 0, RESPONSE | DATA) & (DTO | DRTO) == 0
    with t.test("no data after a response that did not come"), Host(card=False) as m:
        m.put(BYTCNT, 512)
        assert m.command(17, 0, RESPONSE | DATA) == DONE | RTO
        assert not m.get(STATUS) & 1 << 10


def resets(t):
    with t.test("reset bits clear themselves"), Host() as m:
        m.put(CTRL, RESET | FIFO_RESET | DMA_RESET | INT_ENABLE)
        assert m.get(CTRL) == INT_ENABLE
        m.put(BMOD, SWR | ENABLE)
        assert m.get(BMOD) == ENABLE
    with t.test("a machine's reset brings all back"), Host() as m:
        m.put(INTMASK, 0xffff)
        m.put(BYTCNT, 4)
        m.command(0, flags=0)
        with m.monitor() as monitor:
            monitor.ask("system_reset")
        m.forward(1000)
        assert m.get(INTMASK) == 0 and m.get(BYTCNT) == 512 and m.get(RINTSTS) == 0
        assert m.interrupt(SPI) == 0


def run(t):
    for part in (commands, interrupts, fifo, dma, wide, refused, resets):
        part(t)
