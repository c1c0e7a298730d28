# SPDX-License-Identifier: GPL-2.0-only
"""outboard cover on made-up kernels, where each answer is known."""
import gzip
import json
import lzma
import re
import struct

from tests.program.common import compile_tree, nodes, refused, run
from tests.program.made_up import EXPECTED, OVERLAY, RELEASE, TREE, Kernel, make_image, module


def check_expected(have):
    wrong = []
    for path, (verdict, who, by, confidence) in EXPECTED.items():
        node = have[path]
        names = node["class"] if verdict == "class" else \
            " ".join(sorted(node["modules"])) or node["driver"]
        got = (node["verdict"], names, node["by"], node["confidence"])
        if got != (verdict, who, by, confidence):
            wrong.append(f"{path}: {got} instead of {(verdict, who, by, confidence)}")
    assert not wrong, "\n".join(wrong)


def answers(result, work, tree):
    kernel = Kernel(work / "plain")
    with result.test("answers", "each node of the made-up board"):
        check_expected(nodes("-k", kernel.root, tree))
    with result.test("answers", "why"):
        have = nodes("-k", kernel.root, tree)
        for path, words in {
                "/soc/net@2000": "no driver for acme,net-new",
                "/soc/gap@6000": "no driver in this kernel for acme,gap, acme,gap-old$",
                "/soc/listed@5000": "acme,listed as a name",
                "/soc/lookup": "acme,looked-up as a name",
                "/soc/i2c@c000/clock@2": "nothing loads it by itself: the I2C core",
                "/soc/spi@d000/flash@1": "nothing loads it by itself: the SPI core",
                "/soc/dma": "built in for acme,dma may take it first",
                "/soc/plane": "no alias for it, but is loaded for acme,display"}.items():
            assert re.search(words, have[path]["why"]), f"{path}: {have[path]['why']}"
        assert not have["/soc/i2c@c000/clock@2"]["autoload"]
        assert have["/soc/i2c@c000/clock@1"]["autoload"]
        assert have["/soc/spi@d000/flash@0"]["autoload"]
        assert not have["/soc/spi@d000/flash@1"]["autoload"]
    with result.test("answers", "disabled nodes and their children only with --all"):
        assert "/soc/off@b000/child@0" not in nodes("-k", kernel.root, tree)
        have = nodes("-k", kernel.root, "--all", tree)
        assert have["/soc/off@b000/child@0"]["status"] == "disabled"
        assert have["/soc/off@b000"]["driver"] == "acme-dma"
    with result.test("answers", "--only"):
        have = nodes("-k", kernel.root, "--only", "/soc/spi@d000/", tree)
        assert len(have) == 3 and all(node["verdict"] == "module" for node in have.values())
    with result.test("answers", "built-in by the kernel's own list"):
        listed = Kernel(work / "listed", builtin="acme_gap.license=GPL\0"
                        "acme_gap.alias=of:N*T*Cacme,gapC*\0acme_gap.alias=of:N*T*Cacme,gap\0"
                        "acme_uart.alias=of:N*T*Cacme,uart\0")
        have = nodes("-k", listed.root, tree)
        assert have["/soc/gap@6000"]["modules"] == ["acme_gap"]
        assert have["/soc/gap@6000"]["verdict"] == "builtin"
        assert have["/soc/gap@6000"]["confidence"] == "A"
        assert have["/soc/serial@1000"]["modules"] == ["acme_uart"]
        assert have["/soc/serial@1000"]["driver"] == "acme-uart"
    with result.test("answers", "--against shows what differs"):
        have = nodes("-k", kernel.root, "--against", listed.root, tree)
        assert set(have) == {path for path, node in nodes("-k", kernel.root, tree).items()
                             if "acme,gap" in node["compatible"]}, sorted(have)
        assert have["/soc/gap@6000"]["verdict"] == "none"
        assert have["/soc/gap@6000"]["against"]["modules"] == ["acme_gap"]


