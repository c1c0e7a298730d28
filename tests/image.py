# SPDX-License-Identifier: GPL-2.0-only
"""Images of cards: of every board, byte by byte, from the outside.

    image.py                         what make check runs: no machine is started
    image.py --boots [--board NAME]  with that, each board's twin boots from an image of its own

What an image has to have stands here once more, as the boards' makers and boot ROMs say it,
and is compared with the bytes: the board files, from which images are made, are not asked.
"""
import argparse
import hashlib
import io
import json
import os
import pathlib
import random
import re
import shutil
import stat
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import uuid
import zlib

from outboard import steps
from outboard.facts import boards, layout
from outboard.image import card, extlinux
from outboard.machine import twin
from outboard.sources import kernels
from outboard.steps import BUILD, TOP, Fault, Step
from tests import report

SECTOR = 512
LINUX = uuid.UUID("0fc63daf-8483-4772-8e79-3d69d8477de4")
BOOTABLE = 1 << 2       # of a GPT's attributes
NOT_WRITTEN = (440, 512)
# Each board: the table; its partitions: name, first sector, sectors (None: it is the root, which
# has what it needs), MBR's type, whether U-Boot looks there; the blobs: file, sector, bytes of it
# that are left out.
ROCKCHIP = ("gpt", [("root", 32768, None, 0, True)],
            [("idbloader.img", 64, None), ("u-boot.itb", 16384, None)])
AMLOGIC = ("mbr", [("root", 8192, None, 0x83, True)], [("u-boot.bin.sd.bin", 0, NOT_WRITTEN)])


def raspberry(*files):
    return ("mbr", [("firmware", 2048, 524288, 0x0c, False), ("root", 526336, None, 0x83, True)],
            [], ["config.txt", "u-boot.bin", *files])


EXPECTED = {
    "bananapi-bpi-r3": ("gpt", [("bl2", 34, 8158, 0, True), ("u-boot-env", 8192, 1024, 0, False),
                                ("factory", 9216, 4096, 0, False), ("fip", 13312, 4096, 0, False),
                                ("root", 17408, None, 0, True)],
                        [("bl2.img", 34, None), ("fip.bin", 13312, None)]),
    "imx8mp-evk": ("gpt", [("root", 16384, None, 0, True)], [("flash.bin", 64, None)]),
    "khadas-vim1s": ("mbr", [("firmware", 16384, 131072, 0x0c, False),
                             ("root", 147456, None, 0x83, True)],
                     [("u-boot.bin.sd.bin.signed", 0, NOT_WRITTEN)], ["u-boot.ext"]),
    "khadas-vim3": AMLOGIC, "khadas-vim3l": AMLOGIC,
    "orangepi-5": ROCKCHIP, "orangepi-5-plus": ROCKCHIP, "rock-5a": ROCKCHIP,
    "raspberry-pi-3b": raspberry("bootcode.bin", "start.elf", "fixup.dat", "bcm2710-rpi-3-b.dtb"),
    "raspberry-pi-zero-2-w": raspberry("bootcode.bin", "start.elf", "fixup.dat",
                                       "bcm2710-rpi-zero-2-w.dtb"),
    "raspberry-pi-4": raspberry("start4.elf", "fixup4.dat", "bcm2711-rpi-4-b.dtb"),
}
# The board whose image with a kernel is made twice: it has modules of ours and a padded tree.
TWICE = "khadas-vim1s"
# Sizes that end on no sector.
SIZES = {"u-boot.bin.sd.bin.signed": 0x303200, "u-boot.bin.sd.bin": 1234567, "flash.bin": 1999999,
         "idbloader.img": 200001, "u-boot.itb": 1500007, "bl2.img": 250001, "fip.bin": 1100003}
WITHOUT = "bananapi-bpi-r3-mini"


def kernel_like(size, whole):
    """Bytes that look like an Image which takes @whole in memory."""
    head = struct.pack("<IIQQQ", 0, 0, 0, whole, 0) + bytes(24) + b"ARM\x64" + bytes(4)
    return head + random.Random(1).randbytes(size - len(head))


def firmware(board, folder):
    """A directory with stand-ins for a board's boot loader."""
    folder.mkdir(parents=True)
    blobs = EXPECTED[board][2]
    for name in [blob[0] for blob in blobs] + (EXPECTED[board][3:] or [[]])[0]:
        # Not a byte of it is zero: what is missing is seen.
        data = random.Random(name).randbytes(SIZES.get(name, 5000)).replace(b"\0", b"\1")
        (folder / name).write_bytes(data)
    return folder


def root(folder):
    """A small root file system with something to boot."""
    for name, data in {
            "sbin/init": b"#!/bin/sh\n", "bin/sh": b"a shell\n", "etc/motd": b"hello\n",
            "boot/vmlinuz": kernel_like(100000, 120000), "boot/tree.dtb": b"tree",
            "boot/initrd.img": b"initrd" * 1000,
            "boot/extlinux/extlinux.conf":
                b"default a\nlabel a\n linux ../vmlinuz\n initrd ../initrd.img\n fdt ../tree.dtb\n"
            }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "sbin/init").chmod(0o755)
    (folder / "usr/lib").mkdir(parents=True)
    (folder / "lib").symlink_to("usr/lib")
    os.link(folder / "etc/motd", folder / "etc/issue")
    many = folder / "usr/share/many"
    many.mkdir(parents=True)
    for number in range(60):
        (many / f"file-{number * 7919 % 60}").write_text(f"{number}\n")
    return folder


