"""Dockerfiles: the images that stages are made from, and what is installed on them. The last stage is what runs, unless
a compose file names others."""

import re
from collections.abc import Iterator
from functools import partial

from tlsscan.claims import ClaimKind, scope_of
from tlsscan.manifests import repositories
from tlsscan.manifests.branches import Branch, Runs, branches, runs_at
from tlsscan.manifests.codetext import without_comment_lines
from tlsscan.manifests.sheet import JAVA_HOME, Sheet
from tlsscan.manifests.shell import CONDA, by_managers, installed
from tlsscan.manifests.tables import package_name
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.source import SourceFile

CONTEXTS = frozenset(
    ["docker", ".docker", "dockerfiles", ".devcontainer", "containers", "container", "docker-images", ".ci", "ci"]
)
"""Folders in which Dockerfiles lie that are built from the folder above."""
LAST = ""
"""Stands for the last stage among the names of others."""
MOST = 100  # stages that may be what runs
_SOURCES = frozenset(["src", "main"])  # what is put on an image is the project, and not only its sources
_TESTING = frozenset(
    {"test", "tests", "testing", "testdata", "testsuite", "ci", "e2e", "travis", "buildbot", "bench", "lint"}
    | {"circleci", "travisci", "gitlabci", "buildkite"}
)
_SERVICES = frozenset(
    {".github", ".gitlab", ".gitea", ".forgejo", ".azure", ".azure-pipelines", ".azuredevops", ".jenkins", ".teamcity"}
    | {".appveyor", ".drone", ".woodpecker", ".semaphore", ".cirrus", ".expeditor"}
)
"""Folders that services of continuous integration read, by their whole names."""
_STEPS = frozenset(["integration", "acceptance"])
"""What is tested in a step of its own, where a file is named after it, or a folder at the top: below, a service is."""
_IMAGES = frozenset(["dockerfile", "containerfile", "compose"])
_RUNS_TESTS = lazy(r"tests?[-_.]?(?:runners?|env|environments?|images?|infra|harness|containers?|docker|bed|suites?)")
"""What a folder is called, however far up, that holds the images for tests."""
_DEVELOPING = frozenset(["dev", "devel", "develop", "development", "devcontainer", "debug", "gitpod"])
_FOR_BUILDS = frozenset(["builder", "builders"])
_BUILDING = _DEVELOPING | {
    "build",
    "builder",
    "local",
}  # in the name of a file; a folder `build` may hold what is shipped

