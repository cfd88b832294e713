"""The `publish` command. A build with nothing to do is answered here, before any library is loaded."""

import gc
import os
import sys

_SELDOM = 200_000
"""Objects more than before at which a collection is due. Loading code, or a store, makes many and throws none away."""


def main() -> None:
    """Run the command. Exit codes: see `publish.cli.main`."""
    gc.set_threshold(_SELDOM)
    try:
        if not _answered():
            os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it asks each distribution for some
            from publish.cli import main as door

            door()
    except KeyboardInterrupt:  # while code was loaded: nothing was begun
        print("stopped; nothing was begun", file=sys.stderr)
        sys.exit(130)
    finally:
        gc.freeze()  # the system takes all back at once: that Python looks for garbage before the end is time lost


def _answered() -> bool:
    """Whether there was nothing to do, and that has been said."""
    if "build" not in sys.argv[1:4]:
        return False
    from publish.incremental import quick

    lines = quick.answer(sys.argv[1:])
    if lines is None:
        return False
    print("\n".join(lines))
    return True


if __name__ == "__main__":
    main()
