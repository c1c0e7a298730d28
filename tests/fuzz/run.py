# SPDX-License-Identifier: GPL-2.0-only
"""Fuzz the outboard program: libFuzzer, with address and undefined-behaviour sanitizers.

    fuzz/run.py [--seconds N] [--only TARGET]...

Each target (fuzz_TARGET.c) first gets all inputs that once broke it, in
regressions/TARGET/, then seeds made of real trees, overlays and kernels of the
matrix and of what libFuzzer makes of them: truncated, spliced, bits flipped. A new
finding is left in build/fuzz/; give it a name and put it into regressions/.
"""
import argparse
import concurrent.futures
import pathlib
import re
import shutil
import subprocess

from outboard import steps
from outboard.devicetree import dtmerge
from outboard.sources import kernels, libfdt
from outboard.steps import BUILD, TOP, Fault, Step
from tests import report

TARGETS = ("merge", "cover", "kernel")
HERE = pathlib.Path(__file__).resolve().parent
OUT = BUILD / "fuzz"
COMPILER = "clang-19"
FLAGS = ("-std=gnu11", "-D_GNU_SOURCE",
         "-D__printf(string,first)=__attribute__((format(printf,string,first)))",
         "-O1", "-g", "-Wall", "-Wextra", "-Werror",
         "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=undefined")
KERNEL = "6.12"
BOARDS = ("mediatek/mt7986a-bananapi-bpi-r3.dtb", "broadcom/bcm2837-rpi-3-b.dtb",
          "amlogic/meson-sm1-khadas-vim3l.dtb")
# No input of the real world needs more; what takes longer is a finding.
LIMITS = ("-timeout=10", "-rss_limit_mb=1024", "-max_len=40000")


def compile_target(name):
    sources = [path for path in sorted((TOP / "tools").glob("*.c"))
               if path.name != "outboard.c" and not path.name.startswith("cmd-")]
    fdt = libfdt.source()
    libraries = [path for path in fdt.glob("fdt*.c") if path.name != "fdt_empty_tree.c"]
    objects = OUT / name
    objects.mkdir(parents=True, exist_ok=True)
    with Step(f"fuzz target {name}", log=f"fuzz-{name}") as step:
        step.silent = True
        # libfdt is checked too, but its own warnings are not ours.
        quiet = [flag for flag in FLAGS if not flag.startswith("-W")]
        built = []
        for source in libraries:
            built.append(objects / f"{source.stem}.o")
            step.run([COMPILER, *quiet, "-fsanitize=fuzzer-no-link", "-I", fdt, "-c", "-o",
                      built[-1], source])
        step.run([COMPILER, *FLAGS, "-I", TOP / "tools", "-isystem", fdt, "-o",
                  OUT / f"fuzz_{name}", HERE / f"fuzz_{name}.c", *sources, *built,
                  "-lkmod", "-lz", "-lzstd", "-llzma"])


BASE = """/dts-v1/;
/ { compatible = "a,b", "khadas,vim3", "raspberrypi,4-model-b"; #address-cells = <1>;
	#size-cells = <1>;
	aliases { e0 = &e; };
	soc: soc { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges;
		e: e@100 { reg = <0x100 0x10>; status = "disabled"; clocks = <&c 1>; };
		c: c@200 { reg = <0x200 0x10>; #clock-cells = <1>; };
	};
};
"""
OVERLAY = """/dts-v1/;
/plugin/;
/ { compatible = "a,b";
	fragment@0 { target = <&e>; __overlay__ { status = "okay"; clocks = <&c 2>, <&x 3>; }; };
	fragment@1 { target-path = "/soc"; __overlay__ { x: x@300 { reg = <0x300 0x10>;
		#clock-cells = <1>; y { p = <&x>; }; }; }; };
	fragment@2 { target-path = "e0"; __overlay__ { q = "s", "t"; }; };
	fragment@3 { target = <&x>; __overlay__ { z; }; };
};
"""


def compiled(text, name):
    out = OUT / name
    subprocess.run([*dtmerge.tool("dtc"), "-q", "-@", "-I", "dts", "-O", "dtb", "-o", out, "-"],
                   input=text.encode(), check=True)
    return out.read_bytes()


