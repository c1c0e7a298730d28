# SPDX-License-Identifier: GPL-2.0-only
"""Run a board on this terminal: its twin, with a kernel and a tree, or what is on an image.

    python run --board BOARD [--kernel NAME|FILE] [--tree FAMILY|FILE] [--overlays "A B"]
               [--append WORDS] [--trace] [--image FILE [--write]]

With --image it does what the board's U-Boot would: it takes kernel, initrd, tree and
overlays from where the image's extlinux.conf says, and the image is the SD card.
"""
import argparse
import contextlib
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import termios

from outboard.devicetree import dtmerge, fdt
from outboard.facts import boards
from outboard.guest import initramfs, needed, twin as guest
from outboard.image import card, extlinux
from outboard.machine import twin
from outboard.modules import build
from outboard.sources import kernels
from outboard.steps import BUILD, TOP, Fault, Step

OUT = BUILD / "run"


@contextlib.contextmanager
def terminal():
    """Give the terminal back as it was: QEMU makes it raw."""
    before = termios.tcgetattr(0) if sys.stdin.isatty() else None
    try:
        yield
    finally:
        if before:
            termios.tcsetattr(0, termios.TCSADRAIN, before)


def shown(path):
    """A path as short as can be."""
    path = pathlib.Path(path)
    return path.relative_to(TOP) if path.is_relative_to(TOP) else path


def kernel_of(choice, board):
    """(the kernel of the matrix that gives tree and modules, the Image's path).

    With a file it is the first whose packages have the board's tree: then there are no
    modules.
    """
    if "/" in choice or choice and choice not in kernels.names() and os.path.exists(choice):
        twin.check_image(pathlib.Path(choice))
        for name in (kernels.MATRIX["default"], *reversed(kernels.names())):
            if twin.families(kernels.get(name), board):
                break
        return kernels.get(name), pathlib.Path(choice)
    kernel = kernels.get(kernels.one(choice))
    return kernel, kernel.image


def tree_of(args, kernel, board, work):
    """(the tree, in words what it is)."""
    out = work / "board.dtb"
    wanted = args.overlays.split()
    if args.tree and ("/" in args.tree or args.tree.endswith(".dtb")):
        fdt.Tree(pathlib.Path(args.tree))
        shutil.copyfile(args.tree, out)
        family, what = "", args.tree
    else:
        families = twin.families(kernel, board)
        if args.tree and args.tree not in (*families, *board["dtb"]):
            raise Fault(f"TREE={args.tree}: neither a file nor one of {args.board}'s on "
                        f"{kernel.name}, which are {', '.join(families) or 'none'}")
        if not families and not args.tree:
            raise Fault(f"BOARD={args.board}: kernel {kernel.name} has no tree for it, and ours "
                        f"does not serve it; {board['kernel']['floor']} is the first with one")
        family = args.tree or families[0]
        twin.base_tree(kernel, args.board, board, family, out)
        what = {"mainline": f"{board['dtb'].get('mainline')} of {kernel.name}",
                "own": f"dts/{board['dtb'].get('own', '')}".replace(".dtb", ".dts"),
                "rescue": f"dts/{board['dtb'].get('rescue', '')}".replace(".dtb", ".dts")
                }.get(family, family)
    overlays = twin.overlays_for(args.board, board, family, wanted)
    twin.merge_into(out, overlays)
    if overlays:
        what += f" with {', '.join(path.stem for path in overlays)}"
    twin.disable_absent(out, board)
    return out, what


def make_initrd(kernel, board, tree, image, work, step):
    """A guest of Debian's busybox, with the kernel's modules that the tree asks for."""
    files, ours, first, console = [], {}, [], ""
    if image == kernel.image:
        ours = build.of_board(kernel.name, board)
        first = build.for_initrd(kernel.name, board, ours)
        predicted = needed.predict(kernel, tree, ours.values())
        more = ("ext4", *twin.POWER_OFF_MODULES[board["emulation"]["machine"]], *first,
                *needed.needs(ours.values()))
        files = needed.modules(kernel, predicted, more)
        console = " ".join(guest.console_modules(fdt.Tree(tree), predicted))
    out = work / "initrd"
    # Clients of the GPIO pins, for the modules that serve them.
    python = initramfs.base(step).read_bytes() if "rpi_gpiomem" in ours else b""
    out.write_bytes(python + guest.archive(step, kernel, files, ours, {
        "CONSOLE": board["console"]["device"], "GIVE_UP": 60,
        "LOG": board["emulation"].get("log", board["console"]["device"]),
        "CONSOLE_MODULES": console,
        "POWER_OFF": " ".join(twin.POWER_OFF_MODULES[board["emulation"]["machine"]]),
        "MODULES": " ".join(ours), "INITRD_MODULES": " ".join(first), "WAITING": needed.WAITING, "BOARD": board["name"],
    }))
    return out


def make_card(args, machine, work):
    """The image as the machine's SD card."""
    image = pathlib.Path(args.image)
    if args.write:
        size = image.stat().st_size
        if size != card.card_size(size):
            raise Fault(f"IMAGE={image}: to write to it, it has to be as large as a card: "
                        f"truncate -s {card.card_size(size)} {shlex.quote(str(image))}")
        if not os.access(image, os.W_OK):
            raise Fault(f"IMAGE={image}: it cannot be written to")
        machine.card = image
        return f"{image}, written to"
    machine.card = work / "card.qcow2"
    machine.card_format = "qcow2"
    size = card.overlay(image, machine.card)
    return f"{image}, as a card of {size >> 20} MiB; it stays as it is"


