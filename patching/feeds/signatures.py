"""Who signed a document: OpenPGP signatures are checked against keys that somebody trusted beforehand."""

from collections.abc import Sequence

from pysequoia import Cert, Sig, verify

from patching.feeds.deliveries import SignatureState


class UnknownKey(ValueError):
    """A configured key is not an OpenPGP public key; the text is fit for the user."""


def read_key(body: bytes) -> Cert:
    """Return the OpenPGP public key in `body` (armored or binary), or raise UnknownKey."""
    try:
        return Cert.from_bytes(body)
    except RuntimeError:
        raise UnknownKey("This is not an OpenPGP public key.") from None


def plain(fingerprint: str) -> str:
    """Return a fingerprint as lower-case hex without blanks or colons, however it was written."""
    return "".join(fingerprint.split()).replace(":", "").removeprefix("0x").lower()


def state(body: bytes, signature: bytes | None, keys: Sequence[Cert]) -> SignatureState:
    """Judge a detached signature over `body`: BAD as soon as keys are trusted and none of them made it, UNSIGNED where there is none."""
    if signature is None:
        return SignatureState.UNSIGNED
    if not keys:
        return SignatureState.UNCHECKED
    try:
        verified = verify(bytes=body, store=lambda wanted: list(keys), signature=Sig.from_bytes(signature))
    except RuntimeError:
        return SignatureState.BAD
    return SignatureState.VERIFIED if verified.valid_sigs else SignatureState.BAD
