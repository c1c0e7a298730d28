# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
rec {
  cleanSourceFilter =
    path: type:
    let
      name = baseNameOf (toString path);
    in
    !(
      type == "unknown"
      || builtins.elem name [
        ".git"
        ".svn"
        ".hg"
        "CVS"
      ]
      || lib.hasSuffix "~" name
      || builtins.match "\\.sw[a-z]|\\..*\\.sw[a-z]" name != null
      || lib.hasSuffix ".o" name
      || lib.hasSuffix ".so" name
      || type == "symlink" && lib.hasPrefix "result" name
    );
  cleanSourceWith =
    {
      src,
      filter ? _: _: true,
      name ? null,
    }:
    let
      inner = src._isLibCleanSourceWith or false;
      origSrc = if inner then src.origSrc else src;
      both = path: type: filter path type && (!inner || src.filter path type);
    in
    {
      _isLibCleanSourceWith = true;
      inherit origSrc;
      filter = both;
      name =
        if name != null then
          name
        else if inner then
          src.name
        else
          "source";
      outPath = builtins.path {
        path = origSrc;
        filter = both;
        name =
          if name != null then
            name
          else if inner then
            src.name
          else
            "source";
      };
    };
  cleanSource =
    src:
    cleanSourceWith {
      inherit src;
      filter = cleanSourceFilter;
    };
  sourceByRegex =
    src: patterns:
    cleanSourceWith {
      inherit src;
      filter =
        path: _:
        let
          relative = lib.removePrefix "${toString (src.origSrc or src)}/" (toString path);
        in
        lib.any (pattern: builtins.match pattern relative != null) patterns;
    };
  sourceFilesBySuffices =
    src: suffixes:
    cleanSourceWith {
      inherit src;
      filter = path: type: type == "directory" || lib.any (suffix: lib.hasSuffix suffix (baseNameOf path)) suffixes;
    };
}