def merge_seeds():
    base, overlay = compiled(BASE, "base.dtb"), compiled(OVERLAY, "overlay.dtbo")
    yield "small", len(base).to_bytes(2, "little") + base + overlay
    kernel, board = kernels.get(KERNEL), 0
    for name, path in dtmerge.compile_overlays().items():
        # Most overlays fit no base: what is looked at before that is enough for many.
        yield name, len(base).to_bytes(2, "little") + base + path.read_bytes()
        if re.match("bpi-r3-(sd|nand|sata)", name):
            board = (kernel.dtbs / BOARDS[0]).read_bytes()
            yield f"r3-{name}", len(board).to_bytes(2, "little") + board + path.read_bytes()


def cover_seeds():
    yield "small", compiled(BASE, "base.dtb")
    for name in BOARDS:
        data = (kernels.get(KERNEL).dtbs / name).read_bytes()
        yield name.replace("/", "-"), data


def kernel_seeds():
    kernel = kernels.get(KERNEL)
    image = kernel.image.read_bytes()
    for compatible in (b"arm,pl011", b"fixed-clock", b"brcm,bcm2835-mbox"):
        at = image.find(b"\0" + compatible + b"\0") // 8 * 8 - 1024
        yield compatible.decode(), b"\0" + image[:4096] + image[at:at + 8192]
    yield "alias", b"\1" + (kernel.modules / "modules.alias").read_bytes()[:20000]
    info = (kernel.modules / "modules.builtin.modinfo").read_bytes()
    yield "builtin", b"\2" + info[:20000]


SEEDS = {"merge": merge_seeds, "cover": cover_seeds, "kernel": kernel_seeds}


def run_target(result, name, seconds, runs):
    compile_target(name)
    work = OUT / f"{name}-work"
    shutil.rmtree(work, ignore_errors=True)
    (work / "corpus").mkdir(parents=True)
    (work / "new").mkdir()
    for seed, data in SEEDS[name]():
        (work / "corpus" / seed).write_bytes(data)

    def fuzz(*arguments):
        done = subprocess.run([OUT / f"fuzz_{name}", *LIMITS, f"-artifact_prefix={OUT}/{name}-",
                               *map(str, arguments)], capture_output=True, text=True,
                              errors="replace", cwd=work, stdin=subprocess.DEVNULL, check=False)
        (work / "log").write_text(done.stderr)
        said = [line for line in done.stderr.splitlines()
                if re.search(r"ERROR|runtime error|SUMMARY|^fuzz_|Test unit written", line)]
        assert done.returncode == 0, "\n".join(said[:6]) or done.stderr[-800:]
        return done.stderr

    known = sorted((HERE / "regressions" / name).glob("*"))
    with result.test(name, "what once broke it"):
        if known:
            said = fuzz(*known)
            assert said.count("Executed ") == len(known), f"{len(known)} inputs were given"
    with result.test(name, "new inputs"):
        budget = [f"-max_total_time={seconds}"] if seconds else [f"-runs={runs}", "-seed=1",
                                                                 "-max_total_time=60"]
        with Step(f"fuzz {name}", log=f"fuzz-{name}-run") as step:
            said = fuzz(*budget, work / "new", work / "corpus")
            done = re.search(r"^Done (\d+) runs in (\d+) second", said, re.M)
            assert done, "it does not say how many inputs it has run"
            step.note = f"{done[1]} inputs"
        assert int(done[1]) > 100, f"only {done[1]} inputs: too slow to find anything"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", default="0", help="for each target; default: by runs")
    parser.add_argument("--only", action="append", choices=TARGETS)
    args = parser.parse_args()
    if not args.seconds.isdecimal():
        raise Fault(f"SECONDS={args.seconds}: not a number of seconds")
    result = report.Report("fuzz")
    OUT.mkdir(parents=True, exist_ok=True)
    dtmerge.tool("dtc")
    kernels.get(KERNEL)
    libfdt.source()
    dtmerge.compile_overlays()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: run_target(result, name, int(args.seconds), 20000),
                      args.only or TARGETS))
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
