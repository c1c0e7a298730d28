# SPDX-License-Identifier: GPL-2.0-only
"""Boot Debian's kernels in QEMU with our modules and test those from inside.

    run.py [--kernel NAME|all] [--board BOARD] [--only WHAT] [--jobs N]
    run.py --bench [--kernel NAME]                    pin toggles per second

Each board that has a machine of QEMU's own is booted with its kernel's own tree merged
with the overlay rpi-system. More boots of each kernel are listed in EXTRA: the
tree without the overlay, a tree that looks like the vendor's, and a machine that
is no Raspberry Pi. The guest says what passed in KTAP on a serial port of its
own; the console is searched for what a kernel says when it is unwell.
"""
import argparse
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import re
import signal
import statistics
import subprocess
import sys

from outboard import steps
from outboard.devicetree import dtmerge
from outboard.facts import boards
from outboard.guest import initramfs
from outboard.machine import twin
from outboard.modules import build
from outboard.sources import kernels
from outboard.steps import BUILD, TOP, Fault, Step
from tests.boot import ktap, qemu, ramdisk

# A processor may be shared with other tests: what things may take is this often what they
# take on one of their own at the most.
PATIENCE = 4

# The suites in their order, each with the seconds that it may take and its program.
# Later ones rely on what earlier ones leave: udev goes on running until "modules" ends
# it, and from "lockdown" there is no way back.
MERGED = {
    "rpi-gpio without modules": (60, "/usr/bin/python3 /tests/rpigpio.py before"),
    "udev": (90, "/tests/udev"),
    "rpi_boardid": (60, "/tests/boardid"),
    "rpi_gpiomem": (60, "/tests/gpiomem"),
    "rpi_vcio": (90, "/tests/vcio"),
    "rpi-gpio": (90, "/usr/bin/python3 /tests/rpigpio.py after"),
    "firmware's answers": (60, "/tests/firmware"),
    "system calls at random": (60, "/tests/fuzz"),
    "modules": (90, "/tests/modules"),
    "lockdown": (30, "/tests/lockdown"),
    "kernel": (30, "/tests/kernel"),
}
# Load and unload less often: with --short, on all boards of a kernel but the first.
REPEATED = {**MERGED, "modules": (90, "/tests/modules 10")}
BARE = {
    "udev": (90, "/tests/udev"),
    "rpi_boardid": (60, "/tests/boardid"),
    "rpi-gpio": (90, "/usr/bin/python3 /tests/rpigpio.py after"),
    "kernel": (30, "/tests/kernel"),
}
VENDOR = {
    "vendor's drivers": (60, "/tests/vendor"),
    "kernel": (30, "/tests/kernel"),
}
WRONG = {
    "wrong machine": (90, "/tests/wrong"),
    "kernel": (30, "/tests/kernel"),
}

# Boots of every kernel besides those of the boards: which board's tree, and how.
EXTRA = {
    "bare": ("raspberry-pi-3b", "bare", BARE),
    "vendor": ("raspberry-pi-3b", "vendor", VENDOR),
    "virt": (None, "virt", WRONG),
}

# What the vendor's tree says in the "vendor" boots; tests/boot/guest/vendor.c knows it.
VENDOR_REVISION = "00abcdef"


@dataclasses.dataclass
class Boot:
    """One boot of one kernel."""

    kernel: kernels.Kernel
    what: str
    variant: str
    suites: dict
    board: dict = None
    board_name: str = ""

    @property
    def machine(self):
        return self.board["emulation"]["machine"] if self.board else "virt"

    @property
    def name(self):
        return f"{self.kernel.name}-{self.what}"

    def file(self, kind):
        return ramdisk.OUT / "boots" / f"{self.name}.{kind}"


def emulated(name):
    """The board's facts; a Fault if none of QEMU's own machines is for it."""
    board = boards.load(name)
    if board.get("emulation", {}).get("machine") not in qemu.MACHINES:
        raise Fault(f"BOARD={name}: none of QEMU's own machines is for it; its twin is "
                    "tests/twin's")
    return board


def stock_tree(kernel, name, board):
    """The kernel's own tree for a board; a Fault if it has none."""
    path = kernel.dtbs / board["dtb"]["mainline"]
    if not path.exists():
        raise Fault(f"BOARD={name}: kernel {kernel.name} has no {board['dtb']['mainline']}; "
                    f"{board['kernel']['floor']} is the first with one")
    return path


