"""Tables that say what an image, a release of an operating system or a package is in terms of products."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property

from tlsscan.annotations import Any
from tlsscan.claims import Span
from tlsscan.manifests import names, ranges
from tlsscan.patterns import lazy
from tlsscan.products import parse_ranges, version_key
from tlsscan.records import NamedTuple

_TAG_VERSION = lazy(r"(?:v|(?:open)?jdk-?|jre-?|java-?|release-)?([0-9][0-9._]*(?:u[0-9]+)?(?:[0-9._])*)(?![0-9])")
_OWN_VERSION = lazy(r"^(?:[0-9]+(?:\.[0-9]+){0,2}|dev)-(?=[0-9])")  # of the image itself, before that of the language
_VERSION_SLOT = "{version}"
_NUMBER = lazy(r"[0-9]{1,4}(?:\.[0-9]+)*")  # of a release; longer ones are dates


class Meant(NamedTuple):
    """A product with versions, and how that follows; `release` is where a release of a distribution tells the version,
    `brought` where it has it in any case, `beside` what stands beside that, for what was linked with it elsewhere."""

    product: str
    spans: tuple[Span, ...]
    why: str = ""
    release: bool = False
    brought: bool = False
    beside: bool = False


class Release(NamedTuple):
    """A release of a distribution: what messages call it, the products that it has, whether no policy that it comes
    with undoes what its configuration decides, what its images have beside what all have, and what there is to say of
    the first version of a product."""

    title: str
    contents: Sequence[Sequence[Any]]
    firm: bool = False
    base: Collection[str] = ()
    remarks: Mapping[str, str] = {}


class Change(Enum):
    """What is done to the configuration of an image's OpenSSL."""

    NONE = 0
    POLICY = 1
    """Another policy that the release comes with is chosen, which allows more."""
    ANY = 2


class Image(NamedTuple):
    """A reference to an image in its parts, without registry host where that is the common one."""

    name: str
    tag: str


def image_of(reference: str) -> Image:
    """`docker.io/library/python:2.7@sha256:...` as name and tag."""
    text = reference.split("@", 1)[0].strip()
    name, _, tag = text.partition(":") if "/" not in text else _split_tag(text)
    for lead in (
        "docker.io/",
        "index.docker.io/",
        "registry.hub.docker.com/",
        "library/",
        "public.ecr.aws/docker/library/",
    ):
        name = name.removeprefix(lead)
    return Image(name.removeprefix("library/").lower(), tag)


def _split_tag(text: str) -> tuple[str, str, str]:
    """The tag stands behind the last slash: what is before it may be a host with a port."""
    folder, _, last = text.rpartition("/")
    name, colon, tag = last.partition(":")
    return f"{folder}/{name}", colon, tag


