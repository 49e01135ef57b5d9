"""The worker's side of uses of defaults: which files may hold some, and the sites in them."""

from collections.abc import Iterable

from tlsscan import languages
from tlsscan.candidate import Candidate
from tlsscan.extract import Extractor, text_of
from tlsscan.model import ProblemKind, Site
from tlsscan.prefilter import Prefilter
from tlsscan.rulebook import Literal
from tlsscan.source import SourceFile, wide_encoding


class DefaultSearch:
    """Looks for uses of defaults: files that hold no word of theirs are not parsed."""

    def __init__(self, ids: Iterable[str], files: Extractor) -> None:
        """`files` reads files, and knows the book."""
        book = files.book.with_defaults
        self._files = files
        self._extractor = Extractor(book, hashes=False)
        self._rules = [book.rule(identifier) for identifier in ids]
        self._prefilters: dict[str, Prefilter] = {}

    def sites(self, candidate: Candidate) -> tuple[Site, ...]:
        """The sites of a file that has such a word. What is wrong with the file was told when it was read before."""
        raw = self._files.raw(candidate)
        if isinstance(raw, ProblemKind):
            return ()
        spoken = languages.spoken(candidate.language)
        if not wide_encoding(raw) and not any(self._prefilter(language).hit(raw) for language in spoken):
            return ()
        source = text_of(candidate.path, raw)
        found = self._extractor.read(source, candidate.language) if isinstance(source, SourceFile) else None
        return found.sites if found is not None else ()

    def _prefilter(self, language: str) -> Prefilter:
        if language not in self._prefilters:
            own = (rule for rule in self._rules if language in rule.languages)
            sinks = [sink for rule in own for sink in rule.sinks if not sink.witness]
            words = sorted({anchor for sink in sinks for anchor in sink.anchors})
            words = [word.lower() for word in words] if language in languages.LOWERED else words
            self._prefilters[language] = Prefilter(language, dict.fromkeys(words, Literal()))
        return self._prefilters[language]
