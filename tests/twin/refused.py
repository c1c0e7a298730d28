# SPDX-License-Identifier: GPL-2.0-only
"""What no machine can be made of: one sentence and exit status 2, before any is started."""
import gzip
import os
import pathlib
import random
import re
import subprocess
import sys
import time

from outboard.devicetree import dtmerge
from outboard.facts import soc
from outboard.image import extlinux
from outboard.modules import build
from outboard.sources import aptroot, kernels
from outboard.steps import TOP, Fault
from tests.twin import images

KERNEL = "6.12"
BOARD = "imx8mp-evk"
SECONDS = 10


def console(*words, env=None):
    """(status, stderr) of what make run runs."""
    begin = time.monotonic()
    done = subprocess.run([sys.executable, TOP / "python", "run", *map(str, words)],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                          env={**os.environ, **(env or {})}, timeout=60)
    assert time.monotonic() < begin + SECONDS, "it took its time: was a machine started?"
    return done.returncode, done.stderr


def expect(done, *said):
    """Assert that it was refused, in a sentence that matches these."""
    status, err = done
    assert status == 2, f"exit status {status}\n{err[-600:]}"
    lines = [line for line in err.splitlines() if line]
    assert len(lines) == 1 and lines[0].startswith("outboard: "), f"not one sentence:\n{err[-800:]}"
    for words in said:
        assert re.search(words, err), f"it does not say {words!r}: {err}"


def fdtput(*words):
    subprocess.run([*dtmerge.tool("fdtput"), *map(str, words)], check=True, capture_output=True,
                   stdin=subprocess.DEVNULL)


def words(result):
    """What is given by name."""
    for title, line, said in (
            ("an unknown board", ["--board", "toaster"], ["toaster: no such board"]),
            ("an unknown kernel", ["--board", BOARD, "--kernel", "4.4"],
             ["4.4: not in the matrix"]),
            ("all kernels", ["--board", BOARD, "--kernel", "all"], ["KERNEL=all: one kernel can be used here"]),
            ("an unknown overlay", ["--board", BOARD, "--overlays", "nowhere"],
             ["nowhere: imx8mp-evk has no such overlay"]),
            ("an overlay of another board", ["--board", BOARD, "--overlays", "bpi-r3-sd"],
             ["bpi-r3-sd: imx8mp-evk has no such"]),
            ("an overlay's file that is missing", ["--board", BOARD, "--overlays", "/none.dtbo"],
             ["/none.dtbo: no such file"]),
            ("a tree that the board has not", ["--board", BOARD, "--tree", "mine"],
             ["TREE=mine: neither"]),
            ("a kernel without the board's tree",
             ["--board", "orangepi-5", "--kernel", "5.10"], ["has no tree for it"]),
            ("a kernel's file that is missing", ["--board", BOARD, "--kernel", "/none/Image"],
             ["/none/Image: No such file"]),
            ("an image that is missing", ["--board", BOARD, "--image", "/none.img"],
             ["/none.img: No such file"])):
        with result.test("refused", title):
            expect(console(*line), *said)
    facts = {"name": "a board", "modules": [], "initrd_modules": []}
    for title, line, ask in (
            ("a module of a board that is nowhere", {"modules": ["no_such"]},
             lambda board: build.of_board(KERNEL, board)),
            ("a module for the initrd that is nowhere", {"initrd_modules": ["no_such"]},
             lambda board: build.for_initrd(KERNEL, board, {}))):
        with result.test("refused", title):
            try:
                ask({**facts, **line})
            except Fault as fault:
                assert "no_such" in str(fault), fault
            else:
                raise AssertionError("it is not refused")
    with result.test("refused", "modules that this kernel lacks, and others have, are left out"):
        board = {**facts, "modules": ["aml_s4_clk"],
                 "initrd_modules": ["aml_s4_clk", "ext4", "bochs_drm"]}
        assert build.for_initrd(KERNEL, board, {}) == ["ext4"]
    with result.test("refused", "another QEMU that is missing"):
        expect(console("--board", BOARD, env={"QEMU": "/none/qemu"}), "/none/qemu: no such program")


def kernel_files(result, work):
    """Kernels that are none for arm64."""
    image = kernels.get(KERNEL).image.read_bytes()[:1 << 20]
    x86 = bytearray(1 << 16)
    x86[0x1fe:0x206] = b"\x55\xaa\x00\x00HdrS"
    for title, data, said in (
            ("an empty kernel", b"", "it is empty"),
            ("a bzImage for x86", bytes(x86), "it is one for x86"),
            ("an Image in gzip", gzip.compress(image), "it is compressed"),
            ("a vmlinux", b"\x7fELF" + bytes(4096), "it is ELF"),
            ("a zboot image", b"MZ\0\0zimg" + bytes(4096), "it is compressed"),
            ("a kernel of noise", random.Random(1).randbytes(4096), "not an arm64 kernel")):
        path = work / "kernel"
        path.write_bytes(data)
        with result.test("refused", title):
            expect(console("--board", BOARD, "--kernel", path), said)


