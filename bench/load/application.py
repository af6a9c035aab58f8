# SPDX-License-Identifier: Apache-2.0
"""The application for servers that take a module: granian, waitress, beside gunicorn."""

import os

from cmp.app import create_app
from cmp.settings import load

app = create_app(load(os.environ))
