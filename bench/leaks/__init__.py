# SPDX-License-Identifier: Apache-2.0
"""What the independent leak bench needs to drive Kvitt."""
