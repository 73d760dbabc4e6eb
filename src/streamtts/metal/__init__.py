"""Our kernels for Apple's GPUs: their source, and who launches them."""
