# SPDX-License-Identifier: GPL-2.0-only
"""The workbench behind make: what it knows, fetches, builds and boots."""
