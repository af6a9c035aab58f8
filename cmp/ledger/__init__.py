# SPDX-License-Identifier: Apache-2.0
"""The log: leaves with dense indexes, the tree's edge, checkpoints, the records behind them."""
