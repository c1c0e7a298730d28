# SPDX-License-Identifier: GPL-2.0-only
"""Rockchip's SPI, I2C, eMMC host, IOMMU, the power chips, SCMI's memory, power domains."""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

from outboard.steps import TOP, Fault
from tests.models.qtest import RAM, Machine

SPI, I2C, PMU, GPIO, MMU, MMC = (0xe0000000, 0xe1000000, 0xe2000000, 0xe3000000, 0xe4000000,
                                 0xe5000000)
SPI_IRQ, I2C_IRQ = 30, 31
SHMEM = RAM + 0x10f000

NODES = f"""
	spi@{SPI:x} {{
		compatible = "rockchip,rk3066-spi";
		reg = <0 {SPI:#x} 0 0x1000>;
		interrupts = <0 {SPI_IRQ} 4>;
		#address-cells = <1>;
		#size-cells = <0>;
		pmic@1 {{ compatible = "rockchip,rk806"; reg = <1>; }};
	}};
	i2c@{I2C:x} {{
		compatible = "rockchip,rk3399-i2c";
		reg = <0 {I2C:#x} 0 0x1000>;
		interrupts = <0 {I2C_IRQ} 4>;
		#address-cells = <1>;
		#size-cells = <0>;
		regulator@42 {{ compatible = "rockchip,rk8602"; reg = <0x42>; }};
	}};
	iommu@{MMU:x} {{
		compatible = "rockchip,rk3568-iommu";
		reg = <0 {MMU:#x} 0 0x40>, <0 {MMU + 0x40:#x} 0 0x40>;
	}};
	mmc@{MMC:x} {{
		compatible = "rockchip,rk3588-dwcmshc";
		reg = <0 {MMC:#x} 0 0x10000>;
		non-removable;
		no-sd;
		no-sdio;
	}};
	power@{PMU:x} {{ compatible = "rockchip,rk3588-pmu"; reg = <0 {PMU:#x} 0 0x400>; }};
	pinctrl {{
		compatible = "rockchip,rk3588-pinctrl";
		#address-cells = <2>;
		#size-cells = <2>;
		ranges;
		gpio@fd8a0000 {{ compatible = "rockchip,gpio-bank"; reg = <0 {GPIO:#x} 0 0x100>; }};
	}};
"""
# Its root's compatible is what the firmware and the SoC's file go by.
SCMI = f"""
}};
/ {{
	compatible = "rockchip,rk3588";
	firmware {{
		scmi {{
			compatible = "arm,scmi-smc";
			arm,smc-id = <0x82000010>;
			shmem = <&shmem>;
		}};
	}};
	reserved-memory {{
		#address-cells = <2>;
		#size-cells = <2>;
		ranges;
		shmem: shmem@{SHMEM:x} {{ compatible = "arm,scmi-shmem"; reg = <0 {SHMEM:#x} 0 0x100>; }};
	}};
"""


class Board(Machine):
    """A machine with what stands above."""

    def __init__(self, nodes=NODES, soc=None, cards=()):
        super().__init__(nodes, soc, cards=cards)

    def __enter__(self):
        super().__enter__()
        self.watch_interrupts()
        return self


CTRLR0, CTRLR1, SSIENR, SER, RXFTLR = 0x00, 0x04, 0x08, 0x0c, 0x18
TXFLR, RXFLR, SR, IMR, ISR, RISR, ICR = 0x1c, 0x20, 0x24, 0x2c, 0x30, 0x34, 0x38
TXDR, RXDR = 0x400, 0x800
BYTES, RECEIVE = 1, 2 << 18
TF_OVERFLOW, RF_UNDERFLOW, RF_FULL = 2, 4, 16


