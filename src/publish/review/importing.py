"""A copy that came back, imported: what changed, by whom, what it makes of the sources, and what it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from publish import model
from publish.diagnostics import Finding, Place, Severity, refuse
from publish.model import Document
from publish.project import LEAFLET_FILE, Project, leaflet_names, open_project, shown
from publish.reader import admission, read_leaflet
from publish.review import carry, comments, proposal, returned, safety, store
from publish.review.admission import admitted
from publish.review.carry import Carried
from publish.review.comments import Comment
from publish.review.front import facts_changed, references_changed
from publish.review.merge import Conflict, Hunk, apply, by_line, merged
from publish.review.proofread import proofread
from publish.review.revisions import Change, changes
from publish.review.sorting import sorted_lines
from publish.wordfile import WordFile, q

Tell = Callable[[str], None]

_GROWTH = 5  # a copy may come back with so many times what it had
_ROOM = (1_000, 100_000)  # and so many paragraphs and letters besides
_FLOWING = ("insertion", "deletion", "move")
_FANCY = {
    "u": "underlined",
    "strike": "struck through",
    "dstrike": "struck through",
    "highlight": "highlighted",
    "caps": "set in capitals",
    "smallCaps": "set in small capitals",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which changes are taken: all when nothing is said; ids are those of the listing."""

    accept: frozenset[str] = frozenset()
    reject: frozenset[str] = frozenset()
    author: str = ""

    def takes(self, id_: str, author: str) -> bool:
        if self.author and author != self.author:
            return False
        return id_ in self.accept if self.accept else id_ not in self.reject


@dataclass(frozen=True, slots=True)
class Listed:
    """A change as it is listed. `kind` is a Change's, or `untracked`; `line` is one of the source that went out."""

    id: str
    kind: str
    author: str
    date: str
    text: str
    line: int | None
    taken: bool
    numbers: tuple[int, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """The whole answer. `files` are the texts to be written, by project-relative path, with what they are now."""

    name: str
    copy: str
    base: str
    anchored: bool
    changes: tuple[Listed, ...]
    comments: tuple[Comment, ...]
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...]
    before: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    proposed: str = ""

    @property
    def blocked(self) -> bool:
        """Whether something must be looked at by a person: a conflict, a changed safety block."""
        return bool(self.conflicts) or any(each.severity is Severity.ERROR for each in self.findings)


def examine(
    tell: Tell,
    project: Project,
    copies: Mapping[str, bytes],
    choice: Choice,
    leaflet: str = "",
    propose: bool = False,
) -> tuple[Import, ...]:
    """Each copy held against its base and the sources as they are now; several copies of a leaflet build on each other.

    Runs in a worker. Raises Refused for a file that cannot be used.
    """
    made: list[Import] = []
    now: dict[str, str] = {}
    for name, data in copies.items():
        tell(f"reading {name}")
        word = admitted(data, name)
        one = _Examined(project, name, word, choice, leaflet, propose)
        result = one.answer(now)
        now.update(result.files)
        made.append(result)
    return tuple(made)


