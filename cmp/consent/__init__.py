# SPDX-License-Identifier: Apache-2.0
"""From one click to evidence: does it fit its notice, what is recorded, the write path."""
