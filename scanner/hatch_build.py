"""Build hook: the wheel carries the built-in rule packs in compiled form, so that no run has to read YAML."""

import os
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledPacks(BuildHookInterface):
    """Adds `tlsscan/packs/compiled.json`. A pack that does not load fails the build with its own message."""

    PLUGIN_NAME = "custom"
    compiled = ""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile `rules/`. An editable install reads the packs of the checkout, which change, and gets none."""
        if version == "editable":
            return
        compiled = self.compile()
        descriptor, self.compiled = tempfile.mkstemp(suffix=".json")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(compiled)
        os.chmod(self.compiled, 0o644)
        build_data["force_include"][self.compiled] = "tlsscan/packs/compiled.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the temporary file away again."""
        if self.compiled:
            os.unlink(self.compiled)

    def compile(self) -> bytes:
        """The compiled form of `rules/`, made by the source that is being packaged."""
        scanner = os.path.join(self.root, "scanner")
        sys.path.insert(0, scanner)
        try:
            from tlsscan.packs import compile_rules

            return compile_rules(os.path.join(self.root, "rules"))
        finally:
            sys.path.remove(scanner)
