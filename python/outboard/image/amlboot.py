# SPDX-License-Identifier: GPL-2.0-only
"""Is this a signed boot image of Amlogic's S4, whole, for an SD card?

    amlboot FILE

The boot ROM checks signatures, which nobody else can; here it is what can be seen: the header's
checksum, and that the parts that it lists are all there. Ends with status 1 and a sentence if
not.
"""
import hashlib
import pathlib
import struct
import sys

MAGIC = b"@AMLBOOT"
HEADER = slice(0x20, 0x90)
# From here on are the disk's signature and partition table: a file read from a card has them.
TABLE = 0x1b8
# Where the parts' offsets count from; before it the first sector, with the partition table's place.
BASE = 0x200
ENTRIES = 0x40
ENTRY = struct.Struct("<4sIII")
WANTED = ("BBST", "BL2E", "BL2X", "DDRF", "DEVF")
HELP = ("wanted is the image for SD cards, u-boot.bin.sd.bin.signed, whole; "
        "docs/boot-firmware.md says where it is had")


class Wrong(Exception):
    """What is wrong with the file."""


def parts(data):
    """[(name, offset, size)] of an image, checked."""
    if len(data) < BASE:
        raise Wrong(f"has {len(data)} bytes, less than its header")
    if data[HEADER][:len(MAGIC)] != MAGIC:
        if MAGIC in data[:0x1000]:
            raise Wrong(f"has {MAGIC.decode()} at {data.find(MAGIC):#x}, not at 0x20: this is "
                        "another form of the image, such as the one for USB or the eMMC")
        raise Wrong(f"is no boot image of Amlogic's S4: {MAGIC.decode()} is not at 0x20")
    if hashlib.sha256(data[HEADER]).digest() != data[:HEADER.start]:
        raise Wrong("is damaged: the checksum of its header is wrong")
    if any(data[HEADER.stop:TABLE]):
        raise Wrong(f"is damaged: there is something at {HEADER.stop:#x} to {TABLE:#x}")
    found = [(name.decode("ascii", "replace"), offset, size) for name, offset, size, _ in
             ENTRY.iter_unpack(data[ENTRIES:HEADER.stop])]
    if tuple(name for name, _, _ in found) != WANTED:
        raise Wrong(f"has the parts {', '.join(name for name, _, _ in found)} and not "
                    f"{', '.join(WANTED)}")
    end = 0
    for name, offset, size in found:
        if offset != end:
            raise Wrong(f"is damaged: {name} begins at {offset:#x}, the part before ends at "
                        f"{end:#x}")
        end = offset + size
    if BASE + end != len(data):
        raise Wrong(f"has {len(data)} bytes, its parts have {BASE + end}: is it cut off?")
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit("outboard: usage: amlboot FILE")
    path = pathlib.Path(sys.argv[1])
    try:
        found = parts(path.read_bytes())
    except OSError as error:
        sys.exit(f"outboard: {path}: {error.strerror}")
    except Wrong as wrong:
        print(f"outboard: {path} {wrong}\n({HELP})", file=sys.stderr)
        sys.exit(1)
    print(f"{path.name}: " + ", ".join(f"{name} {size}" for name, _, size in found))


if __name__ == "__main__":
    main()
