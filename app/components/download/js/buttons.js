// The row of buttons that download.js reserves a place for.

// A shadow root of their own: components differ in how they style buttons.
const STYLE = `
  :host {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 0.125rem;
    font: 0.8125rem var(--st-font);
    color: color-mix(in srgb, var(--st-text-color) 75%, var(--st-background-color));
  }
  :host([hidden]), [hidden] {
    display: none;
  }
  [role="status"] {
    margin-right: auto;
  }
  button {
    min-width: 2.5rem;
    height: 1.75rem;
    margin: 0;
    padding: 0 0.375rem;
    border: 1px solid transparent;
    border-radius: var(--st-base-radius);
    background: none;
    color: inherit;
    font: inherit;
    font-weight: 600;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--st-border-color);
    color: var(--st-text-color);
  }
  button[aria-busy] {
    cursor: progress;
    text-decoration: underline dotted;
  }
  button:focus-visible {
    outline: 2px solid var(--st-primary-color);
    outline-offset: -1px;
  }
`;

/** Draw the buttons, or change what they do; `files` as in download.js. */
export function drawButtons(row, { saveAs, saveFigure }, files, library) {
  if (!row.shadowRoot) {
    row.attachShadow({ mode: "open" }).innerHTML =
      `<style>${STYLE}</style><span role="status"></span><span aria-hidden="true">Save as</span>`;
    for (const [kind] of files) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = kind;
      row.shadowRoot.append(button);
    }
  }
  const status = row.shadowRoot.querySelector("[role=status]");
  row.shadowRoot.querySelectorAll("button").forEach((button, i) => {
    const [kind, what, make] = files[i];
    button.hidden = !make;
    button.title = `${saveAs}.${kind.toLowerCase()}`;
    // A page has many such buttons: each names its figure.
    button.setAttribute("aria-label", `Save ${what} ${saveFigure} as ${kind}`);
    button.onclick = () => save(button, status, () => make(library));
  });
}

async function save(button, status, make) {
  if (button.ariaBusy) return;
  button.ariaBusy = "true";
  status.textContent = "";
  try {
    offer(await make(), button.title);
  } catch (error) {
    console.warn("Latent Lab:", error);
    status.textContent = "This file could not be made. Try again, or reload the page.";
  }
  button.ariaBusy = null;
}

/** Give a file to the visitor. */
function offer(blob, name) {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(blob);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
