"""Values that many conditional statements change in place, each of which asks for what was there before."""

import time

import pytest
from helpers import sites

NUMBER = 60
CODE = {
    "python": ("", 'if a{n}:\n    s += s.x("{n}")\n', "use.slot(s)\n"),
    "ruby": ("", 's += s.x("{n}") if a{n}\n', "use.slot(s)\n"),
    "php": ("<?php\n", 'if ($a{n}) {{ $s .= $s->x("{n}"); }}\n', "$use->slot($s);\n"),
    "java": ('class A {{ void f() {{ String s = "";\n', 'if (a{n}) {{ s += s.x("{n}"); }}\n', "use.slot(s);\n}} }}\n"),
    "csharp": ('class A {{ void F() {{ var s = "";\n', 'if (a{n}) {{ s += s.X("{n}"); }}\n', "use.slot(s);\n}} }}\n"),
    "vbnet": (
        'Class A\nSub F()\nDim s = ""\n',
        'If a{n} Then\ns &= s.X("{n}")\nEnd If\n',
        "use.slot(s)\nEnd Sub\nEnd Class\n",
    ),
    "powershell": ("", 'if ($a{n}) {{ $s += $s.X("{n}") }}\n', "$use.slot($s)\n"),
}


@pytest.mark.parametrize("language", CODE)
def test_what_hangs_on_itself_many_times_ends(language: str) -> None:
    first, each, last = CODE[language]
    code = first.format() + "".join(each.format(n=n) for n in range(NUMBER)) + last.format()
    started = time.process_time()
    found = sites(language, code, ["slot"])
    assert time.process_time() - started < 20  # a second or two; an explosion takes minutes
    assert [site.region.line for site in found if site.text.endswith("slot")] == [
        code[: code.index("slot")].count("\n") + 1
    ]
