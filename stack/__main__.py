"""`python -m stack COMMAND`: what `./portal` calls once everything is set up."""

import os
import sys

from stack.places import ROOT, StackError


def main(command: str, arguments: list[str]) -> int:
    """Carry out one command and return its exit code."""
    if arguments and command in {"run", "journeys", "lint"}:
        raise StackError(
            f"`./portal {command}` takes nothing more: {' '.join(arguments)}. The port is set so: PORT=8001 ./portal run"
        )
    if command == "run":
        from stack.run import run

        return run()
    if command == "manage":
        from stack.manage import manage

        return manage(arguments)
    if command == "test":
        from stack.checks import test

        test(arguments)
    if command == "journeys":
        from stack.checks import journeys

        journeys()
    if command == "lint":
        from stack.checks import lint

        return lint()
    if command == "bench":
        from stack.checks import bench

        return bench(arguments)
    from stack.doctor import doctor

    return doctor()


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except StackError as error:
        print(f"portal: ERROR: {error}", file=sys.stderr)
        sys.exit(1)
