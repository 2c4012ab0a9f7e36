"""Three hundred hostile PDFs and a thousand mutations of a charter, at every page that takes a file."""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import re
import resource
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Self

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Document, Side
from accounts.organisations.forms import DocumentForm
from accounts.registration import actions as registration
from partnerships import tasks
from partnerships.case.file_form import FileForm
from partnerships.dialogue.forms import ThreadMessageForm
from partnerships.following.forms import EvidenceForm, PaymentForm
from partnerships.lifecycle import Case, Edition
from partnerships.models import SealedCharter
from partnerships.signing.forms import VerifyForm
from partnerships.text_files.forms import ReturnForm
from tests import make
from tests.architecture.source import PRODUCT
from tests.cast import Cast
from tests.hostile_pdfs import HARMFUL, corpus, mutations

pytestmark = pytest.mark.django_db
SECONDS = 5
MEGABYTES = 256
MUTATIONS = 1_000
TRIES = 20
# A part takes minutes on a busy machine.
PARTS = 4
ADDRESS = "198.51.100.7"


class Doors:
    """The pages that take a file, each as a function that sends one."""

    def __init__(self, cast: Cast, enter: Callable[..., Client]) -> None:
        self.ada, self.carla, self.anybody = enter(cast.ada), enter(cast.carla), Client()
        self.case = make.partnership(cast, until=Case.ACTIVE, title="Suivi", at=make.ago(days=1))
        self.association = cast.association
        identity = registration.OrganisationIdentity("Peau", "Brest", rna="W000000009")
        registration.start_registration(
            founder=cast.root, side=Side.ASSOCIATION, identity=identity, at=make.NOON
        )
        self.founder = enter(cast.root)

    def verification(self, content: bytes) -> HttpResponse:
        return self.anybody.post(reverse("verification"), {"pdf": SimpleUploadedFile("charte.pdf", content)})

    def documents(self, content: bytes) -> HttpResponse:
        address = reverse("documents", args=[self.association.pk])
        return self.ada.post(address, {"kind": "statutes", "file": SimpleUploadedFile("a.pdf", content)})

    def registration(self, content: bytes) -> HttpResponse:
        address = reverse("associations:registration", args=["pieces"])
        return self.founder.post(address, {"kind": "statutes", "file": SimpleUploadedFile("a.pdf", content)})

    def evidence(self, content: bytes) -> HttpResponse:
        milestone = self.case.milestones.get(code="J1")
        address = reverse("partnerships:evidence", args=[self.case.reference, milestone.pk])
        return self.ada.post(address, {"text": "Fait.", "file": SimpleUploadedFile("a.pdf", content)})

    def payment(self, content: bytes) -> HttpResponse:
        due = self.case.payments.order_by("pk")[:1].get()
        address = reverse("partnerships:pay", args=[self.case.reference, due.pk])
        typed = {"paid_on": "2026-03-02", "file": SimpleUploadedFile("a.pdf", content)}
        return self.carla.post(address, typed)

    def thread(self, content: bytes) -> HttpResponse:
        address = reverse("partnerships:thread", args=[self.case.reference, "dossier"])
        return self.ada.post(address, {"text": "Lisez.", "file": SimpleUploadedFile("a.pdf", content)})


# Each form with a file, and the pages that show it; Word files have a corpus of their own in text_files.
DOORS = {
    VerifyForm: ("verification",),
    DocumentForm: ("documents", "registration"),
    FileForm: (),
    EvidenceForm: ("evidence",),
    PaymentForm: ("payment",),
    ThreadMessageForm: ("thread",),
    ReturnForm: (),
}


@pytest.fixture
def doors(cast, enter, settings, tmp_path):
    # The limits have tests of their own; here each file is looked at.
    settings.ACCOUNT_RATE_LIMITS = {}
    settings.SEAL_KEY_FILE = str(tmp_path / "seal" / "key.pem")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "seal" / "certificate.pem")
    doors = Doors(cast, enter)
    # The first page of a process loads its templates, and the first file starts the first child.
    for pages in DOORS.values():
        for page in pages:
            getattr(doors, page)(b"%PDF-1.7")
    return doors


@pytest.fixture
def charter(doors, cast):
    case = make.partnership(cast, until=Edition.SIGNED)
    tasks.seal_charter(str(make.charter(case).pk))
    return bytes(SealedCharter.objects.get(charter__partnership=case).pdf)


def test_every_form_with_a_file_is_tried():
    taking = set()
    for app in PRODUCT:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" in module.name or module.name.endswith("__main__"):
                continue
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, type) and issubclass(value, forms.BaseForm):
                    fields = getattr(value, "base_fields", {}).values()
                    if any(isinstance(field, forms.FileField) for field in fields):
                        taking.add(value)
    assert taking == set(DOORS)


