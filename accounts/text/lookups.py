"""The lookup `folded`: `name__folded__contains=word` compares both sides as `canonical.folded` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import CharField, Func, TextField, Transform, Value
from django.db.models.expressions import Expression
from django.db.models.functions import Replace

from accounts.text import canonical

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class FoldedText(TextField):  # type: ignore[type-arg]
    """The type of a folded text: what it is compared with is folded too."""


class Folded(Transform):
    """A text without case, accents, ligatures, kinds of apostrophes and hyphens, computed by PostgreSQL.

    Spaces are those of the text: a search compares word by word.
    """

    lookup_name = "folded"
    output_field = FoldedText()

    def as_sql(  # type: ignore[override]
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002
        **_options: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the SQL of the folded expression."""
        expression: Expression = _translated(self.lhs, canonical.FOLDED_FIRST)
        expression = Func(expression, template="normalize(%(expressions)s, NFKD)", output_field=TextField())
        expression = Func(
            expression,
            Value(canonical.FOLDED_AWAY),
            Value(""),
            Value("g"),
            function="regexp_replace",
            output_field=TextField(),
        )
        for letter, letters in canonical.FOLDED_LETTERS.items():
            expression = Replace(expression, Value(letter), Value(letters))
        expression = _translated(expression, canonical.FOLDED_SIGNS)
        sql, params = compiler.compile(expression.resolve_expression(compiler.query))
        return sql, tuple(params)


@FoldedText.register_lookup
class FoldedContains(models.lookups.Contains):
    """Whether the folded text contains a folded word."""

    def process_rhs(self, qn: Any, connection: Any) -> Any:
        """Fold the word."""
        self.rhs = canonical.folded(str(self.rhs))
        return super().process_rhs(qn, connection)


@FoldedText.register_lookup
class FoldedExact(models.lookups.Exact):
    """Whether the folded text is a folded word."""

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """Fold the word."""
        self.rhs = canonical.folded(str(self.rhs))
        return super().process_rhs(compiler, connection)


def register() -> None:
    """Register the lookup for the columns of text."""
    CharField.register_lookup(Folded)
    TextField.register_lookup(Folded)


def _translated(expression: Any, signs: dict[str, str]) -> Func:
    letters, others = "".join(signs), "".join(signs.values())
    return Func(expression, Value(letters), Value(others), function="translate", output_field=TextField())
