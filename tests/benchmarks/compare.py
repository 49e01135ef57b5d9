"""Measures whole runs of tlsscan beside ripgrep, find and bare Python: `python tests/benchmarks/compare.py TREE`.

ripgrep looks for the same literals in the same kinds of files, and lists the files that hold any: that is what the
first pass of a scan has to do at the least. Needs the package in reach (installed, or PYTHONPATH=scanner); for figures
that count, install it (`pip install .`), so that the packs are compiled and the modules are byte code.
"""

import argparse
import os
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SAMPLE_SECONDS = 0.02
SMALL_FILES = {
    "client.py": "import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n",
    "client.rb": "require 'openssl'\n\ncontext = OpenSSL::SSL::SSLContext.new(:TLSv1)\n",
    "client.php": "<?php\ncurl_setopt($handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_0);\n",
    "Client.cs": "class Client { void Open() { System.Net.ServicePointManager.SecurityProtocol = "
    "System.Net.SecurityProtocolType.Tls; } }\n",
    "Client.java": "class Client { void open() throws Exception { "
    'javax.net.ssl.SSLContext.getInstance("TLSv1.1"); } }\n',
}


class Cost(NamedTuple):
    """What one run took: seconds of wall time and of processor, peak memory in MB, exit status."""

    wall: float
    cpu: float
    peak: float
    status: int


class Tree(NamedTuple):
    """What there is to scan: files and MB of the languages that are read, the share that holds a literal."""

    files: int
    megabytes: float
    survivors: int


def resident_megabytes(group: int) -> float:
    """The memory of a process group. The kernel's ru_maxrss knows one process only, and keeps its parent's peak."""
    pages = 0
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if entry.isdigit():
            try:
                fields = Path("/proc", entry, "stat").read_bytes().rpartition(b")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group:
                pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(command: Sequence[str], timeout: float, *, sample: bool) -> Cost:
    """Run a command in a process group of its own. Memory is sampled only when asked, since that costs time."""
    null = subprocess.DEVNULL
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdin=null, stdout=null, stderr=null, start_new_session=True)
    peak = [0.0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLE_SECONDS):
            peak[0] = max(peak[0], resident_megabytes(process.pid))

    watcher = threading.Thread(target=watch, daemon=True)
    if sample:
        watcher.start()
    alarm = threading.Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
    alarm.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    alarm.cancel()
    done.set()
    if sample:
        watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[0], process.returncode)


def rounds(commands: Mapping[str, Sequence[str]], count: int, timeout: float) -> dict[str, list[Cost]]:
    """Every command `count` times, taking turns, so that noise meets all alike; one round before warms the caches."""
    for command in commands.values():
        measure(command, timeout, sample=False)
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(count):
        for name, command in commands.items():
            costs[name].append(measure(command, timeout, sample=number == 0))
    return costs


def literals() -> list[str]:
    """What the packs have the prefilter look for, as code writes it."""
    from tlsscan.packs import load

    return sorted({anchor for rule in load().all() for sink in rule.sinks for anchor in sink.anchors})


def suffixes() -> list[str]:
    """The suffixes of the languages that are read."""
    from tlsscan.languages import BY_SUFFIX

    return sorted(
        suffix.decode() for suffix, language in BY_SUFFIX.items() if language and not language.startswith(".")
    )


def tree_of(path: str) -> Tree:
    """The size of a tree, as tlsscan sees it."""
    from tlsscan.discovery import discover
    from tlsscan.extract import Extractor
    from tlsscan.packs import load

    extractor = Extractor(load(), hashes=False)
    files = size = survivors = 0
    for candidate in discover([path], respect_ignore=False).files:
        content = Path(os.fsdecode(candidate.fs_path)).read_bytes()
        files += 1
        size += len(content)
        survivors += extractor.prefilter(candidate.language).hit(content)
    return Tree(files, size / 1e6, survivors)


def ripgrep(path: str, words: str) -> list[str]:
    """The command that lists files of the same kinds that hold any of the literals in the file `words`."""
    kinds = [f"--type-add=scanned:*{suffix}" for suffix in suffixes()]
    return ["rg", "-l", "-uu", "--no-config", "-F", "-f", words, *kinds, "-t", "scanned", path]


def table(costs: Mapping[str, Sequence[Cost]], reference: str) -> Iterator[str]:
    """The lines of a Markdown table; ratios are to the row `reference`."""
    heads = ["command", "wall min s", "wall median s", "CPU median s", "peak MB"]
    yield f"| {' | '.join([*heads, f'min / {reference}', f'median / {reference}', 'exit'])} |"
    yield "|---|---:|---:|---:|---:|---:|---:|---|"
    least = min(cost.wall for cost in costs[reference])
    middle = statistics.median(cost.wall for cost in costs[reference])
    for name, runs in costs.items():
        walls = [cost.wall for cost in runs]
        cells = [
            name,
            f"{min(walls):.3f}",
            f"{statistics.median(walls):.3f}",
            f"{statistics.median(cost.cpu for cost in runs):.3f}",
            f"{max(cost.peak for cost in runs):.0f}",
            f"{min(walls) / least:.2f}",
            f"{statistics.median(walls) / middle:.2f}",
            ", ".join(sorted({str(cost.status) for cost in runs})),
        ]
        yield f"| {' | '.join(cells)} |"


def report(given: argparse.Namespace, scratch: Path) -> Iterator[str]:
    """The lines of the whole report."""
    scan = shlex.split(given.tlsscan)
    words = scratch / "literals.txt"
    words.write_text("".join(f"{literal}\n" for literal in literals()))
    small = scratch / "small"
    small.mkdir()
    for name, text in SMALL_FILES.items():
        (small / name).write_text(text)
    load, version = os.getloadavg()[0], sys.version.split()[0]
    yield f"{os.cpu_count()} processors, load {load:.1f}, Python {version}, {given.n} runs each."
    yield ""
    for path in given.tree:
        size = tree_of(path)
        share = 100 * size.survivors / max(size.files, 1)
        yield f"### {Path(path).resolve().name}"
        yield ""
        yield f"{size.files} files, {size.megabytes:.0f} MB; {size.survivors} hold a literal ({share:.1f} %)."
        yield ""
        commands = {
            "tlsscan": [*scan, "--no-ignore", "-f", "json", "-o", "/dev/null", path],
            "find -type f": ["find", path, "-type", "f"],
            "bare python": [given.python, "-c", "pass"],
        }
        if shutil.which("rg"):
            commands = {"rg": ripgrep(path, str(words)), **commands}
        yield from table(rounds(commands, given.n, given.timeout), next(iter(commands)))
        yield ""
    yield "### Five small files in five languages"
    yield ""
    commands = {"bare python": [given.python, "-c", "pass"], "tlsscan": [*scan, str(small)]}
    yield from table(rounds(commands, given.small_runs, given.timeout), "bare python")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", nargs="*", help="folders to scan")
    parser.add_argument("-n", type=int, default=5, help="runs of each command on a tree (default 5)")
    parser.add_argument("--small-runs", type=int, default=15, help="runs on the five small files (default 15)")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for one run (default 900)")
    parser.add_argument("--tlsscan", default=f"{shlex.quote(sys.executable)} -m tlsscan", help="the command to measure")
    parser.add_argument("--python", default=sys.executable, help="the Python of the same environment")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for line in report(given, Path(scratch)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
