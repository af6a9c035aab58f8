# SPDX-License-Identifier: Apache-2.0
"""The workbench of marketing."""
