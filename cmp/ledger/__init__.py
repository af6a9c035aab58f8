# SPDX-License-Identifier: Apache-2.0
"""The log: leaves with dense indexes, the tree's right edge, checkpoints, the records they stand for."""
