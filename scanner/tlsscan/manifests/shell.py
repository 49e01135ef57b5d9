"""Shell commands of a Dockerfile or a script, as far as they install packages."""

import re
from collections.abc import Iterator

from tlsscan.manifests.codetext import blanked
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple

_INSTALL = lazy(
    rb"(?<![\w./-])(?:(?P<system>(?:apt(?:itude|-get)?|yum|dnf|microdnf|tdnf|zypper|apk|pacman|brew|amazon-linux-extras)(?=\s))"
    rb"|(?P<pip>(?:python[0-9.]*\s+-m\s+)?pip[0-9.]*(?=\s))|(?P<gem>gem(?=\s))"
    rb"|(?P<conda>(?:[\w/.-]*/)?(?:conda|mamba|micromamba)(?=\s)))"
    rb"(?P<flags>(?:\s+(?:-[\w=.:/-]+|module|\\\r?\n))*)\s+(?:(?:re|local)?install|downgrade|add|create|-S\w*)\s(?P<rest>[^;&|]*)",
    having=b"apt yum dnf zypper apk pacman brew amazon-linux-extras pip gem conda mamba".split(),
)
_PRINTED = lazy(rb"\b(?:echo|printf)\b[^;&|\n]*\Z")
_MANAGER = lazy(
    rb"\b(?P<manager>pyenv|rbenv|rvm|ruby-install|ruby-build|phpenv|phpbrew|sdk|asdf)\s+"
    rb"(?:install|use|global|--default\s+use)\s+(?:-{1,2}\w+\s+)*(?:(?P<tool>java|ruby|python|php)\s+)?"
    rb"(?P<version>\$\{?\w+\}?|[\w.+-]*[0-9][\w.+-]*)",
    having=b"pyenv rbenv rvm ruby- phpenv phpbrew sdk asdf".split(),
)
_MANAGED = {"pyenv": "python", "phpenv": "php", "phpbrew": "php", "sdk": "", "asdf": ""}  # the others: Ruby
_WORD = lazy(rb"""(?:[^\s"'\\]|"[^"]*"|'[^']*'|\\[^\r\n])+""")
_RPM = lazy(r"(?P<name>[A-Za-z][\w+.-]*?)-(?P<version>[0-9]+\.[\w.]+(?:-[0-9][\w.*]*)?)")
_STREAM = lazy(r"(@?[a-z][\w-]*:[\w.-]*[0-9])(?:/[\w-]+)?$")
"""A stream of a module, with a profile of it."""
_PINNED = lazy(r"(?P<name>[\w+.-]+)(?:=|~=?|>=?)(?P<version>.*)")

_CONDA = lazy(r"(?P<name>[\w.-]+?)(?P<version>(?:[=<>!~]=?[\w.*,<>=! ]+)?)")

_COMMENT = lazy(rb"""'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|\\.|#(?:(?<=^#)|(?<=[\s;&|(]#))[^\r\n]*""", re.MULTILINE)
"""A comment, or a text in which `#` begins none. That each begins with a letter of its own makes a search fast."""
_LINE_END = lazy(rb"\n(?<![\\\r]\n)|\r\n(?<!\\\r\n)")
_WITH_VALUE = frozenset(
    ["-t", "-r", "-c", "-X", "-n", "-p", "--target-release", "--repository", "--enablerepo", "--virtual", "--name"]
)
"""Flags whose value is a word of its own."""
CONDA = {
    "python": "python",
    "openssl": "openssl",
    "libcurl": "libcurl",
    "curl": "libcurl",
    "ruby": "ruby",
    "php": "php",
}
"""What conda's packages are that are no libraries of Python."""


class Installed(NamedTuple):
    """A package that a command installs: by which kind of program, its name, its version as far as it is pinned, and
    where that stands."""

    by: str
    name: str
    version: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


def installed(data: bytes, start: int, end: int) -> Iterator[Installed]:
    """The packages that commands between two offsets install."""
    for command in _INSTALL.finditer(data, start, end):
        if _PRINTED.search(data, start, command.start()):
            continue
        by = next(kind for kind in ("system", "pip", "gem", "conda") if command[kind])
        previous = ""
        comment = 0
        for word in _WORD.finditer(data, *command.span("rest")):
            text = re.sub(r"[\"'\\]", "", word.group().decode("utf-8", "replace"))
            if word.start() < comment:
                continue
            if text.startswith("#"):
                comment = data.find(b"\n", word.end(), end) + 1 or end
            if text and text[0] not in "-#/.$<>" and previous not in _WITH_VALUE:
                name, version = _split(by, text)
                yield Installed(by, name, version, *word.span())
            previous = text


def without_comments(script: bytes) -> bytes:
    """A script with blanks in the place of its comments."""
    if b"#" not in script:
        return script
    return _COMMENT.sub(lambda found: blanked(found) if found[0].startswith(b"#") else found[0], script)


def spoken(text: str) -> str:
    """The same of a text that may be a script."""
    return without_comments(text.encode()).decode() if "#" in text else text


def one_by_one(script: bytes) -> bytes:
    """A script whose lines are commands of their own, as long: each ends where its line does."""
    return _LINE_END.sub(lambda found: b";".rjust(len(found.group())), script)


def by_managers(data: bytes, start: int, end: int) -> Iterator[Installed]:
    """The runtimes that version managers are told to install or to use, by the names of their products."""
    for found in _MANAGER.finditer(data, start, end):
        product = _MANAGED.get(found["manager"].decode(), "ruby") or (found["tool"] or b"").decode()
        if product and not _PRINTED.search(data, start, found.start()):
            yield Installed("manager", product, found["version"].decode(), *found.span("version"))


def _split(by: str, text: str) -> tuple[str, str]:
    """A package's name and the version that is asked for."""
    if by == "conda":
        found = _CONDA.fullmatch(text.rpartition("::")[2])
        return (found["name"], conda_version(found["version"])) if found else (text, "")
    if by != "system":
        found = re.match(r"([\w.-]+)(?:\[[^\]]*\])?\s*((?:[=~<>!]=?=?[\w.*+!-]+,?)*)", text)
        return (found[1], found[2]) if found else (text, "")
    if found := _STREAM.match(text):
        return found[1], ""
    if found := _PINNED.fullmatch(text):
        return found["name"], found["version"]
    if found := _RPM.fullmatch(text):
        return found["name"], found["version"]
    return text.partition(":")[0] if re.fullmatch(r"[\w+.-]+:(?:amd64|i386|any)", text) else text, ""


def conda_version(text: str) -> str:
    """A version as conda writes it, as a constraint: `=2.7` and `2.7.*` are series; behind a second `=` is a build."""
    text = text.removesuffix(".*")
    if text.startswith("=") and not text.startswith("=="):
        return text[1:].partition("=")[0]
    return text
