# SPDX-License-Identifier: GPL-2.0-only
"""Where a kernel's files may lie, and what their lists say."""
import gzip
import lzma
import shutil

from tests.program.common import compile_tree, nodes, refused, run
from tests.program.made_up import MODULES, RELEASE, Kernel, make_image, module

# Where an image may lie below the directory that is given, and beside the modules.
BELOW = ("boot/vmlinuz-{}", "boot/vmlinux-{}", "boot/Image-{}", "boot/vmlinuz-{}.unsigned", "Image",
         "Image.gz", "vmlinuz.efi", "zImage", "run/booted-system/kernel")
BESIDE = ("vmlinuz", "vmlinuz.unsigned", "vmlinuz.efi", "Image", "Image.gz")
ABOVE = ("../../../boot/vmlinuz-{}", "../../../boot/vmlinux-{}", "../../../Image",
         "../../../Image.gz", "../../../vmlinuz.efi")
HIGHER = ("../../../../boot/vmlinuz-{}", "../../../../boot/vmlinux-{}")


def tree_of(work, *compatibles, name="packages.dtb"):
    """A tree with the nodes /n0, /n1 and so on."""
    text = "".join(f"n{i} {{ compatible = \"{one}\"; }};" for i, one in enumerate(compatibles))
    return compile_tree(f"/dts-v1/; / {{ {text} }};", work / name)


def images(result, work):
    tree = tree_of(work, "acme,uart")

    def found(root, place, given):
        path = root / place.format(RELEASE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(make_image()) if ".gz" in place else make_image())
        try:
            have = nodes("-k", given, tree)["/n0"]
            assert have["driver"] == "acme-uart", have
        finally:
            path.unlink()
        refused(f"has no image for {RELEASE} ", "-k", given, tree)

    kernel = Kernel(work / "places")
    kernel.image.unlink()
    for place in BELOW:
        with result.test("packages", f"an image as {place}"):
            found(kernel.root, place, kernel.root)
    for place in (*BESIDE, *ABOVE):
        with result.test("packages", f"an image as lib/modules/*/{place}"):
            found(kernel.modules, place, kernel.modules)
    usr = work / "usr-root"
    (usr / "usr/lib/modules").mkdir(parents=True)
    shutil.copytree(kernel.modules, usr / "usr/lib/modules" / RELEASE)
    for place in HIGHER:
        with result.test("packages", f"an image as usr/lib/modules/*/{place}"):
            found(usr / "usr/lib/modules" / RELEASE, place, usr / "usr/lib/modules" / RELEASE)
    with result.test("packages", "the image beside the modules comes first"):
        (kernel.modules / "vmlinuz").write_bytes(make_image())
        kernel.image.write_bytes(b"no image")
        assert nodes("-k", kernel.root, tree)["/n0"]["driver"] == "acme-uart"
        (kernel.modules / "vmlinuz").unlink()
        refused("vmlinuz-.*: is no arm64 kernel image", "-k", kernel.root, tree)
        kernel.image.unlink()
    with result.test("packages", "a directory is no image"):
        (kernel.root / "Image").mkdir()
        refused("has no image", "-k", kernel.root, tree)


def releases(result, work):
    tree = tree_of(work, "acme,uart")
    for place in ("lib/modules", "usr/lib/modules", "run/booted-system/kernel-modules/lib/modules"):
        for file in ("modules.alias", "modules.builtin", "modules.order", "kernel"):
            with result.test("packages", f"a release in {place} by its {file}"):
                root = work / "by-file" / place.replace("/", "-") / file
                path = root / place / "6.5.0-x"
                path.mkdir(parents=True)
                (root / "Image").write_bytes(make_image())
                if file == "kernel":
                    (path / file).mkdir()
                    (path / file / "m.ko").write_bytes(MODULES["acme_net"])
                else:
                    (path / file).write_text("")
                    (path / "modules.alias").touch()
                    if file != "modules.alias":
                        (path / "modules.alias").unlink()
                        (path / "m.ko").write_bytes(MODULES["acme_net"])
                assert ", on 6.5.0-x\n" in run("-k", root, tree)[1]
    root = work / "several"
    kernel = Kernel(root)
    with result.test("packages", "what is no release does not count"):
        (root / "lib/modules/empty").mkdir()
        (root / "lib/modules/.hidden/kernel").mkdir(parents=True)
        (root / "lib/modules/file").touch()
        assert f", on {RELEASE}\n" in run("-k", root, tree)[1]
        assert f", on {RELEASE}\n" in run("-k", kernel.modules, tree)[1]
    with result.test("packages", "a release that links lead to twice is one"):
        (root / "usr").mkdir()
        (root / "usr/lib").symlink_to("../lib")
        assert f", on {RELEASE}\n" in run("-k", root, tree)[1]
    with result.test("packages", "several releases are named"):
        for number in range(70):
            (root / f"lib/modules/6.{number}.0-x/kernel").mkdir(parents=True)
        refused(r"several: has 64 kernels: give one of these instead: \S+, \S+/lib/modules/\S+",
                "-k", root, tree)
        shutil.rmtree(root / "lib/modules/6.0.0-x")
    with result.test("packages", "a package that is not unpacked"):
        for name, said in (("x.deb", "is a package: unpack it with 'dpkg-deb -x"),
                           ("x.rpm", "is no directory"), ("no.deb/x", "is no directory")):
            if "/" not in name:
                (work / name).touch()
            refused(f"/{name}: {said}", "-k", work / name, tree)


