"""ARCHITECTURE.md, enforced: imports run one way, rooms keep their insides, modules stay small, contracts are kept."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import publish
from publish import formats, policy, verify

ROOT = Path(__file__).parent.parent
SOURCE = Path(publish.__file__).parent
WRITERS = {"weasyprint", "ebooklib", "docx", "jinja2", "pystrich", "segno"}
GRAB_BAGS = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "tools"}


@dataclass(frozen=True)
class Import:
    """`module` imports `target`; `top`: at once, not only when some function runs."""

    module: str
    target: str
    line: int
    top: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(SOURCE.rglob("*.py"))}


def imports(module: str) -> Iterator[Import]:
    """Every import of a module, the lazy ones too; `from publish import x` is an import of publish.x."""
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    lazy = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        top = id(node) not in lazy
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, top)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{module}:{node.lineno} imports relatively; name the whole module"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield Import(module, inner if inner in MODULES else node.module, node.lineno, top)


ALL = [each for module in MODULES for each in imports(module)]
OWN = [each for each in ALL if each.target.split(".")[0] == "publish"]


def room(module: str) -> str:
    """`reader` for publish.reader.links, `cli` for publish.cli; the package and its door have no room."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def ranks() -> dict[str, int]:
    """Each room's place in the order that ARCHITECTURE.md states: rooms of one rank never import each other."""
    stated = re.search(r"Imports run one way:\s+`([^`]+)`", (ROOT / "ARCHITECTURE.md").read_text("utf-8"))
    assert stated, "ARCHITECTURE.md must state the order: Imports run one way: `a <- b, c <- d | e`"
    order = [re.split(r"[,|]", rank) for rank in stated[1].split("<-")]
    return {name.strip(): index for index, names in enumerate(order) for name in names}


def test_every_room_has_a_place_in_the_order():
    assert {room(module) for module in MODULES} - {"", "__main__"} == set(ranks())


def test_imports_run_one_way():
    rank = ranks()
    wrong = [
        str(each)
        for each in OWN
        if room(each.module) in rank
        and room(each.target)
        and room(each.module) != room(each.target)
        and rank[room(each.target)] >= rank[room(each.module)]
    ]
    assert wrong == []


def test_a_rooms_inside_is_its_own():
    """A module whose name begins with an underscore is imported only from its own folder."""
    wrong = [
        str(each) for each in OWN if "._" in each.target and not each.module.startswith(each.target.rsplit("._", 1)[0])
    ]
    assert wrong == []


def test_no_import_cycle():
    at_once = {module: {each.target for each in OWN if each.module == module and each.top} for module in MODULES}
    done: set[str] = set()

    def follow(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, "import cycle: " + " -> ".join([*path[path.index(module) :], module])
        if module not in done:
            for target in sorted(at_once.get(module, ())):
                follow(target, (*path, module))
            done.add(module)

    for module in MODULES:
        follow(module, ())


def test_checks_read_with_readers_of_their_own():
    """A proof by the library that wrote the file would only repeat its mistakes."""
    wrong = [str(each) for each in ALL if room(each.module) == "verify" and each.target.split(".")[0] in WRITERS]
    assert wrong == []


def test_the_command_line_loads_no_writer():
    """`publish list` must answer at once; asking for one format loads one library."""
    code = "import sys, publish.cli; print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert (WRITERS - {"jinja2"}) & set(ran.stdout.split()) == set()


# --- modules ---


def code_lines(path: Path) -> int:
    """Lines that hold code: no blank line, no comment, no docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            docstrings.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    passive = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    passive.add(tokenize.ENCODING)
    with path.open("rb") as file:
        tokens = [token for token in tokenize.tokenize(file.readline) if token.type not in passive]
    return len({line for token in tokens for line in range(token.start[0], token.end[0] + 1)} - docstrings)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_its_job_and_is_one_thing(module):
    path = MODULES[module]
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert (docstring and docstring.splitlines()[0].endswith((".", ":", ";", ","))) or len(docstring or "") > 40
    assert code_lines(path) <= 400, "ask what two things it is"
    assert path.stem.strip("_") not in GRAB_BAGS, "name it after its subject"


@pytest.mark.parametrize("module", MODULES)
def test_a_function_fits_a_screen(module):
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 60
    ]
    assert long == []


# --- contracts ---


def test_there_are_the_three_formats():
    assert {"pdf", "docx", "epub"} <= set(formats.names())


@pytest.mark.parametrize("name", formats.names())
def test_a_format_keeps_its_contract(name):
    module = formats.load(name)
    assert name == module.NAME
    assert re.fullmatch(r"\.[a-z]+|-[a-z]+\.[a-z]+", module.SUFFIX)
    assert re.fullmatch(r"application/[a-z0-9.+-]+", module.MEDIA_TYPE)
    assert list(inspect.signature(module.write).parameters) == ["document", "theme", "options"]


@pytest.mark.parametrize("name", formats.names())
def test_a_format_is_proven(name):
    assert verify.checks_for(name), f"nothing under verify/ applies to “{name}”: what it writes would go out unproven"


@pytest.mark.parametrize("name", verify.names())
def test_a_check_keeps_its_contract(name):
    module = verify.load(name)
    assert module.APPLIES_TO and set(module.APPLIES_TO) <= set(formats.names())
    assert module.CODES and set(module.CODES) <= set(policy.known_codes())
    assert list(inspect.signature(module.check).parameters) == ["artifact", "document", "mandate"]
    assert inspect.isgeneratorfunction(module.check) or "Iterator" in str(inspect.signature(module.check))
