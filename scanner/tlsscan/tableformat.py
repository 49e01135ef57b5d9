"""The format of the files in `rules/runtimes`: what versions of products offer, and what images, systems, packages and
lock files say of versions."""

from tlsscan.packformat import (
    EVIDENCE,
    IDENTIFIER,
    LANGUAGE,
    PRODUCT,
    REMEDIES,
    ROLE,
    SCHEMA_VERSION,
    URL,
    VERSION_LIST,
    WHEN,
)
from tlsscan.shapes import code, flag, listing, ranges, record, table, text, version

ROW = record(
    {
        "when": WHEN,
        "offered": VERSION_LIST,
        "possible": VERSION_LIST,
        "server": VERSION_LIST,
        "patched": VERSION_LIST,
        "shipped": flag("whether current systems have the update that `patched` is about"),
        "exact": flag("only for claims of such a very version"),
        "through": text(what="by what it offers that, where it offers more by other means"),
        "chooser": text(what="who chooses among the offered versions, where the library leaves that to somebody"),
        "note": text(),
        "remedy": text(),
        "evidence": EVIDENCE,
        "references": listing(URL, single=True),
    },
    ("offered", "possible", "evidence"),
    "row",
)
FLOOR = record(
    {
        "id": text(r"runtimes/[a-z0-9-]+", "a rule id that begins with runtimes/"),
        "title": text(),
        "name": text(what="the product's name, as people write it"),
        "former": record({"name": text(), "before": version()}, ("name", "before"), "former name"),
        "optional": flag("whether what it is for mostly does without TLS"),
        "speaks": listing(LANGUAGE),
        "proven": flag("whether it matters only to code that is known to leave the versions to it"),
        "relied": flag("whether nothing is said of it but where code is known to leave the versions to it"),
        "sole": flag("whether code alone sets the versions: what is known to leave them to it then has its default"),
        "mistaken": record({"versions": ranges(), "for": PRODUCT}, ("versions", "for"), "mistake"),
        "product": PRODUCT,
        "base": IDENTIFIER,
        "role": ROLE,
        "remediation": REMEDIES,
        "references": listing(URL, single=True),
        "examples": code(),
    },
    ("id", "title", "name", "product", "base", "remediation", "references", "examples"),
    "floor",
)
BROUGHT = record(
    {
        "since": ranges(),
        "unless": listing(text("[a-z]+", "what parts of tags begin with")),
        "brings": table(PRODUCT, version(), "table of products"),
    },
    ("since", "brings"),
    "configuration",
)
ENDED = record(
    {"version": version(), "parts": listing(text("[a-z0-9.]+", "what parts of tags begin with"))},
    ("version",),
    "ended image",
)
PACKAGE_NAME = text(r"[^\s:]+(?::[^\s:]+)?", "the name of a package or an image")
COMPACT = flag("whether numbers in names are written without dots (php74)")
IMAGE = record(
    {
        "names": listing(PACKAGE_NAME),
        "product": PRODUCT,
        "after": listing(text("[a-z-]+", "a word of tags")),
        "last": flag("whether the version is the last part of a tag"),
        "second": flag("whether the version is the second part of a tag"),
        "first": version(),
        "linked": flag("whether it uses the libraries of the release that a tag names"),
        "base": listing(PRODUCT),
        "called": text(r"[a-z]+\{version\}", "what platforms for functions call it"),
        "compact": COMPACT,
        "configured": listing(BROUGHT),
        "ended": listing(ENDED),
        "references": listing(URL, single=True),
    },
    ("names", "product", "references"),
    "image",
)
RELEASE = record(
    {
        "names": listing(text(r"[\w.]+", "the name or number of a release"), single=True),
        "hosts": listing(text(r"[\w.-]+", "what hosted machines with the release are called"), single=True),
        "contains": table(PRODUCT, listing(version(), single=True), "table of products"),
        "onwards": table(PRODUCT, listing(version(), single=True), "table of products"),
        "remarks": table(PRODUCT, text(), "table of what is to be said of the first version of products"),
        "firm": flag("whether no policy that it comes with undoes what its configuration decides"),
        "evidence": EVIDENCE,
        "references": listing(URL, single=True),
    },
    ("names", "contains", "evidence"),
    "release",
)
DISTRIBUTION = record(
    {"names": listing(PACKAGE_NAME), "base": listing(PRODUCT), "releases": listing(RELEASE)},
    ("names", "releases"),
    "distribution",
)
SYSTEM_PACKAGE = record(
    {
        "names": listing(PACKAGE_NAME),
        "product": PRODUCT,
        "series": text("[0-9]+", "the series that names without a number stand for"),
        "dotted": flag("whether a number in the name says nothing unless it has a dot (python3)"),
        "with": listing(PRODUCT),
        "beside": flag("whether it stands beside what the release has, for what was linked with it elsewhere"),
        "apart": flag("whether it comes from elsewhere, so that what the release has says nothing of it"),
        "compact": COMPACT,
        "ended": listing(ENDED),
        "references": listing(URL, single=True),
    },
    ("names", "product"),
    "package",
)
REPOSITORY = record(
    {
        "names": listing(text(r"[^\s$]+", "what a repository is called, with * for anything")),
        "products": listing(PRODUCT),
        "compact": COMPACT,
        "references": listing(URL, single=True),
    },
    ("names", "products", "references"),
    "repository",
)
RAISED = record(
    {
        "package": PACKAGE_NAME,
        "by": listing(PACKAGE_NAME),
        "asks": listing(record({"since": version(), "version": version()}, ("since", "version"), "what is asked for")),
        "references": listing(URL, single=True),
    },
    ("package", "by", "references"),
    "raised package",
)
REGISTRY_NAME = text("maven|nuget|packagist|pypi|rubygems", "a registry of packages")
RUNTIMES = record(
    {
        "schema": SCHEMA_VERSION,
        "images": listing(IMAGE),
        "distributions": table(IDENTIFIER, DISTRIBUTION, "table of distributions"),
        "always": listing(PRODUCT),
        "hosted": listing(PRODUCT),
        "configured": table(PRODUCT, text(), "table of products with what messages call them"),
        "system-packages": listing(SYSTEM_PACKAGE),
        "repositories": listing(REPOSITORY),
        "libraries": table(PRODUCT, table(REGISTRY_NAME, listing(PACKAGE_NAME)), "table of libraries"),
        "raised": listing(RAISED),
        "assumed": table(
            PRODUCT,
            record(
                {"version": version(), "least": version(), "title": text(), "because": text()},
                ("version", "title"),
                "assumed runtime",
            ),
            "table of assumed runtimes",
        ),
        "bases": table(
            IDENTIFIER,
            record(
                {"title": text(), "products": listing(PRODUCT), "bundled": listing(PRODUCT), "rows": listing(ROW)},
                ("title", "rows"),
                "base",
            ),
            "table of bases",
        ),
        "floors": listing(FLOOR),
    },
    ("schema",),
    "runtimes file",
)
