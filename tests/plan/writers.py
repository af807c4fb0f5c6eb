"""Who writes rows: a reading of the syntax tree that lets a call pass only where it can tell that no row is written.

`writes_in(source)` names every `save`, `update`, `delete`, `create` … whose receiver is not provably a plain container,
a module of this program or an object of a library without tables; and every text that is a writing statement. Whether a
name is called or handed on (`map(row.save, …)`) makes no difference. What cannot be told counts as a write.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PLAINLY = ("create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create", "save")
WRITES = frozenset({*_PLAINLY, *(f"a{name}" for name in _PLAINLY), "save_base", "_raw_delete", "_update", "_insert"})
MANAGERS = frozenset({"objects", "rows", "_default_manager", "_base_manager"})
PLAIN = frozenset({"str", "bytes", "int", "float", "bool", "dict", "set", "frozenset", "list", "tuple"})
PLAIN |= {"Counter", "defaultdict", "OrderedDict", "deque", "Mapping", "MutableMapping", "Sequence", "Collection"}
PLAIN |= {"Iterable", "Iterator", "Set"}
LIBRARIES = frozenset(
    {"hashlib", "hmac", "collections", "json", "pathlib", "cryptography", "ninja", "openpyxl", "duckdb"}
)
"""Packages whose objects are no rows of this program's tables (ninja: `router.delete` is the method of HTTP)."""
STATEMENT = re.compile(
    r"\b(insert\s+(or\s+\w+\s+)?into|replace\s+into|update\s+[\w\"§.]+\s+set|delete\s+from|truncate\s+(table\s+)?[\w\"§]+)\b",
    re.IGNORECASE,
)
VERB = re.compile(r"(?:^|[\s(;§])(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|MERGE)\s")
"""A text put together from pieces may begin with the verb alone; in capitals only, as statements are written here."""

HINT = re.compile("|".join([*WRITES, "insert", "replace", "truncate", "merge"]), re.IGNORECASE)
"""A file in which no such word stands need not be read at all."""


@dataclass(frozen=True)
class Kind:
    """What an expression is known to be. `name`: the model, or the text of what is not known; `item`: what it holds."""

    what: str
    name: str = ""
    item: Kind | None = None


NOT_KNOWN = Kind("unknown")


@dataclass(frozen=True)
class Write:
    line: int
    text: str
    """The receiver as written, or the beginning of the statement."""
    model: str = ""
    """The model where it could be told."""


def writes_in(source: str, package: str = "") -> list[Write]:
    """Every write of the file; `package` (shuangcha.desk) is the one it lies in, for relative imports."""
    if not HINT.search(source):
        return []
    reader = _Reader(ast.parse(source), package)
    return sorted({*reader.calls(), *reader.statements()}, key=lambda one: (one.line, one.text))


