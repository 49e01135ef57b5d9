"""How code of .NET asks for an old Windows, which has no newer TLS: by the number of the system, or by its name."""

NAMED = r"\b(?:Is|On|RunningOn)(?:Running)?(?:On)?_?(?:Microsoft)?(?:Win(?:dows)?)?_?(?:XP|2000|2003|Vista|7)\b"
NUMBERED = r"\bOSVersion\.Version\.Major\s*(?:==?|-eq)\s*[56]\b(?!.*(?:>|-g[te]\b))"
OLD_WINDOWS = rf"{NUMBERED}|{NAMED}"
