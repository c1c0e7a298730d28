# SPDX-License-Identifier: GPL-2.0-only
"""Boards as emulated machines: which tree they get, and QEMU's command line.

A board whose file says so is QEMU's machine board-twin, made from the board's own
tree; the Raspberry Pis are QEMU's own, with what those lack disabled in the tree.
"""
import dataclasses
import functools
import os
import pathlib
import shutil
import subprocess

from outboard import steps
from outboard.devicetree import dtmerge, dts, fdt
from outboard.facts import boards, soc
from outboard.sources import qemu_build
from outboard.steps import Fault

TWIN = "board-twin"
# Position among the -serial options, where the console is not the first of them.
SERIAL = {("raspi3b", "ttyS1"): 1, ("raspi4b", "ttyS1"): 1}
# What the machine needs to power off and does not build in.
POWER_OFF_MODULES = {"raspi3b": ["bcm2835_wdt"], "raspi4b": ["bcm2835_wdt"], TWIN: []}
# As twin_find_gic() of twin/cpu.c has them.
GIC = ("arm,gic-v3", "arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a7-gic")


@functools.cache
def program():
    """QEMU: the project's own, or that of $QEMU; the same one for the whole run."""
    named = os.environ.get("QEMU")
    if not named:
        return qemu_build.program()
    if not shutil.which(named):
        raise Fault(f"QEMU={named}: no such program")
    done = subprocess.run([named, "--version"], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    if not done.stdout.startswith("QEMU emulator"):
        raise Fault(f"QEMU={named}: it is no QEMU: to --version it says "
                    f"{(done.stdout + done.stderr).strip()[:100] or 'nothing'}, status "
                    f"{done.returncode}")
    return pathlib.Path(shutil.which(named))


def emulated(name):
    """The board's facts; a Fault if there is no machine to boot it on."""
    board = boards.load(name)
    if "emulation" not in board:
        raise Fault(f"BOARD={name}: cannot be booted here: no [emulation] in boards/{name}.toml")
    return board


def check_image(path):
    """A Fault unless the file is a kernel that the machines can start."""
    try:
        with open(path, "rb") as handle:
            head = handle.read(0x210)
    except OSError as error:
        raise Fault(f"{path}: {error.strerror}") from None
    if head[0x38:0x3c] == b"ARM\x64":
        return
    what = "it is not one"
    if not head:
        what = "it is empty"
    elif head[:2] == b"\x1f\x8b":
        what = "it is compressed (gzip): unpack it first"
    elif head[4:8] == b"zimg":
        what = "it is compressed (EFI zboot): unpack it first"
    elif head[0x202:0x206] == b"HdrS":
        what = "it is one for x86"
    elif head[:4] == b"\x7fELF":
        what = "it is ELF, such as vmlinux: take arch/arm64/boot/Image"
    raise Fault(f"{path}: not an arm64 kernel image: {what}")


def check_tree(path, machine):
    """The tree, read; a Fault if no machine can be made of it."""
    tree = fdt.Tree(pathlib.Path(path))
    if not tree.processors():
        raise Fault(f"{path}: no machine can be made of it: it has no CPU")
    if not tree.console():
        raise Fault(f"{path}: no machine can be made of it: it has no console, neither "
                    "stdout-path nor the alias serial0 leads to a node")
    if machine == TWIN and not tree.having(*GIC):
        raise Fault(f"{path}: no machine can be made of it: it has no interrupt controller of "
                    f"{', '.join(GIC)}")
    return tree


def families(kernel, board):
    """The families of a board's trees that there are for a kernel."""
    found = []
    emulation = board["emulation"]
    if "mainline" in board["dtb"] and (kernel.dtbs / board["dtb"]["mainline"]).exists():
        found.append("mainline")
    elif dts.needs_own(kernel.name, board):
        found.append("own")
    if kernel.name in emulation.get("rescue", []):
        found.append("rescue")
    return found + [extra["name"] for extra in emulation.get("extra", [])
                    if kernel.name in extra["kernels"]]


def base_tree(kernel, name, board, family, out):
    """Put a board's tree of a family, as it is, to @out."""
    out.parent.mkdir(parents=True, exist_ok=True)
    if family == "mainline":
        path = kernel.dtbs / board["dtb"]["mainline"]
        if not path.exists():
            raise Fault(f"BOARD={name}: kernel {kernel.name} has no {board['dtb']['mainline']}; "
                        f"{board['kernel']['floor']} is the first with one")
        shutil.copyfile(path, out)
    elif family in ("own", "rescue"):
        dts.compile_own(kernel.name, board, family, out)
    else:
        (extra,) = [extra for extra in board["emulation"]["extra"] if extra["name"] == family]
        # A stand-in for a tree that is none of ours has that one's ways.
        dtmerge.compile_source(steps.TOP / extra["source"], out, strict=False)
    return out


def with_needs(board, names):
    """Names of overlays, each behind those that it needs."""
    needs = board["overlays"].get("needs", {})
    found = []
    for name in names:
        for one in [*with_needs(board, needs.get(name, [])), name]:
            if one not in found:
                found.append(one)
    return found


def overlays_for(name, board, family, wanted):
    """Paths of the overlays that the machine's boots need, and of the @wanted, in order.

    What cannot be together with one that is wanted is left out.
    """
    ours = dtmerge.compile_overlays()
    have = set(boards.overlays(board)) | set(board["overlays"].get("vendor", []))
    for word in wanted:
        if word not in have and not word.endswith(".dtbo"):
            raise Fault(f"OVERLAYS={word}: {name} has no such overlay; it has "
                        f"{', '.join(sorted(have)) or 'none'}, and any .dtbo file can be named")
    groups = board["overlays"].get("exclusive", [])
    default = [one for one in board["emulation"].get("overlays", {}).get(family, [])
               if not any(one in group and set(group) & set(wanted) for group in groups)]
    paths = []
    for one in with_needs(board, [*default, *wanted]):
        path = ours[one] if one in have else pathlib.Path(one)
        if not path.exists():
            raise Fault(f"OVERLAYS={one}: no such file")
        paths.append(path)
    return paths


def make_tree(kernel, name, board, family, out, wanted=()):
    """The tree that a board's machine is given: merged strictly, and edited for QEMU's own."""
    base_tree(kernel, name, board, family, out)
    merge_into(out, overlays_for(name, board, family, wanted))
    disable_absent(out, board)
    return out


def merge_into(tree, overlays):
    if overlays:
        merged = tree.with_suffix(".merged")
        dtmerge.merge(tree, overlays, merged, any_board=False)
        merged.replace(tree)


def disable_absent(tree, board):
    """Disable what QEMU's own machines have nothing for."""
    for node in board["emulation"].get("absent", []):
        # Not every kernel's tree has all of them.
        if dtmerge.nodes(tree, node) is not None:
            done = subprocess.run([*dtmerge.tool("fdtput"), "-t", "s", tree, node, "status",
                                   "disabled"], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, check=False)
            if done.returncode:
                raise Fault(f"fdtput {node}: {done.stderr.strip()}", 1)


@dataclasses.dataclass
class Machine:
    """One machine that is to run. Paths, but for @append, @serial (a -chardev's words)."""

    board: dict
    kernel: pathlib.Path
    tree: pathlib.Path
    initrd: pathlib.Path = None
    append: str = ""
    card: pathlib.Path = None
    card_format: str = "raw"
    stick: pathlib.Path = None         # at the board's USB host, of which the twin has a model
    own_parameters: bool = True        # False: the kernel gets @append alone
    serial: str = "stdio,signal=off"
    qmp: pathlib.Path = None
    trace: pathlib.Path = None
    registers: pathlib.Path = None     # instead of the SoC's file in twin/soc
    work: pathlib.Path = None          # where files are made for it

    @property
    def name(self):
        return self.board["emulation"]["machine"]

    @property
    def console(self):
        return self.board["console"]["device"]

    @property
    def log(self):
        """The port that the kernel's log goes to: nearly always the console."""
        return self.board["emulation"].get("log", self.console)

    def parameters(self):
        """The kernel's command line."""
        if not self.own_parameters:
            return self.append
        console = self.board["console"]
        words = [f"console={self.log},{console['baud']}", f"earlycon={console['earlycon']}"
                 if "earlycon" in console and self.log == self.console else "",
                 *self.board["kernel"]["parameters"],
                 *self.board["emulation"].get("parameters", []), "panic=-1", self.append]
        return " ".join(word for word in words if word)

    def command(self):
        """QEMU's command line."""
        check_image(self.kernel)
        tree = check_tree(self.tree, self.name)
        line = [program(), *self._machine(tree), "-accel", "tcg,thread=single", "-display",
                "none", "-monitor", "none", "-no-reboot", "-kernel", self.kernel, "-dtb",
                self.tree, "-append", self.parameters()]
        if self.initrd:
            line += ["-initrd", self.initrd]
        # Two ports can be on one terminal: what is typed goes to the last of them.
        both = ",mux=on" if self.log != self.console and "mux" not in self.serial else ""
        line += ["-chardev", f"{_first_word(self.serial)},id=console{_rest(self.serial)}{both}"]
        for _ in range(SERIAL.get((self.name, self.console), 0)):
            line += ["-serial", "chardev:console" if self.log != self.console else "null"]
        line += ["-serial", "chardev:console"]
        if self.card:
            line += ["-drive", f"if=sd,index=0,format={self.card_format},"
                     f"file={_quoted(self.card)}"]
        if self.stick:
            line += ["-drive", f"if=none,id=stick,format=raw,file={_quoted(self.stick)}",
                     "-device", "usb-storage,drive=stick"]
        if self.qmp:
            line += ["-qmp", f"unix:{_quoted(self.qmp)},server=on,wait=off"]
        if self.trace:
            line += ["-D", self.trace, "-trace", "twin_register_*"]
        return [str(word) for word in line]

    def _machine(self, tree):
        emulation = self.board["emulation"]
        if self.name != TWIN:
            return ["-M", self.name]
        words = TWIN
        registers = self.registers or soc.of(tree)
        if registers:
            out = soc.to_json(registers, self.work / f"{self.tree.stem}.registers.json")
            words += f",registers={_quoted(out)}"
        if "ram_base" in emulation:
            words += f",ram-base={emulation['ram_base']:#x}"
        return ["-M", words, "-m", emulation.get("memory", "1G")]


def _first_word(text):
    return text.partition(",")[0]


def _rest(text):
    rest = text.partition(",")[2]
    return f",{rest}" if rest else ""


def _quoted(path):
    """A path as QEMU's options want it."""
    return str(path).replace(",", ",,")


