"""Which language a file is written in, by its name or its `#!` line. Knows nothing of parsers or TLS."""

import re

from tlsscan.patterns import lazy

DISPLAY = {
    "python": "Python",
    "ruby": "Ruby",
    "php": "PHP",
    "csharp": "C#",
    "java": "Java",
    "vbnet": "VB.NET",
    "powershell": "PowerShell",
}
NAMED_BY_FILE = frozenset({"java", "python"})  # languages that name a file after the class or module in it
COUNTING = frozenset({"java"})  # languages in which a method is also found by what it is passed: `Env.get(2)`
PASSING = {"python": b" import *"}  # what a file holds that others may take words from which do not stand in it
ABSOLUTE = frozenset({"java", "php"})  # languages in which a file tells the whole name of what it uses
INSIDE = {
    "erb": ("ruby",),
    "jsp": ("java",),
    "aspnet": ("csharp", "vbnet"),
    "razor": ("csharp", "vbnet"),
    "jupyter": ("python", "csharp", "powershell"),
}
"""Kinds of files that hold code between other text -> the languages it may be written in, the usual one first (see
`hosts`)."""
CASELESS = frozenset({"powershell", "vbnet"})  # languages in which no name minds its case
LOWERED = CASELESS | {"php"}  # languages whose function names ignore case: anchors are looked for in lower case

_SUFFIXES = {
    "python": ".py .pyw .pyi .wsgi",
    "ruby": ".rb .rake .gemspec .ru .rbw .podspec .thor .jbuilder .cap",
    "php": ".php .phtml .php3 .php4 .php5 .php7 .php8 .phps .phpt .pht .ctp .inc .module .install .theme .engine"
    " .profile",
    "csharp": ".cs .csx",
    "java": ".java",
    "vbnet": ".vb",
    "powershell": ".ps1 .psm1 .psd1",
}
_HOSTS = {
    "erb": ".erb .rhtml",
    "jsp": ".jsp .jspx .jspf .tag .tagx",
    "aspnet": ".aspx .ascx .master .ashx .asmx .asax .svc",
    "razor": ".cshtml .vbhtml .razor",
    "jupyter": ".ipynb",
}
_NAMES = {
    "python": "SConstruct SConscript wscript",
    "ruby": "Rakefile rakefile Gemfile Capfile Guardfile Vagrantfile Berksfile Thorfile Podfile Fastfile Brewfile"
    " Puppetfile Dangerfile Appraisals .irbrc .pryrc",
}
_UNREAD = {
    "Kotlin": ".kt .kts",
    "Go": ".go",
    "JavaScript": ".js .mjs .cjs .jsx",
    "TypeScript": ".ts .mts .cts .tsx",
    "Vue": ".vue",
    "Svelte": ".svelte",
    "F#": ".fs .fsx .fsi",
    "Scala": ".scala .sc",
    "Groovy": ".groovy .gradle",
    "Classic ASP": ".asp .asa",
    "ColdFusion": ".cfm .cfc .cfml",
    "GSP": ".gsp",
    "Haml": ".haml",
    "Slim": ".slim",
    "Twig": ".twig",
    "Rust": ".rs",
    "C": ".c .h",
    "C++": ".cc .cpp .cxx .hh .hpp .hxx",
    "Objective-C": ".m .mm",
    "Swift": ".swift",
    "Perl": ".pl .pm",
    "Lua": ".lua",
    "Shell": ".sh .bash .zsh .ksh",
    "Elixir": ".ex .exs",
    "Erlang": ".erl .hrl",
    "Clojure": ".clj .cljs .cljc",
    "Dart": ".dart",
    "Cython": ".pyx .pxd",
    "Crystal": ".cr",
    "R": ".r",
    "Tcl": ".tcl",
}
_INTERPRETERS = {
    b"python": "python",
    b"pythonw": "python",
    b"pypy": "python",
    b"jython": "python",
    b"uv": "python",
    b"ruby": "ruby",
    b"jruby": "ruby",
    b"truffleruby": "ruby",
    b"php": "php",
    b"java": "java",
    b"dotnet": "csharp",
    b"dotnet-script": "csharp",
    b"pwsh": "powershell",
    b"powershell": "powershell",
}
# Drupal and older PHP name code so, but so do assemblers, Pascal and plain data: the content decides.
_SHARED_WITH_PHP = (".inc", ".module", ".install", ".theme", ".engine", ".profile")
_PHP_TAG = lazy(rb"<\?(?:[=\s]|php)", re.IGNORECASE)
SHEBANG_BYTES = 200
SCRIPT_SUFFIXES = (b".cgi", b".fcgi", b".command")
"""Suffixes that say how a file is run, not in which language it is written: its `#!` line does."""

