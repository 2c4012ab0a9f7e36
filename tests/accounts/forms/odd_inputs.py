"""What nobody should type, what somebody honest types, and both mixed for any form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import strategies as st

from tests import files

HUGE = "a" * 10_000_000
ODD = [
    "\x00",
    "a\x00b",
    "🫁" * 50,
    "\u202eمرحبا",
    "'; DROP TABLE accounts_user; --",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "9" * 40,
    "9" * 5000,
    "é" * 301,
    "Zoé " * 600,
    "-1",
    "1e309",
    "NaN",
    "W000000001",
    "0001-01-01",
    "9999-12-31",
    "\ud7ff\ue000",
    "on",
    "rna",
    "court",
    "Tribunal de Strasbourg",
    "true",
    "http://[::1",
    "x@y",
]
words = st.one_of(st.sampled_from(ODD), st.text(st.characters(codec="utf-8"), max_size=40))
contents = st.one_of(
    st.binary(max_size=80),
    st.sampled_from([files.pdf(), files.picture(), files.EICAR, files.archive(), files.encrypted_pdf()]),
)
# Longest first: a number field is made from a class that is made from that of a text field.
HONEST: list[tuple[type[forms.Field], list[str]]] = [
    (forms.BooleanField, ["on"]),
    (forms.IntegerField, ["1", "12", "2025", "5000"]),
    (forms.DateField, ["2024-02-29", "2026-03-02", "2031-12-31"]),
    (forms.EmailField, ["eve@theatre.example", "ben@theatre.example"]),
    (forms.URLField, ["https://souffle.example", "souffle.example"]),
    (forms.UUIDField, ["00000000-0000-0000-0000-000000000000"]),
    (forms.CharField, ["Zoé O’Neill", "Une action précise. 🫁", "présidente"]),
]


def honest(field: forms.Field) -> st.SearchStrategy[Any]:
    """Return what an honest person gives to a field."""
    if isinstance(field, forms.ChoiceField):
        return st.sampled_from([str(key) for key, _label in field.choices] or [""])
    return next(st.sampled_from(values) for kind, values in HONEST if isinstance(field, kind))


@st.composite
def typed(
    draw: st.DrawFn, fields: Mapping[str, forms.Field], plausible: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Draw what is sent to a form: some fields odd, some honest, some left out; a file for a field of files.

    `plausible`: what an honest person gives where the field does not tell.
    """
    names = sorted(fields)
    odd = draw(st.sets(st.sampled_from(names), max_size=draw(st.sampled_from([1, 2, len(names)]))))
    left_out = draw(st.sets(st.sampled_from(names), max_size=1)) & odd
    given: dict[str, Any] = {}
    for name in names:
        if name in left_out:
            continue
        if isinstance(fields[name], forms.FileField):
            given[name] = draw(a_file())
        elif name in odd:
            given[name] = draw(words)
        else:
            choices = plausible.get(name)
            given[name] = draw(st.sampled_from(choices) if choices else honest(fields[name]))
    return given


@st.composite
def a_file(draw: st.DrawFn) -> SimpleUploadedFile:
    """Draw an uploaded file, its name as a browser may send it and not as Django's class would clean it."""
    file = SimpleUploadedFile("x", draw(contents))
    file._name = draw(st.one_of(words, st.just("statuts.pdf")))
    return file


def as_sent(given: Mapping[str, Any]) -> tuple[QueryDict, MultiValueDict[str, Any]]:
    """Return what a view would hand to the form: the text, then the files."""
    query = QueryDict(mutable=True)
    sent: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in given.items():
        if isinstance(value, SimpleUploadedFile):
            sent[name] = value
        else:
            query[name] = value
    return query, sent