class Tables:
    """The tables of the packs, as readers ask them."""

    def __init__(self, plain: dict[str, Any]) -> None:
        self._plain = plain

    @cached_property
    def _packages(self) -> dict[str, str]:
        """`pypi:urllib3` -> product."""
        return {
            f"{registry}:{package_name(registry, name)}": product
            for product, registries, _ in self._plain.get("libraries", [])
            for registry, listed, _ in registries
            for name in listed
        }

    @cached_property
    def _images(self) -> dict[str, dict[str, Any]]:
        return {name: row for row in self._plain.get("images", []) for name in row["names"] if "{" not in name}

    @cached_property
    def _distributions(self) -> dict[str, tuple[str, dict[str, Any]]]:
        return {
            name: (distribution, row)
            for distribution, row, _ in self._plain.get("distributions", [])
            for name in row["names"]
        }

    def concerns(self, subject: str, text: str) -> bool:
        """Whether a statement is about something that a table may know: it is about hundreds of packages."""
        if subject.startswith("os:"):
            return "$" in text or self._system_row(text.partition("=")[0]) is not None
        return ":" not in subject or "$" in subject or subject in self._packages or subject in self._raising

    @cached_property
    def _raising(self) -> dict[str, dict[str, Any]]:
        """`maven:com.squareup.retrofit2:retrofit` -> what it asks of another package."""
        return {f"maven:{name}": row for row in self._plain.get("raised", []) for name in row["by"]}

    def asked(self, subject: str, version: str) -> tuple[str, str] | None:
        """The package of which a version of another one asks for a version at least, with that: nothing where no table
        knows."""
        row = self._raising.get(subject)
        if row is None:
            return None
        key = version_key(version)
        asks = (
            [each["version"] for each in row["asks"] if version_key(each["since"]) <= key]
            if "asks" in row
            else [version]
        )
        return (f"maven:{row['package']}", max(asks, key=version_key)) if asks else None

    @property
    def packages(self) -> Collection[str]:
        """The packages that a table knows: `pypi:urllib3`."""
        return self._packages.keys()

    def package(self, subject: str) -> str:
        """The product of a package; empty if none."""
        return self._packages.get(subject, "")

    def image(self, reference: str, *, changed: Change = Change.NONE) -> list[Meant]:
        """What an image brings; where the configuration of its OpenSSL is changed, nothing that follows from that."""
        image = image_of(reference)
        meant = [*self._language(image, f"image {reference}")]
        release = self._release(image) or self._named_release(image)
        if release is not None:
            brought = self._always(release, (self._image_row(image) or {}).get("base", ()))
        else:
            brought = list(self._rests(image, meant))
        firm = changed is Change.NONE or (changed is Change.POLICY and release is not None and release.firm)
        return [*meant, *(other for other in brought if firm or other.product not in self._configured)]

    def _rests(self, image: Image, meant: Sequence[Meant]) -> Iterator[Meant]:
        """What the configuration of an image decides whose tag names no release: it was last built on some."""
        row = self._image_row(image) or {}
        parts = image.tag.split("-")
        for found in meant:
            for case in row.get("configured", []):
                other = any(part.startswith(word) for part in parts for word in case.get("unless", []))
                if not other and _is_since(case["since"], found):
                    for product, version, _ in case["brings"]:
                        why = f"{image.name} {found.spans[0]} has {self._configured.get(product, product)} {version}"
                        yield Meant(product, (Span(version, version),), why, release=True, brought=True)
                    break

    def function(self, text: str) -> list[Meant]:
        """What platforms for functions bring beside the runtime that they call so: `python3.8`."""
        for row in self._plain.get("images", []):
            number = _slot(row["called"], text) if "called" in row else ""
            if "." in number:
                meant = [Meant(product, spans) for product, spans in meaning(row["product"], number)]
                return list(self._rests(Image(row["names"][0], number), meant))
        return []

    def box(self, name: str) -> list[Meant]:
        """What a box of Vagrant brings: `ubuntu/trusty64`, `centos/6`, `bento/debian-8.2`."""
        vendor, _, box = name.lower().rpartition("/")
        for distribution, row, _ in self._plain.get("distributions", []):
            word = re.sub(r"(?<=[a-z])(?:32|64)$", "", box.removeprefix(distribution).lstrip("-"))
            if distribution in (vendor, box[: len(distribution)]) or word.isalpha():
                word = _of_box(distribution, word)
                release = _release_of(distribution, row, word)
                if release is not None:
                    return self._always(release)
        return []

    def _always(self, release: Release, also: Collection[str] = ()) -> list[Meant]:
        """What a release brings in any case; `also` names more products that are there."""
        there = self._base_products.union(self._configured, release.base, also)
        return [
            Meant(product, (Span(version, version),), self._how(release.title, product, version), True, True)
            for product, (version, *_), _ in release.contents
            if product in there
        ]

    def host(self, name: str) -> list[Meant]:
        """What a hosted machine brings: `ubuntu-18.04`, `trusty`, `heroku-16`, `windows-2019`."""
        found = self._host(name)
        return self._always(found, self._plain.get("hosted", ())) if found is not None else []

    def _host(self, name: str) -> Release | None:
        return self._hosts.get(name.strip().lower().partition(":")[0].replace(" ", ""))

    @cached_property
    def _hosts(self) -> dict[str, Release]:
        return {
            host: Release(f"{distribution} {release['names'][0]}", release["contains"])
            for distribution, row, _ in self._plain.get("distributions", [])
            for release in row["releases"]
            for host in release.get("hosts", [])
        }

    @cached_property
    def _base_products(self) -> frozenset[str]:
        """What is there, or comes with what is installed, whether it is asked for by name or not."""
        return frozenset(self._plain.get("always", []))

    @cached_property
    def _configured(self) -> dict[str, str]:
        """What the configuration of a release decides, and what it is called."""
        return {product: called for product, called, _ in self._plain.get("configured", [])}

    def has_anyway(self, product: str) -> bool:
        """Whether a system has a product for whatever is on it, also where a package of that is asked for by name."""
        return product in self._base_products

    def links(self, product: str) -> bool:
        """Whether a product is linked with the libraries of the system that it was built on."""
        return product in self._linked

    @cached_property
    def _linked(self) -> frozenset[str]:
        images = (row["product"] for row in self._plain.get("images", []) if row.get("linked"))
        return frozenset(images).union(self._plain.get("hosted", []))

    def is_configuration(self, product: str) -> bool:
        """Whether it is no product, but what the configuration of a system decides."""
        return product in self._configured

    def _how(self, release: str, product: str, version: str) -> str:
        if product in self._configured:
            return f"{release} has {self._configured[product]} {version}"
        return f"{release} brings {product} {version}"

    def _language(self, image: Image, told: str) -> Iterator[Meant]:
        """The language that an image is made for."""
        row = self._image_row(image)
        text = _OWN_VERSION.sub("", image.tag) if "devcontainer" in image.name else image.tag
        if row is None:
            row, text = self._versioned_name(image)
        if row is None:
            return
        text = text.rpartition("-")[2] if row.get("last") else text
        text = text.partition("-")[2] if row.get("second") else text
        number = _after(text, row["after"]) if row.get("after") else _told(row, _leading(text))
        if row["product"] == "java":
            number = _update(image.name.rpartition("/")[2], number) or number.partition(".")[0]
        if number:
            for product, spans in meaning(row["product"], number):
                meant = Meant(product, spans, told)
                known = self._is_known(image)
                if not _is_before(row.get("first", ""), meant, known):  # else the number is one of whoever made it
                    yield _ended(meant, row, image.tag) if known else meant

    def _image_row(self, image: Image) -> dict[str, Any] | None:
        """The row of an image; a copy in another registry (`registry.acme.com/base/python`) keeps the last part of its
        name."""
        return self._images.get(image.name) or self._images.get(image.name.rpartition("/")[2])

    def _is_known(self, image: Image) -> bool:
        """Whether an image is one of the tables, or what another registry keeps of it by its whole name, or as that
        of the library (`registry.acme.com/hub/library/java`): not one that somebody made and named alike
        (`registry.acme.com/base/java`)."""
        host, _, rest = image.name.partition("/")
        kept = f"/{rest}".rpartition("/library/")[2].removeprefix("/")
        return image.name in self._images or ("." in host and kept in self._images)

    def _versioned_name(self, image: Image) -> tuple[dict[str, Any] | None, str]:
        """An image whose name tells the version (`adoptopenjdk/openjdk8`); a tag that tells more of it counts."""
        for row in self._plain.get("images", []):
            for name in row["names"]:
                if _VERSION_SLOT in name and (number := _told(row, _slot(name, image.name))):
                    tag = _leading(image.tag)
                    return {"product": row["product"]}, tag if tag.startswith(number) else number
        return None, ""

    def _release(self, image: Image) -> Release | None:
        """The release of a distribution that an image is."""
        found = self._distributions.get(image.name) or self._distributions.get(image.name.rpartition("/")[2])
        if found is not None:
            return _release_of(*found, image.tag)
        for distribution, row, _ in self._plain.get("distributions", []):
            for name in row["names"]:
                if _VERSION_SLOT in name and (number := _slot(name, image.name)):
                    newer = image.tag if image.tag.startswith(f"{number}.") else number
                    return _release_of(distribution, row, newer)
        return None

    def _named_release(self, image: Image) -> Release | None:
        """The release that the tag of an image of a language names: `2.7-wheezy`, `3.6-alpine3.8`."""
        row = self._image_row(image)
        if row is None or not row.get("linked"):
            return None
        for part in image.tag.lower().split("-"):
            for distribution, row, _ in self._plain.get("distributions", []):
                word = part.removeprefix(distribution)
                if (part != word and word[:1].isdigit()) or (part == word and part.isalpha()):
                    release = _release_of(distribution, row, word)
                    if release is not None:
                        return release
        return None

    def system_package(self, reference: str, text: str) -> list[Meant]:
        """What a package of an operating system brings: `openjdk-7-jre`, `php5=5.4.45`, on an image that tells which
        version a package without a number has, unless one of the repositories that are named behind it has it, too."""
        name, _, pinned = text.partition("=")
        reference, *repositories = reference.split(" ")
        found = self._system_row(name)
        if found is None:
            return []
        product = found["product"]
        exactly = _leading(re.sub(r"^[0-9]+:", "", pinned))
        if product == "java":
            exactly = _update(name, exactly)
        series = found["series"]
        foreign = None if exactly else self._foreign(repositories, product)
        pulled = [meant for other in found["with"] for meant in self._of_release(reference, other, name, "")]
        apart = exactly or found["apart"] or foreign is not None
        if not apart and (own := self._of_release(reference, product, name, series)):
            return [*own, *pulled]
        number = exactly or found["named"]
        if foreign is not None and "." not in number:  # of a series, or of nothing
            number = foreign if f"{foreign}.".startswith(f"{series}." if series else "") else ""
        told = meaning(product, number) if number else []
        every = (Meant(meant, spans, f"package {text}", beside=found["beside"]) for meant, spans in told)
        return [*(_ended(meant, found, "") for meant in every), *pulled]

    def _system_row(self, name: str) -> dict[str, Any] | None:
        """The product that a package of an operating system brings (and others with it), the version that its name
        tells (`named`), the number in its name, which may be that of a series only, whether it comes from elsewhere,
        and the version that it ended with."""
        for row in self._plain.get("system-packages", []):
            for pattern in row["names"]:
                number = _told(row, _slot(pattern, name)) if _VERSION_SLOT in pattern else ""
                if name == pattern or number:
                    return {
                        "product": row["product"],
                        "with": row.get("with", ()),
                        "named": number if "." in number or not row.get("dotted") else "",
                        "series": number or row.get("series", ""),
                        "apart": bool(row.get("apart")),
                        "beside": bool(row.get("beside")),
                        "ended": row.get("ended", ()),
                    }
        return None

    def _foreign(self, repositories: Sequence[str], product: str) -> str | None:
        """The version of a product that repositories have beside that of a release: a text without any where they do
        not tell, None where they have none."""
        known = [repository for repository in self._repositories if product in repository[0]["products"]]
        told = [
            _told(row, (found.groupdict().get("version") or "").rstrip("._"))
            for word in repositories
            for row, begins, pattern in known
            if word.startswith(begins) and (found := pattern.fullmatch(word)) is not None
        ]
        versions = {version for version in told if version}
        return (versions.pop() if len(versions) == 1 else "") if told else None

    @cached_property
    def _repositories(self) -> list[tuple[dict[str, Any], str, "re.Pattern[str]"]]:
        """The table of repositories, with how their names begin, and what fits them."""
        slot, rest = re.escape(_VERSION_SLOT), re.escape("*")
        return [
            (
                row,
                name.partition(_VERSION_SLOT)[0].partition("*")[0],
                lazy(re.escape(name).replace(slot, "(?P<version>[0-9][0-9._]*)").replace(rest, ".*")),
            )
            for row in self._plain.get("repositories", [])
            for name in row["names"]
        ]

    def _of_release(self, reference: str, product: str, package: str, series: str) -> list[Meant]:
        """What the release of an image has of a product; of several series, the one that the package is named after, or
        the first one, which is the release's default."""
        image = image_of(reference)
        hosted = reference.startswith("host:")
        release = self._host(reference.removeprefix("host:")) if hosted else self._release(image)
        if release is None and (self._image_row(image) or {}).get("product") != product:  # that it has by itself
            release = self._named_release(image)
        if release is None:
            return []
        return [
            Meant(name, (Span(version, version),), f"package {package} of {release.title}{remark}", release=True)
            for name, versions, _ in release.contents
            if name == product
            for version in [other for other in versions if f"{other}.".startswith(f"{series}." if series else "")][:1]
            for remark in [f", {release.remarks[name]}" if name in release.remarks and version == versions[0] else ""]
        ]


