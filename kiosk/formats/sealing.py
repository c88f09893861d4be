"""A file for one receiver alone: CMS EnvelopedData (RFC 5652), AES-256, as OpenSSL opens it.

``openssl cms -decrypt -inform DER -in FILE.p7m -inkey key.pem -recip certificate.pem``
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options


class NotAReceiver(ValueError):
    """The certificate is none, or not of an RSA key: nothing can be sealed to it."""


def sealed(content: bytes, certificate: bytes) -> bytes:
    """Content that only the certificate's key opens; DER.

    Args:
        content: any bytes; kept as they are.
        certificate: X.509 of an RSA key, PEM.

    Raises:
        NotAReceiver: see there.
    """
    try:
        receiver = x509.load_pem_x509_certificate(certificate)
        builder = PKCS7EnvelopeBuilder().set_data(content).add_recipient(receiver)
    except (TypeError, ValueError) as error:
        raise NotAReceiver(type(error).__name__) from None
    return builder.set_content_encryption_algorithm(AES256).encrypt(
        Encoding.DER, [PKCS7Options.Binary]
    )
