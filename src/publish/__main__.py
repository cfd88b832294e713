"""The `publish` command. A build with nothing to do is answered here, before any library is loaded."""

import gc
import sys

_SELDOM = 200_000
"""Objects more than before at which a collection is due. Loading code makes many and throws none away."""


def main() -> None:
    """Run the command. Exit codes: see `publish.cli.main`."""
    if "build" in sys.argv[1:4]:
        from publish.incremental import quick

        lines = quick.answer(sys.argv[1:])
        if lines is not None:
            print("\n".join(lines))
            return
    gc.set_threshold(_SELDOM)
    from publish.cli import main as door

    door()


if __name__ == "__main__":
    main()