def boots_of(kernel, only_board=None, short=False):
    """All boots of a kernel.

    @short: a board of each SoC, or one alone with a kernel that is not the newest, and the machine
    that is none; what is the same on all boards of a kernel, on the first.
    """
    found, older, socs = [], short and kernel.name != kernels.names()[-1], set()
    for name in boards.names():
        board = boards.load(name)
        if board.get("emulation", {}).get("machine") not in qemu.MACHINES or \
                only_board not in (None, name) or older and found:
            continue
        if not kernel.at_least(board["kernel"]["floor"]) or short and board["soc"] in socs:
            continue
        socs.add(board["soc"])
        found.append(Boot(kernel, name, "merged", REPEATED if short and found else MERGED,
                          emulated(name), name))
    for what, (name, variant, suites) in EXTRA.items():
        if only_board is None and not (older and name):
            found.append(Boot(kernel, what, variant, suites, name and emulated(name), name or ""))
    return found


def make_tree(boot):
    """The device tree that the boot is given, or None for the machine's own."""
    if not boot.board:
        return None
    stock = stock_tree(boot.kernel, boot.board_name, boot.board)
    if boot.variant == "bare":
        return stock
    out = boot.file("dtb")
    out.parent.mkdir(parents=True, exist_ok=True)
    dtmerge.merge(stock, [dtmerge.compile_overlays()["rpi-system"]], out)
    twin.disable_absent(out, boot.board)
    if boot.variant == "vendor":
        _make_vendors(out)
    return out


