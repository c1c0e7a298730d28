# SPDX-License-Identifier: GPL-2.0-only
"""Boot firmware for a board from Debian's sources, as nix/firmware makes it from nixpkgs'.

    firmware.py --board NAME [--variant emmc] [--blobs DIR]

U-Boot is Debian's source package, TF-A's BL31 Debian's arm-trusted-firmware. What may not be in
Debian is taken from --blobs, by the names that U-Boot's documentation uses; without it binman
says what is missing, and only what is whole is kept. Made in build/firmware/<board>/.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

from outboard.facts import boards
from outboard.image import ubootconf
from outboard.sources import aptroot
from outboard.steps import BUILD, CACHE, TOP, Fault, Step

# A stable suite's files stay.
SUITE = "trixie"
CONFIGURE = pathlib.Path(ubootconf.__file__)
# What binman looks for, by TF-A's platform: name in its directory or variable -> what it is.
BL31 = {"imx8mp": "imx8mp/bl31.bin", "rk3588": "rk3588/bl31.elf"}
DDR = tuple(f"lpddr4_pmu_train_{stage}_{memory}_202006.bin"
            for stage in ("1d", "2d") for memory in ("imem", "dmem"))
TPL = "rk3588_ddr.bin"


def buildable():
    """The boards that have a [bootloader]."""
    return [name for name in boards.names() if "bootloader" in boards.load(name)]


def source():
    """U-Boot's sources, and their version."""
    final = CACHE / "u-boot-source"
    with Step("sources of U-Boot") as step, aptroot.lock("u-boot-source"):
        if not final.is_dir():
            root = aptroot.AptRoot(SUITE, source=True)
            root.update(step)
            with aptroot.workspace("u-boot") as work:
                archive = root.download_source("u-boot", work, step)
                tree = work / "tree"
                tree.mkdir()
                step.run(["tar", "-xf", archive, "-C", tree, "--strip-components=1"])
                aptroot.publish(tree, final)
        else:
            step.silent = True
    return final


def trusted_firmware(platform):
    """Debian's BL31 for that platform, or None."""
    if platform not in BL31:
        return None
    with Step("TF-A of Debian") as step:
        root = aptroot.tree("trusted-firmware", ["arm-trusted-firmware:arm64"], suites=(SUITE,),
                            arch=None, step=step)
        step.silent = step.note == "cached"
    return root / "usr/lib/arm-trusted-firmware" / BL31[platform]


def fiptool():
    return aptroot.program("trusted-firmware-tools", "arm-trusted-firmware-tools",
                           "usr/bin/fiptool")


def binman_inputs(board, place, blobs):
    """Lay out what binman looks for in @place; returns variables for make, what is missing."""
    platform = board["bootloader"].get("trusted_firmware", {}).get("platform")
    variables, missing = {}, []
    bl31 = trusted_firmware(platform)
    if platform == "imx8mp":
        shutil.copyfile(bl31, place / "bl31.bin")
        for name in DDR:
            if blobs and (blobs / name).is_file():
                shutil.copyfile(blobs / name, place / name)
            else:
                missing.append(name)
    elif platform == "rk3588":
        variables["BL31"] = str(bl31)
        if blobs and (blobs / TPL).is_file():
            variables["ROCKCHIP_TPL"] = str(blobs / TPL)
        else:
            missing.append(f"{TPL} (rkbin's bin/rk35/rk3588_ddr_*.bin)")
    return variables, missing


