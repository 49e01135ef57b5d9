"""Ruby's manifests and lock files."""

import re
from collections.abc import Callable

from tlsscan.claims import ClaimKind
from tlsscan.manifests.codetext import without_comments
from tlsscan.manifests.sheet import Sheet
from tlsscan.manifests.shell import installed, one_by_one
from tlsscan.patterns import lazy
from tlsscan.source import SourceFile

_TEXTS = rb"""((?:["'][^"'\n]*["'])(?:\s*,\s*["'][^"'\n]*["'])*)"""
_TEXT = lazy(rb"""["']([^"'\n]*)["']""")
_RUBY = lazy(rb"^[ \t]*ruby[ \t(]+" + _TEXTS, re.MULTILINE)
_RUBY_OR = lazy(
    rb"^[ \t]*ruby[ \t(]+ENV(?:\.fetch\(\s*[\"'][^\"']*[\"']\s*,\s*|\[[^\]\n]*\]\s*\|\|\s*)" + _TEXTS, re.MULTILINE
)
_ENGINE = lazy(rb"""engine(?:_version)?:?(?:\s*=>)?\s*["']([^"'\n]+)["']""")
_GEM = lazy(rb"""^[ \t]*gem[ \t(]+["']([\w.-]+)["']\s*,\s*""" + _TEXTS, re.MULTILINE)
_REQUIRED = lazy(rb"\brequired_ruby_version\s*=\s*(?:Gem::Requirement\.new\s*\(?\s*)?\[?\s*" + _TEXTS)
_DEPENDENCY = lazy(rb"""\badd_(?:runtime_)?dependency[ \t(]+["']([\w.-]+)["']\s*,\s*\[?\s*""" + _TEXTS)
_LOCKED_GEM = lazy(rb"^    ([\w.-]+) \(([0-9][\w.]*)(?:-[\w-]+)?\)\r?$", re.MULTILINE)
_LOCKED_RUBY = lazy(rb"^RUBY VERSION\r?\n\s+ruby ([0-9][\w.]*)(?: \(jruby ([0-9][\w.]*)\))?", re.MULTILINE)
_UNENDED = lazy(
    rb"""^[ \t]*(?:(?:ruby|gem|source|\w+\.add_(?:runtime_)?dependency)[ \t(]+"""
    rb"""|\w+\.required_ruby_version[ \t]*=[ \t]*\[?[ \t]*)"""
    rb"""(?:(?:"[^"\r\n]*"|'[^'\r\n]*')[ \t]*,[ \t]*)*((?:"[^"\r\n]*|'[^'\r\n]*)\r?)$""",
    re.MULTILINE,
)
_UNLOCKED = lazy(rb"^ {4}[\w.-]+ (?!\([^()\r\n]*\)!?\r?$)([^\r\n]*)", re.MULTILINE)
"""What stands in the place of the version of a gem, and is none."""
_NOT_INSTALLED = lazy(rb"^(?:PATH|PLUGIN SOURCE)\r?\n(?:[ \t]+[^\n]*\n)*", re.MULTILINE)


def gemfile(source: SourceFile) -> Sheet:
    """`Gemfile`: the version of Ruby that Bundler insists on, and of gems."""
    sheet = Sheet(source, "ruby")
    data = without_comments(source.data, "hash")
    _unended(sheet, data)
    for found in _RUBY.finditer(data):
        end = data.find(b"\n", found.end())
        rest = data[found.end() : end if end >= 0 else len(data)]
        engine = _ENGINE.findall(rest)
        if engine[:1] == [b"jruby"]:
            at = found.end() + rest.find(engine[-1])
            if len(engine) > 1:
                sheet.say("jruby", "series", engine[-1].decode(), (at, at + len(engine[-1])), ClaimKind.PINNED)
        else:
            text, span = _joined(data, found.span(1))
            exact = re.fullmatch(r"(?:ruby-)?[0-9][\w.-]*", text) is not None
            kind = ClaimKind.PINNED if exact or "~>" in text else ClaimKind.REQUIREMENT
            sheet.say("ruby", "ruby" if exact else "bounds", text, span, kind)
    for found in _RUBY_OR.finditer(data):
        text, span = _joined(data, found.span(1))
        sheet.say("ruby", "ruby", text, span, ClaimKind.PINNED)
    for found in _GEM.finditer(data):
        _gem(sheet, data, found)
    return sheet


