"""Leaving the pipe without the agent noticing."""

import os
import shutil
import stat


def drain_in_background(fd: int) -> bool:
    """Lets a process of its own read what a pipe still brings, until its end; False if `fd` is no pipe.

    An agent whose reader goes away is killed by its next word (SIGPIPE); whoever does not want to listen any
    longer does not mean that.
    """
    mode = os.fstat(fd).st_mode
    reader = shutil.which("cat", path=os.defpath)
    if reader is None or not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return False
    nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    os.posix_spawn(
        reader,
        [reader],
        {},
        file_actions=[(os.POSIX_SPAWN_DUP2, fd, 0), nowhere, (os.POSIX_SPAWN_DUP2, 1, 2)],
        setsid=True,
    )
    return True
