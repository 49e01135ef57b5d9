"""From the YAML files of packs to checked, JSON-ready data. Loaded only where no compiled form will do."""

import json
import re
from collections.abc import Callable, Iterable, Iterator

from tlsscan import packformat, tableformat, yamlreader
from tlsscan.annotations import Any
from tlsscan.errors import PackError, nearest
from tlsscan.languages import LOWERED
from tlsscan.model import SINK_FORMS, Form
from tlsscan.packfiles import PackFile
from tlsscan.rulebook import dotted
from tlsscan.rulebuild import Plain
from tlsscan.rules import Key

DEFAULT_LANGUAGES = {
    "python": ["python"],
    "ruby": ["ruby"],
    "php": ["php"],
    "dotnet": ["csharp", "powershell", "vbnet"],
    "java": ["java"],
}
TABLES = frozenset(
    [
        "images",
        "distributions",
        "always",
        "hosted",
        "configured",
        "system-packages",
        "repositories",
        "libraries",
        "raised",
    ]
)
"""Parts of runtimes files that only those ask for who read manifests."""
SHORTEST_ANCHOR = 4  # of a name; what a pack says itself may be shorter by one
COMMON_WORDS = frozenset(
    word
    for words in (
        "options option version versions protocol protocols method methods open connect create request start",
        "getinstance instance builder build client server context socket config default execute session",
        "initialize defaults setprotocol setprotocols setproperty setoption",
    )
    for word in words.split()
)


def check(files: Iterable[PackFile], onto: Plain | None = None) -> Plain:
    """Checked data of pack files, added to another book if one is given. Raises PackError at the first mistake."""
    book: Plain = {"rules": [], "vocabularies": {}, "bases": {}, "assumed": {}}
    book |= {
        "literals": {},
        "renamed": {},
        "sides": {},
        "products": [],
        "tables": {},
        "defaults": {"rules": [], "literals": {}},
    }
    if onto is not None:
        book = json.loads(json.dumps(onto))
    fresh: list[Plain] = []
    floors: list[tuple[Plain, str]] = []
    assumed: dict[str, str] = {}
    for file in files:
        node = yamlreader.read(file.data, file.place)
        if file.pack == "runtimes":
            plain = tableformat.RUNTIMES.read(node, file.place)
            _add_runtimes(book, plain, file.place, assumed)
            floors += [(floor, f"{file.place}:{floor['line']}") for floor in plain.get("floors", [])]
        else:
            fresh.append({**packformat.PACK.read(node, file.place), "file": file})
    for pack in fresh:
        _add_vocabularies(book, pack)
    names = [f"{_scope(pack['file'])}#{name}" for pack in fresh for name, _, _ in pack.get("vocabularies", [])]
    for name in names:
        _check_vocabulary(book, name)
        _check_fixes(book, name)
    for pack in fresh:
        _add_rules(book, pack)
    for name in names:
        _check_since(book, name)
    for pack in fresh:
        _add_defaults(book, pack)
        _add_renamed(book, pack)
        _add_sides(book, pack)
    for floor, place in floors:
        _add_floor(book, floor, place)
    _add_telling(book)
    _check_use(book)
    _resolve_keys(book)
    book["products"] = sorted(
        {*book["assumed"], *_asked(book["bases"]), *_asked(book["rules"]), *_asked(book["vocabularies"])}
    )
    return book


def _asked(plain: Any) -> set[str]:
    """The products that some condition in a piece of data asks for."""
    if isinstance(plain, dict):
        since = (condition for _, when, _ in plain.get("since") or () for condition in when)
        conditions = (*(plain.get("when") or ()), *(plain.get("needs") or ()), *since)
        own = {product for product, _, _ in conditions} | set(plain.get("products") or ())
        return own.union(*map(_asked, plain.values()))
    return set().union(*map(_asked, plain)) if isinstance(plain, list) else set()