def make(board, source, out, *options, **environment):
    """Run image.py; (status, what it said)."""
    path = board if isinstance(board, pathlib.Path) else boards.FOLDER / f"{board}.toml"
    done = subprocess.run(
        [sys.executable, TOP / "python", "build-image", "--board", path, "--root", source, "--free",
         "2M", "--output", out, *map(str, options)], capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    return done.returncode, done.stdout + done.stderr


def made(*args, **environment):
    status, said = make(*args, **environment)
    assert status == 0, f"exit status {status}\n{said}"
    return args[2]


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, "MTOOLS_SKIP_CHECK": "1"})


def at(image, offset, size):
    with open(image, "rb") as handle:
        handle.seek(offset)
        return handle.read(size)


class Gpt:
    """A GPT, read from its bytes; an AssertionError for what is wrong with it."""

    def __init__(self, image):
        sectors = image.stat().st_size // SECTOR
        record = at(image, 0, SECTOR)
        assert record[510:] == b"\x55\xaa" and record[450] == 0xee, "no record that protects a GPT"
        assert struct.unpack("<II", record[454:462]) == (1, sectors - 1), "the record's extent"
        first, second = self._header(image, 1), self._header(image, sectors - 1)
        assert first["other"] == sectors - 1 and second["other"] == 1, "the headers' places"
        assert first["first"] == 34 and first["last"] == sectors - 34, (first, sectors)
        assert first["disk"] == second["disk"] and first["raw"] == second["raw"], "the copy differs"
        assert (first["entries"], second["entries"]) == (2, sectors - 33)
        self.parts = []
        for place in range(0, len(first["raw"]), 128):
            entry = first["raw"][place:place + 128]
            if any(entry[:16]):
                begin, end, attributes = struct.unpack("<QQQ", entry[32:56])
                self.parts.append({
                    "type": uuid.UUID(bytes_le=entry[:16]), "id": entry[16:32], "first": begin,
                    "sectors": end + 1 - begin, "attributes": attributes,
                    "name": entry[56:].decode("utf-16-le").rstrip("\0")})

    @staticmethod
    def _header(image, sector):
        head = at(image, sector * SECTOR, 92)
        magic, revision, size, crc, _, here, other, first, last, disk, entries, count, each, sums \
            = struct.unpack("<8sIIIIQQQQ16sQIII", head)
        assert magic == b"EFI PART" and revision == 0x10000 and size == 92 and here == sector
        assert crc == zlib.crc32(head[:16] + bytes(4) + head[20:]), f"CRC of sector {sector}"
        raw = at(image, entries * SECTOR, count * each)
        assert (count, each) == (128, 128) and sums == zlib.crc32(raw), "CRC of the entries"
        return {"other": other, "first": first, "last": last, "disk": disk, "entries": entries,
                "raw": raw}


def mbr(image):
    """(status, type, first, sectors) of a master boot record's partitions."""
    record = at(image, 0, SECTOR)
    assert record[510:] == b"\x55\xaa", "no signature"
    assert any(record[440:444]), "the disk has no number"
    entries = [record[446 + 16 * i:462 + 16 * i] for i in range(4)]
    return [(entry[0], entry[4], *struct.unpack("<II", entry[8:])) for entry in entries
            if any(entry)]


def check_table(board, image):
    """The partition table against what is expected; (first byte, size) of each, by name."""
    table, parts, *_ = EXPECTED[board]
    places = {}
    if table == "gpt":
        gpt = Gpt(image)
        assert [part["name"] for part in gpt.parts] == [part[0] for part in parts], gpt.parts
        assert len({part["id"] for part in gpt.parts}) == len(parts), "a UUID twice"
        for have, (name, first, sectors, _, bootable) in zip(gpt.parts, parts):
            assert have["type"] == LINUX, (name, have["type"])
            assert have["attributes"] == (BOOTABLE if bootable else 0), (name, have["attributes"])
            assert have["first"] == first and have["sectors"] == (sectors or have["sectors"]), have
            places[name] = first * SECTOR, have["sectors"] * SECTOR
    else:
        have = mbr(image)
        assert len(have) == len(parts), have
        for (status, kind, begin, size), (name, first, sectors, wanted, bootable) in \
                zip(have, parts):
            assert (status, kind, begin) == (0x80 if bootable else 0, wanted, first), (name, have)
            assert sectors in (None, size), (name, size)
            places[name] = begin * SECTOR, size * SECTOR
    end = sum(places["root"]) + (33 * SECTOR if table == "gpt" else 0)
    assert end <= image.stat().st_size < end + (1 << 20), "the image's size"
    return places


def check_blobs(board, image, folder):
    """Each blob at its sector, whole but for what is left out; and nothing in the gaps."""
    for name, sector, skip in EXPECTED[board][2]:
        data = (folder / name).read_bytes() if folder else b""
        have = at(image, sector * SECTOR, len(data) or 4096)
        if not skip:
            assert have == (data or bytes(4096)), f"{name} is not at sector {sector}"
            after = at(image, sector * SECTOR + len(data), 2048)
            assert not any(after), f"there is something behind {name}"
            continue
        begin, end = skip
        assert have[:begin] == (data[:begin] or bytes(begin)), f"{name}: up to byte {begin}"
        assert have[end:len(data)] == data[end:], f"{name}: from byte {end} on"
        assert not folder or have[446:510] != data[446:510], f"{name} is in the partition table"


