"""Runs in the child process of inspections: the text attached to a PDF and the state of its seal."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils.decode_limits import DecodeLimits, StreamDecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko_certvalidator import ValidationContext

MAX_TEXT_BYTES: Final = 8 * 1024 * 1024
MAX_INFLATED: Final = 32 * 1024 * 1024

type Facts = dict[str, Any]


def inspect(content: bytes, options: Facts) -> tuple[Facts, bytes]:
    """Return the fields of `verification.SealReading`, as far as they can be read.

    `options["trusted_certificates"]`: DER in hex of the certificates that have sealed charters here.
    """
    facts: Facts = {"fingerprint": None, "seals": 0}
    # On hostile input the PDF parser may raise any exception.
    try:
        limits = DecodeLimits(per_stream=StreamDecodeLimits(max_output_size=MAX_INFLATED))
        reader = PdfFileReader(BytesIO(content), decode_limits=limits)
        facts["fingerprint"] = _fingerprint(reader)
        trusted = [bytes.fromhex(certificate) for certificate in options["trusted_certificates"]]
        facts |= _seal(reader, trusted)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110
        pass
    return facts, b""


def _fingerprint(reader: PdfFileReader) -> str | None:
    files = reader.root.get("/AF", ())
    if len(files) != 1 or files[0].get("/AFRelationship") != "/Source":
        return None
    text = bytes(files[0]["/EF"]["/F"].data)
    return hashlib.sha256(text).hexdigest() if len(text) <= MAX_TEXT_BYTES else None


def _seal(reader: PdfFileReader, trusted: list[bytes]) -> Facts:
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        return {"seals": len(signatures)}
    signature: EmbeddedPdfSignature = signatures[0]
    if signature.signer_cert.dump() not in trusted:
        return {"seals": 1}
    # The certificate is trusted by its bytes; it may have expired after the seal was made.
    context = ValidationContext(
        trust_roots=[signature.signer_cert],
        moment=signature.self_reported_timestamp,
        allow_fetching=False,
    )
    status = validate_pdf_signature(signature, signer_validation_context=context, skip_diff=True)
    is_last = signature.signed_revision == reader.xrefs.total_revisions - 1
    return {
        "seals": 1,
        "is_ours": True,
        "is_intact": bool(status.intact and status.valid),
        "is_whole": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "is_final": signature.docmdp_level == MDPPerm.NO_CHANGES and is_last,
        "is_timestamped": status.timestamp_validity is not None,
    }