def build(name, variant=None, blobs=None):
    """Build a board's U-Boot with all that there is; returns (folder, what is missing)."""
    board = boards.load(name)
    if "bootloader" not in board:
        raise Fault(f"BOARD={name}: its boot firmware is not built here; valid are "
                    + ", ".join(buildable()))
    facts = board["bootloader"]
    if variant and variant not in facts:
        raise Fault(f"boards/{name}.toml: [bootloader] has no {variant}")
    defconfig = facts.get(variant, {}).get("defconfig", facts["defconfig"])
    out = BUILD / "firmware" / (f"{name}-{variant}" if variant else name)
    tree = source()
    environ = {**os.environ, "CROSS_COMPILE": "aarch64-linux-gnu-",
               "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SOURCE_DATE_EPOCH": "1"}
    with Step(f"U-Boot for {name}" + (f", {variant}" if variant else "")) as step, \
            aptroot.workspace(f"firmware-{name}") as work:
        place = work / "u-boot"
        shutil.copytree(tree, place, symlinks=True)
        variables, missing = binman_inputs(board, place, blobs)
        environ.update(variables)
        facts_file = TOP / f"boards/{name}.toml"
        step.run(["make", "-s", defconfig], cwd=place, env=environ)
        step.run([sys.executable, CONFIGURE, facts_file, "configure", place], env=environ)
        if missing:
            _tolerantly(step, place, environ)
        else:
            step.run(["make", "-s", f"-j{os.cpu_count()}"], cwd=place, env=environ)
        step.run([sys.executable, CONFIGURE, facts_file, "check", place], env=environ)
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        incomplete = _incomplete(step.log.read_text(encoding="utf-8", errors="replace"))
        if board["soc"] == "mt7986a":
            missing.append("bl31.bin and bl2.img of TF-A: Debian's has no mt7986")
            step.run([*fiptool(), "create", "--nt-fw", place / "u-boot.bin",
                      place / "fip-without-bl31.bin"])
            shutil.copyfile(place / "fip-without-bl31.bin", out / "fip-without-bl31.bin")
        _keep(board, place, out, incomplete)
        if "config_txt" in facts:
            missing += _raspberry_pi(board, out, blobs)
        elif board["vendor"] == "khadas":
            missing.append("u-boot.bin.sd.bin: U-Boot in Amlogic's package, which their own "
                           "programs sign")
        (out / "environment.txt").write_text(
            step.log.read_text(encoding="utf-8").split("U-Boot's environment: ")[-1]
            .splitlines()[0] + "\n", encoding="utf-8")
        step.note = ", ".join(f"{path.name} {path.stat().st_size}" for path in
                              sorted(out.iterdir()) if path.suffix in (".bin", ".itb", ".img"))
    return out, missing


def _tolerantly(step, place, environ):
    """make; that binman lacks the firmware of others is no failure."""
    with open(step.log, "ab") as log:
        done = subprocess.run(["make", "-s", f"-j{os.cpu_count()}", "BINMAN_ALLOW_MISSING=1"],
                              cwd=place, env=environ, stdin=subprocess.DEVNULL, stdout=log,
                              stderr=subprocess.STDOUT, check=False)
    text = step.log.read_text(encoding="utf-8", errors="replace")
    if done.returncode and "is missing external blobs" not in text:
        raise subprocess.CalledProcessError(done.returncode, ["make"])


def _incomplete(log):
    """Whether binman says that an image is of no use."""
    return re.findall(r"Image '(\S+)' is missing external blobs and is non-functional", log)


def _keep(board, place, out, incomplete):
    """The files of the image that are whole; and U-Boot itself."""
    wanted = [file for file, *_ in ubootconf.regions(board)]
    for name in dict.fromkeys([*wanted, board["bootloader"].get("spi", ""), "u-boot.bin"]):
        path = place / name
        # u-boot.itb holds nothing of others.
        if name and path.is_file() and path.stat().st_size and \
                (not incomplete or name in ("u-boot.itb", "u-boot.bin")):
            shutil.copyfile(path, out / name)


def _raspberry_pi(board, out, blobs):
    """config.txt, and what of the GPU's firmware the user has; returns what is missing."""
    (out / "config.txt").write_text("\n".join(board["bootloader"]["config_txt"]) + "\n",
                                    encoding="utf-8")
    missing = []
    for name, *_ in ubootconf.regions(board):
        if blobs and not (out / name).exists() and (blobs / name).is_file():
            shutil.copyfile(blobs / name, out / name)
        elif not (out / name).exists():
            missing.append(f"{name} (boot/ of raspberrypi/firmware)")
    return missing


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True)
    parser.add_argument("--variant", default="", help="emmc")
    parser.add_argument("--blobs", default="", help="where the firmware of others is")
    args = parser.parse_args()
    blobs = pathlib.Path(args.blobs).resolve() if args.blobs else None
    if blobs and not blobs.is_dir():
        raise Fault(f"BLOBS={args.blobs}: there is no such directory")
    out, missing = build(args.board, args.variant or None, blobs)
    for what in missing:
        print(f"missing: {what}")
    print(out.relative_to(TOP))
