# SPDX-License-Identifier: GPL-2.0-only
"""python3 python COMMAND: runs the package from a checkout, from any directory."""
from outboard.__main__ import main

main()
