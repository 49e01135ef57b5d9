"""Build hook: the wheel carries the built-in rule packs, also in compiled form, so that no run has to read YAML."""

import os
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKS = "tlsscan/packs"
PACKED = (".yaml", ".json")  # pages for people, such as the coverage list, stay in the checkout


class CompiledPacks(BuildHookInterface):
    """Adds the packs and `compiled.json`. A pack that does not load fails the build with its own message."""

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
        build_data["force_include"][self.compiled] = f"{PACKS}/compiled.json"
        build_data["force_include"].update(self.packs())

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the temporary file away again."""
        if self.compiled:
            os.unlink(self.compiled)

    def packs(self) -> dict[str, str]:
        """The files of `rules/` that belong into the wheel, and where they go."""
        rules = os.path.join(self.root, "rules")
        found = [os.path.join(folder, name) for folder, _, names in os.walk(rules) for name in names]
        packed = [path for path in found if path.endswith(PACKED)]
        return {path: f"{PACKS}/{os.path.relpath(path, rules).replace(os.sep, '/')}" for path in sorted(packed)}

    def compile(self) -> bytes:
        """The compiled form of `rules/`, made by the source that is being packaged."""
        scanner = os.path.join(self.root, "scanner")
        sys.path.insert(0, scanner)
        try:
            from tlsscan.packs import compile_rules

            return compile_rules(os.path.join(self.root, "rules"))
        finally:
            sys.path.remove(scanner)