def spi_transfer(m, data, receive=0, cs=2):
    """Selects, writes @data, reads @receive bytes by the receive only mode, deselects."""
    m.write32(SPI + SER, cs)
    m.write32(SPI + CTRLR0, BYTES)
    m.write32(SPI + SSIENR, 1)
    for byte in data:
        m.write32(SPI + TXDR, byte)
    assert m.read32(SPI + RXFLR) == min(len(data), 64)
    m.write32(SPI + SSIENR, 0)
    got = b""
    if receive:
        m.write32(SPI + CTRLR0, BYTES | RECEIVE)
        m.write32(SPI + CTRLR1, receive - 1)
        m.write32(SPI + SSIENR, 1)
        assert m.read32(SPI + RXFLR) == receive
        got = bytes(m.read32(SPI + RXDR) for _ in range(receive))
        m.write32(SPI + SSIENR, 0)
    m.write32(SPI + SER, 0)
    return got


def pmic_read(m, register, count=1, cs=2):
    return spi_transfer(m, [count - 1, register & 0xff, register >> 8], count, cs)


def pmic_write(m, register, *values):
    spi_transfer(m, [0x80 | (len(values) - 1), register & 0xff, register >> 8, *values])


def spi(t):
    with t.test("RK806 says what it is, two registers in a row"), Board() as m:
        assert pmic_read(m, 0x5a, 2) == b"\x80\x62"
    with t.test("nothing answers to another chip select"), Board() as m:
        assert pmic_read(m, 0x5a, 2, cs=1) == b"\0\0"
    with t.test("registers of RK806: plain, several in a row, read only"), Board() as m:
        pmic_write(m, 0x1a, 0x11, 0x22, 0x33)
        assert pmic_read(m, 0x1a, 4) == b"\x11\x22\x33\0"
        pmic_write(m, 0x5a, 0)
        assert pmic_read(m, 0x5a) == b"\x80"
        pmic_write(m, 0x100, 0x55)
        assert pmic_read(m, 0x00) == b"\0" and pmic_read(m, 0x100) == b"\0"
    with t.test("what is enabled goes by the mask in the upper half"), Board() as m:
        pmic_write(m, 0x00, 0x35)
        assert pmic_read(m, 0x00) == b"\x01"
        pmic_write(m, 0x00, 0xcc)
        assert pmic_read(m, 0x00) == b"\x0d"
        pmic_write(m, 0x00, 0x10)
        assert pmic_read(m, 0x00) == b"\x0c"
    with t.test("switching off ends the machine"), Board() as m, m.monitor() as monitor:
        pmic_write(m, 0x72, 1)
        assert monitor.ask("query-status")["running"]
        try:
            for _ in range(10):
                m.forward(10**7)
            on = True
        except (Fault, OSError):
            on = False
        assert not on
    with t.test("a reset brings RK806 back"), Board() as m:
        pmic_write(m, 0x1a, 0x11)
        with m.monitor() as monitor:
            monitor.ask("system_reset")
        m.forward(1000)
        assert pmic_read(m, 0x1a) == b"\0"


