# SPDX-License-Identifier: GPL-2.0-only
{ lib }:
rec {
  fix =
    f:
    let
      self = f self;
    in
    self;
  fix' =
    f:
    let
      self = f self // {
        __unfix__ = f;
      };
    in
    self;
  extends =
    overlay: f: final:
    let
      prev = f final;
    in
    prev // overlay final prev;
  composeExtensions =
    first: second: final: prev:
    let
      a = first final prev;
    in
    a // second final (prev // a);
  composeManyExtensions = lib.foldr composeExtensions (_: _: { });
  makeExtensible = makeExtensibleWithCustomName "extend";
  makeExtensibleWithCustomName =
    name: f:
    fix' (
      final:
      f final
      // {
        ${name} = overlay: makeExtensibleWithCustomName name (extends (toExtension overlay) f);
      }
    );
  toExtension =
    overlay:
    if lib.isFunction overlay then
      final: prev:
      let
        once = overlay prev;
      in
      if lib.isFunction once then overlay final prev else once
    else
      _: _: overlay;
  converge =
    f: value:
    let
      next = f value;
    in
    if next == value then value else converge f next;
}
