# SPDX-License-Identifier: GPL-2.0-only
"""What outboard costs and what it gains, as ratios against what a user would do instead.

    bench/run.py [--kernel NAME] [--only PART]...

    build   CPU and wall time of building all modules for one kernel from clean,
            against building that kernel
    merge   outboard merge of ten overlays, against fdtoverlay, which checks nothing
    cover   outboard cover of one tree and of all trees of a kernel's package, against
            the kernel's dt_to_config, which needs the kernel's whole source
    boot    from QEMU's start to a shell on the board's console, one machine at a time,
            against QEMU's own machine virt with the same kernel and initrd
    probe   the probes of the S4's modules in the twin: bench/probe.py says how
    toggle  in the guest: pin toggles per second through /dev/gpiomem, against
            the GPIO character device
    uart    aml_uart against the kernel's meson_uart: instructions and interrupts for a
            character in the twin, register accesses and losses in the register bench
"""
import argparse
import contextlib
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from outboard import steps
from outboard.devicetree import dtmerge
from outboard.facts import boards
from outboard.modules import build, tools
from outboard.sources import aptroot, kernels
from outboard.steps import BUILD, TOP

# The arm64 defconfig kernel (Image, modules, trees) of Debian's linux-source-6.12, cross-built
# by gcc 12 with -j2 on two shared cores, once, 2026-11-20: what a user without outboard runs.
KERNEL_BUILD_CPU_S = 6728
KERNEL_BUILD_WALL_S = 68.5 * 60
RUNS = 5
MERGE_RUNS = 50
MERGE_BOARDS = ("raspberry-pi-4", "rock-5a")
SOURCE_FOLDERS = ("arch", "block", "crypto", "drivers", "fs", "include", "init", "kernel", "lib",
                  "mm", "net", "scripts", "security", "sound", "virt")


