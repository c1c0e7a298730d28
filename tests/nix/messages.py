# SPDX-License-Identifier: GPL-2.0-only
"""Mistakes of who writes a configuration, and what has to be said of each."""
import dataclasses


@dataclasses.dataclass
class Case:
    """@words: regular expressions that the message has. @real: no other words with a real
    nixpkgs, and none of our packages is asked. @cheap: quickly seen to fail."""

    name: str
    expression: str
    words: tuple
    real: bool = True
    cheap: bool = True


def system(board, module):
    return f'toplevel "{board}" ({{ pkgs, ... }}: {{ {module} }})'


def tree(board, rest):
    return ("pkgs.outboardPackages.mkDeviceTree { "
            f'board = "{board}"; kernel = boardPkgs.linuxPackages_6_12.kernel; {rest} }}')


EVALUATED = [
    Case("an option that there is not",
         system("khadas-vim3", "hardware.outboard.overlay = [ ];"),
         (r"option `hardware\.outboard\.overlay' does not exist",)),
    Case("a value of the wrong type", system("khadas-vim3", 'hardware.outboard.enable = "yes";'),
         (r"`hardware\.outboard\.enable' is not of type `boolean'",)),
    Case("a board that there is not",
         '(nixosSystem { modules = [ modules.default { hardware.outboard = '
         '{ enable = true; board = "khadas-vim2"; }; } ]; }).config.hardware.outboard.board',
         (r"`hardware\.outboard\.board' is not of type", r'one of "bananapi-bpi-r3".*"rock-5a"')),
    Case("no board at all",
         "(nixosSystem { modules = [ modules.default { hardware.outboard.enable = true; } ]; })"
         ".config.boot.kernelParams",
         (r"hardware\.outboard\.board is not set: it is one of bananapi-bpi-r3",)),
    Case("a module of a board that there is not", "modules.khadas-vim2",
         ("attribute 'khadas-vim2' missing",)),
    Case("an overlay that there is not",
         system("khadas-vim3", 'hardware.outboard.overlays = [ "khadas-vim3-warp-drive" ];'),
         ("there is no overlay khadas-vim3-warp-drive for the Khadas VIM3; there are khadas-",
          r"dtsFile = ")),
    Case("an overlay of another board",
         system("khadas-vim3", 'hardware.outboard.overlays = [ "khadas-vim1s-spi0" ];'),
         (r"overlay khadas-vim1s-spi0 is not for the Khadas VIM3 but for the Khadas VIM1S",
          "leave it out")),
    Case("an overlay for the vendor's tree alone",
         system("khadas-vim1s", 'hardware.outboard.overlays = [ "khadas-vim1s-vendor-fix" ];'),
         (r"khadas-vim1s-vendor-fix is for the vendor kernel's tree of the Khadas VIM1S alone",
          'deviceTree.family = "vendor"')),
    Case("overlays that exclude each other",
         "let board = lib.findFirst (b: b.overlays ? exclusive) null (lib.attrValues boards); in "
         "toplevel board.id { hardware.outboard.overlays = lib.take 2 (lib.head "
         "board.overlays.exclusive); }",
         (r"overlays \S+ and .* cannot be merged together",)),
    Case("an overlay of one's own without a source",
         system("khadas-vim3", 'hardware.outboard.overlays = [ { name = "mine"; } ];'),
         ("overlay mine needs one of dtsFile, dtsText and dtboFile, and has none",)),
    Case("an overlay of one's own with two sources",
         system("khadas-vim3", 'hardware.outboard.overlays = [ { name = "mine"; dtsText = "a"; '
                               'dtsFile = /mine.dtso; } ];'),
         ("overlay mine needs one of .*, and has dtsFile and dtsText",)),
    Case("overlays for NixOS' own way",
         system("khadas-vim3", 'hardware.deviceTree.overlays = [ { name = "mine"; dtsText = "a"; }'
                               ' ];'),
         ("hardware.deviceTree.overlays has mine", "Move them to hardware.outboard.overlays")),
    Case("a family that the board has not",
         system("khadas-vim3", 'hardware.outboard.deviceTree.family = "rescue";'),
         (r"family = \"rescue\": the Khadas VIM3 has no such tree; it has ",)),
    Case("a kernel that is too old for the modules",
         system("raspberry-pi-4", 'boot.kernelPackages = kernelOf pkgs "5.4.200" { };'),
         (r"outboard's modules are for Linux [\d.]+ and newer; this is 5\.4\.200",
          r"boot\.kernelPackages")),
    Case("a kernel that is newer than any that was tried",
         system("raspberry-pi-4", 'boot.kernelPackages = kernelOf pkgs "99.1" { };'),
         (r"were tried on Linux up to [\d.]+; this is 99\.1", "untested = true",
          r"modules\.enable = false")),
    Case("modules' package of a kernel out of range",
         'let found = (kernelOf boardPkgs "5.4.200" { }).outboard; in '
         "builtins.deepSeq found.supported found.drvPath",
         ("outboard-modules-.*marked as broken",)),
    Case("a kernel that has no tree of the board",
         system("orangepi-5", 'boot.kernelPackages = kernelOf pkgs "6.1.1" { };'),
         ("Linux 6.1.1 has no device tree for the Orange Pi 5", "Take a newer kernel")),
    Case("a kernel that is too old for the tree that was asked for",
         system("orangepi-5", 'boot.kernelPackages = kernelOf pkgs "6.1.1" { }; '
                              'hardware.outboard.deviceTree.family = "mainline";'),
         ("Linux 6.1.1 is below ", "take a newer kernel")),
    Case("kernel packages of a nixpkgs without the overlay",
         system("raspberry-pi-4", "boot.kernelPackages = (import pkgs.path { system = "
                               '"aarch64-linux"; }).linuxPackages;'),
         ("made by a nixpkgs without outboard's overlay",)),
    Case("a console on the Bluetooth chip's port",
         system("raspberry-pi-3b", 'hardware.outboard.console.device = "ttyAMA0";'),
         (r"console\.device = .ttyAMA0. is the UART of the Raspberry Pi 3 Model B's\s+Bluetooth",
          "overlay that moves Bluetooth")),
    Case("sound from a jack that is not there",
         system("khadas-vim3", "hardware.outboard.sound.headphones = true;"),
         ("hardware.outboard.sound.headphones: the Khadas VIM3 has no headphone jack",)),
    Case("an offload that the board has not",
         system("khadas-vim3", "hardware.outboard.network.wifiOffload = true;"),
         ("hardware.outboard.network.wifiOffload: the Khadas VIM3",)),
    Case("a MAC address that is a group's",
         system("bananapi-bpi-r3",
                'hardware.outboard.network.macAddresses.eth0 = "03:00:00:00:00:01";'),
         ("macAddresses: the address of eth0 is a group's",)),
    Case("an image for a board that starts from no card",
         system("bananapi-bpi-r3-mini", "hardware.outboard.image.enable = true;"),
         ("there is no image for the Banana Pi BPI-R3 Mini",)),
    Case("a parameter with a space in it",
         system("khadas-vim3", 'boot.kernelParams = [ "quiet splash" ];'),
         (r"`boot\.kernelParams\.\"\[definition .*' is not of type",)),
    Case("a tree for a board that there is not, by the package",
         f"({tree('khadas-vim2', '')}).drvPath",
         ("outboard: there is no board khadas-vim2; there are bananapi-bpi-r3",)),
    Case("a tree with an overlay that there is not, by the package",
         f"({tree('khadas-vim3', 'overlays = [ %swarp%s ];' % (chr(34), chr(34)))}).drvPath",
         ("there is no overlay warp for the Khadas VIM3",)),
    Case("an image with firmware that is not free",
         '(system "imx8mp-evk" { }).config.system.build.outboardImage.drvPath',
         (r"firmware-imx-ddr-.*unfree",)),
    Case("firmware that only its owner has",
         "boardPkgs.outboardPackages.firmware.khadas-vim1s.drvPath",
         ("bootImage",)),
    Case("a package that nixpkgs does not have", "pkgs.no-such-package",
         ("attribute 'no-such-package' missing",)),
    Case("a kernel builder's argument that there is not",
         '(pkgs.linuxManualConfig { version = "6.12"; src = pkgs.emptyDirectory; configfile = ./x; '
         'defconfig = "y"; }).drvPath',
         ("unexpected argument 'defconfig'",)),
]

