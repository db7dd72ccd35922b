// Fetching modules before they are imported.

/**
 * Has the browser fetch modules, each once, while it does something else.
 *
 * @param {string[]} modules Their addresses, relative to the folder static.
 */
export function preload(modules) {
  for (const module of modules) {
    const { href } = new URL(`../${module}`, import.meta.url);
    if (document.head.querySelector(`link[href="${href}"]`)) continue;
    document.head.append(
      Object.assign(document.createElement("link"), { rel: "modulepreload", href }),
    );
  }
}
