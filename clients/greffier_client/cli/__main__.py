"""``python -m greffier_client.cli``: the command line without its installed script."""

import sys

from .main import main

sys.exit(main())