def _add_floor(book: Plain, floor: Plain, place: str) -> None:
    """A rule about the claims of a product, in the form of the others."""
    taken = {rule["id"]: rule["origin"] for rule in book["rules"]}
    if floor["id"] in taken:
        raise PackError(f"the rule id {floor['id']!r} is taken by {taken[floor['id']]}", place=place)
    if floor["base"] not in book["bases"]:
        hint = nearest(floor["base"], book["bases"])
        raise PackError(f"no base {floor['base']!r} in the runtime tables", place=place, hint=hint)
    rows = book["bases"][floor["base"]]["rows"]
    references = [address for row in rows for address in row.get("references", [])]
    marks = [mark for mark in ("wire", "source", "documentation", "page") if any(r["evidence"] == mark for r in rows)]
    book["rules"].append(
        {
            **floor,
            "pack": "runtimes",
            "library": floor["name"],
            "languages": [],
            "configures": "default",
            "vocabulary": "",
            "sinks": [{"form": Form.CLAIM.value, "name": floor["product"], "anchors": []}],
            "message": "{api} offers {versions} by default",
            "references": list(dict.fromkeys([*floor["references"], *references])),
            "evidence": marks[-1],
            "origin": place,
        }
    )


def _add_runtimes(book: Plain, plain: Plain, path: str, assumed: dict[str, str]) -> None:
    """Tables of one file. Packs of a user may assume another version of a product, but not twice."""
    for product, row, line in plain.get("assumed", []):
        place = f"{path}:{line}"
        if product in assumed:
            raise PackError(f"the product {product!r} is assumed already in {assumed[product]}", place=place)
        assumed[product] = place
        book["assumed"][product] = row
    for name, base, line in plain.get("bases", []):
        place = f"{path}:{line}"
        if name in book["bases"]:
            raise PackError(f"the base {name!r} is taken by {book['bases'][name]['place']}", place=place)
        book["bases"][name] = {**base, "place": place}
    for name in sorted(TABLES & plain.keys()):
        book["tables"][name] = [*book["tables"].get(name, []), *plain[name]]


def _scope(file: PackFile) -> str:
    return f"{file.pack}/{file.stem}"


def _add_vocabularies(book: Plain, pack: Plain) -> None:
    for name, vocabulary, line in pack.get("vocabularies", []):
        full = f"{_scope(pack['file'])}#{name}"
        vocabulary["place"] = f"{pack['file'].place}:{line}"
        vocabulary["include"] = [_vocabulary_id(n, pack["file"]) for n in vocabulary.get("include", [])]
        if full in book["vocabularies"]:
            taken = book["vocabularies"][full]["place"]
            raise PackError(f"the vocabulary {full!r} is taken by {taken}", place=vocabulary["place"])
        book["vocabularies"][full] = vocabulary


def _resolve_keys(book: Plain) -> None:
    """Keys in their own notation become pairs of type and value once, not in every run."""
    for vocabulary in book["vocabularies"].values():
        for row in (*vocabulary.get("values", []), *vocabulary.get("since", [])):
            if isinstance(row[0], str):
                row[0] = parse_keys(row[0])
        for fix in vocabulary.get("fixes", []):
            fix.update((word, parse_keys(fix[word])) for word in ("write", "keep") if isinstance(fix.get(word), str))
    for rule in (*book["rules"], *book["defaults"]["rules"]):
        every = (*rule["sinks"], *rule.get("tells", []))
        for where in (where for sink in every for where in _conditions(sink)):
            where["is"] = [key for item in where.get("is", []) for key in _resolved(item)]


def _conditions(sink: Plain) -> list[Plain]:
    return [*sink.get("where", []), *sink.get("unless", [])]


def _resolved(item: Any) -> list[Any]:
    return parse_keys(item) if isinstance(item, str) else [item]


def _vocabulary_id(name: str, file: PackFile) -> str:
    return name if "#" in name else f"{_scope(file)}#{name}"


def _check_use(book: Plain) -> None:
    """Every vocabulary serves a rule, except those that packs share."""
    used = {rule["vocabulary"] for rule in book["rules"]}
    used |= {sink["vocabulary"] for rule in book["rules"] for sink in rule["sinks"] if "vocabulary" in sink}
    used |= {name for vocabulary in book["vocabularies"].values() for name in vocabulary["include"]}
    for name, vocabulary in book["vocabularies"].items():
        if name not in used and not name.startswith("shared/"):
            raise PackError(f"the vocabulary {name.split('#')[1]!r} is used by no rule", place=vocabulary["place"])