def check_fat(board, image, place, folder):
    """The files of a FAT partition are those of the firmware, and it is clean."""
    part = image.with_suffix(".fat")
    part.write_bytes(at(image, *place))
    done = run("/sbin/fsck.fat", "-n", part)
    assert done.returncode == 0, done.stdout + done.stderr
    head = part.read_bytes()[:512]
    hidden, sectors = struct.unpack("<II", head[28:36])
    assert head[82:87] == b"FAT32" and (hidden * SECTOR, sectors * SECTOR) == place, (hidden, sectors)
    fat = extlinux.Fat(part, 0)
    for name in EXPECTED[board][3]:
        out = part.with_suffix(".file")
        assert not folder or fat.copy(f"/{name}", out), f"{name} is missing"
        assert not folder or out.read_bytes() == (folder / name).read_bytes(), f"{name} differs"
    part.unlink()


def check_ext4(image, place, source):
    """A clean ext4 with the files of a directory, all of them root's."""
    part = image.with_suffix(".ext4")
    with open(image, "rb") as handle, open(part, "wb") as out:
        handle.seek(place[0])
        shutil.copyfileobj(handle, out, 1 << 20)
        out.truncate(place[1])
    done = run("/sbin/e2fsck", "-fn", part)
    assert done.returncode == 0, done.stdout + done.stderr
    assert extlinux.Ext(part, 0).sectors() * SECTOR == place[1], "it does not fill its partition"
    with tempfile.TemporaryDirectory() as folder:
        run("/sbin/debugfs", "-R", f'rdump / "{folder}"', part)
        shutil.rmtree(pathlib.Path(folder, "lost+found"))
        same_files(source, pathlib.Path(folder))
    part.unlink()


def same_files(source, have, but=()):
    """Assert that two directories hold the same."""
    names = sorted(path.relative_to(source) for path in source.rglob("*"))
    found = sorted(path.relative_to(have) for path in have.rglob("*"))
    assert [name for name in found if str(name) not in but] == names, set(found) ^ set(names)
    for name in names:
        one, other = source / name, have / name
        assert stat.S_IFMT(one.lstat().st_mode) == stat.S_IFMT(other.lstat().st_mode), name
        if one.is_symlink():
            assert os.readlink(one) == os.readlink(other), name
        else:
            assert stat.S_IMODE(one.stat().st_mode) == stat.S_IMODE(other.stat().st_mode), name
            assert not one.is_file() or one.read_bytes() == other.read_bytes(), name


def every_board(result, work):
    """An image of each board, with and without its boot loader."""
    with result.test("boards", "all of them are here"):
        assert sorted([*EXPECTED, WITHOUT]) == boards.names()
    source = root(work / "root")
    for board, (_, parts, *_) in EXPECTED.items():
        image = work / f"{board}.img"
        files = firmware(board, work / f"{board}.firmware")
        with result.test(board, "an image is made"):
            made(board, source, image, "--firmware", files, "--all-root")
        if not image.exists():
            continue
        with result.test(board, "its partition table"):
            places = check_table(board, image)
        with result.test(board, "its boot loader, byte by byte"):
            check_blobs(board, image, files)
        if parts[0][3] == 0x0c:
            with result.test(board, "its FAT"):
                check_fat(board, image, places["firmware"], files)
        with result.test(board, "its ext4"):
            check_ext4(image, places["root"], source)
        with result.test(board, "U-Boot finds what it boots"):
            choice = extlinux.choose(image, work / "choice", "none")
            assert choice.kernel.read_bytes() == (source / "boot/vmlinuz").read_bytes()
        image.unlink()
    for board in ("bananapi-bpi-r3", "khadas-vim3", "raspberry-pi-4"):
        with result.test(board, "an image without its boot loader"):
            image = made(board, source, work / "bare.img", "--without-firmware")
            check_table(board, image)
            check_blobs(board, image, None)
            image.unlink()


def archive(path):
    """A root file system in an archive, with what only root can make."""
    about = {"etc/shadow": (b"x", 0o640, 0, 42), "usr/bin/su": (b"su", 0o4755, 0, 0),
             "home/me/file": (b"mine", 0o600, 1000, 1000), "sbin/init": (b"i", 0o755, 0, 0),
             "boot/vmlinuz": (kernel_like(5000, 9000), 0o644, 0, 0),
             "boot/extlinux/extlinux.conf": (b"label a\n linux ../vmlinuz\n", 0o644, 0, 0)}
    with tarfile.open(path, "w:xz", format=tarfile.PAX_FORMAT) as out:
        for name, (data, mode, uid, gid) in about.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size, member.mode, member.uid, member.gid = len(data), mode, uid, gid
            member.mtime = 2000000000 if name == "usr/bin/su" else 100000
            if name == "usr/bin/su":
                member.pax_headers["SCHILY.xattr.user.note"] = "kept"
            out.addfile(member, io.BytesIO(data))
        for name, kind, extra in (("dev/null", tarfile.CHRTYPE, {"devmajor": 1, "devminor": 3}),
                                  ("dev/sda", tarfile.BLKTYPE, {"devmajor": 8, "devminor": 0}),
                                  ("run/pipe", tarfile.FIFOTYPE, {}),
                                  ("bin", tarfile.SYMTYPE, {"linkname": "usr/bin"}),
                                  ("usr/bin/sudo", tarfile.LNKTYPE, {"linkname": "./usr/bin/su"})):
            member = tarfile.TarInfo(f"./{name}")
            member.type, member.mode = kind, 0o666
            for key, value in extra.items():
                setattr(member, key, value)
            out.addfile(member)
    return path


