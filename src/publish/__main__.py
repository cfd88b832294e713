"""The `publish` command. A build with nothing to do is answered here, before any library is loaded."""

import sys


def main() -> None:
    """Run the command. Exit codes: see `publish.cli.main`."""
    if "build" in sys.argv[1:4]:
        from publish.incremental import quick

        lines = quick.answer(sys.argv[1:])
        if lines is not None:
            print("\n".join(lines))
            return
    from publish.cli import main as door

    door()


if __name__ == "__main__":
    main()
