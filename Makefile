# SPDX-License-Identifier: GPL-2.0-only
#
# outboard's front door: make help
#
# Included by nothing and needed by nothing: the modules are built by Kbuild, and
# what the targets do is done by the scripts that they call.

PYTHON ?= /usr/bin/python3
outboard = $(PYTHON) '$(CURDIR)/python'
tests = PYTHONPATH='$(CURDIR)/python' $(PYTHON) -m tests
KERNEL ?=
BOARD ?= raspberry-pi-3b
DESTDIR ?=
PREFIX ?=
SETUP ?=
SECONDS ?=
OVERLAYS ?=
IMAGE ?=
APPEND ?=
TREE ?=
TRACE ?=
WRITE ?=
PIN ?=
COVERAGE ?=
NIXPKGS ?=
ONLY ?=
ROOTFS ?=
FIRMWARE ?=
VARIANT ?=
BLOBS ?=
OUTPUT ?=
FILE ?=
COUNT ?=
SEED ?=
JOBS ?=
FILESYSTEM ?=
FREE ?=
LABEL ?=
UDEVDIR ?=
O ?=
# Empty is as not given: also where something has exported it so.
out := $(or $(O),build/kdir)
prefix := $(or $(PREFIX),/usr/local)
udevdir := $(or $(UDEVDIR),/etc/udev/rules.d)

# What a command line may set: ours, and those that are passed on to the kernel's build.
own := KERNEL KDIR BOARD O DESTDIR PREFIX UDEVDIR PYTHON QEMU SECONDS SETUP \
       OVERLAYS IMAGE APPEND TREE TRACE WRITE PIN COVERAGE ONLY NIXPKGS \
       ROOTFS FIRMWARE OUTPUT FILESYSTEM FREE LABEL VARIANT BLOBS FILE COUNT SEED JOBS
kbuild := ARCH CROSS_COMPILE CC LD AR NM STRIP OBJCOPY OBJDUMP READELF HOSTCC HOSTCXX HOSTLD \
	  LLVM LLVM_IAS KCFLAGS W C CF V UNTESTED
given := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
unknown := $(filter-out $(own) $(kbuild) MAKEFLAGS MAKEOVERRIDES -%,$(given))
ifneq ($(unknown),)
$(error there is no variable $(unknown); there are $(own), and for the kernel's build $(kbuild))
endif
kbuild_args := $(foreach name,$(filter $(given),$(kbuild)),'$(name)=$($(name))')

# Nothing else of this command line reaches the kernel's build: its O= is not ours.
MAKEOVERRIDES =
unexport KDIR O PREFIX DESTDIR
export SETUP
ifdef QEMU
export QEMU
endif

##@ Build
.PHONY: modules
modules: ## build the modules: KERNEL=5.10, 6.1, 6.12 (default), newest, all; or KDIR=<any prepared build tree>
ifdef KDIR
	@scripts/build-kdir "$(KDIR)" "$(out)" $(kbuild_args)
else
	@scripts/setup build
	@$(outboard) modules --kernel "$(KERNEL)" -- $(kbuild_args)
endif

##@ Run
.PHONY: run pins
run: ## boot BOARD= in QEMU, on this terminal: KERNEL= (a name or an Image) TREE= OVERLAYS= APPEND= IMAGE= (an SD card's) WRITE=1 TRACE=1
	@scripts/setup --install run
	@$(outboard) run --board "$(BOARD)" --kernel "$(KERNEL)" --tree "$(TREE)" --overlays "$(OVERLAYS)" \
		--append '$(subst ','\'',$(APPEND))' --image "$(IMAGE)" --trace="$(TRACE)" --write="$(WRITE)"
pins: ## the GPIO pins of a board that make run runs: PIN=BANK:N reads one, PIN=BANK:N=1 drives it
	@$(outboard) pins $(if $(filter command,$(origin BOARD)),--board "$(BOARD)") $(PIN)

##@ Images
.PHONY: firmware
firmware: ## boot firmware for BOARD= from Debian's U-Boot and TF-A, as far as it can be without others' files: VARIANT=emmc BLOBS=<where those are>
	@scripts/setup firmware
	@$(outboard) firmware --board "$(BOARD)" --variant "$(VARIANT)" --blobs "$(BLOBS)"