_ESCAPE = lazy(rb"(?:#[^\n]*\n)*#[ \t]*escape[ \t]*=[ \t]*`")
_INSTRUCTION = lazy(rb"[ \t]*(?P<word>[A-Za-z]+)[ \t]+", re.MULTILINE)
_ARCHIVE = lazy(
    rb"(?<![\w.-])(?P<name>Python|ruby|php|openssl|curl)-(?P<version>[0-9][\w.]*?(?:-p[0-9]+)?|\$\{?\w+\}?)\.(?:tar\.(?:gz|bz2|xz)|tgz|tar)\b"
)
_JDK = lazy(
    rb"\b(?:server-)?(?:jdk|jre|openjdk)-(?P<version>[0-9$][\w.${}]*?)[-_]linux[-_](?:x64|i586|amd64)[\w.-]*?"
    rb"\.(?:tar\.gz|tgz|tar|bin|rpm(?:\.bin)?|zip)\b"
)
"""What Oracle calls the archives of its JDK, by their updates."""
_ALTERNATIVE = lazy(
    rb"\b(?:update-java-alternatives\s+(?:-\S+\s+)*|(?:update-)?alternatives\s+--set\s+java\s+"
    rb"|(?=oracle-java[0-9]+-set-default))(?P<home>[^\s;&|]*(?:java|jdk|jre)[^\s;&|]*)"
)
"""Commands that make one of several JDKs the default."""
_WHOLE = lazy(r"[0-9]+[.u][0-9]")  # a version, and not only the number of a series
_OF_JAVA = lazy(r"java|jdk|jre")
_BUILT = {"python": "python", "ruby": "ruby", "php": "php", "openssl": "series", "curl": "series"}
"""Sources that are fetched to be built, and how their versions are read."""
_VERSIONS = {
    b"PYTHON_VERSION": "python",
    b"RUBY_VERSION": "ruby",
    b"PHP_VERSION": "php",
    b"JAVA_VERSION": "java",
    b"OPENSSL_VERSION": "openssl",
}
"""Variables in which images that build a product by themselves name its version."""
_NAMED = lazy(r"(?:^|/)(?:Docker|Container)file$")
_WRITTEN = lazy(rb"\A\s*(?=[A-Za-z])(?![\s\S]*(?:\{\{|\{%|<%|%%|^[ \t]*INCLUDE\b|\binclude\())", re.MULTILINE)
"""The first line of a Dockerfile that is no template."""
_PACKAGING = lazy(rb"\b(?:dpkg-buildpackage|debuild|rpmbuild)\b")
"""Commands that build packages: nothing of the code runs on an image for that."""
_PACKAGERS = frozenset(
    {"rpm-build", "rpmdevtools", "devscripts", "debhelper", "dh-make", "fakeroot", "abuild"}
    | {"cdbs", "dh-python", "dh-virtualenv", "equivs", "lintian", "pbuilder", "quilt", "rpmlint", "sbuild"}
)
"""Packages with such commands."""
_SEVERAL = 3  # such packages: whatever is started then builds packages
_FOR_PACKAGES = lazy(
    rb"(?i)dpkg|rpm|debuild|build|packag|\bdeb\b|^[\[\s\"']*(?:exec\s+)?(?:/(?:usr/)?bin/)?(?:ba|da|z|k)?sh[\"',\s]*"
    rb"(?:-{1,2}\w+[\"',\s]*)*\]?\s*$"
)
"""What is started in such an image: a script for that, or a shell alone."""
_BUILD_TOOL = lazy(r"(?:^|/)(?:maven|gradle|sbt|scala-sbt)(?:[:@]|$)")
"""Images of tools that build the code."""
_ANDROID = lazy(rb"\bsdkmanager\b|\bdl\.google\.com/android/")
"""What brings the tools that build applications of Android."""
_PACKED = lazy(
    rb"\b(?:dpkg\s+(?:-\S+\s+)*(?:-i|--install)|rpm\s+(?:-\S+\s+)*(?:-[iU]\w*|--install|--upgrade)"
    rb"|(?:apt|apt-get|yum|dnf|gdebi)\s[^;&|\n]{0,400}?\.(?:deb|rpm))\b"
)
"""The installation of packages that are there as files."""
_GAP = rb"(?:[ \t]|[\\`][ \t]*\r?\n)"
_FROM = lazy(
    _GAP + rb"*(?:--[\w=/.${}:-]+" + _GAP + rb"+)*(?P<image>[^\s\\`]+)"
    rb"(?:" + _GAP + rb"+(?i:as)" + _GAP + rb"+(?P<name>[\w.-]+))?"
)
_CHANGES = lazy(
    rb"openssl\.cnf|openssl_conf\b|minprotocol|seclevel|/crypto-policies|/openssl-[0-9$]|\bopenssl_version\b|conda"
)
"""Words, in lower case, of what changes the configuration of the system's OpenSSL, or brings another with its own."""
_POLICY = lazy(rb"update-crypto-policies\s+(?:--no-reload\s+)?--set[=\s]+[\"']?(\w+)")
_SAFE = frozenset([b"DEFAULT", b"FUTURE", b"FIPS", b"NEXT"])
"""Policies for the whole system under which nothing is allowed that its default would not allow."""
_HEREDOC = lazy(rb"""<<-?["']?(\w+)""")
_PAIR = lazy(rb"""(?P<name>\w+)(?:=|[ \t]+)(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s]*)""")
_VARIABLE = lazy(r"\$(?:(\w+)|\{(\w+)(?::?([-+])([^}]*))?\})")