def from_image(args, kernel, board, work):
    """(machine, lines of the banner) for what U-Boot would boot."""
    image = pathlib.Path(args.image)
    dtb = board["dtb"].get("mainline") or next(iter(board["dtb"].values()))
    choice = extlinux.choose(image, work / "image", dtb)
    twin.check_image(choice.kernel)
    out = work / "board.dtb"
    if choice.tree:
        fdt.Tree(choice.tree)
        shutil.copyfile(choice.tree, out)
        what = f"{choice.names['tree']} of the image"
    else:
        twin.base_tree(kernel, args.board, board, (twin.families(kernel, board) or ["mainline"])[0],
                       out)
        what = f"that of {kernel.name}: extlinux.conf names none, and U-Boot would take its own"
    if choice.overlays:
        # U-Boot asks no overlay for which board it is; one that fails it leaves out.
        dtmerge.merge(out, choice.overlays, out.with_suffix(".merged"), any_board=True)
        out.with_suffix(".merged").replace(out)
        what += ", with its overlays " + ", ".join(
            name for key, name in choice.names.items() if key.startswith("overlay")) + \
            " (merged strictly, for any board)"
    wanted = twin.overlays_for(args.board, board, "", args.overlays.split())
    twin.merge_into(out, wanted)
    if wanted:
        what += f", and {', '.join(path.stem for path in wanted)}"
    twin.disable_absent(out, board)
    machine = twin.Machine(board, choice.kernel, out, work=work, initrd=choice.initrd,
                           append=" ".join(filter(None, [choice.append, args.append])),
                           own_parameters=False)
    lines = {"from": f"{choice.where}, label {choice.label}", "tree": what,
             "kernel": f"{choice.names['kernel']} of the image",
             "initrd": f"{choice.names['initrd']} of the image" if choice.initrd else "none",
             "card": make_card(args, machine, work)}
    return machine, lines


def from_matrix(args, kernel, image, board, work, interactive):
    """(machine, lines of the banner) for a kernel with our small guest."""
    with Step(f"machine: {board['name']}") as step:
        step.silent = True
        tree, what = tree_of(args, kernel, board, work)
        machine = twin.Machine(
            board, image, tree, work=work, append=" ".join(filter(None, [
                "" if interactive else "quiet outboard_shell=no", args.append])))
        machine.initrd = make_initrd(kernel, board, tree, image, work, step)
    return machine, {
        "tree": what,
        "kernel": f"Linux {kernel.release}, {kernel.name}" if image == kernel.image else image,
        "guest": "'coldplug' loads the modules that the devices ask for"
                 if image == kernel.image else "busybox, without modules"}


def socket_folder():
    """A directory with a short name for the machine's socket, which is the user's alone."""
    return pathlib.Path(tempfile.mkdtemp(prefix="outboard-"))


def run(args):
    """Run the machine; returns the exit status."""
    board = twin.emulated(args.board)
    kernel, image = kernel_of(args.kernel, board)
    interactive = sys.stdin.isatty() or args.interactive
    work = OUT / args.board
    work.mkdir(parents=True, exist_ok=True)
    if args.image:
        machine, lines = from_image(args, kernel, board, work)
    else:
        machine, lines = from_matrix(args, kernel, image, board, work, interactive)
    machine.serial = "stdio,mux=on,signal=off" if interactive else "stdio,signal=off"
    if args.trace:
        machine.trace = work / "registers.log"
        machine.trace.unlink(missing_ok=True)
        lines["trace"] = shown(machine.trace)
    sockets = socket_folder()
    note = OUT / f"{args.board}.socket"
    machine.qmp = sockets / "qmp"
    try:
        line = machine.command()
        note.write_text(f"{machine.qmp}\n")
        for key, value in {"board": f"{board['name']} ({args.board})", **lines,
                           "console": f"{machine.console}, {board['console']['baud']}",
                           "leave": "Ctrl-A X" if interactive else "powers off at the end"
                           }.items():
            print(f"  {key:8}{value}", flush=True)
        if shutil.which("setpriv"):
            # Also when this process is killed and cannot clean up.
            line = ["setpriv", "--pdeathsig", "KILL", *line]
        options = {} if interactive else {"stdin": subprocess.DEVNULL}
        with terminal(), subprocess.Popen(line, **options) as process:
            try:
                process.wait(None if interactive else args.timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise Fault(f"the machine had not ended after {args.timeout} s", 1) from None
            except BaseException:
                process.kill()
                raise
        return 0 if process.returncode == 0 else 1
    finally:
        note.unlink(missing_ok=True)
        shutil.rmtree(sockets, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", default=boards.DEFAULT)
    parser.add_argument("--kernel", default="", help="a kernel of the matrix, or an Image")
    parser.add_argument("--tree", default="", help="mainline, own, rescue, or a .dtb file")
    parser.add_argument("--overlays", default="", help="names of ours, or .dtbo files")
    parser.add_argument("--image", default="", help="of an SD card, with an extlinux.conf")
    parser.add_argument("--append", default="", help="more for the kernel's command line")
    parser.add_argument("--trace", default="", nargs="?", const="1",
                        help="note each access to register RAM")
    parser.add_argument("--write", default="", nargs="?", const="1", help="write to the image")
    parser.add_argument("--interactive", action="store_true", help="also without a terminal")
    parser.add_argument("--timeout", type=int, default=180, help="seconds, without a terminal")
    args = parser.parse_args()
    # Ended from outside, or with its terminal, the machine has to go as well.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    args.trace, args.write = args.trace not in ("", "0"), args.write not in ("", "0")
    return run(args)
