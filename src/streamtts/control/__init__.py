"""What a listener can do while the agent speaks: keys, the control socket, `streamtts ctl`."""
