"""PHP calls as values: what a call names, what it is given, and what functions of the file and of PHP return."""

from tlsscan.frontends.expressions import invocation
from tlsscan.frontends.grammars import Node
from tlsscan.frontends.lowering import MAX_WAYS, Context
from tlsscan.frontends.php_functions import SPECIAL_FUNCTIONS, configured, setting
from tlsscan.frontends.php_names import FUNCTION, PhpNames
from tlsscan.frontends.unit import MAX_ITEMS, Binding, Path, children, field, text_of
from tlsscan.patterns import lazy
from tlsscan.records import NamedTuple
from tlsscan.values import Arm, Choice, Name, Unknown, Value, Via

CALL_KINDS = frozenset(
    {"function_call_expression", "member_call_expression", "nullsafe_member_call_expression", "scoped_call_expression"}
)
NEW_KINDS = frozenset({"object_creation_expression", "anonymous_class"})
METHOD_KINDS = frozenset({"member_call_expression", "nullsafe_member_call_expression"})
SELF_WORDS = frozenset({"self", "static", "parent"})
STATEMENT_KINDS = frozenset(
    {"compound_statement", "if_statement", "else_clause", "else_if_clause", "switch_statement", "switch_block"}
    | {"case_statement", "default_statement", "try_statement", "catch_clause", "finally_clause", "colon_block"}
    | {"foreach_statement", "for_statement", "while_statement", "do_statement"}
)
YIELDS = lazy(r"\byield\b")
MAX_STATEMENTS = 300  # of one function that is looked through for what it returns
CONFIGURED = ("Facades.Config.get", "config.get")  # what reads a setting of a framework by its name
SAME_METHODS = frozenset({"toString", "__toString"})


class Given(NamedTuple):
    """One argument of a call: its name if it has one, the node of its value, whether it is `...$spread`."""

    name: str
    node: Node
    spread: bool = False


def given(node: Node) -> list[Given]:
    """The arguments of a call or of `new`."""
    listing = field(node, "arguments")
    if listing is None:
        listing = next((child for child in children(node) if child.type == "arguments"), None)
    found = []
    for child in children(listing) if listing is not None else []:
        parts = children(child)
        if child.type == "argument" and parts:
            found.append(Given(text_of(field(child, "name")), parts[-1], parts[-1].type == "variadic_unpacking"))
    return found


