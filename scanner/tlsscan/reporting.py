"""Calls that do nothing with what they are given but tell or compare it."""

from tlsscan.patterns import lazy

# Calls that compare, expect, look up, log or print what they are given: naming a setting there sets nothing. Only where
# nothing but a name and a value speaks for a setting does this count.
REPORTING = lazy(
    r"(?:assert|expect|should|verify)\w*"
    r"|eq|eql|equal|include|match|match_array|have_attributes|hash_including|contain_exactly|receive|with|mock"
    r"|(?:instance_|class_|object_)?double|spy|stubs?|returns|and_return|receive_messages|have_received"
    r"|where|find_by|exists|enum|validates?\w*"
    r"|debug|info|warn|warning|error|fatal|log|print|println|puts|p|pp|printf|sprintf|inspect|dump"
)


def reports(name: str) -> bool:
    """Whether a call goes by such a name, whatever qualifies it."""
    return name.endswith("mock.call") or REPORTING.fullmatch(name.rpartition(".")[2].lower().rstrip("?!")) is not None
