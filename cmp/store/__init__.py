# SPDX-License-Identifier: Apache-2.0
"""How rows are kept: the base of all models, the engine, transactions, the group commit."""
