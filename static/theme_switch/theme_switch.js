// Light, dark, or as the system has it. Streamlit keeps the choice of its own menu, which this lab
// does not show, in localStorage, once for each address at which a visit may begin.

const NAMES = {
  System: "Custom Theme Auto",
  Light: "Custom Theme Light",
  Dark: "Custom Theme Dark",
};
const KEPT = "latent-lab-theme";

export function open() {
  return { update };
}

/** @param {import("../shared/mount.js").Component} component */
function update({ parentElement, data }) {
  const host = /** @type {any} */ (parentElement.getRootNode()).host ?? parentElement;
  const chosen = read();
  for (const input of parentElement.querySelectorAll("input")) {
    input.checked = input.value === chosen;
    input.onchange = () => choose(host, input.value, data.pages);
  }
  // At an address that was not known when the choice was made, the page opened without it.
  const themes = themesOf(host);
  if (themes && themes.activeTheme.name !== NAMES[chosen]) apply(themes, chosen);
}

function choose(host, name, pages) {
  keep(name, pages);
  const themes = themesOf(host);
  if (themes) apply(themes, name);
  else window.location.reload(); // which reads what is kept, and begins a new visit
}

function apply({ availableThemes, setTheme }, name) {
  const theme = availableThemes.find((each) => each.name === NAMES[name]);
  if (theme) setTheme(theme);
}

/** Streamlit's themes and the function that changes them: it gives them to no component, so they
    are taken from the properties of the React element around this one that has them. */
function themesOf(host) {
  for (let node = host; node; node = node.parentElement ?? node.getRootNode().host) {
    const key = Object.keys(node).find((name) => name.startsWith("__reactFiber$"));
    for (let fiber = key && node[key]; fiber; fiber = fiber.return) {
      for (const version of [fiber, fiber.alternate]) {
        const theme = version?.memoizedProps?.theme;
        const named = theme?.availableThemes?.some(({ name }) => name === NAMES.Dark);
        if (named && typeof theme.setTheme === "function") return theme;
      }
    }
  }
  return null;
}

function read() {
  try {
    const kept = window.localStorage.getItem(KEPT);
    return Object.hasOwn(NAMES, kept ?? "") ? kept : "System";
  } catch {
    return "System"; // a browser that keeps nothing
  }
}

function keep(name, pages) {
  try {
    window.localStorage.setItem(KEPT, name);
    const here = window.location.pathname;
    const page = pages.find((each) => here.endsWith(`/${each}`)) ?? "";
    const base = here.slice(0, here.length - page.length).replace(/\/$/, "");
    for (const path of [base, ...["", ...pages].map((each) => `${base}/${each}`)]) {
      window.localStorage.setItem(`stActiveTheme-${path}-v2`, JSON.stringify(name));
    }
  } catch {
    // It holds until the page is left.
  }
}
