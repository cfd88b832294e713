"""The `publish` command. A build with nothing to do is answered here, before any library is loaded."""

import errno
import gc
import os
import sys

_SELDOM = 200_000
"""Objects more than before at which a collection is due. Loading code, or a store, makes many and throws none away."""


def main() -> None:
    """Run the command. Exit codes: see `publish.cli.main`."""
    gc.set_threshold(_SELDOM)
    _lead_somewhere()
    try:
        if not _answered():
            os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it asks each distribution for some
            from publish.cli import main as door

            door()
    except KeyboardInterrupt:  # while code was loaded: nothing was begun
        print("stopped; nothing was begun", file=sys.stderr)
        sys.exit(130)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT) or error.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python tries once more at its end
        print(
            f"error: what publish tells cannot be written ({error.strerror}); make room on that disk", file=sys.stderr
        )
        sys.exit(1)
    finally:
        gc.freeze()  # the system takes all back at once: that Python looks for garbage before the end is time lost


def _lead_somewhere() -> None:
    """Nothing else may get the number of a closed standard stream (`>&-`): what is printed would go into it."""
    while (opened := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(opened)
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w"))


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
