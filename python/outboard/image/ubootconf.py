# SPDX-License-Identifier: GPL-2.0-only
"""What a board's file says of its boot firmware, brought into U-Boot and read back from it.

    ubootconf.py BOARD.toml configure SOURCE   after make ..._defconfig: our options, addresses
    ubootconf.py BOARD.toml check SOURCE       after make: do the binaries say the same
    ubootconf.py BOARD.toml sizes FOLDER       does each file fit where the image has it
    ubootconf.py BOARD.toml files              the names of the files that the image needs

Used by the Nix derivations (nix/firmware) and by make firmware, so that both build the
same. Needs Python and the tools of U-Boot's own build, nothing else of this project.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tomllib

SECTOR = 512
# Where U-Boot keeps what [boot] says.
VARIABLES = {
    "kernel_address": "kernel_addr_r",
    "dtb_address": "fdt_addr_r",
    "initrd_address": "ramdisk_addr_r",
    "overlay_address": "fdtoverlay_addr_r",
}
# For all boards: extlinux from ext4 and btrfs by itself, after a second to interrupt it.
OPTIONS = (
    "CONFIG_AUTOBOOT=y",
    "CONFIG_BOOTDELAY=1",
    "CONFIG_BOOTSTD_DEFAULTS=y",
    "CONFIG_BOOTSTD_FULL=y",
    "CONFIG_CMD_BOOTFLOW_FULL=y",
    "CONFIG_USE_BOOTCOMMAND=y",
    'CONFIG_BOOTCOMMAND="bootflow scan -lb"',
    "CONFIG_FS_EXT4=y",
    "CONFIG_CMD_EXT4=y",
    "CONFIG_FS_BTRFS=y",
    "CONFIG_CMD_BTRFS=y",
)


class Wrong(Exception):
    """One sentence for the user."""


def environment(board):
    """The variables that U-Boot is to have: name -> value."""
    wanted = {name: f"{board['boot'][key]:#010x}" for key, name in VARIABLES.items()
              if key in board["boot"]}
    # A Raspberry Pi's U-Boot finds the name by the model: a card may move to another one.
    if "config_txt" not in board["bootloader"]:
        wanted["fdtfile"] = board["dtb"]["mainline"]
    return {**wanted, **board["bootloader"].get("environment", {})}


def options(board, present):
    """The lines for .config; @present: what its defconfig says, name -> value."""
    lines = [*OPTIONS, *board["bootloader"].get("options", [])]
    limit = board["boot"].get("image_limit")
    if limit and number(present.get("CONFIG_SYS_BOOTM_LEN", "0")) < limit:
        lines.append(f"CONFIG_SYS_BOOTM_LEN={limit:#x}")
    place = saved_environment(board)
    if place and "CONFIG_ENV_IS_IN_MMC" in present:
        lines.append(f"CONFIG_ENV_OFFSET={place['sector'] * SECTOR:#x}")
    return lines


def saved_environment(board):
    """The partition for U-Boot's environment, if the image has one."""
    for part in board.get("image", {}).get("partition", []):
        if part["name"] == "u-boot-env":
            return part
    return None


def number(text):
    return int(text, 0) if re.fullmatch(r"0[xX][0-9a-fA-F]+|\d+", text) else 0


def read_config(source):
    """NAME -> value of a .config."""
    path = source / ".config"
    if not path.is_file():
        raise Wrong(f"{source} has no .config: run U-Boot's make <board>_defconfig first")
    return dict(re.findall(r"^(CONFIG_\w+)=(.*)$", path.read_text(encoding="utf-8"), re.M))


def configure(board, source):
    present = read_config(source)
    lines = options(board, present)
    with open(source / ".config", "a", encoding="utf-8") as config:
        config.write("\n".join(["", *lines]) + "\n")
    subprocess.run(["make", "-s", "olddefconfig"], cwd=source, check=True,
                   stderr=subprocess.DEVNULL)
    now = read_config(source)
    # Kconfig drops an option that it does not know or whose dependencies are missing, in silence.
    lost = [line for line in lines if f"{line.split('=')[0]}={now.get(line.split('=')[0])}" != line]
    if lost:
        raise Wrong(f"this U-Boot does not take {', '.join(lost)}")
    write_environment(source, now, environment(board))


def write_environment(source, config, wanted):
    """Into the board's text environment; where a header has another value, there as well, as it
    comes later and so wins."""
    def name(option):
        return config.get(option, "").strip('"')

    folder = source / "board" / name("CONFIG_SYS_VENDOR") / name("CONFIG_SYS_BOARD")
    if not folder.is_dir():
        raise Wrong(f"{folder} is not there: where has this U-Boot the board's environment?")
    text = folder / f"{name('CONFIG_ENV_SOURCE_FILE') or name('CONFIG_SYS_BOARD')}.env"
    with open(text, "a", encoding="utf-8") as file:
        file.write("\n" + "".join(f"{key}={value}\n" for key, value in wanted.items()))
    header = source / "include/configs" / f"{name('CONFIG_SYS_CONFIG_NAME')}.h"
    if header.is_file():
        before = after = header.read_text(encoding="utf-8")
        for key, value in wanted.items():
            after = re.sub(rf'"{key}=[^\n]*?\\0"', rf'"{key}={value}\\0"', after)
        if after != before:
            header.write_text(after, encoding="utf-8")


