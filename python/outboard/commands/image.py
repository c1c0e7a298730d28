# SPDX-License-Identifier: GPL-2.0-only
"""make image: an image of a card from a root file system, with a kernel where it has none.

    python image --board BOARD --root DIR|TAR [--kernel NAME] [--overlays "A B"]
                  [--firmware DIR|none] [--append WORDS] [--label NAME]
                  [--no-grow] [--without-modules] [--output FILE.img] [-- OPTIONS OF build-image]

A root file system that has its own /boot/extlinux/extlinux.conf is taken as it is. With
--kernel it gets one of the matrix: Image, modules, ours among them, an initrd, the board's
tree with its overlays merged strictly, and an extlinux.conf that names them.
"""
import argparse
import contextlib
import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from outboard import steps
from outboard.devicetree import dtmerge
from outboard.facts import boards, layout
from outboard.guest import initramfs, needed
from outboard.image import builder
from outboard.machine import twin
from outboard.modules import build
from outboard.sources import aptroot, kernels
from outboard.steps import BUILD, TOP, Fault, Step

FILES = pathlib.Path(builder.__file__).with_name("first-boot")
APPLETS = ("cat", "echo", "find", "findfs", "insmod", "modprobe", "mount", "sed", "setsid", "sh",
           "sort", "switch_root", "usleep", "xargs", "ls", "dmesg")
# Of what a tree asks for, nothing in here helps to find the root file system.
NOT_FIRST = ("sound/", "net/", "kernel/drivers/gpu/", "kernel/drivers/media/",
             "kernel/drivers/net/", "kernel/drivers/staging/", "kernel/drivers/accel/",
             "kernel/drivers/bluetooth/", "kernel/drivers/hwmon/", "kernel/drivers/iio/")
MARKER = "etc/outboard-grow"


