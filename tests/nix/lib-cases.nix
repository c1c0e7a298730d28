# SPDX-License-Identifier: GPL-2.0-only
#
# What lib's functions give, case by case: by tests/nix/nixpkgs/lib and by the real one the same.
# A case that throws has the value "<refused>".
{ lib }:
let
  inherit (lib) types mkOption;
  t =
    value:
    let
      result = builtins.tryEval (builtins.deepSeq value value);
    in
    if result.success then result.value else "<refused>";
  config = modules: (lib.evalModules { inherit modules; }).config;
  # An option x of a type, with definitions in modules of their own.
  of =
    type: definitions:
    t
      (config (
        [ { options.x = mkOption { inherit type; }; } ]
        ++ map (x: { inherit x; }) definitions
      )).x;
  int = mkOption { type = types.int; };
  path = ./lib-cases.nix;
  drv = derivation {
    name = "some-1.2";
    system = "x86_64-linux";
    builder = "/bin/sh";
  };
  many = name: list: lib.listToAttrs (lib.imap0 (n: lib.nameValuePair "${name}-${toString n}") list);
  descriptions = lib.mapAttrs (_: type: type.description) (
    many "type" [
      types.bool
      types.int
      types.str
      types.float
      types.number
      types.path
      types.pathInStore
      types.package
      types.raw
      types.anything
      types.unspecified
      types.attrs
      types.lines
      types.commas
      types.envVar
      types.port
      types.ints.u8
      types.ints.s16
      types.ints.u32
      types.ints.unsigned
      types.ints.positive
      (types.ints.between 1 5)
      types.nonEmptyStr
      types.singleLineStr
      (types.strMatching "[a-z]+")
      (types.enum [ ])
      (types.enum [ "one" ])
      (types.enum [
        "a"
        2
        true
        null
      ])
      (types.nullOr types.str)
      (types.nullOr (types.enum [
        "a"
        "b"
      ]))
      (types.nullOr (types.listOf types.str))
      (types.listOf types.str)
      (types.listOf (types.nullOr types.int))
      (types.listOf (types.listOf types.ints.u8))
      (types.nonEmptyListOf types.str)
      (types.attrsOf types.int)
      (types.attrsOf (types.either types.int types.str))
      (types.lazyAttrsOf types.bool)
      (types.either types.int types.str)
      (types.either (types.listOf types.int) types.path)
      (types.oneOf [
        types.path
        types.str
        types.int
      ])
      (types.coercedTo types.int toString types.str)
      (types.coercedTo (types.listOf types.str) lib.id (types.attrsOf types.bool))
      (types.submodule { })
      (types.submodule { freeformType = types.attrsOf types.int; })
      (types.functionTo types.str)
      types.deferredModule
      types.optionType
      (types.uniq types.str)
      (types.separatedString "; ")
    ]
  );
  names = lib.mapAttrs (_: type: type.name) {
    inherit (types)
      bool
      int
      str
      path
      package
      raw
      lines
      port
      ;
    enum = types.enum [ 1 ];
    list = types.listOf types.int;
    matching = types.strMatching "x";
    between = types.ints.between 1 2;
  };
  set = {
    a = 1;
    b = {
      c = 2;
      d = [ 3 ];
    };
  };
