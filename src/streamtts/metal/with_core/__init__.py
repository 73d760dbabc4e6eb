"""Our kernels as the core's own host launches them, for whoever has no PyTorch."""
