"""How code of .NET asks for the runtime or the system below it: for an old Windows, which has no newer TLS, by the
number of the system or by its name, and for versions of either by names of its own."""

NAMED = r"\b(?:Is|On|RunningOn)(?:Running)?(?:On)?_?(?:Microsoft)?(?:Win(?:dows)?)?_?(?:XP|2000|2003|Vista|7)\b"
NUMBERED = r"\bOSVersion\.Version\.Major\s*(?:==?|-eq)\s*[56]\b(?!.*(?:>|-g[te]\b))"
OLD_WINDOWS = rf"{NUMBERED}|{NAMED}"
OF_RUNTIME = (
    r"(?-i:\b(?:\w*(?:Framework|Runtime|Windows|DotNet|NET|Net|CLR|Clr|OS)|net|clr|framework|runtime|windows|os|dotnet)"
    r"_?[Vv]ersion\b)"
)
"""A name that says it is the version of the runtime or the system: `osVersion`, `NETFrameworkVersion`."""