def images(result, work, tree):
    raw = make_image()
    zboot = bytearray(b"MZ\0\0zimg" + struct.pack("<II", 64, 0) + bytes(8) + b"gzip".ljust(32, b"\0"))
    zboot += bytes(64 - len(zboot))
    packed = gzip.compress(raw)
    struct.pack_into("<I", zboot, 12, len(packed))
    for name, image in {"pointers in a RELA table": make_image(rela=True),
                        "gzip": packed, "EFI zboot": bytes(zboot) + packed + bytes(8)}.items():
        with result.test("images", name):
            check_expected(nodes("-k", Kernel(work / name.replace(" ", "-"), image).root, tree))
    with result.test("images", "no pointers"):
        have = nodes("-k", Kernel(work / "blind", make_image(pointers=False)).root, tree)
        assert have["/soc/serial@1000"]["verdict"] == "builtin"
        assert have["/soc/serial@1000"]["driver"] is None
    with result.test("images", "cut short at every length"):
        cut = work / "cut"
        for length in [*range(0, 200, 7), *range(4096, len(raw), 997)]:
            cut.write_bytes(raw[:length])
            status, _, err = run("-k", work / "blind", "--image", cut, tree)
            assert status == (1 if length >= 64 else 2), f"{length} bytes: {status} {err}"
    kernel = Kernel(work / "bad-image")
    for name, content, words in (
            ("gzip that is cut", packed[:-100], "gzip data is damaged, cut short"),
            ("zboot that is cut", bytes(zboot) + packed[:-9], "is cut short: its payload"),
            ("zboot with lzo", bytes(zboot[:24]) + b"lzo".ljust(40, b"\0") + b"\x89LZO" +
             packed, "compressed with lzo"),
            ("no image", bytes(5000), "is no arm64 kernel image"),
            ("ELF", b"\x7fELF" + bytes(5000), "is an ELF file"),
            ("empty", b"", "is no arm64 kernel image")):
        with result.test("images", name):
            kernel.image.write_bytes(content)
            refused(words, "-k", kernel.root, tree)


def modules(result, work, tree):
    kernel = Kernel(work / "unindexed", aliases=None)
    with result.test("modules", "without modules.alias the modules are read"):
        have = nodes("-k", kernel.root, tree)
        assert have["/soc/net@2000"]["modules"] == ["acme_net"]
        assert have["/soc/plane"]["modules"] == ["display"]
        assert "has no modules.alias" in run("-k", kernel.root, tree)[1]
    ours = work / "ours" / "deep" / "er"
    ours.mkdir(parents=True)
    (ours / "gap-filler.ko").write_bytes(module([("alias", "of:N*T*Cacme,gap-old"),
                                                 ("alias", "of:N*T*Cacme,uart")]))
    plain = work / "plain"
    with result.test("modules", "--modules fills a gap, and says so"):
        have = nodes("-k", plain, "--modules", work / "ours", tree)
        assert have["/soc/gap@6000"]["ours"] == ["gap_filler"]
        assert have["/soc/gap@6000"]["by"] == "acme,gap-old"
        assert have["/soc/gap@6000"]["position"] == 2
        assert have["/soc/serial@1000"]["verdict"] == "builtin"
        assert "a module of --modules" in run("-k", plain, "-m", work / "ours", tree)[1]
    with result.test("modules", "--modules with compressed ones"):
        packed = work / "packed"
        packed.mkdir()
        (packed / "gap-filler.ko.xz").write_bytes(
            lzma.compress((ours / "gap-filler.ko").read_bytes(), check=lzma.CHECK_CRC32))
        assert nodes("-k", plain, "-m", packed, tree)["/soc/gap@6000"]["ours"] == ["gap_filler"]
    with result.test("modules", "--modules without any"):
        refused("has no .ko file", "-k", plain, "--modules", plain / "boot", tree)
        refused("is no directory", "-k", plain, "--modules", work / "nowhere", tree)
    with result.test("modules", "--modules with what is none"):
        (packed / "broken.ko").write_text("no module")
        refused("broken.ko: cannot be read as a module", "-k", plain, "--modules", packed, tree)


def overlays(result, work, tree):
    kernel, overlay = work / "plain", compile_tree(OVERLAY, work / "o.dtbo")
    with result.test("overlays", "what they change"):
        have = nodes("-k", kernel, "--overlay", overlay, tree)
        for path, change, before in (
                ("/soc/off@b000", "enabled", None), ("/soc/off@b000/child@0", "enabled", None),
                ("/soc/serial@1000", "changed", "builtin"), ("/soc/added", "added", None),
                ("/soc/gap@6000", "disabled", "none"), ("/soc/net@2000", "none", "module")):
            node = have[path]
            assert node["change"] == change, f"{path}: {node['change']}"
            assert (node["before"] or {}).get("verdict") == before, f"{path}: {node['before']}"
    with result.test("overlays", "--overlay-nodes"):
        have = nodes("-k", kernel, "--overlay", overlay, "--overlay-nodes", tree)
        assert set(have) == {"/soc/off@b000", "/soc/off@b000/child@0", "/soc/serial@1000",
                             "/soc/added"}, sorted(have)
    with result.test("overlays", "one that does not fit"):
        other = compile_tree(OVERLAY.replace("acme,board", "other,board"), work / "other.dtbo")
        refused("other.dtbo", "-k", kernel, "--overlay", other, tree)
        refused("--overlay-nodes needs --overlay", "-k", kernel, "--overlay-nodes", tree)


