"""A command with the fake encoder, in a process of its own: `run_with_fakes MODULE ARGUMENT...`."""

import importlib
import sys

from tests.support.builds.killed_builds import small_builds

if __name__ == "__main__":
    main = importlib.import_module(sys.argv[1]).main
    with small_builds():
        sys.exit(main(sys.argv[2:]))