def alias_files(result, work):
    """modules.alias, modules.builtin.modinfo: what is a line, and what is passed over."""
    long = "x" * 400
    lines = ["alias of:N*T*Ca,one one", "#alias of:N*T*Ca,comment wrong",
             "aliasof:N*T*Ca,joined wrong", "alias of:N*T*Ca,nobody ", "alias of:N*T*Ca,nobody",
             "alias", "alias ", "", "alias " + "y" * 1100 + " wrong",
             f"alias of:N*T*C{long} long", f"alias of:N*T*C{'f' * 503} fits",
             f"alias of:N*T*C{'g' * 504} wrong", f"alias of:N*T*C{'z' * 600} wrong",
             "alias of:X*T*Ca,no-name wrong", "alias of:N*Ca,no-type wrong", "alias of:N*T* wrong",
             "alias of:N*T*C wrong", "alias of:N*T*Ca,pat* wrong", "alias of:N*T*Ca,p?t wrong",
             "alias of:N*T*Ca,[pt] wrong", "alias of:N*T*CC* wrong", "alias of:N*T*Ca,mixC* mix",
             "alias of:NnodeT*Ca,named named", "alias of:N*TkindCa,typed typed",
             "alias of:NTCa,bare bare", "alias usb:a,usb wrong", "alias platform: wrong",
             "alias of:N*T*Ca,one one", "alias of:N*T*Ca,one two", "alias of:N*T*Ca,last last"]
    kernel = Kernel(work / "lines", aliases="\n".join(lines))
    text = "".join(f"n{i} {{ compatible = \"{name}\"; }};" for i, name in enumerate(
        ["a,one", "a,comment", "a,joined", "a,nobody", long, "z" * 600, "a,no-name", "a,no-type",
         "a,pat", "a,p?t", "a,[pt]", "a,mix", "a,usb", "a,last", "C", "a,bare", "f" * 503, "g" * 504]))
    text += "node@1 { reg = <1 1>; compatible = \"a,named\"; };" \
        "nodes { compatible = \"a,named\"; }; t0 { device_type = \"kind\"; compatible = \"a,typed\"; };" \
        "t1 { device_type = \"kinds\"; compatible = \"a,typed\"; }; t2 { compatible = \"a,typed\"; };"
    tree = compile_tree(f"/dts-v1/; / {{ {text} }};", work / "lines.dtb")
    wanted = {"/n0": "one two", "/n4": "long", "/n11": "mix", "/n13": "last", "/n15": "bare", "/n16": "fits",
              "/node@1": "named", "/t0": "typed"}
    with result.test("packages", "the lines of modules.alias"):
        have = nodes("-k", kernel.root, tree)
        got = {path: " ".join(sorted(node["modules"])) for path, node in have.items()
               if node["modules"]}
        assert got == wanted, got
    kernel = Kernel(work / "infos", builtin="one.alias=of:N*T*Ca,one\0one.license=GPL\0"
                    f"big.alias=of:N*T*C{'x' * 1100}\0"
                    "two.aliases=of:N*T*Ca,comment\0alias=of:N*T*Ca,joined\0"
                    "three.alias=platform:a\0\0four.alias=of:N*T*Ca,last")
    with result.test("packages", "the lines of modules.builtin.modinfo"):
        have = nodes("-k", kernel.root, tree)
        got = {path: node["modules"] for path, node in have.items() if node["modules"]}
        assert got == {"/n0": ["one"], "/n13": ["four"]}, got
    with result.test("packages", "many aliases, many owners"):
        many = 20000
        kernel = Kernel(work / "many", aliases="".join(
            f"alias of:N*T*Cmany,device-{number} module_{number // 3}\n" for number in range(many))
            + "".join(f"alias of:N*T*Cmany,shared owner_{number}\n" for number in range(40)))
        picked = range(0, many, 1999)
        tree = tree_of(work, *(f"many,device-{number}" for number in picked), "many,shared",
                       "many,device-20000")
        have = nodes("-k", kernel.root, tree)
        for i, number in enumerate(picked):
            assert have[f"/n{i}"]["modules"] == [f"module_{number // 3}"], have[f"/n{i}"]
        shared = have[f"/n{len(picked)}"]["modules"]
        assert 1 < len(shared) == len(set(shared)), shared
        assert have[f"/n{len(picked) + 1}"]["verdict"] == "none"


