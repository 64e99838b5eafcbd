"""The keys that sign documents: elliptic-curve keys with certificates of their own, kept in the database, enciphered.

Whoever gets a document checks it against the published certificates.
"""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

VALID_DAYS = 3650
FIELD = "Settlement"


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """A private key (PKCS #8) and its certificate (X.509), both in DER."""

    private_key: bytes
    certificate: bytes


def make(issuer: str, now: datetime) -> DocumentKey:
    """A new key, with a certificate for whoever issues the documents."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer[:64])])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DocumentKey(private, certificate.public_bytes(Encoding.DER))


def serial_number(key: DocumentKey) -> str:
    """The certificate's serial number, in hexadecimal."""
    return f"{x509.load_der_x509_certificate(key.certificate).serial_number:x}"


def issuer(certificate: bytes) -> str:
    """Who issues the documents that a certificate is for."""
    (name,) = x509.load_der_x509_certificate(certificate).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(name.value)


def pem(certificate: bytes) -> str:
    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM).decode()


def signed(pdf: bytes, key: DocumentKey) -> bytes:
    """The PDF with a signature over all of it. Not for the event loop.

    What signs is brought in here: it is large, and needed when statements are issued only.
    """
    from asn1crypto import keys as asn1_keys  # noqa: PLC0415
    from asn1crypto import x509 as asn1_x509  # noqa: PLC0415
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import signers  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key.private_key),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call] # theirs
    )
    out = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        signers.PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256"),
        signer=signer,
        output=out,
    )
    return out.getvalue()
