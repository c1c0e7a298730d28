# SPDX-License-Identifier: GPL-2.0-only
"""tools/grow: partition tables from their bytes, and the marker."""
import os
import pathlib
import struct
import subprocess
import zlib

from outboard.steps import TOP

SECTOR = 512
SECTORS = 40960
DISK = SECTORS * SECTOR
LINUX = bytes(range(1, 17))
FIRMWARE = b"boot loader " * 40
SIZE, COUNT = 128, 128
WHOLE = SIZE * COUNT // SECTOR
# The last sector in use, less one, of a disk of SECTORS, down to a MiB.
END = (SECTORS - 1 - WHOLE) // 2048 * 2048


def header(here, other, place, table, **changed):
    fields = {"here": here, "other": other, "first": 2048, "last": 8192, "place": place,
              "count": COUNT, "size": SIZE, "entries_crc": zlib.crc32(table), **changed}

    def packed(crc):
        return struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, crc, 0, fields["here"],
                           fields["other"], fields["first"], fields["last"], bytes(16),
                           fields["place"], fields["count"], fields["size"],
                           fields["entries_crc"])
    return packed(zlib.crc32(packed(0)))


def entry(first, last, kind=LINUX):
    return struct.pack("<16s16sQQQ72s", kind, b"u" * 16, first, last, 0, b"")


def mbr_entry(kind, start, sectors):
    return struct.pack("<B3sB3sII", 0, b"", kind, b"", start, sectors)


class Disk:
    """An image with a partition table, and bytes of a boot loader behind the header."""

    def __init__(self, path):
        self.path = path
        self.data = bytearray(DISK)

    def put(self, sector, content):
        self.data[sector * SECTOR:sector * SECTOR + len(content)] = content
        del self.data[DISK:]
        return self

    def mbr(self, *entries):
        return self.put(0, bytes(446) + b"".join(entries).ljust(64, b"\0") + b"\x55\xaa")

    def gpt(self, *entries, place=2, slot=0, **changed):
        table = b"".join(entries).ljust(SIZE * COUNT, b"\0")
        others = [mbr_entry(0x83, 2048, 100)] * slot
        self.mbr(*others, mbr_entry(0xee, 1, 8191))
        if place < SECTORS:
            self.put(place, table)
        return self.put(1, header(changed.pop("here", 1), 8191, place, table, **changed))

    def write(self):
        self.path.write_bytes(self.data)
        return self

    def now(self, sector, length):
        return self.path.read_bytes()[sector * SECTOR:sector * SECTOR + length]

    def check_gpt(self, place, number, first, last):
        """Both copies of the table are whole, and have the partition."""
        for here, other, entries in ((1, SECTORS - 1, place),
                                     (SECTORS - 1, 1, SECTORS - 1 - WHOLE)):
            table = self.now(entries, SIZE * COUNT)
            assert self.now(here, 92) == header(here, other, entries, table,
                                                last=SECTORS - 2 - WHOLE), f"the header at {here}"
            got = struct.unpack_from("<QQ", table, SIZE * (number - 1) + 32)
            assert got == (first, last), f"{got} in the entries at {entries}"


def native(work):
    """The program, for this machine and with sanitizers."""
    out = work / "grow"
    subprocess.run(["gcc", "-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror",
                    "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-o", out,
                    TOP / "tools/grow/grow.c"], check=True)
    return out


