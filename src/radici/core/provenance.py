"""Where a result comes from: versions, hashes of inputs, and the salt that hides patient ids."""

import hashlib
import hmac
import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from platformdirs import user_data_path

LIBRARIES = ("numpy", "scipy", "numba", "pandas", "scikit-learn", "SimpleITK")


def versions() -> dict[str, str]:
    """Versions of Python, radici and the libraries whose numbers reach a result."""
    found = {"python": platform.python_version()}
    for name in ("radici", *LIBRARIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def text_hash(*parts: str) -> str:
    """sha256 of some texts, each one counted apart."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part.encode())
    return digest.hexdigest()


def machine_secret() -> bytes:
    """A random secret kept on this machine only; it salts the hashes of patient ids.

    Whoever holds only the results cannot try out ids against them; the same machine gives the same hashes
    again. `RADICI_HOME` moves the folder; it decides no number of a result.
    """
    folder = private_folder()
    path = folder / "secret"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(handle, "wb") as stream:
            stream.write(os.urandom(32))
    return path.read_bytes()


def private_folder() -> Path:
    """This user's folder for what must stay on the machine."""
    chosen = os.environ.get("RADICI_HOME")
    return Path(chosen) if chosen else user_data_path("radici", appauthor=False)


def hidden_ids(patients: Iterable[str], study: str) -> dict[str, str]:
    """Salted hash of each patient id, for anything that leaves the machine."""
    salt = hmac.new(machine_secret(), study.encode(), hashlib.sha256).digest()
    return {p: hmac.new(salt, p.encode(), hashlib.sha256).hexdigest()[:16] for p in patients}
