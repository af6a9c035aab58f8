# SPDX-License-Identifier: Apache-2.0
"""Web properties, their notices, and the scripts compiled from them."""
