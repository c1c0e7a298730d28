#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What outboard costs and what it gains, as ratios against what a user would do instead.

    build   CPU and wall time of building all modules for one kernel from clean,
            against building that kernel
    toggle  in the guest: pin toggles per second through /dev/gpiomem, against
            the GPIO character device
"""
import argparse
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS.parent / "scripts")]

import build  # noqa: E402
import kernels  # noqa: E402
import steps  # noqa: E402
from steps import BUILD, TOP  # noqa: E402

# The arm64 defconfig kernel (Image, modules, trees) of Debian's linux-source-6.12, cross-built
# by gcc 12 with -j2 on two shared cores, once, 2026-11-20: what a user without outboard runs.
KERNEL_BUILD_CPU_S = 6728
KERNEL_BUILD_WALL_S = 68.5 * 60
RUNS = 5


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default="")
    (name,) = kernels.select(parser.parse_args().kernel)[:1]
    bench_build(name)
    sys.stdout.flush()
    return subprocess.run([sys.executable, TESTS / "boot/run.py", "--bench", "--kernel", name],
                          check=False).returncode


if __name__ == "__main__":
    steps.main_guard(main)
