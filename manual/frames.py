"""One function while it is followed: which values its names can have, and what it can return."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import types
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from manual.values import (
    Many,
    Method,
    Several,
    Unknown,
    Values,
    at,
    called,
    items_of,
    joined,
    passed_on,
    unique,
)

if TYPE_CHECKING:
    from manual.texts import Trace

UNNAMED: Final = "value"
CONTEXT: Final = "context"
"""What every handler and rule calls the Context that it is given."""


class Frame(ast.NodeVisitor):
    """Visiting an expression gives its values. Every branch is taken, and what a name is given once stays possible."""

    def __init__(self, trace: Trace, names: dict[str, Any]) -> None:
        """names: those of the function's module."""
        self._trace = trace
        self._globals = names
        self._locals: dict[str, Values] = {}
        self._returned: Values = []
        self._yielded: Values = []

    def bind(self, parameters: ast.arguments, arguments: list[Values], named: dict[str, Values]) -> None:
        """Gives parameters what the call gives, else their defaults, else what their annotations tell."""
        ordered = [*parameters.posonlyargs, *parameters.args]
        defaults: dict[str, ast.expr | None] = dict(
            zip((one.arg for one in reversed(ordered)), reversed(parameters.defaults), strict=False)
        )
        defaults |= dict(zip((one.arg for one in parameters.kwonlyargs), parameters.kw_defaults, strict=True))
        given = dict(zip((one.arg for one in ordered), arguments, strict=False)) | named
        for parameter in (*ordered, *parameters.kwonlyargs):
            name, default = parameter.arg, defaults.get(parameter.arg)
            if name in given:
                # What has no name of its own has the parameter's.
                self._locals[name] = [Unknown(name) if one == Unknown(UNNAMED) else one for one in given[name]]
            elif default is not None:
                self._locals[name] = self.visit(default)
            else:
                self._locals[name] = [Unknown(name, self._annotated(parameter.annotation))]
        for rest in (parameters.vararg, parameters.kwarg):
            if rest is not None:
                self._locals[rest.arg] = [Many((Unknown(rest.arg),), rest.arg)]

    def run(self, body: Sequence[ast.stmt]) -> Values:
        """Goes through the statements; returns what the function can return."""
        for statement in body:
            self.visit(statement)
        return [Many(tuple(self._yielded))] if self._yielded else unique(self._returned) or [None]

    def _annotated(self, annotation: ast.expr | None) -> type | None:
        kind = self._globals.get(annotation.id) if isinstance(annotation, ast.Name) else None
        return kind if isinstance(kind, type) else None

    def _assign(self, target: ast.expr, values: Values) -> None:
        if isinstance(target, ast.Name):
            self._locals[target.id] = unique([*self._locals.get(target.id, []), *values])
        elif isinstance(target, ast.Tuple):
            for place, element in enumerate(target.elts):
                self._assign(element, at(values, place, label_of(element)) or [Unknown(label_of(element))])

    def _loop(self, target: ast.expr, over: ast.expr) -> None:
        self._assign(target, items_of(self.visit(over), label_of(target)) or [Unknown(label_of(target))])

    def _loops(self, loops: list[ast.comprehension]) -> None:
        for loop in loops:
            self._loop(loop.target, loop.iter)
            for test in loop.ifs:
                self.visit(test)

    def generic_visit(self, node: ast.AST) -> Values:
        super().generic_visit(node)
        return [Unknown(label_of(node))]

    # Statements

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._returned += self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        values = self.visit(node.value)
        for target in node.targets:
            self._assign(target, values)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assign(node.target, self.visit(node.value))

    def visit_For(self, node: ast.For) -> None:
        self._loop(node.target, node.iter)
        for statement in (*node.body, *node.orelse):
            self.visit(statement)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name is not None:
            self._locals[node.name] = self._trace.noted(label_of(node.type)) or [Unknown(node.name)]
        for statement in node.body:
            self.visit(statement)

    # Expressions

    def visit_Constant(self, node: ast.Constant) -> Values:
        return [node.value]

    def visit_Name(self, node: ast.Name) -> Values:
        if node.id in self._locals:
            return self._locals[node.id]
        found = [names[node.id] for names in (self._globals, vars(builtins)) if node.id in names]
        return found[:1] or [Unknown(node.id)]

    def visit_Attribute(self, node: ast.Attribute) -> Values:
        if label_of(node.value) == CONTEXT:
            self._trace.used.add(node.attr)
        return unique(one for owner in self.visit(node.value) for one in self._member(owner, node.attr))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Values:
        return joined([self.visit(part) for part in node.values])

    def visit_FormattedValue(self, node: ast.FormattedValue) -> Values:
        values: Values = self.visit(node.value)
        return values

    def visit_BinOp(self, node: ast.BinOp) -> Values:
        sides = [self.visit(node.left), self.visit(node.right)]
        return joined(sides) if isinstance(node.op, ast.Add) else [Unknown(UNNAMED)]

    def visit_IfExp(self, node: ast.IfExp) -> Values:
        self.visit(node.test)
        return unique([*self.visit(node.body), *self.visit(node.orelse)])

    def visit_BoolOp(self, node: ast.BoolOp) -> Values:
        return unique(one for value in node.values for one in self.visit(value))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Values:
        values: Values = self.visit(node.value)
        self._assign(node.target, values)
        return values

    def visit_ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> Values:
        self._loops(node.generators)
        return [Many(tuple(self.visit(node.elt)), label_of(node.elt))]

    visit_GeneratorExp = visit_ListComp  # noqa: N815 (named by ast)

    def visit_List(self, node: ast.List | ast.Set) -> Values:
        return [Many(tuple(unique(one for element in node.elts for one in self.visit(element))))]

    visit_Set = visit_List  # noqa: N815 (named by ast)

    def visit_Tuple(self, node: ast.Tuple) -> Values:
        return [Several(tuple(tuple(self.visit(element)) for element in node.elts))]

    def visit_Starred(self, node: ast.Starred) -> Values:
        return items_of(self.visit(node.value))

    def visit_Yield(self, node: ast.Yield) -> Values:
        if node.value is not None:
            self._yielded = unique([*self._yielded, *self.visit(node.value)])
        return [Unknown(UNNAMED)]

    def visit_Call(self, node: ast.Call) -> Values:
        arguments = [self.visit(one) for one in node.args]
        named = {one.arg: self.visit(one.value) for one in node.keywords if one.arg is not None}
        for function in (one for values in (*arguments, *named.values()) for one in values):
            if isinstance(function, types.FunctionType) and self._trace.is_followed(function):
                self._trace.follow(function, [], {})
        if isinstance(node.func, ast.Attribute) and label_of(node.func.value) == CONTEXT:
            if node.func.attr in ("refuse", "warning", "info"):
                steps = arguments[1] if len(arguments) > 1 else named.get("step", [])
                self._trace.say(node.func.attr, arguments[0], steps)
            return [Unknown(node.func.attr)]
        results = (self._result(one, arguments, named) for one in self.visit(node.func))
        return unique(one for values in results for one in values or [Unknown(label_of(node.func))])

    def _member(self, owner: Any, name: str) -> Values:
        """What a member of a value can be."""
        if isinstance(owner, Unknown):
            if isinstance(getattr(owner.kind, name, None), types.FunctionType):
                return [Method(owner, name)]
            return self._trace.noted(name) or [Unknown(name)]
        if isinstance(owner, str):
            return [Method(owner, name)]
        if isinstance(owner, types.ModuleType | type) or dataclasses.is_dataclass(owner):
            return [getattr(owner, name, Unknown(name))]
        return [Unknown(name)]

    def _result(self, function: Any, arguments: list[Values], named: dict[str, Values]) -> Values | None:
        """What a call gives; None where that is not known."""
        if isinstance(function, Method) and isinstance(function.owner, str):
            return called(function, arguments, named)
        if isinstance(function, Method):
            owner, function = function.owner, getattr(function.owner.kind, function.name)
            arguments = [[owner], *arguments]
        if isinstance(function, types.FunctionType) and self._trace.is_followed(function):
            return self._trace.follow(function, arguments, named)
        if getattr(function, "__module__", "") == "builtins":
            return passed_on(function.__name__, arguments)
        return self._trace.make(function, arguments, named) if isinstance(function, type) else None


def label_of(node: ast.AST | None) -> str:
    """What an expression is called where its value is not known."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.Starred(value=inner):
            return label_of(inner)
    return UNNAMED
