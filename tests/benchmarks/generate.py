"""Makes a tree of source files in five languages: `python tests/benchmarks/generate.py DIR -n 20000`.

The same arguments make the same bytes. Most files hold nothing of interest, some name a sink, few set an old version;
shares and sizes are those of ordinary business code.
"""

import argparse
import random
from collections.abc import Callable
from pathlib import Path

WORDS = """
account address amount archive article balance basket batch billing booking branch budget campaign cart catalog
category channel charge client comment contact contract counter country coupon currency customer delivery deposit
discount document driver employee entry event export feature filter gateway group import invoice item journal label
ledger license limit location member message metric notice offer order owner package partner payment period permit
picture policy product profile project quota rating receipt record refund region report request reserve result
review route schedule score section session shipment source status stock storage supplier task tariff ticket token
total tracking transfer unit update vendor voucher warehouse
""".split()  # noqa: SIM905  # a list of quoted words would be three times as long


def python(random_: random.Random, size: int, setting: str) -> str:
    """A module of functions."""
    parts = [
        '"""Made by a generator."""\n\nimport ssl\nimport os\n'
        if setting
        else '"""Made by a generator."""\n\nimport os\n'
    ]
    while sum(map(len, parts)) < size:
        a, b, c = random_.sample(WORDS, 3)
        parts.append(
            f"\n\ndef {a}_{b}({c}, limit=10):\n    # The {a} of a {b}.\n    rows = [{c}[i] for i in range(limit)]\n"
            f'    if not rows:\n        raise ValueError("no {c} in {a}")\n'
            f'    return os.path.join("{a}", str(len(rows)))\n'
        )
    return "".join(parts) + (f"\n\n{setting}\n" if setting else "")


def ruby(random_: random.Random, size: int, setting: str) -> str:
    """A class of methods."""
    parts = [f"# Made by a generator.\nclass {random_.choice(WORDS).title()}\n"]
    while sum(map(len, parts)) < size:
        a, b, c = random_.sample(WORDS, 3)
        parts.append(
            f"  def {a}_{b}({c}, limit: 10)\n    rows = {c}.first(limit).map {{ |row| row[:{a}] }}\n"
            f"    raise ArgumentError, 'no {c}' if rows.empty?\n    rows.join(', ')\n  end\n\n"
        )
    return "".join(parts) + (f"  def connect(http)\n    {setting}\n  end\n" if setting else "") + "end\n"


def php(random_: random.Random, size: int, setting: str) -> str:
    """A class of methods."""
    parts = [f"<?php\n\nnamespace Made;\n\nclass {random_.choice(WORDS).title()}\n{{\n"]
    while sum(map(len, parts)) < size:
        a, b, c = random_.sample(WORDS, 3)
        parts.append(
            f"    public function {a}{b.title()}(array ${c}, int $limit = 10): string\n    {{\n"
            f"        $rows = array_slice(${c}, 0, $limit);\n        if (!$rows) {{\n"
            f"            throw new \\RuntimeException('no {c}');\n        }}\n"
            f"        return implode(', ', $rows);\n    }}\n\n"
        )
    return (
        "".join(parts)
        + (f"    public function connect($ch)\n    {{\n        {setting}\n    }}\n" if setting else "")
        + "}\n"
    )


def csharp(random_: random.Random, size: int, setting: str) -> str:
    """A class of methods."""
    parts = [f"using System.Net;\n\nnamespace Made\n{{\n    public class {random_.choice(WORDS).title()}\n    {{\n"]
    while sum(map(len, parts)) < size:
        a, b, c = random_.sample(WORDS, 3)
        parts.append(
            f"        public string {a.title()}{b.title()}(string[] {c}, int limit = 10)\n        {{\n"
            f"            // The {a} of a {b}.\n            var rows = {c}.Take(limit).ToList();\n"
            f'            return rows.Count == 0 ? "no {c}" : string.Join(", ", rows);\n        }}\n\n'
        )
    body = f"        public void Connect()\n        {{\n            {setting}\n        }}\n" if setting else ""
    return "".join(parts) + body + "    }\n}\n"


def java(random_: random.Random, size: int, setting: str) -> str:
    """A class of methods."""
    parts = [f"package made;\n\nimport java.util.List;\n\npublic class {random_.choice(WORDS).title()} {{\n"]
    while sum(map(len, parts)) < size:
        a, b, c = random_.sample(WORDS, 3)
        parts.append(
            f"    public String {a}{b.title()}(List<String> {c}, int limit) {{\n        // The {a} of a {b}.\n"
            f'        if ({c}.isEmpty()) {{\n            throw new IllegalStateException("no {c}");\n        }}\n'
            f'        return String.join(", ", {c}.subList(0, limit));\n    }}\n\n'
        )
    body = f"    public void connect() throws Exception {{\n        {setting}\n    }}\n" if setting else ""
    return "".join(parts) + body + "}\n"


LANGUAGES: dict[str, tuple[Callable[[random.Random, int, str], str], tuple[str, ...]]] = {
    ".py": (
        python,
        ("context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)", "context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)"),
    ),
    ".rb": (ruby, ("http.ssl_version = :TLSv1", "http.min_version = :TLS1_2")),
    ".php": (
        php,
        (
            "curl_setopt($ch, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_0);",
            "curl_setopt($ch, CURLOPT_TIMEOUT, 30);",
        ),
    ),
    ".cs": (
        csharp,
        (
            "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;",
            "ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;",
        ),
    ),
    ".java": (
        java,
        (
            'javax.net.ssl.SSLContext.getInstance("TLSv1.1");',
            'javax.net.ssl.SSLContext.getInstance("TLS");',
        ),
    ),
}


def generate(top: Path, count: int, seed: int, share: float) -> None:
    """Write `count` files below `top`; a `share` of them names a sink, every other one of these with an old version."""
    random_ = random.Random(seed)
    kinds = list(LANGUAGES.items())
    for number in range(count):
        suffix, (make, settings) = kinds[number % len(kinds)]
        folder = top / f"{WORDS[number // 400 % len(WORDS)]}{number // 40_000}" / WORDS[number // 20 % len(WORDS)]
        folder.mkdir(parents=True, exist_ok=True)
        size = min(int(random_.lognormvariate(8.2, 1.0)), 300_000)
        setting = random_.choice(settings) if random_.random() < share else ""
        (folder / f"file{number}{suffix}").write_text(make(random_, size, setting))


def main() -> None:
    """Make the tree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where to write; made if it is missing")
    parser.add_argument("-n", type=int, default=20_000, help="how many files (default 20000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers (default 1)")
    parser.add_argument("--share", type=float, default=0.02, help="share of files that name a sink (default 0.02)")
    given = parser.parse_args()
    generate(given.folder, given.n, given.seed, given.share)


if __name__ == "__main__":
    main()
