# SPDX-License-Identifier: Apache-2.0
"""What the independent load bench needs to drive Kvitt: see docs/how-to/measure.md."""
