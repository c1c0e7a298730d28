# SPDX-License-Identifier: GPL-2.0-only
#
# checkKernelImage { board; kernel }: fails the build when the kernel with its BSS is larger than
# what the board's boot loader has room for. Only the built Image knows.
{
  lib,
  stdenvNoCC,
  boards,
}:
{ board, kernel }:
let
  about =
    boards.${board}
      or (throw "outboard: there is no board ${board}; there are ${lib.concatStringsSep ", " (lib.attrNames boards)}");
  limit = about.boot.image_limit or null;
  target = kernel.target or "Image";
in
stdenvNoCC.mkDerivation {
  name = "outboard-kernel-image-check-${board}-${kernel.version}";

  # The header, by Documentation/arch/arm64/booting.rst: the size with BSS at byte 16, ARM\x64 at 56.
  buildCommand = ''
    image=${kernel}/${target}
    number() {
      od -An -t u8 --endian=little -j 16 -N 8 "$image" | tr -d ' '
    }
    if [ "$(od -An -c -j 56 -N 4 "$image" | tr -d ' ')" != ARMd ]; then
      echo "outboard: $image is no plain arm64 Image: the boot loader of the ${about.name} starts no other" >&2
      exit 1
    fi
    size=$(number)
    ${
      if limit == null then
        ''echo "$size bytes with BSS; no limit is known for the ${about.name}" >"$out"''
      else
        ''
          if [ "$size" -gt ${toString limit} ]; then
            echo "outboard: Linux ${kernel.version} takes $size bytes with its BSS, and the boot loader of the" \
              "${about.name} has room for ${toString limit}: leave drivers out, or build them as modules" >&2
            exit 1
          fi
          echo "$size bytes with BSS, of ${toString limit}" >"$out"
        ''
    }
  '';

  meta = {
    description = "Whether the boot loader of the ${about.name} can load Linux ${kernel.version}";
    platforms = lib.platforms.linux;
  };
}
