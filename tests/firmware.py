# SPDX-License-Identifier: GPL-2.0-only
"""The boot firmware: what is brought into U-Boot and read back from it, and files of users' own.

    firmware.py                    on made-up sources and images: in make check
    firmware.py --build [--board]  every board's U-Boot from Debian's source, 2 minutes each
"""
import argparse
import contextlib
import hashlib
import io
import pathlib
import struct
import subprocess
import sys
import tempfile


from outboard import steps
from outboard.commands import firmware
from outboard.facts import boards
from outboard.image import amlboot, ubootconf
from outboard.steps import TOP
from tests import report

MANUAL = TOP / "docs/boot-firmware.md"
# What of U-Boot's build configure needs; an option that Kconfig does not know is dropped.
MAKEFILE = "olddefconfig:\n\t@sed -i '/CONFIG_UNKNOWN/d' .config\n"
CONFIG = ('CONFIG_SYS_VENDOR="maker"\nCONFIG_SYS_BOARD="board"\nCONFIG_SYS_CONFIG_NAME="name"\n'
          "CONFIG_ENV_IS_IN_MMC=y\nCONFIG_ENV_OFFSET=0x100000\nCONFIG_ENV_SIZE=0x80000\n"
          "CONFIG_SYS_BOOTM_LEN=0x4000000\n")
HEADER = ('#define CFG_EXTRA_ENV_SETTINGS \\\n\t"fdt_addr_r=0x43000000\\0" \\\n'
          '\t"kernel_addr_r=" __stringify(CONFIG_SYS_LOAD_ADDR) "\\0" \\\n\t"other=1\\0"\n')


def a_board():
    return {
        "dtb": {"mainline": "maker/board.dtb"},
        "boot": {"kernel_address": 0x40000000, "dtb_address": 0x48000000,
                 "image_limit": 0x6000000},
        "bootloader": {"defconfig": "x_defconfig", "environment": {"bootm_size": "0x10000000"}},
        "image": {"partition": [
            {"name": "loader", "sector": 64, "sectors": 64, "file": "loader.bin"},
            {"name": "u-boot-env", "sector": 8192, "sectors": 1024},
            {"name": "fat", "sector": 16384, "sectors": 4096, "files": ["config.txt"],
             "optional_files": ["extra.bin"]}]},
    }


