# SPDX-License-Identifier: GPL-2.0-only
"""The program that grows a root file system: tables in files, and a system that is made up."""
import os
import pathlib
import struct
import subprocess
import zlib

from outboard.steps import BUILD, TOP

HERE = pathlib.Path(__file__).resolve().parent
WRAPPED = ("fopen", "realpath", "open", "stat", "pwrite", "fsync", "fstatfs", "ioctl")
SECTOR, GRAIN, TABLE = 512, 2048, 32
EXT4, BTRFS, OTHER = "ef53", "9123683e", "58465342"
TYPE = bytes(range(16))


def build():
    """The program for this machine, with sanitizers."""
    out = BUILD / "grow-test"
    out.parent.mkdir(exist_ok=True)
    subprocess.run(["gcc", "-std=gnu11", "-O1", "-g", "-Wall", "-Wextra",
                    "-D__printf(string,first)=__attribute__((format(printf,string,first)))",
                    "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
                    f"-Wl,{','.join(f'--wrap={name}' for name in WRAPPED)}", "-o", out,
                    TOP / "tools/grow/grow.c", HERE / "grow_root.c"], check=True)
    return out


def gpt(sectors, parts, total=None, **change):
    """A disk's bytes; @parts: number -> (first, last). @change: fields of the header."""
    count, size = change.pop("count", 128), change.pop("size", 128)
    entries = bytearray(count * size)
    for number, (first, last) in parts.items():
        struct.pack_into("<16s16sQQQ", entries, (number - 1) * size, TYPE, TYPE, first, last, 0)
    fields = {"signature": b"EFI PART", "length": 92, "crc": zlib.crc32(entries), **change}
    header = bytearray(struct.pack(
        "<8sIIIIQQQQ16sQIII", fields["signature"], 0x10000, fields["length"], 0, 0, 1, sectors - 1,
        34, sectors - 34, TYPE, 2, fields.get("claimed", count), fields.get("stated", size),
        fields["crc"]))
    struct.pack_into("<I", header, 16, zlib.crc32(header) ^ fields.get("spoil", 0))
    disk = bytearray((total or sectors) * SECTOR)
    disk[:SECTOR] = mbr({1: (1, sectors - 1, 0xee)})
    disk[SECTOR:SECTOR + len(header)] = header
    disk[2 * SECTOR:2 * SECTOR + len(entries)] = entries
    return disk


def mbr(parts, signature=b"\x55\xaa"):
    """A sector; @parts: number -> (start, sectors, type)."""
    sector = bytearray(510) + signature
    for number, (start, size, kind) in parts.items():
        struct.pack_into("<B3sB3sII", sector, 430 + 16 * number, 0, b"abc", kind, b"def", start, size)
    return sector


def gpt_of(disk, sectors, at):
    """A copy of the table: (its header's fields, first and last of each partition)."""
    header = bytearray(disk[at * SECTOR:at * SECTOR + 92])
    fields = struct.unpack("<8sIIIIQQQQ16sQIII", header)
    header[16:20] = bytes(4)
    assert zlib.crc32(header) == fields[3], "the header's checksum"
    entries = disk[fields[10] * SECTOR:fields[10] * SECTOR + fields[11] * fields[12]]
    assert zlib.crc32(entries) == fields[13], "the entries' checksum"
    assert fields[5] == at and fields[5] + fields[6] == sectors, fields
    assert fields[10] == (2 if at == 1 else sectors - 1 - TABLE), fields
    assert fields[8] == sectors - 2 - TABLE, fields
    places = [struct.unpack_from("<QQ", entries, i * 128 + 32) for i in range(fields[11])]
    assert all(entries[i * 128:i * 128 + 16] == TYPE for i, place in enumerate(places) if place[1])
    return {number: place for number, place in enumerate(places, 1) if place[1]}