def module_files(result, work):
    """Modules that are read themselves: which files those are, and for what."""
    kernel = Kernel(work / "files", aliases=None)
    place = kernel.modules / "kernel"
    for path in place.iterdir():
        path.unlink()

    def content(name):
        return module([("license", "GPL"), ("alias", f"of:N*T*Cfile,{name}"),
                       ("alias", f"of:N*T*Cfile,{name}-too"), ("depends", "")])

    (place / "plain.ko").write_bytes(content("plain"))
    (place / "with-xz.ko.xz").write_bytes(lzma.compress(content("xz"), check=lzma.CHECK_CRC32))
    for name in ("x.ko.bak", "x.kob", "x.o", ".hidden.ko"):
        (place / name).write_bytes(content("wrong"))
    (place / "dir.ko").mkdir()
    deep = place / "a/b/c/d"
    deep.mkdir(parents=True)
    (deep / "deep.ko").write_bytes(content("deep"))
    (place / "linked.ko").symlink_to("../elsewhere")
    (kernel.modules / "elsewhere").write_bytes(content("linked"))
    (place / "dangling.ko").symlink_to("nowhere")
    (place / "circle").symlink_to("..")
    names = ("plain", "plain-too", "xz", "xz-too", "wrong", "deep", "linked")
    tree = tree_of(work, *(f"file,{name}" for name in names))
    with result.test("packages", "the files that are modules"):
        have = nodes("-k", kernel.root, tree)
        got = [(have[f"/n{i}"]["modules"] or [None])[0] for i in range(len(names))]
        assert got == ["plain", "plain", "with_xz", "with_xz", None, "deep", "linked"], got
    with result.test("packages", "a kernel without any module"):
        shutil.rmtree(place)
        place.mkdir()
        (kernel.modules / "elsewhere").unlink()
        refused("has no .ko file, nor has a directory below it", "-k", kernel.root, tree)


def tables(result, work):
    """The tables of a module that is loaded for another node: by the paths in modules.dep."""
    tree = tree_of(work, "acme,display", "acme,plane", "acme,pipe", "acme,other")

    def answers(*lines, files=("kernel/display.ko",), content=MODULES["display"]):
        root = work / "tables"
        shutil.rmtree(root, ignore_errors=True)
        kernel = Kernel(root)
        for old in (kernel.modules / "kernel").glob("display*"):
            old.unlink()
        for file in files:
            path = kernel.modules / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (kernel.modules / "modules.dep").write_text(
            "".join(line.format(kernel.modules) for line in lines))
        have = nodes("-k", root, tree)
        got = have["/n1"]["modules"], have["/n2"]["modules"], have["/n3"]["modules"]
        assert got in (([], [], []), (["display"], ["display"], [])), got
        return bool(got[0])

    for title, given, found in (
            ("a line with what it depends on", ["kernel/a.ko: kernel/b.ko\n", "kernel/display.ko: "
                                                "kernel/a.ko kernel/b.ko\n"], True),
            ("no newline at the end", ["kernel/display.ko:"], True),
            ("an absolute path", ["{}/kernel/display.ko:\n"], True),
            ("no colon", ["kernel/display.ko\n"], False),
            ("another module", ["kernel/displays.ko:\n"], False),
            ("a file that is not there", ["lib/display.ko:\n"], False),
            ("nothing", [], False)):
        with result.test("packages", f"modules.dep: {title}"):
            assert answers(*given) == found
    with result.test("packages", "modules.dep: a compressed module"):
        assert answers("kernel/display.ko.xz:\n", files=("kernel/display.ko.xz",),
                       content=lzma.compress(MODULES["display"], check=lzma.CHECK_CRC32))


def suites(result, work):
    """All of them."""
    for part in (images, releases, alias_files, module_files, tables):
        part(result, work)