def meaning(product: str, text: str) -> names.Meant:
    """A version as the product names it."""
    read = names.NAMES.get(product)
    if read is not None:
        return read(text)
    spans = ranges.series(text)
    return [(product, spans)] if spans else []


def package_name(registry: str, name: str) -> str:
    """A package's name as the registry compares it."""
    if registry == "pypi":
        return re.sub(r"[-_.]+", "-", name).lower()
    return name.lower() if registry in ("nuget", "packagist") else name


def _ended(meant: Meant, row: dict[str, Any], tag: str) -> Meant:
    """What a tag of an image means that is built no more, or a package: of a series, the version that was the last."""
    for ended in row.get("ended", []):
        version, words = ended["version"], ended.get("parts", [])
        among = not words or any(part.startswith(word) for part in tag.split("-") for word in words)
        if among and len(meant.spans) == 1 and meant.spans[0].exact and meant.spans[0].covers(version, meant.product):
            return meant._replace(spans=(Span(version, version),), why=f"{meant.why}, last built with {version}")
    return meant


def _is_since(text: str, meant: Meant) -> bool:
    """Whether a version lies in some ranges; a series is its last release."""
    newest = version_key(meant.spans[0].newest, meant.product)
    return any(all(bound.holds(newest) for bound in bounds) for bounds in parse_ranges(text, meant.product))


