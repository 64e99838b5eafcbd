"""An authority of one's own, and the certificates that it signs: for processes that speak TLS with one another."""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
BEFORE = timedelta(minutes=5)  # clocks are apart
KEY_USAGE = {
    "digital_signature": True, "content_commitment": False, "key_encipherment": False, "data_encipherment": False,
    "key_agreement": False, "key_cert_sign": False, "crl_sign": False, "encipher_only": False, "decipher_only": False,
}  # fmt: skip
FILES = ("tls.crt", "tls.key", "ca.crt")  # as a secret of the kind kubernetes.io/tls has them


class Authority:
    """Signs certificates of processes, and no other authorities."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self.key = key
        self.certificate = certificate

    @classmethod
    def new(cls, name: str = "Yima services") -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key()
        builder = begun(name, public, timedelta(days=AUTHORITY_DAYS)).issuer_name(named(name))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        usage = x509.KeyUsage(**{**KEY_USAGE, "digital_signature": False, "key_cert_sign": True, "crl_sign": True})
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        return cls(key, builder.sign(key, hashes.SHA256()))

    @classmethod
    def read(cls, key: bytes, certificate: bytes) -> "Authority":
        """Raises ValueError or TypeError where these are not a key and its certificate."""
        kept = serialization.load_pem_private_key(key, None)
        known = x509.load_pem_x509_certificate(certificate)
        if not isinstance(kept, ec.EllipticCurvePrivateKey) or kept.public_key() != known.public_key():
            raise ValueError("the key is not the certificate's")
        return cls(kept, known)

    @property
    def pem(self) -> bytes:
        return pem(self.certificate)

    @property
    def key_pem(self) -> bytes:
        return private_pem(self.key)

    def sign(
        self, names: Sequence[str], good_for: timedelta, begins: timedelta = -BEFORE, *, servers: bool = True
    ) -> tuple[x509.Certificate, bytes]:
        """A certificate for these names or addresses, the first of them its subject, and its key as PEM. One that is
        not for `servers` is for who asks alone."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.key.public_key()
        builder = begun(names[0], key.public_key(), good_for, begins).issuer_name(self.certificate.subject)
        builder = builder.add_extension(x509.SubjectAlternativeName([general(name) for name in names]), critical=False)
        usages = [ExtendedKeyUsageOID.SERVER_AUTH] if servers else []
        usages.append(ExtendedKeyUsageOID.CLIENT_AUTH)
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.KeyUsage(**KEY_USAGE), critical=True)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
        return builder.sign(self.key, hashes.SHA256()), private_pem(key)

    def write(
        self,
        folder: Path,
        names: Sequence[str],
        good_for: timedelta,
        begins: timedelta = -BEFORE,
        believed: bytes = b"",
    ) -> None:
        """Put a certificate, its key and whom to believe (this authority alone, if nothing is said) into a folder: all
        three at once, as Kubernetes does it."""
        certificate, key = self.sign(names, good_for, begins)
        made = folder / f"..{certificate.serial_number:x}"
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in zip(FILES, (pem(certificate), key, believed or self.pem), strict=True):
            path = made / name
            path.touch(0o600)
            path.write_bytes(content)
        fresh = folder / "..data_tmp"
        fresh.symlink_to(made.name)
        fresh.rename(folder / "..data")
        for name in FILES:
            if not (folder / name).is_symlink():
                (folder / name).unlink(missing_ok=True)  # what a test put there
                (folder / name).symlink_to(f"..data/{name}")


def begun(
    name: str, public: ec.EllipticCurvePublicKey, good_for: timedelta, begins: timedelta = -BEFORE
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(named(name)).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now + begins).not_valid_after(now + good_for)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