class Instruction(NamedTuple):
    """An instruction with its arguments, which may go on over several lines."""

    word: str
    start: int
    end: int


class Stage:
    """A stage: its name, the image or the stage that it is made from as written, and what is installed in it."""

    def __init__(self, name: str, image: str, span: tuple[int, int], base: "Stage | None") -> None:
        self.name = name
        self.image = image
        self.span = span
        self.base = base
        self.end = span[1]
        self.serves: list[str] = []
        self.runs: list[Instruction] = []
        self.copies: list[Instruction] = []
        self.variables: list[tuple[str, str, tuple[int, int]]] = []
        self.homes: list[tuple[str, tuple[int, int]]] = []
        self.branches: list[Branch] = []
        self.starts: list[Instruction] = []

    def add(self, instruction: Instruction) -> None:
        """Note an instruction of the stage."""
        match instruction.word:
            case "RUN":
                self.runs.append(instruction)
            case "COPY" | "ADD":
                self.copies.append(instruction)
            case "CMD" | "ENTRYPOINT":
                self.starts.append(instruction)


def read(source: SourceFile) -> Sheet:
    """What a Dockerfile says."""
    sheet = Sheet(source, "docker")
    sheet.scope = context_of(source.path)
    escape = b"`" if _ESCAPE.match(source.data) else b"\\"
    data = without_comment_lines(source.data)
    stages, variables = _stages(data, escape)
    if not stages and _NAMED.search(source.path) and (begun := _WRITTEN.search(data)):
        sheet.fault("has no FROM", begun.end())
    for target in stages[-MOST:]:
        _serve(data, stages, target)
    for stage in stages:
        stage.branches = _branches(data, stage, variables)
    grammar = _grammar(data, [branch for stage in stages for branch in stage.branches])
    for stage in stages:
        base = _chain(stage)[-1]
        sheet.system = f"{source.path}#{stages.index(base)}"
        sheet.serves = tuple(dict.fromkeys(stage.serves))
        of_stage = ClaimKind.DEPLOYMENT if LAST in stage.serves else ClaimKind.BUILD
        image = plain_registry(expand(stage.image, variables))
        if stage is base and image != "scratch":
            sheet.say("image", grammar, image, stage.span, of_stage)
        foreign = _repositories(data, _chain(stage), variables)
        _installs(sheet, data, stage, expand(base.image, variables), foreign, variables, of_stage)
        _named_versions(sheet, data, stage, variables, of_stage)
        _jdks(sheet, data, stage, variables, of_stage)
        _chosen(sheet, data, stage, variables, of_stage)
    return sheet


def _grammar(data: bytes, among: list[Branch]) -> str:
    """How an image is to be read, by what is done to the configuration of its OpenSSL, and not only might be."""
    if any(runs_at(found.start(), among) is not Runs.NEVER for found in _CHANGES.finditer(data.lower())):
        return "changed image"
    policies = {found[1] for found in _POLICY.finditer(data) if runs_at(found.start(), among) is not Runs.NEVER}
    if policies <= _SAFE:
        return "image"
    return "image on a policy" if policies - _SAFE == {b"LEGACY"} else "changed image"


def context_of(path: str) -> str:
    """The folder that a Dockerfile is about: what it is built from, as far as its path tells."""
    folders = scope_of(path).split("/")[:-1]
    near = max(len(folders) - _near(path) - 1, 0)
    for number, folder in enumerate(folders[near:], near):
        if folder.lower() in CONTEXTS:
            while number and folders[number - 1] in _SOURCES:
                number -= 1
            number -= _is_for_docker(folders[:number]) if folders[number] in _SOURCES else 0
            return "".join(f"{part}/" for part in folders[:number])
    maven = folders[-3:] == ["src", "main", "resources"] and _is_for_docker(folders[:-3])
    return "".join(f"{part}/" for part in folders[:-4]) if maven else scope_of(path)