def _is_before(first: str, meant: Meant, whole: bool) -> bool:
    """Whether a version is older than any that there are images of; of a series, all of it (`whole`) or its first."""
    product = meant.product
    version = meant.spans[0].newest if whole else meant.spans[0].low
    return bool(first) and version_key(version, product) < version_key(first, product)


def _of_box(distribution: str, word: str) -> str:
    """The number of a release that the name of a box has without dots: 1604, server-12042, 65, 73."""
    word = word.removeprefix("server-")
    word = re.sub(r"^([0-9]{2})([0-9]{2})[0-9]?(?=$|-)", r"\1.\2", word)
    short = {"debian": "[5-7]", "centos": "[5-7]"}.get(distribution)
    return re.sub(rf"^({short})([0-9])[0-9]?(?=$|-)", r"\1.\2", word) if short else word


def _update(package: str, version: str) -> str:
    """The version of a package of Java, or of an image: that of 8u151 is 8.151.12, of Bitnami's
    images 1.8.151, while Azul's tell no update."""
    found = re.fullmatch(r"(?:1\.(?=[78]\.[0-9]{2})|(?=[78]\.[0-9]+\.))([78])\.([1-9][0-9]*)(?:\.[0-9]+)*", version)
    if found is None:
        return version
    return "" if package.startswith("zulu") else f"{found[1]}u{found[2]}"


