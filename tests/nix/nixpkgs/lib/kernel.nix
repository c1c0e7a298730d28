# SPDX-License-Identifier: GPL-2.0-only
let
  answer = tristate: {
    inherit tristate;
    optional = false;
  };
in
{
  yes = answer "y";
  no = answer "n";
  module = answer "m";
  unset = answer null;
  freeform = freeform: {
    inherit freeform;
    optional = false;
  };
  option = answer: answer // { optional = true; };
}