@dataclass(slots=True)
class _Examined:
    project: Project
    copy: str
    word: WordFile
    choice: Choice
    leaflet: str
    propose: bool
    findings: list[Finding] = field(default_factory=list)

    def answer(self, now: Mapping[str, str]) -> Import:
        """The import; `now` are texts that earlier copies would write."""
        name, digest, root = self._origin()
        document, text, file = self._base(root, name)
        self._is_like(document)
        listed = self._listed()
        chosen = {each.part: set[int]() for each in listed}
        for each in listed:
            if each.taken:
                chosen[each.part] |= set(each.numbers)
        every = all(each.taken for each in listed)

        def accept(part: str) -> bool | Callable[[int], bool]:
            return True if every else lambda number: number in chosen.get(part, ())

        back = returned.read(self.word, accept)
        carried = carry.carried(text, document, file, back)
        untracked = self._untracked(text, document, file) if listed else by_line(text, carried.text)
        if "publish-redline-from" in back.properties:
            untracked = []  # what a redline says with all its changes taken back is the older version
        new, quiet = self._without(text, carried.text, untracked)
        self._told(document, file, carried, back, bool(untracked))
        if carried.text != text:
            self.findings += [each.at(Severity.WARNING) for each in proofread(root, name, file, carried)]
        safe = self._safety(document, carried, every, bool(listed))
        spots = {self.word.main: carried.places}
        listed = [
            replace(each, line=_nearest(spots.get(each.part, carried.noted), each.line)) for each in listed if each.id
        ]
        current, path = self._current(name, now)
        final, conflicts = merged(text, current, new)
        files = {path: final} if final != current else {}
        before = {path: current} if final != current else {}
        proposed = ""
        if safe and self.propose:
            proposed, theirs = proposal.proposed(self.project, document, root, carried.sorted.safety)
            old, key = self._safety_now(document, now)
            if theirs and theirs != old:
                files[key], before[key] = theirs, old
        remarks = comments.read(self.word, document, carried.places)
        remarks += self._remarks(document, carried)
        return Import(
            name, self.copy, digest, carried.anchored, (*listed, *quiet), remarks,
            tuple(dict.fromkeys(self.findings)), tuple(conflicts), before, files, proposed,
        )  # fmt: skip

    # --- where it comes from ---

    def _origin(self) -> tuple[str, str, Path]:
        """The leaflet, the hash of its sources, and where these are kept."""
        said = returned.properties(self.word)
        name, digest = said.get("publish-leaflet", ""), said.get("publish-source", "")
        names = leaflet_names(self.project)
        if self.leaflet and name and self.leaflet != name:
            message = f"{self.copy} is a copy of the leaflet “{name}”, not of “{self.leaflet}”"
            raise refuse(
                "review.other-leaflet", message, Place(self.copy), "leave out --leaflet, or name the other copy"
            )
        name = name or self.leaflet
        if name and name not in names:
            message = f"{self.copy} is a copy of the leaflet “{name}”, which this project does not have"
            raise refuse("review.other-leaflet", message, Place(self.copy), "import it in the project it came from")
        root = store.base(self.project, digest) if digest else None
        if name and root is not None:
            return name, digest, root
        if digest:
            message = f"{self.copy} was made from a source (“{digest[:16]}”) that this project does not keep"
            hint = "import it where it was built, or bring that project's folder .publish/bases along"
            raise refuse("review.base-unknown", message, Place(self.copy), hint)
        return self._guessed(name)

    def _guessed(self, name: str) -> tuple[str, str, Path]:
        """A copy that has lost its properties: the kept base whose words it has most of."""
        back = returned.read(self.word, lambda part: True)
        said = {" ".join(line.text.split()) for line in back.lines if len(line.text) > 8}
        best, found = 0.5, None
        for digest, root in self._bases():
            kept = open_project(root)
            for each in leaflet_names(kept):
                if name and each != name:
                    continue
                document, _ = read_leaflet(kept, each)
                words = _passages(document) if document else set()
                share = len(words & said) / len(words) if words else 0.0
                if share >= best:
                    best, found = share, (each, digest, root)
        if found is None:
            message = f"{self.copy} does not say which leaflet it is a copy of, and its words are those of none"
            raise refuse("review.base-unknown", message, Place(self.copy), "ask for the copy that was sent out, edited")
        message = f"{self.copy} does not say what it was made from; by its words it is a copy of “{found[0]}”"
        self.findings.append(
            Finding("review.base-guessed", message, Place(self.copy), "look at the diff with care", Severity.WARNING)
        )
        return found

    def _bases(self) -> list[tuple[str, Path]]:
        folder = self.project.root / store.FOLDER
        names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
        return [(name, root) for name in names if (root := store.base(self.project, name)) is not None]

    def _base(self, root: Path, name: str) -> tuple[Document, str, str]:
        """The document that went out, its source text and the name of its file."""
        kept = open_project(root)
        document, findings = read_leaflet(kept, name)
        path = kept.source / "leaflets" / name / LEAFLET_FILE
        if document is None:
            raise refuse("review.base-unknown", f"the kept source of {self.copy} cannot be read: {findings[0].message}")
        return document, _text(path), shown(path, kept.root)

    def _is_like(self, document: Document) -> None:
        """Raises Refused when the copy is so much more than what went out that it cannot be that, edited."""
        root = self.word.tree(self.word.main)
        paragraphs = sum(1 for _ in root.iter(q("p")))
        letters = sum(len(each.text or "") for each in root.iter(q("t"), q("delText")))
        said = [each.text for segment in model.segments(document) for each in segment.passages]
        if paragraphs > _ROOM[0] + _GROWTH * len(said) or letters > _ROOM[1] + _GROWTH * sum(map(len, said)):
            message = f"{self.copy} has {paragraphs} paragraphs and {letters} letters, far more than what went out"
            raise refuse("review.too-large", message, Place(self.copy), "ask for the copy with its own changes alone")

    def _current(self, name: str, now: Mapping[str, str]) -> tuple[str, str]:
        path = self.project.source / "leaflets" / name / LEAFLET_FILE
        key = shown(path, self.project.root)
        return now.get(key) or _text(path), key

    def _safety_now(self, document: Document, now: Mapping[str, str]) -> tuple[str, str]:
        path = self.project.source / "safety" / f"{document.safety.key}.md"
        key = shown(path, self.project.root)
        return now.get(key) or _text(path), key

    # --- what changed ---

    def _listed(self) -> list[Listed]:
        """The tracked changes of text and notes, numbered through; `line` holds the paragraph's number for now."""
        found: list[Listed] = []
        for part in (self.word.main, *self.word.related("footnotes")[:1]):
            for change in changes(self.word.tree(part)):
                found.append(self._one(change, part, len(found) + 1))
        # What a comment leaves in the text is no change of it, but has to be accepted for the comment to stay.
        silent = [replace(each, id="", taken=True) for each in found if not each.text and each.kind in _FLOWING]
        found = _paired([each for each in found if each.text or each.kind not in _FLOWING])
        found = [replace(each, id=str(number)) for number, each in enumerate(found, 1)]
        found = [replace(each, taken=self.choice.takes(each.id, each.author)) for each in found] + silent
        known = {each.id for each in found}
        for id_ in sorted((self.choice.accept | self.choice.reject) - known):
            if not id_.startswith("u"):
                last = len(known - {""})
                tracked = f"tracked changes are 1 to {last}" if last else "no change of it is tracked"
                hint = f"{tracked}; untracked changes are u1, u2 …"
                raise refuse("review.change-unknown", f"there is no change “{id_}” in {self.copy}", None, hint)
        for part in (*self.word.related("header"), *self.word.related("footer")):
            for change in changes(self.word.tree(part)):
                message = (
                    f"in the header or footer: {change.kind} “{change.text[:120]}” by {change.author or 'somebody'}"
                )
                hint = "what stands there comes from the front matter, the product and the theme"
                self.findings.append(Finding("review.not-in-source", message, Place(self.copy), hint, Severity.WARNING))
        return found

    def _one(self, change: Change, part: str, number: int) -> Listed:
        id_ = str(number)
        taken = self.choice.takes(id_, change.author)
        return Listed(
            id_, change.kind, change.author, change.date, change.text, change.paragraph, taken, change.numbers, part
        )

    def _untracked(self, text: str, document: Document, file: str) -> list[Hunk]:
        """What differs from the base although every tracked change is taken back."""
        back = returned.read(self.word, lambda part: False)
        return by_line(text, carry.carried(text, document, file, back).text)

    def _without(self, text: str, new: str, untracked: list[Hunk]) -> tuple[str, list[Listed]]:
        """The new text without the untracked changes that were not chosen, and these changes listed."""
        listed = []
        refused = []
        for number, hunk in enumerate(untracked, 1):
            id_ = f"u{number}"
            taken = self.choice.takes(id_, "")
            said = hunk.text.strip() or text[hunk.start : hunk.end].strip()
            line = text.count("\n", 0, hunk.start) + 1
            listed.append(Listed(id_, "untracked", "", "", said, line, taken))
            if not taken:
                refused.append(hunk)
        if refused:
            all_ = apply(text, untracked)
            some = apply(text, [each for each in untracked if each not in refused])
            new, _ = merged(all_, new, some)
        return new, listed

    # --- what is told ---

    def _told(self, document: Document, file: str, carried: Carried, back: returned.Returned, untracked: bool) -> None:
        self.findings += [each.at(Severity.WARNING) for each in carried.findings]
        self.findings += [each.at(Severity.WARNING) for each in facts_changed(document, carried.sorted, file)]
        self.findings += [each.at(Severity.WARNING) for each in references_changed(document, carried.sorted)]
        if not carried.anchored:
            message = f"{self.copy} has lost its anchors, so its paragraphs were matched by their words"
            hint = "look at the diff with care, above all where paragraphs were moved or retyped"
            self.findings.append(Finding("review.no-anchors", message, Place(self.copy), hint, Severity.WARNING))
        for what in dict.fromkeys(back.odd):
            message = f"there is {what} in {self.copy}, which cannot be carried"
            hint = "write what it says into the source by hand"
            self.findings.append(Finding("review.odd-content", message, Place(self.copy), hint, Severity.WARNING))
        for name, words in dict.fromkeys(back.fancy):
            message = f"“{words[:120]}” was {_FANCY.get(name, 'given a look')}, which the source cannot say"
            hint = "use bold or italic if it must stand out"
            self.findings.append(Finding("review.fancy-look", message, Place(self.copy), hint, Severity.WARNING))
        for line in carried.sorted.pictures:
            if line.text.strip("\ufffc \n"):
                self.findings.append(
                    Finding("review.beside-picture", f"“{line.text[:80]}” stands beside a code", Place(self.copy))
                )
        if untracked:
            message = f"{self.copy} has changes that were made with tracking switched off; nobody is named for them"
            hint = "they are listed as u1, u2 … and can be refused with --reject"
            self.findings.append(Finding("review.untracked", message, Place(self.copy), hint, Severity.WARNING))

    def _safety(self, document: Document, carried: Carried, every: bool, tracked: bool) -> bool:
        """Tell what was done to the safety block, whichever way it was done."""
        after = carried.sorted
        if not every:
            after = sorted_lines(returned.read(self.word, lambda part: True), document)
        before = sorted_lines(returned.read(self.word, lambda part: False), document) if tracked else after
        found = safety.violations(document, after.safety)
        quiet = safety.violations(document, before.safety)
        known = {(each.before, each.after) for each in quiet}
        for each in found:
            self.findings.append(each.finding(tracked=(each.before, each.after) not in known))
        self.findings += safety.looks_changed(document, carried.sorted.safety)
        return bool(found)

    def _remarks(self, document: Document, carried: Carried) -> tuple[Comment, ...]:
        """What was written behind the words that ask for remarks on the safety block."""
        label = document.labels.get("remarks", "")
        found: list[Comment] = []
        for line in carried.sorted.remarks:
            said = " ".join(line.text.split()).removeprefix(label).strip()
            if said:
                found.append(Comment(f"remark-{len(found) + 1}", "", "", said, label, None, "", False))
        return tuple(found)


def _paired(found: list[Listed]) -> list[Listed]:
    """Both ends of a move are one change."""
    made: list[Listed] = []
    for each in found:
        same = [
            index
            for index, other in enumerate(made)
            if each.kind == other.kind == "move"
            and (each.text, each.author, each.part) == (other.text, other.author, other.part)
        ]
        if same:
            made[same[0]] = replace(made[same[0]], numbers=(*made[same[0]].numbers, *each.numbers))
        else:
            made.append(each)
    return made


def _nearest(places: Mapping[int, int], paragraph: int | None) -> int | None:
    """The source line of a paragraph, or of the last one before it that has one."""
    if paragraph is None:
        return None
    before = [number for number in places if number <= paragraph]
    return places[max(before)] if before else None


def _passages(document: Document) -> set[str]:
    found = {" ".join(each.text.split()) for segment in model.segments(document) for each in segment.passages}
    return {words for words in found if len(words) > 8}


def _text(path: Path) -> str:
    """A source as it is read, its lines ended by LF."""
    return admission.decoded(path.read_bytes())