class System:
    """A machine whose root is the partition 2 of a card."""

    def __init__(self, work, program):
        self.work, self.program, self.log = work, program, work / "log"
        self.disk = work / "dev/mmcblk0"
        own = work / "sys/devices/card/block/mmcblk0/mmcblk0p2"
        for folder in (own, work / "sys/dev/block", work / "dev", work / "proc/self"):
            folder.mkdir(parents=True)
        (work / "sys/dev/block/179:2").symlink_to(own)
        self.own = own
        self.mounts("179:2 / / rw - ext4 /dev/root rw")

    def mounts(self, *lines):
        """What is mounted."""
        (self.work / "proc/self/mountinfo").write_text(
            "20 1 0:19 / /proc rw - proc proc rw\n" + "".join(f"21 1 {line}\n" for line in lines)
            + "22 1 179:1 / /boot rw - vfat /dev/x rw\n")

    def run(self, *arguments, disk=None, magic=EXT4, before=None, number="2\n", fail=""):
        """(status, output, error, what it wrote and asked for)."""
        if disk is not None:
            self.disk.write_bytes(disk)
        size = self.disk.stat().st_size if self.disk.exists() else 0
        (self.own / "partition").write_text(number)
        (self.own / "size").write_text(f"{before}\n")
        (self.own.parent / "size").write_text(f"{size // SECTOR}\n")
        self.log.write_text("")
        done = subprocess.run(
            [self.program, *map(str, arguments)], capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "ROOT": str(self.work), "LOG": str(self.log), "MAGIC": magic,
                 "FAIL": fail, "ASAN_OPTIONS": "exitcode=99:detect_leaks=0"})
        return (done.returncode, done.stdout, done.stderr, self.log.read_text().splitlines())


GPT_WRITES = ["write 16384 at {0}", "write 512 at {1}", "sync", "write 16384 at 2",
              "write 512 at 1", "sync", "write 512 at 0", "sync"]


