# SPDX-License-Identifier: GPL-2.0-only
"""An image as a machine's SD card: what is written goes to a file beside it.

The file is in QEMU's format qcow2, with the image behind it, and as large as a card
has to be: a power of two. The image itself stays as it is.
"""
import struct

from outboard.steps import Fault

CLUSTER_BITS = 16
CLUSTER = 1 << CLUSTER_BITS
BACKING_FORMAT = 0xE2792ACA
SMALLEST = 1 << 22


def card_size(size):
    """The size of the smallest card that holds @size bytes."""
    card = SMALLEST
    while card < size:
        card *= 2
    return card


def _padded(data):
    return data + bytes(-len(data) % CLUSTER)


def overlay(image, out):
    """Make @out, a card with @image's contents; returns its size in bytes."""
    name = str(image.resolve()).encode()
    if len(name) > 1023:
        raise Fault(f"IMAGE={image}: its path is longer than QEMU can note")
    size = card_size(image.stat().st_size)
    # One entry of the first table for each cluster of second ones.
    entries = -(-size // (CLUSTER * CLUSTER // 8))
    first_table = _padded(bytes(8 * entries))
    # Clusters: the header, the table and the block of reference counts, the first table.
    used = 3 + len(first_table) // CLUSTER
    extension = struct.pack(">II8s", BACKING_FORMAT, 3, b"raw") + bytes(8)
    length = 104
    header = struct.pack(">4sIQIIQIIQQIIQQQQII", b"QFI\xfb", 3, length + len(extension), len(name),
                         CLUSTER_BITS, size, 0, entries, 3 * CLUSTER, CLUSTER, 1, 0, 0, 0, 0, 0,
                         4, length)
    with open(out, "wb") as handle:
        handle.write(_padded(header + extension + name))
        handle.write(_padded(struct.pack(">Q", 2 * CLUSTER)))
        handle.write(_padded(struct.pack(">H", 1) * used))
        handle.write(first_table)
    return size
