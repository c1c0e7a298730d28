# SPDX-License-Identifier: GPL-2.0-only
#
# What Kbuild builds for a kernel, without building it: an object a line.
#
#     make -s -f scripts/built-modules.mk KDIR=<the kernel's build tree>

top := $(patsubst %/scripts/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))

.PHONY: list
list:
	@printf '%s\n' $(obj-m)

# What Kbuild finds in the kernel's own make. The sources are elsewhere where the build
# tree's Makefile is only a line that includes theirs.
empty :=
space := $(empty) $(empty)
comma := ,
pound := \#
release := $(subst ., ,$(shell cat $(KDIR)/include/config/kernel.release))
VERSION := $(firstword $(release))
PATCHLEVEL := $(firstword $(subst -, ,$(word 2,$(release))))
srctree := $(or $(shell sed -n 's,^include \(.*\)/Makefile$$,\1,p' $(KDIR)/Makefile),$(KDIR))
src := $(top)
obj := .

include $(KDIR)/include/config/auto.conf
include $(top)/Kbuild
