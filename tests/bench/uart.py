# SPDX-License-Identifier: GPL-2.0-only
"""aml_uart against the kernel's meson_uart: instructions and interrupts for a character.

    bench/uart.py [--kernel NAME] [--check]

On a twin of the VIM1S, one boot: uart_A with the driver that the kernel has, then the same
port with ours. The machine's processor does one instruction a nanosecond and idles for
nothing (QEMU's -icount), its far end sends characters back to back, and the processor's own
counter counts the instructions. Nothing is taken off: what runs while the line is idle is
told beside it. Then the suite aml_uart_compare of the register bench, where time is exact.

With --check fewer characters, and no figures: is everything received and sent?
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent

from outboard import steps
from outboard.devicetree import dtmerge, fdt
from outboard.guest import initramfs, twin as guest
from outboard.machine import qmp, twin
from outboard.modules import build
from outboard.sources import kernels
from outboard.steps import BUILD, Fault, Step
from tests.boot import qemu
from tests.twin import run as twins

HERE = TESTS / "bench/uart"
OUT = BUILD / "bench-uart"
BOARD = "khadas-vim1s"
DRIVERS = ("meson_uart", "aml_uart")
RATES = (115200, 921600, 2000000)
KINDS = {"receive": "received, each read as it comes", "together": "received, read 255 at a time",
         "send": "sent"}
COUNT = 16384
SAID = re.compile(r"^outboard: (.*?)\r?\n", re.M)
CHECKED = 3000
SUITE = "aml_uart_compare"
SECONDS = 400


def machine_of(kernel, count, step, work):
    """The machine, and the port's address: it is not the console's."""
    board = twin.emulated(BOARD)
    tree = twin.make_tree(kernel, BOARD, board, twin.families(kernel, board)[0], work / "dtb")
    port = fdt.Tree(tree).resolve("serial1")
    address = port.name.partition("@")[2]
    # A device behind the port would have it to itself.
    for child in port.children:
        subprocess.run([*dtmerge.tool("fdtput"), "-r", tree, child.path], check=True)
    ours = build.modules(kernel.name, quiet=True)
    OUT.mkdir(parents=True, exist_ok=True)
    source = HERE / "count.c"
    command = [initramfs.cross() + "gcc", "-std=gnu11", "-D_GNU_SOURCE", *initramfs.CFLAGS, "-o",
               OUT / "count", source]
    initramfs.build_if_changed(OUT / "count", command, [source], step)
    made = initramfs.Archive()
    made.file("init", HERE / "init", 0o755)
    made.file("twin/count", OUT / "count", 0o755)
    # What the port waits for, where the kernel has no driver of its own for it.
    first = [name for name in board["initrd_modules"] if name in ours]
    for name in [*first, "aml_uart"]:
        made.file(f"modules/{name}.ko", ours[name])
    machine = twin.Machine(board, kernel.image, tree, work=work, qmp=work / "qmp",
                           append="quiet loglevel=0 nr_cpus=1")
    machine.initrd = work / "initrd"
    machine.initrd.write_bytes(guest.base(step) + made.bytes() + guest.environment({
        "CONSOLE": machine.console, "PORT": f"{address}.serial", "COUNT": count,
        "FIRST": " ".join(first), "RATES": " ".join(map(str, RATES)),
        "KINDS": " ".join([*KINDS, "idle"])}))
    return machine, address


def measure(kernel, count):
    """{(driver, kind, rate): {what: how many}}"""
    found = {}
    with tempfile.TemporaryDirectory(prefix="outboard-twin.") as folder, \
            Step("characters through uart_A", log="bench-uart") as step:
        machine, address = machine_of(kernel, count, step, pathlib.Path(folder))
        line = [*machine.command(), "-icount", "shift=0,sleep=off", "-global",
                "meson-uart.timed=on"]
        with open(step.log, "ab") as errors, open(OUT / "console", "wb") as output, \
                qemu.started(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=errors) as process:
            console = twins.Console(process, output, SECONDS)
            words, asked, at = [], None, 0
            while words[:1] != ["end"]:
                line = SAID.search(console.text, at)
                if not line:
                    why = console.wait("\n", SECONDS)
                    if why:
                        raise Fault(f"the guest did not come to its end: {why}\n"
                                    f"{console.text[-800:]}", 1)
                    continue
                words, at = line[1].split(), line.end()
                if words[0] == "talk":
                    with qmp.Monitor(machine.qmp) as monitor:
                        monitor.set(f"/machine/uart@{address}", "talk", int(words[1]))
                elif words[0] == "counted":
                    found[asked] = {key: int(value) for key, value in
                                    (word.split("=") for word in words[1:])}
                elif words[0] in DRIVERS:
                    asked = words[0], words[1], int(words[2])
    return found


def show(found):
    """What it took, and the ratios."""
    for rate in RATES:
        print(f"{rate} baud, {COUNT} characters, instructions and interrupts of all that runs:")
        for kind, words in KINDS.items():
            each = []
            for driver in DRIVERS:
                one, idle = found[driver, kind, rate], found[driver, "idle", rate]
                chars = one["characters"]
                each.append(one["instructions"] / chars)
                print(f"  {words:32} {driver:10} {each[-1]:7.1f} instructions a character "
                      f"({idle['instructions'] / idle['characters']:.1f} idle), "
                      f"{1024 * one['interrupts'] / chars:6.1f} interrupts of the port's and "
                      f"{1024 * one['timer'] / chars:.1f} of the timer's a KiB")
            print(f"  {'':32} ratio      {each[1] / each[0]:7.2f}")


def compare():
    """The register bench's part: what its suite tells; returns its status."""
    out = OUT / "kunit"
    done = subprocess.run([sys.executable, "-m", "tests.kunit.run", "--only", SUITE, "--no-faults",
                           "--out", out], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(done.stdout)
    console = out / "boots" / f"{SUITE}_test/console"
    text = console.read_text(encoding="utf-8") if console.exists() else ""
    for line in re.findall(rf"# {SUITE}_test_\w+: (\w+_uart, .*)", text):
        print(f"  {line}")
    return done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default="")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--bench", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    twin.program()
    status = 0
    for name in kernels.select(args.kernel)[:None if args.check else 1]:
        count = CHECKED if args.check else COUNT
        found = measure(kernels.get(name), count)
        wrong = [f"{' '.join(map(str, key))}: {one}" for key, one in found.items()
                 if key[1] != "idle" and (one["wrong"] or one["have"] != count)
                 and (key[0] == "aml_uart" or key[1] == "send")]
        if len(found) != len(DRIVERS) * len(RATES) * (len(KINDS) + 1):
            wrong.append(f"only {len(found)} measurements")
        if not args.check and not all(one["instructions"] for one in found.values()):
            raise Fault(f"{name}: the tree has no counters of the processor's: take another kernel")
        if not args.check and not wrong:
            show(found)
        print(f"{name}: " + ("not all came as it was sent" if wrong else
                             f"all of {len(found)} times {count} characters came as sent"))
        print("".join(f"  {line}\n" for line in wrong), end="", flush=True)
        status |= bool(wrong)
    return status | compare() if not args.check else status


if __name__ == "__main__":
    steps.main_guard(main)