def a_tree(folder):
    """As much of U-Boot's source as is looked at."""
    for name, text in (("Makefile", MAKEFILE), (".config", CONFIG), ("board/maker/board/x.c", ""),
                       ("include/configs/name.h", HEADER)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def a_binary(folder, **variables):
    entries = {"bootcmd": "bootflow scan -lb", "baudrate": "115200", **variables}
    (folder / "u-boot-nodtb.bin").write_bytes(
        b"SunMonTue" + b"".join(f"{name}={value}\0".encode() for name, value in entries.items())
        + b"\0rest")


RIGHT = {"kernel_addr_r": "0x40000000", "fdt_addr_r": "0x48000000", "fdtfile": "maker/board.dtb",
         "bootm_size": "0x10000000"}


def refused(what, *arguments, wants):
    try:
        what(*arguments)
    except (ubootconf.Wrong, amlboot.Wrong) as wrong:
        assert wants in str(wrong), f"says: {wrong}"
    else:
        raise AssertionError(f"is taken, without: {wants}")


def configure(result, work):
    with result.test("configure", "options, addresses and limits of the board's file"):
        tree = a_tree(work / "a")
        ubootconf.configure(a_board(), tree)
        config = ubootconf.read_config(tree)
        assert config["CONFIG_SYS_BOOTM_LEN"] == "0x6000000", "not the largest Image"
        assert config["CONFIG_ENV_OFFSET"] == "0x400000", "not the partition for the environment"
        assert config["CONFIG_AUTOBOOT"] == "y"
        text = (tree / "board/maker/board/board.env").read_text(encoding="utf-8")
        assert "fdt_addr_r=0x48000000" in text and "fdtfile=maker/board.dtb" in text, text
    with result.test("configure", "a header that has another value, which would win"):
        header = (tree / "include/configs/name.h").read_text(encoding="utf-8")
        for variable in ("fdt_addr_r=0x48000000", "kernel_addr_r=0x40000000"):
            assert f'"{variable}\\0"' in header, header
        assert '"other=1\\0"' in header, "what is not ours was changed"
    with result.test("configure", "an option that this U-Boot has not"):
        board = a_board()
        board["bootloader"]["options"] = ["CONFIG_UNKNOWN=y"]
        refused(ubootconf.configure, board, a_tree(work / "b"),
                wants="does not take CONFIG_UNKNOWN=y")
    with result.test("configure", "sources that are not configured"):
        (work / "empty").mkdir()
        refused(ubootconf.configure, a_board(), work / "empty", wants="_defconfig first")


def check(result, work):
    tree = a_tree(work / "c")
    ubootconf.configure(a_board(), tree)
    with result.test("check", "a binary that has what the file says"):
        a_binary(tree, **RIGHT)
        ubootconf.check(a_board(), tree)
    with result.test("check", "of two values the later one counts"):
        data = (tree / "u-boot-nodtb.bin").read_bytes()
        (tree / "u-boot-nodtb.bin").write_bytes(
            data.replace(b"\0\0rest", b"\0fdt_addr_r=0x43000000\0\0rest"))
        refused(ubootconf.check, a_board(), tree,
                wants="fdt_addr_r is 0x43000000, the board's file says 0x48000000")
    with result.test("check", "a variable that is missing"):
        a_binary(tree, **{**RIGHT, "fdtfile": "other.dtb"})
        refused(ubootconf.check, a_board(), tree, wants="fdtfile is other.dtb")
    with result.test("check", "saveenv would write over a file"):
        a_binary(tree, **RIGHT)
        (tree / "loader.bin").write_bytes(b"x" * 0x400000)
        refused(ubootconf.check, a_board(), tree, wants="the environment is saved over it")
        (tree / "loader.bin").unlink()
    with result.test("check", "an environment larger than its partition"):
        board = a_board()
        board["image"]["partition"][1]["sectors"] = 16
        refused(ubootconf.check, board, tree, wants="does not fit the partition u-boot-env")


def sizes(result, work):
    folder = work / "files"
    folder.mkdir()
    with result.test("sizes", "files that are missing"):
        refused(ubootconf.sizes, a_board(), folder, wants="lacks loader.bin, config.txt")
    for name in ("loader.bin", "config.txt"):
        (folder / name).write_bytes(b"x" * 100)
    with result.test("sizes", "what may be there need not be"):
        ubootconf.sizes(a_board(), folder)
    with result.test("sizes", "an empty file"):
        (folder / "loader.bin").write_bytes(b"")
        refused(ubootconf.sizes, a_board(), folder, wants="loader.bin is empty")
    with result.test("sizes", "a file that reaches into the next"):
        (folder / "loader.bin").write_bytes(b"x" * (64 * 512 + 1))
        refused(ubootconf.sizes, a_board(), folder, wants="has 32769 bytes, there are 32768")


def signed_image(**changes):
    """A made-up image in the form of Amlogic's. Offsets and names as in the real ones."""
    header = bytearray(0x70)
    header[:8] = amlboot.MAGIC
    offset, body = 0, b""
    names = changes.get("names", amlboot.WANTED)
    for index, name in enumerate(names):
        size = 0x100 * (index + 1)
        amlboot.ENTRY.pack_into(header, amlboot.ENTRIES - 0x20 + 16 * index,
                                name.encode(), offset + changes.get("gap", 0) * index, size, 0)
        body += bytes(size)
        offset += size
    data = bytearray(hashlib.sha256(header).digest() + header)
    data += bytes(amlboot.BASE - len(data)) + body
    return data


def signed(result, work):
    good = signed_image()
    spoilt, table, late = bytearray(good), bytearray(good), bytearray(good)
    struct.pack_into("<I", spoilt, 0x48, 0x999)
    table[0x1fe:0x200] = b"\x55\xaa"
    late[0x120] = 1
    with result.test("signed image", "a whole one"):
        assert [name for name, _, _ in amlboot.parts(good)] == list(amlboot.WANTED)
    with result.test("signed image", "one that was read from a card, with its partition table"):
        amlboot.parts(table)
    for what, data, wants in (
            ("cut off", good[:-100], "is it cut off?"),
            ("longer", good + b"\0", "is it cut off?"),
            ("a changed header", spoilt, "the checksum of its header is wrong"),
            ("something behind the header", late, "is damaged: there is something at 0x90"),
            ("another form", bytes(512) + good, "another form of the image"),
            ("no image at all", bytes(4096), "is no boot image of Amlogic's S4"),
            ("nothing", b"", "less than its header"),
            ("parts that do not follow each other", signed_image(gap=16), "the part before ends"),
            ("parts of another chip", signed_image(names=("BL2E", "BBST")), "has the parts")):
        with result.test("signed image", what):
            refused(amlboot.parts, bytes(data), wants=wants)
    with result.test("signed image", "as a program: status and where help is"):
        path = work / "signed"
        path.write_bytes(good[:-1])
        done = subprocess.run([sys.executable, TOP / "python", "amlboot", path],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 1 and "docs/boot-firmware.md" in done.stderr, done.stderr


def manual(result):
    """The page names each file, with its licence's words."""
    text = MANUAL.read_text(encoding="utf-8")
    for name in boards.names():
        board = boards.load(name)
        if "image" not in board:
            continue
        with result.test("docs/boot-firmware.md", name):
            missing = [file for file, *_ in ubootconf.regions(board) if f"`{file}`" not in text]
            assert not missing, f"does not name {', '.join(missing)}"
            assert board["name"] in text, f"does not name {board['name']}"
            without = [entry.get("file", entry["name"]) if "name" in entry else entry["file"]
                       for entry in [*board["image"].get("blob", []),
                                     *board["image"].get("partition", [])]
                       if {"file", "files", "optional_files"} & set(entry)
                       and "licence" not in entry]
            assert not without, f"boards/{name}.toml: no licence for {', '.join(without)}"


def builds(result, only):
    for name in [only] if only else firmware.buildable():
        board = boards.load(name)
        for variant in [None, *(["emmc"] if "emmc" in board["bootloader"] else [])]:
            title = name + (f", {variant}" if variant else "")
            with result.test("builds", title):
                out, missing = firmware.build(name, variant)
                whole = [path for path in out.iterdir() if path.suffix in (".bin", ".itb", ".img")]
                assert whole, "nothing of it is whole"
                for file, first, sectors, _ in ubootconf.regions(board):
                    if sectors and (out / file).exists():
                        assert (out / file).stat().st_size <= sectors * ubootconf.SECTOR, \
                            f"{file} does not fit from sector {first} on"
            if missing:
                result.add("whole without others' files", title, "skip",
                           "missing: " + "; ".join(missing))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", action="store_true", help="every board's U-Boot")
    parser.add_argument("--board", help="only that board's")
    args = parser.parse_args()
    result = report.Report("firmware")
    if args.build:
        builds(result, args.board)
        return result.close()
    with tempfile.TemporaryDirectory(prefix="outboard-firmware.") as scratch:
        work = pathlib.Path(scratch)
        configure(result, work)
        # What they say of what is right.
        with contextlib.redirect_stdout(io.StringIO()):
            check(result, work)
            sizes(result, work)
        signed(result, work)
    manual(result)
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
