# SPDX-License-Identifier: GPL-2.0-only
#
# Sets of files. A set here is what is below its base, by path: true for a file that is in it.
{ lib }:
let
  pathOf =
    what: value:
    if value._type or null == "fileset" then
      value
    else if !builtins.isPath value then
      throw "lib.fileset.${what}: the argument is of type ${builtins.typeOf value}, but it should be a file set or a path instead."
    else if !builtins.pathExists value then
      throw "lib.fileset.${what}: ${toString value} is a path that does not exist."
    else
      fromPath value;

  kindOf = path: if toString path == "/" then "directory" else (builtins.readDir (dirOf path)).${baseNameOf path};

  # Every file below a path, by its absolute name.
  below =
    path: kind:
    if kind == "directory" then
      lib.concatMapAttrs (name: below (path + "/${name}")) (builtins.readDir path)
    else
      { ${toString path} = kind; };

  make = files: {
    _type = "fileset";
    inherit files;
  };
  fromPath = path: make (below path (kindOf path));
  within = folder: file: lib.hasPrefix "${toString folder}/" file || toString folder == file;
in
rec {
  empty = make { };
  maybeMissing = path: if builtins.pathExists path then fromPath path else empty;
  union = a: b: make ((pathOf "union" a).files // (pathOf "union" b).files);
  unions = sets: builtins.foldl' (sum: set: make (sum.files // (pathOf "unions" set).files)) empty sets;
  intersection =
    a: b: make (builtins.intersectAttrs (pathOf "intersection" b).files (pathOf "intersection" a).files);
  difference =
    a: b:
    make (
      removeAttrs (pathOf "difference" a).files (builtins.attrNames (pathOf "difference" b).files)
    );
  fileFilter =
    keep: path:
    if !builtins.isPath path then
      throw "lib.fileset.fileFilter: Second argument is of type ${builtins.typeOf path}, but it should be a path instead."
    else
      make (
        lib.filterAttrs (
          file: type:
          keep {
            name = baseNameOf file;
            inherit type;
            hasExt = extension: lib.hasSuffix ".${extension}" (baseNameOf file);
          }
        ) (pathOf "fileFilter" path).files
      );
  toList = set: map (file: /. + file) (builtins.attrNames (pathOf "toList" set).files);
  fromSource =
    source:
    make (
      let
        go =
          path:
          lib.concatMapAttrs (
            name: kind:
            let
              file = path + "/${name}";
            in
            lib.optionalAttrs ((source.filter or (_: _: true)) (toString file) kind) (
              if kind == "directory" then go file else { ${toString file} = kind; }
            )
          ) (builtins.readDir path);
      in
      go (source.origSrc or source)
    );
  toSource =
    { root, fileset }:
    let
      set = pathOf "toSource" fileset;
      outside = builtins.filter (file: !within root file) (builtins.attrNames set.files);
      folders = lib.concatMapAttrs (file: _: parents (dirOf file)) set.files;
      parents = folder: if within root folder then { ${folder} = true; } // parents (dirOf folder) else { };
    in
    if !builtins.isPath root then
      throw "lib.fileset.toSource: `root` is of type ${builtins.typeOf root}, but it should be a path instead."
    else if !builtins.pathExists root then
      throw "lib.fileset.toSource: `root` (${toString root}) is a path that does not exist."
    else if outside != [ ] then
      throw "lib.fileset.toSource: `fileset` could contain files in ${builtins.head outside}, which is not under the `root` (${toString root})."
    else
      {
        _isLibCleanSourceWith = true;
        origSrc = root;
        name = "source";
        filter = path: kind: if kind == "directory" then folders ? ${path} else set.files ? ${path};
        outPath = builtins.path {
          name = "source";
          path = root;
          filter = path: kind: if kind == "directory" then folders ? ${path} else set.files ? ${path};
        };
      };
  isFileset = value: value._type or null == "fileset" || builtins.isPath value;
}
