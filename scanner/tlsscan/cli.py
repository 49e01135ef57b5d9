"""The command `tlsscan`: which command is meant, and an exit status whatever happens in it."""

import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from tlsscan.annotations import NoReturn
from tlsscan.console import TROUBLE
from tlsscan.errors import TlsscanError


class Terminated(BaseException):
    """SIGTERM arrived."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status; without arguments of its own it is the process, and ends it."""
    status = _guarded(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        _leave(status)
    return status


def _leave(status: int) -> NoReturn:
    """End at once: to take the interpreter apart would cost a small scan a tenth of its time."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(status)


def _guarded(arguments: Sequence[str]) -> int:
    """The exit status of a run, whatever happens in it."""
    _prepare()
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except TlsscanError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130
    except Terminated:
        return 143
    except BrokenPipeError:
        _discard_stdout()  # the reader is gone: leave quietly, as `yes | head` does
        return 141
    except OSError as error:
        _discard_stdout()
        return _fail(_described(error))
    except Exception as error:  # the last resort: a bug of ours must not exit with the status of findings
        from tlsscan.worker import describe

        return _fail(f"internal error, please report it (--debug says more): {describe(error)}")
    finally:
        if "tlsscan.early" in sys.modules:
            sys.modules["tlsscan.early"].dismiss()


def _described(error: OSError) -> str:
    if isinstance(error, FileNotFoundError) and not error.filename:
        return "the working directory is gone"  # only what asks for it can miss something without a name
    return f"{error.filename or 'cannot write'}: {error.strerror or error}"


def _prepare() -> None:
    def terminate(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Terminated

    gc.set_threshold(1_000_000)  # records and parsed packs are no cyclic garbage, but would be searched for it
    _reopen()
    try:
        signal.signal(signal.SIGTERM, terminate)
    except ValueError:
        return  # not in the main thread: somebody else owns the signals


def _reopen() -> None:
    """Standard streams that can be relied on; closed ones become harmless, or the next file opened would be stdout.

    What replaces stdout is not writable: a report that nobody can get is an error, not a success.
    """
    for descriptor, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest free number, which is this one
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    elif isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase):
        # With PYTHONUNBUFFERED the interpreter drops what a pipe does not take at once.
        raw, encoding, errors = sys.stdout.buffer, sys.stdout.encoding, sys.stdout.errors
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors=errors)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _fail(text: str) -> int:
    from tlsscan.display import safe

    try:
        print(f"tlsscan: error: {safe(text)}", file=sys.stderr)
    except (OSError, ValueError):
        return TROUBLE  # nobody is there to read it
    return TROUBLE


def _discard_stdout() -> None:
    """Let what is still buffered go nowhere, or the interpreter would fail once more when it exits."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def _run(arguments: Sequence[str]) -> int:
    from tlsscan.commands import command_of

    command, rest = command_of(arguments)
    if command == "scan":
        from tlsscan import early

        early.hire(rest)
    if "--debug" in rest:
        os.environ["TLSSCAN_DEBUG"] = "1"  # workers, too, see it there
    run: Callable[[list[str]], int] = import_module(f"tlsscan.commands.{command.replace('-', '_')}").run
    return run(rest)
