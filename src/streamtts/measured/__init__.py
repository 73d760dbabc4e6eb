"""What `streamtts bench` counts: where the milliseconds of a session go."""
