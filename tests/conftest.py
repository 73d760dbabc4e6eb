"""What holds for every test."""

import signal

from hypothesis import settings

# Machines are shared and noisy: how long an example took says nothing. The same examples each time: whoever
# changes one thing is not stopped by what chance finds in another. Chance has a command, `make explore`.
settings.register_profile("streamtts", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=3000)
settings.load_profile("streamtts")

# A shell's background job is deaf to these, and so would be every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
