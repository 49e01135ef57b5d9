"""Ruby: what accessors of classes and structs of the same file, or of another one, give."""

from pathlib import Path

import pytest

from tree_scans import scanned, told

USE = """require 'net/http'
http = Net::HTTP.new('pay.example', 443)
http.use_ssl = true
http.ssl_version = {value}
http.start
"""
CLASSES = {
    "initialize": "class Wire\n  attr_accessor :tls\n  def initialize\n    @tls = :TLSv1_1\n  end\nend\n",
    "keyword": "class Wire\n  attr_reader :tls\n  def initialize(tls: :TLSv1_1)\n    @tls = tls\n  end\nend\n",
    "method": "class Wire\n  def tls\n    :TLSv1_1\n  end\nend\n",
    "lazy": "class Wire\n  attr_writer :tls\n  def tls\n    @tls ||= :TLSv1_1\n  end\nend\n",
}
MODULES = {
    "self": "class Wire\n  class << self\n    attr_accessor :tls\n  end\n  self.tls = :TLSv1_1\nend\n",
    "variable": "class Wire\n  class << self\n    attr_accessor :port, :tls\n  end\n  @tls = :TLSv1_1\nend\n",
    "outside": "module Wire\n  class << self\n    attr_accessor :tls\n  end\nend\nWire.tls = :TLSv1_1\n",
    "default": "module Wire\n  mattr_accessor :tls, default: :TLSv1_1\nend\n",
    "block": "class Wire\n  cattr_accessor(:tls) { :TLSv1_1 }\nend\n",
    "shared": "module Wire\n  mattr_accessor :tls\n  @@tls = :TLSv1_1\nend\n",
    "open": "require 'ostruct'\nWire = OpenStruct.new(port: 1, tls: :TLSv1_1)\n",
    "opened": "require 'ostruct'\nWire = OpenStruct.new\nWire.tls = :TLSv1_1\n",
    "struct": "Kind = Struct.new(:port, :tls)\nWire = Kind.new(1, :TLSv1_1).freeze\n",
    "named": "Kind = Struct.new(:port, :tls, keyword_init: true)\nWire = Kind.new(tls: :TLSv1_1, port: 1)\n",
}


def said(tmp_path: Path, files: dict[str, str]) -> dict[str, str]:
    return {place.partition(" ")[0]: what for place, what in told(scanned(tmp_path, files)).items()}


def both_ways(tmp_path: Path, settings: str, value: str, before: str = "") -> tuple[list[str], list[str]]:
    """What is told with the settings in a file of their own, and in the same one."""
    use = before + USE.format(value=value)
    apart = said(tmp_path / "apart", {"wire.rb": settings, "a.rb": use})
    one = said(tmp_path / "one", {"a.rb": settings + use})
    at = use[: use.index("http.ssl_version")].count("\n") + 1
    assert set(apart) <= {f"a.rb:{at}"}
    assert set(one) <= {f"a.rb:{at + settings.count(chr(10))}"}
    return list(apart.values()), list(one.values())


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> None:
    for name in ("apart", "one"):
        (tmp_path / name).mkdir()


@pytest.mark.parametrize("kind", CLASSES)
def test_what_an_object_gives(tmp_path: Path, kind: str) -> None:
    for number, (before, value) in enumerate((("", "Wire.new.tls"), ("wire = Wire.new\n", "wire.tls"))):
        (tmp_path / str(number)).mkdir()
        for name in ("apart", "one"):
            (tmp_path / str(number) / name).mkdir()
        old, good = ["fails TLSv1.1"], CLASSES[kind].replace("TLSv1_1", "TLSv1_2")
        assert both_ways(tmp_path / str(number), CLASSES[kind], value, before) == (old, old)
        assert both_ways(tmp_path / str(number), good, value, before) == (["caps TLSv1.2"],) * 2


@pytest.mark.parametrize("kind", MODULES)
def test_what_a_class_a_module_or_a_struct_gives(tmp_path: Path, kind: str) -> None:
    assert both_ways(tmp_path, MODULES[kind], "Wire.tls") == (["fails TLSv1.1"], ["fails TLSv1.1"])


def test_the_only_object_of_a_class(tmp_path: Path) -> None:
    settings = CLASSES["initialize"].replace("class Wire\n", "require 'singleton'\nclass Wire\n  include Singleton\n")
    assert both_ways(tmp_path, settings, "Wire.instance.tls") == (["fails TLSv1.1"], ["fails TLSv1.1"])


def test_a_module_around_counts(tmp_path: Path) -> None:
    settings = f"module Shop\n{MODULES['default']}end\n"
    assert both_ways(tmp_path, settings, "Shop::Wire.tls") == (["fails TLSv1.1"], ["fails TLSv1.1"])


def test_entries_of_entries(tmp_path: Path) -> None:
    settings = "module Wire\n  ALL = { out: { tls: :TLSv1_1 } }.freeze\nend\n"
    for number, value in enumerate(("Wire::ALL[:out][:tls]", "Wire::ALL.dig(:out, :tls)")):
        (tmp_path / f"{number}/apart").mkdir(parents=True)
        (tmp_path / f"{number}/one").mkdir()
        assert both_ways(tmp_path / str(number), settings, value) == (["fails TLSv1.1"], ["fails TLSv1.1"])


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        (CLASSES["initialize"], "Other.new.tls"),
        (CLASSES["keyword"], "Wire.new(tls: wanted).tls"),
        ("class Wire\n  attr_reader :tls\n  @tls = :TLSv1_1\nend\n", "Wire.new.tls"),
        ("class Wire\n  attr_accessor :tls\n  def old!\n    @tls = :TLSv1_1\n  end\nend\n", "Wire.new.tls"),
        ("class Wire\n  attr_accessor :tls\nend\n", "Wire.new.tls"),
        ("Wire = Thing.new(tls: :TLSv1_1)\n", "Wire.tls"),
        (CLASSES["initialize"], "make.tls"),
    ],
)
def test_what_is_not_certain_is_told_as_such(tmp_path: Path, settings: str, value: str) -> None:
    assert both_ways(tmp_path, settings, value) == (["unresolved"], ["unresolved"])


def test_what_another_file_sets_is_told_there(tmp_path: Path) -> None:
    files = {
        "wire.rb": MODULES["default"].replace("TLSv1_1", "TLSv1_2"),
        "old.rb": "Wire.tls = :TLSv1_1\n",
        "a.rb": USE.format(value="Wire.tls"),
    }
    found = said(tmp_path, files)
    assert found["old.rb:1"] == "fails TLSv1.1"
    assert found.get("a.rb:4", "caps TLSv1.2") == "caps TLSv1.2"


def test_hostile_settings_end(tmp_path: Path) -> None:
    loops = "class Wire\n  attr_accessor :tls\n  def initialize\n    @tls = Wire.new.tls\n  end\nend\n"
    many = "".join(
        f"class W{n}\n attr_accessor :tls\n def initialize\n @tls = W{n + 1}.new.tls\n end\nend\n" for n in range(300)
    )
    files = {"wire.rb": loops + many, "a.rb": USE.format(value="Wire.new.tls"), "b.rb": USE.format(value="W0.new.tls")}
    assert set(said(tmp_path, files).values()) == {"unresolved"}