def _check_vocabulary(book: Plain, name: str) -> None:
    """What a vocabulary includes is there and does not include it; no two keys of its own are the same value."""
    vocabulary = book["vocabularies"][name]
    place = vocabulary["place"]
    for included in vocabulary["include"]:
        if included not in book["vocabularies"]:
            raise PackError(f"no vocabulary {included!r}", place=place, hint=nearest(included, book["vocabularies"]))
    if name in _included(book, name):
        raise PackError(f"the vocabulary {name.split('#')[1]!r} includes itself", place=place)
    path = place.rsplit(":", 1)[0]
    seen: dict[Key, int] = {}
    for text, _, line in vocabulary.get("values", []):
        for key in _checked_keys(text, path, line) if isinstance(text, str) else ():
            if key in seen:
                raise PackError(f"the value {text!r} stands already in line {seen[key]}", place=f"{path}:{line}")
            seen[key] = line


def _check_fixes(book: Plain, name: str) -> None:
    """What fixes write has a meaning in the vocabulary."""
    vocabulary = book["vocabularies"][name]
    path = vocabulary["place"].rsplit(":", 1)[0]
    every = [vocabulary, *(book["vocabularies"][other] for other in _included(book, name))]
    known = {key for one in every for keys, _, line in one.get("values", []) for key in _keys_of(keys, path, line)}
    numbers = any("flags" in one or "fields" in one for one in every)
    for fix in vocabulary.get("fixes", []):
        if ("write" in fix) == ("keep" in fix):
            raise PackError("a fix has either 'write' or 'keep'", place=f"{path}:{fix['line']}")
        for key in _keys_of(fix.get("write") or fix["keep"], path, fix["line"]):
            if key not in known and not (numbers and key.type == "number"):
                text = f"a fix names {key.value!r}, which the vocabulary does not know"
                raise PackError(text, place=f"{path}:{fix['line']}", hint=nearest(key.value, {k.value for k in known}))


def _check_since(book: Plain, name: str) -> None:
    """What is said of names is said of such as the vocabulary knows, or one that includes it, of members and calls
    that rules look for, or of what is written with its module."""
    vocabulary = book["vocabularies"][name]
    path = vocabulary["place"].rsplit(":", 1)[0]
    rows = vocabulary.get("since", [])
    around = [name, *(other for other in book["vocabularies"] if rows and name in _included(book, other))]
    family = {*around, *(one for other in around for one in _included(book, other))}
    values = [row for other in family for row in book["vocabularies"][other].get("values", [])] if rows else []
    known = {key for keys, _, line in values for key in _keys_of(keys, path, line)}
    numbers = any(book["vocabularies"][other].get("flags") for other in family) if rows else False
    sinks = (sink for rule in book["rules"] for sink in rule["sinks"]) if rows else ()
    sought = {sink["name"].rpartition(".")[2] for sink in sinks}
    for keys, _, line in rows:
        for key in _keys_of(keys, path, line):
            plain = key.type == "name" and (key.value.rpartition(".")[2] in sought or key.value[:2].islower())
            if not (plain or key in known or (numbers and key.type == "number")):
                text = f"'since' names {key.value!r}, which is no name that the vocabulary knows"
                raise PackError(text, place=f"{path}:{line}", hint=nearest(key.value, {k.value for k in known}))


def _keys_of(keys: Any, path: str, line: int) -> list[Key]:
    return _checked_keys(keys, path, line) if isinstance(keys, str) else [Key(*key) for key in keys]


def _included(book: Plain, name: str) -> set[str]:
    """The vocabularies that one includes, directly or not."""
    found: set[str] = set()
    waiting = list(book["vocabularies"][name]["include"])
    while waiting:
        other = waiting.pop()
        if other not in found and other in book["vocabularies"]:
            found.add(other)
            waiting.extend(book["vocabularies"][other]["include"])
    return found


def _add_rules(book: Plain, pack: Plain) -> None:
    file: PackFile = pack["file"]
    seen = {rule["id"]: rule["origin"] for rule in book["rules"]}
    for rule in pack.get("rules", []):
        place = f"{file.place}:{rule['line']}"
        if rule["id"] in seen:
            raise PackError(f"the rule id {rule['id']!r} is taken by {seen[rule['id']]}", place=place)
        if rule["id"] in book["renamed"]:
            raise PackError(f"{rule['id']!r} is what {book['renamed'][rule['id']]!r} was called before", place=place)
        if rule["id"].split("/")[0] != file.pack:
            raise PackError(f"the rule id {rule['id']!r} must begin with {file.pack}/", place=place)
        seen[rule["id"]] = place
        book["rules"].append(_complete(book, pack, rule, place))


