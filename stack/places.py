"""Where this checkout keeps its servers' files, its sockets and its own data."""

import hashlib
import os
import pwd
import stat
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "var"
DATA = Path(os.environ.get("CSMS_DATA_DIR") or BUILT).absolute()
IS_ROOT = os.geteuid() == 0
TAG = hashlib.sha256(str(DATA).encode()).hexdigest()[:10]
ROOT_STATE = Path("/var/lib/csms-portal")
# PostgreSQL refuses to run as root, and the user it then runs as may not be able to read the checkout (/root is 0700).
STATE = ROOT_STATE / TAG if IS_ROOT else DATA


class StackError(RuntimeError):
    """A server could not be found, started or reached; the text says what to do."""


def server_user() -> pwd.struct_passwd:
    """Return the unprivileged account that PostgreSQL runs as when the portal is started by root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StackError("PostgreSQL does not run as root and there is neither a user 'postgres' nor 'nobody'.")


def state_dir(instance: str) -> Path:
    """Make and return the folder of one instance (`run`, `test-<pid>`, ...) for data and logs of its servers."""
    folder = STATE / "servers" / instance
    folder.mkdir(parents=True, exist_ok=True)
    if IS_ROOT:  # our own folders only: under a strict umask the server's user could not reach its data
        for ours in (ROOT_STATE, STATE, folder.parent, folder):
            ours.chmod(0o755)
    return folder


def socket_path(instance: str, part: str) -> Path:
    """Return the folder for a Unix socket: without spaces, and short enough for the 107 bytes that an address may have."""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or "/tmp"
    fits = not IS_ROOT and len(runtime) < 40 and " " not in runtime and os.access(runtime, os.W_OK)
    return Path(runtime if fits else "/tmp") / f"csms-{os.geteuid()}-{TAG}-{instance}-{part}"


def socket_dir(instance: str, part: str, owner: pwd.struct_passwd | None = None) -> Path:
    """Make and return the private folder for a Unix socket, which belongs to this user or to the server's."""
    folder = socket_path(instance, part)
    uid = owner.pw_uid if owner else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise StackError(f"{folder} exists and is not a private folder; remove it.")
    return folder