def gemspec(source: SourceFile) -> Sheet:
    """A gemspec: the versions of Ruby that it supports, and the gems that it needs."""
    sheet = Sheet(source, "ruby")
    data = without_comments(source.data, "hash")
    _unended(sheet, data)
    for found in _REQUIRED.finditer(data):
        text, span = _joined(data, found.span(1))
        if named := re.search(r"#\{(\w+)\}", text):
            assigned = re.findall(rf"^[ \t]*{named[1]}[ \t]*=[ \t]*[\"']([^\"'\n]+)[\"']".encode(), data, re.MULTILINE)
            text = text.replace(named.group(), assigned[0].decode() if len(assigned) == 1 else "")
        sheet.say("ruby", "bounds", text, span, ClaimKind.REQUIREMENT)
    for found in _DEPENDENCY.finditer(data):
        _gem(sheet, data, found)
    return sheet


def _unended(sheet: Sheet, data: bytes) -> None:
    """Note texts that do not end on their line where versions are named."""
    for found in _UNENDED.finditer(data):
        sheet.fault("has a text that does not end", found.start(1))


def _gem(sheet: Sheet, data: bytes, found: re.Match[bytes]) -> None:
    text, span = _joined(data, found.span(2))
    sheet.say(f"rubygems:{found[1].decode()}", "bounds", text, span, ClaimKind.REQUIREMENT)


def _joined(data: bytes, span: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """Texts in a row as one constraint, and where they stand between the outer quotes."""
    texts = [item[1].decode("utf-8", "replace") for item in _TEXT.finditer(data, *span)]
    return ", ".join(texts), (span[0] + 1, span[1] - 1)


def gemfile_lock(source: SourceFile) -> Sheet:
    """`Gemfile.lock`."""
    sheet = Sheet(source, "ruby")
    for found in _LOCKED_RUBY.finditer(source.data):
        if found[2] is not None:
            sheet.say("jruby", "series", found[2].decode(), found.span(2), ClaimKind.PINNED)
        else:
            sheet.say("ruby", "ruby", found[1].decode(), found.span(1), ClaimKind.PINNED)
    if unlocked := _UNLOCKED.search(source.data):
        sheet.fault("has a gem without a version", unlocked.start(1))
    own = [found.span() for found in _NOT_INSTALLED.finditer(source.data)]
    for found in _LOCKED_GEM.finditer(source.data):
        if not any(start <= found.start() < end for start, end in own):
            sheet.say(f"rubygems:{found[1].decode()}", "series", found[2].decode(), found.span(2), ClaimKind.LOCKED)
    return sheet


def vagrant(source: SourceFile) -> Sheet:
    """`Vagrantfile`: the box, where its name tells a release of a distribution, and what is installed."""
    sheet = Sheet(source, "vagrant")
    data = without_comments(source.data, "hash")
    for found in re.finditer(rb"""\.vm\.box\s*=\s*["']([^"'\n]+)["']""", data):
        sheet.say("image", "box", found[1].decode("utf-8", "replace"), found.span(1), ClaimKind.BUILD)
    commands = one_by_one(data)
    for package in installed(commands, 0, len(commands)):
        if package.by == "system":
            sheet.say("os:", "package", package.name, package.span, ClaimKind.BUILD)
    return sheet


READERS: dict[str, Callable[[SourceFile], Sheet]] = {
    "gemfile": gemfile,
    "gemspec": gemspec,
    "gemfile-lock": gemfile_lock,
    "vagrant": vagrant,
}
