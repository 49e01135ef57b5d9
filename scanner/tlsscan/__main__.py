"""`python -m tlsscan` is the same as `tlsscan`."""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the working directory may be the one that is scanned: nothing of it may be imported
    from tlsscan.cli import main

    sys.exit(main())
