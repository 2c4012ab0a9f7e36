"""The seal: a PAdES signature of the operator that certifies the PDF and permits no later change."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Final, Self

from asn1crypto import cms, keys, x509  # type: ignore[import-untyped]
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD: Final = "Sceau"
VALIDITY: Final = timedelta(days=3653)
SIGNATURE_BYTES: Final = 8_192
TIMESTAMPED_BYTES: Final = 24_576
TIMESTAMP_SECONDS: Final = 10


class SealingError(Exception):
    """The PDF could not be sealed."""


class UnusableKey(SealingError):
    """The key or the certificate cannot be read, or they do not belong together."""


class TimestampRefused(SealingError):
    """The timestamp authority did not answer, or its answer is no timestamp."""


@dataclass(frozen=True, kw_only=True)
class SealIdentity:
    """A private key and its certificate."""

    key: keys.PrivateKeyInfo
    certificate: x509.Certificate

    @classmethod
    def load(cls, *, key_pem: bytes, certificate_pem: bytes) -> Self:
        """Return the identity in two unencrypted PEM files. Raises UnusableKey."""
        try:
            private = serialization.load_pem_private_key(key_pem, password=None)
            certificate = certificates.load_pem_x509_certificate(certificate_pem)
        except (ValueError, TypeError) as error:
            raise UnusableKey(str(error)) from error
        if private.public_key() != certificate.public_key():
            raise UnusableKey("The certificate is not that of the key.")
        return cls(
            key=keys.PrivateKeyInfo.load(_pkcs8(private, serialization.Encoding.DER)),
            certificate=x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        )


def certificates_in(pem_file: bytes) -> tuple[bytes, ...]:
    """Return the certificates of a PEM file as PEM, in order: the current one first, then former ones.

    Raises UnusableKey.
    """
    try:
        loaded = certificates.load_pem_x509_certificates(pem_file)
    except ValueError as error:
        raise UnusableKey(str(error)) from error
    return tuple(certificate.public_bytes(serialization.Encoding.PEM) for certificate in loaded)


def make_seal_identity(common_name: str, at: datetime) -> tuple[bytes, bytes]:
    """Return a new ECDSA P-256 key and its self-signed certificate, both as PEM.

    Valid ten years from the day before `at`. PDF readers do not trust it by themselves; the verification page
    does, and the charter says so.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = certificates.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        certificates.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + VALIDITY)
        .add_extension(certificates.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(certificates.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pkcs8(key, serialization.Encoding.PEM), certificate.public_bytes(serialization.Encoding.PEM)


def seal(pdf: bytes, identity: SealIdentity, *, reason: str, at: datetime, timestamp_url: str = "") -> bytes:
    """Return `pdf` with one invisible signature over all its bytes, dated `at`.

    `timestamp_url`: authority whose RFC 3161 timestamp is included. Raises TimestampRefused.
    """
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signer = signers.SimpleSigner(
        signing_cert=identity.certificate,
        signing_key=identity.key,
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    timestamper = None
    if timestamp_url:
        timestamper = _TimestampAuthority(timestamp_url, timeout=TIMESTAMP_SECONDS)
    field = SigFieldSpec(sig_field_name=FIELD, readable_field_name="Sceau de la charte")
    try:
        sealed = _DatedSigner(at, metadata, signer, timestamper, field).sign_pdf(
            _UntouchedMetadata(BytesIO(pdf)),
            bytes_reserved=TIMESTAMPED_BYTES if timestamp_url else SIGNATURE_BYTES,
        )
    except TimestampRequestError as error:
        raise TimestampRefused(str(error)) from error
    return bytes(sealed.getbuffer())


class _UntouchedMetadata(IncrementalPdfFileWriter):
    """Keeps the dates and the XMP of the renderer, where pyHanko would write the current time."""

    def _update_meta(self) -> None:
        return


class _DatedSigner(signers.PdfSigner):
    def __init__(
        self,
        at: datetime,
        metadata: signers.PdfSignatureMetadata,
        signer: signers.Signer,
        timestamper: TimeStamper | None,
        field: SigFieldSpec,
    ) -> None:
        super().__init__(metadata, signer, timestamper=timestamper, new_field_spec=field)
        self._at = at

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


class _TimestampAuthority(HTTPTimeStamper):
    """Raises TimestampRequestError for an unparsable answer too, as pyHanko does for other failures."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except ValueError as error:
            raise TimestampRequestError(str(error)) from error


def _pkcs8(key: Any, encoding: serialization.Encoding) -> bytes:
    encoded: bytes = key.private_bytes(
        encoding,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return encoded
