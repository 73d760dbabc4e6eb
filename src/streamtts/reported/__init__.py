"""`streamtts report`: a trace read back, and shown as a page that stands alone."""
