# SPDX-License-Identifier: Apache-2.0
"""`python -m cmp` is the same as the command `kvitt`."""

from cmp.cli import main

raise SystemExit(main())