WARNED = [
    Case("a console that was to be on the Bluetooth chip's port",
         system("raspberry-pi-3b", 'boot.kernelParams = [ "console=ttyAMA0,115200" ];'),
         (r"console=ttyAMA0,115200 was taken out of boot\.kernelParams",)),
    Case("a tree that the boot loader does not load",
         system("khadas-vim3",
                "boot.loader.generic-extlinux-compatible.useGenerationDeviceTree = false;"),
         ("useGenerationDeviceTree is off", "no overlay of hardware.outboard.overlays is in it")),
]

OWN = '{ name = "mine"; dtsText = "/dts-v1/; /plugin/; %s"; }'

BUILT = [
    Case("a program that the package does not name", 'pkgs.runCommand "x" { } "dtc --version"',
         ("dtc: command not found",)),
    Case("a kernel's file that is there twice",
         "boardPkgs.aggregateModules (let one = name: pkgs.runCommand name { } \"mkdir -p "
         "$out/lib/modules/1; echo ${name} >$out/lib/modules/1/x.ko\"; in [ (one \"a\") "
         "(one \"b\") ])",
         ("collision between ",)),
    Case("a label that the tree has not",
         tree("khadas-vim3", "extraOverlays = [ %s ];" % OWN % (
             r'/ { compatible = \"khadas,vim3\"; }; &no_such_label { status = \"okay\"; };')),
         (r"mine", r"no_such_label")),
    Case("an overlay for another board, of one's own",
         tree("khadas-vim3", "extraOverlays = [ %s ];" % OWN % (
             r'/ { compatible = \"khadas,vim9\"; }; &{/} { more; };')),
         (r"mine", r"khadas,vim9")),
    Case("an overlay that does not compile",
         tree("khadas-vim3", "extraOverlays = [ %s ];" % OWN % r"/ { compatible = };"),
         ("syntax error",)),
    Case("a tree that the kernel was built without",
         tree("khadas-vim1s", 'family = "vendor";'),
         (r"outboard: Linux 6\.12\S* was built without amlogic/kvim1s\.dtb, the vendor tree of the "
          r"Khadas VIM1S",)),
    Case("a kernel that is too large for the boot loader",
         "boardPkgs.outboardPackages.checkKernelImage { board = \"khadas-vim1s\"; kernel = "
         "(pkgs.runCommand \"large\" { } ''mkdir $out; { head -c 16 /dev/zero; "
         "printf '\\0\\0\\0\\020\\0\\0\\0\\0'; head -c 32 /dev/zero; "
         "printf 'ARM\\144'; } >$out/Image'') // { version = \"6.12\"; }; }",
         (r"outboard: Linux 6\.12 takes 268435456 bytes with its BSS, and the boot loader of the "
          r"Khadas VIM1S has room for \d+",)),
    Case("a kernel that is no Image",
         "boardPkgs.outboardPackages.checkKernelImage { board = \"khadas-vim1s\"; kernel = "
         "(pkgs.runCommand \"none\" { } \"mkdir $out; head -c 99 /dev/zero >$out/Image\") // "
         "{ version = \"6.12\"; }; }",
         ("is no plain arm64 Image",)),
]