in
many "types-values" [
  (of types.bool [ true ])
  (of types.bool [ "true" ])
  (of types.bool [
    true
    true
  ])
  (of types.bool [
    true
    false
  ])
  (of types.bool [ ])
  (of types.int [ 1 ])
  (of types.int [ 1.5 ])
  (of types.int [ "1" ])
  (of types.float [ 1 ])
  (of types.number [ 1 ])
  (of types.str [ "a" ])
  (of types.str [
    "a"
    "b"
  ])
  (of types.str [ ./. ])
  (of types.str [ null ])
  (of types.lines [
    "a"
    "b"
  ])
  (of types.lines [ ])
  (of types.singleLineStr [ "a\n" ])
  (of types.singleLineStr [ "a\nb" ])
  (of types.nonEmptyStr [ " " ])
  (of (types.strMatching "[a-z]+") [ "abc" ])
  (of (types.strMatching "[a-z]+") [ "abc1" ])
  (of (types.strMatching "[a-z]+") [ 5 ])
  (of types.ints.positive [ 0 ])
  (of types.ints.unsigned [ 0 ])
  (of types.ints.unsigned [ (-1) ])
  (of types.ints.u8 [ 255 ])
  (of types.ints.u8 [ 256 ])
  (of types.ints.s8 [ (-128) ])
  (of types.ints.s8 [ (-129) ])
  (of (types.ints.between 2 3) [ 4 ])
  (of types.port [ 65536 ])
  (of types.port [ 80 ])
  (of (types.enum [
    "a"
    "b"
  ]) [ "a" ])
  (of (types.enum [
    "a"
    "b"
  ]) [ "c" ])
  (of (types.enum [
    "a"
    "b"
  ]) [
    "a"
    "b"
  ])
  (of (types.nullOr types.int) [ null ])
  (of (types.nullOr types.int) [ ])
  (of (types.nullOr types.int) [
    null
    1
  ])
  (of (types.nullOr types.int) [
    1
    1
  ])
  (of (types.nullOr types.int) [ "1" ])
  (of (types.listOf types.int) [ ])
  (of (types.listOf types.int) [
    [ 1 ]
    [ 2 ]
  ])
  (of (types.listOf types.int) [ [ "1" ] ])
  (of (types.listOf types.int) [ 1 ])
  (of (types.listOf types.int) [ { a = 1; } ])
  (of (types.listOf types.int) [
    [
      (lib.mkIf false 1)
      2
    ]
  ])
  (of (types.nonEmptyListOf types.int) [ [ ] ])
  (of (types.nonEmptyListOf types.int) [ ])
  (of (types.attrsOf types.int) [ ])
  (of (types.attrsOf types.int) [
    { a = 1; }
    { b = 2; }
  ])
  (of (types.attrsOf types.int) [
    { a = 1; }
    { a = 2; }
  ])
  (of (types.attrsOf types.int) [
    { a = lib.mkDefault 1; }
    { a = 2; }
  ])
  (of (types.attrsOf types.int) [
    {
      a = lib.mkIf false 1;
      b = 1;
    }
  ])
  (of (types.attrsOf types.int) [ [ 1 ] ])
  (of (types.attrsOf (types.listOf types.str)) [
    { a = [ "x" ]; }
    { a = lib.mkBefore [ "y" ]; }
  ])
  (of (types.lazyAttrsOf types.int) [
    {
      a = 1;
      b = lib.mkIf true 2;
    }
  ])
  (of (types.lazyAttrsOf (types.listOf types.int)) [ { a = lib.mkIf false [ ]; } ])
  (of (types.either types.int types.str) [ "a" ])
  (of (types.either types.int types.str) [ [ ] ])
  (of (types.either types.int types.str) [
    1
    "a"
  ])
  (of (types.oneOf [
    types.int
    types.bool
    (types.listOf types.str)
  ]) [
    [ "a" ]
    [ "b" ]
  ])
  (of (types.coercedTo types.int toString types.str) [ 5 ])
  (of (types.coercedTo types.int toString types.str) [ "5" ])
  (of (types.coercedTo types.int toString types.str) [ 5.5 ])
  (of (types.coercedTo (types.listOf types.str) (l: lib.genAttrs l (_: true)) (
    types.attrsOf types.bool
  )) [
    [ "a" ]
    { b = false; }
    { a = true; }
  ])
  (of types.path [ "/a/b" ])
  (of types.path [ "a/b" ])
  (of types.path [ 5 ])
  (of types.package [ "text" ])
  (of types.package [ drv ] == "<refused>")
  (of types.raw [ { a = 1; } ])
  (of types.raw [
    1
    1
  ])
  (of types.attrs [
    { a.b = 1; }
    { a.c = 2; }
  ])
  (of types.unspecified [
    [ 1 ]
    [ 2 ]
  ])
  (of types.unspecified [
    { a = 1; }
    { b = 2; }
  ])
  (of types.unspecified [
    1
    2
  ])
  (of types.anything [
    { a.b = 1; }
    { a.c = lib.mkDefault 2; }
    { a.c = 3; }
  ])
  (of types.anything [
    1
    "1"
  ])
  (of (types.uniq types.int) [
    1
    1
  ])
  (of (types.addCheck types.int (n: n > 5)) [ 4 ])
  (of (types.addCheck types.int (n: n > 5)) [ 6 ])
  (of (types.submodule { options.a = int; }) [ { a = 1; } ])
  (of (types.submodule { options.a = int; }) [ { b = 1; } ])
  (of (types.submodule { options.a = int; }) [ ])
  (of (types.submodule { options.a = int; }) [ 5 ])
  (of
    (types.submodule {
      options.a = mkOption {
        type = types.int;
        default = 7;
      };
    })
    [ ]
  )
  (of
    (types.attrsOf (
      types.submodule (
        { name, config, ... }:
        {
          options.n = mkOption {
            type = types.str;
            default = name;
          };
          options.m = mkOption { type = types.str; };
          config.m = lib.mkDefault "${config.n}!";
        }
      )
    ))
    [
      { one = { }; }
      {
        two.n = "2";
        two.m = "m";
      }
    ]
  )
  (of
    (types.submodule {
      freeformType = types.attrsOf types.int;
      options.a = int;
    })
    [
      {
        a = 1;
        b = 2;
      }
    ]
  )
  (of (types.submodule { freeformType = types.attrsOf types.int; }) [ { b = "2"; } ])
  (of (types.listOf (types.submodule { options.a = int; })) [
    [ { a = 1; } ]
    [ { a = 2; } ]
  ])
  (of (types.listOf (types.submodule { options.a = int; })) [ [ { c = 1; } ] ])
  (t ((of (types.functionTo types.int) [ ]) == "<refused>"))
  (t (
    (config [
      { options.x = mkOption { type = types.functionTo (types.listOf types.int); }; }
      { x = n: [ n ]; }
      { x = n: [ (n + 1) ]; }
    ]).x
      5
  ))
]
// many "modules" [
  # Order and priority.
  (of (types.listOf types.int) [
    (lib.mkAfter [ 3 ])
    [ 2 ]
    (lib.mkBefore [ 1 ])
  ])
  (of types.int [
    (lib.mkDefault 1)
    2
    (lib.mkForce 3)
  ])
  (of types.int [
    (lib.mkDefault 1)
    (lib.mkOverride 999 2)
  ])
  (of types.int [
    (lib.mkDefault 1)
    (lib.mkDefault 2)
  ])
  (of types.int [ (lib.mkIf true (lib.mkForce 3)) ])
  (of types.int [ (lib.mkForce (lib.mkIf true 3)) ])
  (of types.int [
    (lib.mkMerge [
      (lib.mkIf false 1)
      (lib.mkIf true 2)
    ])
  ])
  (of types.int [ (lib.mkIf "yes" 1) ])
  (of (types.listOf types.int) [
    (lib.mkOrder 1200 [ 1 ])
    (lib.mkOrder 1100 [ 2 ])
    [ 3 ]
  ])
  (of types.int [ (lib.mkVMOverride 4) (lib.mkForce 5) ])
  # Lists across modules and imports.
  (t
    (config [
      {
        options.x = mkOption {
          type = types.listOf types.str;
          default = [ "default" ];
        };
        imports = [
          { x = [ "first import" ]; }
          {
            x = [ "second import" ];
            imports = [ { x = [ "deeper" ]; } ];
          }
        ];
        config.x = [ "own" ];
      }
      { x = [ "second" ]; }
    ]).x
  )
  # What is not an option, what is one twice, what is no module.
  (t (config [ { a = 1; } ]))
  (t (config [
    { options.a.b = int; }
    { a.c = 1; }
  ]))
  (t (config [
    { options.a.b = int; }
    { a.c = lib.mkIf false 1; }
    { a.b = 1; }
  ]))
  (t (config [
    { options.a = int; }
    { options.a = int; }
    { a = 1; }
  ]))
  (t (config [
    {
      options.a = mkOption {
        type = types.int;
        default = 1;
      };
    }
    {
      options.a = mkOption {
        type = types.int;
        default = 1;
      };
    }
  ]))
  (t (config [
    { options.a = int; }
    { options.a = mkOption { type = types.str; }; }
    { a = 1; }
  ]))
  (t (config [
    { options.a = mkOption { type = types.enum [ 1 ]; }; }
    { options.a = mkOption { type = types.enum [ 2 ]; }; }
    { a = 2; }
  ]))
  (t (config [
    { options.a = int; }
    { options.a = mkOption { apply = n: n + 1; }; }
    { a = 2; }
  ]))
  (t (config [
    { options.a = int; }
    { options.a.b = int; }
  ]))
  (t (config [
    {
      options = { };
      other = 1;
    }
  ]))
  (t (config [ [ { } ] ]))
  (t (config [
    {
      _module.check = false;
      a = 1;
    }
  ]))
  (t (config [
    {
      freeformType = types.attrsOf types.int;
      config.a = 1;
    }
  ]))
  # Submodules that several modules make.
  (t
    (config [
      { options.s = mkOption { type = types.submodule { options.a = int; }; }; }
      { options.s.b = int; }
      {
        s.a = 1;
        s.b = 2;
      }
    ]).s
  )
  (t
    (config [
      {
        options.s = mkOption {
          type = types.submoduleWith { modules = [ { freeformType = types.lazyAttrsOf types.raw; } ]; };
        };
      }
      {
        s.a = 1;
        s.b = [ ];
      }
    ]).s
  )
  # Read-only, apply, internal, defaults.
  (t (config [
    {
      options.a = mkOption {
        type = types.int;
        readOnly = true;
        default = 1;
      };
    }
  ]))
  (t (config [
    {
      options.a = mkOption {
        type = types.int;
        readOnly = true;
        default = 1;
      };
    }
    { a = 2; }
  ]))
  (t (config [
    {
      options.a = mkOption {
        type = types.int;
        readOnly = true;
      };
    }
    { a = 2; }
    { a = 2; }
  ]))
  (t (config [
    {
      options.a = mkOption {
        type = types.listOf types.int;
        apply = map (n: n * 2);
      };
    }
    { a = [ 2 ]; }
  ]))
  # Arguments.
  (t
    (config [
      (
        { config, lib, ... }:
        {
          options.a = mkOption { type = types.int; };
          options.b = mkOption {
            type = types.int;
            default = config.a + 1;
          };
          config.a = lib.mkDefault 4;
        }
      )
    ])
  )
  (t
    (config [
      { options.a = int; }
      { _module.args.extra = 5; }
      ({ extra, ... }: { a = extra; })
    ])
  )
  (t
    ((lib.evalModules {
      modules = [
        { options.a = int; }
        ({ special, ... }: { imports = [ { a = special; } ]; })
      ];
      specialArgs.special = 6;
    }).config
    )
  )
  (t
    ((lib.evalModules {
      class = "nixos";
      modules = [ { _class = "darwin"; } ];
    }).config
    )
  )
  # extendModules, disabledModules, keys.
  (t
    ((lib.evalModules { modules = [ { options.a = int; } ]; }).extendModules {
      modules = [ { a = 9; } ];
    }).config
  )
  (t
    (config [
      {
        key = "gone";
        options.b = int;
        config.b = 1;
      }
      {
        options.a = int;
        config.a = 1;
        disabledModules = [ { key = "gone"; } ];
      }
    ])
  )
  (t
    (config [
      {
        options.a = mkOption { type = types.listOf types.int; };
        imports = [
          {
            key = "same";
            a = [ 1 ];
          }
          {
            key = "same";
            a = [ 1 ];
          }
        ];
      }
    ])
  )
  (t (config [ (lib.mkIf true { options.a = int; }) ]))
  (t (
    let
      eval = lib.evalModules {
        modules = [
          { options.a = mkOption { type = types.listOf types.int; }; }
          { a = [ 1 ]; }
          { a = lib.mkForce [ 2 ]; }
        ];
      };
    in
    [
      eval.options.a.isDefined
      eval.options.a.highestPrio
      eval.options.a.definitions
      eval.options.a.loc
      (lib.isOption eval.options.a)
      (builtins.attrNames eval.config)
    ]
  ))
  # Renamed and removed.
  (t (config [
    (lib.mkRenamedOptionModule [ "old" ] [ "new" ])
    { options.new = int; }
    { options.warnings = mkOption { type = types.listOf types.str; }; }
    { old = 3; }
  ]).new)
  (t
    (map (a: a.assertion) (config [
      (lib.mkRemovedOptionModule [ "old" ] "Because.")
      { options.assertions = mkOption { type = types.listOf types.unspecified; }; }
      { old = 3; }
    ]).assertions)
  )
  # For documentation.
  (t (
    map
      (option: {
        inherit (option) name type readOnly internal;
        description = option.description or null;
        default = option.default.text or null;
      })
      (
        builtins.filter (option: !option.internal && lib.head option.loc != "_module") (
          lib.optionAttrSetToDocList
            (lib.evalModules {
              modules = [
                {
                  options.a.enable = lib.mkEnableOption "the thing";
                  options.a.list = mkOption {
                    type = types.listOf (types.submodule { options.n = int; });
                    default = [ ];
                    description = "Some.";
                  };
                  options.text = mkOption {
                    type = types.str;
                    default = "x";
                    defaultText = lib.literalMD "something";
                    description = "Text.";
                  };
                }
              ];
            }).options
        )
      )
  ))
]
// lib.mapAttrs' (name: lib.nameValuePair "description of ${name}") descriptions
// lib.mapAttrs' (name: lib.nameValuePair "name of ${name}") names
// many "strings" [
  (lib.concatStringsSep ", " [ "a" "b" ])
  (lib.concatMapStringsSep "-" toString [ 1 2 ])
  (lib.concatMapStrings (n: "${n}!") [ "a" "b" ])
  (lib.concatImapStringsSep "," (n: v: "${toString n}${v}") [ "a" "b" ])
  (lib.concatLines [ "a" "b" ])
  (lib.splitString "." "a.b..c")
  (lib.splitString "ab" "1ab2")
  (lib.hasPrefix "a" "abc")
  (lib.hasPrefix "abcd" "abc")
  (lib.hasSuffix "bc" "abc")
  (lib.hasSuffix "xabc" "abc")
  (lib.hasInfix "b." "ab.c")
  (lib.hasInfix "b." "abcc")
  (lib.removePrefix "a" "aab")
  (lib.removeSuffix "b" "aab")
  (lib.removeSuffix "x" "aab")
  (lib.toUpper "aZ9é")
  (lib.toLower "AzÉ")
  (lib.stringToCharacters "abc")
  (lib.escapeShellArg "it's")
  (lib.escapeShellArg "plain-1.2/x")
  (lib.escapeShellArg "")
  (lib.escapeShellArgs [ "a b" "c" ])
  (lib.escapeRegex "a.b*c[")
  (lib.strings.escapeNixString "a\${b}\"")
  (lib.strings.escapeNixIdentifier "a-b")
  (lib.strings.escapeNixIdentifier "a b")
  (lib.strings.sanitizeDerivationName "..a b/c")
  (lib.strings.sanitizeDerivationName "")
  (lib.trim "  a b\n")
  (lib.trim "   ")
  (lib.optionalString false "a")
  (lib.fixedWidthString 5 "0" "12")
  (t (lib.fixedWidthString 1 "0" "12"))
  (lib.fixedWidthNumber 4 12)
  (lib.toInt "12")
  (lib.toInt "-12")
  (t (lib.toInt "012"))
  (t (lib.toInt "x"))
  (lib.strings.toIntBase10 "012")
  (lib.toHexString 255)
  (lib.versionOlder "6.1" "6.12")
  (lib.versionOlder "6.12-rc1" "6.12")
  (lib.versionAtLeast "6.12" "6.12")
  (lib.versions.major "6.12.3")
  (lib.versions.minor "6.12.3")
  (lib.versions.majorMinor "6.12.3")
  (lib.versions.pad 3 "6.12")
  (lib.versions.pad 3 "6.12-rc1")
  (lib.versions.pad 2 "6.12.4")
  (lib.getName "some-1.2")
  (lib.getVersion "some-1.2")
  (lib.getName drv)
  (lib.isStorePath "/nix/no")
  (lib.isStringLike path)
  (lib.isStringLike 5)
  (lib.strings.replicate 3 "ab")
  (lib.boolToString true)
  (lib.makeBinPath [ "/a" "/b" ])
  (lib.strings.charToInt "A")
  (lib.replaceStrings [ "a" ] [ "b" ] "aa")
  (lib.strings.toSentenceCase "word here")
  (lib.mesonBool "x" true)
  (lib.cmakeBool "x" false)
  (lib.intersperse "," [ 1 2 3 ])
  (lib.strings.nameFromURL "https://x/y-1.2.tar.gz" ".")
]
// many "lists" [
  (lib.flatten [ 1 [ 2 [ 3 ] ] ])
  (lib.unique [ 1 2 1 3 2 ])
  (lib.range 1 4)
  (lib.range 4 1)
  (lib.take 2 [ 1 2 3 ])
  (lib.take 9 [ 1 ])
  (lib.drop 2 [ 1 2 3 ])
  (lib.drop 9 [ 1 ])
  (lib.sublist 1 5 [ 1 2 3 ])
  (lib.last [ 1 2 ])
  (t (lib.last [ ]))
  (lib.init [ 1 2 ])
  (t (lib.init [ ]))
  (lib.reverseList [ 1 2 3 ])
  (lib.foldr (a: b: a - b) 0 [ 5 3 1 ])
  (lib.foldl (a: b: a - b) 0 [ 5 3 1 ])
  (lib.imap0 (n: v: n + v) [ 1 1 ])
  (lib.imap1 (n: v: n + v) [ 1 1 ])
  (lib.findFirst (n: n > 1) 9 [ 1 2 3 ])
  (lib.findFirst (n: n > 5) 9 [ 1 2 3 ])
  (lib.findSingle (n: n > 1) "none" "many" [ 1 2 3 ])
  (lib.findSingle (n: n > 2) "none" "many" [ 1 2 3 ])
  (lib.optional true 1)
  (lib.optionals false [ 1 ])
  (lib.toList 1)
  (lib.toList [ 1 ])
  (lib.remove 1 [ 1 2 1 ])
  (lib.subtractLists [ 1 2 ] [ 3 2 1 4 ])
  (lib.intersectLists [ 1 2 3 ] [ 3 2 9 ])
  (lib.mutuallyExclusive [ 1 ] [ 2 ])
  (lib.zipLists [ 1 2 ] [ "a" "b" "c" ])
  (lib.zipListsWith (a: b: a + b) [ 1 2 ] [ 3 ])
  (lib.sort (a: b: a > b) [ 1 3 2 ])
  (lib.sortOn (s: lib.stringLength s) [ "aaa" "b" "cc" ])
  (lib.naturalSort [ "b10" "b9" "a" ])
  (lib.partition (n: n > 1) [ 1 2 3 ])
  (lib.groupBy (n: if n > 1 then "x" else "y") [ 1 2 3 ])
  (lib.count (n: n > 1) [ 1 2 3 ])
  (lib.any lib.id [ false true ])
  (lib.all lib.id [ true ])
  (lib.replicate 2 "x")
  (lib.crossLists (a: b: [ a b ]) [ [ 1 2 ] [ 3 4 ] ])
  (lib.allUnique [ 1 1 ])
  (lib.lists.hasPrefix [ 1 ] [ 1 2 ])
  (lib.singleton 1)
  (lib.forEach [ 1 ] (n: n + 1))
  (lib.compare 1 2)
]
// many "attributes" [
  (lib.filterAttrs (n: _: n == "a") set)
  (lib.mapAttrs' (n: v: lib.nameValuePair "x${n}" v) { a = 1; })
  (lib.mapAttrsToList (n: v: "${n}${toString v}") { b = 2; a = 1; })
  (lib.attrsToList { a = 1; })
  (lib.attrByPath [ "b" "c" ] 0 set)
  (lib.attrByPath [ "b" "z" ] 0 set)
  (lib.attrByPath [ "a" "z" ] 0 set)
  (lib.hasAttrByPath [ "b" "c" ] set)
  (lib.setAttrByPath [ "x" "y" ] 1)
  (lib.getAttrFromPath [ "b" "c" ] set)
  (lib.recursiveUpdate set { b.c = 9; b.e = 1; a.z = 3; })
  (lib.genAttrs [ "a" "b" ] (n: n + "!"))
  (lib.optionalAttrs false set)
  (lib.concatMapAttrs (n: v: { ${n + "1"} = v; ${n + "2"} = v; }) { a = 1; })
  (lib.foldlAttrs (s: n: v: s + n + toString v) "" { a = 1; b = 2; })
  (lib.collect builtins.isInt set)
  (lib.mapAttrsRecursive (p: _: lib.concatStringsSep "." p) set)
  (lib.zipAttrs [ { a = 1; } { a = 2; b = 3; } ])
  (lib.zipAttrsWith (_: lib.head) [ { a = 1; } { a = 2; b = 3; } ])
  (lib.cartesianProduct { a = [ 1 2 ]; b = [ 3 4 ]; })
  (lib.mergeAttrsList [ { a = 1; } { a = 2; } ])
  (lib.attrVals [ "a" ] set)
  (lib.getAttrs [ "a" ] set)
  (lib.matchAttrs { b.c = 2; } set)
  (lib.isDerivation drv)
  (lib.isDerivation set)
  (lib.isAttrs set)
  (lib.showAttrPath [ "a" "b c" ])
  (lib.filterAttrsRecursive (n: _: n != "c") set)
  (lib.getBin { bin = "x"; out = "y"; })
  (lib.getDev { out = "y"; })
  (lib.getOutput "modules" { out = "y"; })
  (lib.showOption [ "a" "b c" "<name>" "*" ])
  (t (lib.attrsets.unionOfDisjoint { a = 1; } { a = 2; }).a)
  (lib.overrideExisting { a = 1; } { a = 2; b = 3; })
]
// many "functions" [
  (lib.pipe 1 [
    (n: n + 1)
    toString
  ])
  (lib.flip (a: b: a - b) 1 5)
  (lib.const 1 2)
  (lib.min 1 2)
  (lib.max 1 2)
  (lib.mod 7 4)
  (lib.defaultTo 1 null)
  (lib.mapNullable (n: n + 1) null)
  (lib.xor true false)
  (t (lib.throwIf true "no" 1))
  (t (lib.throwIfNot true "no" 1))
  (t (lib.assertMsg false "no"))
  (lib.functionArgs ({ a, b ? 1 }: a + b))
  (lib.isFunction { __functor = _: n: n; })
  (lib.toFunction 5 1)
  (lib.fix (self: { a = 1; b = self.a + 1; })).b
  ((lib.makeExtensible (final: { a = 1; b = final.a + 1; })).extend (_: prev: { a = prev.a + 10; })).b
  (lib.composeManyExtensions [
    (_: _: { a = 1; })
    (_: prev: { b = prev.a + 1; })
  ] { } { })
  ((lib.makeOverridable ({ a, b ? 2 }: { sum = a + b; }) { a = 1; }).override { b = 5; }).sum
  ((lib.makeOverridable ({ a }: { sum = a; }) { a = 1; }).override (old: { a = old.a + 1; })).sum
  (lib.callPackageWith { x = 1; y = 2; } ({ x, z ? 3 }: { sum = x + z; }) { z = 10; }).sum
  ((lib.callPackageWith { x = 1; } ({ x }: { sum = x; }) { }).override { x = 7; }).sum
  (
    let
      scope = lib.makeScope (extra: lib.callPackageWith ({ x = 1; } // extra)) (self: {
        y = 2;
        sum = self.callPackage ({ x, y }: { value = x + y; }) { };
      });
    in
    [
      scope.sum.value
      (scope.overrideScope (_: prev: { y = prev.y + 10; })).sum.value
      (builtins.attrNames scope)
    ]
  )
  (lib.generators.toPretty { } { a = [ 1 "x" null ]; "b c" = true; })
  (lib.generators.toPretty { multiline = false; } { a = [ 1 "x" ]; b = { }; c = [ ]; })
  (lib.generators.toPretty { } "a\nb")
  (lib.generators.toPretty { } ({ a, b ? 1 }: a + b))
  (lib.generators.toKeyValue { } { a = 1; b = "x"; })
  (lib.generators.toINI { } { s = { a = 1; b = true; }; })
  (lib.importTOML ../../boards/khadas-vim3.toml).name
  (map (l: [ l.spdxId or null l.free ]) (with lib.licenses; [ gpl2Only gpl2Plus mit bsd2 bsd3 isc unfree unfreeRedistributable unfreeRedistributableFirmware ]))
  (map (s: lib.mapAttrs (_: v: if builtins.isFunction v then null else v) {
    inherit (lib.systems.elaborate s) system config linuxArch isAarch64 isx86_64 isLinux ubootArch efiArch;
  }) [ "aarch64-linux" "x86_64-linux" { config = "aarch64-unknown-linux-gnu"; } ])
  (t (lib.systems.elaborate "pdp11-unix").system)
  (lib.systems.examples.aarch64-multiplatform.config)
  (lib.elem "aarch64-linux" lib.platforms.linux)
  (lib.meta.availableOn (lib.systems.elaborate "aarch64-linux") { meta.platforms = [ "x86_64-linux" ]; })
  (lib.meta.availableOn (lib.systems.elaborate "aarch64-linux") { meta = { }; })
  (t (lib.getExe' { outPath = "/x"; } "y"))
  (lib.hasSuffix "some-1.2/bin/y" (lib.getExe' drv "y"))
  (lib.hasSuffix "some-1.2/bin/z" (lib.getExe (drv // { meta.mainProgram = "z"; })))
  (t (lib.getExe' drv "a/y"))
  (lib.kernel.yes)
  (lib.kernel.freeform "x")
  (lib.kernel.option lib.kernel.module)
]
// many "files" [
  (lib.hasSuffix "-source" (toString (lib.fileset.toSource { root = ./.; fileset = ./lib-cases.nix; })))
  (builtins.attrNames (builtins.readDir (lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [ ./lib-cases.nix ./nixpkgs/lib ];
  })))
  (builtins.attrNames (builtins.readDir (lib.fileset.toSource {
    root = ./nixpkgs/nixos;
    fileset = lib.fileset.difference (lib.fileset.fileFilter (f: f.hasExt "nix") ./nixpkgs/nixos) ./nixpkgs/nixos/modules;
  })))
  (t (lib.fileset.toSource { root = ./nixpkgs; fileset = ./lib-cases.nix; }).outPath)
  (t (lib.fileset.toSource { root = ./.; fileset = ./no-such-file; }).outPath)
  (t (lib.fileset.unions [ "text" ]))
  (builtins.attrNames (builtins.readDir (lib.cleanSourceWith {
    src = ./nixpkgs/nixos;
    filter = p: _: lib.hasSuffix "s.nix" (toString p);
  })))
]
