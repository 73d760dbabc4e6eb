"""`python -m streamtts` is the `streamtts` command."""

import sys

from streamtts.start import main

sys.exit(main())
