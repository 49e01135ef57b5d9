"""Which files are manifests, by their names alone. Knows nothing of what stands in them."""

_NAMES = {
    "dockerfile": "Dockerfile Containerfile dockerfile",
    "compose": "docker-compose.yml docker-compose.yaml compose.yml compose.yaml",
    "images": ".gitlab-ci.yml bitbucket-pipelines.yml .drone.yml .woodpecker.yml wercker.yml cloudbuild.yaml"
    " cloudbuild.yml",
    "action": "action.yml action.yaml",
    "travis": ".travis.yml .shippable.yml shippable.yml",
    "scrutinizer": ".scrutinizer.yml",
    "semaphore": "semaphore.yml",
    "azure": "azure-pipelines.yml azure-pipelines.yaml .vsts-ci.yml vsts-ci.yml",
    "appveyor": "appveyor.yml .appveyor.yml",
    "hosted": "serverless.yml serverless.yaml template.yml template.yaml sam.yml sam.yaml app.yaml app.yml"
    " .platform.app.yaml manifest.yml",
    "devcontainer": "devcontainer.json .devcontainer.json",
    "environment": ".env .env.dist .env.example .env.sample env-example",
    "heroku": "app.json",
    "buildpacks": "project.toml",
    "kubernetes": "deployment.yml deployment.yaml deploy.yml deploy.yaml k8s.yml k8s.yaml kubernetes.yml"
    " kubernetes.yaml pod.yml pod.yaml statefulset.yml statefulset.yaml cronjob.yml cronjob.yaml",
    "htaccess": ".htaccess",
    "tool-versions": ".tool-versions .mise.toml mise.toml",
    "vagrant": "Vagrantfile",
    "pyproject": "pyproject.toml",
    "setup-py": "setup.py",
    "setup-cfg": "setup.cfg",
    "python-version": ".python-version",
    "runtime-txt": "runtime.txt",
    "pipfile": "Pipfile",
    "pipfile-lock": "Pipfile.lock",
    "tox": "tox.ini",
    "tox-toml": "tox.toml",
    "hatch": "hatch.toml",
    "noxfile": "noxfile.py",
    "conda": "environment.yml environment.yaml conda.yml conda.yaml",
    "conda-recipe": "meta.yaml",
    "conda-variants": "conda_build_config.yaml",
    "requirements": "requirements.txt constraints.txt requirements.in",
    "python-lock": "poetry.lock uv.lock pdm.lock pylock.toml",
    "ruby-version": ".ruby-version .rvmrc .versions.conf",
    "gemfile": "Gemfile gems.rb",
    "gemfile-lock": "Gemfile.lock gems.locked",
    "composer": "composer.json",
    "composer-lock": "composer.lock",
    "php-version": ".php-version .phpenv-version",
    "pom": "pom.xml",
    "ant": "build.xml",
    "gradle": "build.gradle build.gradle.kts",
    "properties": "gradle.properties build.properties project.properties",
    "gradle-catalog": "libs.versions.toml",
    "java-version": ".java-version .jenv-version",
    "system-properties": "system.properties",
    "sdkman": ".sdkmanrc",
    "jitpack": "jitpack.yml",
    "jenkins": "Jenkinsfile",
    "circle": "circle.yml",
    "codebuild": "buildspec.yml buildspec.yaml",
    "readthedocs": ".readthedocs.yml .readthedocs.yaml readthedocs.yml",
    "android": "AndroidManifest.xml",
    "jar": "MANIFEST.MF",
    "eclipse": "org.eclipse.jdt.core.prefs",
    "classpath": ".classpath",
    "gradle-daemon": "gradle-daemon-jvm.properties",
    "bazel": ".bazelrc",
    "sbt": "build.sbt",
    "global-json": "global.json",
    "dotnet-config": "Web.config web.config Web.Config App.config app.config App.Config",
    "packages-config": "packages.config Packages.config packages.Config",
    "packages-lock": "packages.lock.json",
    "project-json": "project.json",
    "runtimeconfig": "runtimeconfig.template.json",
    "paket": "paket.dependencies paket.lock",
    "assembly": "AssemblyInfo.cs AssemblyInfo.vb",
}
_SUFFIXES = {
    "dockerfile": ".dockerfile .Dockerfile",
    "gemspec": ".gemspec",
    "terraform": ".tf",
    "msbuild": ".csproj .vbproj .fsproj .vcxproj .sqlproj .props .targets",
    "nuspec": ".nuspec",
    "powershell-module": ".psd1",
    "gradle": ".gradle",
}
_FOLDERS = (
    ("images", b".gitlab/ci/", (b".yml", b".yaml")),
    ("images", b".buildkite/", (b".yml", b".yaml")),
    ("images", b".expeditor/", (b".pipeline.yml",)),
    ("azure", b"azure-pipelines/", (b".yml", b".yaml")),
    ("circle", b".circleci/", (b"config.yml", b"config.yaml")),
    ("beanstalk", b".elasticbeanstalk/", (b"config.yml", b"config.global.yml")),
    ("requirements", b"requirements/", (b".txt", b".in")),
    ("gradle-catalog", b"gradle/", (b".versions.toml",)),
)
_WORKFLOWS = (b".github/workflows/", b".gitea/workflows/", b".forgejo/workflows/")
_KUBERNETES = frozenset(
    [b"k8s", b"kubernetes", b"kube", b"manifests", b"deploy", b"deployment", b"deployments", b"kustomize"]
)
"""Folders below which files of YAML may be manifests of Kubernetes."""
PIPELINES = frozenset(
    {b"azure-pipelines", b".azure-pipelines", b"azure-devops", b".azure-devops", b"azuredevops", b".azuredevops"}
    | {b"azure", b".azure", b"pipelines", b".pipelines", b".vsts", b".ado", b"ci", b".ci"}
)
"""Folders below which they may be pipelines of Azure."""
_PARTS = (
    ("compose", b"docker-compose", (b".yml", b".yaml")),
    ("compose", b"compose.", (b".yml", b".yaml")),
    ("compose", b"compose-", (b".yml", b".yaml")),
    ("requirements", b"requirements", (b".txt", b".in")),
    ("requirements", b"", (b"requirements.txt", b"requirements.in", b"constraints.txt")),
    ("python-lock", b"pylock.", (b".toml",)),
    ("azure", b"azure-pipeline", (b".yml", b".yaml")),
    ("images", b"", (b".gitlab-ci.yml",)),
    ("appveyor", b"appveyor", (b".yml", b".yaml")),
    ("kubernetes", b"", (b"-deployment.yml", b"-deployment.yaml", b".deployment.yaml", b"-deploy.yaml")),
    ("runtimeconfig", b"", (b".runtimeconfig.json", b".deps.json")),
    ("gradle", b"", (b".gradle.kts",)),
    ("project-json", b"", (b".project.json",)),
    ("dotnet-config", b"", (b".exe.config",)),
    ("conda", b"environment", (b".yml", b".yaml")),
)
_NOT_DOCKER = (
    b".dockerignore",
    b".md",
    b".txt",
    b".swp",
    b".orig",
    b".bak",
    b".sh",
    b".yml",
    b".yaml",
    b".json",
    b".j2",
)