def tables(result, system):
    """The partition table of an image."""
    image = system.work / "image"

    def table(content, number, **options):
        image.write_bytes(content)
        status, out, err, log = system.run("--table", image, number, **options)
        return status, out, err, log, image.read_bytes()

    def stays(title, said, content, number):
        with result.test("roots", title):
            status, out, err, log, after = table(content, number)
            assert status == 1 and said in err and not out and not log, (status, out, err, log)
            assert after == content, "it is written to"

    size = 40000
    end = (size - 1 - TABLE) // GRAIN * GRAIN
    with result.test("roots", "a GPT"):
        parts = {1: (2048, 4095), 5: (4096, 8191)}
        status, out, err, log, after = table(gpt(10000, parts, size), 5)
        assert (status, err) == (0, "") and \
            out == f"grow: partition 5 has {end - 4096} sectors from 4096 on\n", (out, err)
        assert log == [line.format(size - 33, size - 1) for line in GPT_WRITES], log
        for place in (1, size - 1):
            assert gpt_of(after, size, place) == {1: (2048, 4095), 5: (4096, end - 1)}
        assert struct.unpack_from("<II", after, 446 + 8) == (1, size - 1)
        again = table(after, 5)
        assert again[:4] == (0, out, "", []) and again[4] == after
    with result.test("roots", "a GPT of a disk to whose end a grain more fits, and one that is full"):
        for sectors, grown in ((GRAIN * 10 + TABLE, GRAIN * 9), (GRAIN * 10 + TABLE + 1, GRAIN * 10)):
            out = table(gpt(sectors, {2: (4096, GRAIN * 9 - 1)}), 2)[1]
            assert out == f"grow: partition 2 has {grown - 4096} sectors from 4096 on\n", out
    for fail in ("write 16384 at 2", "write 512 at 1", "write 512 at 0"):
        with result.test("roots", f"a GPT with an error: {fail}"):
            status, _, err, log, _ = table(gpt(10000, {2: (4096, 8191)}, size), 2, fail=fail)
            assert status == 1 and "cannot be written" in err and log[-1] == fail, (err, log)
    with result.test("roots", "a disk that does not sync"):
        status, _, err, log, _ = table(gpt(10000, {2: (4096, 8191)}, size), 2, fail="sync")
        assert status == 1 and "cannot be written" in err and len(log) == 3, (err, log)
    one = {2: (4096, 8191)}
    for title, change in (("signature", {"signature": b"EFI PARK"}), ("size", {"length": 91}),
                          ("checksum", {"spoil": 1})):
        stays(f"a GPT with another {title}", "the GPT is not in order", gpt(10000, one, size, **change), 2)
    stays("a GPT with other entries", "the GPT's entries are not in order",
          gpt(10000, one, size, crc=1), 2)
    for title, change, number in (
            ("small entries", {"stated": 127}, 2), ("large entries", {"stated": 1048577}, 2),
            ("no entries", {"claimed": 0}, 2), ("too many", {"claimed": 8193}, 2),
            ("parts of a sector", {"claimed": 3}, 2), ("fewer than asked for", {"claimed": 4}, 5)):
        stays(f"a GPT with entries: {title}", "of a kind that is not known",
              gpt(10000, one, size, **change), number)
    stays("a GPT with a partition behind", "partition 3 is behind partition 2",
          gpt(10000, {2: (4096, 8191), 3: (8192, 9000)}, size), 2)
    with result.test("roots", "a GPT with many and with long entries"):
        assert table(gpt(10000, one, size, count=8), 2)[0] == 0
        assert table(gpt(10000, one, size, count=64, size=256), 2)[0] == 0
    stays("a disk that is one sector too small for the copy", "smaller than its partitions",
          gpt(8191 + TABLE + 1, one), 2)
    with result.test("roots", "a disk that has room for the copy, and not for more"):
        status, out, err, log, _ = table(gpt(8192 + TABLE + 1, one), 2)
        assert (status, log) == (0, []) and "has 4096 sectors from 4096" in out, (err, log)
    stays("a GPT that is cut", "entries are at no place of the disk", gpt(10000, one)[:3 * SECTOR], 2)
    stays("a disk of less than a sector", "cannot be read", bytes(511), 2)
    stays("no table", "no partition table", bytes(10000 * SECTOR), 2)
    for bad in (b"\x55\xab", b"\x54\xaa"):
        stays(f"a signature {bad.hex()}", "no partition table",
              bytes(mbr({2: (2048, 2048, 0x83)}, bad)) + bytes(9999 * SECTOR), 2)

    def dos(sectors, parts):
        return bytes(mbr(parts)) + bytes((sectors - 1) * SECTOR)

    with result.test("roots", "an MBR"):
        content = dos(10000, {1: (2048, 2048, 0xc), 2: (4096, 4096, 0x83)})
        status, out, err, log, after = table(content, 2)
        want = mbr({1: (2048, 2048, 0xc), 2: (4096, 8192 - 4096, 0x83)})
        assert (status, log, after) == (0, [], content), (err, log)
        content = dos(10240, {1: (2048, 2048, 0xc), 2: (4096, 4096, 0x83)})
        status, out, err, log, after = table(content, 2)
        want = bytearray(mbr({1: (2048, 2048, 0xc), 2: (4096, 6144, 0x83)}))
        want[430 + 32 + 5:430 + 32 + 8] = b"\xfe\xff\xff"
        assert (status, log) == (0, ["write 512 at 0", "sync"]), (err, log)
        assert after == bytes(want) + content[SECTOR:]
        assert out == "grow: partition 2 has 6144 sectors from 4096 on\n", out
    stays("an MBR with a partition behind", "partition 4 is behind partition 2",
          dos(10240, {2: (2048, 2048, 0x83), 4: (6144, 1, 0x83)}), 2)
    stays("a logical partition", "partition 5 is in an extended one",
          dos(10240, {2: (2048, 2048, 5)}), 5)
    with result.test("roots", "an MBR with an empty entry behind, the last entry, and none"):
        status, _, err, log, _ = table(dos(10240, {3: (9000, 0, 0), 4: (2048, 2048, 0x83)}), 4)
        assert status == 0 and log, err
        status, _, err, log, _ = table(dos(10240, {2: (2048, 2048, 0x83)}), 3)
        assert status == 1 and not log and "there is no partition 3" in err, err
    with result.test("roots", "an MBR on a disk of more than 2 TiB"):
        image.write_bytes(dos(10240, {2: (4096, 4096, 0x83)}))
        os.truncate(image, SECTOR * ((1 << 32) + 5000))
        status, out, err, _ = system.run("--table", image, 2)
        assert out == f"grow: partition 2 has {(1 << 32) - GRAIN - 4096} sectors from 4096 on\n", err
    image.unlink()


def words(result, system):
    """The command line."""
    image = system.work / "image"
    usage = "usage: grow [MARKER] | grow --table IMAGE NUMBER\n"
    with result.test("roots", "words"):
        for arguments in (("--help",), ("-h",), ("a", "b"), ("--table",), ("--table", image),
                          ("--tables", image, 2), ("--table", image, 2, 3)):
            assert system.run(*arguments)[:3] == (2, "", usage), arguments
        image.write_bytes(gpt(40000, {2: (4096, 8191)}))
        for number in ("0", "129", "x", "2x", "-1"):
            assert "usage: grow --table IMAGE NUMBER" in system.run("--table", image, number)[2]
            assert system.run("--table", image, number)[0] == 2
        status, _, err, _ = system.run("--table", image, 128)
        assert status == 1 and "there is no partition 128" in err, err
        assert system.run("--table", system.work / "nowhere", 2)[0] == 2
        assert system.run("--table", system.work, 2)[0] == 2


