# SPDX-License-Identifier: GPL-2.0-only
"""The board twin without a guest: a test reads and writes its registers itself.

QEMU's qtest accelerator runs no CPU; a line protocol on a socket does in its place
what a CPU would, sees the interrupts and moves the clock. A machine starts in a
tenth of a second, so each test has its own.
"""
import contextlib
import json
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

from outboard.devicetree import dtmerge
from outboard.machine import qmp
from outboard.sources import qemu_build
from outboard.steps import Fault

# The least that the twin takes: a CPU, a GIC, and a PL011 as the console.
FRAME = """
/dts-v1/;
/ {
	compatible = "outboard,test";
	#address-cells = <2>;
	#size-cells = <2>;
	interrupt-parent = <&gic>;

	aliases { serial0 = &console; };

	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; };
	};

	memory@80000000 { device_type = "memory"; reg = <0 0x80000000 0 0x20000000>; };

	gic: interrupt-controller@f0000000 {
		compatible = "arm,gic-400";
		#interrupt-cells = <3>;
		interrupt-controller;
		reg = <0 0xf0000000 0 0x1000>, <0 0xf0010000 0 0x2000>,
		      <0 0xf0020000 0 0x2000>, <0 0xf0030000 0 0x2000>;
	};

	timer {
		compatible = "arm,armv8-timer";
		interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>;
	};

	console: serial@f1000000 {
		compatible = "arm,pl011", "arm,primecell";
		reg = <0 0xf1000000 0 0x1000>;
		interrupts = <0 1 4>;
	};

%s
};
"""
# Where RAM is in it.
RAM = 0x80000000