def tables(result, work):
    program = native(work)

    def disk():
        return Disk(work / "disk.img")

    def grow(number):
        return subprocess.run([program, "--table", work / "disk.img", str(number)], check=False,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def case(name):
        return result.test("grow", name)

    def refused(made, number, words):
        made.write()
        done = grow(number)
        assert done.returncode == 1 and words in done.stderr, (done.returncode, done.stderr)
        assert made.path.read_bytes() == bytes(made.data), "it was written to"

    for place in (2, 33, 1000):
        with case(f"a GPT whose entries are at {place}"):
            made = disk().gpt(entry(2048, 4095), entry(4096, 8191), place=place)
            if place != 2:
                made.put(2, FIRMWARE)
            made.write()
            done = grow(2)
            assert done.returncode == 0, done.stderr
            assert f"partition 2 has {END - 4096} sectors from 4096 on" in done.stdout
            made.check_gpt(place, 2, 4096, END - 1)
            assert place == 2 or made.now(2, len(FIRMWARE)) == FIRMWARE, "the boot loader is gone"
            assert made.now(place, 128) == entry(2048, 4095)
            assert made.now(0, 512)[446:462] == mbr_entry(0xee, 1, SECTORS - 1)
            known = made.path.read_bytes()
            assert grow(2).returncode == 0 and made.path.read_bytes() == known, "a second time"
    with case("a hybrid MBR, whose protective entry is not the first"):
        made = disk().gpt(entry(2048, 4095), slot=1).write()
        assert grow(1).returncode == 0
        made.check_gpt(2, 1, 2048, END - 1)
        assert made.now(0, 512)[446:478] == \
            mbr_entry(0x83, 2048, 100) + mbr_entry(0xee, 1, SECTORS - 1)
    with case("an entry behind it that is not used any more"):
        made = disk().gpt(entry(2048, 4095), entry(4096, 8191, bytes(16))).write()
        assert grow(1).returncode == 0
        made.check_gpt(2, 1, 2048, END - 1)
    none = "there is no partition"
    nowhere = "is at no place of the disk"
    for name, made, number, words in (
            ("an empty GPT", disk().gpt(), 1, none),
            ("an unused entry", disk().gpt(entry(2048, 4095)), 2, none),
            ("an unused entry with sectors", disk().gpt(entry(2048, 4095, bytes(16))), 1, none),
            ("a number that the GPT has not", disk().gpt(entry(2048, 4095)), 129,
             "usage"),
            ("a partition that ends before it begins", disk().gpt(entry(4096, 4095)), 1, nowhere),
            ("a partition behind the disk", disk().gpt(entry(2048, SECTORS)), 1, nowhere),
            ("a partition up to 2^64", disk().gpt(entry(2048, (1 << 64) - 1)), 1, nowhere),
            ("a partition in the table", disk().gpt(entry(33, 4095)), 1, nowhere),
            ("a partition from 0 on", disk().gpt(entry(0, 4095)), 1, nowhere),
            ("a partition over the copy's place", disk().gpt(entry(2048, SECTORS - 20)), 1,
             "smaller than its partitions"),
            ("a partition behind it", disk().gpt(entry(2048, 4095), entry(4096, 8191)), 1,
             "partition 2 is behind partition 1"),
            ("entries in the header", disk().gpt(entry(2048, 4095), place=1), 1,
             "entries are at no place"),
            ("entries behind the disk", disk().gpt(entry(2048, 4095), place=SECTORS), 1,
             "entries are at no place"),
            ("entries that end behind the disk",
             disk().gpt(entry(2048, 4095), place=SECTORS - WHOLE + 1), 1,
             "entries are at no place"),
            ("entries at 2^64 - 1", disk().gpt(entry(2048, 4095), place=(1 << 64) - 1), 1,
             "entries are at no place"),
            ("a header that is of another place", disk().gpt(entry(2048, 4095), here=8191), 1,
             "entries are at no place"),
            ("entries of 64 bytes", disk().gpt(entry(2048, 4095), size=64), 1, "of a kind"),
            ("no entries", disk().gpt(entry(2048, 4095), count=0), 1, "of a kind"),
            ("entries without end", disk().gpt(entry(2048, 4095), count=1 << 20), 1, "of a kind"),
            ("entries with another sum", disk().gpt(entry(2048, 4095), entries_crc=1), 1,
             "entries are not in order"),
            ("no table", disk(), 1, "no partition table"),
            ("an MBR without the partition", disk().mbr(mbr_entry(0x83, 2048, 2048)), 2, none),
            ("an empty MBR", disk().mbr(), 1, none),
            ("an MBR's partition behind the disk", disk().mbr(mbr_entry(0x83, 2048, SECTORS)), 1,
             "smaller than its partitions"),
            ("an MBR's partition that is logical", disk().mbr(mbr_entry(0x83, 2048, 9)), 5,
             "extended"),
            ("an MBR's partition behind it", disk().mbr(mbr_entry(0x83, 2048, 9),
                                                        mbr_entry(0x83, 4096, 9)), 1,
             "partition 2 is behind")):
        with case(f"refused: {name}"):
            if words == "usage":
                made.write()
                done = grow(number)
                assert done.returncode == 2 and words in done.stderr, done.stderr
            else:
                refused(made, number, words)
    with case("an MBR"):
        made = disk().mbr(mbr_entry(0x0c, 64, 1000), mbr_entry(0x83, 2048, 2048)).write()
        assert grow(2).returncode == 0
        got = made.now(0, 512)
        assert got[446:462] == mbr_entry(0x0c, 64, 1000)
        assert struct.unpack_from("<II", got, 446 + 16 + 8) == (2048, SECTORS - 2048)


def marker(result, work):
    """In a root of its own: its /proc and /sys are files, its disk is one too."""
    if os.geteuid():
        result.add("grow", "the marker", "skip", "chroot() is root's")
        return
    root = work / "root"
    part = root / "sys/block/sda/sda1"
    for folder in (part, root / "proc/self", root / "dev", root / "sys/dev/block", root / "etc"):
        folder.mkdir(parents=True)
    (root / "sys/dev/block/8:1").symlink_to("../../block/sda/sda1")
    (root / "proc/self/mountinfo").write_text("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n")
    (part / "partition").write_text("1\n")
    (part / "size").write_text("2048\n")
    (root / "sys/block/sda/size").write_text(f"{SECTORS}\n")
    subprocess.run(["gcc", "-std=gnu11", "-static", "-o", root / "grow",
                    TOP / "tools/grow/grow.c"], check=True)
    mark, disk = root / "etc/mark", Disk(root / "dev/sda")

    def boot():
        return subprocess.run(["/grow", "/etc/mark"], check=False, capture_output=True, text=True,
                              preexec_fn=lambda: os.chroot(root), cwd=root)

    def case(name):
        return result.test("grow", f"the marker: {name}")

    with case("without one nothing is looked at"):
        done = boot()
        assert done.returncode == 0 and not done.stdout + done.stderr, done.stderr
    with case("it goes where growing can never work"):
        mark.write_text("The root is small.\n")
        disk.gpt().write()
        done = boot()
        assert done.returncode == 1 and "there is no partition 1" in done.stderr, done.stderr
        assert not mark.exists(), "each start of the system would fail"
    with case("it goes after three failures of what may work the next time"):
        mark.write_text("The root is small.\n")
        disk.gpt(entry(2048, 4095)).write()
        for _ in range(3):
            done = boot()
            assert done.returncode == 1 and "new size" in done.stderr, done.stderr
            assert mark.exists(), "a start of the system may yet grow it"
        done = boot()
        assert done.returncode == 1 and "failed 3 times" in done.stderr, done.stderr
        assert not mark.exists()
        assert boot().returncode == 0
    with case("an empty one is one"):
        mark.write_bytes(b"")
        assert boot().returncode == 1 and mark.read_text() == "tried\n"
        mark.unlink()
    with case("a root on no partition"):
        mark.write_text("x\n")
        (part / "partition").unlink()
        done = boot()
        assert done.returncode == 0 and "on no partition" in done.stdout, done.stderr
        assert not mark.exists()


def suites(result, work):
    work = pathlib.Path(work)
    for part in (tables, marker):
        part(result, work)
