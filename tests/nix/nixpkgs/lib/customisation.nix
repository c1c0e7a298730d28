# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
rec {
  makeOverridable =
    f:
    lib.mirrorFunctionArgs f (
      args:
      let
        result = f args;
        again = change: makeOverridable f (args // lib.toFunction change args);
        with' = change: makeOverridable (lib.mirrorFunctionArgs f (other: change (f other))) args;
      in
      if builtins.isAttrs result then
        result
        // {
          override = lib.mirrorFunctionArgs f again;
          overrideDerivation = change: with' (package: overrideDerivation package change);
        }
        // lib.optionalAttrs (result ? overrideAttrs) {
          overrideAttrs = change: with' (package: package.overrideAttrs change);
        }
      else if builtins.isFunction result then
        lib.setFunctionArgs result (lib.functionArgs result) // { override = again; }
      else
        result
    );

  overrideDerivation =
    package: _:
    throw "overrideDerivation of ${package.name or "a package"}: not in the tests' lib; use overrideAttrs";

  # Arguments come from a set by their names. One that is not there and has no default is an error.
  callPackageWith =
    available: file: given:
    let
      f = if lib.isFunction file then file else import file;
      wanted = lib.functionArgs f;
      found = builtins.intersectAttrs wanted available;
      missing = builtins.filter (name: !wanted.${name} && !(found ? ${name}) && !(given ? ${name})) (
        builtins.attrNames wanted
      );
      position = builtins.unsafeGetAttrPos (builtins.head missing) wanted;
      place = lib.optionalString (position != null) " at ${position.file}:${toString position.line}";
    in
    if missing == [ ] then
      makeOverridable f (found // given)
    else
      abort "lib.customisation.callPackageWith: Function called without required argument \"${builtins.head missing}\"${place}";

  callPackagesWith =
    available: file: given:
    let
      f = if lib.isFunction file then file else import file;
      args = builtins.intersectAttrs (lib.functionArgs f) available // given;
    in
    builtins.mapAttrs (name: _: makeOverridable (all: (f all).${name}) args) (f args);

  makeScope =
    newScope: f:
    let
      self = f self // {
        newScope = scope: newScope (self // scope);
        callPackage = self.newScope { };
        overrideScope = overlay: makeScope newScope (lib.extends overlay f);
        packages = f;
      };
    in
    self;

  extendDerivation =
    condition: passthru: drv:
    let
      one =
        output:
        drv
        // passthru
        // {
          inherit (output) type outputName;
          outputSpecified = true;
          drvPath = assert condition; output.drvPath;
          outPath = assert condition; output.outPath;
        }
        // builtins.mapAttrs (_: other: other) (lib.genAttrs (drv.outputs or [ "out" ]) (which: outputs.${which}));
      outputs = lib.genAttrs (drv.outputs or [ "out" ]) (name: one drv.${name});
    in
    drv
    // passthru
    // outputs
    // {
      drvPath = assert condition; drv.drvPath;
      outPath = assert condition; drv.outPath;
    };

  hydraJob =
    drv:
    if drv == null then
      null
    else
      {
        inherit (drv) name system type drvPath outPath;
        outputName = drv.outputName or "out";
        meta = drv.meta or { };
        outputs = drv.outputs or [ "out" ];
      }
      // lib.genAttrs (drv.outputs or [ "out" ]) (output: {
        inherit (drv.${output}) type drvPath outPath;
        outputName = output;
      });
}
