"""Guards on pages: no undefined variable, no query while a template renders."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.db import connection
from django.template import defaultfilters, defaulttags
from django.template.base import FilterExpression, Parser, Template
from django.template.context import Context

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class CheckedExpression(FilterExpression):
    """An expression that knows whether its template is ours and whether it must be defined."""

    __slots__ = ("is_ours", "is_sequence")

    def __init__(self, token: str, parser: Parser) -> None:
        """Remember where the expression was written."""
        super().__init__(token, parser)
        self.is_ours = is_ours(parser.origin)
        self.is_sequence = False

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:
        """Resolve as Django does; only our templates must define what they print or loop over."""
        if not self.is_ours:
            with _tolerated(context):
                return super().resolve(context, ignore_failures)
        has_default = bool(self.filters) and self.filters[0][0] is defaultfilters.default
        tolerated = has_default or (ignore_failures and not self.is_sequence)
        return super().resolve(context, ignore_failures=tolerated)


def is_ours(origin: Any) -> bool:
    """Tell whether a template lies in `templates/` (True for a text written in a test)."""
    name = getattr(origin, "name", None) or "<unknown source>"
    return name == "<unknown source>" or TEMPLATES in Path(name).parents


@contextmanager
def _tolerated(context: Context) -> Iterator[None]:
    engine = context.template.engine
    original = engine.string_if_invalid
    engine.string_if_invalid = ""
    try:
        yield
    finally:
        engine.string_if_invalid = original


@pytest.fixture(autouse=True, scope="session")
def undefined_variables_fail() -> Iterator[None]:
    """Fail each render of an undefined variable, except under `default` and `if`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Parser, "compile_filter", lambda parser, token: CheckedExpression(token, parser))
        for_init = defaulttags.ForNode.__init__

        def init(node: Any, loopvars: Any, sequence: Any, *rest: Any) -> None:
            if isinstance(sequence, CheckedExpression):
                sequence.is_sequence = True
            for_init(node, loopvars, sequence, *rest)

        patch.setattr(defaulttags.ForNode, "__init__", init)
        yield


def _refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> NoReturn:
    message = f"A query was made while a template rendered; ask for it in the page's query: {sql[:500]}"
    raise AssertionError(message)


@pytest.fixture(autouse=True)
def queries_in_templates_fail(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail each query made while one of our templates renders the answer to a GET.

    A test that must tolerate one says why: `@pytest.mark.queries_in_templates(reason="...")`.
    """
    if request.node.get_closest_marker("queries_in_templates"):
        yield
        return
    rendering = False
    render = Template._render

    def guarded(template: Template, context: Context) -> Any:
        nonlocal rendering
        page = getattr(context, "request", None)
        if rendering or page is None or page.method != "GET" or not is_ours(template.origin):
            return render(template, context)
        rendering = True
        try:
            with connection.execute_wrapper(_refuse):
                return render(template, context)
        finally:
            rendering = False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", guarded)
        yield
