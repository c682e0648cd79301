"""Serves the few files that pages take from other projects, by name and no others."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import allauth
import django_htmx
import drf_spectacular_sidecar
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Warning
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage

PACKAGES = Path(settings.BASE_DIR) / "node_modules"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx"
SIDECAR = Path(drf_spectacular_sidecar.__file__).parent / "static"
BUILT = Path(settings.BASE_DIR) / "var" / "assets"
INTER = PACKAGES / "@fontsource-variable" / "inter" / "files"
SIGN_IN = Path(allauth.__file__).parent
SOURCE_MAP = re.compile(rb"\n(?://|/\*)# sourceMappingURL=\S+(?: \*/)?\s*$")
INTER_SUBSETS = ("latin", "latin-ext", "greek", "cyrillic")
SWAGGER = "drf_spectacular_sidecar/swagger-ui-dist"
SWAGGER_FILES = ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-32x32.png")

ASSETS: dict[str, Path] = {
    "vendor/tabler.min.css": PACKAGES / "@tabler" / "core" / "dist" / "css" / "tabler.min.css",
    "vendor/tabler.min.js": PACKAGES / "@tabler" / "core" / "dist" / "js" / "tabler.min.js",
    "vendor/tom-select.min.css": PACKAGES / "tom-select" / "dist" / "css" / "tom-select.bootstrap5.min.css",
    "vendor/tom-select.min.js": PACKAGES / "tom-select" / "dist" / "js" / "tom-select.complete.min.js",
    "vendor/htmx.min.js": HTMX / "htmx-2.min.js",
    "vendor/icons.svg": BUILT / "icons.svg",
    **{f"vendor/inter-{subset}.woff2": INTER / f"inter-{subset}-wght-normal.woff2" for subset in INTER_SUBSETS},
    **{
        f"mfa/js/{name}": SIGN_IN / "mfa" / "static" / "mfa" / "js" / name
        for name in ("webauthn.js", "webauthn-json.js", "recovery_codes.js")
    },
    **{
        f"account/js/{name}": SIGN_IN / "account" / "static" / "account" / "js" / name
        for name in ("account.js", "onload.js")
    },
    **{f"{SWAGGER}/{name}": SIDECAR / SWAGGER / name for name in SWAGGER_FILES},
}


class AssetStorage(FileSystemStorage):
    """Reads the listed files wherever their packages keep them."""

    def path(self, name: str) -> str:
        """Return where the file of a static name lies."""
        return str(ASSETS[name])

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """Open a file without the reference to its source map, which is not served and which `collectstatic` would miss."""
        content = ASSETS[name].read_bytes()
        return ContentFile(SOURCE_MAP.sub(b"", content) if name.endswith((".css", ".js")) else content, name=name)


class AssetsFinder(BaseFinder):
    """Finds the files of `ASSETS` for pages, `collectstatic` and WhiteNoise."""

    storage = AssetStorage()

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Warn about each listed file that is not installed."""
        return [
            Warning(f"{path} is missing.", hint="./portal run installs it.", id="csms.W001")
            for path in ASSETS.values()
            if not path.is_file()
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the file of a static name, or an empty list."""
        found = ASSETS.get(path)
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield every static name with the storage that reads it."""
        return ((name, self.storage) for name, path in ASSETS.items() if path.is_file())
