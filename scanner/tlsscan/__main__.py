"""`python -m tlsscan` is the same as `tlsscan`."""

import sys

from tlsscan.cli import main

if __name__ == "__main__":
    sys.exit(main())