def archives(result, work):
    """Owners, devices and attributes, which nobody but root can make."""
    with result.test("an archive", "becomes an image"):
        image = made("khadas-vim3", archive(work / "root.tar.xz"), work / "tar.img",
                     "--without-firmware", SOURCE_DATE_EPOCH="1700000000")
    part = f"{image}?offset={8192 * SECTOR}"

    def about(name):
        return run("/sbin/debugfs", "-R", f"stat {name}", part).stdout
    for name, wanted in {
            "/etc/shadow": ["Mode:  0640", r"User: +0 +Group: +42 "],
            "/usr/bin/su": ["Mode:  04755", "Links: 2", r"user.note .* = \"kept\"",
                            "mtime: 0x6553f100"],
            "/home/me/file": ["Mode:  0600", r"User: +1000 +Group: +1000 ", "mtime: 0x000186a0"],
            "/dev/null": ["Type: character", "01:03"], "/dev/sda": ["Type: block", "08:00"],
            "/run/pipe": ["Type: FIFO"], "/bin": ["Type: symlink", '"usr/bin"']}.items():
        with result.test("an archive", name):
            for words in wanted:
                assert re.search(words, about(name)), f"no {words!r} in\n{about(name)}"


def btrfs(result, work):
    """A btrfs root, and the boot partition that comes with it."""
    source = work / "root"
    image = work / "btrfs.img"
    with result.test("btrfs", "an image is made"):
        made("bananapi-bpi-r3", source, image, "--without-firmware", "--filesystem", "btrfs",
             "--boot-size", "20M", "--label", "system")
    with result.test("btrfs", "the boot partition is before the root"):
        parts = {part["name"]: part for part in Gpt(image).parts}
        assert list(parts) == ["bl2", "u-boot-env", "factory", "fip", "boot", "root"], parts
        assert (parts["boot"]["first"], parts["boot"]["sectors"]) == (17408, 40960), parts["boot"]
        assert [parts[name]["attributes"] for name in ("boot", "root")] == [BOOTABLE, 0]
    with result.test("btrfs", "what is in /boot is on it"):
        check_ext4(image, (17408 * SECTOR, 40960 * SECTOR), source / "boot")
    part = work / "btrfs.part"
    with open(image, "rb") as handle, open(part, "wb") as out:
        handle.seek(parts["root"]["first"] * SECTOR)
        shutil.copyfileobj(handle, out, 1 << 20)
        out.truncate(parts["root"]["sectors"] * SECTOR)
    with result.test("btrfs", "btrfs check"):
        done = run("btrfs", "check", part)
        assert done.returncode == 0 and "no error found" in done.stdout, done.stdout + done.stderr
    with result.test("btrfs", "its label and its files"):
        assert at(part, 0x1012b, 7) == b"system\0", at(part, 0x1012b, 7)
        folder = work / "restored"
        folder.mkdir()
        done = run("btrfs", "restore", "-mS", part, folder)
        assert done.returncode == 0, done.stderr
        wanted = work / "wanted"
        shutil.copytree(source, wanted, symlinks=True)
        shutil.rmtree(wanted / "boot")
        (wanted / "boot").mkdir()
        (wanted / "etc/fstab").write_text("LABEL=boot /boot ext4 defaults 0 2\n")
        same_files(wanted, folder)
    for path in (part, image):
        path.unlink(missing_ok=True)


def shuffled(source, out):
    """A copy of a directory whose entries came in another order, at another time."""
    out.mkdir()
    for path in sorted(source.iterdir(), key=lambda path: hashlib.md5(
            path.name.encode()).digest()):
        target = out / path.name
        if path.is_symlink():
            target.symlink_to(os.readlink(path))
        elif path.is_dir():
            shuffled(path, target)
        elif path.name == "issue":
            continue
        else:
            shutil.copyfile(path, target)
            target.chmod(path.stat().st_mode)
    if (source / "issue").exists():
        os.link(out / "motd", out / "issue")
    return out


