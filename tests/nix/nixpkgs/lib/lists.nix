# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
let
  inherit (builtins)
    elemAt
    filter
    genList
    length
    ;
in
rec {
  singleton = value: [ value ];
  forEach = list: f: map f list;
  foldr =
    f: nul: list:
    let
      from = n: if n == length list then nul else f (elemAt list n) (from (n + 1));
    in
    from 0;
  fold = foldr;
  foldl =
    f: nul: list:
    let
      upTo = n: if n < 0 then nul else f (upTo (n - 1)) (elemAt list n);
    in
    upTo (length list - 1);
  imap0 = f: list: genList (n: f n (elemAt list n)) (length list);
  imap1 = f: imap0 (n: f (n + 1));
  ifilter0 =
    keep: list:
    map (n: elemAt list n) (filter (n: keep n (elemAt list n)) (genList (n: n) (length list)));
  flatten = value: if builtins.isList value then builtins.concatMap flatten value else [ value ];
  remove = value: filter (other: other != value);
  findSingle =
    wanted: none: several: list:
    let
      found = filter wanted list;
    in
    if found == [ ] then
      none
    else if length found == 1 then
      builtins.head found
    else
      several;
  findFirst =
    wanted: none: list:
    let
      found = filter wanted list;
    in
    if found == [ ] then none else builtins.head found;
  findFirstIndex =
    wanted: none: list:
    let
      found = filter (n: wanted (elemAt list n)) (genList (n: n) (length list));
    in
    if found == [ ] then none else builtins.head found;
  any = builtins.any;
  all = builtins.all;
  count = wanted: list: length (filter wanted list);
  optional = condition: value: if condition then [ value ] else [ ];
  optionals = condition: list: if condition then list else [ ];
  toList = value: if builtins.isList value then value else [ value ];
  range = first: last: if last < first then [ ] else genList (n: first + n) (last - first + 1);
  replicate = n: value: genList (_: value) n;
  partition = builtins.partition;
  groupBy = builtins.groupBy;
  zipListsWith =
    f: a: b:
    genList (n: f (elemAt a n) (elemAt b n)) (lib.min (length a) (length b));
  zipLists = zipListsWith (fst: snd: { inherit fst snd; });
  reverseList =
    list:
    let
      n = length list;
    in
    genList (i: elemAt list (n - 1 - i)) n;
  sort = builtins.sort;
  sortOn =
    key: list:
    map (pair: pair.value) (
      builtins.sort (a: b: a.key < b.key) (
        map (value: {
          key = key value;
          inherit value;
        }) list
      )
    );
  naturalSort = builtins.sort (a: b: builtins.compareVersions a b < 0);
  sublist =
    start: count: list:
    let
      have = length list;
      first = lib.min start have;
    in
    genList (n: elemAt list (first + n)) (lib.min count (have - first));
  take = sublist 0;
  takeEnd = n: list: drop (lib.max 0 (length list - n)) list;
  drop = n: list: sublist n (length list) list;
  dropEnd = n: list: take (lib.max 0 (length list - n)) list;
  hasPrefix = list: of: take (length list) of == list;
  removePrefix =
    list: of:
    if hasPrefix list of then drop (length list) of else throw "lib.lists.removePrefix: no prefix";
  last =
    list: if list == [ ] then throw "lists.last: list must not be empty!" else elemAt list (length list - 1);
  init =
    list: if list == [ ] then throw "lists.init: list must not be empty!" else take (length list - 1) list;
  unique = builtins.foldl' (seen: value: if builtins.elem value seen then seen else seen ++ [ value ]) [ ];
  uniqueStrings = list: builtins.attrNames (builtins.groupBy lib.id list);
  allUnique = list: length (unique list) == length list;
  intersectLists = a: filter (value: builtins.elem value a);
  subtractLists = gone: filter (value: !builtins.elem value gone);
  mutuallyExclusive = a: b: !builtins.any (value: builtins.elem value b) a;
  crossLists =
    f: builtins.foldl' (fs: args: builtins.concatMap (g: map g args) fs) [ f ];
  concatLists = builtins.concatLists;
  concatMap = builtins.concatMap;
}
