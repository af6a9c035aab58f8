# SPDX-License-Identifier: Apache-2.0
"""One file for each third party: the addresses it answers and the cookies it sets."""
