"""The numbers of the sections and clauses of a text, the same on pages, in references and in the PDF."""

from collections import Counter
from collections.abc import Iterable


def section_numbers(headings: Iterable[int]) -> dict[int, int]:
    """Return the number of each section by its heading: from 1, in printed order, without gaps.

    `headings`: those of the clauses of a text; a section without clause has no number.
    """
    return {heading: number for number, heading in enumerate(sorted(set(headings)), 1)}


def clause_numbers[K](clauses: Iterable[tuple[K, int]]) -> dict[K, str]:
    """Return the number of each clause by its key: that of its section, then its rank in it ("5.2").

    `clauses`: the key and the heading of every clause of the text, in printed order.
    """
    rows = list(clauses)
    sections = section_numbers(heading for _key, heading in rows)
    ranks: Counter[int] = Counter()
    numbers = {}
    for key, heading in rows:
        ranks[heading] += 1
        numbers[key] = f"{sections[heading]}.{ranks[heading]}"
    return numbers
