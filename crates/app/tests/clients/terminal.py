"""A command on a terminal of its own, as a person runs it.

usage: terminal.py COMMAND...

Prints all that came, and exits as the command did.
"""

import os
import pty
import sys


def main():
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.argv[1], sys.argv[1:])
    while True:
        try:
            said = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not said:
            break
        sys.stdout.buffer.write(said)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()