def _is_for_docker(module: list[str]) -> bool:
    """Whether a module of Maven is there for an image of what lies beside it."""
    return bool(module) and module[-1].lower() in CONTEXTS


def _near(path: str) -> int:
    """How many folders of a path say what a file is for: of one outside of the working directory, less is ours."""
    return 1 if path.startswith("/") else 2


def kind_of(path: str) -> ClaimKind:
    """What a file that names images is for, by the words of its name and of its folders, and by the whole names of
    those further up. The path is that below what was named."""
    above = scope_of(path).lower().split("/")
    further = [folder.lstrip(".") for folder in above]
    *folders, name = path.lower().split("/")[-3:]
    around = set(re.split(r"[^a-z0-9]+", " ".join(folders)))
    words = set(re.split(r"[^a-z0-9]+", name))
    if (words | around | {*further}) & _TESTING or any(map(_RUNS_TESTS.fullmatch, (*further, *folders))):
        return ClaimKind.TEST
    if {*above} & _SERVICES or above[0] in _STEPS or (words & _STEPS and words & _IMAGES):
        return ClaimKind.TEST
    builds = words & _BUILDING or around & _DEVELOPING or _FOR_BUILDS.intersection(folders)
    return ClaimKind.BUILD if builds else ClaimKind.DEPLOYMENT


def expand(text: str, variables: dict[str, str]) -> str:
    """A text with the variables that are known in place; others stay. `${V:-5}` is 5 without V, `${V:+5}` with it."""

    def value(found: re.Match[str]) -> str:
        known = variables.get(found[1] or found[2])
        if found[3] == "+":
            return found[4] if known else found.group()
        return known or found[4] or found.group()

    for _ in range(5):
        text = _VARIABLE.sub(value, text)
    return text


def plain_registry(image: str) -> str:
    """An image without the variable that stands for its registry: `$REGISTRY/python:2.7` is a copy of `python:2.7`."""
    return re.sub(r"^\$(?:\w+|\{\w+\})/", "registry/", image)


def instructions(data: bytes, escape: bytes) -> Iterator[Instruction]:
    """The instructions of a Dockerfile without comments; empty lines between continued ones are no end."""
    at = 0
    while at < len(data):
        end = _line_end(data, at)
        line = data[at:end].strip()
        begun = _INSTRUCTION.match(data, at, end)
        if line and begun is not None:
            while end < len(data) and data[at:end].rstrip().endswith(escape):
                end = _line_end(data, end + 1)
            for document in list(_HEREDOC.finditer(data, begun.end(), end)):
                closed = re.compile(rb"^[ \t]*" + document[1] + rb"[ \t\r]*$", re.MULTILINE).search(data, end)
                end = _line_end(data, closed.start()) if closed is not None else end
            yield Instruction(begun["word"].decode().upper(), begun.end(), end)
        at = end + 1


def _line_end(data: bytes, at: int) -> int:
    end = data.find(b"\n", at)
    return len(data) if end < 0 else end


def _stages(data: bytes, escape: bytes) -> tuple[list[Stage], dict[str, str]]:
    """The stages, and the variables with their defaults."""
    stages: list[Stage] = []
    named: dict[str, Stage] = {}
    variables: dict[str, str] = {}
    for instruction in instructions(data, escape):
        word, start, end = instruction
        if word == "FROM" and (found := _FROM.match(data, start, end)):
            image = found["image"].decode("utf-8", "replace").strip("\"'")
            name = (found["name"] or b"").decode().lower()
            stages.append(Stage(name, image, found.span("image"), named.get(image.lower())))
            named |= {name: stages[-1]} if name else {}
        elif word in ("ARG", "ENV"):
            for pair in _PAIR.finditer(data, start, end):
                value = pair["value"].decode("utf-8", "replace").strip("\"'")
                if value and (word == "ENV" or b"=" in pair.group()):
                    name = pair["name"].decode()
                    variables.setdefault(name, value if word == "ENV" else _default(name, value))
                quoted = pair["value"][:1] in (b'"', b"'")
                span = (pair.start("value") + quoted, pair.end("value") - quoted)
                if word == "ENV" and stages and pair["name"] in _VERSIONS:
                    stages[-1].variables.append((_VERSIONS[pair["name"]], value, span))
                elif word == "ENV" and stages and pair["name"] == b"JAVA_HOME":
                    stages[-1].homes.append((value, span))
        elif stages:
            stages[-1].add(instruction)
        for stage in stages[-1:]:
            stage.end = end
    return stages, variables