def tree(kernel, name, board, overlays, out):
    """The board's tree with what an installation wants of it; (its family, the overlays)."""
    families = [family for family in twin.families(kernel, board) if family in ("mainline", "own")]
    if not families:
        raise Fault(f"BOARD={name}: kernel {kernel.name} has no tree for it, and ours does not "
                    f"serve it; {board['kernel']['floor']} is the first with one")
    family = families[0]
    twin.base_tree(kernel, name, board, family, out)
    have = boards.overlays(board)
    for overlay in overlays:
        if overlay not in have:
            raise Fault(f"OVERLAYS={overlay}: {name} has no such overlay; it has "
                        f"{', '.join(sorted(have)) or 'none'}")
    groups = board["overlays"].get("exclusive", [])
    wanted = [one for one in board.get("userland", {}).get("overlays", {}).get(family, [])
              if not any(one in group and set(group) & set(overlays) for group in groups)]
    wanted = twin.with_needs(board, [*board["overlays"]["default"], *wanted, *overlays])
    made = dtmerge.compile_overlays()
    twin.merge_into(out, [made[one] for one in wanted])
    room = board.get("boot", {}).get("dtb_padding", 0)
    if room:
        subprocess.run([*dtmerge.tool("dtc"), "-q", "-I", "dtb", "-O", "dtb", "-p", str(room), "-o",
                        out, out], check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return family, wanted


def first_modules(kernel, dtb, ours, first):
    """Files of the kernel's modules for the initrd."""
    names = needed.modules(kernel, needed.predict(kernel, dtb, ours.values()),
                          ("ext4", "btrfs", *first, *needed.needs(ours.values())))
    needs = {}
    for line in (kernel.modules / "modules.dep").read_text().splitlines():
        file, _, others = line.partition(":")
        needs[kernel.modules / file] = [kernel.modules / other for other in others.split()]
    wanted = [path for path in names if path.stem.partition(".")[0] in first or not str(
        path.relative_to(kernel.modules)).startswith(
            NOT_FIRST + tuple(f"kernel/{part}" for part in NOT_FIRST))]
    return sorted({*wanted, *(need for path in wanted for need in needs.get(path, []))})


def initrd(kernel, board, dtb, ours, step, out):
    """Make an initrd that finds a root on whatever the tree leads to."""
    guest = aptroot.tree("guest/bookworm-arm64", list(initramfs.PACKAGES), suites=initramfs.SUITES,
                         arch="arm64", step=step)
    first = build.for_initrd(kernel.name, board, ours)
    archive = initramfs.Archive()
    for name in ("proc", "sys", "dev", "root"):
        archive.directory(name)
    archive.device("dev/console", 5, 1)
    archive.file("init", FILES / "init", 0o755)
    archive.file("first", "".join(f"{name}\n" for name in first))
    archive.file("bin/busybox", guest / "bin/busybox", 0o755)
    for name in APPLETS:
        archive.link(f"bin/{name}", "busybox")
    # The kernel itself calls it by this name.
    archive.link("sbin/modprobe", "/bin/busybox")
    initramfs.add_stock_tree(archive, kernel, first_modules(kernel, dtb, ours, first), step, ours)
    with open(out, "wb") as handle, gzip.GzipFile("", "wb", 6, handle, mtime=0) as packed:
        packed.write(archive.bytes())


def add_modules(kernel, ours, out, step):
    """Put all of a kernel's modules, and ours, below @out."""
    modules = out / "lib/modules" / kernel.release
    # What the build of modules has there is not for a board, nor is a second copy of the kernel.
    shutil.copytree(kernel.modules, modules, symlinks=True, ignore=lambda folder, names: [
        one for one in names if pathlib.Path(folder) == kernel.modules and
        (one in ("build", "source", "dtb", "System.map") or one.startswith("vmlinuz"))])
    if ours:
        (modules / "updates").mkdir()
        for path in ours.values():
            shutil.copyfile(path, modules / "updates" / path.name)
        step.run(["/sbin/depmod", "-b", out, kernel.release])
    if any(module.startswith("rpi_") for module in ours):
        rules = out / "usr/lib/udev/rules.d"
        rules.mkdir(parents=True)
        for path in sorted((TOP / "udev").glob("*-rpi.rules")):
            shutil.copyfile(path, rules / path.name)


def add_kernel(args, board, out, step):
    """Put a kernel of the matrix, and all that goes with it, below @out."""
    kernel = kernels.get(kernels.one(args.kernel))
    boot = out / "boot"
    (boot / "extlinux").mkdir(parents=True)
    dtb = boot / f"dtb-{kernel.release}" / pathlib.Path(
        board["dtb"].get("mainline") or board["dtb"]["own"]).name
    dtb.parent.mkdir()
    family, overlays = tree(kernel, args.board, board, args.overlays.split(), dtb)
    ours = build.of_board(kernel.name, board)
    shutil.copyfile(kernel.image, boot / f"vmlinuz-{kernel.release}")
    initrd(kernel, board, dtb, ours, step, boot / f"initrd.img-{kernel.release}")
    if args.modules:
        add_modules(kernel, ours, out, step)
    console = board["console"]
    words = [f"root=LABEL={args.label}", "rootwait", "rw",
             f"console={console['device']},{console['baud']}", *board["kernel"]["parameters"],
             args.append]
    (boot / "extlinux/extlinux.conf").write_text(
        "default linux\ntimeout 20\nlabel linux\n"
        f"\tmenu label Linux {kernel.release}\n"
        f"\tlinux ../vmlinuz-{kernel.release}\n"
        f"\tinitrd ../initrd.img-{kernel.release}\n"
        f"\tfdt ../{dtb.parent.name}/{dtb.name}\n"
        f"\tappend {' '.join(filter(None, words))}\n")
    return (f"{kernel.release}, {'our' if family == 'own' else 'its'} tree"
            + (f" with {', '.join(overlays)}" if overlays else "") +
            (f", {', '.join(sorted(ours))}" if ours else ""))


def grow_program(step):
    """The program that grows the root file system, for arm64; built where it has changed."""
    out = BUILD / "grow"
    out.mkdir(parents=True, exist_ok=True)
    with steps.alone("grow"):
        initramfs.build_if_changed(out / "grow", [
            f"{initramfs.cross()}gcc", "-std=gnu11", "-O2", "-static", "-s", "-Wall", "-Wextra",
            "-Werror", "-o", out / "grow", TOP / "tools/grow/grow.c"],
            [TOP / "tools/grow/grow.c"], step)
    return out / "grow"


def add_growth(out, step):
    """Put what grows the root in the first boot below @out."""
    program = out / "usr/lib/outboard/grow"
    unit = out / "usr/lib/systemd/system/outboard-grow.service"
    wants = out / "etc/systemd/system/sysinit.target.wants"
    for folder in (program.parent, unit.parent, wants):
        folder.mkdir(parents=True)
    shutil.copyfile(grow_program(step), program)
    program.chmod(0o755)
    shutil.copyfile(FILES / unit.name, unit)
    (wants / unit.name).symlink_to(f"/usr/lib/systemd/system/{unit.name}")
    (out / MARKER).write_text("The root file system is not as large as the card yet.\n")


def plain(folder):
    """Modes that no umask has a part in."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


@contextlib.contextmanager
def additions(args, board):
    """A directory with what is laid over the root file system."""
    with tempfile.TemporaryDirectory(prefix="outboard-add.") as work:
        out = pathlib.Path(work, "add")
        out.mkdir()
        if args.kernel:
            with Step(f"kernel {args.kernel} for {args.board}", log=f"image-{args.board}") as step:
                step.note = add_kernel(args, board, out, step)
        if args.grow:
            with Step("what grows the root", log=f"image-grow-{args.board}") as step:
                step.silent = True
                add_growth(out, step)
        plain(out)
        yield out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True)
    parser.add_argument("--root", default="", help="a directory, or an archive of tar's")
    parser.add_argument("--kernel", default="", help="one of the matrix")
    parser.add_argument("--overlays", default="", help="names of the board's, beside its defaults")
    parser.add_argument("--firmware", default="", help="a directory with the boot loader, or none")
    parser.add_argument("--append", default="", help="more for the kernel's command line")
    parser.add_argument("--label", default="root", help="of the root file system")
    parser.add_argument("--no-grow", dest="grow", action="store_false",
                        help="nothing that grows the root in the first boot")
    parser.add_argument("--without-modules", dest="modules", action="store_false",
                        help="no modules but the initrd's")
    parser.add_argument("--output", default="")
    parser.add_argument("options", nargs="*", help="for build-image, such as --filesystem btrfs")
    args = parser.parse_args()
    board = boards.load(args.board)
    plan = layout.of(board, args.board, f"boards/{args.board}.toml")
    if not args.root:
        raise Fault("ROOTFS= is missing: a directory or an archive with a root file system, such "
                    "as mmdebstrap makes: docs/images.md")
    kernels.one(args.kernel)
    if args.firmware != "none":
        plan.find(args.firmware)
    output = args.output or str(BUILD / f"{args.board}.img")
    pathlib.Path(BUILD).mkdir(exist_ok=True)
    firmware = ["--without-firmware"] if args.firmware == "none" else \
        ["--firmware", args.firmware] if args.firmware else []
    with additions(args, board) as folder:
        line = [sys.executable, TOP / "python", "build-image", "--board",
                boards.FOLDER / f"{args.board}.toml", "--root", args.root, "--add", folder,
                *firmware, "--label", args.label, "--output", output, *args.options]
        return subprocess.run([str(word) for word in line], check=False).returncode
