"""`python -m handouts` is `handouts`."""

from __future__ import annotations

import sys

from handouts.cli import main

if __name__ == "__main__":
    sys.exit(main())
