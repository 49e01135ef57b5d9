"""The Ruby that rvm's files of a project name."""

import pytest

from tlsscan.manifests.versionfiles import ruby_version
from tlsscan.source import SourceFile


@pytest.mark.parametrize(
    ("path", "line", "version"),
    [
        (".rvmrc", 'rvm --create use "ruby-1.9.3-p392@shop"', "ruby-1.9.3-p392"),
        (".rvmrc", "rvm use --create 1.9.3@shop", "1.9.3"),
        (".rvmrc", "rvm --install --create use ruby-2.0.0-p247", "ruby-2.0.0-p247"),
        (".rvmrc", "rvm use 'ruby-2.1.5'", "ruby-2.1.5"),
        (".rvmrc", "rvm 1.9.2", "1.9.2"),
        (".rvmrc", 'environment_id="ruby-1.9.3-p194@shop"', "ruby-1.9.3-p194"),
        (".versions.conf", "ruby=ruby-2.2.1", "ruby-2.2.1"),
        (".rvmrc", "rvm use default", None),
        (".rvmrc", "rvm gemset create 1shop", None),
    ],
)
def test_the_line_that_names_it(path: str, line: str, version: str | None) -> None:
    sheet = ruby_version(SourceFile(path, f"# of the project\n{line}\n".encode()))
    told = [(statement.text, statement.place.region.line) for statement in sheet.reading(lambda *_: True).statements]
    assert told == ([(version, 2)] if version else [])
