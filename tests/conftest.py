"""What holds for every test."""

from hypothesis import settings

# Machines are shared and noisy: how long an example took says nothing.
settings.register_profile("streamtts", deadline=None)
settings.load_profile("streamtts")