MANIFEST = "manifest"
"""What a file is called that is no source, but says what source beside it runs on; see `manifestnames`."""
ALSO_MANIFEST = (
    b"setup.py",
    b"noxfile.py",
    b"Gemfile",
    b"gems.rb",
    b".gemspec",
    b"Vagrantfile",
    b"AssemblyInfo.cs",
    b"AssemblyInfo.vb",
    b".psd1",
)
"""Endings of the names of source files that may be manifests, too."""

UNREAD = {suffix: language for language, suffixes in _UNREAD.items() for suffix in suffixes.split()}
"""Suffixes of source that this program cannot read yet -> language as a person writes it."""

BY_NAME = {name.encode(): language for language, names in _NAMES.items() for name in names.split()}
"""Exact file names without a suffix -> language."""

KNOWN_SUFFIXES: dict[bytes, str] = {
    **{suffix.encode(): suffix for suffix in UNREAD},
    **{suffix.encode(): kind for kind, suffixes in (_SUFFIXES | _HOSTS).items() for suffix in suffixes.split()},
}
_LONGEST = max(map(len, KNOWN_SUFFIXES))
_MEMO_CAP = 4096


class _Suffixes(dict[bytes, str | None]):
    """Suffix with its dot, in any case -> language; answers are kept, so that a walk pays one look-up a file."""

    def __missing__(self, suffix: bytes) -> str | None:
        if len(suffix) > _LONGEST:
            return None
        found = KNOWN_SUFFIXES.get(suffix.lower())
        if len(self) < _MEMO_CAP:
            self[suffix] = found
        return found


BY_SUFFIX = _Suffixes(KNOWN_SUFFIXES)
"""Suffix -> language id, or the lower-case suffix itself (with its dot) when only `UNREAD` knows it, or None."""


def same_word(written: str, wanted: str, language: str) -> bool:
    """Whether a name that code writes is the wanted one."""
    return written == wanted or (language in CASELESS and written.lower() == wanted.lower())


def classify(name: bytes) -> str | None:
    """A language id, an `UNREAD` suffix such as `.kt`, or None, for the last part of a path."""
    dot = name.rfind(b".")
    return BY_SUFFIX[name[dot:]] if dot > 0 else BY_NAME.get(name)


def language_of(name: bytes) -> str | None:
    """The id of a language or of a kind in `INSIDE` that this program reads, or None, for the last part of a path."""
    found = classify(name)
    return None if found is None or found.startswith(".") else found


def spoken(kind: str) -> tuple[str, ...]:
    """The languages that a file may hold code of, by what `language_of` says of it."""
    return INSIDE.get(kind, (kind,))


def language_of_shebang(head: bytes) -> str | None:
    """The language that a `#!` line at the start of `head` asks for, or None."""
    if not head.startswith(b"#!"):
        return None
    words = head[2:SHEBANG_BYTES].split(b"\n", 1)[0].split()
    if words and _program(words[0]) == b"env":
        words = [word for word in words[1:] if not word.startswith(b"-") and b"=" not in word]
    return _INTERPRETERS.get(_program(words[0]).rstrip(b"0123456789.")) if words else None


def may_be_script(name: bytes) -> bool:
    """Whether the `#!` line of a file may tell its language, where its name does not."""
    return b"." not in name or name.endswith(SCRIPT_SUFFIXES)


def _program(word: bytes) -> bytes:
    return word.rsplit(b"/", 1)[-1]


def needs_php_tag(path: str) -> bool:
    """True for a name that is PHP only when the content says so; then ask `has_php_tag`."""
    return path.lower().endswith(_SHARED_WITH_PHP)


def has_php_tag(data: bytes | memoryview) -> bool:
    """True when `<?php`, `<?=` or a short tag (`<?` and white space) stands anywhere in the content."""
    return _PHP_TAG.search(data) is not None


def stem(language: str, path: bytes) -> bytes:
    """What the name of a file says that it holds, in a language of `NAMED_BY_FILE`: a class, a module, a package."""
    folder, _, name = path.rpartition(b"/")
    word = name.partition(b".")[0]
    return folder.rpartition(b"/")[2] if language == "python" and word == b"__init__" else word
