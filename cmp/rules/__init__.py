# SPDX-License-Identifier: Apache-2.0
"""Which request or storage name needs which service: one table for script, policy and list."""