def forms(result, work, tree):
    kernel = work / "plain"
    have = nodes("-k", kernel, tree)
    count = {verdict: sum(node["verdict"] == verdict for node in have.values())
             for verdict in ("module", "builtin", "class", "none")}
    with result.test("forms", "JSON has the sums"):
        _, out, _ = run("-k", kernel, "--json", tree, tree)
        said = json.loads(out)
        assert said["kernel"]["release"] == RELEASE and len(said["trees"]) == 2
        assert said["trees"][0]["model"] == 'ACME "Board"'
        assert said["trees"][0]["compatible"] == ["acme,board", "acme,soc"]
        assert {**said["trees"][1]["summary"], **count} == said["trees"][1]["summary"]
    with result.test("forms", "text: gaps first, then the sums"):
        _, out, _ = run("-k", kernel, tree)
        lines = out.splitlines()
        assert lines[0].endswith(f": ACME \"Board\", on {RELEASE}"), lines[0]
        marks = [line.split()[0] for line in lines[1:-1]]
        assert marks == ["NONE"] * count["none"] + ["module"] * count["module"] + \
            ["built-in"] * count["builtin"] + ["no"] * count["class"], marks
        assert lines[-1] == "  {module} module, {builtin} built-in, {class} need none, " \
            "{none} none (2 disabled)".format(**count), lines[-1]
    with result.test("forms", "KTAP"):
        _, out, _ = run("-k", kernel, "--ktap", tree, tree)
        lines = out.splitlines()
        assert lines[:2] == ["KTAP version 1", "1..2"], lines[:2]
        assert sum(line.startswith("not ok ") for line in lines) == 2
        assert f"    1..{len(have)}" in lines
        assert sum(line.startswith("    not ok ") for line in lines) == 2 * count["none"]
        assert sum("# SKIP" in line for line in lines) == 2 * count["class"]
    with result.test("forms", "nothing of a file reaches the terminal as it is"):
        odd = compile_tree(TREE.replace("ACME ", "\\x1b[31m"), work / "odd.dtb")
        assert "\x1b" not in run("-k", kernel, odd)[1]
        assert json.loads(run("-k", kernel, "--json", odd)[1])["trees"][0]["model"][0] == "\x1b"


def words(result, work, tree):
    plain = work / "plain"
    with result.test("errors", "where the kernel is not"):
        refused("no kernel is given", tree)
        refused("is no directory", "-k", work / "nowhere", tree)
        (work / "linux.deb").write_bytes(b"!<arch>\n")
        refused("dpkg-deb -x", "-k", work / "linux.deb", tree)
        refused("has no kernel modules", "-k", plain / "boot", tree)
    with result.test("errors", "two kernels, and how to choose"):
        Kernel(work / "two")
        (work / "two/lib/modules/6.2.0/kernel").mkdir(parents=True)
        refused(f"has 2 kernels: .*{RELEASE}", "-k", work / "two", tree)
        assert "/soc" in nodes("-k", work / "two/lib/modules" / RELEASE, tree)
    with result.test("errors", "no image, and one that is given"):
        kernel = Kernel(work / "no-image")
        kernel.image.rename(work / "elsewhere")
        refused("has no image for .*--image", "-k", kernel.root, tree)
        check_expected(nodes("-k", kernel.root, "--image", work / "elsewhere", tree))
        refused("cannot be opened", "-k", kernel.root, "--image", work / "nowhere", tree)
    with result.test("errors", "an image at the top, as nixpkgs has it"):
        (work / "elsewhere").rename(kernel.root / "Image")
        check_expected(nodes("-k", kernel.root, tree))
        check_expected(nodes("-k", kernel.modules, tree))
    with result.test("errors", "trees"):
        refused("no device tree is given", "-k", plain)
        refused("cannot be opened", "-k", plain, tree, work / "nowhere.dtb")
        refused("is not a device tree", "-k", plain, plain / "boot" / f"vmlinuz-{RELEASE}")
        refused("--against-image needs", "-k", plain, "--against-image", tree, tree)


def suites(result, work):
    """All of them; the later ones use the kernels of the earlier."""
    tree = compile_tree(TREE, work / "board.dtb")
    for part in (answers, images, modules, overlays, forms, words):
        part(result, work, tree)