def _fdtput(*words):
    done = subprocess.run([*dtmerge.tool("fdtput"), *map(str, words)], capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise Fault(f"fdtput {' '.join(map(str, words))}: {done.stderr.strip()}", 1)


def _make_vendors(tree):
    """Add what the firmware and the vendor's trees have and mainline's have not."""
    firmware = next(node for node in ("/soc/firmware", "/firmware/rpi-firmware")
                    if "raspberrypi,bcm2835-firmware" in dtmerge.get(tree, node, "compatible"))
    _fdtput("-t", "x", tree, "/system", "linux,revision", VENDOR_REVISION)
    _fdtput("-c", tree, "/soc/gpiomem")
    _fdtput("-t", "s", tree, "/soc/gpiomem", "compatible", "brcm,bcm2835-gpiomem")
    _fdtput("-t", "x", tree, "/soc/gpiomem", "reg", "7e200000", "1000")
    _fdtput("-c", tree, f"{firmware}/vcio")
    _fdtput("-t", "s", tree, f"{firmware}/vcio", "compatible", "raspberrypi,vcio")


def make_initramfs(boot, step, suites):
    """The initramfs of a boot, with @suites as its plan."""
    archive = initramfs.Archive()
    wanted = {words[1].split()[0].removeprefix("/tests/") for words in suites.values()}
    if "vcio" in wanted:
        wanted.add("vcio32")
    if "fuzz" in wanted:
        wanted.add("rpi_fuzz")
    made = ramdisk.programs(step, {"init", *wanted})
    for name, path in made.items():
        archive.file("init" if name == "init" else f"tests/{name}", path, 0o755)
    archive.file("tests/rpigpio.py", ramdisk.GUEST / "rpigpio.py")
    stock = []
    for name in qemu.MACHINES[boot.machine]["stock"]:
        file, data = ramdisk.stock_module(boot.kernel, name)
        archive.file(f"modules/stock/{file}", data)
        stock.append(f"/modules/stock/{file}\n")
    archive.file("tests/stock", "".join(stock))
    ramdisk.add_module_tree(archive, boot.kernel, build.modules(boot.kernel.name, quiet=True),
                            step)
    # Not in the tree of modules: udev would load the vendor's by the nodes that it serves.
    for name, path in ramdisk.test_modules(boot.kernel, step).items():
        archive.file(f"modules/{name}.ko", path)
    archive.file("tests/plan", "".join(f"{seconds * PATIENCE} {program}\t{name}\n"
                                       for name, (seconds, program) in suites.items()))
    for path in sorted((TOP / "udev").glob("*.rules")):
        archive.file(f"etc/udev/rules.d/{path.name}", path)
    emulation = boot.board["emulation"] if boot.board else {}
    environment = {
        "CHANNEL": qemu.MACHINES[boot.machine]["channel"],
        "KERNEL": boot.kernel.name, "VARIANT": boot.variant,
        "REVISION": hex(emulation.get("revision", 0)),
        "GPIO_BASE": hex(emulation.get("gpio_base", 0)),
        "GPIO_CHIP": emulation.get("gpio_chip", ""),
        "COMPAT": ramdisk.config(boot.kernel).get("CONFIG_COMPAT", "n"),
        "BOARD": boot.board["name"] if boot.board else "no board",
    }
    archive.file("tests/env", "".join(f"{key}={value}\n" for key, value in environment.items()))
    return ramdisk.write(boot.file("cpio"), initramfs.base(step), archive)


def judge(boot, ended, expected):
    """Suites of verdicts, from what the guest said, how it ended and what its console shows."""
    results = qemu.text(boot.file("ktap"))
    console = qemu.text(boot.file("console"))
    suites = {}
    for suite in ktap.parse(results).tests:
        verdicts = suites.setdefault(suite.name, {})
        leaves = suite.leaves() if suite.tests else [
            ("(suite)", ktap.FAIL, f"printed no results; {suite.why}")]
        for name, outcome, why in leaves:
            verdicts[name] = outcome if outcome == ktap.PASS else f"{outcome}: {why}"
    for name in boot.suites:
        suites.setdefault(name, {"(suite)": "fail: no result"})
    if ended:
        last = ktap.running(results)
        ended += f"; it was at '{last}'" if last else ""
        ended += "\nthe console's last lines:\n" + "\n".join(console.splitlines()[-15:])
    reports = expected.unexpected(console, boot.kernel.name, boot.what)
    suites["boot"] = {
        "ends by itself, in time": f"fail: {ended}" if ended else "pass",
        "the kernel reports nothing": "fail: " + "\n".join(reports[:12]) if reports else "pass",
    }
    return suites


class _Unwell(Exception):
    """Makes a step with failures one that says FAILED."""


def run_boot(boot, expected, seconds, keep):
    """Boot, judge, store; returns the suites of verdicts."""
    with contextlib.suppress(_Unwell), \
            Step(f"boot {boot.kernel.name} {boot.what}") as step:
        tree = make_tree(boot)
        initramfs = make_initramfs(boot, step, boot.suites)
        for kind in ("console", "ktap"):
            boot.file(kind).unlink(missing_ok=True)
        line = qemu.command(boot.machine, boot.kernel.image, initramfs, tree, "ignore_loglevel",
                            f"file:{boot.file('console')}", f"file,path={boot.file('ktap')}")
        ended = qemu.boot(line, boot.file("ktap"), seconds, step.log)
        suites = judge(boot, ended, expected)
        passed, failed, skipped = count([suites])
        step.note = (f"{passed} passed" + (f", {failed} failed" if failed else "") +
                     (f", {skipped} skipped" if skipped else ""))
        if not keep:
            initramfs.unlink()
        if failed:
            raise _Unwell
    path = BUILD / "results" / f"boot-{boot.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({
        "kernel": boot.kernel.name, "release": boot.kernel.release, "board": boot.what,
        "dtb": boot.board["dtb"]["mainline"] if boot.board else "", "suites": suites,
    }, indent=1) + "\n")
    show(boot, suites)
    return suites


def show(boot, suites):
    """What failed and what was skipped, and where to look."""
    for suite, tests in suites.items():
        for test, verdict in tests.items():
            if verdict.startswith("fail"):
                steps.say(f"  not ok {boot.kernel.name} {boot.what}, {suite}: {test}")
                for line in verdict[6:].splitlines():
                    steps.say(f"         {line[:300]}")
            elif verdict.startswith("skip"):
                steps.say(f"  skip   {boot.kernel.name} {boot.what}, {suite}: {test} "
                          f"({verdict[6:]})")
    if any(verdict.startswith("fail") for tests in suites.values() for verdict in tests.values()):
        steps.say(f"         {boot.file('console').relative_to(TOP)} and .ktap have it all")


def count(results):
    words = [verdict.partition(":")[0] for suites in results for tests in suites.values()
             for verdict in tests.values()]
    return words.count("pass"), words.count("fail"), words.count("skip")