.PHONY: image
image: ## an image of an SD card from ROOTFS= (a directory, a tar) for BOARD=: KERNEL= OVERLAYS= FIRMWARE= (or none) FILESYSTEM= FREE= LABEL= APPEND= OUTPUT=
	@scripts/setup image
	@$(outboard) image --board "$(BOARD)" --root "$(ROOTFS)" --kernel "$(KERNEL)" --overlays "$(OVERLAYS)" \
		--firmware "$(FIRMWARE)" --append '$(subst ','\'',$(APPEND))' --output "$(OUTPUT)" $(if $(LABEL),--label "$(LABEL)") \
		-- $(if $(FILESYSTEM),--filesystem "$(FILESYSTEM)") $(if $(FREE),--free "$(FREE)")

##@ Tests
.PHONY: check
check: ## all tests, for all kernels
	@scripts/setup --install check
	@$(tests).check

.PHONY: lint check-host check-dt check-schema check-program check-mutation check-cover check-fuzz check-kunit check-boot
.PHONY: check-models check-patches check-twin check-image check-firmware check-nix
lint: ## checkpatch --strict, sparse, kernel-doc, W=1 with gcc and clang, SPDX, shellcheck
	@scripts/setup --install check
	@$(tests).lint
check-host: ## bad input, caching, the build scripts
	@scripts/setup --install check
	@$(tests).host
check-dt: ## every overlay with every tree of its boards and kernels, and refused elsewhere
	@scripts/setup --install check
	@$(tests).dt
check-schema: ## what dt-schema has against the overlays and trees
	@scripts/setup --install check
	@$(tests).schema
check-mutation: ## make mutate itself: the changes that it makes, and what it says of them
	@scripts/setup --install check
	@$(tests).mutation.check
check-program: ## the outboard program on made-up trees and kernels, with sanitizers: ONLY=<a suite>
	@scripts/setup --install check
	@$(tests).program.run $(if $(ONLY),--only "$(ONLY)")
check-cover: ## outboard cover on the real kernels
	@scripts/setup --install check
	@$(tests).cover
check-fuzz: ## the outboard program on spoilt input: SECONDS= for each target (default: a short, fixed run)
	@scripts/setup --install check
	@$(tests).fuzz.run $(if $(SECONDS),--seconds "$(SECONDS)")
check-kunit: ## the drivers on models of their registers, in User Mode Linux: KERNEL=6.1 or all (default: 6.12) COVERAGE=1 ONLY=<part of a suite's name>
	@scripts/setup --install check
	@$(tests).kunit.run $(if $(KERNEL),--kernel "$(KERNEL)") $(if $(filter-out 0,$(COVERAGE)),--coverage) $(if $(ONLY),--only "$(ONLY)")
check-boot: ## the modules on booted kernels: KERNEL= (default: all)
	@scripts/setup --install check
	@$(tests).boot.run --kernel "$(or $(KERNEL),all)"
check-firmware: ## every board's U-Boot built, its addresses and sizes against the board files: BOARD= (default: all)
	@scripts/setup --install firmware
	@scripts/setup --install check
	@$(tests).firmware --build $(if $(filter command,$(origin BOARD)),--board "$(BOARD)")
check-image: ## images of cards of every board, byte by byte; and each board with a twin boots from one: BOARD=
	@scripts/setup --install check
	@$(tests).image --boots $(if $(filter command,$(origin BOARD)),--board "$(BOARD)")
check-models: ## the twin's device models, register by register
	@scripts/setup --install check
	@$(tests).models.run
check-nix: ## the Nix files: read, evaluated, and built with this machine's tools: NIXPKGS=<path> with a real one too, ONLY=<suites> KERNEL=
	@scripts/setup --install check
	@NIXPKGS="$(NIXPKGS)" $(tests).nix.run $(if $(ONLY),--only "$(ONLY)") $(if $(KERNEL),--kernel "$(KERNEL)")
check-patches: ## the patches for mainline: git am to Debian's sources, checkpatch --strict, each compiled
	@scripts/setup --install check
	@$(tests).patches
check-twin: ## every board's twin boots its kernels: KERNEL= (default: all) BOARD= (default: all)
	@scripts/setup --install check
	@$(tests).twin.run --kernel "$(or $(KERNEL),all)" $(if $(filter command,$(origin BOARD)),--board "$(BOARD)")