def _add_defaults(book: Plain, pack: Plain) -> None:
    """Uses that leave the versions to a library, in the form of rules, but apart: few scans ask for them."""
    file: PackFile = pack["file"]
    for use in pack.get("defaults", []):
        place = f"{file.place}:{use['line']}"
        own = {rule["id"]: rule["origin"] for rule in book["rules"]}
        taken = own | {rule["id"]: rule["origin"] for rule in book["defaults"]["rules"]}
        if use["id"] in taken:
            raise PackError(f"the rule id {use['id']!r} is taken by {taken[use['id']]}", place=place)
        if use["id"].split("/")[0] != file.pack:
            raise PackError(f"the rule id {use['id']!r} must begin with {file.pack}/", place=place)
        governing = (text.partition(" ")[0] for text in use.get("governed", []))
        for name in (name for name in governing if name not in own):
            raise PackError(f"no rule has the id {name!r}", place=place, hint=nearest(name, own))
        rule = {**_shared(book, pack, use, place), "configures": "default", "vocabulary": ""}
        rule |= {"message": "{api} leaves the versions to the library", "remediation": ""}
        rule["sinks"] = [
            {**sink, "sure": True}
            for given in use["sinks"]
            for sink in _sinks(book, given, file, _check_use_of_default)
        ]
        for language in rule["languages"]:
            _add_literals(book["defaults"], language, rule)
        book["defaults"]["rules"].append(rule)


def _add_renamed(book: Plain, pack: Plain) -> None:
    """Ids that rules had before: they lead to rules that are there, and no rule may have one again."""
    file: PackFile = pack["file"]
    known = {rule["id"]: rule["origin"] for rule in book["rules"]}
    for old, new, line in pack.get("renamed", []):
        place = f"{file.place}:{line}"
        if old in known:
            raise PackError(f"the id {old!r} is in use by {known[old]}, so it cannot be an old one", place=place)
        if old in book["renamed"]:
            raise PackError(f"{old!r} is renamed already, to {book['renamed'][old]!r}", place=place)
        if new not in known:
            raise PackError(f"no rule has the id {new!r}", place=place, hint=nearest(new, known))
        if old.split("/")[0] != file.pack:
            raise PackError(f"the old id {old!r} must begin with {file.pack}/", place=place)
        book["renamed"][old] = new


def _add_sides(book: Plain, pack: Plain) -> None:
    """Words by which a file of a language tells the side of what it leaves open."""
    file: PackFile = pack["file"]
    languages = pack.get("languages") or DEFAULT_LANGUAGES.get(file.pack) or ()
    for language in languages if "sides" in pack else ():
        known = book["sides"].setdefault(language, {})
        for side in packformat.SIDES:
            known[side.value] = list(dict.fromkeys([*known.get(side.value, []), *pack["sides"][side.value]]))


def _complete(book: Plain, pack: Plain, rule: Plain, place: str) -> Plain:
    """A rule with what the file gives it, its sinks expanded and its names checked."""
    file: PackFile = pack["file"]
    rule = _shared(book, pack, rule, place)
    rule["vocabulary"] = _known_vocabulary(book, rule["vocabulary"], file, place)
    rule["sinks"] = [sink for given in rule["sinks"] for sink in _sinks(book, given, file)]
    if "tells" in rule:
        if "fold" not in rule:
            raise PackError("`tells` needs a fold: it is said of an object", place=place)
        rule["tells"] = [sink for given in rule["tells"] for sink in _sinks(book, given, file, _check_use_of_default)]
    for language in rule["languages"]:
        _add_literals(book, language, rule)
    return rule


