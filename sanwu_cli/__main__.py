"""Entry point: version and root help at once, everything else through the command line."""

from __future__ import annotations

import gc
import sys

from sanwu_cli import __version__


def main() -> int:
    """Run the command line of this process and give its exit status."""
    text = _ready_text(sys.argv[1:])
    if text is None:
        # A short-lived process that makes hardly a circle: the collector has little to do, and is asked less.
        gc.set_threshold(1 << 17, 50, 50)
        from sanwu_cli.cli.app import run  # noqa: PLC0415 - version and help must not load typer

        status = run()
        # The interpreter would look for circles once more among everything that goes away with the process.
        gc.freeze()
        return status
    return _write(text)


def _ready_text(arguments: list[str]) -> str | None:
    """Give the answer that needs no command line library, or None."""
    if arguments in (["--version"], ["-V"]):
        return f"sanwu {__version__}\n"
    if arguments in (["--help"], ["-h"]):
        from sanwu_cli.cli.help_text import TEXT  # noqa: PLC0415 - only here

        return TEXT
    return None


def _write(text: str) -> int:
    from sanwu_cli.cli.streams import discard_output, prepare_streams  # noqa: PLC0415 - only here

    prepare_streams()
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
        return 141
    except OSError:
        from sanwu_cli.cli.app import run  # noqa: PLC0415 - only here

        return run()  # comes to the same error, and has the words for it
    return 0


if __name__ == "__main__":
    sys.exit(main())