def answers(doors: Doors, content: bytes, page: str) -> HttpResponse:
    """Send a file and return the answer, which comes in time and is a page in words.

    A machine that is too busy to start a child says so in time; the file is then sent again.
    """
    for _try in range(TRIES):
        started = time.monotonic()
        answer = getattr(doors, page)(content)
        assert time.monotonic() - started < SECONDS
        if not is_busy(answer):
            break
        time.sleep(1)
    assert answer.status_code in {200, 303, 422}
    return answer


def is_busy(answer: HttpResponse) -> bool:
    return "la panne vient du site" in answer.content.decode()


def sweep(doors: Doors, named_files, pages) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with PeakOfInspections() as peak:
        for name, content in named_files:
            for page in pages:
                answer = answers(doors, content, page)
                text = answer.content.decode()
                if page == "verification":
                    assert "Charte authentique" not in text, name
                    refusals = ("Fichier", "Ce fichier demande trop", "Ce fichier dépasse")
                    assert any(words in text for words in refusals), name
                elif name.partition(",")[0] in HARMFUL:
                    assert answer.status_code == 422, name
                    assert "Ce PDF contient" in text, name
    assert 0 < peak.kilobytes < MEGABYTES * 1024
    # The process that serves the pages keeps a file of 10 MB in a few copies, and never what it inflates to.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 128 * 1024


class PeakOfInspections:
    """Watches the resident memory of the processes that inspect files: children of this one, and their forks."""

    def __init__(self) -> None:
        self.kilobytes = 0
        self._descends = {os.getpid(): True}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.02):
            for process in sorted(int(path.name) for path in Path("/proc").glob("[0-9]*")):
                # A process may end between two readings.
                with contextlib.suppress(OSError):
                    self._read(process)

    def _read(self, process: int) -> None:
        if self._descends.get(process) is False or process == os.getpid():
            return
        status = Path(f"/proc/{process}/status").read_text()
        parent = int(re.search(r"^PPid:\s+(\d+)", status, re.MULTILINE)[1])
        self._descends[process] = self._descends.get(parent, False)
        size = re.search(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)
        # Before it runs the worker, a child still has the memory of this process.
        is_inspector = b"inspection/worker.py" in Path(f"/proc/{process}/cmdline").read_bytes()
        if self._descends[process] and is_inspector and size:
            self.kilobytes = max(self.kilobytes, int(size[1]))


PAGES = [page for pages in DOORS.values() for page in pages]


@pytest.mark.parametrize("page", PAGES)
def test_a_sample_of_hostile_files_is_answered(doors, page):
    names = sorted(corpus())
    assert len(names) >= 300
    sweep(doors, [(name, corpus()[name]) for name in names[7 :: len(names) // 4]], [page])


@pytest.mark.parametrize("page", PAGES)
def test_a_sample_of_mutations_is_never_genuine(doors, charter, page):
    assert "Charte authentique" in answers(doors, charter, "verification").content.decode()
    sweep(doors, numbered(islice(mutations(charter, 6), 4)), [page])


@pytest.mark.audit
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("page", PAGES[:2])
def test_every_hostile_file_is_answered(doors, page, part):
    sweep(doors, list(corpus().items())[part::PARTS], [page])


@pytest.mark.audit
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("page", PAGES[:2])
def test_every_mutation_is_answered_and_never_genuine(doors, charter, page, part):
    changed = sorted(set(mutations(charter, MUTATIONS)))
    assert len(changed) > MUTATIONS * 0.95
    assert charter not in changed
    sweep(doors, numbered(changed[part::PARTS]), [page])


def numbered(files):
    return ((f"mutation {number}", content) for number, content in enumerate(files))


def test_files_of_one_address_and_of_all_are_limited(db, client, settings):
    limits = settings.ACCOUNT_RATE_LIMITS
    settings.ACCOUNT_RATE_LIMITS = {**limits, "verify_charter": "3/m/ip", "verify_file": "5/m/key"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def status(address):
        file = SimpleUploadedFile("a.pdf", b"Bonjour.")
        page = client.post(reverse("verification"), {"pdf": file}, headers={"x-forwarded-for": address})
        return page.status_code, "Trop de fichiers ont été envoyés" in page.content.decode()

    assert [status(ADDRESS) for _try in range(4)] == [*[(200, False)] * 3, (429, False)]
    assert [status(f"198.51.100.{number}") for number in range(3)] == [
        (200, False),
        (200, False),
        (503, True),
    ]


def test_a_sealed_charter_is_recognised_when_no_other_file_is_examined(doors, charter, settings):
    settings.ACCOUNT_RATE_LIMITS = {"verify_file": "1/h/key"}
    doors.verification(b"%PDF-1.7 other")
    assert doors.verification(b"%PDF-1.7 other").status_code == 503
    assert "Charte authentique" in answers(doors, charter, "verification").content.decode()


def test_documents_of_one_person_are_limited(doors, settings):
    settings.ACCOUNT_RATE_LIMITS = {"add_document": "1/m/user"}
    assert doors.documents(b"Bonjour.").status_code == 422
    page = doors.documents(make.__doc__.encode())
    assert page.status_code == 422
    assert "Trop de fichiers ont été envoyés" in page.content.decode()
    assert not Document.objects.exists()