.PHONY: mutate
mutate: ## change FILE= (a driver, or a file of tools/) in COUNT= places, one at a time: which changes do its tests find? SEED= JOBS=
	@scripts/setup check
	@$(tests).mutation.run $(if $(COUNT),--count "$(COUNT)") $(if $(SEED),--seed "$(SEED)") $(if $(JOBS),--jobs "$(JOBS)") "$(FILE)"

.PHONY: bench
bench: ## build, merge, cover, boots, pin toggles and a UART, each against what one would run instead
	@scripts/setup --install check
	@$(tests).bench.run --kernel "$(KERNEL)"

##@ Boards, device trees and the outboard program
.PHONY: boards
boards: ## a table of the boards
	@$(outboard) boards

.PHONY: overlays
overlays: ## compile the overlays into build/overlays/, and list what each does
	@scripts/setup overlays
	@$(outboard) overlays

.PHONY: trees
trees: ## compile the trees of dts/ for KERNEL= into build/dts/
	@scripts/setup trees
	@$(outboard) trees --kernel "$(KERNEL)"

.PHONY: tools
tools: ## build the outboard program (merge, cover) into build/tools/
	@scripts/setup tools
	@$(outboard) tools

##@ Kernels
.PHONY: kernels fetch update
kernels: ## the kernel matrix, and what of it is in the cache
	@$(outboard) kernels
fetch: ## fetch KERNEL= into the cache, if it is not there
	@scripts/setup fetch
	@$(outboard) fetch "$(KERNEL)"
update: ## fetch the newest build of KERNEL= that its suite offers now
	@scripts/setup fetch
	@$(outboard) update "$(KERNEL)"

##@ Installation
.PHONY: install
install: ## as root, with KDIR=: install modules and udev rules for that kernel, below DESTDIR=
	@scripts/install $(if $(KDIR),--kdir "$(KDIR)" --out "$(out)") --destdir "$(DESTDIR)" --udevdir "$(udevdir)"

.PHONY: dkms
dkms: ## as root: hand the modules to DKMS, which builds them for each kernel; and install the udev rules
	@scripts/install --dkms --destdir "$(DESTDIR)" --udevdir "$(udevdir)"

.PHONY: install-tools
install-tools: ## as root: install the outboard program and its man pages below DESTDIR= PREFIX= (/usr/local)
	@scripts/setup tools
	@$(outboard) install-tools --destdir "$(DESTDIR)" --prefix "$(prefix)"

.PHONY: uninstall
uninstall: ## as root: remove what install (for KDIR=), dkms and install-tools have put below DESTDIR= PREFIX= UDEVDIR=
	@scripts/install --uninstall $(if $(KDIR),--kdir "$(KDIR)") --destdir "$(DESTDIR)" --udevdir "$(udevdir)" --prefix "$(prefix)"

.PHONY: setup
setup: ## as root: install the Debian packages that the tests need; else print the line that does
	@scripts/setup --install check

##@ Documents
.PHONY: readme
readme: ## write the tables of README and docs/ from the results of make check
	@$(tests).readme --write
	@$(tests).nix.nixos_options --write

##@ Clean up
.PHONY: clean distclean
clean: ## remove what was built here
	@rm -rf build
distclean: clean ## remove the cache of kernels and tools too
	@chmod -R u+w "$${XDG_CACHE_HOME:-$$HOME/.cache}/outboard/nix-store" 2>/dev/null || :
	@rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/outboard"

##@ Help
.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^##@ / { print (n++ ? "\n" : "") substr($$0, 5) ":" } \
		/^[a-z-]+:.*## / { line = sprintf("  %-15s", $$1); count = split($$2, words, " "); \
			for (i = 1; i <= count; i++) { \
				if (length(line) + length(words[i]) > 78) { print line; line = sprintf("%17s", "") } \
				line = line (length(line) > 17 ? " " : "") words[i] } \
			print line }' Makefile
	@echo; echo "As root, run, check, check-*, lint and bench install the Debian packages that"
	@echo "they lack. All other targets print the line that does. SETUP=no lets none"
	@echo "install, SETUP=yes all."
