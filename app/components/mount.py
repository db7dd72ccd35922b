"""Mounts components whose browser code is ES modules in `static`.

Streamlit sends the JavaScript of a component inline, with every changed message, and an inline
module cannot import a file by a relative name. So the inline part is the same few lines for every
component: they import the component's own module and `shared/mount.js` by address, and call them.

How they are served: Streamlit serves the folder of a component of its components v1 under
`component/<Python module>.<name>/`, below the base path, wherever the main script stands. Static
serving (`server.enableStaticServing`) would want the folder `static` beside the main script, that
of every test page as well, and sends no word about caching: a browser may then keep a file for a
tenth of its age, and a `?v=` on the entry would not reach what the entry imports.

How a page gets them soon: all of them are one file, which `core.export.modules` bundles when the
server starts. A browser that fetches them one by one asks forty times for what the t-SNE page
needs, level after level of imports, while the same server computes the page. The first component
of every page, the switch of the theme, thus brings the code of all others.

How an update gets past old caches: the name of the folder carries a hash of the bundle. A page that
is open while the server is updated therefore never mixes old modules with new ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from streamlit.components.v1.custom_component import CustomComponent
from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer
from streamlit.runtime import Runtime, get_instance

from core.export.modules import bundle
from core.files import replace_bytes

STATIC = Path(__file__).resolve().parents[2] / "static"

# The one block of code that travels inline. The address is relative to the document, which knows
# under which base path, or behind which proxy, the lab runs. Modules that could not be fetched are
# fetched again when a visitor says so or another component comes; at another address, since a
# browser may remember the failure. Then all components of the page get the same ones.
_MOUNT = """
const address = new URL(%(address)s, document.baseURI).href;
const page = ((globalThis.latentLab ??= {})[address] ??= { failures: 0, failed: new Map() });
const fetchModules = () =>
  (page.modules ??= import(address + (page.failures ? `?${page.failures}` : "")).then(
    (modules) => {
      for (const { again } of page.failed.values()) again();
      return modules;
    },
    (error) => {
      page.modules = null;
      page.failures += 1;
      throw error;
    },
  ));
let modules = fetchModules();
export default function (component) {
  const { parentElement } = component;
  // Until the modules are here nothing answers: what a visitor draws or presses would be lost.
  const place = parentElement.host ?? parentElement; // that of a shadow root
  place.dataset.latentLab ??= "loading";
  place.inert = place.dataset.latentLab === "loading";
  let mounted;
  const open = () => {
    mounted = modules.then(({ loadModule }) => {
      const failed = page.failed.get(parentElement);
      if (failed?.sentence.isConnected) parentElement.replaceChildren(...failed.content);
      page.failed.delete(parentElement);
      return loadModule("shared/mount.js").mount(component, loadModule(%(module)s).open);
    });
    mounted.catch((error) => {
      console.warn("Latent Lab:", error);
      place.dataset.latentLab = "failed";
      place.inert = false;
      const again = () => {
        modules = fetchModules();
        open();
      };
      const failed = page.failed.get(parentElement);
      if (failed?.sentence.isConnected) return Object.assign(failed, { again });
      const button = document.createElement("button");
      Object.assign(button, { textContent: "Try again", onclick: again });
      const sentence = document.createElement("p");
      sentence.append("This part of the page could not be loaded. ", button);
      page.failed.set(parentElement, { again, sentence, content: [...parentElement.childNodes] });
      parentElement.replaceChildren(sentence);
    });
  };
  open();
  return () => mounted.then((close) => close(), () => {});
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
        "address": json.dumps(f"component/{__name__}.{_NAME}/{_FILE}"),
        "module": json.dumps(module),
    }
    mount = component(
        name,
        html=read_static(html) if html else None,
        css=read_static(*css) if css else None,
        js=code,
        isolate_styles=isolate_styles,
    )

    def mount_with_modules(**options: Any) -> Any:
        _serve(_write_modules(), get_instance())
        return mount(**options)

    return mount_with_modules


def _name_of(code: str) -> str:
    """Return a name for this very code."""
    return f"modules-{hashlib.blake2s(code.encode(), digest_size=8).hexdigest()}"


_FILE = "modules.js"
_MODULES = bundle(sorted(STATIC.rglob("*.js")), STATIC) + "export { loadModule };\n"
_NAME = _name_of(_MODULES)


@lru_cache(maxsize=1)
def _folder() -> TemporaryDirectory[str]:
    """Return the folder of the modules, which is removed when the server ends."""
    return TemporaryDirectory(prefix="latent-lab-modules-", ignore_cleanup_errors=True)


def _write_modules() -> Path:
    """Return the folder with the modules, which are written unless they are there.

    A server may run for weeks, and systems remove temporary files that are old.
    """
    folder = Path(_folder().name)
    if not (folder / _FILE).exists():
        folder.mkdir(exist_ok=True)
        replace_bytes(folder / _FILE, _MODULES.encode(), durable=False)
    return folder


@lru_cache(maxsize=1)
def _serve(folder: Path, runtime: Runtime) -> None:
    """Have the server answer for the modules; once is enough for each server.

    As `streamlit.components.v1.declare_component` does, but with the name of this module given: it
    looks for that with `inspect.getmodule`, which may find none while several threads ask at once.
    """
    name = f"{__name__}.{_NAME}"
    served = CustomComponent(name=name, path=str(folder), module_name=__name__)
    runtime.component_registry.register_component(served)
