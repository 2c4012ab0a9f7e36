"""Guards on what is read: an order nobody asked for is never relied upon nor shown."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import QuerySet
from django.template import defaulttags
from django.template.context import Context

from tests.guards.templates import CheckedExpression


@pytest.fixture(autouse=True, scope="session")
def unordered_rows_come_backwards() -> Iterator[None]:
    """Give the rows of a queryset without an order in reverse, so that no test passes by luck."""
    fetch = QuerySet._fetch_all

    def fetch_backwards(rows: QuerySet[Any]) -> None:
        is_fresh = rows._result_cache is None
        fetch(rows)
        if is_fresh and not rows.ordered and rows._result_cache:
            rows._result_cache.reverse()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "_fetch_all", fetch_backwards)
        yield


@pytest.fixture(autouse=True, scope="session")
def unordered_rows_are_not_shown() -> Iterator[None]:
    """Fail a template of ours that loops over a queryset without an order."""
    render = defaulttags.ForNode.render

    def render_ordered(node: Any, context: Context) -> str:
        expression = node.sequence
        if isinstance(expression, CheckedExpression) and expression.is_ours and expression.is_var:
            shown = expression.resolve(context)
            if isinstance(shown, QuerySet) and not shown.ordered and len(shown) > 1:
                message = f"An unordered queryset is shown: {expression.token}"
                raise AssertionError(message)
        return render(node, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(defaulttags.ForNode, "render", render_ordered)
        yield