def prepare(chosen):
    """All that boots share, made before any of them runs."""
    with Step("guest: Debian's python3-rpi.gpio, udev, kmod for arm64") as step:
        initramfs.base(step)
    dtmerge.tool("fdtput")
    twin.program()
    with Step("guest: test programs and test modules") as step:
        ramdisk.programs(step)
        for kernel in chosen:
            ramdisk.test_modules(kernel, step)
    for kernel in chosen:
        build.modules(kernel.name, quiet=True)


def test(args):
    """Run the boots; returns the exit status."""
    expected = qemu.Expected()
    chosen = [kernels.get(name) for name in kernels.select(args.kernel)]
    if args.board:
        emulated(args.board)
    boots = [boot for kernel in chosen for boot in boots_of(kernel, args.board, args.short)
             if args.only in (None, boot.what, boot.variant)]
    if not boots:
        raise Fault(f"there is no such boot; of {chosen[0].name} there are "
                    f"{', '.join(boot.what for boot in boots_of(chosen[0]))}")
    prepare(chosen)
    # The long ones first: the last one to end is then a short one.
    boots.sort(key=lambda boot: -len(boot.suites))
    results = []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        running = [pool.submit(run_boot, boot, expected, args.timeout, args.keep)
                   for boot in boots]
        try:
            for future in concurrent.futures.as_completed(running):
                results.append(future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            qemu.kill_all()
            raise
    if not (args.only or args.board or args.short):
        for entry in expected.unused([kernel.name for kernel in chosen]):
            steps.say(f"  note   expected.toml: {entry['kernel']}: '{entry['regex']}' was not "
                      "seen; take it out")
    passed, failed, skipped = count(results)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or not passed else 0


def bench(name):
    """Toggles per second: {"gpiomem": median, "gpiochip": median} of one kernel."""
    kernel = kernels.get(name)
    suites = {"toggle": (60, "/tests/toggle")}
    boot = Boot(kernel, "bench", "merged", suites, emulated(boards.DEFAULT), boards.DEFAULT)
    with Step(f"boot {name} to toggle a pin") as step:
        tree = make_tree(boot)
        initramfs = make_initramfs(boot, step, suites)
        for kind in ("console", "ktap"):
            boot.file(kind).unlink(missing_ok=True)
        step.note = ""
        line = qemu.command(boot.machine, kernel.image, initramfs, tree, "quiet",
                            f"file:{boot.file('console')}", f"file,path={boot.file('ktap')}")
        ended = qemu.boot(line, boot.file("ktap"), 120, step.log)
        initramfs.unlink()
        text = qemu.text(boot.file("ktap"))
        bad = [why for _, outcome, why in ktap.parse(text).leaves() if outcome != ktap.PASS]
        if ended or bad:
            raise Fault(f"the toggle test failed: {'; '.join([ended, *bad])}", 1)
    rates = {}
    for way in ("gpiomem", "gpiochip"):
        found = [float(rate) for rate in re.findall(rf"# {way} (\d+) toggles/s", text)]
        rates[way] = statistics.median(found)
    return rates


def run_bench(args):
    name = kernels.one(args.kernel)
    rates = bench(name)
    print(f"/dev/gpiomem     {rates['gpiomem']:12,.0f} toggles/s")
    print(f"/dev/gpiochip0   {rates['gpiochip']:12,.0f} toggles/s (GPIO v2 character device)")
    print(f"ratio            {rates['gpiomem'] / rates['gpiochip']:12.1f}")
    print("(median of 5, in QEMU without KVM: the ratio says more than the rates)")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default="", help="a kernel of the matrix, or all")
    parser.add_argument("--board", help="only the boots of this board")
    parser.add_argument("--only", metavar="WHAT",
                        help=f"a board, {', '.join(EXTRA)}")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count()))
    parser.add_argument("--timeout", type=int, default=180 * PATIENCE,
                        help="seconds a boot may take")
    parser.add_argument("--short", action="store_true",
                        help="all boots of the newest kernel, few of the others")
    parser.add_argument("--keep", action="store_true", help="keep the initramfs of each boot")
    parser.add_argument("--bench", action="store_true")
    args = parser.parse_args()
    # Ended from outside, the machines have to go as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if args.bench:
        return run_bench(args)
    return test(args)


if __name__ == "__main__":
    steps.main_guard(main)