def bench_build(name):
    kernel = kernels.get(name)
    out = BUILD / "bench"
    cpu, wall = [], []
    for _ in range(RUNS + 1):
        shutil.rmtree(out, ignore_errors=True)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run([TOP / "scripts/build-kdir", kernel.kdir, out, "-j2",
                        f"CC={build.COMPILERS['gcc']}", "CROSS_COMPILE=aarch64-linux-gnu-",
                        *build.untested(kernel)],
                       stdout=subprocess.DEVNULL, check=True)
        wall.append(time.monotonic() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    shutil.rmtree(out)
    cpu, wall = cpu[1:], wall[1:]
    print(f"build of all modules for {name} ({kernel.release}), from clean, {RUNS} runs: "
          f"CPU {statistics.median(cpu):.2f} s ({min(cpu):.2f} to {max(cpu):.2f}), "
          f"wall {statistics.median(wall):.2f} s ({min(wall):.2f} to {max(wall):.2f})")
    print(f"  a kernel build takes {KERNEL_BUILD_CPU_S / statistics.median(cpu):.0f} times the "
          f"CPU and {KERNEL_BUILD_WALL_S / statistics.median(wall):.0f} times the wall time "
          f"({KERNEL_BUILD_CPU_S} s and {KERNEL_BUILD_WALL_S:.0f} s, measured once)")


def timed(command, runs, status=(0,)):
    """(median, least, most) wall time in seconds of a command, and its peak memory in MiB."""
    took, peak = [], 0
    for _ in range(runs + 1):
        start = time.monotonic()
        with subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            _, code, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(code)
        took.append(time.monotonic() - start)
        peak = max(peak, usage.ru_maxrss / 1024)
        if process.returncode not in status:
            raise steps.Fault(f"{command[0]} ended with status {process.returncode}", 1)
    took = took[1:] or took
    return (statistics.median(took), min(took), max(took)), peak


def shown(times, unit=1000, name="ms"):
    return f"{times[0] * unit:.1f} {name} ({times[1] * unit:.1f} to {times[2] * unit:.1f})"


def together(board_name, base, out):
    """The first ten overlays of a board that can be merged together."""
    board, overlays, chosen = boards.load(board_name), dtmerge.compile_overlays(), []
    for overlay in boards.overlays(board):
        if len(chosen) < 10 and overlay not in board["overlays"].get("needs", {}):
            with contextlib.suppress(steps.Fault):
                dtmerge.merge(base, [*chosen, overlays[overlay]], out)
                chosen.append(overlays[overlay])
    if len(chosen) < 10:
        raise steps.Fault(f"{board_name} has no ten overlays that go together", 1)
    return chosen


def bench_merge(name):
    """Ten overlays into a small tree and into a large one."""
    kernel = kernels.get(name)
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        out = pathlib.Path(work) / "out.dtb"
        for board_name in MERGE_BOARDS:
            base = kernel.dtbs / boards.load(board_name)["dtb"]["mainline"]
            files = [base, *together(board_name, base, out)]
            ours, _ = timed([tools.outboard(), "merge", "-o", out, *files], MERGE_RUNS)
            plain, _ = timed([*dtmerge.tool("fdtoverlay"), "-i", files[0], "-o", out, *files[1:]],
                             MERGE_RUNS)
            print(f"merge of ten overlays into {base.name} ({base.stat().st_size >> 10} KiB) of "
                  f"{kernel.release}, {MERGE_RUNS} runs: outboard {shown(ours)}, fdtoverlay "
                  f"{shown(plain)}: ratio {ours[0] / plain[0]:.2f}")


def whole_source(work):
    """Debian's source of 6.12, whole, as the git tree that dt_to_config searches."""
    with steps.Step("source of Linux 6.12, whole, for dt_to_config") as step:
        root = aptroot.AptRoot("bookworm-security")
        root.update(step)
        (deb,) = root.download(["linux-source-6.12"], work, step)
        tree = work / "linux"
        tree.mkdir()
        step.run(["sh", "-c", f"dpkg-deb --fsys-tarfile {deb} | "
                  "tar -xO ./usr/src/linux-source-6.12.tar.xz | "
                  f"tar -xJ -C {tree} --strip-components=1"])
        step.run(["git", "-C", tree, "init", "-q"])
        step.run(["git", "-C", tree, "add", "-f", *SOURCE_FOLDERS])
        compiler = tree / "scripts/dtc/dtc"
        compiler.write_text("#!/bin/sh\nexec " + " ".join(map(str, dtmerge.tool("dtc"))) + ' "$@"\n')
        compiler.chmod(0o755)
    return tree


def bench_cover(name):
    kernel, program = kernels.get(name), tools.outboard()
    tree = kernel.dtbs / "broadcom/bcm2711-rpi-4-b.dtb"
    everything = sorted(kernel.dtbs.rglob("*.dtb"))
    one, peak = timed([program, "cover", "--kernel", kernel.root, tree], RUNS, (0, 1))
    print(f"cover of {tree.name} on {kernel.release}, {RUNS} runs: {shown(one)}, {peak:.0f} MiB")
    every, peak = timed([program, "cover", "--kernel", kernel.root, *everything], RUNS, (0, 1))
    print(f"cover of all {len(everything)} trees of it in one call: {shown(every, 1, 's')}, "
          f"{peak:.0f} MiB")
    if name != "6.12":
        print("  dt_to_config is measured with --kernel 6.12")
        return
    with aptroot.workspace("bench") as work:
        source = whole_source(work)
        shutil.copy(kernel.root / f"boot/config-{kernel.release}", source / ".config")
        start = time.monotonic()
        subprocess.run(["scripts/dtc/dt_to_config", "--config", ".config", tree], cwd=source,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        took = time.monotonic() - start
    print(f"  dt_to_config takes {took:.0f} s for that tree (one run), {took / one[0]:.0f} times "
          "as long, once the source is unpacked and in git")


PARTS = {"build": bench_build, "merge": bench_merge, "cover": bench_cover}
# Parts that programs of their own do.
PROGRAMS = {"boot": "tests.twin.run", "probe": "tests.bench.probe", "toggle": "tests.boot.run",
            "uart": "tests.bench.uart"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default="")
    parser.add_argument("--only", action="append", choices=[*PARTS, *PROGRAMS])
    args = parser.parse_args()
    name = kernels.one(args.kernel)
    for part, run in PARTS.items():
        if part in (args.only or PARTS):
            run(name)
            sys.stdout.flush()
    status = 0
    for part, program in PROGRAMS.items():
        if part in (args.only or PROGRAMS):
            status |= subprocess.run([sys.executable, "-m", program, "--bench", "--kernel",
                                      name], check=False).returncode
    return status


if __name__ == "__main__":
    steps.main_guard(main)
