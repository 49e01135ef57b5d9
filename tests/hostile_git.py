"""A git repository whose configuration, attributes and hooks run a program wherever git lets them; made anew."""

import os
import subprocess
from pathlib import Path

QUIET = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}
HOOKS = (
    *("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"),
    *("post-merge", "pre-push", "update", "post-rewrite", "sendemail-validate", "p4-changelist", "push-to-checkout"),
)
COMMANDS = (
    "diff log show status ls-tree ls-files cat-file rev-parse merge-base diff-index symbolic-ref config hash-object"
)


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """What git answers, without any settings of the user."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**os.environ, **QUIET},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def poison(folder: Path, marks: Path) -> None:
    """Set every trap in a repository: whatever runs leaves a file in `marks`."""
    marks.mkdir(exist_ok=True)
    tool = folder / ".git" / "tool"

    def trap(name: str) -> str:
        path = tool.with_name(f"tool-{name}")
        path.write_text(f"#!/bin/sh\ntouch '{marks}/{name}'\nexit 1\n")
        path.chmod(0o755)
        return str(path)

    hooks = folder / ".git" / "traps"
    hooks.mkdir()
    for home in (hooks, folder / ".git" / "hooks"):
        home.mkdir(exist_ok=True)
        for name in HOOKS:
            (home / name).write_text(f"#!/bin/sh\ntouch '{marks}/hook-{name}'\n")
            (home / name).chmod(0o755)
    aliases = "".join(f"\t{name} = !{trap('alias')}\n" for name in COMMANDS.split())
    pagers = "".join(f"\t{name} = {trap('pager')}\n" for name in COMMANDS.split())
    with (folder / ".git" / "config").open("a") as stream:
        stream.write(
            f"[core]\n\tfsmonitor = {trap('fsmonitor')}\n\thooksPath = {hooks}\n\tpager = {trap('pager')}\n"
            f"\tsshCommand = {trap('ssh')}\n\tgitProxy = {trap('proxy')}\n\teditor = {trap('editor')}\n"
            f"\taskPass = {trap('askpass')}\n\talternateRefsCommand = {trap('alternates')}\n"
            f"\tattributesFile = {folder / '.gitattributes'}\n"
            f"[diff]\n\texternal = {trap('diff')}\n"
            f'[diff "evil"]\n\ttextconv = {trap("textconv")}\n\tcommand = {trap("diff-command")}\n'
            f'[filter "evil"]\n\tclean = {trap("clean")}\n\tsmudge = {trap("smudge")}\n\tprocess = {trap("process")}\n'
            f'[merge "evil"]\n\tdriver = {trap("merge")}\n'
            f"[gpg]\n\tprogram = {trap('gpg')}\n[log]\n\tshowSignature = true\n"
            f"[credential]\n\thelper = {trap('credential')}\n"
            f"[uploadpack]\n\tpackObjectsHook = {trap('pack')}\n"
            f"[trace2]\n\tnormalTarget = {marks}/trace\n"
            f"[extensions]\n\tpartialClone = origin\n[protocol]\n\tallow = always\n"
            f'[protocol "ext"]\n\tallow = always\n[protocol "file"]\n\tallow = always\n'
            f'[remote "origin"]\n\turl = ext::{trap("fetch")}\n\tpromisor = true\n\tpartialclonefilter = blob:none\n'
            f"\tuploadpack = {trap('upload')}\n\tvcs = ext\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
            f"[alias]\n{aliases}[pager]\n{pagers}"
        )
    config_format = folder / ".git" / "config"
    config_format.write_text(
        config_format.read_text().replace("repositoryformatversion = 0", "repositoryformatversion = 1")
    )
    (folder / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
    (folder / "git").write_text(f"#!/bin/sh\ntouch '{marks}/own-git'\n")
    (folder / "git").chmod(0o755)
