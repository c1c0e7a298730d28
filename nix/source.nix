# SPDX-License-Identifier: GPL-2.0-only
#
# Parts of this tree as sources of packages, so that each is built anew only when its own
# files change; and what the tree says of itself.
{ lib }:
let
  top = toString ../.;

  firstMatch =
    file: pattern:
    let
      lines = lib.splitString "\n" (builtins.readFile file);
      found = lib.filter (match: match != null) (map (builtins.match pattern) lines);
    in
    if found == [ ] then
      throw "outboard: ${toString file}: no line matches ${pattern}"
    else
      lib.head (lib.head found);
in
{
  version = firstMatch ../dkms.conf ''PACKAGE_VERSION="([^"]*)"'';

  # The kernels that the compat layer was tried on: what its Kbuild turns into an #error.
  oldestKernel = firstMatch ../include/compat/Kbuild "outboard-oldest := ([0-9.]+)";
  newestKernel = firstMatch ../include/compat/Kbuild "outboard-newest := ([0-9.]+)";

  # select { name; parts; except }: the files and directories named in parts, relative to the
  # top, without those that except says yes to, by their relative path.
  select =
    {
      name,
      parts,
      except ? (_path: false),
    }:
    builtins.path {
      inherit name;
      path = ../.;
      filter =
        path: _type:
        let
          relative = lib.removePrefix "${top}/" (toString path);
          isIn = part: relative == part || lib.hasPrefix "${part}/" relative;
          leadsTo = part: lib.hasPrefix "${relative}/" part;
        in
        lib.any leadsTo parts
        || (
          lib.any isIn parts
          && !(lib.hasSuffix "/__pycache__" relative)
          && !(lib.hasSuffix "/include/generated" relative)
          && !(except relative)
        );
    };
}