def _add_telling(book: Plain) -> None:
    """The literals of what tells a side: each counts in files that hold the name of a sink of its group."""
    for rule in (rule for rule in book["rules"] if "tells" in rule):
        group = rule["fold"]["group"]
        family = [other for other in book["rules"] if other.get("fold", {}).get("group") == group]
        for language in rule["languages"]:
            known, lower = book["literals"][language], language in LOWERED
            words = [_last_word(sink) for other in family if language in other["languages"] for sink in other["sinks"]]
            for literal in (literal for told in rule["tells"] for literal in told["anchors"]):
                row = known.setdefault(literal.lower() if lower else literal, {"words": words[:1], "whole": True})
                if row["words"]:
                    every = dict.fromkeys([*row["words"], *words])
                    row["words"] = list(dict.fromkeys(word.lower() if lower else word for word in every))


def _shared(book: Plain, pack: Plain, rule: Plain, place: str) -> Plain:
    """A rule with what the file says once for all of them."""
    file: PackFile = pack["file"]
    languages = rule.get("languages") or pack.get("languages") or DEFAULT_LANGUAGES.get(file.pack)
    if not languages:
        raise PackError(f"the pack {file.pack!r} must say its languages", place=file.place)
    base = rule.get("base") or pack.get("base")
    if not base:
        raise PackError("the rule has no base (say it in the rule or once in the file)", place=place)
    if base not in book["bases"]:
        raise PackError(f"no base {base!r} in the runtime tables", place=place, hint=nearest(base, book["bases"]))
    rule = {
        **rule,
        "pack": file.pack,
        "library": pack["library"],
        "languages": languages,
        "base": base,
        "origin": place,
    }
    rule["evidence"] = rule.get("evidence") or pack.get("evidence") or ""
    if not rule["evidence"]:
        raise PackError("the rule says no evidence (wire, source, documentation or page)", place=place)
    return rule


def _check_slot(form: str, sink: Plain, place: str) -> None:
    called = form in (Form.CALL.value, Form.NEW.value)
    slot = "position" in sink or "argument" in sink
    if "bare" in sink and (slot or form != Form.CALL.value):
        raise PackError("`bare` is a call without arguments", place=place, hint="another sink for its arguments")
    if "means" in sink and (slot or "bare" in sink or form != Form.CALL.value):
        raise PackError("`means` is for a call whose arguments change nothing", place=place, hint="leave the slot out")
    if called and not slot and "bare" not in sink and "means" not in sink:
        raise PackError(f"a {form} sink needs a position or an argument", place=place)
    _check_name(form, sink, place)
    if not called and ("position" in sink or "argument" in sink or "rest" in sink):
        raise PackError(f"a {form} sink has no position or argument", place=place)
    if sink.get("rest") and "position" not in sink:
        raise PackError("`rest` needs a position", place=place)
    if "*" in sink[form] and called and "argument" not in sink:
        raise PackError("any call is known by an argument only", place=place, hint="`argument:`")


def _check_name(form: str, sink: Plain, place: str) -> None:
    if "of" in sink and form != Form.OPTION.value:
        raise PackError("`of` belongs to an option", place=place)
    if "*" in sink[form] and form not in (Form.CALL.value, Form.NEW.value, Form.PARAMETER.value):
        raise PackError(f"a {form} sink needs a name", place=place)


def _known_vocabulary(book: Plain, name: str, file: PackFile, place: str) -> str:
    full = _vocabulary_id(name, file)
    if full not in book["vocabularies"]:
        own = [v.split("#")[1] if v.startswith(f"{_scope(file)}#") else v for v in book["vocabularies"]]
        raise PackError(f"no vocabulary {name!r}", place=place, hint=nearest(name, own))
    return full


def _check_use_of_default(form: str, sink: Plain, place: str) -> None:
    _check_name(form, sink, place)
    if "*" in sink[form]:
        raise PackError("a name is needed here", place=place)


def _sinks(
    book: Plain, sink: Plain, file: PackFile, check: Callable[[str, Plain, str], None] = _check_slot
) -> Iterator[Plain]:
    place = f"{file.place}:{sink['line']}"
    forms = [form.value for form in SINK_FORMS if form.value in sink]
    if len(forms) != 1:
        raise PackError(f"a sink has exactly one of {', '.join(f.value for f in SINK_FORMS)}", place=place)
    form = forms[0]
    check(form, sink, place)
    plain = {key: value for key, value in sink.items() if key != form}
    if "vocabulary" in sink:
        plain["vocabulary"] = _known_vocabulary(book, sink["vocabulary"], file, place)
    for key in (key for where in _conditions(sink) for key in where.get("is", [])):
        _checked_keys(key, file.place, sink["line"])
    for name in sink[form]:
        inside = _path(name) if form == Form.OPTION else dotted(name)
        written = {"written": name} if name != inside else {}
        found = [] if "object" in sink else _anchors(form, inside, sink, place)  # found by the object
        yield {**plain, **written, "form": form, "name": inside, "anchors": found}


