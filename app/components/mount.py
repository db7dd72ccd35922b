"""Mounts components whose browser code is ES modules in `static`.

Streamlit sends the JavaScript of a component inline, with every changed message, and an inline
module cannot import a file by a relative name. So the inline part is the same few lines for every
component: they import the component's own module and `shared/mount.js` by address, and call them.

How the modules are served: `declare_component` of Streamlit's components v1 serves a folder under
`component/<Python module>.<name>/`, below the base path, wherever the main script stands. Static
serving (`server.enableStaticServing`) would want the folder `static` beside the main script, that
of every test page as well, and sends no word about caching: a browser may then keep a file for a
tenth of its age, and a `?v=` on the entry would not reach what the entry imports.

How a page gets them soon: a browser that followed the imports by itself would ask for a module only
when it has read the one that imports it, level after level. So the inline part names all of them.

How an update gets past old caches: the name carries a hash of all of `static`, and with it the
address of each module, since modules import each other by relative names. A page that is open
while the server is updated therefore never mixes old modules with new ones.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from streamlit.components.v1 import declare_component
from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer
from streamlit.runtime import Runtime, get_instance

STATIC = Path(__file__).resolve().parents[2] / "static"

# A static import, or one in the same folder that begins at once: `Promise.all([import("./a.js")])`.
_IMPORT = re.compile(r'(?:^(?:import .*|\}) from |(?<=\[)import\()"(\.[^"]+)"', re.MULTILINE)

# The one block of code that travels inline. An address is relative to the document, which knows
# under which base path, or behind which proxy, the lab runs.
_MOUNT = """
const address = (path) => new URL(`%(folder)s/${path}`, document.baseURI).href;
for (const href of %(imported)s.map(address)) {
  if (document.head.querySelector(`link[href="${href}"]`)) continue;
  const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href });
  document.head.append(link);
}
const modules = Promise.all([import(address("shared/mount.js")), import(address(%(module)s))]);
export default function (component) {
  const { parentElement } = component;
  // Until the modules are here nothing answers: what a visitor draws or presses would be lost.
  const place = parentElement.host ?? parentElement; // that of a shadow root
  place.dataset.latentLab ??= "loading";
  place.inert = place.dataset.latentLab === "loading";
  const mounted = modules.then(([{ mount }, { open }]) => mount(component, open));
  modules.catch((error) => {
    console.warn("Latent Lab:", error);
    const textContent = "This part of the page could not be loaded; reload the page to try again.";
    parentElement.replaceChildren(Object.assign(document.createElement("p"), { textContent }));
    place.dataset.latentLab = "failed";
    place.inert = false;
  });
  return () => mounted.then((close) => close());
}
"""


def read_static(*names: str) -> str:
    """Return some files of `static`, one after the other."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def browser_component(
    name: str,
    module: str,
    *,
    html: str = "",
    css: Sequence[str] = (),
    isolate_styles: bool = True,
) -> ComponentRenderer:
    """Register a component whose view a module of `static` opens.

    Args:
        name: What Streamlit calls the component.
        module: The module, such as "film/film.js". It exports `open(component)`, which returns a
            view with `update(component)` and `close()`; see `static/shared/mount.js`.
        html: Its HTML, such as "film/film.html"; none if it is empty.
        css: Its style sheets, one after the other.
        isolate_styles: Whether the component has a shadow root, so that styles stay apart.

    Returns:
        A function that mounts the component on a page, as `streamlit.components.v2.component` does.
    """
    code = _MOUNT % {
        "folder": f"component/{__name__}.{_NAME}",
        "module": json.dumps(module),
        "imported": json.dumps(imported(module)),
    }
    mount = component(
        name,
        html=read_static(html) if html else None,
        css=read_static(*css) if css else None,
        js=code,
        isolate_styles=isolate_styles,
    )

    def mount_with_modules(**options: Any) -> Any:
        _serve_modules(get_instance())
        return mount(**options)

    return mount_with_modules


def imported(module: str) -> list[str]:
    """Return what a module of `static` imports, directly or not, each module once.

    What it imports only when that is needed, such as what makes the files to save, is left out.
    """
    found: list[str] = []
    waiting = [module]
    while waiting:
        path = waiting.pop()
        for name in _IMPORT.findall(read_static(path)):
            other = (STATIC / path).parent.joinpath(name).resolve().relative_to(STATIC).as_posix()
            if other not in (module, *found):
                found.append(other)
                waiting.append(other)
    return sorted(found)


def _content_hash() -> str:
    """Return a hash of the names and the contents of all files in `static`."""
    digest = hashlib.blake2s(digest_size=8)
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(STATIC).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


_NAME = f"modules-{_content_hash()}"


@lru_cache(maxsize=1)
def _serve_modules(runtime: Runtime) -> None:
    """Have the server answer for the modules; once is enough for each server."""
    declare_component(_NAME, path=STATIC)