def roots(result, system):
    """The root of a system that runs."""
    disk = gpt(10000, {1: (2048, 4095), 2: (4096, 8191)}, 40000)
    end = (40000 - 1 - TABLE) // GRAIN * GRAIN
    writes = [line.format(40000 - 33, 40000 - 1) for line in GPT_WRITES]
    told = f"partition 2 from {4096 * SECTOR} has {(end - 4096) * SECTOR}"
    said = f"grow: partition 2 had 4096 sectors, and has {end - 4096} of the disk's 40000\n"
    ext4 = f"ext4 {(end - 4096) // 8}"
    marker = system.work / "marker"
    with result.test("roots", "an ext4"):
        assert system.run(disk=disk, before=4096) == (0, said, "", [*writes, told, ext4])
    with result.test("roots", "a second time only the file system is asked to grow"):
        out = system.run(before=end - 4096)
        assert (out[0], out[3]) == (0, [ext4]), out
    with result.test("roots", "a table that has grown, of which the kernel does not know"):
        assert system.run(before=4096)[3] == [told, ext4]
    with result.test("roots", "a btrfs, which has a number of its own"):
        (system.work / "dev/mmcblk0p2.block").touch()
        system.mounts("0:32 /@ / rw,noatime shared:1 - btrfs /dev/mmcblk0p2.block rw")
        assert system.run(disk=disk, before=4096, magic=BTRFS)[3] == [*writes, told, "btrfs max"]
    with result.test("roots", "the last of what is mounted there"):
        system.mounts("0:2 / / rw - rootfs rootfs rw", "179:2 / / rw - ext4 /dev/root rw")
        assert system.run(disk=disk, before=4096)[3] == [*writes, told, ext4]
    with result.test("roots", "another file system"):
        status, _, err, _ = system.run(disk=disk, before=4096, magic=OTHER)
        assert status == 1 and "neither an ext4 nor a btrfs" in err, err
    for fail, magic, text in ((told, EXT4, "does not take the partition's new size"),
                              (ext4, EXT4, "the file system does not grow"),
                              ("btrfs max", BTRFS, "the file system does not grow")):
        with result.test("roots", f"the kernel refuses: {fail.split()[0]}"):
            marker.write_text("")
            status, out, err, log = system.run(marker, disk=disk, before=4096, magic=magic, fail=fail)
            assert status == 1 and text in err and not out and log[-1] == fail, (err, log)
            assert marker.exists(), "the marker is gone"
    with result.test("roots", "a marker"):
        marker.write_text("")
        assert system.run(marker, disk=disk, before=4096)[:3] == (0, said, "")
        assert not marker.exists(), "the marker stays"
        assert system.run(marker, disk=disk, before=4096) == (0, "", "", [])
        (system.work / "folder").mkdir()
        done = system.run(system.work / "folder", before=4096)
        assert done[0] == 1 and "folder" in done[2], done
    with result.test("roots", "a root on no partition"):
        for number in ("0\n", "none\n"):
            out = system.run(disk=disk, before=4096, number=number)
            assert out == (0, "grow: the root is on no partition\n", "", []), out
        system.mounts("0:40 / / rw - overlay overlay rw")
        assert system.run(before=4096)[:2] == (0, "grow: the root is on no partition\n")
    with result.test("roots", "a disk that is not there"):
        system.mounts("179:2 / / rw - ext4 /dev/root rw")
        system.disk.unlink()
        status, _, err, _ = system.run(before=4096)
        assert status == 1 and "/dev/mmcblk0: " in err, err
    with result.test("roots", "no list of what is mounted"):
        (system.work / "proc/self/mountinfo").unlink()
        status, _, err, _ = system.run(before=4096)
        assert status == 1 and "/proc/self/mountinfo" in err, err
    with result.test("roots", "a disk with a directory in its name"):
        system.mounts("179:3 / / rw - ext4 /dev/root rw")
        own = system.work / "sys/devices/x/block/cciss!c0d0/cciss!c0d0p2"
        own.mkdir(parents=True)
        (system.work / "sys/dev/block/179:3").symlink_to(own)
        system.own, system.disk = own, system.work / "dev/cciss/c0d0"
        system.disk.parent.mkdir()
        assert system.run(disk=disk, before=4096)[3] == [*writes, told, ext4]


def suites(result, work):
    """All of them."""
    system = System(work, build())
    for part in (tables, words, roots):
        part(result, system)
