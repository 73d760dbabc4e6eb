"""`python -m streamtts` is the `streamtts` command."""

import sys

from streamtts.cli import main

sys.exit(main())