class _Reader:
    def __init__(self, tree: ast.Module, package: str) -> None:
        self.tree, self.package = tree, package
        self.nodes = list(ast.walk(tree))
        self.parent = {inner: node for node in self.nodes for inner in ast.iter_child_nodes(node)}
        self.looking: set[tuple[ast.AST, str]] = set()
        self.bound: dict[ast.AST, dict[str, list[ast.AST]]] = {}
        for node in self.nodes:
            for name in _names_bound(node):
                self.bound.setdefault(self.scope(node), {}).setdefault(name, []).append(node)

    def calls(self) -> Iterator[Write]:
        for node in self.nodes:
            name, receiver = "", None
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                name, receiver = node.attr, node.value
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "getattr",
                "methodcaller",
                "operator.methodcaller",
            ):
                words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                name, receiver = next((one for one in words if one in WRITES), ""), node
            if name in WRITES and receiver is not None:
                kind = self.kind(receiver)
                if kind.what not in ("plain", "module", "library"):
                    yield Write(node.lineno, ast.unparse(receiver), kind.name if kind.what == "model" else "")

    def statements(self) -> Iterator[Write]:
        for node in self.nodes:
            if isinstance(self.parent.get(node), ast.JoinedStr | ast.FormattedValue | ast.Expr):
                continue  # part of a longer text, or a docstring
            text = _text(node)
            if text is not None and (STATEMENT.search(text) or VERB.search(text)):
                yield Write(node.lineno, " ".join(text.split())[:60])

    # --- what an expression is ---
    def scope(self, node: ast.AST) -> ast.AST:
        """The function (or module, or class body) whose names the node sees first."""
        above = self.parent.get(node, self.tree)
        while not isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module | ast.ClassDef):
            above = self.parent[above]
        return node if isinstance(node, ast.Module) else above

    def kind(self, node: ast.AST | None) -> Kind:
        match node:
            case ast.Constant() | ast.JoinedStr() | ast.Compare():
                return Kind("plain")
            case ast.List() | ast.Tuple() | ast.Set():
                return Kind("plain", item=self.same(node.elts))
            case ast.Dict():
                return Kind("plain", item=self.same(node.values))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return Kind("plain", item=self.kind(node.elt))
            case ast.DictComp():
                return Kind("plain", item=self.kind(node.value))
            case ast.IfExp():
                return self.same([node.body, node.orelse])
            case ast.BoolOp():
                return self.same(node.values)
            case ast.BinOp():
                return self.same([node.left, node.right])
            case ast.Await() | ast.Starred() | ast.NamedExpr():
                return self.kind(node.value)
            case ast.Subscript():
                whole = self.kind(node.value)
                if isinstance(node.slice, ast.Slice) or whole.what in ("model", "library"):
                    return whole
                return whole.item or Kind("unknown", ast.unparse(node))
            case ast.Name():
                return self.named(node.id, self.scope(node))
            case ast.Attribute():
                return self.attribute(node)
            case ast.Call():
                return self.answer(node)
        return NOT_KNOWN

    def same(self, nodes: list[ast.expr]) -> Kind:
        """What all of them are; the first that is no plain thing decides."""
        kinds = [self.kind(one) for one in nodes]
        return next((one for one in kinds if one.what != "plain"), kinds[0] if kinds else NOT_KNOWN)

    def attribute(self, node: ast.Attribute) -> Kind:
        if node.attr in MANAGERS:
            return Kind("model", ast.unparse(node.value).split(".")[-1])
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            return self.own(node)
        whole = self.kind(node.value)
        if whole.what == "module":
            return Kind("model", node.attr) if node.attr[:1].isupper() else Kind("unknown", ast.unparse(node))
        return whole if whole.what in ("library", "model") else Kind("unknown", ast.unparse(node))

    def own(self, node: ast.Attribute) -> Kind:
        """A field of the class that the method belongs to: by its annotation, or by everything assigned to it."""
        owner: ast.AST = node
        while not isinstance(owner, ast.ClassDef):
            if owner not in self.parent:
                return NOT_KNOWN
            owner = self.parent[owner]
        found: list[Kind] = []
        for inner in ast.walk(owner):
            if isinstance(inner, ast.AnnAssign) and ast.unparse(inner.target) in (node.attr, f"self.{node.attr}"):
                return self.told(inner.annotation)
            if isinstance(inner, ast.Assign) and any(ast.unparse(one) == f"self.{node.attr}" for one in inner.targets):
                found.append(self.kind(inner.value))
            if isinstance(inner, ast.FunctionDef) and inner.name == node.attr and self.parent[inner] is owner:
                return self.told(inner.returns)
        return next(
            (one for one in found if one.what != "plain"), found[0] if found else Kind("unknown", ast.unparse(node))
        )

    def answer(self, node: ast.Call) -> Kind:
        """What a call gives back."""
        func = node.func
        if isinstance(func, ast.Name):
            if func.id in PLAIN or func.id in ("sorted", "enumerate", "zip", "reversed", "len"):
                return Kind("plain", item=self.kind(node.args[0]).item if node.args else None)
            return self.named(func.id, self.scope(node), called=True)
        if isinstance(func, ast.Attribute):
            if func.attr in ("setdefault", "get", "pop") and len(node.args) == 2:
                whole, other = self.kind(func.value), self.kind(node.args[1])
                return other if whole.item is None or whole.item.what == other.what else whole.item
            if isinstance(func.value, ast.Name) and func.value.id == "self":
                return self.own(func)
            if isinstance(func.value, ast.Name) and func.value.id in PLAIN:  # dict.fromkeys
                return Kind("plain")
            whole = self.kind(func.value)
            if whole.what == "plain":
                if func.attr == "copy":
                    return whole
                return (
                    Kind("plain", item=whole.item)
                    if func.attr in ("values", "items", "keys")
                    else whole.item or NOT_KNOWN
                )
            if whole.what == "module" and func.attr[:1].isupper():
                return Kind("model", func.attr)
            return whole if whole.what in ("library", "model") else Kind("unknown", ast.unparse(func))
        return NOT_KNOWN

    def named(self, name: str, scope: ast.AST, *, called: bool = False) -> Kind:
        """By everything that binds the name in the nearest scope that binds it at all."""
        while name not in self.bound.get(scope, {}):
            if isinstance(scope, ast.Module):
                return Kind("model", name) if called and name[:1].isupper() else Kind("unknown", name)
            scope = self.scope(scope)
        if (scope, name) in self.looking:
            return Kind("plain")  # x = x | …: the other bindings decide
        self.looking.add((scope, name))
        try:
            kinds = [self.binding(node, name, called=called) for node in self.bound[scope][name]]
        finally:
            self.looking.discard((scope, name))
        return next((one for one in kinds if one.what not in ("plain", "library", "module")), kinds[0])

    def binding(self, node: ast.AST, name: str, *, called: bool) -> Kind:
        match node:
            case ast.Import() | ast.ImportFrom():
                return self.imported(node, name, called=called)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self.told(node.returns) if called else Kind("unknown", name)
            case ast.ClassDef():
                return Kind("model", name)
            case ast.arg():
                return self.told(node.annotation) if node.annotation is not None else Kind("unknown", name)
            case ast.AnnAssign():
                return self.told(node.annotation)
            case ast.Assign() | ast.NamedExpr():
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(one, ast.Name) and one.id == name for one in targets):
                    return self.kind(node.value)
                return self.unpacked(targets, node.value, name)
            case ast.AugAssign():
                return self.kind(node.value)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                whole = self.kind(node.iter)
                if whole.what in ("model", "library"):
                    return whole
                return whole.item or Kind("unknown", f"one of {ast.unparse(node.iter)}")
            case ast.withitem():
                return self.kind(node.context_expr)
        return Kind("unknown", name)

    def unpacked(self, targets: list[ast.expr], value: ast.expr, name: str) -> Kind:
        """a, b = x, y: each its own; else what the whole is made of."""
        for target in targets:
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
                for one, given in zip(target.elts, value.elts, strict=True):
                    if isinstance(one, ast.Name) and one.id == name:
                        return self.kind(given)
        whole = self.kind(value)
        return whole if whole.what in ("model", "library") else whole.item or Kind("unknown", name)

    def imported(self, node: ast.Import | ast.ImportFrom, name: str, *, called: bool) -> Kind:
        alias = next(one for one in node.names if (one.asname or one.name).split(".")[0] == name)
        if isinstance(node, ast.Import):
            return Kind("library") if alias.name.split(".")[0] in LIBRARIES else Kind("unknown", name)
        base = node.module or ""
        if node.level:
            above = self.package.split(".")[: len(self.package.split(".")) - node.level + 1]
            base = ".".join([*above, *([base] if base else [])])
        if base.split(".")[0] in LIBRARIES:
            return Kind("library")
        path = ROOT / Path(*f"{base}.{alias.name}".split("."))
        if base.startswith("shuangcha") and (path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()):
            return Kind("module", alias.name)
        return Kind("model", alias.name) if alias.name[:1].isupper() else Kind("unknown", name)

    def told(self, node: ast.AST | None) -> Kind:
        """What an annotation says."""
        match node:
            case ast.Constant(value=str() as text):
                return self.told(ast.parse(text, mode="eval").body)
            case ast.BinOp():
                parts = [
                    self.told(one)
                    for one in (node.left, node.right)
                    if not (isinstance(one, ast.Constant) and one.value is None)
                ]
                return next((one for one in parts if one.what != "plain"), parts[0] if parts else NOT_KNOWN)
            case ast.Subscript():
                inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                name = ast.unparse(node.value).split(".")[-1]
                if name in PLAIN:
                    return Kind("plain", item=self.told(inner[-1] if len(inner) == 2 or len(inner) == 1 else None))
                return self.told(inner[-1]) if name in ("QuerySet", "Manager") else Kind("unknown", ast.unparse(node))
            case ast.Name() | ast.Attribute():
                name = ast.unparse(node).split(".")[-1]
                if name in PLAIN:
                    return Kind("plain")
                known = self.bound.get(self.tree, {}).get(name, []) if isinstance(node, ast.Name) else []
                for one in known:
                    if isinstance(one, ast.Assign):  # an alias: Shown = dict[str, Any]
                        return self.told(one.value)
                return Kind("model", name) if name != "Any" else NOT_KNOWN
        return NOT_KNOWN


def _names_bound(node: ast.AST) -> list[str]:
    match node:
        case ast.Import() | ast.ImportFrom():
            return [(one.asname or one.name).split(".")[0] for one in node.names]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.arg():
            return [node.arg]
        case ast.Assign():
            targets: list[ast.AST] = [*node.targets]
        case ast.AnnAssign() | ast.AugAssign() | ast.For() | ast.AsyncFor() | ast.comprehension() | ast.NamedExpr():
            targets = [node.target]
        case ast.withitem() if node.optional_vars is not None:
            targets = [node.optional_vars]
        case _:
            return []
    return [
        one.id
        for target in targets
        for one in ast.walk(target)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    ]


def _text(node: ast.AST) -> str | None:
    """The text of a literal, what is filled in standing as §; of texts added together, the whole."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr():
            return "".join(one.value if isinstance(one, ast.Constant) else "§" for one in node.values)
        case ast.BinOp(op=ast.Add()):
            left, right = _text(node.left), _text(node.right)
            return None if left is None and right is None else f"{left or '§'}{right or '§'}"
    return None