def built_in(source):
    """The environment that the built U-Boot begins with: of two values the later one counts.

    It is looked for in the binary: what lies between is optimised by the linker in some builds.
    """
    binary = source / "u-boot-nodtb.bin"
    if not binary.is_file():
        raise Wrong(f"{binary} is not there: was U-Boot built?")
    data = binary.read_bytes()
    for start in re.finditer(rb"bootcmd=", data):
        end = data.find(b"\0\0", start.start())
        entries = data[start.start():end].decode("utf-8", "replace").split("\0")
        found = dict(entry.split("=", 1) for entry in entries if "=" in entry)
        if "baudrate" in found:
            return found
    raise Wrong(f"{binary} has no environment that can be told")


def check(board, source):
    config = read_config(source)
    found, wrong = built_in(source), []
    for name, value in environment(board).items():
        same = found.get(name) == value or (number(value) and
                                            number(found.get(name, "")) == number(value))
        if not same:
            wrong.append(f"{name} is {found.get(name, 'not set')}, the board's file says {value}")
    place = saved_environment(board)
    if place and "CONFIG_ENV_IS_IN_MMC" in config:
        if number(config["CONFIG_ENV_SIZE"]) > place["sectors"] * SECTOR:
            wrong.append(f"an environment of {config['CONFIG_ENV_SIZE']} bytes does not fit the "
                         f"partition u-boot-env of {place['sectors']} sectors")
    overwritten = saved_over(board, source, config)
    if overwritten:
        wrong.append(overwritten)
    if wrong:
        raise Wrong("; ".join(wrong))
    shown = ", ".join(f"{name}={found[name]}" for name in environment(board))
    print(f"U-Boot's environment: {shown}; bootcmd={found.get('bootcmd')}; "
          f"CONFIG_SYS_BOOTM_LEN={config.get('CONFIG_SYS_BOOTM_LEN')}")


def saved_over(board, source, config):
    """Whether saveenv would write over a file that lies on the card."""
    if "CONFIG_ENV_IS_IN_MMC" not in config:
        return None
    start = number(config.get("CONFIG_ENV_OFFSET", "0"))
    end = start + number(config.get("CONFIG_ENV_SIZE", "0"))
    for file, first, _, _ in regions(board):
        path = source / file
        if path.is_file() and first * SECTOR < end and first * SECTOR + path.stat().st_size > start:
            return (f"{file} takes {path.stat().st_size} bytes from sector {first}, and the "
                    f"environment is saved over it at {start:#x}")
    return None


def regions(board):
    """(file, first sector, sectors, whether it has to be there) of the image; no numbers for what
    is in a file system."""
    image = board.get("image", {})
    for blob in image.get("blob", []):
        yield (blob["file"], blob["sector"], blob["limit"] - blob["sector"],
               not blob.get("optional"))
    for part in image.get("partition", []):
        if "file" in part:
            yield part["file"], part["sector"], part["sectors"], True
        for name in part.get("files", []):
            yield name, 0, 0, True
        for name in part.get("optional_files", []):
            yield name, 0, 0, False


def sizes(board, folder):
    wanted = list(regions(board))
    missing = [file for file, _, _, needed in wanted if needed and not (folder / file).is_file()]
    if missing:
        raise Wrong(f"{folder} lacks {', '.join(missing)}")
    for file, first, sectors, _ in wanted:
        if not (folder / file).is_file():
            continue
        size = (folder / file).stat().st_size
        if not size:
            raise Wrong(f"{file} is empty: was a part of it missing when it was built?")
        if sectors and size > sectors * SECTOR:
            raise Wrong(f"{file} has {size} bytes, there are {sectors * SECTOR} from sector "
                        f"{first} on")
        print(f"{file}: {size} bytes"
              + (f" of {sectors * SECTOR} from sector {first}" if sectors else ""))


def load(path, tables):
    try:
        board = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Wrong(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Wrong(f"{path}: not TOML: {error}") from None
    for table in tables:
        if table not in board:
            raise Wrong(f"{path} has no [{table}]: no boot firmware is built for this board")
    return board


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("board", type=pathlib.Path, metavar="BOARD.toml")
    parser.add_argument("what", choices=("configure", "check", "sizes", "files"))
    parser.add_argument("folder", type=pathlib.Path, nargs="?", default=pathlib.Path("."))
    args = parser.parse_args()
    board = load(args.board, ("boot", "image", "bootloader") if args.what in ("configure", "check")
                 else ("image",))
    if args.what == "files":
        print("\n".join(file for file, _, _, needed in regions(board) if needed))
    else:
        {"configure": configure, "check": check, "sizes": sizes}[args.what](board, args.folder)


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        sys.exit(f"outboard: {wrong}")
    except subprocess.CalledProcessError as failed:
        sys.exit(f"outboard: {failed.cmd[0]} ended with status {failed.returncode}")
