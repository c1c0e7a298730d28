# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
rec {
  setName = name: package: package // { inherit name; };
  addMetaAttrs = meta: package: package // { meta = package.meta or { } // meta; };
  setPrio = priority: addMetaAttrs { inherit priority; };
  lowPrio = setPrio 10;
  hiPrio = setPrio (-10);
  platformMatch =
    platform: pattern:
    if builtins.isString pattern then
      platform.system == pattern
    else
      throw "lib.meta.platformMatch: the tests' lib knows systems by name only";
  availableOn =
    platform: package:
    (package.meta.platforms or null == null || builtins.any (platformMatch platform) package.meta.platforms)
    && !builtins.any (platformMatch platform) (package.meta.badPlatforms or [ ]);
  getLicenseFromSpdxId =
    id:
    lib.findFirst (licence: licence.spdxId or null == id) {
      spdxId = id;
      shortName = id;
    } (builtins.attrValues lib.licenses);
  getExe =
    package:
    getExe' package (
      package.meta.mainProgram
        or (lib.warn "getExe: ${package.name or "package"} has no meta.mainProgram" (lib.getName package))
    );
  getExe' =
    package: program:
    if !lib.isDerivation package then
      throw "lib.meta.getExe': the first argument is no derivation"
    else if builtins.match ".*/.*" program != null then
      throw "lib.meta.getExe': the program is to be named without a path: ${program}"
    else
      "${lib.getBin package}/bin/${program}";
}
