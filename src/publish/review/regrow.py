"""The tree of the new source, grown from its pieces: each stands in the container that it stood in, or that fits it.

What stood in a list, call-out or quotation goes on doing so. What is new goes where its neighbours are; lists are grown
by the levels that the copy shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from publish.review.nodes import Node
from publish.review.pieces import Piece

_BOXES = ("quote", "callout", "story", "resources", "panel", "only", "glossary", "details", "definition", "deflist")
_STEP = 360  # twips that a list level stands in, as the copy is made


@dataclass(slots=True, eq=False)
class Branch:
    """A container or leaf of the new source. `base` is what it was; without one it is new."""

    kind: str
    base: Node | None = None
    parent: Branch | None = None
    children: list[Branch] = field(default_factory=list)
    piece: Piece | None = None
    ordered: bool = False
    again: bool = False

    def add(self, child: Branch) -> Branch:
        child.parent = self
        self.children.append(child)
        return child

    def above(self) -> Iterator[Branch]:
        """This and the containers around it, innermost first."""
        each: Branch | None = self
        while each is not None:
            yield each
            each = each.parent


@dataclass(slots=True)
class _Grower:
    root: Branch
    pieces: Sequence[Piece]
    here: Branch
    opened: set[Node] = field(default_factory=set)

    def grow(self) -> None:
        for index, piece in enumerate(self.pieces):
            self._place(index, piece)

    def _place(self, index: int, piece: Piece) -> None:
        leaf = piece.leaf
        if leaf is not None and leaf.kind in ("picture", "caption"):
            self._figure(index, piece)
        elif piece.item is not None and (leaf is None or leaf.kind in ("paragraph", "heading")):
            self._item(index, piece)
        elif piece.steady and self._can_reopen(piece):
            self._open_path(piece).add(_leaf(piece))
        else:
            self._new(index, piece)

    # --- where it stood ---

    def _anchor_node(self, piece: Piece) -> Node:
        leaf = piece.leaf
        assert leaf is not None
        return piece.table if piece.table is not None else leaf

    def _can_reopen(self, piece: Piece) -> bool:
        """Whether all containers around are open or may be opened."""
        open_ = {branch.base for branch in self.here.above()}
        for node in self._anchor_node(piece).path():
            if node in open_:
                continue
            if node in self.opened or node.kind == "item":
                return False
        return True

    def _open_path(self, piece: Piece) -> Branch:
        path = self._anchor_node(piece).path()
        while self.here.base not in path:
            assert self.here.parent is not None
            self.here = self.here.parent
        at = path.index(self.here.base) if self.here.base in path else 0
        for node in path[at + 1 :]:
            self._open(node)
        return self.here

    def _open(self, node: Node) -> None:
        self.opened.add(node)
        self.here = self.here.add(Branch(node.kind, node, ordered=node.ordered))

    # --- where it fits ---

    def _context(self, index: int, piece: Piece) -> Branch:
        """The innermost container, no list, in which a piece belongs that did not stand here."""
        following = self._next_path(index)
        fits = None
        for branch in self.here.above():
            if branch.kind in ("list", "item"):
                continue
            if branch.base in following or branch.kind == "root" or self._is_alike(branch, piece):
                fits = branch
                break
        fits = fits or self.root
        if fits.kind in ("definition", "deflist") and piece.family not in ("term", "details"):
            fits = next(each for each in fits.above() if each.kind not in ("definition", "deflist", "details"))
        return fits

    def _is_alike(self, branch: Branch, piece: Piece) -> bool:
        return branch.kind == piece.family and branch.kind in ("quote", "callout", "story", "details")

    def _next_path(self, index: int) -> set[Node | None]:
        """The containers around the next piece that stands where it stood."""
        for piece in self.pieces[index + 1 :]:
            if piece.steady:
                return set(self._anchor_node(piece).path())
        return set()

    def _new(self, index: int, piece: Piece) -> None:
        context = self._context(index, piece)
        items = [branch for branch in self.here.above() if branch.kind == "item"]
        inner = [branch for branch in items if context in branch.above()]
        following = self._next_path(index)
        keep = next((branch for branch in inner if branch.base is not None and branch.base in following), None)
        if piece.leaf is not None and piece.leaf.item is not None:
            keep = None  # an item that has become a paragraph ends the list
        was_item = piece.leaf is not None and piece.leaf.item is not None
        plain = piece.kind == "text" and not piece.level and not was_item
        if keep is None and inner and plain and piece.indent >= _STEP:
            depth = max(1, min(len(inner), round(piece.indent / _STEP) - _depth(context)))
            keep = inner[len(inner) - depth]
        self.here = keep or context
        last = self.here.children[-1] if self.here.children else None
        if piece.family == "caption" and last is not None and last.kind == "figure" and len(last.children) == 1:
            last.add(_leaf(piece))
            return
        if piece.family == "quote" and not any(branch.kind == "quote" for branch in self.here.above()):
            self.here = self.here.add(Branch("quote"))
        if piece.family in ("term", "details") and self.here.kind == "root":
            self._definition(piece)
            return
        self.here.add(_leaf(piece))

    def _definition(self, piece: Piece) -> None:
        """A new term or a new saying about one: both belong to a definition list."""
        last = self.here.children[-1] if self.here.children else None
        box = last if last is not None and last.kind == "deflist" else None
        if box is None:
            box = self.here.add(Branch("deflist"))
        if piece.family == "term" or not box.children:
            definition = box.add(Branch("definition"))
            if piece.family == "term":
                self.here = definition
                definition.add(_leaf(piece))
                return
        self.here = box.children[-1].add(Branch("details"))
        self.here.add(_leaf(piece))

    def _figure(self, index: int, piece: Piece) -> None:
        leaf = piece.leaf
        assert leaf is not None and leaf.parent is not None
        figure = leaf.parent
        same = next((each for each in self.here.above() if each.base is figure), None)
        if same is not None and leaf.kind == "caption":
            same.add(_leaf(piece))
            return
        if leaf.kind == "caption":
            piece.retyped = True
            piece.leaf = None
            piece.atoms = piece.atoms if piece.atoms is not None else leaf.atoms
            piece.family = "body"
            self._new(index, piece)
            return
        if figure in self.opened:
            return
        if not (piece.steady and self._open_for(figure)):
            self.here = self._context(index, piece)
        self._open(figure)
        self.here.add(_leaf(piece))

    def _open_for(self, figure: Node) -> bool:
        path = figure.path()
        open_ = {branch.base for branch in self.here.above()}
        if any(node not in open_ and (node in self.opened or node.kind == "item") for node in path):
            return False
        while self.here.base not in path:
            assert self.here.parent is not None
            self.here = self.here.parent
        for node in path[path.index(self.here.base) + 1 :]:
            self._open(node)
        return True

    # --- lists ---

    def _item(self, index: int, piece: Piece) -> None:
        assert piece.item is not None
        ordered, level = piece.item
        leaf = piece.leaf
        own = leaf.parent if leaf is not None and leaf.kind in ("paragraph", "heading") else None
        own = own if own is not None and own.kind == "item" and leaf is not None and leaf.item is not None else None
        context = self._box_for(own) if own is not None and piece.steady else None
        context = context or self._context(index, piece)
        lists = [branch for branch in self.here.above() if branch.kind == "list" and context in branch.above()][::-1]
        depth = max(0, level - _depth(context))
        base = own.parent if own is not None else None
        if len(lists) > depth:
            lists = lists[: depth + 1]
            if self._joins(lists[-1], ordered, base, piece):
                self._append(lists[-1], own, piece)
                return
            lists.pop()
        self.here = lists[-1].children[-1] if lists and lists[-1].children else context
        if base is None or base in self.opened or base.ordered != ordered:
            base = (
                base if base is not None and base.ordered == ordered else self._coming(index, ordered, depth, context)
            )
        made = Branch("list", base, ordered=ordered, again=base in self.opened)
        if base is not None:
            self.opened.add(base)
        self.here = self.here.add(made)
        self._append(made, own, piece)

    def _box_for(self, item: Node) -> Branch | None:
        """The container around the list of an item that stands where it stood, opened if need be."""
        path = [node for node in item.path() if node.kind not in ("list", "item")]
        box = path[-1]
        for branch in self.here.above():
            if branch.base is box:
                return branch
        inside = [node for node in item.path() if node.kind == "item" or node in path]
        open_ = {branch.base for branch in self.here.above()}
        if any(node not in open_ and (node in self.opened or node.kind == "item") for node in inside):
            return None
        while self.here.base not in path:
            assert self.here.parent is not None
            self.here = self.here.parent
        for node in path[path.index(self.here.base) + 1 :]:
            self._open(node)
        return self.here

    def _joins(self, branch: Branch, ordered: bool, base: Node | None, piece: Piece) -> bool:
        if branch.ordered != ordered:
            return False
        return base is None or branch.base is None or branch.base is base or not piece.steady

    def _coming(self, index: int, ordered: bool, depth: int, context: Branch) -> Node | None:
        """The list that begins right behind new items: they are its first."""
        for piece in self.pieces[index + 1 :]:
            leaf = piece.leaf
            if leaf is None and piece.item is not None:
                continue
            own = leaf.parent if leaf is not None and leaf.item is not None and piece.steady else None
            if own is None or own.parent is None or own.parent.ordered != ordered or own.parent in self.opened:
                return None
            boxes = [node for node in own.path() if node.kind not in ("list", "item")]
            alike = piece.item is not None and piece.item[1] - _depth(context) == depth
            return own.parent if alike and boxes and boxes[-1] is context.base else None
        return None

    def _append(self, list_: Branch, item: Node | None, piece: Piece) -> None:
        if item is not None and item in self.opened:
            item = None
        if item is not None:
            self.opened.add(item)
            if list_.base is None and item.parent is not None and item.parent not in self.opened:
                list_.base = item.parent
                self.opened.add(item.parent)
        self.here = list_.add(Branch("item", item, ordered=list_.ordered))
        self.here.add(_leaf(piece))


def _leaf(piece: Piece) -> Branch:
    base = piece.table if piece.table is not None else piece.leaf
    return Branch(base.kind if base is not None and not piece.retyped else piece.kind, base, piece=piece)


def _depth(branch: Branch) -> int:
    """How many lists are around a container."""
    return sum(each.kind == "list" for each in branch.above())


def grown(root: Node, pieces: Sequence[Piece]) -> Branch:
    """The tree of the new source below `root`, which holds the pieces in their order."""
    top = Branch("root", root)
    grower = _Grower(top, pieces, top)
    grower.opened.add(root)
    grower.grow()
    _put_silent(top, {branch.base for branch in _all(top)})
    return top


def _all(branch: Branch) -> Iterator[Branch]:
    yield branch
    for child in branch.children:
        yield from _all(child)


def _put_silent(branch: Branch, present: set[Node | None]) -> None:
    """What the copy does not show (notes, addresses, what a condition leaves out) stays behind what it stood behind."""
    base = branch.base
    if base is not None and not branch.again and branch.piece is None:
        for number, child in enumerate(base.children):
            if child.kind not in ("opaque", "note") or child in present:
                continue
            before = set(base.children[:number])
            at = max((i + 1 for i, each in enumerate(branch.children) if each.base in before), default=0)
            while at < len(branch.children) and branch.children[at].base is None:
                at += 1  # what is new behind the neighbour stays with it
            branch.children.insert(at, Branch(child.kind, child, branch))
    for child_branch in branch.children:
        _put_silent(child_branch, present)