class PhpCalls(PhpNames):
    """The part of the frontend that lowers calls."""

    def last_child(self, context: Context, node: Node) -> Value:
        """The value of a wrapper: parentheses, `@`, a cast, an array element, an argument."""
        parts = children(node)
        return context.lower(parts[-1]) if parts else Unknown("nothing is there")

    def call(self, context: Context, node: Node) -> Value:
        """A call: of a function about values what it gives, of others its names and arguments."""
        names, arguments = self.callee(context, node), given(node)
        if node.type == "function_call_expression":
            special = SPECIAL_FUNCTIONS.get(names[0].lower())
            if special is not None and arguments and not any(one.name or one.spread for one in arguments):
                values = context.all(one.node for one in arguments[:MAX_ITEMS])
                found = special(context, arguments[0].node, values)
                if found is not None:
                    return found
        elif node.type in METHOD_KINDS and text_of(field(node, "name")) in SAME_METHODS and not arguments:
            return context.lower(field(node, "object"))
        elif names[0].endswith(CONFIGURED) and arguments and not any(one.name or one.spread for one in arguments):
            found = configured(context, node, context.all(one.node for one in arguments))
            if found is not None:
                return found
        elif names[-1].endswith(".get") and len(arguments) == 2:
            found = setting(context, node, context.all(one.node for one in arguments))
            if found is not None:
                return found
        returned = self._returned(context, node)
        if returned is not None:
            return returned
        plain = [context.lower(one.node) for one in arguments[:8] if not one.name]
        return invocation(names, plain, [(one.name, context.lower(one.node)) for one in arguments[:8] if one.name])

    def _returned(self, context: Context, node: Node) -> Value | None:
        """What a function or own method of this file returns; a method of another file is open by its name."""
        word = text_of(field(node, "function") or field(node, "name"))
        here = False
        for binding in (context.unit.bindings(word) or ()) if word.isidentifier() else ():
            here = here or binding.owner == FUNCTION
            if binding.owner in self._callable_owners(context, node) and (word, binding.offset) not in context.active:
                found = self._result_for(context, binding, word, given(node)) or self.result(context, binding, word)
                if found is not None:
                    return found
        if not word.isidentifier() or given(node) or (here and node.type == "function_call_expression"):
            return None
        return self._elsewhere(context, node, word)

    def result(self, context: Context, binding: Binding, word: str) -> Value | None:
        """What the function of a binding returns; None if that is not plain."""
        active = context.active | {(word, binding.offset)}
        return self.given_back(Context(context.unit, context.path, active, context.depth + 1), binding.path)

    def given_back(self, context: Context, around: Path) -> Value | None:
        """What the function, or the file, at the end of a path returns; None if that is not plain."""
        arms: list[Arm] = []
        for path in returns(around):
            inner = Context(context.unit, path, context.active, context.depth)
            value = Via(context.unit.step(path[-1]), self.last_child(inner, path[-1]))
            condition, guarded = self.branch(path)
            early = self.guard(path) if not guarded else ""
            arms.append(Arm(early or condition, guarded or bool(early), value))
        if not 0 < len(arms) <= MAX_WAYS:
            return None
        return arms[0].value if len(arms) == 1 else Choice(tuple(arms))

    def _result_for(self, context: Context, binding: Binding, word: str, arguments: list[Given]) -> Value | None:
        """What the function of a binding returns for the constants that a call passes; None if these decide nothing."""
        if not arguments:
            return None
        from tlsscan.frontends.php_given import Ways, constants

        inner = Context(context.unit, context.path, context.active | {(word, binding.offset)}, context.depth + 1)
        known = constants(inner, binding.path[-1], arguments)
        ways = Ways(inner, known)
        for path in returns(binding.path) if known else ():
            taken = ways.taken(path[len(binding.path) - 1 :])
            if taken is None:
                return None
            if taken:
                there = ways.value(path)
                last = Context(context.unit, there, inner.active, inner.depth)
                value = last.lower(there[-1]) if there != path else self.last_child(last, there[-1])
                return Via(context.unit.step(path[-1]), value)
        return None

    def _elsewhere(self, context: Context, node: Node, word: str) -> Value | None:
        """A function of another file, or a method that a parent, a trait or a named class there may have; None for
        other calls."""
        if node.type == "function_call_expression":
            functions = self.callee(context, node)
            return Name(tuple(f"{name}()" for name in functions)) if not functions[0].startswith("?") else None
        scope = field(node, "object") or field(node, "scope")
        word_before = text_of(scope).lower()
        if word_before == "$this":
            names = self.own_names(context.unit, context.path)
        elif node.type in METHOD_KINDS:
            names = self._class_of(context, scope)
        else:
            names = self.class_names(context, scope) if node.type == "scoped_call_expression" else ()
        alone = word_before in ("$this", "self", "static") and len(names) == 1  # a class without parents and traits
        return Name(tuple(f"{name}.{word}" for name in names)) if names and not alone else None

    def _class_of(self, context: Context, scope: Node | None) -> tuple[str, ...]:
        """The class of an object, if one alone is told, and another file may declare that."""
        names = self.object_names(context, scope)
        return names if len(names) == 1 and not any(self.ancestry(context, names[0])) else ()

    def _callable_owners(self, context: Context, node: Node) -> tuple[str, ...]:
        """Owners of the functions of this file that a call may mean: of an object whose class is not certain, none."""
        if node.type == "function_call_expression":
            return (FUNCTION,)
        scope = field(node, "object") or field(node, "scope")
        own = text_of(scope).lower() in (*SELF_WORDS, "$this")
        if node.type == "scoped_call_expression" or own:
            return tuple(FUNCTION + name for name in self.lineage(context, scope))
        classes = self.object_names(context, scope)
        above = list(self.ancestry(context, classes[0])) if classes else []
        certain = all(name.rpartition(".")[2] in above for name in classes)
        return tuple(FUNCTION + name for name in above) if certain else ()

    def callee(self, context: Context, node: Node) -> tuple[str, ...]:
        """The names that a call's function, method or class may have, most likely first."""
        if node.type == "function_call_expression":
            return self.function_names(context, field(node, "function"))
        if node.type in NEW_KINDS:
            parts = children(node)
            made = node if node.type == "anonymous_class" else parts[0] if parts else None
            return self.made_names(context, made) or ("?",)
        name = field(node, "name")
        if name is None or name.type != "name":
            return ("?",)
        word = text_of(name)
        if node.type == "scoped_call_expression":
            owners = self.class_names(context, field(node, "scope"))
            return tuple(f"{owner}.{word}" for owner in owners) or (f"?.{word}",)
        return (*[f"{owner}.{word}" for owner in self.object_names(context, field(node, "object"))], f"?.{word}")


def returns(path: Path) -> list[Path]:
    """The paths to the return statements of the function at the end of a path, in order; none if it is a generator or
    too long to tell."""
    found: list[Path] = []
    queue = [] if YIELDS.search(text_of(path[-1])) else [path]
    for _ in range(MAX_STATEMENTS):
        if not queue:
            return found
        current = queue.pop()
        node = current[-1]
        if node.type == "return_statement":
            found.append(current)
        elif node.type in STATEMENT_KINDS or current == path:
            queue.extend((*current, child) for child in reversed(children(node)))
    return []
