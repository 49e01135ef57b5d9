"""`tlsscan doctor`: which versions do the runtimes of this machine offer?"""

import os

from tlsscan.arguments import Parser
from tlsscan.console import FINDINGS, OK, say
from tlsscan.protocol import FLOORS


def run(arguments: list[str]) -> int:
    """Ask the runtimes on the PATH, and print what they answer."""
    given = _parser().parse(arguments)
    from tlsscan.doctor import table
    from tlsscan.doctor.checks import CHECKS, answers, found_on

    path, floor = os.environ.get("PATH", ""), FLOORS[given.min_tls]
    programs = dict.fromkeys(file for check in CHECKS for file in found_on(path, check.programs))
    if not given.quiet:
        say(f"tlsscan: starts {', '.join(programs) or 'nothing'}; they connect to a listener on 127.0.0.1")
    found = list(answers(path, given.timeout))
    print(table.document(found, floor) if given.format == "json" else table.text(found, floor), end="")
    return FINDINGS if any(table.state(answer, floor) == "fails" for answer in found) else OK


def _parser() -> Parser:
    """The parser of `tlsscan doctor`."""
    parser = Parser(
        "tlsscan doctor",
        "Ask the runtimes on the PATH (Python, Ruby, PHP, Java, PowerShell, .NET, OpenSSL, curl) for their version and "
        "TLS library, and let each connect to a listener on the loopback interface, which reads what it offers. No "
        "other command starts runtimes or connects to anything. Exit status 1: one of them does not reach the floor.",
    )
    parser.without_twin |= {"format", "timeout"}
    add = parser.add_argument
    add("-f", "--format", choices=("text", "json"), default="text", help="format (default text)")
    add("--min-tls", choices=tuple(FLOORS), default="1.2", help="the floor (default 1.2)")
    add("--timeout", type=float, default=30.0, metavar="S", help="seconds for one program (default 30)")
    add("-q", "--quiet", action="store_true", help="do not say which programs are started")
    return parser