def trees(result, work):
    """Trees of which no machine can be made."""
    stock = kernels.get(KERNEL).dtbs / "freescale/imx8mp-evk.dtb"
    tree = work / "tree.dtb"

    def refuse(title, said):
        with result.test("refused", title):
            expect(console("--board", BOARD, "--kernel", KERNEL, "--tree", tree), said)

    data = stock.read_bytes()
    for title, changed in (
            ("an empty tree", b""), ("a tree of noise", random.Random(2).randbytes(4096)),
            ("a tree that is cut short", data[:len(data) // 2]),
            ("a tree's header alone", data[:40]),
            ("a tree whose structure is noise", data[:0x100] + random.Random(3).randbytes(
                len(data) - 0x100))):
        tree.write_bytes(changed)
        refuse(title, "not a usable device tree")
    tree.write_bytes(data)
    fdtput("-t", "s", tree, "/soc@0/interrupt-controller@38800000", "status", "disabled")
    refuse("a tree without an interrupt controller", "it has no interrupt controller")
    tree.write_bytes(data)
    fdtput("-r", tree, "/cpus")
    refuse("a tree without a CPU", "it has no CPU")
    tree.write_bytes(data)
    fdtput("-d", tree, "/chosen", "stdout-path")
    fdtput("-d", tree, "/aliases", "serial0")
    refuse("a tree without a console", "it has no console")


def cards(result, work):
    """Images that no U-Boot would boot."""
    card = work / "card.img"

    def refuse(title, *said):
        with result.test("refused", title):
            expect(console("--board", BOARD, "--image", card), *said)

    def made(title, files, *said, kind=images.ext4):
        part = kind(images.folder(work / title.replace(" ", "-"), files), work / "part", 8 << 20)
        images.disk(card, "gpt", [(part, True)])
        refuse(title, *said)

    card.write_bytes(b"")
    refuse("an empty image", "it is empty")
    card.write_bytes(bytes(8 << 20))
    refuse("an image of zeroes", "neither a partition table nor a file system")
    card.write_bytes(random.Random(4).randbytes(8 << 20))
    refuse("an image of noise", "neither a partition table nor a file system")
    config = "extlinux/extlinux.conf"
    label = "default a\nlabel a\n  linux /Image\n"
    made("an image without extlinux", {"readme": "nothing"}, "no extlinux.conf", "1 \\(ext4\\)")
    made("a FAT without extlinux", {"readme": "nothing"}, "no extlinux.conf", "1 \\(FAT\\)",
         kind=images.fat)
    made("an extlinux.conf that names a missing kernel", {config: label},
         "names /Image \\(kernel\\), which is not there")
    made("an extlinux.conf that names a missing initrd",
         {config: f"{label}  initrd ../initrd\n", "Image": b"x"},
         "names /initrd \\(initrd\\), which is not there")
    made("an extlinux.conf in FAT that names a missing tree",
         {config: f"{label}  fdtdir /dtbs\n", "Image": b"x"},
         "names /dtbs/freescale/imx8mp-evk.dtb \\(tree\\)", kind=images.fat)
    made("an extlinux.conf without a label", {config: "timeout 3\n"}, "has no LABEL")
    made("a label without a kernel", {config: "label a\n append x\n"}, "names no kernel")
    made("an image whose kernel is none", {config: label, "Image": b"\x1f\x8b no"},
         "not an arm64 kernel image: it is compressed")
    made("an image with a broken tree",
         {config: f"{label} fdt /tree\n", "Image": kernels.get(KERNEL).image.read_bytes()[:4096],
          "tree": "no tree"}, "not a usable device tree")
    made("an extlinux.conf that names what would mean more to a program",
         {config: 'label a\n linux /a"b\n'}, "a file's name that is not read here")
    with open(card, "r+b") as handle:
        handle.truncate(4 << 20)
    refuse("an image that is cut short", "it is cut short")
    part = images.ext4(images.folder(work / "mbr", {config: label}), work / "part", 8 << 20)
    images.disk(card, "dos", [(part, True)])
    with open(card, "r+b") as handle:
        handle.truncate(4 << 20)
    refuse("an image with an MBR that is cut short", "it is cut short: partition 1 ends at")
    made("a loop of links", {config: label, "Image": ("/Image",)}, "names /Image")
    part = images.ext4(images.folder(work / "whole", {config: label, "Image": b"x" * 99999}),
                       work / "part", 8 << 20)
    data = bytearray(part.read_bytes())
    # Behind the superblock, in the places of its backups as well.
    for place in range(2048, len(data) - 4096, 8192):
        data[place:place + 4096] = random.Random(place).randbytes(4096)
    card.write_bytes(data)
    refuse("a broken ext4", "IMAGE=")


def parsing(result):
    """extlinux.conf as U-Boot reads it, and noise."""
    with result.test("extlinux.conf", "labels, the default, other spellings"):
        labels, default = extlinux.parse(
            "# a comment\nDEFAULT two\nTIMEOUT 50\nMENU TITLE x\nLABEL one\n\tKERNEL /a\n"
            "label two\n  MENU LABEL Two\n\tLINUX\t/b\n  devicetreedir /d\n  append a=b c  d\n"
            "  linux /later\n")
        assert default == "two" and labels["one"]["linux"] == "/a", labels
        assert labels["two"]["linux"] == "/b" and labels["two"]["fdtdir"] == "/d", labels
        assert labels["two"]["append"] == "a=b c  d", labels
    with result.test("extlinux.conf", "noise"):
        for seed in range(200):
            extlinux.parse(random.Random(seed).randbytes(500).decode("latin-1"))


def chosen(result, work):
    """What is taken from an image in which the kernel is a link and the tree is one of many."""
    files = {"boot/vmlinuz": b"the kernel", "boot/vmlinuz-link": ("vmlinuz",),
             "boot/initrd.img": b"the initrd", "boot/dtbs/freescale/imx8mp-evk.dtb": b"the tree",
             "boot/dtbs/imx8mp-evk.dtb": b"another",
             "boot/extlinux/extlinux.conf": "default b\nlabel a\n  linux /none\nlabel b\n"
             "  linux /boot/vmlinuz-link\n  initrd ../initrd.img\n  fdtdir ../dtbs\n"}
    part = images.ext4(images.folder(work / "chosen", files), work / "part", 8 << 20)
    card = work / "chosen.img"
    for table in ("gpt", "dos"):
        images.disk(card, table, [(part, False)])
        with result.test("extlinux.conf", f"links, a tree by its directory, {table}"):
            choice = extlinux.choose(card, work / "choice", "freescale/imx8mp-evk.dtb")
            assert choice.where == "/boot/extlinux/extlinux.conf on partition 1", choice.where
            assert (choice.kernel.read_bytes(), choice.initrd.read_bytes(),
                    choice.tree.read_bytes()) == (b"the kernel", b"the initrd", b"the tree")


def registers(result, work):
    """The SoCs' files, and such as are not in order."""
    with result.test("registers", "every file of twin/soc is in order"):
        for path in soc.FOLDER.glob("*.toml"):
            soc.read(path)
    entry = '[[register]]\nnode = "a,b"\noffset = 0x10\n'
    source = 'source = "somewhere"\n'
    for title, text, said in (
            ("not TOML", "[[", "not TOML"),
            ("no source", f'soc = ["a,b"]\n{entry}', "'source' is a required property"),
            ("an unknown key", f'soc = ["a,b"]\n{entry}{source}lock = 1\n', "lock"),
            ("an offset that is no word's", 'soc = ["a,b"]\n[[register]]\nnode = "a,b"\n'
             f'offset = 3\n{source}', "not a multiple of 4"),
            ("set without the register that it acts on",
             f'soc = ["a,b"]\n{entry}{source}write = "set"\n', "'of' is a required property"),
            ("a value of more than 32 bits", f'soc = ["a,b"]\n{entry}{source}ones = 0x100000000\n',
             "greater than the maximum"),
            ("pins beyond a register", 'soc = ["a,b"]\n[[pins]]\nnode = "a,b"\nname = "A"\n'
             f'count = 20\ndirection = 0\noutput = 4\ninput = 8\ninput_bit = 16\n{source}',
             "go beyond 32 bits")):
        with result.test("registers", f"refused: {title}"):
            path = work / "soc.toml"
            path.write_text(text)
            try:
                soc.read(path)
            except Fault as fault:
                assert said in str(fault), fault
            else:
                raise AssertionError("it is taken")


def pins(result):
    """The pins of what does not run."""
    def ask(*line):
        done = subprocess.run([sys.executable, TOP / "python", "pins", *line], check=False,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done.returncode, done.stderr
    with result.test("refused", "pins of a board that does not run"):
        expect(ask("--board", "rock-5a"), "rock-5a is not running here")
    with result.test("refused", "pins of an unknown board"):
        expect(ask("--board", "toaster"), "no such board")


def run(result):
    """All of it; needs no machine."""
    with aptroot.workspace("refused") as work:
        words(result)
        kernel_files(result, work)
        trees(result, work)
        cards(result, work)
        parsing(result)
        chosen(result, pathlib.Path(work))
        registers(result, pathlib.Path(work))
        pins(result)