def spi_fifo(t):
    with t.test("interrupt by level, and its mask"), Board() as m:
        m.write32(SPI + CTRLR0, BYTES)
        m.write32(SPI + RXFTLR, 2)
        m.write32(SPI + IMR, RF_FULL)
        m.write32(SPI + SER, 2)
        m.write32(SPI + SSIENR, 1)
        for _ in range(2):
            m.write32(SPI + TXDR, 0)
        assert m.interrupt(SPI_IRQ) == 0
        m.write32(SPI + TXDR, 0)
        assert m.interrupt(SPI_IRQ) == 1 and m.read32(SPI + ISR) == RF_FULL
        m.read32(SPI + RXDR)
        assert m.interrupt(SPI_IRQ) == 0
        m.write32(SPI + TXDR, 0)
        m.write32(SPI + IMR, 0)
        assert m.interrupt(SPI_IRQ) == 0 and m.read32(SPI + RISR) & RF_FULL
    with t.test("more than the FIFO holds waits for room"), Board() as m:
        m.write32(SPI + CTRLR0, BYTES)
        m.write32(SPI + SER, 2)
        m.write32(SPI + SSIENR, 1)
        for _ in range(128):
            m.write32(SPI + TXDR, 0)
        assert (m.read32(SPI + RXFLR), m.read32(SPI + TXFLR)) == (64, 64)
        assert not m.read32(SPI + RISR) & TF_OVERFLOW and m.read32(SPI + SR) & 1
        m.write32(SPI + TXDR, 0)
        assert m.read32(SPI + RISR) & TF_OVERFLOW
        m.read32(SPI + RXDR)
        assert (m.read32(SPI + RXFLR), m.read32(SPI + TXFLR)) == (64, 63)
        m.write32(SPI + SSIENR, 0)
        assert (m.read32(SPI + RXFLR), m.read32(SPI + TXFLR)) == (0, 0)
        m.write32(SPI + ICR, 1)
        assert not m.read32(SPI + RISR) & TF_OVERFLOW
    with t.test("reading too much"), Board() as m:
        assert m.read32(SPI + RXDR) == 0 and m.read32(SPI + RISR) & RF_UNDERFLOW
    with t.test("off, or with nothing selected, words wait"), Board() as m:
        m.write32(SPI + TXDR, 0)
        assert m.read32(SPI + TXFLR) == 1
        m.write32(SPI + SSIENR, 1)
        assert m.read32(SPI + TXFLR) == 1
        m.write32(SPI + SER, 1)
        assert m.read32(SPI + TXFLR) == 0


CON, MRXADDR, MRXRADDR, MTXCNT, MRXCNT, IEN, IPD, FCNT = 0, 8, 12, 16, 20, 24, 28, 32
TXDATA, RXDATA = 0x100, 0x200
EN, TRX, RX, START, STOP, LASTACK, ACT2NAK = 1, 2, 4, 8, 16, 32, 64
MBTF, MBRF, STARTED, STOPPED, NAK = 4, 8, 16, 32, 64
VALID = 1 << 24


def i2c_begin(m, mode=0):
    m.write32(I2C + CON, EN | mode | START | ACT2NAK)
    assert m.read32(I2C + IPD) & STARTED
    m.write32(I2C + IPD, 0x7f)
    m.write32(I2C + CON, EN | mode | LASTACK | ACT2NAK)


def i2c_end(m):
    m.write32(I2C + IPD, 0x7f)
    m.write32(I2C + CON, EN | STOP)
    assert m.read32(I2C + IPD) == STOPPED
    m.write32(I2C + IPD, STOPPED)
    m.write32(I2C + CON, 0)


def i2c_write(m, *data):
    raw = bytes(data) + bytes(-len(data) % 4)
    i2c_begin(m)
    for i in range(0, len(raw), 4):
        m.write32(I2C + TXDATA + i, struct.unpack_from("<I", raw, i)[0])
    m.write32(I2C + MTXCNT, len(data))
    seen = m.read32(I2C + IPD)
    i2c_end(m)
    return seen


def i2c_read(m, slave, register, count):
    i2c_begin(m, TRX)
    m.write32(I2C + MRXADDR, VALID | slave << 1)
    m.write32(I2C + MRXRADDR, VALID | register)
    m.write32(I2C + MRXCNT, count)
    seen = m.read32(I2C + IPD)
    got = b"".join(struct.pack("<I", m.read32(I2C + RXDATA + i)) for i in range(0, count, 4))
    i2c_end(m)
    return seen, got[:count]