def running(data: bytes) -> list[tuple[int, int]]:
    """Where a Dockerfile says what the last stage, or one that it is made from, has around it and starts."""
    escape = b"`" if _ESCAPE.match(data) else b"\\"
    stages, _ = _stages(data, escape)
    parts = [(stage.span[1], stage.end) for stage in _chain(stages[-1])] if stages else []
    return [
        (one.start, one.end)
        for one in instructions(data, escape)
        if one.word in ("ENV", "CMD", "ENTRYPOINT") and any(start < one.start <= end for start, end in parts)
    ]


def _default(name: str, value: str) -> str:
    """The value of an argument, as far as nothing else is passed."""
    return value if re.search(r"[${}]", value) else f"${{{name}:-{value}}}"


def _chain(stage: Stage) -> list[Stage]:
    """A stage and those that it is made from."""
    found = [stage]
    while (base := found[-1].base) is not None:
        found.append(base)
    return found


def _serve(data: bytes, stages: list[Stage], target: Stage) -> None:
    """Note a stage with those that it is made from, unless it is there to build packages."""
    names = [*([target.name] if target.name else []), *([LAST] if target is stages[-1] else [])]
    running = _chain(target)
    if names and not _is_packaging(data, running):
        for stage in running:
            stage.serves += names


def _is_packaging(data: bytes, running: list[Stage]) -> bool:
    """Whether what runs is there to build packages: it starts nothing else, and does not install what it has built. One
    with tools for that alone, or made from what builds the code, which starts nothing and has nothing of the code, is
    given its commands from outside; of one with many such tools that is all it is for."""
    parts = [(stage.span[1], stage.end) for stage in running]
    started = next((stage.starts for stage in running if stage.starts), [])
    if not any(_PACKAGING.search(data, *part) for part in parts):
        runs = [run for stage in running for run in stage.runs]
        tools = {one.name for run in runs for one in installed(data, run.start, run.end)} & _PACKAGERS
        if started or any(stage.copies for stage in running):
            return len(tools) >= _SEVERAL and not any(_PACKED.search(data, *part) for part in parts)
        android = any(_ANDROID.search(data, *part) for part in parts)
        return bool(tools) or android or _BUILD_TOOL.search(running[-1].image) is not None
    if started:
        return all(_FOR_PACKAGES.search(data[one.start : one.end].strip()) for one in started)
    return not any(_PACKED.search(data, *part) for part in parts)


def _repositories(data: bytes, chain: list[Stage], variables: dict[str, str]) -> list[tuple[int, str]]:
    """The repositories that are switched on in some stages, in order, with where that is."""
    found = [one for stage in chain for run in stage.runs for one in repositories.added(data, run.start, run.end)]
    found += [
        one for stage in chain for copy in stage.copies for one in repositories.copied(data, copy.start, copy.end)
    ]
    return sorted((at, expand(word, variables)) for at, word in found)


def _branches(data: bytes, stage: Stage, variables: dict[str, str]) -> list[Branch]:
    """The branches of what a stage runs, under the defaults of its variables."""

    def known(text: str) -> str:
        return expand(expand(text, variables), {})

    return [one for run in stage.runs for one in branches(data, run.start, run.end, known)]