def _path(name: str) -> str:
    """The path of an option as the engine writes it. In quotes it is one key: its dots part nothing."""
    one = len(name) > 2 and name[0] == name[-1] == "'"
    return name[1:-1].replace(".", "\\.") if one else dotted(name)


def _anchors(form: str, name: str, sink: Plain, place: str) -> list[str]:
    """The literals that find a sink: as written in the pack, else the last part of its name."""
    given: list[str] = sink.get("anchor") or []
    for literal in given:
        if len(literal) < SHORTEST_ANCHOR - 1:
            raise PackError(f"{literal!r} is too common to look for", place=place, hint="say something longer")
    if given:
        return given
    word = str(sink.get("argument", "")) if name == "*" else (name if form == Form.SETTING else name.rsplit(".", 1)[-1])
    if len(word) < SHORTEST_ANCHOR or word.lower() in COMMON_WORDS:
        raise PackError(f"{word!r} is too common to look for", place=place, hint="say what to look for: `anchor:`")
    return [word]


def _add_literals(book: Plain, language: str, rule: Plain) -> None:
    """The literals to look for, each with `words`, one of which must stand in the file as well (none: no more), and
    whether it is a `whole` word: what a pack says itself may be a part of one."""
    known = book["literals"].setdefault(language, {})
    lower = language in LOWERED
    for sink in rule["sinks"]:
        word = _last_word(sink).lower() if lower else _last_word(sink)
        for literal in sink["anchors"]:
            literal = literal.lower() if lower else literal
            row = known.setdefault(literal, {"words": [word], "whole": True})
            row["whole"] = row["whole"] and "anchor" not in sink
            if word in literal or not row["words"]:
                row["words"] = []
            elif word not in row["words"]:
                row["words"].append(word)


def _last_word(sink: Plain) -> str:
    """What must be written wherever the sink is met under whatever receiver."""
    name = str(sink["name"])
    if name == "*":
        return str(sink.get("argument", ""))
    return name if sink["form"] == Form.SETTING.value else name.rsplit(".", 1)[-1]


def _checked_keys(text: str, place: str, line: int) -> list[Key]:
    try:
        return parse_keys(text)
    except ValueError:
        raise PackError(
            f"{text!r} is not a value", place=f"{place}:{line}", hint="3, (3, 1), 'text', :symbol, a.Name"
        ) from None


def parse_keys(text: str) -> list[Key]:
    """A vocabulary key, or alternatives parted by ` | `, in the pack's own notation. Raises ValueError."""
    return [_parse_key(part.strip()) for part in re.split(r"\s\|\s", text)]


def _parse_key(text: str) -> Key:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return Key("text", text[1:-1])
    if re.fullmatch(r"0|-?[1-9][0-9]{0,18}|0[xX][0-9a-fA-F]{1,16}", text):
        return Key("number", str(int(text, 0)))
    if re.fullmatch(r"\([0-9]{1,18}(?:, ?[0-9]{1,18})+\)", text):
        return Key("list", text[1:-1].replace(" ", ""))
    if re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{1,18}", text):
        return Key("number", str(float(text)))
    if text in ("true", "false"):
        return Key("bool", text)
    if text in ("null", "nil"):
        return Key("null", "")
    symbol = re.fullmatch(r""":(\w+|'[^']+'|"[^"]+")""", text)
    if symbol:
        return Key("symbol", symbol[1].strip("'\""))
    if re.fullmatch(r"(\*\.)?(?![0-9])[\\\w$]+(?:(?:\.|::|\\)[\w$]+)*", text):
        return Key("name", dotted(text))
    if re.fullmatch(r"(\*\.|\?\.)?(?![0-9])[\w$]+(?:(?:\.|::)[\w$]+)*\(\)", text):
        return Key("call", dotted(text[:-2]))
    raise ValueError(text)