def i2c(t):
    with t.test("RK8602 keeps a voltage, and its identity"), Board() as m:
        assert i2c_read(m, 0x42, 3, 1) == (MBRF | 2, b"\x0a")
        assert i2c_write(m, 0x84, 6, 0x55) == MBTF | 1
        assert i2c_read(m, 0x42, 6, 1)[1] == b"\x55"
        i2c_write(m, 0x84, 3, 0)
        assert i2c_read(m, 0x42, 3, 1)[1] == b"\x0a"
    with t.test("registers in a row, also beyond the last"), Board() as m:
        i2c_write(m, 0x84, 6, 0x11, 0x22)
        assert i2c_read(m, 0x42, 6, 2)[1] == b"\x11\x22"
        assert i2c_read(m, 0x42, 0, 32)[1][16:] == bytes(16)
        assert i2c_read(m, 0x42, 0xff, 2)[1] == b"\0\x80", "the number wraps"
    with t.test("nothing at an address: no acknowledgement, and it ends there"), Board() as m:
        assert i2c_write(m, 0x20, 1, 2) == NAK
        assert i2c_read(m, 0x10, 0, 4)[0] == NAK
        assert i2c_read(m, 0x42, 3, 1)[1] == b"\x0a"
    with t.test("interrupts, their mask, cleared by ones"), Board() as m:
        m.write32(I2C + IEN, STARTED)
        m.write32(I2C + CON, EN | START)
        assert m.interrupt(I2C_IRQ) == 1
        m.write32(I2C + IPD, MBTF)
        assert m.interrupt(I2C_IRQ) == 1
        m.write32(I2C + IPD, STARTED)
        assert m.interrupt(I2C_IRQ) == 0
    with t.test("counts beyond the buffer are cut"), Board() as m:
        assert i2c_read(m, 0x42, 0, 63)[0] & MBRF
        assert m.read32(I2C + FCNT) == 32


def scmi(t):
    with t.test("SCMI's channel is free from the start, and after a reset"), \
            Board(NODES + SCMI) as m:
        assert m.read32(SHMEM + 4) == 1
        m.write32(SHMEM + 4, 0)
        with m.monitor() as monitor:
            monitor.ask("system_reset")
        m.forward(1000)
        assert m.read32(SHMEM + 4) == 1


def power(t):
    data = json.loads(subprocess.run([sys.executable, TOP / "python", "soc", "rk3588"],
                                     check=True, capture_output=True, text=True).stdout)
    # The banks go by their path, which is that of the boards' trees.
    data["pins"] = [bank for bank in data["pins"] if bank["name"] == "GPIO0"]

    with t.test("RK3588: power, bus and memory of a domain follow what is asked for"), \
            Board(soc=data) as m:
        # vdpu: bit 10 of PWR_GATE, bit 9 of BISR, bit 18 of chain and memory, bit 8 of the bus
        assert m.read32(PMU + 0x290) >> 9 & 1 and m.read32(PMU + 0x1f0) >> 18 & 1
        m.write32(PMU + 0x10c, 0x01000100)
        assert m.read32(PMU + 0x118) >> 8 & 1 and m.read32(PMU + 0x120) >> 8 & 1
        m.write32(PMU + 0x14c, 0x04000400)
        assert not m.read32(PMU + 0x290) >> 9 & 1 and not m.read32(PMU + 0x1f0) >> 18 & 1
        m.write32(PMU + 0x1a0, 0x04000400)
        assert m.read32(PMU + 0x1f8) >> 18 & 1
        m.write32(PMU + 0x14c, 0x04000000)
        assert m.read32(PMU + 0x290) >> 9 & 1
        # sdmmc: bit 13 of the second PWR_GATE, bit 26 of BISR, bit 5 of the second chain
        m.write32(PMU + 0x150, 0x20002000)
        assert not m.read32(PMU + 0x290) >> 26 & 1 and not m.read32(PMU + 0x1f4) >> 5 & 1
        # vcodec: bit 2, in PWR_GATE_ST; nvm: bit 8 of the second, bit 24 there
        m.write32(PMU + 0x14c, 0x00040004)
        m.write32(PMU + 0x150, 0x01000100)
        assert m.read32(PMU + 0x180) & 0x1000004 == 0x1000004
    with t.test("RK3588: pins by the registers with masks"), Board(soc=data) as m, \
            m.monitor() as monitor:
        bank = "/machine/pins/GPIO0"
        m.write32(GPIO + 0x0c, 0x00010001)
        m.write32(GPIO + 0x04, 0x00030003)
        assert monitor.get(bank, "directions") == 1 << 16
        assert monitor.get(bank, "levels") == 1 << 16
        assert m.read32(GPIO + 0x70) == 1 << 16
        monitor.set(bank, "driven", 1 << 4)
        assert m.read32(GPIO + 0x70) == 1 << 16 | 1 << 4
        assert m.read32(GPIO + 0x78) == 0x0101157c