def _installs(
    sheet: Sheet,
    data: bytes,
    stage: Stage,
    image: str,
    foreign: list[tuple[int, str]],
    variables: dict[str, str],
    kind: ClaimKind,
) -> None:
    for package in (one for run in stage.runs for one in installed(data, run.start, run.end)):
        runs = runs_at(package.start, stage.branches)
        if runs is Runs.NEVER:
            continue
        say = partial(sheet.say, span=package.span, kind=kind, open=runs is Runs.PERHAPS)
        version = expand(package.version, variables)
        if package.by == "system":
            text = f"{expand(package.name, variables)}={version}" if version else expand(package.name, variables)
            words = repositories.listed(word for at, word in foreign if at < package.start)
            say(f"os:{image}{words}", "package", text)
        elif not re.sub(r">=?\s*[\w.*]+,?", "", version):
            continue  # anything newer than some version: what was installed is not told
        elif package.by == "conda":
            subject = CONDA.get(package.name.lower(), f"pypi:{package_name('pypi', package.name)}")
            say(subject, "bounds", version)
        else:
            registry = "pypi" if package.by == "pip" else "rubygems"
            say(f"{registry}:{package_name(registry, package.name)}", "bounds", version)


def _named_versions(sheet: Sheet, data: bytes, stage: Stage, variables: dict[str, str], kind: ClaimKind) -> None:
    """Versions that are installed by a version manager, or built: then a variable or an archive names them."""
    for run in stage.runs:
        for managed in by_managers(data, run.start, run.end):
            runs = runs_at(managed.start, stage.branches)
            if runs is not Runs.NEVER:
                version = expand(managed.version, variables)
                sheet.say(managed.name, managed.name, version, managed.span, kind, open=runs is Runs.PERHAPS)
    named = {product for product, _, _ in stage.variables}
    for product, text, span in stage.variables:
        if product not in stage.image and _WHOLE.match(expand(value := expand(text, variables), {})):
            sheet.say(product, product if product != "openssl" else "series", value, span, kind)
    told: set[tuple[str, str]] = set()  # that an archive is copied and then built is one thing
    for at in (*stage.copies, *stage.runs):
        for found in _ARCHIVE.finditer(data, at.start, at.end):
            name = found["name"].decode().lower()
            product = "libcurl" if name == "curl" else name
            runs = runs_at(found.start(), stage.branches)
            version, span = expand(found["version"].decode(), variables), found.span("version")
            if runs is Runs.NEVER or product in named or name in stage.image or (product, version) in told:
                continue
            if at in stage.copies or data[found.start() - 1 : found.start()] == b"/":
                told.add((product, version))
                sheet.say(product, _BUILT[name], version, span, kind, open=runs is Runs.PERHAPS)


def _jdks(sheet: Sheet, data: bytes, stage: Stage, variables: dict[str, str], kind: ClaimKind) -> None:
    """The JDKs that are fetched or put on an image as an archive; not where a variable names the version already."""
    named = [expand(expand(text, variables), {}) for product, text, _ in stage.variables if product == "java"]
    if any(map(_WHOLE.match, named)) or _OF_JAVA.search(stage.image):
        return
    told: set[str] = set()
    for at in (*stage.copies, *stage.runs):
        for found in _JDK.finditer(data, at.start, at.end):
            version = expand(expand(found["version"].decode(), variables), {})
            runs = runs_at(found.start(), stage.branches)
            if version in told:
                continue
            if runs is not Runs.NEVER and re.fullmatch(r"[0-9]+u[0-9]+|[0-9]+(?:\.[0-9]+){0,3}", version):
                told.add(version)
                sheet.say("java", "java", version, found.span("version"), kind, open=runs is Runs.PERHAPS)


def _chosen(sheet: Sheet, data: bytes, stage: Stage, variables: dict[str, str], kind: ClaimKind) -> None:
    """Which of several JDKs a stage runs: that of its JAVA_HOME, or the one that a command makes the default."""
    homes = [(expand(text, variables), span) for text, span in stage.homes]
    homes += [
        (expand(found["home"].decode("utf-8", "replace"), variables), found.span("home"))
        for run in stage.runs
        for found in _ALTERNATIVE.finditer(data, run.start, run.end)
    ]
    for text, span in homes:
        sheet.say("java", JAVA_HOME, text, span, kind)


READERS = {"dockerfile": read}
