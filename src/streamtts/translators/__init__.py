"""The engines that translate: one file each, imported when it is chosen."""