def again(result, work):
    """The same input makes the same bytes: elsewhere, later, by somebody else."""
    source = work / "root"
    with tempfile.TemporaryDirectory(prefix="outboard image ") as folder:
        other = pathlib.Path(folder)
        other.chmod(0o777)
        copy = shuffled(source, other / "another place")
        files = firmware("bananapi-bpi-r3", other / "firmware")
        for path in (other / "firmware").iterdir():
            path.chmod(0o644)
        for name, options in {"ext4": ["--firmware", files],
                              "btrfs": ["--without-firmware", "--filesystem", "btrfs",
                                        "--boot-size", "20M"]}.items():
            with result.test("the same bytes", name):
                first = made("bananapi-bpi-r3", source, work / "first.img", *options)
                second = other / "second.img"
                line = [sys.executable, TOP / "python", "build-image", "--board",
                        boards.FOLDER / "bananapi-bpi-r3.toml", "--root", copy, "--free", "2M",
                        "--output", second, *options]
                line = [str(word) for word in line]
                before = []
                if os.geteuid() == 0 and everybody(TOP) and everybody(pathlib.Path(sys.executable)):
                    subprocess.run(["chown", "-R", "65534:65534", other], check=True)
                    before = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
                done = subprocess.run(
                    [*before, "sh", "-c", 'umask 077; exec "$@"', "sh", *line], check=False,
                    capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=other,
                    env={**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "HOME": folder,
                         "TMPDIR": elsewhere(folder), "PYTHONDONTWRITEBYTECODE": "1"})
                assert done.returncode == 0, done.stdout + done.stderr
                assert run("cmp", first, second).returncode == 0, run("cmp", first, second).stdout
        with result.test("the same bytes", "other input makes others, also where the size is one"):
            (copy / "etc/motd").write_text("olleh\n")
            changed = made("bananapi-bpi-r3", copy, work / "changed.img", "--all-root",
                           "--firmware", files)
            same = Gpt(made("bananapi-bpi-r3", source, work / "first.img", "--firmware",
                            files)).parts
            assert [part["id"] for part in same] != [part["id"] for part in Gpt(changed).parts]
    for name in ("first.img", "changed.img"):
        (work / name).unlink(missing_ok=True)


def elsewhere(folder):
    """A place for temporary files on another file system, where there is one: the order of names
    in its directories is another, too."""
    memory = pathlib.Path("/dev/shm")
    if os.path.ismount(memory) and memory.stat().st_mode & 0o1777 == 0o1777 and \
            shutil.disk_usage(memory).free > 60 << 20:
        return str(memory)
    return folder


