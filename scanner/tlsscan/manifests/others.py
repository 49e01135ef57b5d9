"""What Jenkins, Terraform, CodeBuild, Elastic Beanstalk and Read the Docs are told."""

import re
from collections.abc import Callable

from tlsscan.claims import ClaimKind
from tlsscan.manifests import yamltree
from tlsscan.manifests.codetext import without_comments
from tlsscan.manifests.sheet import Sheet, above
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

TEST, BUILD, DEPLOYMENT = ClaimKind.TEST, ClaimKind.BUILD, ClaimKind.DEPLOYMENT
PRODUCTS = {"python": "python", "ruby": "ruby", "php": "php", "java": "java"}
_JENKINS_IMAGE = lazy(rb"""\b(?:image\s*[=(]?|docker\s*\{?|docker\.image\()\s*["']([\w./-]+(?::[\w.${}-]+)?)["']""")
_JENKINS_JDK = lazy(rb"""\bjdk\s*(?::|=|\s)\s*(?:["']([^"'\n]+)["']|([0-9]{1,2})(?=\s*[\],)]))""")
_TERRAFORM = lazy(
    rb'^[ \t]*(runtime|linux_fx_version|python_version|php_version|java_version)[ \t]*=[ \t]*"([^"\n]+)"', re.MULTILINE
)
_SPEAKS = lazy(
    rb"runtime|linux_fx_version|(?:python|php|java)_version|default_platform|solution_stack_name|SolutionStackName"
    rb"|PlatformArn"
)
_STACK = lazy(rb"\b(Python|PHP|Ruby|Java) ([0-9]+(?:\.[0-9]+)*)\b")
_STACK_KEY = lazy(
    rb"""^[^\S\n]*["']?(?:default_platform|solution_stack_name|SolutionStackName|PlatformArn)["']?\s*[:=][^\n]*""",
    re.MULTILINE,
)


def jenkins(source: SourceFile) -> Sheet:
    """A `Jenkinsfile`: the images of its agents, and the JDK among its tools."""
    sheet = Sheet(source, "ci")
    data = without_comments(source.data, "c")
    for found in _JENKINS_IMAGE.finditer(data):
        sheet.say("image", "image", found[1].decode(), found.span(1), TEST)
    for found in _JENKINS_JDK.finditer(data):
        group = 1 if found[1] is not None else 2
        sheet.say("java", "java", found[group].decode("utf-8", "replace"), found.span(group), TEST)
    return sheet


def terraform(source: SourceFile) -> Sheet:
    """Terraform: the runtimes of functions and of application services."""
    sheet = Sheet(source, "hosted")
    if not _SPEAKS.search(source.data):
        return sheet
    data = without_comments(without_comments(source.data, "hash"), "c")
    for found in _TERRAFORM.finditer(data):
        key = found[1].decode()
        product = key.partition("_")[0]
        grammar = product if product in PRODUCTS else "runtime"
        sheet.say(product, grammar, found[2].decode("utf-8", "replace"), found.span(2), DEPLOYMENT)
    _stacks(sheet, data)
    return sheet


def beanstalk(source: SourceFile) -> Sheet:
    """`.elasticbeanstalk/config.yml`: the platform."""
    sheet = Sheet(source, "hosted")
    sheet.scope = above(sheet.scope)
    _stacks(sheet, without_comments(source.data, "hash"))
    return sheet


def _stacks(sheet: Sheet, data: bytes) -> None:
    """Platforms of Elastic Beanstalk: `64bit Amazon Linux 2017.03 v2.4.3 running PHP 5.6`."""
    for line in _STACK_KEY.finditer(data):
        for found in _STACK.finditer(data, *line.span()):
            product = found[1].decode().lower()
            sheet.say(product, product, found[2].decode(), found.span(2), DEPLOYMENT)


def codebuild(source: SourceFile) -> Sheet:
    """`buildspec.yml`: the versions that a build asks for."""
    sheet = Sheet(source, "ci")
    for phase in yamltree.read(source.data).children("phases"):
        for node in phase.children("runtime-versions"):
            grammar = PRODUCTS.get(node.key)
            if node.items is None and grammar is not None:
                sheet.say(grammar, grammar, node.text, node.span, TEST)
            elif node.items is None and node.key == "dotnet":
                sheet.say("dotnet", "series", node.text, node.span, TEST)
    return sheet


def readthedocs(source: SourceFile) -> Sheet:
    """`.readthedocs.yml`: what documentation is built with."""
    sheet = Sheet(source, "ci")
    document = yamltree.read(source.data)
    sheet.system = source.path
    for node in document.scalars("build", "os"):
        sheet.say("image", "host", node.text, node.span, BUILD)
    for path in (("build", "tools", "python"), ("python", "version")):
        for node in document.scalars(*path):
            sheet.say("python", "python", node.text, node.span, BUILD)
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "jenkins": jenkins,
    "terraform": terraform,
    "beanstalk": beanstalk,
    "codebuild": codebuild,
    "readthedocs": readthedocs,
}
