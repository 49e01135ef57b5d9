"""Several settings of one object of .NET: what is added, taken away and set anew, and where it is used in between."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

KIND = "System.Security.Authentication.SslProtocols"
MAKES = {
    "a.cs": "var h = new System.Net.Http.HttpClientHandler();",
    "a.vb": "Dim h = New System.Net.Http.HttpClientHandler()",
    "a.ps1": "$H = New-Object System.Net.Http.HttpClientHandler",
}


def put(name: str, *lines: str) -> str:
    """A method of statements, the first on line 3."""
    body = "\n".join(line.replace("{K}", KIND) for line in lines)
    if name.endswith(".cs"):
        return f"class A {{\n void Go(bool b) {{\n{body}\n }}\n}}\n"
    return f"Class A\nSub Go(b As Boolean)\n{body}\nEnd Sub\nEnd Class\n" if name.endswith(".vb") else f"\n\n{body}\n"


def found(tmp_path: Path, name: str, *lines: str) -> dict[int, str]:
    report = told(scanned(tmp_path, {name: put(name, *lines)}))
    return {int(place.partition(":")[2].partition(" ")[0]): said for place, said in report.items()}


ADDED = {
    "a.cs": ("h.SslProtocols = {K}.Tls;", "h.SslProtocols |= {K}.Tls12;"),
    "a.vb": ("h.SslProtocols = {K}.Tls", "h.SslProtocols = h.SslProtocols Or {K}.Tls12"),
    "a.ps1": ("$h.SslProtocols = [{K}]::Tls", "$h.SslProtocols = $h.SslProtocols -bor [{K}]::Tls12"),
}
TAKEN = {
    "a.cs": ("h.SslProtocols = {K}.Tls | {K}.Tls12;", "h.SslProtocols &= ~{K}.Tls;"),
    "a.vb": ("h.SslProtocols = {K}.Tls Or {K}.Tls12", "h.SslProtocols = h.SslProtocols And Not {K}.Tls"),
    "a.ps1": (
        "$h.SslProtocols = [{K}]::Tls -bor [{K}]::Tls12",
        "$h.SslProtocols = $h.SslProtocols -band (-bnot [{K}]::Tls)",
    ),
}
USED = {
    "a.cs": "new System.Net.Http.HttpClient(h).GetAsync(url).Wait();",
    "a.vb": "Send(h)",
    "a.ps1": "Send-It $h",
}
QUIET = {
    "a.cs": "h.ClientCertificates.Add(c);",
    "a.vb": "h.ClientCertificates.Add(c)",
    "a.ps1": "$h.ClientCertificates.Add($c)",
}


@pytest.mark.parametrize("name", MAKES)
def test_what_is_added_joins_what_was_set(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, name, MAKES[name], *ADDED[name]) == {4: "allows TLSv1.0 TLSv1.2"}


@pytest.mark.parametrize("name", MAKES)
def test_what_is_taken_away_is_gone(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, name, MAKES[name], *TAKEN[name]) == {4: "caps TLSv1.2"}


@pytest.mark.parametrize("name", MAKES)
def test_a_use_between_them_is_judged_by_what_held_then(name: str, tmp_path: Path) -> None:
    first, second = ADDED[name]
    told_at = found(tmp_path / "used", name, MAKES[name], first, USED[name], second)
    assert told_at[4] == "fails TLSv1.0"
    assert found(tmp_path / "quiet", name, MAKES[name], first, QUIET[name], second) == {4: "allows TLSv1.0 TLSv1.2"}


FILLED = {
    "a.cs": "var h = new System.Net.Http.HttpClientHandler {{ SslProtocols = {K}.{old} }};",
    "a.vb": "Dim h = New System.Net.Http.HttpClientHandler() With {{ .SslProtocols = {K}.{old} }}",
    "a.ps1": "$H = New-Object System.Net.Http.HttpClientHandler -Property @{{ SslProtocols = [{K}]::{old} }}",
}
LATER = {
    "a.cs": "h.SslProtocols = {K}.Tls12;",
    "a.vb": "h.SslProtocols = {K}.Tls12",
    "a.ps1": "$h.SslProtocols = 'Tls12'",
}


def filled(name: str, old: str) -> str:
    return FILLED[name].replace("{K}", KIND).format(old=old)


@pytest.mark.parametrize("name", MAKES)
def test_an_initializer_is_replaced_before_anything_uses_it(name: str, tmp_path: Path) -> None:
    later = LATER[name]
    assert found(tmp_path / "one", name, filled(name, "Tls"), later) == {4: "caps TLSv1.2"}
    used = found(tmp_path / "two", name, filled(name, "Tls"), USED[name], later)
    assert used == {3: "fails TLSv1.0", 5: "caps TLSv1.2"}


@pytest.mark.parametrize("name", MAKES)
def test_an_initializer_makes_another_object(name: str, tmp_path: Path) -> None:
    again = filled(name, "Tls12").replace("var ", "").replace("Dim ", "")
    assert found(tmp_path, name, filled(name, "Tls"), again)[3] == "fails TLSv1.0"


def test_the_default_is_back_where_it_is_set(tmp_path: Path) -> None:
    lines = (MAKES["a.cs"], "h.SslProtocols = {K}.Tls;", "h.SslProtocols = {K}.None;")
    assert found(tmp_path, "a.cs", *lines) == {}


def test_what_another_method_adds_does_not_join(tmp_path: Path) -> None:
    code = (
        "class A {\n"
        f" System.Net.Http.HttpClientHandler h = new() {{ SslProtocols = {KIND}.Tls }};\n"
        f" void Go() {{ h.SslProtocols |= {KIND}.Tls12; }}\n"
        f" void Other() {{ h.SslProtocols = {KIND}.Tls11; }}\n"
        f" void Last() {{ h.SslProtocols = {KIND}.Tls12; }}\n"
        "}\n"
    )
    report = told(scanned(tmp_path, {"a.cs": code}))
    assert report[f"a.cs:2 {KIND}.Tls"] == "fails TLSv1.0"
    assert report[f"a.cs:4 {KIND}.Tls11"] == "fails TLSv1.1"


def test_nested_options_of_an_object(tmp_path: Path) -> None:
    made = "var h = new System.Net.Http.SocketsHttpHandler();"
    old, new = "h.SslOptions.EnabledSslProtocols = {K}.Tls;", "h.SslOptions.EnabledSslProtocols |= {K}.Tls12;"
    assert found(tmp_path, "a.cs", made, old, new) == {4: "allows TLSv1.0 TLSv1.2"}


def test_a_condition_adds_for_some(tmp_path: Path) -> None:
    lines = (MAKES["a.cs"], "h.SslProtocols = {K}.Tls12;", "if (b) h.SslProtocols |= {K}.Tls;")
    assert found(tmp_path, "a.cs", *lines)[5] == "allows TLSv1.0 TLSv1.2"


def test_long_text_between_two_settings_takes_no_time(tmp_path: Path) -> None:
    lines = (MAKES["a.vb"], "h.SslProtocols = {K}.Tls", f'x = "{"h " * 50_000}"', "h.SslProtocols = {K}.Tls12")
    assert 4 in found(tmp_path, "a.vb", *lines) or 6 in found(tmp_path, "a.vb", *lines)