def everybody(path):
    """Whether nobody in particular may read there."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in path.resolve().parents)


class Refusals:
    """What no image is made of: one sentence, and nothing is left."""

    def __init__(self, result, work):
        self._result, self._work = result, work
        self._out = work / "refused.img"

    def expect(self, title, *said, board="bananapi-bpi-r3", given=None,
               options=("--without-firmware",), keep=False, **environment):
        """@keep: there was an output before, and still is."""
        with self._result.test("refused", title):
            if keep:
                self._out.write_bytes(b"as it was")
            status, text = make(board, given or self._work / "root", self._out, *options,
                                **environment)
            lines = [line for line in text.splitlines() if line.startswith("outboard: ")]
            assert status in (1, 2) and len(lines) == 1, f"status {status}\n{text}"
            for words in said:
                assert re.search(words, text), f"it does not say {words!r}: {text}"
            assert keep == self._out.exists() and not list(self._work.glob(".*.part")), \
                "something is left"
            assert not keep or self._out.read_bytes() == b"as it was", "what was there is gone"
            self._out.unlink(missing_ok=True)

    def variant(self, name, changes):
        """The root file system with other files; None: without it."""
        folder = self._work / name
        shutil.copytree(self._work / "root", folder, symlinks=True)
        for path, data in changes.items():
            if data is None:
                (folder / path).unlink()
            elif isinstance(data, int):
                os.truncate(folder / path, data)
            else:
                (folder / path).write_bytes(data)
        return folder

    def board_file(self, name, old, new):
        """A board's file with something else in it."""
        text = (boards.FOLDER / "bananapi-bpi-r3.toml").read_text()
        assert text.count(old) == 1, f"{old} is there {text.count(old)} times"
        path = self._work / f"{name}.toml"
        path.write_text(text.replace(old, new))
        return path

    def roots(self):
        """Root file systems that are none, and what they would boot."""
        work = self._work
        self.expect("a root that is missing", "ROOTFS=/none: No such file",
                    given=pathlib.Path("/none"))
        junk = work / "junk"
        junk.write_bytes(random.Random(2).randbytes(3000))
        self.expect("a root that is no archive", "neither a directory nor a whole archive",
                    given=junk)
        cut = work / "cut.tar.xz"
        cut.write_bytes(archive(work / "whole.tar.xz").read_bytes()[:-400])
        self.expect("an archive that is cut short", "nor a whole archive", given=cut, keep=True)
        (work / "empty").mkdir()
        self.expect("a directory that is no root", "no root file system: it has none of /sbin/init",
                    given=work / "empty")
        config = "boot/extlinux/extlinux.conf"
        self.expect("a root with nothing to boot", "nothing to boot", "u-boot-menu", "KERNEL=",
                    given=self.variant("plain", {config: None}))
        self.expect("an extlinux.conf whose initrd is missing", r"names \.\./initrd\.img",
                    given=self.variant("lost", {"boot/initrd.img": None}), keep=True)
        self.expect("a kernel that is too large in memory", "too large for the boot loader", "BSS",
                    "image_limit", given=self.variant(
                        "big", {"boot/vmlinuz": kernel_like(5000, 0x6000001)}))
        self.expect("an initrd of more than 75 MiB on the BPI-R3", "78643201 bytes; boot.initrd_limit",
                    given=self.variant("huge", {"boot/initrd.img": (75 << 20) + 1}))
        self.expect("a tree that is too large", "dtb_limit",
                    given=self.variant("tree", {"boot/tree.dtb": 0x1d0001}))
        self.expect("an absolute path, with a boot partition", "names /boot/vmlinuz",
                    "on the boot partition",
                    given=self.variant("absolute", {config: b"label a\n linux /boot/vmlinuz\n"}),
                    options=["--without-firmware", "--filesystem", "btrfs"])

    def loaders(self):
        """Boot loaders that are not there, or too large."""
        work = self._work
        self.expect("no firmware given", "bl2.img", "BSD-3-Clause", "from: ",
                    "FIRMWARE=none", options=())
        lacks = firmware("bananapi-bpi-r3", work / "lacks")
        (lacks / "fip.bin").unlink()
        self.expect("a blob that is missing", r"that it lacks: fip\.bin \(licence: GPL-2.0-or-later",
                    "from: TF-A", options=["--firmware", lacks])
        large = firmware("bananapi-bpi-r3", work / "large")
        os.truncate(large / "fip.bin", 4096 * SECTOR + 1)
        self.expect("a blob that is too large for its partition", "fip.bin: too large",
                    options=["--firmware", large])
        large = firmware("orangepi-5", work / "idb")
        os.truncate(large / "idbloader.img", (7168 - 64) * SECTOR + 1)
        self.expect("a blob that is too large for its gap", "idbloader.img: too large",
                    "sector 7168", board="orangepi-5", options=["--firmware", large])
        large = firmware("khadas-vim1s", work / "ext")
        os.truncate(large / "u-boot.ext", 64 << 20)
        self.expect("files that are too large for their FAT", "partition firmware: its files have",
                    board="khadas-vim1s", options=["--firmware", large])

    def layouts(self):
        """Boards' files that contradict themselves."""
        self.expect("a board without a slot", "bananapi-bpi-r3-mini: no image of a card", "no slot",
                    board=WITHOUT)
        self.expect("a board's file that is missing", "/none.toml: No such file",
                    board=pathlib.Path("/none.toml"))
        self.expect("partitions that overlap", "partition factory and partition fip overlap",
                    board=self.board_file("overlap", "sector = 13312", "sector = 13311"))
        self.expect("a partition in the GPT", "the GPT and partition bl2 overlap",
                    board=self.board_file("early", "sector = 34\n", "sector = 33\n"))
        self.expect("a partition before the first one", "before first_partition",
                    board=self.board_file("before", "first_partition = 17408",
                                          "first_partition = 17409"))
        for title, changes, said in (
                ("a blob over the partition table", {"skip": None}, "master boot record"),
                ("a blob over what is reserved", {}, "an environment"),
                ("a blob over a partition", {"limit": 99999}, "partition root")):
            with self._result.test("refused", title):
                plan = layout.read(boards.FOLDER / "khadas-vim3.toml")
                plan.root.sectors = 4096
                for key, value in changes.items():
                    setattr(plan.blobs[0], key, value)
                if not changes:
                    plan.reserved.append((4096, 8, "an environment"))
                try:
                    plan.check({})
                except Fault as fault:
                    assert said in str(fault) and "overlap" in str(fault), fault
                else:
                    raise AssertionError("it is taken")

    def words(self):
        """Options that mean nothing, and a machine that lacks something."""
        self.expect("an output in a directory that is missing", "there is no directory",
                    options=["--without-firmware", "--output", self._work / "none/x.img"])
        self.expect("a size that is none", "much: no size",
                    options=["--without-firmware", "--free", "much"])
        self.expect("a boot partition that is too small", "--boot-size gives it more",
                    options=["--without-firmware", "--filesystem", "btrfs", "--boot-size", "2M"])
        self.expect("no C compiler", "HOSTCC names one", HOSTCC="/none/cc")
        self.expect("a date that is none", "no number of seconds", SOURCE_DATE_EPOCH="today")


