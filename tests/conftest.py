"""What holds for every test."""

import signal

from hypothesis import settings

# Machines are shared and noisy: how long an example took says nothing.
settings.register_profile("streamtts", deadline=None)
settings.load_profile("streamtts")

# A shell's background job is deaf to these, and so would be every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