def _leading(tag: str) -> str:
    found = _TAG_VERSION.match(tag)
    return found[1].rstrip("._") if found else ""


def _after(tag: str, words: list[str]) -> str:
    """The version that follows one of some words in a tag: `3.6-jdk-8`, `8.5-jre8`."""
    alternatives = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    found = re.search(rf"(?:^|[-_.])(?:{alternatives})-?v?([0-9][0-9._u]*)", tag)
    return found[1].rstrip("._u") if found else ""


def _slot(pattern: str, name: str) -> str:
    """What stands in the place of `{version}`; empty if the name is another one."""
    before, _, after = pattern.partition(_VERSION_SLOT)
    if after == "-*" and name.startswith(before):  # whatever follows the number
        number, _, rest = name.removeprefix(before).partition("-")
        return number if rest and re.fullmatch(r"[0-9][0-9.]*", number) else ""
    if len(name) <= len(before) + len(after) or not name.startswith(before) or not name.endswith(after):
        return ""
    inner = name[len(before) : len(name) - len(after)]
    return inner.replace("_", ".") if re.fullmatch(r"[0-9][0-9._]*", inner) else ""


def _told(row: dict[str, Any], number: str) -> str:
    """What a number in a name means: 74 is 7.4 where numbers are compact, and 19 cannot be read."""
    if not row.get("compact"):
        return number
    number = names.dotted(number)
    return number if "." in number or len(number) == 1 else ""


def _release_of(distribution: str, row: dict[str, Any], tag: str) -> Release | None:
    """The release of a distribution that a tag names; the longest number that fits: 6.4 before 6. Of one that no row is
    about, what is known of all from some earlier one onwards."""
    word = tag.lower().split("-")[0].removeprefix(distribution).removeprefix("v")
    best: tuple[int, dict[str, Any]] | None = None
    for release in row["releases"]:
        for name in release["names"]:
            fits = word == name or (name[:1].isdigit() and word.startswith(f"{name}."))
            if fits and (best is None or len(name) > best[0]):
                best = (len(name), release)
    title = f"{distribution} {word}"
    if best is not None:
        remarks = {product: text for product, text, _ in best[1].get("remarks", [])}
        return Release(title, best[1]["contains"], bool(best[1].get("firm")), row.get("base", ()), remarks)
    if not _NUMBER.fullmatch(word):
        return None
    numbers = ((version_key(name), release) for release in row["releases"] for name in release["names"])
    before = [(key, r) for key, r in numbers if r.get("onwards") and key and key <= version_key(word)]
    last = max(before, key=lambda pair: pair[0], default=None)
    return Release(title, last[1]["onwards"], bool(last[1].get("firm"))) if last is not None else None