def compiled(source, out):
    """A tree's source as a DTB at @out."""
    done = subprocess.run([*dtmerge.tool("dtc"), "-q", "-I", "dts", "-O", "dtb", "-o", out],
                          input=source, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Fault(f"the test's tree: {done.stderr.strip()}", 1)
    return out


class Machine:
    """A twin that runs until the block ends.

    >>> with Machine("\\tgpio@1000 { ... };", soc={"register": [...]}) as m:
    ...     m.write32(0x1000, 1)

    @nodes: source of the nodes below the root. @soc: the SoC's file as a dictionary.
    @serial: number of serial ports with a socket, the console's among them; see
    port(). @cards: images for the SD hosts. @options: more of QEMU's. @log: what of
    -d and -trace to keep, see messages().
    """

    def __init__(self, nodes="", soc=None, serial=0, cards=(), options=(), log=()):
        self._nodes, self._soc, self._serial = nodes, soc, serial
        self._cards, self._options, self._log = cards, options, log

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _start(self):
        work = pathlib.Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        machine = "board-twin"
        if self._soc is not None:
            (work / "soc.json").write_text(json.dumps(self._soc), encoding="ascii")
            machine += f",registers={work}/soc.json"
        line = [str(qemu_build.program()), "-M", machine, "-m", "512M", "-accel", "qtest",
                "-display", "none", "-monitor", "none", "-qtest-log", "none",
                "-dtb", str(compiled(FRAME % self._nodes, work / "test.dtb")),
                "-qtest", f"unix:{work}/qtest,server=on,wait=off",
                "-qmp", f"unix:{work}/qmp,server=on,wait=off", "-D", str(work / "log")]
        for number in range(self._serial):
            line += ["-serial", f"unix:{work}/serial{number},server=on,wait=off"]
        for number, card in enumerate(self._cards):
            line += ["-drive", f"if=sd,index={number},format=raw,file={card}"]
        for events in self._log:
            line += ["-trace", events] if not events.startswith("-") else events.split()
        if shutil.which("setpriv"):
            line = ["setpriv", "--pdeathsig", "KILL", *line]
        self._work = work
        self._process = subprocess.Popen([*line, *self._options], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                         text=True)
        self._stack.callback(self._end)
        self._socket = self._connect("qtest")
        # To read only: a write through it would drop what it has read ahead, interrupts.
        self._file = self._socket.makefile("r", encoding="ascii", newline="\n")
        self._stack.callback(self._socket.close)
        self._stack.callback(self._file.close)
        self.interrupts = {}

    def _end(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def _connect(self, name):
        deadline = time.monotonic() + 20
        while True:
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(10)
            try:
                link.connect(str(self._work / name))
                return link
            except OSError:
                link.close()
                if self._process.poll() is not None:
                    raise Fault(self._process.stdout.read().strip(), 1) from None
                if time.monotonic() > deadline:
                    raise Fault(f"QEMU does not open its socket {name}", 1) from None
                time.sleep(0.01)

    def ask(self, command):
        """One command of the qtest protocol; what follows its OK."""
        self._socket.sendall(f"{command}\n".encode())
        while True:
            line = self._file.readline()
            if not line:
                raise Fault(f"QEMU is gone after '{command}': "
                            f"{self._process.stdout.read().strip()}", 1)
            words = line.split()
            if words[0] == "IRQ":
                number = int(words[2])
                level, edges = self.interrupts.get(number, (0, 0))
                up = words[1] == "raise"
                self.interrupts[number] = (int(up), edges + (up and not level))
            elif words[0] == "OK":
                return words[1] if len(words) > 1 else ""
            else:
                raise Fault(f"qtest: '{command}': {line.strip()}", 1)

    def read32(self, address):
        return int(self.ask(f"readl {address:#x}"), 16) & 0xffffffff

    def write32(self, address, value):
        self.ask(f"writel {address:#x} {value:#x}")

    def read8(self, address):
        return int(self.ask(f"readb {address:#x}"), 16)

    def write8(self, address, value):
        self.ask(f"writeb {address:#x} {value:#x}")

    def read(self, address, size):
        """@size bytes of memory."""
        return bytes.fromhex(self.ask(f"read {address:#x} {size:#x}")[2:])

    def write(self, address, data):
        self.ask(f"write {address:#x} {len(data):#x} 0x{data.hex()}")

    def forward(self, nanoseconds):
        """Let the machine's time pass; timers in it fire."""
        self.ask(f"clock_step {nanoseconds}")

    def watch_interrupts(self):
        """From now on, interrupt() and edges() tell of the GIC's inputs."""
        self.ask(f"irq_intercept_in {self._gic()}")

    def _gic(self):
        with self.monitor() as monitor:
            for entry in monitor.ask("qom-list", path="/machine/unattached"):
                if "arm_gic" in entry["type"] or "arm-gicv3" in entry["type"]:
                    return f"/machine/unattached/{entry['name']}"
        raise Fault("no GIC in the machine", 1)

    def interrupt(self, spi):
        """Level of an SPI, as last seen with an answer."""
        self.ask("clock_step 1")
        return self.interrupts.get(spi, (0, 0))[0]

    def edges(self, spi):
        """How often an SPI was raised."""
        self.ask("clock_step 1")
        return self.interrupts.get(spi, (0, 0))[1]

    def monitor(self):
        return qmp.Monitor(self._work / "qmp")

    def port(self, number):
        """The far side of a serial port: a connected socket."""
        link = self._connect(f"serial{number}")
        self._stack.callback(link.close)
        return link

    def messages(self):
        """What QEMU has logged of the events asked for."""
        log = self._work / "log"
        return log.read_text(errors="replace") if log.exists() else ""


def refusal(source, soc=None, options=()):
    """(status, message) of a QEMU that is given a whole tree's source and should not start."""
    with tempfile.TemporaryDirectory() as work:
        machine = "board-twin"
        if soc is not None:
            pathlib.Path(work, "soc.json").write_text(json.dumps(soc), encoding="ascii")
            machine += f",registers={work}/soc.json"
        tree = compiled(source, pathlib.Path(work, "test.dtb"))
        done = subprocess.run([str(qemu_build.program()), "-M", machine, "-m", "512M", "-accel",
                               "qtest", "-display", "none", "-monitor", "none", "-dtb", str(tree),
                               "-serial", "null", "-qtest", "null", "-qtest-log", "none", *options],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=20, check=False)
    text = re.sub(r"\S*/(test\.dtb|soc\.json)", r"\1", done.stderr.strip())
    return done.returncode, text.removeprefix("qemu-system-aarch64: ")