_DOCKER = frozenset({b"Dock", b"Cont", b"dock"})
BY_EXACT_NAME = {name.encode(): kind for kind, names in _NAMES.items() for name in names.split()}
BY_ENDING = {suffix.encode(): kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
SUFFIXES = frozenset(
    [name[name.rfind(b".") :] for name in BY_EXACT_NAME if name.rfind(b".") > 0]
    + [*BY_ENDING]
    + [ending[ending.rfind(b".") :] for _, _, endings in (*_FOLDERS, *_PARTS) for ending in endings]
)
"""Endings of names that a manifest may have: a walk asks for no others."""


def may_be_manifest(name: bytes, dot: int) -> bool:
    """Whether a name is worth asking about; `dot` is where its suffix begins. Nearly all others end here."""
    return (
        name in BY_EXACT_NAME
        if dot == 0
        else name[:4] in _DOCKER or (dot > 0 and name[dot:] in SUFFIXES) or name in BY_EXACT_NAME
    )


def manifest_kind(folder: bytes, name: bytes) -> str:
    """The kind of a manifest, or an empty text. `folder` ends in a slash, or is empty."""
    if folder.endswith(_WORKFLOWS) and name.endswith((b".yml", b".yaml")):  # whatever it is called: deploy.yml
        return "workflow"
    known = BY_EXACT_NAME.get(name)
    if known is not None:
        return known
    known = BY_ENDING.get(name[name.rfind(b".") :])
    if known is not None:
        return known
    if name.startswith((b"Dockerfile.", b"Dockerfile-", b"Dockerfile_", b"dockerfile.", b"Containerfile.")):
        return "" if name.endswith(_NOT_DOCKER) else "dockerfile"
    for kind, start, endings in _PARTS:
        if name.startswith(start) and name.endswith(endings):
            return kind
    for kind, within, endings in _FOLDERS:
        if folder.endswith(within) and name.endswith(endings):
            return kind
    return _kind_of_yaml(folder) if name.endswith((b".yml", b".yaml")) else ""


def _kind_of_yaml(folder: bytes) -> str:
    """What a file of YAML may be by the folders above it."""
    folders = folder.split(b"/")
    if not _KUBERNETES.isdisjoint(folders):
        return "kubernetes"
    return "" if PIPELINES.isdisjoint(folders) else "azure"


def kind_of_path(path: bytes) -> str:
    """The kind of a manifest by its whole path."""
    cut = path.rfind(b"/") + 1
    return manifest_kind(path[:cut], path[cut:])