def front(*words, mask=0o022, **environment):
    """(status, what is said) of what make image runs."""
    done = subprocess.run([sys.executable, TOP / "python", "image", *map(str, words)],
                          capture_output=True, text=True, check=False, umask=mask,
                          stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    return done.returncode, done.stdout + done.stderr


def make_image(result, work):
    """What make image refuses before it begins."""
    source = work / "root"
    for title, line, said in (
            ("an unknown board", ["--board", "toaster", "--root", source],
             "toaster: no such board; valid are"),
            ("no root", ["--board", "imx8mp-evk"], "ROOTFS= is missing"),
            ("a board without a slot", ["--board", WITHOUT, "--root", source], "no slot"),
            ("an unknown kernel", ["--board", "imx8mp-evk", "--root", source, "--kernel", "4.4"],
             "4.4: not in the matrix")):
        with result.test("make image refuses", title):
            status, text = front(*line)
            assert status == 2 and said in text and "Traceback" not in text, text


def native(work):
    """The program that grows the root, for this machine."""
    out = work / "grow"
    done = run("gcc", "-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror",
               "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-o", out,
               TOP / "tools/grow/grow.c")
    assert done.returncode == 0, done.stderr
    return out


def growth(result, work):
    """The partition table of a card that is larger than its image."""
    with result.test("growth", "the program"):
        grow = native(work)
    source, image = work / "root", work / "grown.img"
    size = 300 * (1 << 20) + 7 * SECTOR
    for board, number in (("bananapi-bpi-r3", 5), ("khadas-vim1s", 2)):
        made(board, source, image, "--without-firmware")
        before = check_table(board, image)
        os.truncate(image, size)
        with result.test("growth", f"{board}: to the end of a larger card"):
            done = run(grow, "--table", image, number)
            assert done.returncode == 0, done.stdout + done.stderr
            os.truncate(image, size)
            if EXPECTED[board][0] == "gpt":
                parts = Gpt(image).parts
                after = {part["name"]: (part["first"] * SECTOR, part["sectors"] * SECTOR)
                         for part in parts}
            else:
                after = {name: (begin * SECTOR, sectors * SECTOR) for name, (_, _, begin, sectors)
                         in zip(before, mbr(image))}
            assert sum(after["root"]) in range(size - (2 << 20), size), after
            assert {**before, "root": 0} == {**after, "root": 0}, "others have changed"
            done = run("/sbin/sfdisk", "--verify", image)
            assert done.returncode == 0 and "No errors" in done.stdout, done.stdout + done.stderr
        with result.test("growth", f"{board}: a second time nothing changes"):
            known = hashlib.sha256(image.read_bytes()).digest()
            assert run(grow, "--table", image, number).returncode == 0
            assert hashlib.sha256(image.read_bytes()).digest() == known
        with result.test("growth", f"{board}: a partition that others are behind stays"):
            done = run(grow, "--table", image, 1)
            assert done.returncode == 1 and "stays as it is" in done.stderr, done.stderr
    made("bananapi-bpi-r3", source, image, "--without-firmware")
    os.truncate(image, size)
    whole = image.read_bytes()[:40 * SECTOR]
    for seed in range(40):
        with result.test("growth", f"a spoilt GPT is not written to: {seed}"):
            chance = random.Random(seed)
            spoilt = bytearray(whole)
            # Somewhere in the header or the entries that are in use.
            place = chance.choice([SECTOR + chance.randrange(92), 2 * SECTOR + chance.randrange(640)])
            spoilt[place] ^= 1 << chance.randrange(8)
            with open(image, "r+b") as handle:
                handle.write(spoilt)
            done = run(grow, "--table", image, 5)
            assert done.returncode == 1 and "grow: " in done.stderr, done.stderr
            assert at(image, 0, len(whole)) == bytes(spoilt), "it is written to"
    image.unlink()


INIT = """#!/bin/sh
PATH=/bin
console=/dev/$(busybox sed -n '$s/ .*//p' /proc/consoles)
exec >"$console" 2>&1
size() {
	device=$(busybox sed -n 's/^\\(\\/dev\\/mmc[^ ]*\\) \\/ .*/\\1/p' /proc/mounts)
	echo "outboard: $1 $device $(busybox cat "/sys/class/block/${device##*/}/size") \
$(busybox df -k / | busybox sed -n '2s/^[^ ]* *\\([0-9]*\\).*/\\1/p') ."
}
size before
/usr/lib/outboard/grow /etc/outboard-grow
size after
echo "outboard: modules $(busybox ls /lib/modules)"
busybox modprobe bcm2835_wdt
busybox mount -o remount,ro /
busybox poweroff -f
"""


def small_root(folder):
    """A root file system for arm64: busybox, and an init that says what it sees."""
    from outboard.guest import initramfs
    from outboard.sources import aptroot
    with Step("busybox for arm64") as step:
        tree = aptroot.tree("guest/bookworm-arm64", list(initramfs.PACKAGES), suites=initramfs.SUITES,
                            arch="arm64", step=step)
        step.silent = True
    for name in ("bin", "sbin", "proc", "sys", "dev", "etc"):
        (folder / name).mkdir(parents=True)
    shutil.copyfile(tree / "bin/busybox", folder / "bin/busybox")
    (folder / "bin/busybox").chmod(0o755)
    (folder / "bin/sh").symlink_to("busybox")
    (folder / "sbin/init").write_text(INIT)
    (folder / "sbin/init").chmod(0o755)
    return folder


def kernel_for(board):
    """The kernel of an image: 6.12, or the newest where that has no tree."""
    for name in (kernels.MATRIX["default"], "newest"):
        if set(twin.families(kernels.get(name), board)) & {"mainline", "own"}:
            return name
    return None


def boot(result, name, source, work, filesystem="ext4"):
    """make image, then the board's twin boots it, on a card that is larger."""
    board = twin.emulated(name)
    suite = f"boot of {name}" + ("" if filesystem == "ext4" else f", {filesystem}")
    lacks = [entry["why"] for entry in board["emulation"].get("lacks", [])
             if entry["what"] == "card" and "kernels" not in entry and "trees" not in entry]
    kernel, image = kernel_for(board), work / f"{name}.img"
    files = firmware(name, work / f"{name}-{filesystem}.firmware")
    with result.test(suite, "make image"):
        start, used = time.monotonic(), os.times()
        line = ["--board", name, "--root", source, "--kernel", kernel, "--firmware", files,
                "--append", "quiet panic=-1", "--output", image, "--", "--filesystem", filesystem]
        status, said = front(*line)
        now = os.times()
        assert status == 0, said
        about = {"board": name, "kernel": kernels.get(kernel).release, "filesystem": filesystem,
                 "seconds": round(time.monotonic() - start, 1),
                 "cpu": round(now.children_user + now.children_system - used.children_user
                              - used.children_system, 1),
                 "bytes": image.stat().st_size, "on_disk": image.stat().st_blocks * 512}
        packed = run("sh", "-c", 'zstd -3 -qc "$1" | wc -c', "sh", image)
        about["zstd"] = int(packed.stdout)
        (BUILD / "results").mkdir(exist_ok=True)
        (BUILD / f"results/image-{name}-{filesystem}.json").write_text(json.dumps(about) + "\n")
        steps.say("         {board}: Linux {kernel}, {filesystem}, {bytes} bytes, {on_disk} on "
                  "disk, {zstd} by zstd, {seconds} s, of processors {cpu} s".format(**about))
    if not image.exists():
        return
    if name == TWICE and filesystem == "ext4":
        with result.test(suite, "the same bytes once more, by another umask, in another place"):
            second = work / "second.img"
            (work / "place").mkdir()
            status, said = front(*(second if word == image else word for word in line), mask=0o077,
                                 TMPDIR=str(work / "place"), TZ="Asia/Tokyo")
            assert status == 0, said
            done = run("cmp", image, second)
            assert done.returncode == 0, done.stdout
            second.unlink()
    if lacks:
        result.add(suite, "root on the card", "skip", lacks[0])
        image.unlink()
        return
    size = card.card_size(2 * about["bytes"])
    os.truncate(image, size)
    with Step(f"twin {kernel} {name}, from its image", log=f"image-{name}") as step:
        start = time.monotonic()
        with open(step.log, "wb") as log:
            subprocess.run([sys.executable, TOP / "python", "run", "--board", name, "--image",
                            image, "--write", "--timeout", "500"], stdout=log,
                           stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)
        said = step.log.read_text(errors="replace")
        step.note = f"{time.monotonic() - start:.0f} s"

    def sizes(when):
        found = re.search(rf"outboard: {when} (/dev/mmcblk\d+p\d+) (\d+) (\d+) \.", said)
        assert found, "\n".join(said.splitlines()[-15:])
        return int(found[2]) * SECTOR, int(found[3]) << 10

    with result.test(suite, "through its own extlinux.conf"):
        assert re.search(r"from +(/boot)?/extlinux/extlinux.conf on partition \d+, label linux", said)
    with result.test(suite, "root on the card"):
        assert sizes("before")[0] < about["bytes"]
    with result.test(suite, "the partition grows"):
        assert sizes("after")[0] >= sizes("before")[0] + size - about["bytes"] - (2 << 20), \
            (sizes("before"), sizes("after"))
    with result.test(suite, "the file system grows with it"):
        assert sizes("after")[1] > max(sizes("before")[1], sizes("after")[0] * 0.85), sizes("after")
    with result.test(suite, "the kernel's modules are there"):
        assert f"outboard: modules {about['kernel']}" in said, said[-300:]
    with result.test(suite, "the file system is clean afterwards, and its table in order"):
        done = run("/sbin/sfdisk", "--verify", image)
        assert done.returncode == 0, done.stdout + done.stderr
        clean(image, filesystem, work / "part")
    image.unlink()


def clean(image, filesystem, part):
    """Assert that the last partition's file system has no damage."""
    table = json.loads(run("/sbin/sfdisk", "--json", image).stdout)["partitiontable"]
    last = table["partitions"][-1]
    run("dd", f"if={image}", f"of={part}", "bs=1M", f"skip={last['start'] * SECTOR}",
        f"count={last['size'] * SECTOR}", "iflag=skip_bytes,count_bytes", "conv=sparse")
    os.truncate(part, last["size"] * SECTOR)
    done = run("/sbin/e2fsck", "-fn", part) if filesystem == "ext4" else run("btrfs", "check", part)
    assert done.returncode == 0, done.stdout + done.stderr
    part.unlink()


def boots(result, work, only):
    """The twins, each from an image of its own."""
    source = small_root(work / "small")
    for name in [only] if only else sorted(EXPECTED):
        if name in EXPECTED:
            boot(result, name, source, work)
    if only in (None, "bananapi-bpi-r3"):
        boot(result, "bananapi-bpi-r3", source, work, "btrfs")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boots", action="store_true", help="boot the boards' twins from images")
    parser.add_argument("--board", help="only the boot of this one")
    parser.add_argument("--growth", action="store_true", help="only the growth of a card")
    args = parser.parse_args()
    if args.board and args.board not in boards.names():
        boards.load(args.board)
    result = report.Report("image")
    with tempfile.TemporaryDirectory(prefix="outboard-images.") as folder:
        work = pathlib.Path(folder)
        if args.growth:
            root(work / "root")
            growth(result, work)
        elif not args.board:
            refusals = Refusals(result, work)
            with Step("images of every board, byte by byte"):
                every_board(result, work)
            with Step("archives, btrfs"):
                archives(result, work)
                btrfs(result, work)
            with Step("the same bytes, elsewhere and by others"):
                again(result, work)
            with Step("what is refused"):
                refusals.roots()
                refusals.loaders()
                refusals.layouts()
                refusals.words()
                make_image(result, work)
            with Step("growth"):
                growth(result, work)
        if args.boots:
            boots(result, work, args.board)
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