def iommu(t):
    with t.test("commands of the IOMMU: paging, stalling, reset; the second has its own"), \
            Board() as m:
        dte, status, command = MMU, MMU + 4, MMU + 8
        assert m.read32(status) == 0x18
        m.write32(command, 2)
        assert m.read32(status) == 0x18, "nothing to stall"
        m.write32(command, 0)
        m.write32(command, 2)
        assert m.read32(status) == 0x1d
        m.write32(command, 3)
        assert m.read32(status) == 0x19
        m.write32(dte, 0xcafeb000)
        m.write32(dte + 0x40, 0x12345000)
        assert m.read32(dte) == 0xcafeb000
        m.write32(command, 6)
        assert m.read32(dte) == 0 and m.read32(status) == 0x18
        assert m.read32(dte + 0x40) == 0x12345000


def emmc_command(m, index, arg=0, flags=0x1a, mode=0):
    """A command of SDHCI's, with its transfer mode; the first word of the response."""
    m.write32(MMC + 0x30, 0xffffffff)
    m.write32(MMC + 0x08, arg)
    m.write32(MMC + 0x0c, mode | (index << 8 | flags) << 16)
    assert m.read32(MMC + 0x30) & 0xffff8001 == 1, f"CMD{index}: {m.read32(MMC + 0x30):#x}"
    return m.read32(MMC + 0x10)


def emmc(t):
    with t.test("DWCMSHC: where its registers are, the delay line's lock"), Board() as m:
        assert m.read32(MMC + 0xe8) == 0x500
        m.write32(MMC + 0xe8, 0)
        assert m.read32(MMC + 0xe8) == 0x500
        assert m.read32(MMC + 0x840) == 0
        m.write32(MMC + 0x800, 1)
        assert m.read32(MMC + 0x840) == 0x100
        m.write32(MMC + 0x508, 5)
        assert m.read32(MMC + 0x508) == 5
        assert m.read32(MMC + 0xfc) >> 16 & 0xff == 2, "SDHCI 3.00"
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder, "card")
        image.write_bytes(b"".join(struct.pack("<I", i) * 128 for i in range(2048)))
        with t.test("DWCMSHC: blocks of an eMMC by Auto CMD23"), Board(cards=[image]) as m:
            m.write32(MMC + 0x34, 0xffffffff)
            m.write32(MMC + 0x28, 0x0f00)
            m.write32(MMC + 0x2c, 0x0007)
            emmc_command(m, 0, flags=0)
            for _ in range(5):
                if emmc_command(m, 1, 0x40ff8000, 2) >> 31:
                    break
                m.forward(10**9)
            emmc_command(m, 2, flags=9)
            emmc_command(m, 3, 1 << 16)
            emmc_command(m, 7, 1 << 16)
            for first, count in ((5, 2), (9, 3)):
                m.write32(MMC + 0x00, count)
                m.write32(MMC + 0x04, 512 | count << 16)
                # Block count, Auto CMD23, read, several blocks
                emmc_command(m, 18, 512 * first, 0x3a, 0x3a)
                got = b"".join(struct.pack("<I", m.read32(MMC + 0x20))
                               for _ in range(128 * count))
                assert got == image.read_bytes()[512 * first:512 * (first + count)]
                assert emmc_command(m, 13, 1 << 16) >> 9 & 15 == 4, "not done"


def run(t):
    for part in (spi, spi_fifo, i2c, scmi, power, iommu, emmc):
        part(t)
