# SPDX-License-Identifier: Apache-2.0
"""Who may log in, with which role, and who did what."""
